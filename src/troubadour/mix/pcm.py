"""Whole numbers, so that sums are exact.

24 bit: every stem is the difference of two rounded running sums. Rounding each stem alone would leave the stems several steps
away from the mix; so the running sum of the stems is rounded after each one, and a stem is the step from one rounded sum to the
next: together they are the rounded mix.

16 bit: every stem is rounded alone, and the mix is their sum. So a stem that an edit keeps is the same file again, whatever
stands beside it, and groups of stems add up to the same mix however they are taken together. The roundings of the stems know
nothing of each other and are each other's dither: of seven they are noise at -93 dB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numba import njit
from numpy.typing import NDArray

from troubadour.mix.value import Mix, Pcm

FULL_24 = float(2**23 - 1)
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


def sixteen_bit(mix: Mix) -> tuple[Pcm16, dict[str, Pcm16]]:
    """The mix and its stems as int16 [frames, 2]; the stems add up to the mix exactly. Silence stays silent."""
    made = {name: ((stem + 128) >> 8).astype(np.int16) for name, stem in mix.stems.items()}
    return grouped(made.values(), mix.master.shape), made


def grouped(stems: Iterable[Pcm16], shape: tuple[int, ...]) -> Pcm16:
    """Stems of 16 bit together."""
    total = np.zeros(shape, np.int16)
    for stem in stems:
        total += stem
    return total
