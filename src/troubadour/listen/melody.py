"""The melody: the pitch that stands out, frame by frame, and the notes that it makes.

Every peak of the spectrum speaks for the notes that it may be an overtone of (J. Salamon, E. Gómez, "Melody extraction from
polyphonic music signals using pitch contour characteristics", 2012); the best smooth path through what they say is the line of
the melody; where the path is weak, nothing sings. The line is cut into notes where it steps or pauses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter, uniform_filter1d

from troubadour.listen.sound import RATE_HZ, Sound
from troubadour.listen.spectra import magnitudes
from troubadour.listen.value import HeardNote
from troubadour.stems.band.compiled import compiled

Floats = NDArray[np.float32]

WINDOW, HOP = 2048, 256
FRAMES_PER_S = RATE_HZ / HOP
LOWEST, HIGHEST = 38.0, 90.0  # MIDI pitches of a melody: D2 to F#6
STEPS_PER_SEMITONE = 5
STEPS = round((HIGHEST - LOWEST) * STEPS_PER_SEMITONE) + 1
OVERTONES, FALL = 14, 0.80
PEAKS, PEAK_RANGE = 60, 0.01  # of a frame: at most so many, none weaker than this share of the strongest
WIDTH_STEPS = 4  # how far a peak speaks for its neighbours
USUAL, USUAL_WIDTH = 66.0, 14.0  # where melodies lie
GLIDE_COST, LEAP_COST = 0.04, 1.1
VOICED = 0.42  # of the recording's strong frames


@dataclass(frozen=True)
class Melody:
    """The notes, and the line that they were made of: MIDI pitch per frame, 0 where nothing sings."""

    notes: tuple[HeardNote, ...]
    line: Floats
    strength: Floats
    confidence: float


def melody_of(sound: Sound) -> Melody:
    """The melody of a recording."""
    salience, best = saliences(sound)
    if best.max(initial=0.0) <= 0.0:
        return Melody((), np.zeros(0, np.float32), np.zeros(0, np.float32), 0.0)
    midi = LOWEST + np.arange(STEPS) / STEPS_PER_SEMITONE
    prior = -0.5 * ((midi - USUAL) / USUAL_WIDTH) ** 2
    path = _path(salience, prior.astype(np.float32), GLIDE_COST, LEAP_COST)
    share = salience[np.arange(len(path)), path]
    strength = share * best
    voiced = _voiced(strength, share)
    line = np.where(voiced, midi[path], 0.0).astype(np.float32)
    notes = notes_of(line)
    clear = float(share[voiced].mean()) if voiced.any() else 0.0
    return Melody(notes, line, strength, round(min(1.0, clear), 3) if notes else 0.0)


def saliences(sound: Sound) -> tuple[Floats, Floats]:
    """(strength of each pitch as a share of the frame's best [frames, STEPS], the best of each frame)."""
    ear = _ear(np.arange(WINDOW // 2 + 1) * RATE_HZ / WINDOW)
    frames = 1 + len(sound.samples) // HOP
    found, best = np.empty((frames, STEPS), np.float32), np.empty(frames, np.float32)
    for start, strong in magnitudes(sound.samples, WINDOW, HOP):
        raw = _saliences(strong * ear, RATE_HZ / WINDOW, LOWEST, STEPS, STEPS_PER_SEMITONE, OVERTONES, FALL, PEAKS, PEAK_RANGE,
                         WIDTH_STEPS)  # fmt: skip
        inside = slice(start, start + len(raw))
        best[inside] = raw.max(axis=1)
        found[inside] = raw / np.maximum(best[inside, None], 1e-12)
    return found, best


def _ear(hz: NDArray[np.float64]) -> Floats:
    """How loud a frequency is heard: IEC 61672's A-curve, softened."""
    f2 = np.maximum(hz, 1.0) ** 2
    a = 12194.0**2 * f2**2 / ((f2 + 20.6**2) * np.sqrt((f2 + 107.7**2) * (f2 + 737.9**2)) * (f2 + 12194.0**2))
    return np.asarray(np.where(hz > 5000.0, 0.0, a**0.7), dtype=np.float32)


@compiled
def _saliences(
    strong: Floats,
    bin_hz: float,
    lowest: float,
    steps: int,
    per_semitone: int,
    overtones: int,
    fall: float,
    most: int,
    share: float,
    width: int,
) -> Floats:
    """The strength of each pitch in each frame [frames, steps]."""
    frames, bins = strong.shape
    found = np.zeros((frames, steps), np.float32)
    at = np.zeros(bins // 2)
    height = np.zeros(bins // 2)
    shape = np.zeros(2 * width + 1)
    for w in range(2 * width + 1):
        shape[w] = np.cos(0.5 * np.pi * (w - width) / (width + 1)) ** 2
    for t in range(frames):
        spectrum = strong[t]
        loudest = spectrum.max()
        if loudest < 1e-5:
            continue
        count = 0
        for b in range(2, bins - 1):
            here = spectrum[b]
            if here > share * loudest and here > spectrum[b - 1] and here >= spectrum[b + 1]:
                left, mid, right = np.log(spectrum[b - 1] + 1e-9), np.log(here + 1e-9), np.log(spectrum[b + 1] + 1e-9)
                bend = left - 2.0 * mid + right
                moved = 0.5 * (left - right) / bend if bend < -1e-9 else 0.0
                at[count] = (b + moved) * bin_hz
                height[count] = here
                count += 1
        limit = np.sort(height[:count])[count - most] if count > most else 0.0
        for p in range(count):
            if height[p] < limit:
                continue
            weight = height[p] ** 0.7
            for overtone in range(1, overtones + 1):
                hz = at[p] / overtone
                if hz < 50.0:
                    break
                centre = (69.0 + 12.0 * np.log2(hz / 440.0) - lowest) * per_semitone
                nearest = int(np.floor(centre + 0.5))
                if nearest < -width:
                    break
                if nearest - width >= steps:
                    weight *= fall
                    continue
                for w in range(2 * width + 1):
                    step = nearest + w - width
                    if 0 <= step < steps:
                        found[t, step] += weight * shape[w]
                weight *= fall
    return found


@compiled
def _path(salience: Floats, prior: Floats, glide_cost: float, leap_cost: float) -> NDArray[np.int32]:
    """The best smooth line through the saliences."""
    frames, steps = salience.shape
    came = np.zeros((frames, steps), np.int16)
    total = np.zeros(steps, np.float32)
    fresh = np.zeros(steps, np.float32)
    near = 4
    for t in range(frames):
        best, which = -1e30, 0
        for k in range(steps):
            if total[k] > best:
                best, which = total[k], k
        for k in range(steps):
            reached, source = best - leap_cost, which
            for j in range(max(0, k - near), min(steps, k + near + 1)):
                glided = total[j] - glide_cost * abs(k - j)
                if glided > reached:
                    reached, source = glided, j
            fresh[k] = reached + salience[t, k] + 0.05 * prior[k]
            came[t, k] = source
        total[:] = fresh
    path = np.zeros(frames, np.int32)
    best = -1e30
    for k in range(steps):
        if total[k] > best:
            best, path[frames - 1] = total[k], k
    for t in range(frames - 1, 0, -1):
        path[t - 1] = came[t, path[t]]
    return path


def _voiced(strength: Floats, share: Floats) -> NDArray[np.bool_]:
    """Where the line is strong enough to be a melody, without holes and sparks shorter than a tenth of a second."""
    level = uniform_filter1d(strength, 5)
    strong = float(np.percentile(level, 90.0))
    voiced = (level > VOICED * strong) & (uniform_filter1d(share, 9) > 0.5)
    return np.asarray(median_filter(voiced.astype(np.uint8), 9) > 0)


def notes_of(line: Floats, shortest_s: float = 0.06) -> tuple[HeardNote, ...]:
    """A line of pitches cut into notes where it pauses, or leaves the note's middle for good."""
    notes = []
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (line > 0).astype(int), [0]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        for a, b in _steady(line[start:end]):
            if b - a >= shortest_s * FRAMES_PER_S:
                pitch = float(np.median(line[start + a : start + b]))
                notes.append(
                    HeardNote(round((start + a) / FRAMES_PER_S, 3), round((start + b) / FRAMES_PER_S, 3), round(pitch, 2))
                )
    return tuple(notes)


def _steady(line: Floats, away: float = 0.6, frames: int = 5) -> list[tuple[int, int]]:
    """Pieces within which the line stays near its own middle."""
    pieces, start, out = [], 0, 0
    for t in range(1, len(line)):
        middle = float(np.median(line[start : max(start + 1, t - out)][-40:]))
        out = out + 1 if abs(line[t] - middle) > away else 0
        if out >= frames:
            pieces.append((start, t - out + 1))
            start, out = t - out + 1, 0
    pieces.append((start, len(line)))
    return pieces
