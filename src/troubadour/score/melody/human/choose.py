"""Which of several candidates of a phrase is kept: the one that the selectors find most human and that copies nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from troubadour.score.melody.human.portrait import WINDOW_BARS, pitch_portrait, rhythm_portrait
from troubadour.score.melody.human.relations import Span
from troubadour.score.melody.human.rhythm import ONSET, STEPS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ChordAt = Callable[[int], tuple[frozenset[int], int]]  # tick → (tones, root or -1)

LEAST_NOTES = 1.5 * WINDOW_BARS  # with fewer, a window tells nothing
STEP = 120  # ticks of a sixteenth


def rhythm_portraits(made: Ints, before: Mapping[int, Ints], span: Span) -> Floats | None:
    """[candidates, figures] of the eight bars that end with a phrase [candidates, bars, 16]; None where they tell too little."""
    first = max(0, span.first + made.shape[1] - WINDOW_BARS)
    earlier = [before[bar] for bar in range(first, span.first) if bar in before]
    inside = made[:, max(0, first - span.first) :]
    if len(earlier) + inside.shape[1] < WINDOW_BARS:
        return None
    history = np.array(earlier, np.int64).reshape(-1, STEPS)
    windows = [np.concatenate([history, one]) for one in inside]
    rows = [rhythm_portrait(window) for window in windows]
    told = [(window == ONSET).sum() >= LEAST_NOTES for window in windows]
    return np.array([row if enough else np.full(len(row), np.nan) for row, enough in zip(rows, told, strict=True)])


def pitch_portraits(
    drawn: Ints, pitches: Sequence[int], notes: Sequence[tuple[int, int]], span: Span, chord_at: ChordAt, spans: Sequence[Span]
) -> Floats | None:
    """[candidates, figures] of the eight bars that end with a phrase; None where they tell too little.

    `pitches` are those of the notes before the phrase, `drawn` [candidates, notes] its own; `notes` are (start, length) in ticks.
    """
    last = span.first + span.bars
    first, begin, end = last - WINDOW_BARS, len(pitches), len(pitches) + drawn.shape[1]
    start = next((i for i in range(end) if notes[i][0] >= first * STEPS * STEP), end)
    inside = notes[start:end]
    if first < 0 or len(inside) < LEAST_NOTES:
        return None
    onsets = np.array([round(tick / STEP) for tick, _ in inside]) - first * STEPS
    lengths = np.array([max(1, round(length / STEP)) for _, length in inside])
    tones, roots = np.zeros((len(inside), 12), bool), np.full(len(inside), -1)
    for index, (tick, _) in enumerate(inside):
        chord, roots[index] = chord_at(tick)
        tones[index, list(chord)] = True
    earlier = np.tile(np.array(pitches[start:begin], np.int64), (len(drawn), 1))
    whole = np.concatenate([earlier, drawn[:, max(0, start - begin) :]], axis=1)
    edges = [one.first + one.bars for one in spans if one.tuneful and first <= one.first and one.first + one.bars <= last]
    before_edge = [[i for i, (tick, _) in enumerate(inside) if tick < edge * STEPS * STEP] for edge in edges]
    inside_window = onsets < WINDOW_BARS * STEPS
    ends = [found[-1] for found in before_edge if found and inside_window[found[-1]]]
    if not inside_window.all():
        onsets = np.minimum(onsets, WINDOW_BARS * STEPS - 1)
    return pitch_portrait(onsets, lengths, whole, tones, roots, WINDOW_BARS, ends)
