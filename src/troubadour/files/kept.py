"""A finished mix, put away so that nothing need be rendered again: stems as 24-bit FLAC beside the desk's settings.

    desk.json    stems/NAME.flac    dry/NAME.flac

Reading gives back every sample: FLAC is lossless, and the master is the sum of the stems.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from pydantic import TypeAdapter

from troubadour.mix import Desk, Loudness, Mix
from troubadour.mix.pcm import summed
from troubadour.mix.value import Pcm
from troubadour.units import SAMPLE_RATE_HZ

VERSION = 2
DESK_FILE, STEMS_FOLDER, DRY_FOLDER = "desk.json", "stems", "dry"
COMPRESSION = 0.4  # measured: hardly slower than none, a quarter smaller
BITS_24_IN_32 = 8
BLOCK = 65_536  # frames: small enough to be shifted in the cache


@dataclass(frozen=True)
class Facts:
    """What is kept beside the samples: the desk, and what the record owes and says."""

    version: int
    loudness: Loudness
    desk: Desk
    credits: tuple[str, ...]
    notes: tuple[str, ...]
    stems: tuple[str, ...]
    dry: tuple[str, ...]


def keep_mix(mix: Mix, folder: Path, credits: tuple[str, ...] = (), notes: tuple[str, ...] = ()) -> list[Path]:
    """Writes a mix into `folder`; the files, the facts last."""
    written = [_write(folder / STEMS_FOLDER / f"{name}.flac", pcm) for name, pcm in mix.stems.items()]
    written += [_write(folder / DRY_FOLDER / f"{name}.flac", pcm) for name, pcm in mix.dry.items()]
    facts = Facts(VERSION, mix.loudness, mix.desk, credits, notes, tuple(mix.stems), tuple(mix.dry))
    path = folder / DESK_FILE
    path.write_bytes(TypeAdapter(Facts).dump_json(facts))
    return [*written, path]


def kept_facts(text: str | bytes) -> Facts | None:
    """The facts in `desk.json`; None when another version wrote them."""
    if json.loads(text).get("version") != VERSION:
        return None
    return TypeAdapter(Facts).validate_json(text)


def kept_mix(folder: Path) -> Mix:
    """The mix that `keep_mix` wrote."""
    facts = kept_facts((folder / DESK_FILE).read_bytes())
    if facts is None:
        raise ValueError(f"{folder} was kept by another version")
    stems = {name: _read(folder / STEMS_FOLDER / f"{name}.flac") for name in facts.stems}
    dry = {name: _read(folder / DRY_FOLDER / f"{name}.flac") for name in facts.dry}
    return Mix(summed(stems), stems, facts.desk, facts.loudness, dry)


def _write(path: Path, pcm: Pcm) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with soundfile.SoundFile(
        path, "w", SAMPLE_RATE_HZ, pcm.shape[1], "PCM_24", format="FLAC", compression_level=COMPRESSION
    ) as file:
        for start in range(0, len(pcm), BLOCK):
            file.write(np.left_shift(pcm[start : start + BLOCK], BITS_24_IN_32))
    return path


def _read(path: Path) -> Pcm:
    samples, _ = soundfile.read(path, dtype="int32", always_2d=True)
    return np.asarray(np.right_shift(samples, BITS_24_IN_32, out=samples), np.int32)
