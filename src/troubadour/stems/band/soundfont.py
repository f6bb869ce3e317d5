"""SoundFont 2 (and its Vorbis kin, sf3): a preset as a flat list of zones, each with its sample.

Sources: SoundFont Technical Specification 2.04, sections 7 (structure), 8 (generators, modulators) and 9.4-9.5 (how they
add up). sf3 differs in one thing: a sample of type bit 16 is an Ogg Vorbis stream; its start and end are byte offsets in
`smpl`, its loop counts frames of the decoded sample.

A zone is one instrument zone inside one preset zone: instrument generators replace the defaults, preset generators add
to them; modulators likewise.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

Records = NDArray[Any]
Modulator = tuple[int, int, int, int]  # source, destination, amount source, transform: what makes two modulators equal

GENERATORS = 61
RECORDS: dict[str, Any] = {
    "phdr": [("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("library", "<u4", 3)],
    "pbag": [("gen", "<u2"), ("mod", "<u2")],
    "pmod": [("source", "<u2"), ("to", "<u2"), ("amount", "<i2"), ("by", "<u2"), ("transform", "<u2")],
    "pgen": [("of", "<u2"), ("amount", "<i2")],
    "inst": [("name", "S20"), ("bag", "<u2")],
    "shdr": [
        ("name", "S20"), ("start", "<u4"), ("end", "<u4"), ("loop_start", "<u4"), ("loop_end", "<u4"), ("rate", "<u4"),
        ("key", "u1"), ("correction", "i1"), ("link", "<u2"), ("type", "<u2"),
    ],
}  # fmt: skip
RECORDS |= {"ibag": RECORDS["pbag"], "imod": RECORDS["pmod"], "igen": RECORDS["pgen"]}

# Generators by number (specification 8.1.2), those that this reader itself looks at.
KEY_RANGE, VELOCITY_RANGE, INSTRUMENT, SAMPLE, SAMPLE_MODES, ROOT_KEY = 43, 44, 41, 53, 54, 58
START, END, LOOP_START, LOOP_END = (0, 4), (1, 12), (2, 45), (3, 50)  # fine (frames), coarse (32,768 frames)
ONLY_IN_INSTRUMENTS = {0, 1, 2, 3, 4, 12, 41, 43, 44, 45, 46, 47, 50, 53, 54, 57, 58}
DEFAULTS = {8: 13500, 46: -1, 47: -1, 56: 100, 58: -1} | dict.fromkeys((21, 23, 25, 26, 27, 28, 30, 33, 34, 35, 36, 38), -12000)
DEFAULT_MODULATORS: dict[Modulator, int] = {
    (0x0502, 48, 0, 0): 960,  # velocity -> attenuation; the default velocity -> cutoff is left out, as fluidsynth does
    (0x000D, 6, 0, 0): 50,  # channel pressure -> vibrato
    (0x0081, 6, 0, 0): 50,  # modulation wheel -> vibrato
    (0x0587, 48, 0, 0): 960,  # volume controller -> attenuation
    (0x028A, 17, 0, 0): 500,  # pan controller -> pan
    (0x058B, 48, 0, 0): 960,  # expression -> attenuation
}


@dataclass(frozen=True)
class Zone:
    """One region of keys and velocities with its generators, modulators and sample (frames within that sample)."""

    keys: tuple[int, int]
    velocities: tuple[int, int]
    generators: dict[int, int]
    modulators: dict[Modulator, int]
    sample: int
    start: int
    end: int
    loop: tuple[int, int] | None
    start_offset: int
    root: int
    correction_cents: int
    rate: int


@dataclass(frozen=True)
class SoundFont:
    """An open sf2 or sf3 file."""

    path: Path

    @cached_property
    def _bytes(self) -> NDArray[np.uint8]:
        return np.memmap(self.path, np.uint8, "r")

    @cached_property
    def _chunks(self) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}

        def walk(at: int, end: int) -> None:
            while at < end - 7:
                name = bytes(self._bytes[at : at + 4])
                size = int.from_bytes(bytes(self._bytes[at + 4 : at + 8]), "little")
                if name == b"LIST":
                    walk(at + 12, at + 8 + size)
                else:
                    found[name.decode("ascii")] = (at + 8, size)
                at += 8 + size + (size & 1)

        walk(12, len(self._bytes))
        return found

    @cached_property
    def _tables(self) -> dict[str, Records]:
        def table(name: str) -> Records:
            at, size = self._chunks[name]
            return np.frombuffer(bytes(self._bytes[at : at + size]), np.dtype(RECORDS[name]))

        return {name: table(name) for name in RECORDS}

    def text(self, chunk: str) -> str:
        """An INFO field: `ICOP` is the copyright notice, `INAM` the bank's name."""
        at, size = self._chunks[chunk]
        return bytes(self._bytes[at : at + size]).split(b"\0")[0].decode("utf-8", "replace")

    def name(self, bank: int, program: int) -> str:
        """The name of a preset."""
        row = self._tables["phdr"][self._preset(bank, program)]
        return str(row["name"].split(b"\0")[0].decode("latin-1"))

    def sample(self, index: int) -> NDArray[np.int16]:
        """A sample, decoded, from its first frame to its last."""
        row = self._tables["shdr"][index]
        base, start, end = self._chunks["smpl"][0], int(row["start"]), int(row["end"])
        if int(row["type"]) & 16:
            pcm, _ = soundfile.read(io.BytesIO(bytes(self._bytes[base + start : base + end])), dtype="int16")
            return np.asarray(pcm, np.int16)
        return np.frombuffer(bytes(self._bytes[base + 2 * start : base + 2 * end]), "<i2").astype(np.int16)

    def zones(self, bank: int, program: int) -> Iterator[Zone]:
        """All zones of a preset, in file order."""
        for preset_gens, preset_mods in self._bags("p", "phdr", self._preset(bank, program), INSTRUMENT):
            for gens, mods in self._bags("i", "inst", preset_gens[INSTRUMENT], SAMPLE):
                zone = self._zone(preset_gens, preset_mods, gens, mods)
                if zone.keys[0] <= zone.keys[1] and zone.velocities[0] <= zone.velocities[1]:
                    yield zone

    def _preset(self, bank: int, program: int) -> int:
        rows = self._tables["phdr"][:-1]
        return int(np.flatnonzero((rows["bank"] == bank) & (rows["program"] == program))[0])

    def _bags(self, letter: str, header: str, index: int, target: int) -> Iterator[tuple[dict[int, int], dict[Modulator, int]]]:
        """Zones of a preset or an instrument; the others inherit the values of a first one without target."""
        rows, bags = self._tables[header], self._tables[letter + "bag"]
        first, last = int(rows[index]["bag"]), int(rows[index + 1]["bag"])
        common_gens: dict[int, int] = {}
        common_mods: dict[Modulator, int] = {}
        for bag in range(first, last):
            here, following = bags[bag], bags[bag + 1]
            gens = {int(g["of"]): int(g["amount"]) for g in self._tables[letter + "gen"][here["gen"] : following["gen"]]}
            mods = {
                (int(m["source"]), int(m["to"]), int(m["by"]), int(m["transform"])): int(m["amount"])
                for m in self._tables[letter + "mod"][here["mod"] : following["mod"]]
            }
            if target in gens:
                yield common_gens | gens, common_mods | mods
            elif bag == first:
                common_gens, common_mods = gens, mods

    def _zone(
        self,
        preset_gens: dict[int, int],
        preset_mods: dict[Modulator, int],
        gens: dict[int, int],
        mods: dict[Modulator, int],
    ) -> Zone:
        keys, velocities = (_overlap(gens, preset_gens, which) for which in (KEY_RANGE, VELOCITY_RANGE))
        summed = DEFAULTS | gens
        for of, amount in preset_gens.items():
            if of not in ONLY_IN_INSTRUMENTS:
                summed[of] = summed.get(of, 0) + amount
        modulators = DEFAULT_MODULATORS | mods
        for key, amount in preset_mods.items():
            modulators[key] = modulators.get(key, 0) + amount
        row = self._tables["shdr"][gens[SAMPLE]]
        compressed = int(row["type"]) & 16
        start = 0 if compressed else int(row["start"])

        def moved(field: str, offset: tuple[int, int]) -> int:
            return int(row[field]) - start + gens.get(offset[0], 0) + 32768 * gens.get(offset[1], 0)

        looped = gens.get(SAMPLE_MODES, 0) & 3 in (1, 3)
        return Zone(
            keys,
            velocities,
            summed,
            modulators,
            sample=gens[SAMPLE],
            start=0,
            end=0 if compressed else moved("end", END),  # a compressed sample ends where its stream does
            loop=(moved("loop_start", LOOP_START), moved("loop_end", LOOP_END)) if looped else None,
            start_offset=gens.get(START[0], 0) + 32768 * gens.get(START[1], 0),
            root=summed[ROOT_KEY] if summed[ROOT_KEY] >= 0 else int(row["key"]),
            correction_cents=int(row["correction"]),
            rate=int(row["rate"]),
        )


def _overlap(gens: dict[int, int], preset_gens: dict[int, int], which: int) -> tuple[int, int]:
    """The part of a range that instrument and preset share; low and high are the bytes of one word."""
    ranges = [(g[which] & 255, g[which] >> 8 & 255) for g in (gens, preset_gens) if which in g] or [(0, 127)]
    return max(low for low, _ in ranges), min(high for _, high in ranges)
