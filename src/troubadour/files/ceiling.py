"""Lossy files under the ceiling: quantising in the frequency domain lets peaks overshoot.

A file is decoded as soon as it is made, and its true peak measured. Where it passes -1 dBTP the music is lowered, for some
hundredths of a second and by a few tenths of a decibel, as a limiter would do it, and encoded again. All the rest stays as
loud as it is: a whole song is never turned down for one peak.
"""

from __future__ import annotations

from collections.abc import Callable
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


def under_the_ceiling(pcm: Pcm, encode: Callable[[Pcm], T], decode: Callable[[T], NDArray[np.float32]]) -> T:
    """What `encode` makes of 24-bit samples [frames, 2], its true peak under -1 dBTP. `decode` gives what is heard of it, in place."""
    for number in range(1, PASSES + 1):
        made = encode(pcm)
        curve = dips(decode(made), MARGIN_DB * number)
        if curve is None:
            break
        if number > LOCAL_PASSES:
            curve[:] = curve.min(initial=1.0)
        pcm = _lowered(pcm, curve)
    return made


def dips(heard: NDArray[np.float32], margin_db: float) -> NDArray[np.float32] | None:
    """The gain that brings every peak of [frames, 2] under the ceiling by a margin; None when none passes it."""
    found = peaks(heard, 1.0, 0.7 * gain(CEILING_DBTP), OVERSAMPLER)
    if found.max(initial=0.0) <= gain(CEILING_DBTP):
        return None
    need = np.minimum(1.0, gain(CEILING_DBTP - margin_db) / np.maximum(found, 1e-9))
    need[found <= gain(CEILING_DBTP)] = 1.0
    lowest = minimum_filter1d(need, 2 * REACH + 1, mode="nearest")
    slope = np.hanning(2 * REACH + 3)[1:-1]  # as long as the minimum: the depth is reached where the peak is
    smooth = fftconvolve(np.pad(lowest - 1.0, REACH, mode="edge"), slope / slope.sum(), "valid")
    return np.asarray(1.0 + np.minimum(smooth, 0.0), np.float32)


def _lowered(pcm: Pcm, curve: NDArray[np.float32]) -> Pcm:
    curve = np.pad(curve[: len(pcm)], (0, max(0, len(pcm) - len(curve))), mode="edge")
    return np.asarray(np.rint(pcm * curve[:, None]), np.int32)
