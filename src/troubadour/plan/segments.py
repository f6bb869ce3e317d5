"""Music in sections of exact lengths.

Every section is whole bars that fill its time exactly, so it begins on the sample that was asked for. Where no one tempo makes
whole bars of all of them, the band plays each a little faster or slower, as little as can be; the last one goes on
in the tempo before it, and what is left after its bars is the ending, in which the last chord rings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log

import numpy as np

from troubadour.brief import Metre, Segment
from troubadour.errors import BadRequest
from troubadour.plan import form
from troubadour.plan.form import Block

KINDS = {"intro": "intro", "verse": "verse", "chorus": "chorus", "inst": "solo", "bridge": "bridge", "outro": "outro"}
QUIET = ("intro", "outro")  # nobody has a tune there
SHORTEST_S = 2.0
TAIL_SHARE, BEST_TAIL_S = 0.2, 2.8  # of the last section
STEPS = 240  # tempos that are tried
HOME_WEIGHT = 0.02  # a tempo far from the style's home costs little beside sections that drift apart
EXACT = 1e-6


@dataclass(frozen=True)
class Timed:
    """The sections' bars and tempos, and how far apart the tempos lie."""

    bars: tuple[int, ...]
    bpm: tuple[float, ...]
    cost: float


def timed(segments: Sequence[Segment], metre: Metre, low: float, high: float, home: float) -> Timed:
    """The bars and tempos of sections, alike in tempo as can be.

    Raises BadRequest for an unknown section, for one too short for a bar, and for a tempo that was asked for (`low` = `high`) at which one is not
    whole bars.
    """
    beats = metre.bar_ticks / 480
    for segment in segments:
        if segment.name not in KINDS:
            raise BadRequest(f"the section “{segment.name[:20]}” is not known: {', '.join(KINDS)} are")
        if segment.duration_s < max(SHORTEST_S, beats * 60 / max(high, home)):
            raise BadRequest(
                f"the section “{segment.name}” of {segment.duration_s:g} s is too short: at least {SHORTEST_S:g} s and one bar are needed"
            )
    tried = [_at(bpm, segments, beats, home) for bpm in np.geomspace(low, high, STEPS if high > low else 1)]
    best = min(tried, key=lambda each: each.cost)
    if low == high and any(abs(bpm / low - 1) > EXACT for bpm in best.bpm):
        bar_s = beats * 60 / low
        raise BadRequest(f"at {low:g} bpm a bar lasts {bar_s:g} s: sections must be whole bars, or leave the tempo out")
    return best


def _at(bpm: float, segments: Sequence[Segment], beats: float, home: float) -> Timed:
    *body, last = segments
    bars = [max(1, round(each.duration_s * bpm / 60 / beats)) for each in body]
    tempos = [beats * 60 * count / each.duration_s for count, each in zip(bars, body, strict=True)]
    closing = tempos[-1] if tempos else float(bpm)
    cost = sum(abs(log(tempo / bpm)) ** 1.5 for tempo in tempos) + HOME_WEIGHT * abs(log(bpm / home))
    return Timed((*bars, _closing_bars(last.duration_s, beats * 60 / closing)), (*tempos, closing), cost)


def _closing_bars(duration_s: float, bar_s: float) -> int:
    """Bars of the last section: as many as leave the last chord time to ring."""
    tail_s = min(BEST_TAIL_S, max(TAIL_SHARE * duration_s, 1.0))
    bars = max(1, floor((duration_s - tail_s) / bar_s + 0.5))
    while bars > 1 and duration_s - bars * bar_s < min(1.0, TAIL_SHARE * duration_s):
        bars -= 1
    return bars


def blocks_of(segments: Sequence[Segment], bars: Sequence[int]) -> list[Block]:
    """The sections as a form."""
    kinds = [KINDS[segment.name] for segment in segments]
    return [form.band_block(kind, count, tuneful=kind not in QUIET) for kind, count in zip(kinds, bars, strict=True)]


def changes(found: Timed) -> tuple[tuple[int, float], ...]:
    """(bar, bpm) wherever the tempo changes after the beginning."""
    made, at, now = [], 0, found.bpm[0]
    for count, bpm in zip(found.bars, found.bpm, strict=True):
        if abs(bpm / now - 1) > EXACT:
            made.append((at, bpm))
            now = bpm
        at += count
    return tuple(made)
