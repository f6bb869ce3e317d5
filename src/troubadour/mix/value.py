"""One stereo master, the stems that add up to it, and its loudness facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int32]
Curve = NDArray[np.float32]


@dataclass(frozen=True)
class Loudness:
    """Measured on the finished 16-bit master: ITU-R BS.1770-4 integrated loudness and true peak."""

    integrated_lufs: float
    true_peak_dbtp: float


@dataclass(frozen=True)
class Mix:
    """The mastered song, as whole numbers, so that sums are exact.

    `stems` maps names to int32 [frames, 2] holding 24-bit samples (-2^23 … 2^23-1); `master` is exactly their sum. The
    16-bit files come from `sixteen_bit`, which rounds cumulatively, so that there too the stems add up to the mix.
    `curve` is the master gain per frame, float32 [frames], that an edit keeps outside its window.
    """

    master: Pcm
    stems: Mapping[str, Pcm]
    curve: Curve
    loudness: Loudness
    dry: Mapping[str, Pcm] = field(default_factory=dict)
