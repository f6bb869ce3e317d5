"""How fast a known tune may go, and how a song of passages meets a length exactly.

A tempo is bounded by the words: the quickest of its syllables must stay pronounceable, the slowest must not drag. Where the
new style lives far from the tune's tempo, the band plays twice as fast, or half as fast, under it (`factor`: ticks of the
new song for one tick of the old).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import exp, log

import numpy as np

from troubadour.brief import Metre
from troubadour.edit.passages import Passage, in_bars
from troubadour.errors import BadRequest, LyricsTooLong
from troubadour.score import Score
from troubadour.units import SAMPLE_RATE_HZ, seconds_of_ticks

SHORTEST_S = 0.125  # of a syllable that can still be understood
SLOWEST = 0.62  # of its own tempo: longer notes than these make the words hard to follow
QUICKEST = 1.6
FACTORS = (Fraction(1), Fraction(2), Fraction(1, 2))
FACTOR_COST = 0.22  # the log of a change of tempo that is rather taken than another feel
BEST_TAIL_S, LEAST_TAIL_S, MOST_TAIL_S = 2.8, 1.5, 6.0
SHORTEST_SONG_S, LONGEST_SONG_S = 10.0, 480.0
REASON = 1.22  # how far a length may move the tempo, beside what the words bear
BARS_COST = 0.5  # of another number of bars, against the same change of tempo


@dataclass(frozen=True)
class Span:
    """Tempos at which a tune can be performed, in its own ticks."""

    own: float
    low: float
    high: float


def span_of(score: Score) -> Span:
    """The tempos that a score's words (or its tune) bear."""
    own = score.tempos[0].bpm
    gaps = [
        after[0].start - here[0].start
        for part in score.sung
        for line in part.lines
        for here, after in pairwise(line.notes)
        if after[0].start > here[0].start
    ]
    if not gaps:
        return Span(own, own * SLOWEST, own * QUICKEST)
    quick_s = seconds_of_ticks(float(np.quantile(gaps, 0.05)), own)
    return Span(own, own * SLOWEST, own * min(QUICKEST, max(1.0, quick_s / SHORTEST_S)))


@dataclass(frozen=True)
class Pace:
    """A tempo, and how many ticks of it a tick of the tune becomes."""

    bpm: float
    factor: Fraction = Fraction(1)


def factors(passages: Sequence[Passage]) -> tuple[Fraction, ...]:
    """The feels that a song can take: half needs even numbers of bars."""
    even = all(phrase.bars % 2 == 0 for passage in passages for phrase in passage.phrases)
    return FACTORS if even else FACTORS[:2]


def nearest(span: Span, low: float, high: float, feels: Sequence[Fraction]) -> Pace:
    """The tempo of a style (from `low` to `high`) that is nearest to a tune's, inside what its words bear."""

    def cost(pace: Pace) -> float:
        change = abs(log(pace.bpm / (span.own * float(pace.factor))))
        outside = abs(log(min(max(pace.bpm, low), high) / pace.bpm))
        return change + 1.5 * outside + (FACTOR_COST if pace.factor != 1 else 0.0)

    found = []
    for feel in feels:
        wish = min(max(span.own * float(feel), low), high)
        found.append(Pace(min(max(wish, span.low * float(feel)), span.high * float(feel)), feel))
    return min(found, key=cost)


def exactly(span: Span, bpm: float, feels: Sequence[Fraction]) -> Pace:
    """A tempo that was asked for. Raises BadRequest when the words cannot be sung at it."""
    pace = min((Pace(bpm, feel) for feel in feels), key=lambda p: abs(log(bpm / (span.own * float(p.factor)))) +
               (FACTOR_COST if p.factor != 1 else 0.0))  # fmt: skip
    sung = bpm / float(pace.factor)
    if not span.low * 0.9 <= sung <= span.high * 1.1:
        least, most = span.low * 0.9 * float(pace.factor), span.high * 1.1 * float(pace.factor)
        raise BadRequest(
            f"this tune cannot be performed at {bpm:g} bpm: between {least:.0f} and {most:.0f} bpm its words can be followed"
        )
    return pace


def between(one: float, other: float, share: float) -> float:
    """A tempo on the way from one to another."""
    return exp((1.0 - share) * log(one) + share * log(other))


# Length -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timed:
    """Passages at a tempo, with the exact length of the audio."""

    passages: tuple[Passage, ...]
    bpm: float
    frames: int


def timed(
    passages: Sequence[Passage], metre: Metre, bpm: float, limits: tuple[float, float], duration_s: float | None
) -> Timed:
    """The passages in the length that was asked for: by the tempo within its limits, by bars that nobody sings in, by stanzas
    that come again, and by the tail. Raises LyricsTooLong when the words need more time, BadRequest for a length outside what
    a song may have."""
    bars = sum(passage.bars for passage in passages)
    if duration_s is None:
        length_s = bars * _bar_s(metre, bpm) + max(BEST_TAIL_S, min(0.8 * _bar_s(metre, bpm), 4.5))
        if length_s > LONGEST_SONG_S:
            raise BadRequest(
                f"this would last {length_s:.0f} s; a song lasts {LONGEST_SONG_S:.0f} s at most: ask for a faster tempo"
            )
        return Timed(tuple(passages), bpm, round(length_s * SAMPLE_RATE_HZ))
    if not SHORTEST_SONG_S <= duration_s <= LONGEST_SONG_S:
        raise BadRequest(f"a song lasts {SHORTEST_SONG_S:.0f} to {LONGEST_SONG_S:.0f} seconds; {duration_s:g} were asked for")
    for count, tempo in _clocks(bars, metre, bpm, limits, duration_s):
        made = in_bars(passages, count, metre)
        if made is not None:
            return Timed(made, tempo, round(duration_s * SAMPLE_RATE_HZ))
    raise LyricsTooLong(_too_long(passages, metre, limits[1], duration_s))


def _bar_s(metre: Metre, bpm: float) -> float:
    return seconds_of_ticks(metre.bar_ticks, bpm)


def _clocks(bars: int, metre: Metre, bpm: float, limits: tuple[float, float], duration_s: float) -> list[tuple[int, float]]:
    """(bars, tempo) pairs that fill a time with a fair tail, the nearest to the song's own first."""
    low, high = limits
    found = []
    for count in range(1, int(duration_s / _bar_s(metre, high)) + 1):
        tempo = count * metre.bar_ticks / 480 * 60 / max(duration_s - BEST_TAIL_S, 1.0)
        tempo = round(min(max(tempo, low), high), 2)
        tail_s = duration_s - count * _bar_s(metre, tempo)
        if LEAST_TAIL_S <= tail_s <= max(MOST_TAIL_S, LEAST_TAIL_S + _bar_s(metre, tempo) + 0.01):
            cost = abs(log(tempo / bpm)) + (0.04 + BARS_COST * abs(log(count / bars)) if count != bars else 0.0)
            found.append((cost + 0.02 * abs(tail_s - BEST_TAIL_S), count, tempo))
    return [(count, tempo) for _, count, tempo in sorted(found)]


def _too_long(passages: Sequence[Passage], metre: Metre, high: float, duration_s: float) -> str:
    bars = sum(passage.bars for passage in passages)
    least = next((count for count in range(1, bars + 1) if in_bars(passages, count, metre) is not None), bars)
    least_s = least * _bar_s(metre, high) + LEAST_TAIL_S
    return f"this song's words need at least {least_s:.0f} seconds here; {duration_s:g} were asked for: ask for more time"
