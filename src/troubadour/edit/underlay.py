"""`underlaid`: given words under a given tune, as a singer reads them off a sheet: the tune's notes stay, every syllable is sung.

Each line takes the stretch of the tune that suits it best: about as many notes as it has syllables, from breath to breath, in
order. Notes between two lines are left to nobody. A syllable too many halves the longest note; a note too many is drawn into the
syllable before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from troubadour.brief import Line
from troubadour.errors import LyricsTooLong
from troubadour.score import Note, SungLine

BREATH_TICKS, PAUSE_TICKS = 240, 960  # a rest at which a line may end; one that no line holds inside
FEWEST, MOST = 0.6, 2.5  # notes of a line for each of its syllables
# Costs: notes too many or too few, an edge without a breath, a pause inside, and each note that is left to nobody before a line.
UNEVEN, BREATHLESS, PAUSING, SKIPPED = 2.0, 1.0, 2.0, 0.06
EQUAL = 1e-9

Costs = NDArray[np.float64]


def underlaid(lines: Sequence[Line], tune: Sequence[Note]) -> tuple[SungLine, ...]:
    """The lines with their notes. `tune` has one note at a time. Raises LyricsTooLong when it has too few for the words."""
    spans = _shared_out([line.syllable_count for line in lines], tune)
    if spans is None:
        syllables = sum(line.syllable_count for line in lines)
        raise LyricsTooLong(
            f"these words have {syllables} syllables, and the tune that was heard has {len(tune)} notes: shorten the words"
        )
    return tuple(_set(line, tune[low:high]) for line, (low, high) in zip(lines, spans, strict=True))


def _shared_out(syllables: Sequence[int], tune: Sequence[Note]) -> list[tuple[int, int]] | None:
    """First note and the note after the last for each line, at the least cost by dynamic programming; None where nothing fits."""
    count = len(tune)
    gaps = np.array([after.start - note.end for note, after in pairwise(tune)], float)
    rests = np.concatenate([[PAUSE_TICKS], gaps, [PAUSE_TICKS]])[: count + 1]
    edge = BREATHLESS * (1.0 - np.clip(rests / BREATH_TICKS, 0.0, 1.0))
    best = np.asarray(np.arange(count + 1) * SKIPPED, np.float64)
    steps = []
    for size in syllables:
        ended, begun = _line_ends(best, size, edge, gaps)
        best, came = _after_rests(ended)
        steps.append((begun, came))
    if not np.isfinite(ended).any():
        return None
    spans, at = [], int(ended.argmin())  # what comes after the last line costs nothing
    for begun, came in reversed(steps):
        end = int(came[at])
        at = int(begun[end])
        spans.append((at, end))
    return spans[::-1]


def _line_ends(best: Costs, size: int, edge: Costs, gaps: Costs) -> tuple[Costs, NDArray[np.int64]]:
    """For every note, the least cost with a line of so many syllables ending before it, and where the line begins then."""
    count = len(best) - 1
    ended, begun = np.full(count + 1, np.inf), np.zeros(count + 1, np.int64)
    widest = np.zeros(count)  # the longest rest inside the stretch that begins at each note
    for notes in range(1, min(count, round(MOST * size) + 1) + 1):
        firsts = np.arange(count - notes + 1)
        if notes > 1:
            widest[firsts] = np.maximum(widest[firsts], gaps[firsts + notes - 2])
        if notes < FEWEST * size:
            continue
        uneven = UNEVEN * abs(np.log(notes / size))
        cost = best[firsts] + edge[firsts] + edge[firsts + notes] + uneven + PAUSING * (widest[firsts] >= PAUSE_TICKS)
        better = cost < ended[firsts + notes]
        ended[firsts[better] + notes], begun[firsts[better] + notes] = cost[better], firsts[better]
    return ended, begun


def _after_rests(ended: Costs) -> tuple[Costs, NDArray[np.int64]]:
    """The least cost until every note where those after a line may be skipped, and where that line ended."""
    best, came = ended.copy(), np.arange(len(ended))
    for at in range(1, len(ended)):
        if best[at - 1] + SKIPPED <= best[at] + EQUAL:  # of two places the earlier one
            best[at], came[at] = best[at - 1] + SKIPPED, came[at - 1]
    return best, came


def _set(line: Line, notes: Sequence[Note]) -> SungLine:
    """The line on its notes."""
    own, syllables = list(notes), line.syllable_count
    while len(own) < syllables:
        at = max(range(len(own)), key=lambda i: own[i].length)
        half = own[at].length // 2
        own[at : at + 1] = [
            replace(own[at], length=half),
            replace(own[at], start=own[at].start + half, length=own[at].length - half),
        ]
    gaps = sorted(range(1, len(own)), key=lambda i: (own[i - 1].end - own[i].start, -own[i].length, i))
    edges = [0, *sorted(gaps[: syllables - 1]), len(own)]
    return SungLine(line.words, tuple(_drawn(own[low:high]) for low, high in pairwise(edges)))


def _drawn(notes: Sequence[Note]) -> tuple[Note, ...]:
    """The notes of one syllable, each held until the next."""
    return (*(replace(note, length=after.start - note.start) for note, after in pairwise(notes)), notes[-1])
