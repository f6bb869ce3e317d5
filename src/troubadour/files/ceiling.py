"""Lossy files under the ceiling: quantising in the frequency domain lets peaks overshoot.

A file is decoded as soon as it is made, and its true peak measured. Where it passes -1 dBTP the music is lowered, for some
hundredths of a second and by a few tenths of a decibel, as a limiter would do it, and encoded again. All the rest stays as
loud as it is: a whole song is never turned down for one peak.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d
from scipy.signal import fftconvolve

from troubadour.mix.loudness import OVERSAMPLER, peaks
from troubadour.mix.value import Pcm
from troubadour.units import gain

T = TypeVar("T")

CEILING_DBTP = -1.0
MARGIN_DB = 0.1  # more at every pass: the coder answers to other music with other noise
PASSES = 5
LOCAL_PASSES = 3  # after these the whole is lowered, which always helps
REACH = 882  # frames to either side of a peak that are lowered with it, 20 ms


@dataclass(frozen=True)
class Dip:
    """A gain curve from frame `start` on, below 1 where it lowers a peak; 1 at its ends."""

    start: int
    curve: NDArray[np.float32]


def under_the_ceiling(pcm: Pcm, encode: Callable[[Pcm], T], decode: Callable[[T], NDArray[np.float32]]) -> T:
    """What `encode` makes of 24-bit samples [frames, 2], its true peak under -1 dBTP. `decode` gives what is heard of it, in place."""
    for number in range(1, PASSES + 1):
        made = encode(pcm)
        found = dips(decode(made), MARGIN_DB * number)
        if not found:
            break
        if number > LOCAL_PASSES:
            lowest = min(float(dip.curve.min()) for dip in found)
            found = [Dip(0, np.full(len(pcm), lowest, np.float32))]
        pcm = _lowered(pcm, found)
    return made


def dips(heard: NDArray[np.float32], margin_db: float) -> list[Dip]:
    """The gains that bring every peak of [frames, 2] under the ceiling by a margin; none when none passes it."""
    found = peaks(heard, 1.0, 0.7 * gain(CEILING_DBTP), OVERSAMPLER)
    return [
        _dip(found[start:end], start, margin_db)
        for start, end in _surroundings(np.flatnonzero(found > gain(CEILING_DBTP)), len(found))
    ]


def _surroundings(over: NDArray[np.intp], frames: int) -> list[tuple[int, int]]:
    """The stretches, two reaches to either side, around frames that are over the ceiling; those that touch are one."""
    apart = np.flatnonzero(np.diff(over) > 4 * REACH) + 1
    return [
        (max(0, int(group[0]) - 2 * REACH), min(frames, int(group[-1]) + 2 * REACH + 1))
        for group in np.split(over, apart)
        if len(group)
    ]


def _dip(found: NDArray[np.float32], start: int, margin_db: float) -> Dip:
    """The gain for a stretch of true peaks."""
    need = np.where(found > gain(CEILING_DBTP), gain(CEILING_DBTP - margin_db) / np.maximum(found, 1e-9), 1.0)
    lowest = minimum_filter1d(need, 2 * REACH + 1, mode="nearest")
    slope = np.hanning(2 * REACH + 3)[1:-1]  # as long as the minimum: the depth is reached where the peak is
    smooth = fftconvolve(np.pad(lowest - 1.0, REACH, mode="edge"), slope / slope.sum(), "valid")
    return Dip(start, np.asarray(1.0 + np.minimum(smooth, 0.0), np.float32))


def _lowered(pcm: Pcm, found: Sequence[Dip]) -> Pcm:
    lowered = pcm.copy()
    for dip in found:
        piece = lowered[dip.start : dip.start + len(dip.curve)]
        piece[:] = np.rint(piece * dip.curve[: len(piece), None])
    return lowered
