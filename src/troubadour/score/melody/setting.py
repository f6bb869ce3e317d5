"""Words into rhythm: every syllable of a line gets a place in its bars and a length.

A line owns a window of bars. Its syllables are placed on a grid by dynamic programming over what each kind of syllable
costs on each place of the bar, how evenly the syllables follow each other, and what a remembered rhythm suggests. Inside
a word a stressed syllable never stands on a weaker place than the unstressed one after it (91.6 % of old songs have it
stronger, 6.2 % equal). Line ends are held and followed by a breath; unstressed syllables before the first stress may
come before the bar line.

Source of the table of costs: OpenEWLD, 412 songs with words (where their syllables stand).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from troubadour.brief import Line, Metre
from troubadour.score.melody.metre import beat_ticks, level
from troubadour.score.melody.traits import Traits
from troubadour.units import TICKS_PER_BEAT

Floats = NDArray[np.float64]

# What a syllable costs on each metrical level, 0 (fine) … 5 (first beat).
PLACE_COST = {
    "stressed": (9.0, 8.0, 6.0, 1.2, 0.5, 0.0),
    "secondary": (3.0, 2.0, 1.0, 0.3, 0.5, 0.9),
    "unstressed": (0.6, 0.3, 0.0, 1.2, 3.5, 6.0),
    "content": (6.0, 5.0, 3.5, 0.7, 0.4, 0.0),
    "function": (0.6, 0.3, 0.0, 0.6, 1.8, 3.0),
}
WEAKER_IN_WORD, EQUAL_IN_WORD = 60.0, 1.5  # a stress on a weaker place than what follows; on an equal one
SHORTEST_S, SHORTEST_RAP_S = 0.14, 0.12  # a syllable can still be pronounced
COMFORT_S, COMFORT_RAP_S = 0.24, 0.17  # below this the line wants a finer grid
WIDEST_S, WIDEST_SLOW_S = 0.52, 0.42  # syllables of a short line don't drift further apart than this on average; at slow tempos
FINAL_RATIO = 1.6  # length of the last syllable over the others
EARLY_END = 0.7  # what each beat of rest costs that a line leaves at its end beyond a held note and a beat
SLOW_BEAT_S, DOTTED = 0.68, 0.75  # from here on a beat is long; how often it is then anticipated by a quarter of itself
REMEMBERED = 4.0  # what leaving a remembered onset costs
RHYMED = 3.0  # what a rhyme costs that stands elsewhere in its bar than the one that it answers
OFFBEAT, STRESS_EARLY = 0.8, 0.35  # how much syncopation invites stresses off the beat, and before it


@dataclass(frozen=True)
class Sounded:
    """One syllable and what the bar wants to know about it."""

    kind: str  # a row of PLACE_COST
    stress: int
    opens_word: bool
    pause_after: bool  # a comma or the like stands after it

    @property
    def strong(self) -> bool:
        """Whether it asks for a strong place."""
        return self.kind in ("stressed", "content")


@dataclass(frozen=True)
class Window:
    """Where a line may stand, in ticks: from `start` to `end`, with `pickup` ticks before `start` if it needs them."""

    start: int
    end: int
    pickup: int = 0


@dataclass(frozen=True)
class Rhythm:
    """Where each syllable of a line begins and how long it lasts."""

    onsets: tuple[int, ...]
    lengths: tuple[int, ...]

    def shifted(self, ticks: int) -> Rhythm:
        """The same rhythm, later."""
        return replace(self, onsets=tuple(onset + ticks for onset in self.onsets))


@dataclass(frozen=True)
class Pace:
    """What the tempo, metre and style ask of every line of a song; `groove` prefers some places of the bar (ticks → cost)."""

    metre: Metre
    tempo_bpm: float
    traits: Traits
    rap: bool = False

    def ticks(self, seconds: float) -> float:
        """Ticks that last `seconds`."""
        return seconds * self.tempo_bpm / 60.0 * TICKS_PER_BEAT

    @property
    def slow(self) -> bool:
        """Whether beats are so long that a syllable may come a sixteenth early."""
        return self.ticks(SLOW_BEAT_S) < TICKS_PER_BEAT

    @property
    def breath(self) -> int:
        """The rest that a singer needs after a line."""
        return int(min(480, max(120, math.ceil(self.ticks(0.22) / 120) * 120)))


def sounded(line: Line) -> tuple[Sounded, ...]:
    """The syllables of a line as the bar sees them."""
    found = []
    for word in line.words:
        alone = len(word.syllables) == 1
        for index, syllable in enumerate(word.syllables):
            if alone:
                kind = "content" if word.content else "function"
            else:
                kind = {2: "stressed", 1: "secondary"}.get(syllable.stress, "unstressed")
            last = index == len(word.syllables) - 1
            pause = last and word.text.rstrip(" \n\"'”’)").endswith((",", ";", ":", ".", "!", "?", "…", "—", "–"))
            found.append(Sounded(kind, syllable.stress, index == 0, pause))
    return tuple(found)


def weight(line: Line) -> float:
    """How much room a line asks for, in syllables; the held end counts for two more."""
    return line.syllable_count + 2.0


def shared_out(weights: Sequence[float], bars: int, metre: Metre) -> list[tuple[int, int]]:
    """(start, end) in ticks for each line of a phrase of `bars` bars.

    Equal shares, unless the lines differ much or don't divide the bars; then whole bars (else half bars, else beats)
    follow the lines' weights, and even numbers of bars are preferred.
    """
    lines, whole = len(weights), bars * metre.bar_ticks
    if bars % lines == 0 and max(weights) <= 2.6 * min(weights):
        step = whole // lines
        return [(index * step, (index + 1) * step) for index in range(lines)]
    units = next((count for count in (bars, bars * 2, bars * metre.beats) if count >= lines), lines)
    if units == bars * 2 and metre.beats % 2:
        units = bars * metre.beats
    units = max(units, lines)
    counts = _compositions(weights, units)
    edges = [0]
    for count in counts:
        edges.append(edges[-1] + count)
    return [(whole * a // units, whole * b // units) for a, b in pairwise(edges)]


def _compositions(weights: Sequence[float], units: int) -> list[int]:
    """Whole numbers of units, one at least for each line, near its share; odd numbers above one cost a little."""
    total, lines = sum(weights), len(weights)
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for index, wanted in enumerate(weights):
        share = wanted / total * units
        row: dict[int, tuple[float, int]] = {}
        for used, (cost, _) in best[-1].items():
            for count in range(1, units - used - (lines - index - 1) + 1):
                now = cost + (math.log2(count / share) * 2) ** 2 + (0.3 if count % 2 and count > 1 else 0.0)
                if used + count not in row or now < row[used + count][0]:
                    row[used + count] = (now, count)
        best.append(row)
    counts, used = [], units
    for row in reversed(best[1:]):
        counts.append(row[used][1])
        used -= row[used][1]
    return counts[::-1]


def set_words(
    syllables: Sequence[Sounded],
    window: Window,
    pace: Pace,
    stream: np.random.Generator,
    groove: dict[int, float] | None = None,
    remembered: Sequence[int] | None = None,
    rhymed: int | None = None,
) -> Rhythm:
    """The rhythm of one line inside its window. `remembered` are the onsets that this tune had before (in these bars), `rhymed` is
    the place in the bar (ticks) of the rhyme that this line answers."""
    if remembered is not None and len(remembered) == len(syllables) and _sings(syllables, remembered, pace.metre):
        return held(syllables, list(remembered), window, pace)
    grid, shortest = _grid(len(syllables), window, pace)
    if grid == 0:
        onsets = np.linspace(window.start, window.end, len(syllables), endpoint=False).astype(int)
        return held(syllables, [int(onset) for onset in onsets], window, pace)
    onsets_found = _placed(syllables, window, pace, grid, shortest, stream, groove or {}, remembered, rhymed)
    if remembered is None:
        onsets_found = _anticipated(syllables, onsets_found, window, pace, shortest, stream, rhymed is not None)
    return held(syllables, onsets_found, window, pace)


def _sings(syllables: Sequence[Sounded], onsets: Sequence[int], metre: Metre) -> bool:
    """Whether these words can take a remembered rhythm as it is."""
    misfits = 0
    for index, (one, following) in enumerate(pairwise(syllables)):
        here, there = level(onsets[index], metre), level(onsets[index + 1], metre)
        if not following.opens_word and one.stress > following.stress and here < there:
            return False
        if not following.opens_word and one.stress < following.stress and here > there:
            misfits += 2
        if following.opens_word and one.kind == "function" and following.strong and here >= 4 > there:
            misfits += 1
    return misfits * 5 <= len(syllables)


def _grid(count: int, window: Window, pace: Pace) -> tuple[int, int]:
    """(step, shortest distance) in ticks: the coarsest grid on which so many syllables are comfortable; (0, 0) if none is."""
    room = window.end - window.start + window.pickup
    shortest = pace.ticks(SHORTEST_RAP_S if pace.rap else SHORTEST_S)
    comfort = pace.ticks(COMFORT_RAP_S if pace.rap else COMFORT_S)
    first = 120 if pace.rap and room / (count + 1.5) < 300 else 240 if pace.rap else pace.traits.grid
    for step in dict.fromkeys((first, 240, 120)):
        needs = max(step, math.ceil(shortest / step) * step)
        if (count + 1.5) * needs <= room and (step <= 120 or room / (count + 1.5) >= min(comfort, 240) * 1.05):
            return step, needs
    for step in (120, 80, 60, 40, 30, 20, 10):
        if (count + 1) * step <= room:
            return step, step
    return 0, 0


def _placed(
    syllables: Sequence[Sounded],
    window: Window,
    pace: Pace,
    grid: int,
    shortest: int,
    stream: np.random.Generator,
    groove: dict[int, float],
    remembered: Sequence[int] | None,
    rhymed: int | None,
) -> list[int]:
    """Onsets of least cost."""
    metre, count = pace.metre, len(syllables)
    steps = np.arange(-(window.pickup // grid), (window.end - window.start) // grid)
    ticks = window.start + steps * grid
    strength = np.array([level(int(tick), metre) for tick in ticks])
    flavour = np.array([groove.get(int(tick) % metre.bar_ticks, 0.0) for tick in ticks]) + stream.normal(0, 0.12, len(ticks))
    if remembered is not None:
        known = set(remembered)
        flavour = np.array([-REMEMBERED if int(tick) in known else 0.0 for tick in ticks])
    room = window.end - window.start
    leading = next((index for index, one in enumerate(syllables) if one.strong), 0)
    base = min(
        room / (count - 1 + FINAL_RATIO + 0.4), max(pace.ticks(WIDEST_SLOW_S if pace.slow else WIDEST_S), 1.0 * shortest)
    )
    base = max(base, shortest)
    entry = window.start - min(leading * base, window.pickup)
    gaps = (ticks[None, :] - ticks[:, None]).astype(float)
    allowed = gaps >= shortest
    octaves = np.log2(np.where(allowed, gaps, 1.0) / base)
    forbidden = np.where(allowed, 0.0, np.inf)
    step_down = strength[None, :] - strength[:, None]  # level of the later minus the earlier place

    offbeat = np.where(strength == 2, OFFBEAT * pace.traits.syncopation, 0.0)
    places = [_cost_of_place(syllable, strength) - (offbeat if syllable.strong else 0.0) for syllable in syllables]
    cost = places[0] + flavour + 1.1 * np.abs(ticks - entry) / 480.0
    back: list[NDArray[np.int64]] = []
    for index in range(1, count):
        before, now = syllables[index - 1], syllables[index]
        wanted = 0.12 if before.strong else -0.15
        if before.pause_after and count <= 0.75 * room / base:
            wanted = 0.8
        between = forbidden + 1.8 * (octaves - wanted) ** 2 + _pair_cost(before, now, step_down)
        total = cost[:, None] + between
        back.append(np.argmin(total, axis=0))
        cost = np.min(total, axis=0) + places[index] + flavour
    left = (window.end - ticks).astype(float)
    ending = np.log2(np.minimum(left, FINAL_RATIO * base) / (FINAL_RATIO * base))
    idle = np.maximum(left - FINAL_RATIO * base - 480, 0) / 480
    cost = cost + 5.0 * ending**2 + EARLY_END * idle
    if rhymed is not None:
        cost = cost + np.where(ticks % metre.bar_ticks == rhymed, 0.0, RHYMED)
    if not np.isfinite(cost).any():
        return [int(tick) for tick in np.linspace(window.start, window.end, count, endpoint=False)]
    path = [int(np.argmin(cost))]
    for row in reversed(back):
        path.append(int(row[path[-1]]))
    return [int(ticks[step]) for step in reversed(path)]


def _cost_of_place(syllable: Sounded, strength: NDArray[np.int64]) -> Floats:
    return np.array(PLACE_COST[syllable.kind])[strength]


def _pair_cost(before: Sounded, now: Sounded, step_down: NDArray[np.int64]) -> Floats:
    """What two neighbours cost for the levels they stand on."""
    if not now.opens_word and before.stress > now.stress:
        return np.where(step_down > 0, WEAKER_IN_WORD, np.where(step_down == 0, EQUAL_IN_WORD, 0.0))
    if not now.opens_word and before.stress < now.stress:
        return np.where(step_down < 0, 2.5, np.where(step_down == 0, 0.7, 0.0))
    if now.opens_word and before.strong and now.kind == "function":
        return np.where(step_down > 0, 1.5, 0.0)
    return np.zeros(step_down.shape)


def _anticipated(
    syllables: Sequence[Sounded],
    onsets: list[int],
    window: Window,
    pace: Pace,
    shortest: int,
    stream: np.random.Generator,
    answers: bool,
) -> list[int]:
    """Some beats come half a beat early, where the words allow it; at slow tempos often a quarter, so that dotted eighths arise. A
    rhyme that `answers` another keeps its place."""
    metre, moved = pace.metre, list(onsets)
    for index in range(1, len(moved) - answers):
        early_chance = pace.traits.syncopation * (STRESS_EARLY if syllables[index].strong else 1.0)
        if stream.random() >= early_chance or level(moved[index], metre) < 3 or beat_ticks(metre) != 480:
            continue
        half = 120 if pace.rap or (pace.slow and stream.random() < DOTTED) else 240
        early = moved[index] - half
        least = half if pace.slow and half == 120 else max(shortest, half)
        if early - moved[index - 1] < least or early < window.start:
            continue
        one, before = syllables[index], syllables[index - 1]
        following = syllables[index + 1] if index + 1 < len(syllables) else None
        inside = following is not None and not following.opens_word
        if (
            inside
            and one.stress > (following.stress if following else 0)
            and level(early, metre) < level(moved[index + 1], metre)
        ):
            continue
        if not one.opens_word and before.stress < one.stress and level(early, metre) < level(moved[index - 1], metre):
            continue
        moved[index] = early
    return moved


def held(syllables: Sequence[Sounded], onsets: list[int], window: Window, pace: Pace) -> Rhythm:
    """Lengths for onsets: legato inside the line, a held last note, a breath before the window ends."""
    lengths = [after - here for here, after in pairwise(onsets)]
    longest = pace.ticks(1.6)
    for index, length in enumerate(lengths):
        if syllables[index].pause_after and length >= 360:
            lengths[index] = length - 120
        lengths[index] = int(min(lengths[index], max(longest, 480)))
    mean = sum(lengths) / len(lengths) if lengths else pace.ticks(0.5)
    room = window.end - onsets[-1]
    wish = max(FINAL_RATIO * mean, min(pace.ticks(0.7), 2.4 * mean)) * pace.traits.hold
    wish = math.ceil(wish / 120) * 120
    if room - wish < 240:  # no use in a rest too short to breathe in beyond the breath that the window keeps
        wish = room
    lengths.append(max(1, int(min(wish, room, max(pace.ticks(3.0), FINAL_RATIO * mean)))))
    return Rhythm(tuple(onsets), tuple(max(1, length) for length in lengths))
