"""The child process that reads a recording: `python -m troubadour_server.tasks.decode recording`.

What strangers send is opened by ffmpeg alone, and that under limits of memory, processor time, file size and open files, with
only the formats and the way of access (a local file) that a recording needs: a playlist that names other files or addresses is
not one. What the file is, its content says, not its name. The process reads one recording and ends.

A recording becomes: 44.1 kHz stereo FLAC (24 bit: sixteen-bit sources stay as they are, to the sample), an MP3 to listen to,
peaks for a waveform, a picture, and `analysis.json` with what was heard in it.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from troubadour import __version__
from troubadour.codec import dumps
from troubadour.errors import BadAudio, ToolMissing
from troubadour.files.names import safe_name
from troubadour.files.sleeve import sleeve_jpeg
from troubadour.listen import Analysis, analyze
from troubadour.listen.show import facts
from troubadour.units import SAMPLE_RATE_HZ
from troubadour_server.storage.blobs import Blobs
from troubadour_server.tasks.process import die_with_parent
from troubadour_server.tasks.recording import LONGEST_S, ROLE, SHORTEST_S, TOO_MUCH
from troubadour_server.tasks.renderer import Tell, serve

SILENCE = 1e-3  # -60 dBFS: no sample above it
UNTITLED = "Upload"
LONGEST_TITLE = 80
PEAKS = 1200
MP3_KBITS = 192
HEARD = "stages/analysis.json"  # the Analysis, by `troubadour.codec`; analysis.json tells people of it

# Containers that hold a recording and point to nothing outside themselves, by ffmpeg's names.
FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dts,eac3,flac,flv,loas,m4v,matroska,webm,mov,mp4,mp3,mpc,mpc8,mpeg,mpegts,ogg,oma,"
    "rm,shn,tak,tta,voc,w64,wav,wv,xwma"
)
LEAST_PROBE_SCORE = 10  # of 100: below, ffmpeg only guesses
ESTIMATED = "Estimating duration"
SLACK_S, SLACK_SHARE = 0.75, 0.02  # containers round, encoders pad

CPU_LIMIT_S, MEMORY_LIMIT_BYTES, OPEN_FILES = 180, 2 << 30, 64
MONO_TO_BOTH = ("-af", "pan=stereo|c0=c0|c1=c0")  # ffmpeg's own way is 3 dB softer
OWN_MEMORY_LIMIT_BYTES = 6 << 30
DECODED_LIMIT_BYTES = int((LONGEST_S + 2.0) * SAMPLE_RATE_HZ * 2 * 4)


def read_recording(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Reads one recording and puts its files away; what the service must know of it. Raises BadAudio."""
    path, blobs = Path(order["path"]), Blobs(order["storage"])
    about = probed(path)
    with tempfile.TemporaryDirectory(dir=order["scratch"], prefix="upload-") as folder:
        raw = Path(folder) / "decoded"
        audio = decoded(path, raw, about)
        heard = analyze(audio)
        title = title_of(about, order["name"])
        peaks = peaks_of(audio)
        written = encoded(raw, Path(folder), safe_name(title), loudest=float(np.abs(audio).max()))
        written |= _facts(Path(folder), about, heard, title, peaks, order["name"], written["flac"].name)
        blobs.put_text(f"{order['folder']}/{HEARD}", dumps(heard))
        files = {kind: vars(blobs.put_file(f"{order['folder']}/{each.name}", each)) for kind, each in written.items()}
    return {"title": title, "tags": _tag(about, "genre"), "lyrics": "", "duration_s": heard.duration_s, "files": files}


def probed(path: Path) -> dict[str, Any]:
    """What ffprobe says about a file. Raises BadAudio when it is no recording."""
    shown = "format=format_name,duration,probe_score:stream=codec_name,codec_type,sample_rate,channels:format_tags:stream_tags"
    done = _limited("ffprobe", "-v", "warning", *_only_this(path), "-show_entries", shown, "-of", "json")
    said = done.stderr.decode(errors="replace")
    if "moov atom not found" in said:
        raise BadAudio("the file is cut off: the index at its end is missing")
    found = json.loads(done.stdout or b"{}")
    sounds = [each for each in found.get("streams", []) if each.get("codec_type") == "audio"]
    if done.returncode or found.get("format", {}).get("probe_score", 0) < LEAST_PROBE_SCORE:
        raise BadAudio("the file is not audio that can be read (MP3, WAV, FLAC, OGG, M4A and others are)")
    if not sounds or not int(sounds[0].get("channels", 0)):
        raise BadAudio(f"the file ({found['format']['format_name']}) has no sound in it")
    told = float(found["format"].get("duration", 0.0))
    return {**found["format"], "sound": sounds[0], "told_s": None if ESTIMATED in said else told or None}


