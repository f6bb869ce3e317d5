"""The master: one gain curve for the whole song, both channels and every stem.

    curve(n) = bus compressor x loudness make-up x look-ahead true-peak limiter x end fade

One curve keeps the mix linear: the mastered stems are the stems times the curve, and still add up. The limiter looks
`LOOK` frames ahead (sliding minimum, then a moving average of the same length, so that the needed gain is reached
exactly when the peak comes), and listens to the largest single stem as well: a stem alone must not pass full scale.
Make-up and limiter depend on each other, so they are found by iteration.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from troubadour.mix.loudness import K_WEIGHTING, OVERSAMPLER, gated, peaks, tenths, weighted_power
from troubadour.mix.value import Master
from troubadour.tape import TENTH
from troubadour.units import SAMPLE_RATE_HZ, gain

TARGET_LUFS = -14.0
TOLERANCE_LU = 0.05
CEILING_DBTP = -1.5  # coders overshoot by some tenths of a decibel: their decoded peaks must stay under -1
STEM_CEILING = 0.98
LOOK = 220  # frames, 5 ms
INTERSAMPLE = 0.7  # samples under this share of the ceiling hide no peak above it
MARGIN_DB = 2.5  # by which the make-up may grow before peaks are looked for again
RELEASES_S = (0.08, 0.04, 0.02)  # tried in turn, while the song stays too quiet under its ceiling
PASSES = 10
BUS_ATTACK_S, BUS_RELEASE_S, BUS_KNEE_DB = 0.02, 0.15, 3.0
LEAST_FADE_S = 0.05

Curve = NDArray[np.float32]
UNITY = Master(1.0, 1.0, RELEASES_S[0])


@njit(cache=True, nogil=True)
def _bus(total, threshold, slope, attack, release, hop):  # type: ignore[no-untyped-def]
    count = total.shape[0]
    curve = np.empty(count, np.float32)
    power, before = 0.0, 1.0
    for start in range(0, count, hop):
        end = min(start + hop, count)
        for i in range(start, end):
            x = 0.5 * (total[i, 0] * total[i, 0] + total[i, 1] * total[i, 1])
            power += (x - power) * (attack if x > power else release)
        after = (threshold / power) ** slope if power > threshold else 1.0
        for i in range(start, end):
            curve[i] = before + (after - before) * (i + 1 - start) / (end - start)
        before = after
    return curve


@njit(cache=True, nogil=True)
def _over_ceilings(true_peak, per_ceiling, stem_peak, per_stem_ceiling):  # type: ignore[no-untyped-def]
    for i in range(len(true_peak)):
        true_peak[i] = max(true_peak[i] * per_ceiling, stem_peak[i] * per_stem_ceiling)
    return true_peak


@njit(cache=True, nogil=True)
def limited(curve, makeup, heights, look, release, out):  # type: ignore[no-untyped-def]
    """`curve` x `makeup` into `out`, lowered around every peak that would pass its ceiling; `heights` are peaks over ceilings."""
    count, size = curve.shape[0], 1 << int(np.ceil(np.log2(look + 2)))
    needs, places = np.empty(size), np.empty(size, np.int64)  # a queue of needed gains under 1: the first one is the lowest of
    head, kept = 0, 0  # the last `look` + 1 frames
    smooth = np.ones(look)
    total, slot, level = float(look), 0, 1.0
    for i in range(count + 2 * look):
        need = 1.0
        if i < count:
            height = heights[i] * curve[i] * makeup
            if height > 1.0:
                need = 1.0 / height
        if kept > 0 and places[head] < i - look:
            head = (head + 1) & (size - 1)
            kept -= 1
        if need < 1.0:
            while kept > 0 and needs[(head + kept - 1) & (size - 1)] >= need:
                kept -= 1
            last = (head + kept) & (size - 1)
            needs[last], places[last] = need, i
            kept += 1
        level += (1.0 - level) * release
        if kept > 0:
            level = min(needs[head], level)
        total += level - smooth[slot]
        smooth[slot] = level
        slot = slot + 1 if slot + 1 < look else 0
        j = i - look + 1  # the average of `look` minima, each of which has seen frame j
        if 0 <= j < count:
            out[j] = curve[j] * makeup * min(1.0, total / look)


def _end_fade(frames: int, tail: int) -> NDArray[np.float32]:
    fade = min(frames, max(tail, round(LEAST_FADE_S * SAMPLE_RATE_HZ)))
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * np.arange(1, fade + 1) / fade), dtype=np.float32)


def master_curve(
    total: NDArray[np.float32],
    stem_peak: NDArray[np.float32],
    bus_ratio: float,
    tail: int | None,
    lufs: float = TARGET_LUFS,
    whole_db: float = 0.0,
) -> tuple[Curve, Master]:
    """The gain, and the settings behind it, that bring the summed stems [frames, 2] to `lufs` under the ceiling; `stem_peak` is the largest stem's |x|.
    Of a part of a song, the whole is `whole_db` louder.

    Material that cannot be that loud without distortion (clicks in silence) gets as loud as the limiter lets it.
    """
    frames = len(total)
    power = weighted_power(total, K_WEIGHTING)
    quiet = gated(tenths(power, np.ones(frames, np.float32), TENTH))
    if quiet <= -70.0:
        return np.ones(frames, np.float32), UNITY
    threshold = 10.0 ** ((quiet + whole_db + BUS_KNEE_DB) / 10.0) / 2.0
    curve = _compressed(total, threshold, bus_ratio, tail)
    makeup = gain(lufs - gated(tenths(power, curve, TENTH)))
    watched = makeup * gain(MARGIN_DB)
    heights = _heights(total, stem_peak, watched)
    best = np.empty(frames, np.float32)
    for release_s in RELEASES_S:
        for _ in range(PASSES):
            limited(curve, makeup, heights, LOOK, 1.0 / (release_s * SAMPLE_RATE_HZ), best)
            short = lufs - gated(tenths(power, best, TENTH))
            if abs(short) <= TOLERANCE_LU:
                return best, Master(threshold, makeup, release_s)
            makeup = min(makeup * gain(short * (1.5 if short > 0.0 else 1.0)), gain(60.0))
            if makeup > watched:
                watched = makeup * gain(MARGIN_DB)
                heights = _heights(total, stem_peak, watched)
    return best, Master(threshold, makeup, release_s)


def same_master(
    total: NDArray[np.float32], stem_peak: NDArray[np.float32], bus_ratio: float, setting: Master, tail: int | None
) -> Curve:
    """The gain that a master with known settings gives other music, or a part of the same."""
    curve = _compressed(total, setting.threshold, bus_ratio, tail)
    heights = _heights(total, stem_peak, max(setting.makeup, 1e-9))
    made = np.empty(len(total), np.float32)
    limited(curve, setting.makeup, heights, LOOK, 1.0 / (setting.release_s * SAMPLE_RATE_HZ), made)
    return made


def _heights(total: NDArray[np.float32], stem_peak: NDArray[np.float32], makeup: float) -> NDArray[np.float32]:
    """How high every frame's peaks stand, each over its ceiling: the mix's true peak, and the largest stem's."""
    ceiling = gain(CEILING_DBTP)
    heights = peaks(total, 1.0, INTERSAMPLE * ceiling / makeup, OVERSAMPLER)
    return np.asarray(_over_ceilings(heights, 1.0 / ceiling, stem_peak, 1.0 / STEM_CEILING), np.float32)


def _compressed(total: NDArray[np.float32], threshold: float, bus_ratio: float, tail: int | None) -> Curve:
    """The bus compressor's gain; faded out over the last `tail` frames (None: the song does not end here)."""
    curve = _bus(total, threshold, 0.5 * (1.0 - 1.0 / bus_ratio), 1.0 / (BUS_ATTACK_S * SAMPLE_RATE_HZ),
                 1.0 / (BUS_RELEASE_S * SAMPLE_RATE_HZ), 64)  # fmt: skip
    if tail is not None:
        fade = _end_fade(len(total), tail)
        curve[len(total) - len(fade) :] *= fade
    return np.asarray(curve)
