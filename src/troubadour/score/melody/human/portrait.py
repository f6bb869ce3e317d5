"""Figures that tell human tunes from others, for the selectors: of rhythms alone, and of pitches over a given rhythm.

All of them look at the eight bars that end with a phrase. Rhythms are tokens by sixteenth; pitches are [candidates, notes].
After the two-sample tests of Lopez-Paz and Oquab (2017); the selectors are trained in `training/melody/judges.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from troubadour.score.melody.human.rhythm import HOLD, ONSET, STEPS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WINDOW_BARS = 8
INTERVALS = np.array([-99, -11, -8, -6, -4, -2, -1, 0, 1, 2, 3, 5, 7, 8, 12, 99])
TIMES = np.array([0, 1, 2, 3, 4, 6, 8, 12, 16, 999]) + 0.5
LAGS = (1, 2, 4)


def _share(counts: Floats) -> Floats:
    return np.asarray(counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1e-9))


def _classes(values: Ints, edges: Sequence[float]) -> Ints:
    return np.asarray(np.searchsorted(np.asarray(edges), values, "left"), np.int64)


# Rhythm -----------------------------------------------------------------------------------------------------------------


def rhythm_portrait(tokens: Ints) -> Floats:
    """[bars, 16] tokens → figures of a rhythm."""
    bars = len(tokens)
    steps = tokens.ravel()
    onsets = np.flatnonzero(steps == ONSET)
    if len(onsets) < 3:
        return np.full(RHYTHM_FIGURES, np.nan)
    ends = np.array([_end(steps, onset) for onset in onsets.tolist()])
    lengths, waits, places = ends - onsets, np.diff(onsets), onsets % STEPS
    kinds = _classes(waits, (1, 2, 3, 4, 8))
    pairs = np.bincount(kinds[:-1] * 6 + kinds[1:], minlength=36).astype(float)
    masks = (tokens == ONSET).astype(float)
    density = masks.sum(axis=1)
    gaps = onsets[1:] - ends[:-1]
    figures = [
        _share(np.histogram(waits, TIMES)[0].astype(float)), _share(np.histogram(lengths, TIMES)[0].astype(float)),
        _share(np.bincount(places, minlength=STEPS).astype(float)), _share(pairs),
        [density.mean(), density.std(), density.max(), (density == 0).mean(), 1 - lengths.sum() / len(steps)],
        [(gaps > 0).mean(), (gaps >= 4).mean(), gaps.max(), (places + lengths > STEPS).mean(), (places % 2).mean()],
        [np.mean([(x % 4) and (x % 4) + y > 4 for x, y in zip(places, lengths, strict=True)])],
        *(_alike(masks, lag) for lag in LAGS), _best(masks),
        *([len(set(grams)) / len(grams)] if (grams := _grams(waits, size)) else [np.nan] for size in (2, 3, 5, 8)),
        [lengths[-1], len(steps) - onsets[-1], places[-1], _distinct_bars(tokens) / bars],
    ]  # fmt: skip
    return np.concatenate([np.asarray(part, float) for part in figures])


def _end(steps: Ints, onset: int) -> int:
    end = onset + 1
    while end < len(steps) and steps[end] == HOLD:
        end += 1
    return end


def _grams(values: Ints, size: int) -> list[tuple[int, ...]]:
    listed = values.tolist()
    return [tuple(listed[i : i + size]) for i in range(len(listed) - size + 1)]


def _alike(masks: Floats, lag: int) -> list[float]:
    """How alike bars a lag apart are in rhythm: mean, most, share of equal ones."""
    one, two = masks[:-lag], masks[lag:]
    union = np.maximum(one, two).sum(axis=1)
    used = (one.sum(axis=1) > 0) & (two.sum(axis=1) > 0)
    if not used.any():
        return [np.nan] * 3
    alike = (one * two).sum(axis=1)[used] / union[used]
    return [alike.mean(), alike.max(), (alike == 1).mean()]


def _best(masks: Floats) -> list[float]:
    both = masks @ masks.T
    sizes = masks.sum(axis=1)
    alike = both / np.maximum(sizes[:, None] + sizes[None, :] - both, 1)
    best = [alike[bar, :bar].max() for bar in range(1, len(masks))]
    return [float(np.mean(best)), float(np.min(best))]


def _distinct_bars(tokens: Ints) -> int:
    return len({bar.tobytes() for bar in (tokens == ONSET)})


RHYTHM_FIGURES = 9 + 9 + 16 + 36 + 5 + 5 + 1 + 9 + 2 + 4 + 4


# Pitch ------------------------------------------------------------------------------------------------------------------


def pitch_portrait(
    onsets: Ints, lengths: Ints, pitches: Ints, tones: NDArray[np.bool_], roots: Ints, bars: int, ends: Sequence[int]
) -> Floats:
    """[candidates, figures] of tunes over one rhythm.

    Onsets and lengths in sixteenths from the window's start, pitches [candidates, notes], `tones` [notes, 12] of the chord
    under each note, `roots` [notes], `ends` the notes that end a phrase.
    """
    size, count = pitches.shape
    places, classes = onsets % STEPS, pitches % 12
    moves, waits = np.diff(pitches, axis=1), np.diff(onsets)
    move_kinds = np.asarray(_classes(moves, (-3, -1, 0, 2)), np.int64)
    wait_kinds = _classes(waits, (1, 2, 3, 4, 8))
    fits = tones[np.arange(count)[None, :], classes]
    has = np.asarray(tones.any(axis=1))
    over_root = (pitches - roots[None, :]) % 12

    def counted(kinds: Ints, cells: int, weights: Ints | None = None) -> Floats:
        flat = kinds + cells * np.arange(size)[:, None]
        weight = None if weights is None else np.broadcast_to(weights, kinds.shape).ravel()
        return _share(np.bincount(flat.ravel(), weight, minlength=size * cells).reshape(size, cells).astype(float))

    def rate(flags: NDArray[np.bool_], where: NDArray[np.bool_]) -> Floats:
        chosen = np.broadcast_to(where, flags.shape)
        total = chosen.sum(axis=1)
        return np.where(total > 0, (flags & chosen).sum(axis=1) / np.maximum(total, 1), np.nan)

    sizes = np.asarray(np.abs(moves))
    near, leap = np.asarray(sizes <= 2), np.asarray(sizes >= 5)
    outside = ~fits & has[None, :]
    signs = np.sign(moves)
    columns = [
        counted(classes, 12, lengths), counted(np.asarray(np.searchsorted(INTERVALS[1:-1], moves, "right"), np.int64), 15),
        counted(move_kinds[:, :-1] * 5 + move_kinds[:, 1:], 25), counted(move_kinds * 6 + wait_kinds[None, :], 30),
        np.stack([rate(fits, has & where) for where in (onsets >= 0, places == 0, places % 4 == 0, places % 4 != 0, lengths >= 4)], 1),
        counted(over_root[:, roots >= 0], 12) if (roots >= 0).any() else np.zeros((size, 12)),
        np.stack([rate(near, outside[:, :-1]), rate(near, outside[:, 1:]), rate(signs[:, 1:] == -signs[:, :-1], leap[:, :-1])], 1),
        np.stack([leap.mean(1), (near & (moves != 0)).mean(1), (moves == 0).mean(1)], 1),
        np.stack([np.ptp(pitches, 1), pitches.mean(1), pitches.std(1), pitches.max(1), pitches.min(1)], 1).astype(float),
        (onsets[pitches.argmax(1)] / (bars * STEPS))[:, None],
        np.array([_returning(onsets, row, bars) for row in pitches]),
        np.array([_varied(row, waits) for row in moves]),
        np.stack([rate(fits, np.isin(np.arange(count), list(ends))), (classes[:, -1] == 0).astype(float)], 1),
        counted(classes[:, list(ends)], 12) if ends else np.zeros((size, 12)),
    ]  # fmt: skip
    return np.concatenate(columns, axis=1)


def _returning(onsets: Ints, pitches: Ints, bars: int) -> list[float]:
    """How much bars take up earlier ones: by lag the same pitches, the same up to a shift, equal bars; the best of all."""
    grid = np.zeros((bars, STEPS), np.int64)
    grid[onsets // STEPS, onsets % STEPS] = pitches + 100
    sounding = grid > 0
    sizes = sounding.sum(axis=1)
    found: list[float] = []
    for lag in LAGS:
        same, shifted, equal = [], [], []
        for bar in range(lag, bars):
            both = sounding[bar] & sounding[bar - lag]
            union = sizes[bar] + sizes[bar - lag] - both.sum()
            if sizes[bar] and sizes[bar - lag]:
                apart = (grid[bar] - grid[bar - lag])[both].tolist()
                same.append(apart.count(0) / union)
                shifted.append(max((apart.count(value) for value in set(apart)), default=0) / union)
                equal.append(float(same[-1] == 1))
        found += [float(np.mean(values)) if values else np.nan for values in (same, shifted, equal)]
    alike = (grid[:, None] == grid[None, :]) & sounding[:, None] & sounding[None, :]
    union_of = (sounding[:, None] | sounding[None, :]).sum(axis=2)
    shares = alike.sum(axis=2) / np.maximum(union_of, 1)
    best = [shares[bar, :bar].max() for bar in range(1, bars)]
    means = [grid[bar][sounding[bar]].mean() - 100 for bar in range(bars) if sizes[bar]]
    half = bars // 2
    early, late = grid[:half][sounding[:half]], grid[half:][sounding[half:]]
    rise = late.mean() - early.mean() if len(early) and len(late) else np.nan
    steps = np.abs(np.diff(means)).mean() if len(means) > 1 else np.nan
    return [*found, float(np.mean(best)), float(np.min(best)), float(np.max(best)), float(steps), float(rise)]


def _varied(moves: Ints, waits: Ints) -> list[float]:
    """Shares of distinct figures, turns of direction, runs, repeats."""
    both = moves * 1000 + np.minimum(waits, 99)
    shares = [
        len(set(grams)) / len(grams) if (grams := _grams(values, size)) else np.nan for values in (moves, both) for size in (2, 3, 5, 8)
    ]  # fmt: skip
    signs = np.sign(moves[moves != 0]).tolist()
    runs = [len(list(group)) for _, group in groupby(signs)] or [0]
    repeats = max((len(list(group)) + 1 for still, group in groupby((moves == 0).tolist()) if still), default=1)
    turns = (len(runs) - 1) / max(1, len(signs) - 1)
    return [*shares, turns, float(np.mean(runs)), float(max(runs)), float(repeats)]
