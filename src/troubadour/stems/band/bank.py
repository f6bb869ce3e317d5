"""The sound bank: the presets that the band needs, decoded once, ready to be mapped into memory.

One folder per preset, named by the hash of its content: `pcm.npy` (int16, mono samples one after another), `zones.npy`
(records of `ZONE`) and `modulators.npy` (rows of source, destination, amount, amount source, transform). `bank.json`
says which folder holds which preset and what the bank was built from; `NOTICE` carries the licence of the sounds.

A looped sample is followed by 48 frames of its loop, and its loop starts 16 frames later, so that no interpolation point
ever leaves the loop; 16 zeros stand between samples.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from troubadour.errors import SoundsMissing
from troubadour.stems.band.soundfont import GENERATORS, SoundFont, Zone

Preset = tuple[int, int]  # SoundFont bank, program

FORMAT = 2  # goes up when the files below change their meaning; an older bank is then built anew
SOURCES = (
    Path("/usr/share/sounds/sf3/MuseScore_General.sf3"),
    Path("/usr/share/sounds/sf3/MuseScore_General_Full.sf3"),
    Path("/usr/share/sounds/sf3/default-GM.sf3"),
)
PACKAGE = "musescore-general-soundfont"
HOW_TO_INSTALL = f"install the package {PACKAGE} and run `python -m troubadour.stems.band.prepare`"
LICENCE, CREDIT = "MIT", "Sounds: MuseScore_General by S. Christian Collins, after FluidR3 by Frank Wen (MIT)"

GUARD, LOOP_MARGIN, LOOP_TAIL = 16, 16, 48

ZONE = np.dtype(
    [
        ("key_low", "i2"), ("key_high", "i2"), ("velocity_low", "i2"), ("velocity_high", "i2"),
        ("start", "i8"), ("end", "i8"), ("loop_start", "i8"), ("loop_end", "i8"), ("looped", "i2"), ("peak", "i4"),
        ("start_offset", "i4"), ("root", "i2"), ("correction_cents", "i2"), ("rate", "i4"),
        ("first_modulator", "i4"), ("modulators", "i4"), ("generators", "i4", GENERATORS),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Sampled:
    """A preset, open for reading. `pcm` stays on disk until it is played."""

    name: str
    pcm: NDArray[np.int16]
    zones: NDArray[Any]
    modulators: NDArray[np.int32]


def folders() -> tuple[Path, ...]:
    """Where a bank may lie: beside the Python environment, else in the user's cache."""
    return (Path(sys.prefix) / "share/troubadour/bank", Path(platformdirs.user_cache_dir("troubadour")) / "bank")


def find_bank() -> Path | None:
    """The folder of a finished bank, if there is one."""
    return next((folder for folder in folders() if (folder / "bank.json").is_file() and _contents(folder)), None)


def _contents(folder: Path) -> dict[str, Any]:
    """The bank's list of contents; empty when it was written by another version."""
    contents: dict[str, Any] = json.loads((folder / "bank.json").read_text("utf-8"))
    return contents if contents["format"] == FORMAT else {}


@cache
def open_preset(bank: int, program: int) -> Sampled:
    """A preset of the bank. Raises SoundsMissing, with the remedy, when the bank or the preset is not there."""
    folder = find_bank()
    name = f"{bank}:{program}"
    if folder is None or name not in (presets := _contents(folder)["presets"]):
        raise SoundsMissing(f"the sound bank has no preset {name}: {HOW_TO_INSTALL}")
    place = folder / presets[name]["folder"]
    pcm = np.load(place / "pcm.npy", mmap_mode="r")
    return Sampled(
        presets[name]["name"],
        np.ndarray(pcm.shape, np.int16, pcm),  # the plain type: compiled loops need not know of memory maps
        np.load(place / "zones.npy"),
        np.load(place / "modulators.npy"),
    )


def build(wanted: Iterable[Preset], tell: Callable[[str, float], None] = lambda what, done: None) -> Path:
    """Make the bank if it is not there yet and return its folder. Raises SoundsMissing when there is nothing to build from."""
    source = next((path for path in SOURCES if path.is_file()), None)
    if source is None:
        raise SoundsMissing(f"none of {', '.join(map(str, SOURCES))} is there: {HOW_TO_INSTALL}")
    names = sorted(set(wanted))
    facts = {"format": FORMAT, "source": source.resolve().name, "bytes": source.stat().st_size}
    folder = _writable()
    done = _contents(folder) if (folder / "bank.json").is_file() else {}
    known = done.get("presets", {}) if all(done.get(k) == v for k, v in facts.items()) else {}
    presets: dict[str, Any] = dict(known)
    font = SoundFont(source)
    for number, (bank, program) in enumerate(names):
        name = f"{bank}:{program}"
        if name in presets and (folder / presets[name]["folder"] / "zones.npy").is_file():
            continue
        tell(font.name(bank, program), number / len(names))
        presets[name] = {"name": font.name(bank, program), "folder": _write_preset(font, bank, program, folder)}
    if presets != known:
        (folder / "NOTICE").write_text(_notice(font), "utf-8")
        _write_whole(folder / "bank.json", json.dumps(facts | {"presets": presets}, indent=1).encode())
        open_preset.cache_clear()
    tell("sound bank", 1.0)
    return folder


