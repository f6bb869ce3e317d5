"""Compression, de-essing and ducking, each as a gain that moves: the desk's nonlinear part, applied per stem.

A gain is computed every `HOP` frames and drawn as straight lines in between, which is fast and free of clicks.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from troubadour.tape import sounding
from troubadour.units import SAMPLE_RATE_HZ

HOP = 64  # frames between two points of a control curve (1.45 ms)
RESTING_TENTHS = 10  # of silence, after which a compressor has come to rest
LOOK = 16  # frames whose mean power a compressor takes for one

Control = NDArray[np.float32]  # one value every HOP frames, and one beyond the end


def control_points(frames: int) -> int:
    """How many control values a piece of audio needs, with one beyond its end to draw towards."""
    return frames // HOP + 2


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc"})
def _compress(audio, spans, threshold, slope, attack, release, hop, look):  # type: ignore[no-untyped-def]
    for span in range(len(spans)):  # between them there is silence, in which a compressor comes to rest
        power, before, end = 0.0, np.float32(1.0), spans[span, 1]
        for start in range(spans[span, 0], end, hop):
            stop = min(start + hop, end)
            for first in range(start, stop, look):
                x = np.float32(0.0)
                for i in range(first, min(first + look, stop)):
                    x += audio[i, 0] * audio[i, 0] + audio[i, 1] * audio[i, 1]
                mean = np.float64(x) / look
                power += (mean - power) * (attack if mean > power else release)
            after = np.float32((threshold / power) ** slope if power > threshold else 1.0)
            if before != 1.0 or after != 1.0:
                step = (after - before) / np.float32(stop - start)
                for i in range(start, stop):
                    gain = before + step * np.float32(i + 1 - start)
                    audio[i, 0] *= gain
                    audio[i, 1] *= gain
            before = after


def compress(audio: NDArray[np.float32], threshold_power: float, ratio: float, attack_s: float, release_s: float) -> None:
    """Lower stereo audio in place by `ratio` where its power (both channels added) runs above the threshold."""
    if ratio > 1.0 and threshold_power > 0.0:
        slope = 0.5 * (1.0 - 1.0 / ratio)  # of a power ratio: amplitude is its square root
        attack, release = (LOOK / (time_s * SAMPLE_RATE_HZ) for time_s in (attack_s, release_s))
        _compress(audio, sounding(audio, RESTING_TENTHS), threshold_power, slope, attack, release, HOP, LOOK)


@njit(cache=True, nogil=True)
def _de_ess(audio, sos, threshold, slope, attack, release):  # type: ignore[no-untyped-def]
    state = np.zeros(4)
    level = 0.0
    for i in range(audio.shape[0]):
        left = sos[0] * audio[i, 0] + state[0]
        state[0] = sos[1] * audio[i, 0] - sos[4] * left + state[1]
        state[1] = sos[2] * audio[i, 0] - sos[5] * left
        right = sos[0] * audio[i, 1] + state[2]
        state[2] = sos[1] * audio[i, 1] - sos[4] * right + state[3]
        state[3] = sos[2] * audio[i, 1] - sos[5] * right
        x = left * left + right * right
        level += (x - level) * (attack if x > level else release)
        if level > threshold:
            cut = (threshold / level) ** slope - 1.0
            audio[i, 0] += cut * left
            audio[i, 1] += cut * right
        if i & 255 == 0 and abs(state[0]) + abs(state[1]) + abs(state[2]) + abs(state[3]) < 1e-20:
            state[:] = 0.0


def de_ess(audio: NDArray[np.float32], band: NDArray[np.float64], threshold_power: float) -> None:
    """Take the hiss of s and sh down to a third of its excess, only inside `band` and only while it lasts."""
    if threshold_power > 0.0:
        _de_ess(audio, band, threshold_power, 1.0 / 3.0, 1.0 / (0.001 * SAMPLE_RATE_HZ), 1.0 / (0.03 * SAMPLE_RATE_HZ))


@njit(cache=True, nogil=True)
def _key(audio, low_pass, release, hop):  # type: ignore[no-untyped-def]
    points = np.zeros(audio.shape[0] // hop + 2, np.float32)
    state = np.zeros(2)
    level = 0.0
    for i in range(audio.shape[0]):
        x = 0.5 * (audio[i, 0] + audio[i, 1])
        y = low_pass[0] * x + state[0]
        state[0] = low_pass[1] * x - low_pass[4] * y + state[1]
        state[1] = low_pass[2] * x - low_pass[5] * y
        level = max(abs(y), level * release)
        if level < 1e-9:
            level = 0.0
            state[:] = 0.0
        if i % hop == 0:
            points[i // hop] = level
    return points


def kicks(drums: NDArray[np.float32], low_pass: NDArray[np.float64], release_s: float) -> Control:
    """How hard the kick drum is felt, as a control curve that falls within about `release_s`."""
    return np.asarray(_key(drums, low_pass, np.exp(-2.0 / (release_s * SAMPLE_RATE_HZ)), HOP))


def full_kick(level: Control) -> float:
    """The level of a full kick; 1 when there is none."""
    return float(np.quantile(level[level > 0.0], 0.9)) if (level > 0.0).any() else 1.0


def pumped(level: Control, full: float, depth_db: float) -> Control:
    """The gain that a kick drum presses on the others: `-depth_db` on a full kick."""
    return np.asarray(10.0 ** (-depth_db / 20.0 * np.clip(level / full, 0.0, 1.0)), dtype=np.float32)
