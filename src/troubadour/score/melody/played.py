"""A tune for an instrument: rhythm without words.

Bars come in fours with a scheme of letters; equal letters share their rhythm, the fourth bar rests. The onsets of a bar
are drawn by the strength of their places, the style's density and its love of syncopation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from troubadour.brief import Metre
from troubadour.score.melody.metre import compound, level
from troubadour.score.melody.traits import Traits
from troubadour.score.melody.tune import LineNotes

UNITS = ("aabc", "abac", "aaba", "abcb", "abab")  # four bars each
LIKING = (0.0, 0.03, 0.35, 0.8, 0.9, 1.2)  # of an onset on each metrical level


@dataclass(frozen=True)
class PlayedRhythm:
    """The lines of a played phrase (two bars each, or what is left) and the scheme of letters that relates them."""

    lines: tuple[LineNotes, ...]
    scheme: str


def played_rhythm(bars: int, metre: Metre, traits: Traits, tempo_bpm: float, stream: np.random.Generator) -> PlayedRhythm:
    """A rhythm for a phrase of `bars` bars."""
    letters = str(stream.choice(UNITS))
    density = traits.lead_density * metre.bar_ticks / 1920 * min(1.15, max(0.6, (115 / tempo_bpm) ** 0.5))
    shapes = {letter: _bar(metre, traits, density, stream) for letter in "abc"}
    rest = _resting_bar(metre, stream)
    by_bar = [rest if bar % 4 == 3 or bar == bars - 1 else shapes[letters[bar % 4]] for bar in range(bars)]
    step = 2 if bars > 1 else 1
    lines, scheme = [], ""
    for first in range(0, bars, step):
        count = min(step, bars - first)
        lines.append(_line(first, by_bar[first : first + count], metre))
        scheme += letters[(first // step) % 2 * 2 if count == 2 else 1]
    return PlayedRhythm(tuple(lines), scheme)


def _line(first: int, shapes: list[tuple[int, ...]], metre: Metre) -> LineNotes:
    start = first * metre.bar_ticks
    end = start + len(shapes) * metre.bar_ticks
    onsets = [start + bar * metre.bar_ticks + tick for bar, shape in enumerate(shapes) for tick in shape]
    nexts = [*onsets[1:], end - 240 if len(onsets) > 1 and end - onsets[-1] > 480 else end]
    lengths = tuple(max(60, min(after - here, 1920)) for here, after in zip(onsets, nexts, strict=True))
    return LineNotes(start, end, tuple(onsets), lengths, tuple(0.0 for _ in onsets))


def _bar(metre: Metre, traits: Traits, density: float, stream: np.random.Generator) -> tuple[int, ...]:
    places = list(range(0, metre.bar_ticks, 120))
    lean = 0.6 * (traits.syncopation - 0.2)
    logs = np.array(
        [np.log(max(LIKING[level(tick, metre)] + (lean if level(tick, metre) == 2 else 0.0), 0.01)) for tick in places]
    )
    if compound(metre):
        logs = logs + np.array([0.6 if tick % 240 == 0 else -2.0 for tick in places])
    count = int(np.clip(round(density + stream.normal(0, 0.8)), 1, len(places)))
    chosen = np.argsort(-(logs + stream.gumbel(0, 0.55, len(places))))[:count]
    return tuple(sorted(int(places[index]) for index in chosen))


def _resting_bar(metre: Metre, stream: np.random.Generator) -> tuple[int, ...]:
    """The bar in which a phrase comes to rest: a long note, perhaps with one or two before it."""
    group = metre.bar_ticks // 2 // 240 * 240
    options = ((0,), (0, group), (0, 480, group) if group > 480 else (0, group), (0, 240, group))
    return tuple(sorted({tick for tick in options[stream.integers(len(options))] if tick < metre.bar_ticks}))
