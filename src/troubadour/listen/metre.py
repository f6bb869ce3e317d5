"""Downbeats and metre: which beats begin a bar.

A bar begins where the harmony changes, the bass enters and something begins. For every number of beats to the bar the best path
through the beats, which seldom loses its count, is found; the metre whose downbeats stand out most is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from troubadour.listen import pitches, rhythm
from troubadour.listen.pitches import Pitches, whitened
from troubadour.listen.rhythm import Onsets, Pulse
from troubadour.listen.value import HeardChord

Floats = NDArray[np.float64]

CHORD, HARMONY, BASS, ONSET = 1.0, 0.5, 0.5, 0.3  # what each says about a bar's beginning
LOST_COUNT = 4.0  # what a bar of the wrong length costs
METRES = {4: 0.10, 3: 0.0, 2: -0.12}  # beats to the bar, and how usual they are
NAMES = {4: "4/4", 3: "3/4", 2: "2/4"}
LEAST_BEATS = 8


@dataclass(frozen=True)
class Bars:
    """Where bars begin."""

    downbeats_s: tuple[float, ...]
    downbeats_confidence: float
    metre: str | None
    metre_confidence: float


NO_BARS = Bars((), 0.0, None, 0.0)


def bars_of(pulse: Pulse, onsets: Onsets, heard: Pitches, chords: Sequence[HeardChord]) -> Bars:
    """The bars of a recording."""
    if len(pulse.beats_s) < LEAST_BEATS:
        return NO_BARS
    beats = np.asarray(pulse.beats_s)
    strong = accents(beats, onsets, heard, chords)
    found = {}
    for length, usual in METRES.items():
        place = _counted(strong, length)
        inside = strong[place == 0]
        others = strong[place != 0]
        clear = float(inside.mean() - others.mean()) if len(inside) and len(others) else -1.0
        found[length] = (clear + usual, clear, place)
    length = max(found, key=lambda each: found[each][0])
    _, clear, place = found[length]
    rival = max(found[each][0] for each in found if each != length)
    sure = float(np.clip(clear / 1.6, 0.0, 1.0))
    metre_sure = float(np.clip(0.45 + 0.8 * (found[length][0] - rival), 0.1, 1.0)) * (0.4 + 0.6 * sure)
    downbeats = tuple(float(b) for b in beats[place == 0])
    return Bars(downbeats, round(sure * pulse.beats_confidence, 3), NAMES[length], round(metre_sure, 3))


def accents(beats_s: Floats, onsets: Onsets, heard: Pitches, chords: Sequence[HeardChord]) -> Floats:
    """How much each beat sounds like the beginning of a bar, evened to mean 0 and deviation 1."""
    frames = np.rint(beats_s * rhythm.FRAMES_PER_S).astype(int)
    total = (
        CHORD * _evened(_changes(beats_s, chords))
        + HARMONY * _evened(_turns(beats_s, heard))
        + BASS * _evened(_around(onsets.ranges[0], frames))
        + ONSET * _evened(_around(onsets.whole, frames))
    )
    return _evened(total)


def _changes(beats_s: Floats, chords: Sequence[HeardChord]) -> Floats:
    """How much of a new chord begins at each beat."""
    near_s = 0.3 * float(np.median(np.diff(beats_s)))
    found = np.zeros(len(beats_s))
    for before, chord in pairwise(chords):
        at = int(np.argmin(np.abs(beats_s - chord.start_s)))
        if abs(beats_s[at] - chord.start_s) < near_s:
            lasts = min(1.0, (chord.end_s - chord.start_s) / (4.0 * near_s))
            found[at] += lasts * (0.5 + 0.5 * (before.label.split(":")[0] != chord.label.split(":")[0]))
    return found


def _turns(beats_s: Floats, heard: Pitches) -> Floats:
    """How much the pitch classes of the two beats from each beat on differ from those of the two before."""
    gap = float(beats_s[-1] - beats_s[-2])
    edges = np.concatenate([beats_s, beats_s[-1:] + gap])
    at = np.clip(np.rint(edges * pitches.FRAMES_PER_S).astype(int), 0, len(heard.strengths) - 1)
    white = whitened(heard.strengths)
    spans = np.stack([white[a : max(b, a + 1)].mean(axis=0) for a, b in pairwise(at)])
    classes = spans.reshape(len(spans), -1, 12, pitches.FINE).sum(axis=(1, 3))
    padded = np.pad(classes, ((2, 1), (0, 0)), mode="edge")
    before, after = padded[:-3] + padded[1:-2], padded[2:-1] + padded[3:]
    norm = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return np.asarray(1.0 - np.sum(before * after, axis=1) / np.maximum(norm, 1e-9))


def _around(curve: Floats, frames: NDArray[np.int_]) -> Floats:
    return np.array([curve[max(0, f - 3) : f + 4].max(initial=0.0) for f in frames])


def _evened(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-9))


def _counted(strong: Floats, length: int) -> NDArray[np.int_]:
    """The place of each beat in its bar, 0 first."""
    total = np.full(length, 0.0)
    came = np.zeros((len(strong), length), int)
    for number, each in enumerate(strong):
        before = np.roll(total, 1)
        source = (np.arange(length) - 1) % length
        best = int(np.argmax(total))
        lost = total[best] - LOST_COUNT > before
        before = np.where(lost, total[best] - LOST_COUNT, before)
        came[number] = np.where(lost, best, source)
        total = before + np.where(np.arange(length) == 0, each, -each / max(1, length - 1))
    place = [int(np.argmax(total))]
    for number in range(len(strong) - 1, 0, -1):
        place.append(int(came[number, place[-1]]))
    return np.array(place[::-1])
