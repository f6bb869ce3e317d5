"""Key and chords.

Chords: the pitch classes of bass and treble between two half beats are compared with templates of twelve roots and a few
qualities; the best path through them stays where it is unless the sound says otherwise, and prefers chords of the key.

Key: the pitch classes of the whole recording against profiles of the 24 keys (D. Temperley, "The Cognition of Basic Musical
Structures", 2001; J. Albrecht, D. Shanahan, 2013), together with how well the chords that were heard sit in each key.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from troubadour.brief import Key
from troubadour.listen.pitches import FRAMES_PER_S, Pitches, chroma, notes_of, whitened
from troubadour.listen.value import HeardChord

Floats = NDArray[np.float64]
Name = tuple[int, str] | None  # root and quality; None: no chord

# Pitch classes above the root with their weights, what the quality costs against a plain triad, and how it is written.
QUALITIES = {
    "maj": ((0, 4, 7), 0.0),
    "min": ((0, 3, 7), 0.0),
    "7": ((0, 4, 7, 10), 0.035),
    "min7": ((0, 3, 7, 10), 0.035),
    "maj7": ((0, 4, 7, 11), 0.04),
    "dim": ((0, 3, 6), 0.06),
    "sus4": ((0, 5, 7), 0.06),
}
ROOT_BASS, FIFTH_BASS = 1.0, 0.35
BASS_WEIGHT = 0.30
SHARPNESS = 14.0  # how much a better fit counts against staying
STAY_COST = 3.5  # of a change of chord, as a logarithm of odds
OUTSIDE_COST = 0.35  # of a chord outside the key
NO_CHORD = 0.50  # fit below which nothing tuned is heard

# Share of each degree in pieces in major and minor; first Temperley's (2001), then Albrecht and Shanahan's (2013).
PROFILES = {
    "major": ((5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0),
              (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)),
    "minor": ((5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0),
              (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)),
}  # fmt: skip
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10, 11)}


@dataclass(frozen=True)
class Harmony:
    """What is heard of key and chords."""

    key: Key | None
    key_confidence: float
    chords: tuple[HeardChord, ...]
    chords_confidence: float


NO_HARMONY = Harmony(None, 0.0, (), 0.0)
KEYS = tuple(Key(tonic, mode) for mode in ("major", "minor") for tonic in range(12))


def harmony_of(pitches: Pitches, beats_s: tuple[float, ...], duration_s: float) -> Harmony:
    """Key and chords of a recording."""
    if not pitches.any:
        return NO_HARMONY
    edges_s = half_beats(beats_s, duration_s)
    bass, treble = _between(pitches, edges_s)
    scores = key_scores(bass, treble, np.diff(edges_s))
    best, second = np.argsort(scores)[::-1][:2]
    key = KEYS[best]
    confidence = float(np.clip(0.45 + 4.0 * (scores[best] - scores[second]), 0.0, 1.0) * np.clip(scores[best] * 1.3, 0.0, 1.0))
    labels, fits = _decoded(bass, treble, key)
    chords = _joined(labels, fits, edges_s)
    sure = float(np.average([c.confidence for c in chords], weights=[c.end_s - c.start_s for c in chords])) if chords else 0.0
    return Harmony(key, round(confidence, 3), chords, round(sure, 3))


def half_beats(beats_s: tuple[float, ...], duration_s: float) -> Floats:
    """The edges that chords may change at: the beats and the middles between them; four a second where nothing beats."""
    if len(beats_s) < 4:
        return np.append(np.arange(0.0, max(duration_s - 0.1, 0.1), 0.25), duration_s)
    beats = np.asarray(beats_s)
    lead = np.arange(beats[0] - np.median(np.diff(beats)), 0.0, -np.median(np.diff(beats)))[::-1]
    tail = np.arange(beats[-1] + np.median(np.diff(beats)), duration_s, np.median(np.diff(beats)))
    whole = np.concatenate([lead, beats, tail])
    both = np.sort(np.concatenate([whole, 0.5 * (whole[1:] + whole[:-1])]))
    return np.concatenate([[0.0], both[(both > 0.05) & (both < duration_s - 0.05)], [duration_s]])


def _between(pitches: Pitches, edges_s: Floats) -> tuple[Floats, Floats]:
    """(bass, treble) pitch classes between each two edges [spans, 12]."""
    frames = np.clip(np.rint(edges_s * FRAMES_PER_S).astype(int), 0, len(pitches.strengths))
    white = whitened(pitches.strengths)
    spans = np.stack(
        [np.median(white[a : max(b, a + 1)], axis=0) if a < len(white) else white[-1] for a, b in pairwise(frames)]
    )
    bass, treble = chroma(notes_of(spans))
    return bass.astype(np.float64), treble.astype(np.float64)


def key_scores(bass: Floats, treble: Floats, lasts_s: Floats) -> Floats:
    """How well each of KEYS fits, as correlations."""
    both = _unit(treble) + 0.5 * _unit(bass)
    total = (both * lasts_s[:, None]).sum(axis=0)
    scores = np.zeros(len(KEYS))
    for number, key in enumerate(KEYS):
        for profile in PROFILES[key.mode]:
            scores[number] += 0.5 * np.corrcoef(total, np.roll(profile, key.tonic))[0, 1]
    return np.nan_to_num(scores)


def _unit(classes: Floats) -> Floats:
    return np.asarray(classes / np.maximum(np.linalg.norm(classes, axis=1, keepdims=True), 1e-6))


def _decoded(bass: Floats, treble: Floats, key: Key) -> tuple[list[Name], Floats]:
    """The best path of chords, as indices into the table with names; and how well each fits."""
    names, fit = _fits(bass, treble)
    inside = np.array([_belongs(name, key) for name in names])
    emission = SHARPNESS * fit - OUTSIDE_COST * ~inside
    path = _viterbi(emission, STAY_COST)
    confidence = np.exp(SHARPNESS * (fit - fit.max(axis=1, keepdims=True)))
    sure = confidence[np.arange(len(path)), path] / np.maximum(confidence.sum(axis=1), 1e-9)
    return [names[k] for k in path], np.asarray(sure * np.minimum(1.0, fit[np.arange(len(path)), path] / 0.8))


def _fits(bass: Floats, treble: Floats) -> tuple[list[Name], Floats]:
    names: list[Name] = [None]
    high, low = _unit(treble), _unit(bass)
    columns = [np.full(len(bass), NO_CHORD)]
    silent = (np.linalg.norm(treble, axis=1) + np.linalg.norm(bass, axis=1)) < 1e-3
    for quality, (classes, costs) in QUALITIES.items():
        for root in range(12):
            template = np.zeros(12)
            template[[(root + c) % 12 for c in classes]] = 1.0
            template /= np.linalg.norm(template)
            under = np.zeros(12)
            under[root] = ROOT_BASS
            under[(root + classes[2]) % 12] = FIFTH_BASS
            under /= np.linalg.norm(under)
            fit = (high @ template + BASS_WEIGHT * (low @ under)) / (1.0 + BASS_WEIGHT) - costs
            names.append((root, quality))
            columns.append(np.where(silent, 0.0, fit))
    return names, np.stack(columns, axis=1)


def _belongs(name: Name, key: Key) -> bool:
    if name is None:
        return True
    scale = {(key.tonic + step) % 12 for step in SCALES[key.mode]}
    return all((name[0] + c) % 12 in scale for c in QUALITIES[name[1]][0])


def _viterbi(emission: Floats, change_cost: float) -> NDArray[np.int_]:
    """The best path when every change costs the same."""
    total, came = emission[0].copy(), np.zeros(emission.shape, int)
    own = np.arange(emission.shape[1])
    for t in range(1, len(emission)):
        best = int(np.argmax(total))
        stay = total >= total[best] - change_cost
        came[t] = np.where(stay, own, best)
        total = np.where(stay, total, total[best] - change_cost) + emission[t]
    path = [int(np.argmax(total))]
    for t in range(len(emission) - 1, 0, -1):
        path.append(int(came[t, path[-1]]))
    return np.array(path[::-1])


ROOTS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def _joined(names: list[Name], sure: Floats, edges_s: Floats) -> tuple[HeardChord, ...]:
    """Equal neighbours as one chord."""
    chords: list[HeardChord] = []
    start = 0
    for end in range(1, len(names) + 1):
        if end == len(names) or names[end] != names[start]:
            name = names[start]
            label = "N" if name is None else f"{ROOTS[name[0]]}:{name[1]}"
            mean = float(np.average(sure[start:end], weights=np.diff(edges_s[start : end + 1])))
            chords.append(HeardChord(round(float(edges_s[start]), 3), round(float(edges_s[end]), 3), label, round(mean, 3)))
            start = end
    return tuple(chords)
