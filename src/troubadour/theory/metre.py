"""Metres: how a bar falls into beats, and how a groove that was written for one metre is carried into another.

A *group* is what a foot taps: a quarter in simple metres, a dotted quarter in compound ones, two or three eighths in odd
ones (7/8 = 2+2+3, 5/8 = 2+3).
"""

from __future__ import annotations

from functools import cache

from troubadour.brief import Metre

QUARTER, DOTTED, EIGHTH = 480, 720, 240

# Which beat of a four-beat groove each group of another bar takes its events from; the backbeat falls on 1 and 3.
_BORROWED = {
    1: (0,),
    2: (0, 1),
    3: (0, 1, 3),
    4: (0, 1, 2, 3),
    5: (0, 1, 2, 2, 3),
    6: (0, 1, 2, 3, 2, 3),
    7: (0, 1, 2, 3, 0, 1, 3),
    8: (0, 1, 2, 3, 0, 1, 2, 3),
}
_BORROWED_ODD = {2: (0, 1), 3: (0, 2, 1), 4: (0, 1, 2, 3), 5: (0, 1, 2, 2, 3), 6: (0, 1, 2, 3, 2, 3), 7: (0, 1, 2, 3, 0, 1, 3)}


@cache
def groups(metre: Metre) -> tuple[int, ...]:
    """Lengths in ticks of the beats that a bar is felt in."""
    unit = 1920 // metre.unit
    if metre.grouping:
        return tuple(unit * count for count in metre.grouping)
    if metre.unit <= 4:
        return (unit,) * metre.beats
    if metre.beats % 3 == 0:
        return (3 * unit,) * (metre.beats // 3)
    pairs, rest = divmod(metre.beats, 2)
    return (2 * unit,) * (pairs - rest) + ((3 * unit,) if rest else ())


def is_compound(metre: Metre) -> bool:
    """True for 6/8, 9/8, 12/8: beats of three."""
    return metre.unit == 8 and metre.beats % 3 == 0 and not metre.grouping


def borrowed_beats(metre: Metre) -> tuple[int, ...]:
    """For each group of the bar, the beat of a four-beat bar that it is like."""
    count = len(groups(metre))
    table = _BORROWED if metre.unit <= 4 or is_compound(metre) else _BORROWED_ODD
    return table.get(count) or tuple(_BORROWED[4][i % 4] for i in range(count))


def halves(metre: Metre) -> tuple[int, ...]:
    """Where a second chord may enter: ticks into the bar, best first (the middle, or the later of two unequal halves)."""
    edges, at = [], 0
    for length in groups(metre)[:-1]:
        at += length
        edges.append(at)
    middle = metre.bar_ticks / 2
    return tuple(sorted(edges, key=lambda edge: (abs(edge - middle), -edge))) or (metre.bar_ticks // 2,)
