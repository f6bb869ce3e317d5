"""Audio files without loss: WAV and FLAC by libsndfile; and the peaks that a player draws."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.io import wavfile

from troubadour.units import SAMPLE_RATE_HZ


def wav_bytes(pcm: NDArray[np.integer]) -> bytes:
    """int16 as a 16-bit WAV file, int32 (24-bit numbers) as a 24-bit one."""
    return _by_soundfile(pcm, "WAV")


def float_wav_bytes(pcm: NDArray[np.int32]) -> bytes:
    """24-bit numbers as a WAV file of 32-bit floats, full scale 1: every sample is exactly the same number."""
    out = io.BytesIO()
    wavfile.write(out, SAMPLE_RATE_HZ, pcm.astype(np.float32) / np.float32(2.0**23))  # libsndfile's would hold the time of day
    return out.getvalue()


def flac_bytes(pcm: NDArray[np.integer]) -> bytes:
    """int16 as 16-bit FLAC, int32 (24-bit numbers) as 24-bit."""
    return _by_soundfile(pcm, "FLAC")


def _by_soundfile(pcm: NDArray[np.integer], container: str) -> bytes:
    out = io.BytesIO()
    if pcm.dtype == np.int16:
        soundfile.write(out, pcm, SAMPLE_RATE_HZ, format=container, subtype="PCM_16")
    else:
        soundfile.write(out, np.asarray(pcm, dtype=np.int32) << 8, SAMPLE_RATE_HZ, format=container, subtype="PCM_24")
    return out.getvalue()


def waveform(pcm: NDArray[np.integer], points: int = 800) -> list[float]:
    """Peaks for a player's waveform: the largest |sample| of each of `points` equal stretches, 0-1."""
    full = 2.0**15 if pcm.dtype == np.int16 else 2.0**23
    edges = np.linspace(0, len(pcm), points + 1).astype(int)
    stretches = (np.abs(pcm[a : max(b, a + 1)]).max(initial=0) for a, b in pairwise(edges))
    return [round(float(peak) / full, 4) for peak in stretches]
