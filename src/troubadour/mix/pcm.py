"""Whole numbers, so that sums are exact: every stem is the difference of two rounded running sums.

Rounding each stem alone would leave the stems several steps away from the mix. Instead the running sum of the stems is
rounded after each one, and a stem is the step from one rounded sum to the next: together they are the rounded mix.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numba import njit
from numpy.typing import NDArray

from troubadour.chance import Chance
from troubadour.mix.value import Mix, Pcm

FULL_24 = float(2**23 - 1)
DITHER_FRAMES = 1 << 16
Pcm16 = NDArray[np.int16]


def summed(stems: Mapping[str, Pcm]) -> Pcm:
    """The sum of stems of one length, which is the master."""
    tracks = iter(stems.values())
    total = next(tracks).copy()
    for stem in tracks:
        total += stem
    return total


@njit(cache=True, nogil=True)
def settle(audio, curve, running, full, out):  # type: ignore[no-untyped-def]
    """Add `audio` x `curve` to the `running` sum and write to `out` by how many steps the rounded sum moved."""
    for i in range(audio.shape[0]):
        for c in range(2):
            before = np.rint(np.float64(running[i, c]) * full)
            running[i, c] += audio[i, c] * curve[i]
            out[i, c] = np.int32(np.rint(np.float64(running[i, c]) * full) - before)


@njit(cache=True, nogil=True)
def _narrowed(stem, running, dither, out):  # type: ignore[no-untyped-def]
    for i in range(stem.shape[0]):
        for c in range(2):
            before = (running[i, c] + 128) >> 8
            running[i, c] += stem[i, c] + dither[i, c]
            out[i, c] = np.int16(((running[i, c] + 128) >> 8) - before)


def _dither(master: NDArray[np.int32]) -> NDArray[np.int16]:
    """Triangular dither of ±1 step of 16 bits (in 24-bit steps), from the first sound to the last: silence stays silent.

    Each block of frames has dice of its own, so an edit leaves the dither of the others as it was.
    """
    sounding = np.flatnonzero(master.any(axis=1))
    noise = np.zeros(master.shape, np.int16)
    for start in range(0, len(master) if len(sounding) else 0, DITHER_FRAMES):
        dice = Chance(0).stream("dither", start).integers(0, 256, (2, DITHER_FRAMES, 2), np.uint8).astype(np.int16)
        block = noise[start : start + DITHER_FRAMES]
        block += (dice.sum(axis=0, dtype=np.int16) - 255)[: len(block)]
    if len(sounding):
        noise[: sounding[0]] = 0
        noise[sounding[-1] + 1 :] = 0
    return noise


def sixteen_bit(mix: Mix) -> tuple[Pcm16, dict[str, Pcm16]]:
    """The mix and its stems as int16 [frames, 2]; the stems add up to the mix exactly. The loudest one carries the dither."""
    energy = {name: float(np.abs(stem[::64]).sum(dtype=np.float64)) for name, stem in mix.stems.items()}
    order = sorted(mix.stems, key=lambda name: (energy[name], name))
    running = np.zeros(mix.master.shape, np.int32)
    none, made = np.zeros((1, 2), np.int16), {}
    for name in order:
        dither = _dither(mix.master) if name == order[-1] else np.broadcast_to(none, mix.master.shape)
        made[name] = np.empty(mix.master.shape, np.int16)
        _narrowed(mix.stems[name], running, np.ascontiguousarray(dither), made[name])
    master = ((running + 128) >> 8).astype(np.int16)
    return master, {name: made[name] for name in mix.stems}