def _writable() -> Path:
    """The first of `folders` that can be written."""
    for folder in folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    raise SoundsMissing(f"no place to write the sound bank: make {folders()[0]} writable")


def _write_preset(font: SoundFont, bank: int, program: int, folder: Path) -> str:
    """Decode one preset into a folder named by its content; returns the folder's name."""
    zones, modulators, pcm = _flattened(font, list(font.zones(bank, program)))
    digest = hashlib.sha256()
    for array in (zones, modulators, pcm):
        digest.update(array.tobytes())
    name = f"{bank:03d}-{program:03d}-{digest.hexdigest()[:16]}"
    fresh = folder / f".{name}.{os.getpid()}"
    fresh.mkdir(exist_ok=True)
    np.save(fresh / "pcm.npy", pcm)
    np.save(fresh / "modulators.npy", modulators)
    np.save(fresh / "zones.npy", zones)
    if (folder / name).exists():
        shutil.rmtree(folder / name)
    fresh.rename(folder / name)
    return name


def _flattened(font: SoundFont, zones: list[Zone]) -> tuple[NDArray[Any], NDArray[np.int32], NDArray[np.int16]]:
    """Zones as records, all their modulators in one table, all their samples in one array; equal samples once."""
    rows = np.zeros(len(zones), ZONE)
    table: list[tuple[int, int, int, int, int]] = []
    places: dict[tuple[int, int, tuple[int, int] | None], tuple[int, int, int, int, int]] = {}
    pieces, at = [np.zeros(GUARD, np.int16)], GUARD
    decoded: dict[int, NDArray[np.int16]] = {}
    for row, zone in zip(rows, zones, strict=True):
        which = (zone.sample, zone.end, zone.loop)
        if which not in places:
            if zone.sample not in decoded:
                decoded[zone.sample] = font.sample(zone.sample)
            pcm = decoded[zone.sample]
            piece, places[which] = _with_guard(pcm[: zone.end or len(pcm)], zone.loop, at)
            pieces.append(piece)
            at += len(piece)
        row["key_low"], row["key_high"] = zone.keys
        row["velocity_low"], row["velocity_high"] = zone.velocities
        row["start"], row["end"], row["loop_start"], row["loop_end"], row["peak"] = places[which]
        row["looped"] = row["loop_end"] > 0
        row["start_offset"], row["root"] = zone.start_offset, zone.root
        row["correction_cents"], row["rate"] = zone.correction_cents, zone.rate
        row["first_modulator"], row["modulators"] = len(table), len(zone.modulators)
        for of, amount in zone.generators.items():
            row["generators"][of] = amount
        table += [(source, to, amount, by, shape) for (source, to, by, shape), amount in zone.modulators.items()]
    return rows, np.array(table, np.int32).reshape(-1, 5), np.concatenate(pieces)


def _with_guard(
    pcm: NDArray[np.int16], loop: tuple[int, int] | None, at: int
) -> tuple[NDArray[np.int16], tuple[int, int, int, int, int]]:
    """A sample with what interpolation needs around it, and its (start, end, loop start, loop end, peak) at place `at`."""
    if loop is None or loop[1] - loop[0] < 8 or loop[0] < 0 or loop[1] > len(pcm):
        peak = int(np.abs(pcm.astype(np.int32)).max(initial=1))
        return np.concatenate([pcm, np.zeros(GUARD + 8, np.int16)]), (at, at + len(pcm), 0, 0, peak)
    body, tail = pcm[: loop[1]], np.resize(pcm[loop[0] : loop[1]], LOOP_TAIL)
    start, end = at + loop[0] + LOOP_MARGIN, at + loop[1] + LOOP_MARGIN
    peak = int(np.abs(body.astype(np.int32)).max(initial=1))
    return np.concatenate([body, tail, np.zeros(GUARD, np.int16)]), (at, end + LOOP_MARGIN, start, end, peak)


def _notice(font: SoundFont) -> str:
    """The licence and the authors of the sounds, from the package that they came with."""
    lines = [f"These files were derived from {font.text('INAM')} ({font.path.name}).", "", font.text("ICOP")]
    for document in sorted(Path("/usr/share/doc").glob(f"{PACKAGE}*/*")):
        if document.name == "copyright" or "Sources" in document.name:
            raw = document.read_bytes()
            text = gzip.decompress(raw) if document.suffix == ".gz" else raw
            lines += ["", f"--- {document.name} ---", "", text.decode("utf-8", "replace")]
    return "\n".join(lines)


def _write_whole(path: Path, content: bytes) -> None:
    """Write so that a reader finds the old file or the new one, never half."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)
