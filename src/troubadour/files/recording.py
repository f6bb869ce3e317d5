"""Recordings as strangers send them, read by ffmpeg alone, in a child under limits of memory, processor time, file size and
open files, with only the formats and the way of access (a local file) that a recording needs: a playlist that names other files
or addresses is not one. What the file is, its content says, not its name.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from troubadour.errors import BadAudio, ToolMissing
from troubadour.units import SAMPLE_RATE_HZ

SHORTEST_S, LONGEST_S = 1.0, 480.0
TOO_MUCH = "the recording takes too much memory or time to read"

# Containers that hold a recording and point to nothing outside themselves, by ffmpeg's names.
FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dts,eac3,flac,flv,loas,m4v,matroska,webm,mov,mp4,mp3,mpc,mpc8,mpeg,mpegts,ogg,oma,"
    "rm,shn,tak,tta,voc,w64,wav,wv,xwma"
)
LEAST_PROBE_SCORE = 10  # of 100: below, ffmpeg only guesses
ESTIMATED = "Estimating duration"
SLACK_S, SLACK_SHARE = 0.75, 0.02  # containers round, encoders pad

CPU_LIMIT_S, MEMORY_LIMIT_BYTES, OPEN_FILES = 180, 2 << 30, 64
DECODED_LIMIT_BYTES = int((LONGEST_S + 2.0) * SAMPLE_RATE_HZ * 2 * 4)
PIECE = 1 << 20  # values looked at together
MONO_TO_BOTH = ("-af", "pan=stereo|c0=c0|c1=c0")  # ffmpeg's own way is 3 dB softer


def _nothing() -> None:
    """What a program of ffmpeg's does before it begins, unless a service has a say in it."""


at_birth: Callable[[], None] = _nothing


def opened(path: Path) -> NDArray[np.float32]:
    """A recording as float32 [frames, 2] at 44.1 kHz. Raises BadAudio, ToolMissing."""
    return np.concatenate(list(pieces_of(path)))


def pieces_of(path: Path) -> Iterator[NDArray[np.float32]]:
    """A recording as float32 [frames, 2] at 44.1 kHz, ten seconds at a time. Raises BadAudio, ToolMissing."""
    if not path.is_file():
        raise BadAudio(f"{str(path)!r} is not a file: name a recording (MP3, WAV, FLAC, OGG, M4A and others)")
    with tempfile.TemporaryDirectory(prefix="troubadour-") as folder:
        raw = Path(folder) / "decoded"
        decode(path, raw, probed(path))
        yield from pieces_in(raw)


def pieces_in(raw: Path) -> Iterator[NDArray[np.float32]]:
    """What `decode` wrote, float32 [frames, 2], ten seconds at a time."""
    size = 20 * SAMPLE_RATE_HZ  # values
    for at in range(0, raw.stat().st_size // 4, size):
        yield np.fromfile(raw, "<f4", size, offset=4 * at).reshape(-1, 2)


def probed(path: Path) -> dict[str, Any]:
    """What ffprobe says about a file. Raises BadAudio when it is no recording."""
    shown = "format=format_name,duration,probe_score:stream=codec_name,codec_type,sample_rate,channels:format_tags:stream_tags"
    done = limited("ffprobe", "-v", "warning", *_only_this(path), "-show_entries", shown, "-of", "json")
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


def decode(path: Path, raw: Path, about: Mapping[str, Any]) -> None:
    """Decodes a recording into the file `raw`, float32 [frames, 2] at 44.1 kHz. Raises BadAudio."""
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
    done = limited("ffmpeg", "-v", "error", "-nostdin", *_only_this(path), *as_floats, "-y", str(raw))
    if done.returncode < 0:
        raise BadAudio(TOO_MUCH)
    frames = raw.stat().st_size // 8 if raw.is_file() else 0
    _check(frames, path, told_s)
    with raw.open("r+b") as file:
        file.truncate(8 * frames)
    if not all(np.isfinite(np.fromfile(raw, "<f4", PIECE, offset=4 * at)).all() for at in range(0, 2 * frames, PIECE)):
        raise BadAudio("the recording has values that are no sound (not a number, or infinite)")


def _check(frames: int, path: Path, told_s: float | None) -> None:
    lasts_s = frames / SAMPLE_RATE_HZ
    if frames == 0:
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


def _only_this(path: Path) -> tuple[str, ...]:
    return ("-format_whitelist", FORMATS, "-protocol_whitelist", "file", "-i", f"file:{path}")


def limited(program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a program of ffmpeg's under limits."""
    found = shutil.which(program)
    if found is None:
        raise ToolMissing("recordings are read by the program ffmpeg, which is not installed: run `apt-get install ffmpeg`")

    def begin() -> None:
        at_birth()
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
