"""Spectra as PyTorch makes them: Hann windows centred on their frames, the ends mirrored; and sounds made of such spectra."""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Spectrum = NDArray[np.complex64]


def _window(size: int) -> Floats:
    return np.asarray(np.hanning(size + 1)[:-1], np.float32)


def spectra(sound: Floats, size: int, hop: int) -> Spectrum:
    """Of each channel [channels, frames]: [channels, bins, columns]."""
    padded = np.pad(sound, ((0, 0), (size // 2, size // 2)), mode="reflect")
    framed = sliding_window_view(padded, size, axis=1)[:, ::hop] * _window(size)
    return np.asarray(scipy.fft.rfft(framed, axis=2).transpose(0, 2, 1), np.complex64)


def sounds(spectrum: NDArray[np.complexfloating], size: int, hop: int, frames: int) -> Floats:
    """Back again: [channels, bins, columns] as [channels, frames]."""
    window = _window(size)
    framed = scipy.fft.irfft(spectrum.transpose(0, 2, 1), size, axis=2).astype(np.float32) * window
    made = np.zeros((len(framed), (framed.shape[1] - 1) * hop + size), np.float32)
    weight = np.zeros(made.shape[1], np.float32)
    for column in range(framed.shape[1]):
        made[:, column * hop : column * hop + size] += framed[:, column]
        weight[column * hop : column * hop + size] += window**2
    made = (made / np.maximum(weight, 1e-11))[:, size // 2 :]
    return np.asarray(np.pad(made, ((0, 0), (0, max(0, frames - made.shape[1]))))[:, :frames], np.float32)
