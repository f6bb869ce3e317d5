"""A tune without words, from the bank's plans and both networks: rhythm first, for the whole song, then pitches by phrase.

Of several candidates of each phrase the one that the selectors find most human is kept. Bars of 4/4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from troubadour.brief import Metre
from troubadour.score.melody.human.bank import Bank, SongManner, bank
from troubadour.score.melody.human.choose import pitch_portraits, rhythm_portraits
from troubadour.score.melody.human.copies import RUN, copied
from troubadour.score.melody.human.draw import Guide, PitchState, Recall, as_pitch, draw_pitches, draw_rhythm, fresh_rhythm
from troubadour.score.melody.human.pitches import Heard, Manner
from troubadour.score.melody.human.recurrent import Ints, Network, network
from troubadour.score.melody.human.relations import Relation, Span
from troubadour.score.melody.human.rhythm import HOLD, ONSET, STEPS, BarTold
from troubadour.score.melody.human.trees import Trees, trees
from troubadour.score.melody.metre import level

LINE_ENDS = ((240, 720), (0, 1200))  # (rest, time to the next onset) in ticks: either of them ends a line
LEAST_IN_LINE = 3
BAR, STEP = 1920, 120
COPY_COST, REDRAWN = 1000.0, 3

Timed = tuple[int, int]  # start and length in ticks
Dice = np.random.Generator


@dataclass(frozen=True)
class Harmony:
    """The chords of a song in the frame: by beat, their tones and root (-1: none); where they begin."""

    tones: tuple[frozenset[int], ...]
    roots: tuple[int, ...]
    starts: frozenset[int]  # ticks

    def at(self, tick: int) -> tuple[frozenset[int], int]:
        """(tones, root) of the chord at a tick."""
        beat = tick // 480
        return (self.tones[beat], self.roots[beat]) if 0 <= beat < len(self.roots) else (frozenset(), -1)

    def like(self, one: int, two: int) -> bool:
        """Whether two bars have the same chords."""
        return one >= 0 and self.roots[4 * one : 4 * one + 4] == self.roots[4 * two : 4 * two + 4]


@dataclass(frozen=True)
class Teller:
    """What tells tunes: both networks, the bank, the selectors (none: the first candidate is kept), how many candidates."""

    rhythm: Network
    pitch: Network
    bank: Bank
    rhythm_trees: Trees | None = None
    pitch_trees: Trees | None = None
    corpus: str | None = None  # whose runs may not be copied
    rhythms: int = 1
    tunes: int = 1
    rhythm_temperature: float = 1.0
    pitch_temperature: float = 1.0


def teller(corpus: str, rhythms: int = 6, tunes: int = 4) -> Teller:
    """The teller that comes with the package."""
    return Teller(
        network(corpus, "rhythm"), network(corpus, "pitch"), bank(corpus), trees(corpus, "rhythm"), trees(corpus, "pitch"),
        corpus, rhythms, tunes,
    )  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What a song wants of its tune: dice by label and statement, the height of each label in the frame, guidance by phrase."""

    manner: SongManner
    tempo_bpm: float
    dice: Callable[[str, str, int], Dice]  # ("rhythm" or "pitch", label, statement)
    height: Callable[[str], float]
    guide: Callable[[Sequence[Heard], Span], Guide | None] = lambda heard, span: None
    resting: bool = False  # phrases without a tune are silent


def lines_of(notes: Sequence[tuple[int, ...]], breaks: frozenset[int]) -> list[list[int]]:
    """Note indices by line: a line ends before a rest, after a long note, or where a phrase begins (`breaks`, ticks)."""
    lines: list[list[int]] = [[]]
    for index, (start, length, *_) in enumerate(notes):
        lines[-1].append(index)
        if index + 1 == len(notes):
            break
        after = notes[index + 1][0]
        ended = any(after - start - length >= rest and after - start >= wait for rest, wait in LINE_ENDS)
        crossed = any(start < edge <= after for edge in breaks)
        if (ended and len(lines[-1]) >= LEAST_IN_LINE) or crossed:
            lines.append([])
    return lines


def plans_of(spans: Sequence[Span], harmony: Harmony, counts: Bank, wish: Wish) -> dict[int, Relation]:
    """A plan for every phrase with a tune."""
    found: dict[int, Relation] = {}
    for number, span in enumerate(spans):
        dice = wish.dice("plan", span.label, _statement(spans, number))
        plan = counts.plan(spans, number, harmony.like, dice) if span.tuneful else [Relation()] * span.bars
        found |= {span.first + index: relation for index, relation in enumerate(plan)}
    return found


def _statement(spans: Sequence[Span], number: int) -> int:
    return sum(span.label == spans[number].label for span in spans[:number])


# Rhythm -----------------------------------------------------------------------------------------------------------------


def rhythm_of(
    spans: Sequence[Span], relations: Mapping[int, Relation], harmony: Harmony, wish: Wish, teller: Teller
) -> dict[int, Ints]:
    """The bars of a song's tune: rests, notes that begin, notes that go on."""
    state = fresh_rhythm(teller.rhythm, teller.rhythms)
    bars: dict[int, Ints] = {}
    for number, span in enumerate(spans):
        if wish.resting and not span.tuneful:
            bars |= {span.first + index: np.zeros(STEPS, np.int64) for index in range(span.bars)}
            continue
        told = _told(spans, number, relations, harmony, wish)
        plan = [relations[span.first + index] for index in range(span.bars)]
        dice = wish.dice("rhythm", span.label, _statement(spans, number))
        made, after = draw_rhythm(teller.rhythm, told, plan, span.first, bars, state, dice, teller.rhythm_temperature)
        best = _best_rhythm(made, bars, span, teller)
        state = after.chosen(best, teller.rhythms)
        bars |= {span.first + index: made[best, index] for index in range(span.bars)}
    return bars