def decoded(path: Path, raw: Path, about: Mapping[str, Any]) -> NDArray[np.float32]:
    """The recording as float32 [frames, 2] at 44.1 kHz, also in the file `raw`. Raises BadAudio."""
    told_s = about["told_s"]
    if told_s is not None and told_s > LONGEST_S + SLACK_S:
        raise BadAudio(f"the recording lasts {told_s:.1f} s; at most {LONGEST_S:g} s are taken in")
    doubled = MONO_TO_BOTH if int(about["sound"]["channels"]) == 1 else ()
    as_floats = (
        "-vn",
        *doubled,
        "-map",
        "0:a:0",
        "-t",
        f"{LONGEST_S + 1:g}",
        "-f",
        "f32le",
        "-ar",
        str(SAMPLE_RATE_HZ),
        "-ac",
        "2",
    )
    done = _limited("ffmpeg", "-v", "error", "-nostdin", *_only_this(path), *as_floats, "-y", str(raw))
    if done.returncode < 0:
        raise BadAudio(TOO_MUCH)
    size = raw.stat().st_size if raw.is_file() else 0
    audio = np.fromfile(raw, dtype="<f4", count=size // 8 * 2).reshape(-1, 2)
    _check(audio, path, told_s)
    return audio


def _check(audio: NDArray[np.float32], path: Path, told_s: float | None) -> None:
    lasts_s = len(audio) / SAMPLE_RATE_HZ
    if len(audio) == 0:
        raise BadAudio("the file holds no sound that can be read")
    if lasts_s > LONGEST_S:
        raise BadAudio(f"the recording is longer than {LONGEST_S:g} s")
    whole_s = told_s or 0.0
    if lasts_s < whole_s - max(SLACK_S, SLACK_SHARE * whole_s):
        raise BadAudio(f"the file is cut off: it says {whole_s:.1f} s, and only {lasts_s:.1f} s can be read")
    if is_cut(path):
        raise BadAudio(f"the file is cut off: it ends in the middle, after {lasts_s:.1f} s")
    if lasts_s < SHORTEST_S:
        raise BadAudio(f"the recording lasts {lasts_s:.2f} s; at least {SHORTEST_S:g} s are needed")
    if not np.isfinite(audio).all():
        raise BadAudio("the recording has values that are no sound (not a number, or infinite)")
    if float(np.abs(audio).max()) < SILENCE:
        raise BadAudio("the recording is silent")


def is_cut(path: Path) -> bool:
    """A WAV or OGG file ends before the end that it tells of; both play as far as they go, so ffmpeg does not say."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(12)
        if start[:4] == b"RIFF" and start[8:] == b"WAVE":
            return _wav_end(file, size) > size
        if start[:4] == b"OggS":
            file.seek(max(0, size - (1 << 17)))
            return _ogg_missing(file.read()) > 0
    return False


def _wav_end(file: Any, size: int) -> int:
    """Where the samples of a WAV should end; 0 when the file leaves that open, as those do that were written to a pipe."""
    at = 12
    while at + 8 <= size:
        file.seek(at)
        name, length = file.read(4), int.from_bytes(file.read(4), "little")
        if name == b"data":
            return 0 if length >= 0x7FFFF000 else at + 8 + length
        at += 8 + length + length % 2
    return 0


def _ogg_missing(tail: bytes) -> int:
    """How many bytes of the last page are not there."""
    at = tail.rfind(b"OggS")
    if at < 0:
        return 0
    if len(tail) < at + 27 or len(tail) < at + 27 + tail[at + 26]:
        return 1
    segments = tail[at + 26]
    return at + 27 + segments + sum(tail[at + 27 : at + 27 + segments]) - len(tail)


def encoded(raw: Path, folder: Path, name: str, loudest: float) -> dict[str, Path]:
    """The decoded samples as FLAC and as MP3; turned down where they would pass full scale."""
    flac, mp3 = folder / f"{name}.flac", folder / f"{name}.mp3"
    floats = ("-f", "f32le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "2", "-i", str(raw))
    down = ("-af", f"volume={1.0 / loudest:.9f}:precision=float") if loudest > 1.0 else ()
    exact = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
    to_flac = ("-map", "0", *down, *exact, "-c:a", "flac", "-sample_fmt", "s32", "-y", str(flac))
    to_mp3 = ("-map", "0", *down, *exact, "-c:a", "libmp3lame", "-b:a", f"{MP3_KBITS}k", "-y", str(mp3))
    done = _limited("ffmpeg", "-v", "error", "-nostdin", *floats, *to_flac, *to_mp3)
    if done.returncode:
        raise BadAudio(TOO_MUCH)
    return {"flac": flac, "mp3": mp3}


def peaks_of(audio: NDArray[np.float32]) -> list[float]:
    """Largest absolute values in equal pieces, 0-1: what a waveform is drawn from."""
    loud = np.abs(audio).max(axis=1)
    edges = np.linspace(0, len(loud), min(PEAKS, len(loud)) + 1).astype(int)[:-1]
    return [round(min(1.0, float(peak)), 4) for peak in np.maximum.reduceat(loud, edges)]


def _facts(
    folder: Path, about: Mapping[str, Any], heard: Analysis, title: str, peaks: Sequence[float], name: str, sound: str
) -> dict[str, Path]:
    analysis = {
        "version": __version__,
        "title": title,
        "duration": heard.duration_s,
        "tempo": heard.tempo_bpm,
        "first_beat_s": heard.first_beat_s,
        **facts(heard),
        "sound": sound,
        "source": {
            "name": name,
            "format": about["format_name"],
            "codec": about["sound"].get("codec_name"),
            "sample_rate_hz": int(about["sound"].get("sample_rate", 0)),
            "channels": int(about["sound"].get("channels", 0)),
        },
    }
    paths = {"json": folder / "analysis.json", "peaks": folder / "peaks.json", "cover": folder / "cover.jpg"}
    paths["json"].write_text(json.dumps(analysis, ensure_ascii=False), encoding="utf-8")
    paths["peaks"].write_text(json.dumps(peaks), encoding="utf-8")
    paths["cover"].write_bytes(sleeve_jpeg(peaks, heard.key))
    return paths


def title_of(about: Mapping[str, Any], name: str) -> str:
    """The title in the file's tags, else its name without the ending."""
    stem = re.sub(r"[\s_]+", " ", Path(name).stem if name else "").strip()
    told = _tag(about, "title") or "".join(each for each in stem if each.isprintable())
    return told[:LONGEST_TITLE].strip() or UNTITLED


def _tag(about: Mapping[str, Any], name: str) -> str:
    tags = {**about["sound"].get("tags", {}), **about.get("tags", {})}
    found = next((str(value) for key, value in tags.items() if key.lower() == name), "")
    return "".join(each for each in found if each.isprintable()).strip()[:200]


def _only_this(path: Path) -> tuple[str, ...]:
    return ("-format_whitelist", FORMATS, "-protocol_whitelist", "file", "-i", f"file:{path}")


def _limited(program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a program of ffmpeg's under limits."""
    found = shutil.which(program)
    if found is None:
        raise ToolMissing("recordings are read by the program ffmpeg, which is not installed: run `apt-get install ffmpeg`")

    def begin() -> None:
        die_with_parent()
        limit(MEMORY_LIMIT_BYTES)

    return subprocess.run(
        [found, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env={"LC_ALL": "C"},  # nothing of ours, so that no setting or key leaks and no variable changes what is read
        preexec_fn=begin,
    )


def limit(memory_bytes: int) -> None:
    """Limits this process, and those that it starts."""
    rows = (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, CPU_LIMIT_S),
        (resource.RLIMIT_FSIZE, DECODED_LIMIT_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in rows:
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


ORDERS: dict[str, Callable[[Mapping[str, Any], Tell], dict[str, Any]]] = {"recording": read_recording}


def main() -> None:
    """Reads recordings until the parent closes the pipe."""
    assert sys.argv[1] == ROLE
    limit(OWN_MEMORY_LIMIT_BYTES)
    serve(lambda: None, ORDERS)


if __name__ == "__main__":
    main()
