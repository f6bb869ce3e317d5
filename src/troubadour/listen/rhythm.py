"""Tempo and beats.

Onsets: the rise of a mel spectrum's loudness against the loudest neighbour a frame before (S. Böck, G. Widmer, "Maximum filter
vibrato suppression for onset detection", 2013), in four ranges from bass to treble.

Tempo: the autocorrelation of the onsets around every moment, each period supported by its multiples, weighed towards tempos that
people tap.

Beats: one path through time and tempo. A beat follows the last one after one period, a period may change a little from beat to
beat, and each beat counts for the strength of the onset under it, for how clearly its period is heard around it, and for as long
as it lasts: so that slow and fast readings compete on even terms (after D. Ellis, "Beat tracking by dynamic programming", 2007,
with the period as part of the path).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from troubadour.listen.sound import RATE_HZ, Sound
from troubadour.listen.spectra import magnitudes, mel_bands
from troubadour.stems.band.compiled import compiled

Floats = NDArray[np.float64]

WINDOW, HOP = 1024, 256
FRAMES_PER_S = RATE_HZ / HOP
BANDS, LOWEST_HZ, HIGHEST_HZ = 48, 30.0, 10_000.0
RANGES = (0, 6, 16, 30, BANDS)  # bands: bass, low middle, high middle, treble
LEAST_RISE = 0.01  # of the loudest hundredth of frames: a steady tone has 0.0003, a slow ballad 0.02
EDGE_FRAMES = 5  # the beginning of the recording is an onset of its own

SLOWEST_BPM, FASTEST_BPM, PERIODS = 40.0, 220.0, 120
USUAL_BPM, USUAL_WIDTH_OCTAVES = 118.0, 0.9
AROUND_FRAMES, EVERY_FRAMES = 768, 64  # the span in which a tempo is heard, and how often it is asked for
MULTIPLES = {1: 1.0, 2: 0.8, 3: 0.3, 4: 0.6}  # of a period: how much their likeness speaks for it
TEMPO_WEIGHT, PRIOR_WEIGHT = 4.0, 4.0
BASS_WEIGHT, TURN_WEIGHT = 0.5, 0.3  # of the bass's onsets and of new harmony, beside those of the whole
OWN_WIDTH_OCTAVES = 0.2  # around the tempo that was found, on the second way through
SHARPEST_FRAMES = 2.0  # how early the window makes even a click begin
STEPS, STEP_COST = 4, 6.0  # how many periods to either side a beat may be from the last, and what the change costs


@dataclass(frozen=True)
class Onsets:
    """How much begins to sound in each frame: in all, and in each range [ranges, frames]; both zero where nothing begins."""

    whole: Floats
    ranges: Floats

    @property
    def any(self) -> bool:
        """Whether anything begins at all, for long enough to have a pulse."""
        return len(self.whole) > 2 * FRAMES_PER_S and bool(self.whole.max(initial=0.0) > 0.0)


@dataclass(frozen=True)
class Pulse:
    """The beats that are heard."""

    beats_s: tuple[float, ...]
    tempo_bpm: float | None
    tempo_confidence: float
    beats_confidence: float
    tempo_curve: tuple[tuple[float, float], ...]


NO_PULSE = Pulse((), None, 0.0, 0.0, ())


def onsets_of(sound: Sound) -> Onsets:
    """The curve of onsets."""
    bands = mel_bands(BANDS, WINDOW // 2 + 1, RATE_HZ, LOWEST_HZ, HIGHEST_HZ)
    loud = np.concatenate([np.log1p(1000.0 * (strong @ bands)) for _, strong in magnitudes(sound.samples, WINDOW, HOP)])
    before = maximum_filter1d(np.roll(loud, 1, axis=0), 3, axis=1)
    before[0] = 0.0
    rise = np.maximum(loud - before, 0.0)
    ranges = np.stack([rise[:, a:b].mean(axis=1) for a, b in pairwise(RANGES)])
    whole = rise.mean(axis=1)
    if len(whole) <= EDGE_FRAMES or np.percentile(whole[EDGE_FRAMES:], 99.0) < LEAST_RISE:
        return Onsets(np.zeros(len(whole)), np.zeros_like(ranges))
    return Onsets(_evened(_edged(whole)), np.stack([_evened(_edged(each)) for each in ranges]))


def _edged(rise: NDArray[np.float32]) -> NDArray[np.float32]:
    """With a beginning no stronger than onsets usually are."""
    edge = np.minimum(rise[:EDGE_FRAMES], np.percentile(rise[EDGE_FRAMES:], 99.0))
    return np.concatenate([edge, rise[EDGE_FRAMES:]])


def _evened(rise: NDArray[np.float32]) -> Floats:
    """A curve without its slow part, on one level throughout."""
    sharp = np.maximum(rise - uniform_filter1d(rise, int(FRAMES_PER_S)), 0.0).astype(np.float64)
    power = np.maximum(uniform_filter1d(sharp**2, int(8 * FRAMES_PER_S), mode="reflect"), 0.0)  # rounding can pass below zero
    level = np.sqrt(power) + 0.2 * sharp.std() + 1e-9
    return np.asarray(sharp / level)


def periods() -> Floats:
    """The periods that a beat may have, in frames, from short to long."""
    return 60.0 * FRAMES_PER_S / np.geomspace(FASTEST_BPM, SLOWEST_BPM, PERIODS)


def pulse_of(onsets: Onsets, turns: NDArray[np.float32] | None = None) -> Pulse:
    """The beats of a recording. `turns`: how much the harmony turns in each frame (`pitches.turns`), where that is known."""
    if not onsets.any:
        return NO_PULSE
    spans = periods()
    bpm = 60.0 * FRAMES_PER_S / spans
    clarity = clarities(onsets, spans)
    whole, bass = _smooth(onsets.whole), _smooth(onsets.ranges[0])
    strength = whole + BASS_WEIGHT * np.minimum(bass, 4.0)
    if turns is not None:
        strength = strength + TURN_WEIGHT * np.minimum(
            np.interp(np.arange(len(whole)), np.linspace(0, len(whole) - 1, len(turns)), turns), 4.0
        )
    strength = np.minimum(strength / strength.std(), 4.0)
    beats = _beats(strength, whole, spans, TEMPO_WEIGHT * clarity + _around(bpm, USUAL_BPM, USUAL_WIDTH_OCTAVES))
    if len(beats) >= 4:
        beats = _beats(strength, whole, spans, TEMPO_WEIGHT * clarity + _around(bpm, steady_bpm(beats), OWN_WIDTH_OCTAVES))
    if len(beats) < 4:
        return NO_PULSE
    return _described(_begun(beats, onsets.whole), whole, clarity, spans)


def _smooth(curve: Floats) -> Floats:
    smooth = np.convolve(curve, np.exp(-0.5 * (np.arange(-5, 6) / 1.7) ** 2), mode="same")
    return np.asarray(smooth / max(float(smooth.std()), 1e-9))


def _around(bpm: Floats, usual_bpm: float, width_octaves: float) -> Floats:
    """What a tempo far from the usual one costs."""
    return np.asarray(-0.5 * PRIOR_WEIGHT * (np.log2(bpm[None, :] / usual_bpm) / width_octaves) ** 2)


def _beats(strength: Floats, whole: Floats, spans: Floats, at_each: Floats) -> Floats:
    silence = int(spans[-1]) + 2  # so that a beat may fall on the very first frame
    padded = np.concatenate([np.zeros(silence), strength])
    frames, _ = _path(padded, spans, at_each, silence, EVERY_FRAMES, STEPS, STEP_COST)
    return _heard(np.asarray(frames) - silence, whole)


def _begun(beats: Floats, curve: Floats) -> Floats:
    """Beats moved from where their onsets are strongest to where they begin: strings and choirs swell."""
    near = np.arange(-12, 7)
    at = np.clip(np.rint(beats).astype(int)[:, None] + near, 0, len(curve) - 1)
    swell = curve[at].mean(axis=0)
    top = 6 + int(np.argmax(swell[6:]))
    enough = swell.min() + 0.2 * (swell[top] - swell.min())
    first = top
    while first > 0 and swell[first] > enough:
        first -= 1
    if first == top:
        return beats
    begins = near[first] + float(np.clip((enough - swell[first]) / max(swell[first + 1] - swell[first], 1e-9), 0.0, 1.0))
    return np.asarray(np.maximum(0.0, beats + min(0.0, begins + SHARPEST_FRAMES)))


def clarities(onsets: Onsets, spans: Floats) -> Floats:
    """How clearly each period is heard around every moment [moments, periods], 0-1."""
    total: Floats | None = None
    curves = [onsets.whole, *onsets.ranges]
    for curve in curves:
        heard = _likeness(curve)
        total = heard if total is None else total + heard
    assert total is not None
    total /= len(curves)
    lags = np.arange(total.shape[1])
    found = np.zeros((len(total), len(spans)))
    weight = np.zeros(len(spans))
    for multiple, counts in MULTIPLES.items():
        wanted = multiple * spans
        inside = wanted < len(lags) - 1
        whole = np.minimum(wanted.astype(int), len(lags) - 2)
        part = wanted - whole
        found += counts * inside * (total[:, whole] * (1 - part) + total[:, whole + 1] * part)
        weight += counts * inside
    return np.asarray(found / weight)


def _likeness(curve: Floats) -> Floats:
    """Autocorrelation around every moment [moments, lags], 1 at lag 0."""
    smooth = np.convolve(curve, np.hanning(7) / np.hanning(7).sum(), mode="same")
    padded = np.pad(smooth, AROUND_FRAMES // 2)
    at = np.arange(0, len(curve), EVERY_FRAMES)
    window = np.hanning(AROUND_FRAMES)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, AROUND_FRAMES)[at]
    pieces = (pieces - pieces.mean(axis=1, keepdims=True)) * window
    size = 2 * AROUND_FRAMES
    likeness = np.fft.irfft(np.abs(np.fft.rfft(pieces, size, axis=1)) ** 2, axis=1)[:, : AROUND_FRAMES - 32]
    fade = np.fft.irfft(np.abs(np.fft.rfft(window, size)) ** 2)[: AROUND_FRAMES - 32]
    return np.asarray(likeness / np.maximum(likeness[:, :1], 1e-9) / np.maximum(fade / fade[0], 0.05))


@compiled
def _path(
    strength: Floats, spans: Floats, at_each: Floats, first: int, every: int, steps: int, step_cost: float
) -> tuple[list[int], list[int]]:
    """The best chain of beats: their frames and the numbers of their periods."""
    count, kinds = strength.shape[0], spans.shape[0]
    total = np.zeros((count, kinds), np.float32)
    came = np.full((count, kinds), -1, np.int16)
    for t in range(count):
        moment = min(max(t - first, 0) // every, at_each.shape[0] - 1)
        for k in range(kinds):
            span = spans[k]
            back = t - int(span + 0.5)
            own = span * (strength[t] + at_each[moment, k])
            best, which = 0.0, -1
            if back >= 0:
                for j in range(max(0, k - steps), min(kinds, k + steps + 1)):
                    reached = total[back, j] - step_cost * (k - j) * (k - j)
                    if reached > best:
                        best, which = reached, j
            total[t, k] = own + best
            came[t, k] = which
    slowest = int(spans[kinds - 1])
    best, frame, kind = -1e30, 0, 0
    for t in range(max(0, count - slowest), count):
        for k in range(kinds):
            if t + int(spans[k] + 0.5) >= count and total[t, k] > best:
                best, frame, kind = total[t, k], t, k
    frames, chosen = [frame], [kind]
    while came[frame, kind] >= 0:
        before = came[frame, kind]
        frame -= int(spans[kind] + 0.5)
        kind = before
        frames.append(frame)
        chosen.append(kind)
    return frames[::-1], chosen[::-1]


def _heard(beats: NDArray[np.int_], smooth: Floats) -> Floats:
    """Without beats laid into silence before and after the music, each moved to its curve's very top."""
    beats = beats[(beats >= -2) & (beats < len(smooth))].clip(0)
    near = np.array([smooth[max(0, b - 3) : b + 4].max(initial=0.0) for b in beats])
    strong = np.flatnonzero(near > 0.25 * np.median(near)) if len(near) else np.zeros(0, int)
    if len(strong) == 0:
        return np.zeros(0)
    kept = np.clip(beats[strong[0] : strong[-1] + 1], 1, len(smooth) - 2)
    left, here, right = smooth[kept - 1], smooth[kept], smooth[kept + 1]
    bend = left - 2.0 * here + right
    moved = np.where(bend < -1e-9, 0.5 * (left - right) / np.where(bend < -1e-9, bend, -1.0), 0.0)
    return np.asarray(kept + np.clip(moved, -0.5, 0.5), dtype=np.float64)


