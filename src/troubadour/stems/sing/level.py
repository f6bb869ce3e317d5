"""Loudness: vowels evened out, a line brought to the level that the desk expects.

Levels are K-weighted (ITU-R BS.1770-4, annex 1), so that a low vowel and a high one that measure alike sound alike.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import butter, sosfilt

from troubadour.stems.sing.curves import level_db
from troubadour.stems.sing.timeline import TimedLine

Sound64 = NDArray[np.float64]

TARGET_DB = -19.2  # of a sung vowel; a whole line with its consonants and rests then measures about -20 LUFS
EVENED = 0.7  # how much of a vowel's difference from the target is taken away
MOST_DB = 10.0
CEILING = 0.8  # of full scale; resampling overshoots a little
BRIGHT_FROM_HZ, GROWL_HZ = 2500.0, (45.0, 90.0)
OFFSET_DB = -0.691  # BS.1770: 0 LUFS of a 997 Hz sine


@lru_cache(maxsize=4)
def k_weighting(rate_hz: int) -> NDArray[np.float64]:
    """BS.1770's two filters for any rate, as second-order sections (De Man, "Evaluation of implementations", 2014)."""
    sections = []
    for kind, f0, q, gain in (
        ("shelf", 1681.974450955533, 0.7071752369554196, 3.999843853973347),
        ("high", 38.13547087602444, 0.5003270373238773, 0.0),
    ):
        k = np.tan(np.pi * f0 / rate_hz)
        a0 = 1 + k / q + k * k
        if kind == "shelf":
            vh = 10 ** (gain / 20)
            vb = vh**0.4996667741545416
            b = ((vh + vb * k / q + k * k) / a0, 2 * (k * k - vh) / a0, (vh - vb * k / q + k * k) / a0)
        else:
            b = (1.0, -2.0, 1.0)
        sections.append([*b, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0])
    return np.array(sections)


def levelled(sound: Sound64, rate_hz: int, timed: TimedLine, lead_s: float, louder_db: float = 0.0) -> Sound64:
    """The line at its level: each vowel drawn to the target, with the dynamics of `level_db` on top."""
    power = np.square(sosfilt(k_weighting(rate_hz), sound))
    total = np.concatenate([[0.0], np.cumsum(power)])
    centres, gains = [], []
    vowels = [s for s in timed.sounds if s.role == "nucleus"]
    edges = np.clip(np.round((np.array([(s.start_s, s.end_s) for s in vowels]) + lead_s) * rate_hz).astype(int), 0, len(sound))
    levels = np.array(
        [OFFSET_DB + 10 * np.log10((total[b] - total[a]) / max(b - a, 1) + 1e-12) if b > a else np.nan for a, b in edges]
    )
    if np.all(np.isnan(levels)):
        return sound
    levels = np.where(np.isnan(levels), np.nanmedian(levels), levels)
    middle = float(np.median(levels))
    for sound_, level in zip(vowels, levels, strict=True):
        own = np.clip(level - middle, -MOST_DB, MOST_DB) * EVENED
        shorten = min(0.04, 0.3 * (sound_.end_s - sound_.start_s))
        centres += [sound_.start_s + shorten, sound_.end_s - shorten]
        gains += [TARGET_DB + louder_db - middle - own] * 2
    time_s = np.arange(0, len(sound) + 300, 300) / rate_hz - lead_s
    curve = np.interp(time_s, centres, gains) + level_db(timed.notes, time_s)
    fade = np.clip((timed.end_s + 0.06 - time_s) / 0.08, 0, 1)
    smooth = np.interp(np.arange(len(sound)), np.arange(len(time_s)) * 300, 10 ** (curve / 20) * fade)
    return held_down(sound * smooth, rate_hz)


def brightened(sound: Sound64, rate_hz: int, gain_db: float) -> Sound64:
    """The sound with more or less above 2.5 kHz, as a voice has that sings out or holds back."""
    high = sosfilt(butter(1, BRIGHT_FROM_HZ, "high", fs=rate_hz, output="sos"), sound)
    return np.asarray(sound + (10 ** (gain_db / 20) - 1) * high)


def roughened(sound: Sound64, rate_hz: int, amount: float, rng: np.random.Generator) -> Sound64:
    """The sound of a throat under strain: the folds' beat is uneven (some 50 to 90 Hz), and loud moments are flattened."""
    if amount <= 0.0:
        return sound
    beat = sosfilt(butter(2, GROWL_HZ, "band", fs=rate_hz, output="sos"), rng.standard_normal(len(sound)))
    uneven = sound * (1.0 + amount * 0.5 * beat / (beat.std() + 1e-12))
    scale = np.percentile(np.abs(sound), 95) + 1e-9
    driven = scale * np.tanh((1.0 + 3.0 * amount) * uneven / scale)
    return np.asarray((1 - amount) * sound + amount * driven)


def held_down(sound: Sound64, rate_hz: int) -> Sound64:
    """The sound with its peaks turned down to `CEILING`, 20 ms ahead and after."""
    need = np.minimum(1.0, CEILING / np.maximum(np.abs(sound), 1e-9))
    if need.min() == 1.0:
        return sound
    width = round(0.02 * rate_hz)
    return np.asarray(sound * uniform_filter1d(minimum_filter1d(need, 2 * width + 1), width))
