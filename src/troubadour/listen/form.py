"""Sections: where the music turns to something else, and which parts are alike.

The harmony and the sound of every beat are compared with those of every other; a boundary stands where what lies before is alike
in itself, what lies after is alike in itself, and the two are not (J. Foote, "Automatic audio segmentation using a measure of
audio novelty", 2000), on several scales at once.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from troubadour.listen import pitches
from troubadour.listen.pitches import Pitches, whitened
from troubadour.listen.value import HeardSection

Floats = NDArray[np.float64]

SCALES_S = (6.0, 12.0, 20.0)  # how much music before and after a boundary is compared
SHORTEST_S = 7.0
LEAST_NOVELTY = 0.8  # deviations above the mean
ALIKE = 0.72  # how alike two sections with one letter are, at least


def sections_of(
    heard: Pitches, edges_s: Floats, downbeats_s: tuple[float, ...], duration_s: float
) -> tuple[tuple[HeardSection, ...], float]:
    """The sections of a recording, from its beginning to its end, and the confidence in them."""
    if not heard.any or duration_s < 2 * SHORTEST_S:
        return (HeardSection(0.0, duration_s, "A"),), 0.2
    features = _features(heard, edges_s)
    middles_s = 0.5 * (edges_s[1:] + edges_s[:-1])
    likeness = features @ features.T
    novelty = _novelty(likeness, middles_s)
    bounds_s = _bounds(novelty, edges_s, downbeats_s, duration_s)
    letters = _letters(likeness, middles_s, bounds_s)
    sections = tuple(
        HeardSection(round(a, 3), round(b, 3), letter) for a, b, letter in zip(bounds_s, bounds_s[1:], letters, strict=False)
    )
    inner = [novelty[int(np.argmin(np.abs(edges_s[:-1] - b)))] for b in bounds_s[1:-1]]
    return sections, round(float(np.clip(np.mean(inner) / 4.0, 0.05, 0.9)) if inner else 0.3, 3)


def _features(heard: Pitches, edges_s: Floats) -> Floats:
    """Harmony and sound of each span as one vector of length one [spans, features]."""
    at = np.clip(np.rint(edges_s * pitches.FRAMES_PER_S).astype(int), 0, len(heard.strengths))
    white = whitened(heard.strengths)
    last = len(white) - 1
    classes = np.stack([white[min(a, last) : max(b, min(a, last) + 1)].mean(axis=0) for a, b in pairwise(at)])
    classes = classes.reshape(len(classes), -1, 12, pitches.FINE).sum(axis=(1, 3))
    loud = np.stack([heard.strengths[min(a, last) : max(b, min(a, last) + 1)].mean(axis=0) for a, b in pairwise(at)])
    shape = scipy.fft.dct(np.log(loud.reshape(len(loud), -1, 6).sum(axis=2) + 1e-4), axis=1, norm="ortho")[:, :12]
    blocks = (
        gaussian_filter1d(_unit(classes - classes.mean(axis=0)), 2.0, axis=0),
        gaussian_filter1d(_unit((shape - shape.mean(axis=0)) / (shape.std(axis=0) + 1e-6)), 2.0, axis=0),
    )
    return _unit(np.concatenate([_unit(blocks[0]), _unit(blocks[1])], axis=1))


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def _novelty(likeness: Floats, middles_s: Floats) -> Floats:
    """How much of a boundary the beginning of each span is, in deviations above the mean."""
    step_s = float(np.median(np.diff(middles_s)))
    total = np.zeros(len(likeness))
    for scale_s in SCALES_S:
        size = max(2, round(scale_s / step_s))
        if 2 * size > len(likeness):
            continue
        taper = np.exp(-0.5 * (2.0 * (np.arange(-size, size) + 0.5) / size) ** 2)
        board = np.outer(taper, taper) * np.kron([[1, -1], [-1, 1]], np.ones((size, size)))
        padded = np.pad(likeness, size, mode="edge")
        raw = np.array([np.sum(board * padded[i : i + 2 * size, i : i + 2 * size]) for i in range(len(likeness))])
        total += (raw - raw.mean()) / max(float(raw.std()), 1e-9)
    return np.asarray((total - total.mean()) / max(float(total.std()), 1e-9))


def _bounds(novelty: Floats, edges_s: Floats, downbeats_s: tuple[float, ...], duration_s: float) -> list[float]:
    """The boundaries from the strongest down, none nearer to another than SHORTEST_S, each at a downbeat."""
    chosen = [0.0, duration_s]
    peaks = [
        i
        for i in range(1, len(novelty) - 1)
        if novelty[i] > LEAST_NOVELTY and novelty[i] >= novelty[i - 1] and novelty[i] > novelty[i + 1]
    ]
    for i in sorted(peaks, key=lambda each: -novelty[each]):
        at = float(edges_s[i])
        if downbeats_s:
            near = min(downbeats_s, key=lambda each: abs(each - at))
            at = near if abs(near - at) < 1.6 else at
        if all(abs(at - each) >= SHORTEST_S for each in chosen):
            chosen.append(at)
    return sorted(chosen)


def _letters(likeness: Floats, middles_s: Floats, bounds_s: list[float]) -> list[str]:
    """A letter for each section; sections that sound alike share one."""
    inside = [np.flatnonzero((middles_s >= a) & (middles_s < b)) for a, b in pairwise(bounds_s)]
    letters: list[str] = []
    for number, own in enumerate(inside):
        best, which = ALIKE, None
        for earlier in range(number):
            if len(own) and len(inside[earlier]):
                block = likeness[np.ix_(own, inside[earlier])]
                alike = float(np.mean(np.sort(block, axis=1)[:, -max(1, block.shape[1] // 8) :]))
                if alike > best:
                    best, which = alike, letters[earlier]
        letters.append(which or chr(ord("A") + min(25, len(set(letters)))))
    return letters