def _described(beats: Floats, smooth: Floats, clarity: Floats, spans: Floats) -> Pulse:
    distances = np.diff(beats)
    bpm = steady_bpm(beats)
    overall = clarity.mean(axis=0)
    own = float(np.interp(60.0 * FRAMES_PER_S / bpm, spans, overall))
    octave = [
        float(np.interp(60.0 * FRAMES_PER_S / (bpm * f), spans, overall))
        for f in (0.5, 2 / 3, 1.5, 2.0)
        if SLOWEST_BPM <= bpm * f <= FASTEST_BPM
    ]
    on_beat = float(smooth[np.rint(beats).astype(int).clip(0, len(smooth) - 1)].mean() / max(smooth.mean(), 1e-9))
    even = float(np.exp(-8.0 * np.median(np.abs(distances / np.median(distances) - 1.0))))
    confident = float(np.clip((on_beat - 1.0) / 3.0, 0.0, 1.0)) * even
    rival = max(octave, default=0.0)
    tempo_confidence = float(np.clip(0.5 + 1.5 * (own - rival), 0.1, 1.0) * np.clip(2.5 * own + 0.2, 0.0, 1.0)) * (
        0.4 + 0.6 * even
    )
    times = tuple(round(max(0.0, float(b) / FRAMES_PER_S), 3) for b in beats)
    return Pulse(times, round(bpm, 2), round(tempo_confidence, 3), round(confident, 3), tempo_curve(np.array(times)))


def steady_bpm(beats: Floats) -> float:
    """The tempo (of beats in frames) that prevails: the median over spans of sixteen beats, which a lost beat does not move."""
    span = min(16, len(beats) - 1)
    return 60.0 * FRAMES_PER_S * span / float(np.median(beats[span:] - beats[:-span]))


def tempo_curve(beats_s: Floats) -> tuple[tuple[float, float], ...]:
    """(seconds, bpm) wherever the tempo over eight beats has moved by more than a hundredth."""
    span = min(8, len(beats_s) - 1)
    if span < 1:
        return ()
    bpm = 60.0 * span / (beats_s[span:] - beats_s[:-span])
    curve = [(float(beats_s[0]), round(float(bpm[0]), 2))]
    for at, each in zip(beats_s[span // 2 :], bpm, strict=False):
        if abs(each / curve[-1][1] - 1.0) > 0.01 and at > curve[-1][0]:
            curve.append((round(float(at), 3), round(float(each), 2)))
    return tuple(curve)
