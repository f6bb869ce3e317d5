"""A gentle tilt of the whole mix towards the average of published records.

P. Pestana et al., "Spectral Characteristics of Popular Commercial Recordings 1950-2010" (AES 135, 2013): the long-term
spectrum of hits falls by about 5 dB per octave between 100 Hz and 4 kHz, faster above, and turns down under 60 Hz. Four
broad filters move the mix a part of the way, at most 3 dB; every stem passes the same ones, so the sum stays a sum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from troubadour.mix.filters import Band
from troubadour.units import SAMPLE_RATE_HZ

# Power per third octave relative to 1 kHz: a fall of 5 dB/octave in density is 2 dB/octave in bands of constant width.
TARGET_DB = (
    (63.0, 7.0),
    (125.0, 6.5),
    (250.0, 4.5),
    (500.0, 2.0),
    (1000.0, 0.0),
    (2000.0, -2.5),
    (4000.0, -5.0),
    (8000.0, -8.5),
)
REGIONS = (  # kind of filter, corner, q, and the octaves that it answers for
    ("low_shelf", 110.0, 0.6, (63.0, 125.0)),
    ("bell", 350.0, 0.6, (250.0, 500.0)),
    ("bell", 2500.0, 0.6, (2000.0, 4000.0)),
    ("high_shelf", 6500.0, 0.6, (8000.0,)),
)
SHARE, LIMIT_DB = 0.5, 3.0
WINDOW = 16384


def octaves_db(audio: NDArray[np.float32]) -> dict[float, float]:
    """Long-term power of stereo audio in octave bands, in dB relative to the one at 1 kHz. Quiet windows do not count."""
    starts = range(0, max(1, len(audio) - WINDOW), max(WINDOW, len(audio) // 160))
    taper = np.hanning(WINDOW).astype(np.float32)
    spectra = []
    for start in starts:
        window = 0.5 * (audio[start : start + WINDOW, 0] + audio[start : start + WINDOW, 1])
        spectra.append(np.abs(np.fft.rfft(np.pad(window, (0, WINDOW - len(window))) * taper)) ** 2)
    power = np.array(spectra)
    loud = power.sum(axis=1) >= 0.05 * power.sum(axis=1).max()
    mean, hz = power[loud].mean(axis=0), np.fft.rfftfreq(WINDOW, 1.0 / SAMPLE_RATE_HZ)
    bands = {centre: float(mean[(hz >= centre / 2**0.5) & (hz < centre * 2**0.5)].sum()) for centre, _ in TARGET_DB}
    return {centre: 10.0 * float(np.log10(max(band, 1e-20) / max(bands[1000.0], 1e-20))) for centre, band in bands.items()}


def correction(audio: NDArray[np.float32]) -> tuple[Band, ...]:
    """The filters that move the mix half of the way to the target, each by at most 3 dB. Empty bands are left alone."""
    found, wanted = octaves_db(audio), dict(TARGET_DB)
    bands: list[Band] = []
    for kind, hz, q, centres in REGIONS:
        off = float(np.mean([wanted[c] - found[c] for c in centres]))
        if abs(off) < 30.0:  # further off, there is nothing there to raise
            bands.append((kind, hz, round(float(np.clip(SHARE * off, -LIMIT_DB, LIMIT_DB)), 2), q))
    return tuple(bands)
