"""How strong each place of a bar is.

Levels: 5 the bar's first beat, 4 the beginning of its other half or group, 3 a beat, 2 half a beat (an eighth; in 6/8 the
eighths inside the dotted beat), 1 a quarter of a beat, 0 anything finer. Odd bars are grouped as players count them:
5/4 as 3 + 2, 7/8 as 2 + 2 + 3, 7/4 as 4 + 3.
"""

from __future__ import annotations

from functools import cache

from troubadour.brief import Metre

# Lengths of the groups of a bar, in units of the metre's own denominator, where the rule below would not find them.
GROUPS = {
    (4, 4): (2, 2), (2, 4): (2,), (3, 4): (3,), (5, 4): (3, 2), (6, 4): (3, 3), (7, 4): (4, 3),
    (2, 2): (1, 1), (3, 2): (1, 1, 1), (5, 8): (3, 2), (7, 8): (2, 2, 3), (8, 8): (3, 3, 2), (10, 8): (3, 3, 2, 2),
    (11, 8): (3, 3, 3, 2), (4, 8): (2, 2),
}  # fmt: skip


def groups(metre: Metre) -> tuple[int, ...]:
    """The groups of a bar, in units of the denominator."""
    known = metre.grouping or GROUPS.get((metre.beats, metre.unit))
    if known:
        return known
    if metre.unit >= 8 and metre.beats % 3 == 0:
        return (3,) * (metre.beats // 3)
    twos, rest = divmod(metre.beats, 2)
    return (2,) * (twos - rest) + (3,) * rest if twos else (metre.beats,)


def compound(metre: Metre) -> bool:
    """Whether the felt beat falls into three: 6/8, 9/8, 12/8."""
    return metre.unit >= 8 and metre.beats % 3 == 0 and metre.beats > 3 and not metre.grouping


def beat_ticks(metre: Metre) -> int:
    """Length of the felt beat: the dotted quarter of compound metres, else a quarter."""
    return 720 if compound(metre) else 480


@cache
def levels(metre: Metre) -> dict[int, int]:
    """Level by tick in the bar, for every place of level 2 and up."""
    unit = 1920 // metre.unit
    found = dict.fromkeys(range(0, metre.bar_ticks, 240), 2)
    place = 0
    beats_are_units = metre.unit <= 4
    starts = []
    for length in groups(metre):
        starts.append(place)
        if beats_are_units:
            found.update({place + step * unit: 3 for step in range(length)})
            if unit > 480:
                found.update({place + tick: 3 for tick in range(0, length * unit, 480)})
        place += length * unit
    for index, start in enumerate(starts):
        found[start] = 4 if len(starts) <= 3 or index % 2 == 0 else 3
    found[0] = 5
    return found


def level(tick: int, metre: Metre) -> int:
    """How strong the place `tick` (from the start of a bar; negative ones count back) is."""
    place = tick % metre.bar_ticks
    found = levels(metre).get(place)
    if found is not None:
        return found
    return 1 if place % 120 == 0 else 0
