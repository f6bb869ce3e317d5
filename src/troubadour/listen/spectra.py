"""Spectra of a sound, made piece by piece: how strong each band or semitone is in every frame.

Frames are centred: frame i stands at i * hop / RATE_HZ seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float32]
AT_A_TIME = 1 << 19  # samples in the windows that are transformed together: few enough for the processor's cache


def magnitudes(samples: Floats, size: int, hop: int, padded: int = 1) -> Iterator[tuple[int, Floats]]:
    """(first frame, magnitudes [frames, bins]) piece by piece; Hann windows of `size`, the spectrum `padded` times as fine."""
    window = np.asarray(np.hanning(size + 1)[:-1] / (size / 4), dtype=np.float32)
    count = 1 + len(samples) // hop
    together = max(1, AT_A_TIME // size)
    for start in range(0, count, together):
        end = min(start + together, count)
        around = _stretch(samples, start * hop - size // 2, (end - 1) * hop - size // 2 + size)
        framed = sliding_window_view(around, size)[::hop] * window
        yield start, np.abs(scipy.fft.rfft(framed, size * padded, axis=1)).astype(np.float32, copy=False)


def _stretch(samples: Floats, first: int, last: int) -> Floats:
    """Samples from `first` to `last`, with silence where there are none."""
    inside = samples[max(0, first) : max(0, last)]
    before = max(0, -first)
    return np.pad(inside, (before, last - first - before - len(inside)))


def mel_bands(bands: int, bins: int, rate_hz: float, lowest_hz: float, highest_hz: float) -> Floats:
    """Triangles on the mel scale [bins, bands], each with a sum of one."""
    lowest, highest = (2595.0 * np.log10(1.0 + f / 700.0) for f in (lowest_hz, highest_hz))
    edges = 700.0 * (10.0 ** (np.linspace(lowest, highest, bands + 2) / 2595.0) - 1.0)
    hz = np.arange(bins) * rate_hz / 2 / (bins - 1)
    up = (hz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - hz) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0.0, np.minimum(up, down))
    return np.asarray((triangles / np.maximum(triangles.sum(axis=1, keepdims=True), 1e-9)).T, dtype=np.float32)
