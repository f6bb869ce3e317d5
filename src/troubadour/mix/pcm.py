"""Whole numbers, so that sums are exact.

In 24 bits and in 16 every stem is rounded alone, and the mix is their sum. So a stem that an edit keeps is the same file again, whatever
stands beside it, and groups of stems add up to the same mix however they are taken together. The roundings of the stems know
nothing of each other and are each other's dither: of seven they are noise at -93 dB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numba import njit
from numpy.typing import NDArray

from troubadour.mix.value import Mix, Pcm

FULL_24 = np.float32(2**23 - 1)
Pcm16 = NDArray[np.int16]


def summed(stems: Mapping[str, Pcm]) -> Pcm:
    """The sum of stems of one length, which is the master."""
    tracks = iter(stems.values())
    total = next(tracks).copy()
    for stem in tracks:
        total += stem
    return total


@njit(cache=True, nogil=True)
def settle(audio, spans, curve, full, out, master):  # type: ignore[no-untyped-def]
    """Where it sounds, `audio` x `curve` in whole steps, into `out` (which may be the same memory) and onto the `master`."""
    for start, end in spans:
        for i in range(start, end):
            gain = curve[i] * full
            left, right = np.int32(np.rint(audio[i, 0] * gain)), np.int32(np.rint(audio[i, 1] * gain))
            out[i, 0], out[i, 1] = left, right
            master[i, 0] += left
            master[i, 1] += right


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
