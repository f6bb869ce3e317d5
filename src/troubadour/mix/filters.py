"""Filters of the desk: second-order sections as rows `b0 b1 b2 a0 a1 a2` (a0 = 1), run over stereo audio (`lanes`).

The formulas are R. Bristow-Johnson's "Cookbook formulae for audio EQ biquad filter coefficients"; states are kept in
float64, so that low corner frequencies stay exact on float32 audio.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from troubadour.mix.lanes import Sections, run
from troubadour.units import SAMPLE_RATE_HZ

Band = tuple[str, float, float, float]  # kind, hz, db, q


def section(kind: str, hz: float, db: float = 0.0, q: float = 0.7071, rate_hz: float = SAMPLE_RATE_HZ) -> NDArray[np.float64]:
    """One section. `kind`: high_pass, low_pass, bell, low_shelf, high_shelf, band_pass. `db` is for bells and shelves."""
    w = 2.0 * math.pi * hz / rate_hz
    cos, alpha, a = math.cos(w), math.sin(w) / (2.0 * q), 10.0 ** (db / 40.0)
    root = 2.0 * math.sqrt(a) * alpha
    rows = {
        "high_pass": ((1 + cos) / 2, -(1 + cos), (1 + cos) / 2, 1 + alpha, -2 * cos, 1 - alpha),
        "low_pass": ((1 - cos) / 2, 1 - cos, (1 - cos) / 2, 1 + alpha, -2 * cos, 1 - alpha),
        "band_pass": (alpha, 0.0, -alpha, 1 + alpha, -2 * cos, 1 - alpha),
        "bell": (1 + alpha * a, -2 * cos, 1 - alpha * a, 1 + alpha / a, -2 * cos, 1 - alpha / a),
        "low_shelf": (
            a * ((a + 1) - (a - 1) * cos + root), 2 * a * ((a - 1) - (a + 1) * cos), a * ((a + 1) - (a - 1) * cos - root),
            (a + 1) + (a - 1) * cos + root, -2 * ((a - 1) + (a + 1) * cos), (a + 1) + (a - 1) * cos - root),
        "high_shelf": (
            a * ((a + 1) + (a - 1) * cos + root), -2 * a * ((a - 1) + (a + 1) * cos), a * ((a + 1) + (a - 1) * cos - root),
            (a + 1) - (a - 1) * cos + root, 2 * ((a - 1) - (a + 1) * cos), (a + 1) - (a - 1) * cos - root),
    }  # fmt: skip
    row = np.array(rows[kind])
    return np.asarray(row / row[3], dtype=np.float64)


def sections(bands: Sequence[Band]) -> Sections:
    """Sections of several bands, in order; bells and shelves of 0 dB are left out."""
    made = [section(*band) for band in bands if band[0].endswith("pass") or band[2] != 0.0]
    return np.array(made).reshape(len(made), 6)


def response_db(sos: Sections, hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gain of the sections at the given frequencies."""
    z = np.exp(-2j * np.pi * hz / SAMPLE_RATE_HZ)
    total = np.ones(len(hz), dtype=complex)
    for b0, b1, b2, a0, a1, a2 in sos:
        total *= (b0 + b1 * z + b2 * z * z) / (a0 + a1 * z + a2 * z * z)
    return np.asarray(20.0 * np.log10(np.abs(total)), dtype=np.float64)


def filter_into(out: NDArray[np.float32], audio: NDArray[np.float32], sos: Sections) -> None:
    """Run float32 [frames, 2] through all sections into `out`, which is silent before, or the same memory."""
    run(audio, out, sos)


def filter_in_place(audio: NDArray[np.float32], sos: Sections) -> None:
    """Run stereo audio through all sections."""
    run(audio, audio, sos)
