"""The child process that reads a recording: `python -m troubadour_server.tasks.decode recording`.

What strangers send is opened as `troubadour.files.recording` has it: by ffmpeg alone, under limits. The process reads one
recording and ends.

A recording becomes: 44.1 kHz stereo FLAC (24 bit: sixteen-bit sources stay as they are, to the sample), an MP3 to listen to,
peaks for a waveform, a picture, and `analysis.json` with what was heard in it.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from troubadour import __version__
from troubadour.codec import dumps
from troubadour.errors import BadAudio
from troubadour.files import recording
from troubadour.files.names import safe_name
from troubadour.files.recording import TOO_MUCH, decode, limit, limited, pieces_in, probed
from troubadour.files.sleeve import sleeve_jpeg
from troubadour.listen import Analysis, analyze_pieces
from troubadour.listen.show import facts
from troubadour.listen.value import MUSIC, SILENCE, SPEECH
from troubadour.units import SAMPLE_RATE_HZ
from troubadour_server.storage.blobs import Blobs
from troubadour_server.tasks.process import die_with_parent
from troubadour_server.tasks.recording import ROLE
from troubadour_server.tasks.renderer import Tell, serve

SURE = 0.75  # that it is no music, from which it is refused; below, music may only be hard to hear in it
UNTITLED = "Upload"
LONGEST_TITLE = 80
PEAKS = 1200
MP3_KBITS = 192
HEARD = "stages/analysis.json"  # the Analysis, by `troubadour.codec`; analysis.json tells people of it

OWN_MEMORY_LIMIT_BYTES = 6 << 30


def read_recording(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Reads one recording and puts its files away; what the service must know of it. Raises BadAudio."""
    path, blobs = Path(order["path"]), Blobs(order["storage"])
    about = probed(path)
    with tempfile.TemporaryDirectory(dir=order["scratch"], prefix="upload-") as folder:
        raw = Path(folder) / "decoded"
        decode(path, raw, about)
        heard = analyze_pieces(pieces_in(raw))
        check_kind(heard, order.get("spoken", False))
        title = title_of(about, order["name"])
        peaks = peaks_in(raw)
        written = encoded(raw, Path(folder), safe_name(title), loudest=float(peaks.max()))
        written |= _facts(Path(folder), about, heard, title, peaks, order["name"], written["flac"].name)
        blobs.put_text(f"{order['folder']}/{HEARD}", dumps(heard))
        files = {kind: vars(blobs.put_file(f"{order['folder']}/{each.name}", each)) for kind, each in written.items()}
    return {"title": title, "tags": _tag(about, "genre"), "lyrics": "", "duration_s": heard.duration_s, "files": files}


def check_kind(heard: Analysis, spoken: bool) -> None:
    """Silence is no recording, and what is surely speech or noise no music; `spoken`: speech will do. Raises BadAudio."""
    if heard.kind == SILENCE:
        raise BadAudio("the recording is silent")
    allowed = (MUSIC, SPEECH) if spoken else (MUSIC,)
    if heard.kind not in allowed and heard.kind_confidence >= SURE:
        wanted = "a voice" if spoken else "notes or a beat"
        raise BadAudio(
            f"the recording sounds like {heard.kind}, not music ({heard.kind_confidence:.0%} sure): send one with {wanted} in it"
        )


def encoded(raw: Path, folder: Path, name: str, loudest: float) -> dict[str, Path]:
    """The decoded samples as FLAC and as MP3; turned down where they would pass full scale."""
    flac, mp3 = folder / f"{name}.flac", folder / f"{name}.mp3"
    floats = ("-f", "f32le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "2", "-i", str(raw))
    down = ("-af", f"volume={1.0 / loudest:.9f}:precision=float") if loudest > 1.0 else ()
    exact = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
    to_flac = ("-map", "0", *down, *exact, "-c:a", "flac", "-sample_fmt", "s32", "-y", str(flac))
    to_mp3 = ("-map", "0", *down, *exact, "-c:a", "libmp3lame", "-b:a", f"{MP3_KBITS}k", "-y", str(mp3))
    done = limited("ffmpeg", "-v", "error", "-nostdin", *floats, *to_flac, *to_mp3)
    if done.returncode:
        raise BadAudio(TOO_MUCH)
    return {"flac": flac, "mp3": mp3}


def peaks_in(raw: Path) -> NDArray[np.float32]:
    """The largest absolute values in equal pieces of what `decode` wrote: what a waveform is drawn from."""
    frames = raw.stat().st_size // 8
    edges = np.linspace(0, frames, min(PEAKS, frames) + 1).astype(int)[:-1]
    peaks = np.zeros(len(edges), np.float32)
    at = 0
    for piece in pieces_in(raw):
        within = slice(int(np.searchsorted(edges, at, "right")) - 1, int(np.searchsorted(edges, at + len(piece))))
        found = np.maximum.reduceat(np.abs(piece).max(axis=1), np.maximum(edges[within] - at, 0))
        peaks[within] = np.maximum(peaks[within], found)
        at += len(piece)
    return peaks


def _facts(
    folder: Path, about: Mapping[str, Any], heard: Analysis, title: str, loudest: NDArray[np.float32], name: str, sound: str
) -> dict[str, Path]:
    peaks = [round(min(1.0, float(peak)), 4) for peak in loudest]
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


ORDERS: dict[str, Callable[[Mapping[str, Any], Tell], dict[str, Any]]] = {"recording": read_recording}


def main() -> None:
    """Reads recordings until the parent closes the pipe."""
    assert sys.argv[1] == ROLE
    recording.at_birth = die_with_parent
    limit(OWN_MEMORY_LIMIT_BYTES)
    serve(lambda: None, ORDERS)


if __name__ == "__main__":
    main()
