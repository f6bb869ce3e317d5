"""The breath before a line: soft, short noise through an open throat, rising and then cut by the voice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

RATE_HZ = 44_100
LEVEL_DB = -44.0  # RMS; about 25 dB under the voice
GAP_S = 0.06  # between the breath and the first sound
LONGEST_S, SHORTEST_S = 0.42, 0.16
# Resonances of an inhaled [ə]-[h]: centre Hz, width as a part of it, gain.
COLOURS = ((600.0, 0.5, 0.5), (1500.0, 0.5, 1.0), (2600.0, 0.4, 0.9), (4200.0, 0.5, 0.6), (7000.0, 0.6, 0.35))


def breath(room_s: float, formant: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """An intake of breath that fits into `room_s`; empty when there is no room for one."""
    length_s = min(LONGEST_S, 0.75 * room_s - GAP_S) * rng.uniform(0.85, 1.0)
    if length_s < SHORTEST_S:
        return np.zeros(0)
    frames = round(length_s * RATE_HZ)
    noise = rng.standard_normal(frames)
    sound = np.zeros(frames)
    for centre, width, gain in COLOURS:
        low, high = centre * formant * (1 - width / 2), centre * formant * (1 + width / 2)
        sound += gain * sosfilt(butter(1, (low, high), "band", fs=RATE_HZ, output="sos"), noise)
    at = np.linspace(0, 1, frames)
    sound *= np.sin(0.5 * np.pi * np.clip(at / 0.65, 0, 1)) ** 2 * np.clip((1 - at) / 0.2, 0, 1)
    return np.asarray(sound * (10 ** (LEVEL_DB / 20) / (np.sqrt(np.mean(sound**2)) + 1e-12)))