def _told(spans: Sequence[Span], number: int, relations: Mapping[int, Relation], harmony: Harmony, wish: Wish) -> list[BarTold]:
    span, later = spans[number], _statement(spans, number) > 0
    follows = number + 1 < len(spans) and spans[number + 1].tuneful
    manner = wish.manner
    found = []
    for index in range(span.bars):
        here = span.first + index
        one, two, three, four = (here * BAR + beat * 480 in harmony.starts for beat in range(4))
        found.append(BarTold(
            index, span.bars - 1 - index, span.tuneful, later, follows and index == span.bars - 1,
            relations[here].relation, relations[here].same, (one, two, three, four),
            manner.minor, wish.tempo_bpm, manner.density, manner.odd,
        ))  # fmt: skip
    return found


def _best_rhythm(made: Ints, before: Mapping[int, Ints], span: Span, teller: Teller) -> int:
    if teller.rhythm_trees is None or not span.tuneful:
        return 0
    portraits = rhythm_portraits(made, before, span)
    if portraits is None:
        return 0
    worth = np.where(np.isnan(portraits).all(axis=1), -99.0, teller.rhythm_trees(portraits))
    return int(np.argmax(worth))


def timed(bars: Mapping[int, Ints]) -> list[Timed]:
    """The notes of a rhythm."""
    steps = np.concatenate([bars[index] for index in sorted(bars)])
    notes = []
    for onset in np.flatnonzero(steps == ONSET).tolist():
        end = onset + 1
        while end < len(steps) and steps[end] == HOLD:
            end += 1
        notes.append((onset * STEP, (end - onset) * STEP))
    return notes


# Pitch ------------------------------------------------------------------------------------------------------------------


def tune_over(
    notes: Sequence[Timed],
    spans: Sequence[Span],
    relations: Mapping[int, Relation],
    harmony: Harmony,
    wish: Wish,
    teller: Teller,
) -> list[int]:
    """A pitch of the frame for every note."""
    state = PitchState(teller.pitch.fresh(1))
    places = {divmod(start, BAR): index for index, (start, _) in enumerate(notes)}
    breaks = frozenset(span.first * BAR for span in spans if span.tuneful)
    lines = lines_of(notes, breaks)
    line_place = {index: (at, len(line) - 1 - at) for line in lines for at, index in enumerate(line)}
    pitches: list[int] = []
    for number, span in enumerate(spans):
        mine = [i for i, (start, _) in enumerate(notes) if span.first * BAR <= start < (span.first + span.bars) * BAR]
        if not mine:
            continue
        heard, recalls = [], []
        for index in mine:
            source = places.get((relations[notes[index][0] // BAR].source, notes[index][0] % BAR))
            known = source is not None and source < index
            recalls.append(_recall(source if known else None, pitches, mine[0]))
            heard.append(_heard(index, notes, span, relations, harmony, line_place[index], known))
        statement = _statement(spans, number)
        dice = wish.dice("pitch", span.label, statement)
        manner = wish.manner
        about = Manner(manner.minor, wish.tempo_bpm, False, statement > 0, wish.height(span.label), manner.spread)
        guide = wish.guide(heard, span)
        for _ in range(REDRAWN):
            size = teller.tunes if span.tuneful else 1
            classes, hidden = draw_pitches(
                teller.pitch, heard, recalls, about, state, size, dice, guide, teller.pitch_temperature
            )
            worth = _worth(as_pitch(classes), pitches, notes, span, harmony, spans, teller)
            best = int(np.argmax(worth))
            if worth[best] > -COPY_COST / 2:
                break
        pitches += [int(pitch) for pitch in as_pitch(classes)[best]]
        state = state.after(hidden[best : best + 1], classes[best].tolist())
    return pitches


def _recall(source: int | None, pitches: Sequence[int], begin: int) -> Recall:
    if source is None:
        return None
    return pitches[source] if source < begin else (source - begin,)


def _heard(
    index: int,
    notes: Sequence[Timed],
    span: Span,
    relations: Mapping[int, Relation],
    harmony: Harmony,
    in_line: tuple[int, int],
    known: bool,
) -> Heard:
    start, length = notes[index]
    after = notes[index + 1][0] if index + 1 < len(notes) else start + BAR
    bar, place = divmod(start, BAR)
    relation = relations[bar]
    return Heard(
        start, length, after - start, place / BAR, level(start, Metre()), *in_line,
        bar - span.first, span.first + span.bars - 1 - bar,
        harmony.at(start)[0], harmony.at(start + 240)[0], harmony.at(after)[0], harmony.at(start)[1],
        relation.relation, 0 if known else None, relation.same, span.tuneful,
    )  # fmt: skip


def _worth(
    drawn: Ints,
    before: Sequence[int],
    notes: Sequence[Timed],
    span: Span,
    harmony: Harmony,
    spans: Sequence[Span],
    teller: Teller,
) -> NDArray[np.float64]:
    """How good each candidate [candidates, notes] is: human by the selector, and no copy."""
    worth = np.zeros(len(drawn))
    if teller.pitch_trees is not None and len(drawn) > 1:
        portraits = pitch_portraits(drawn, before, notes, span, harmony.at, spans)
        worth += 0 if portraits is None else teller.pitch_trees(portraits)
    if teller.corpus is not None:
        begin, end = len(before), len(before) + drawn.shape[1]
        run = np.tile(np.array(before[max(0, begin - RUN) :], np.int64), (len(drawn), 1))
        starts = np.array([start for start, _ in notes[max(0, begin - RUN) : end]])
        worth -= COPY_COST * copied(starts, np.concatenate([run, drawn], axis=1), teller.corpus)
    return worth
