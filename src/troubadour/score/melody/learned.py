"""Phrases drawn from the learned network, under guidance.

The network proposes how human tunes go on; the guidance (`pitch.fitness`) adds what this song wants: the singer's walls,
the style's scales, each line's cadence and height, and the notes that are to return. Several candidates of a phrase are drawn
at once and one is taken: in harmony, of the shape that was asked for, human by the selector, and no copy of a song.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from troubadour.brief import Metre
from troubadour.score.melody.human.choose import pitch_portraits
from troubadour.score.melody.human.copies import copied
from troubadour.score.melody.human.draw import PitchState, Recall, draw_pitches
from troubadour.score.melody.human.pitches import CLASSES, LOWEST, Heard, Manner
from troubadour.score.melody.human.recurrent import network
from troubadour.score.melody.human.relations import Span
from troubadour.score.melody.human.trees import trees
from troubadour.score.melody.metre import level
from troubadour.score.melody.pitch import Ground, Register, Slot, chord_at, chord_tones, fitness, leaning, moved_by_steps
from troubadour.score.value import Chord
from troubadour.theory.scales import ABOVE_MAJOR, family

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

USUAL_CENTRE = 11.0  # of the corpora's phrases, in semitones above the frame's tonic
CANDIDATES, REDRAWN = 16, 3  # candidates of a phrase; how often they are drawn anew when all of them copy a song
TEMPERATURE = 0.9
OUTSIDE = -30.0  # for a pitch that the voice does not have
FIT_WEIGHT, SELECTOR_WEIGHT, COPY_COST = 1.0, 0.7, 1000.0
# A line of POP909: its range in semitones and its share of repeated notes, mean and spread over 11,651 lines.
LINE_RANGE, LINE_REPEATS = (8.8, 3.0), (0.22, 0.15)


@dataclass(frozen=True)
class Where:
    """The phrase that lines are drawn for: its start and bars, whether its label returns, and the song about it."""

    start: int
    bars: int
    later: bool
    tempo_bpm: float
    old: bool
    centre: float
    spread: float
    before: tuple[tuple[int, int], ...] = ()  # the last notes before it: (start in ticks, pitch)


@dataclass(frozen=True)
class AskedLine:
    """A line that waits for its pitches; a note follows it at tick `after`."""

    slots: tuple[Slot, ...]
    after: int
    register: Register


class Writer:
    """Draws the lines of one phrase."""

    def __init__(self, ground: Ground, where: Where) -> None:
        self._ground, self._where = ground, where
        self._tonic = frame_tonic(ground, where.centre)
        self._network = network(ground.corpus, "pitch")

    def phrase(self, lines: Sequence[AskedLine], stream: np.random.Generator) -> list[list[int]]:
        """A pitch for every slot of every line; all lines lie between the same walls."""
        where = self._where
        manner = Manner(
            family(self._ground.key.mode) == "minor", where.tempo_bpm, where.old, where.later,
            where.centre - self._tonic, where.spread,
        )  # fmt: skip
        heard = [one for line in lines for one in self._heard(line)]
        slots = [slot for line in lines for slot in line.slots]
        recalls: list[Recall] = [
            (slot.echo,) if slot.echo is not None else None if slot.earlier is None else slot.earlier - self._tonic
            for slot in slots
        ]
        wanted = self._wanted(lines)
        guide = self._guide(slots, wanted, lines[0].register)
        state = PitchState(self._network.fresh(1))
        for _ in range(REDRAWN):
            classes, _ = draw_pitches(self._network, heard, recalls, manner, state, CANDIDATES, stream, guide, TEMPERATURE)
            worth = self._worth(classes, lines, wanted, stream)
            best = int(np.argmax(worth))
            if worth[best] > -COPY_COST / 2:
                break
        pitches = (classes[best] + LOWEST - 1 + self._tonic).tolist()
        edges = np.cumsum([0, *(len(line.slots) for line in lines)])
        return [[int(pitch) for pitch in pitches[a:b]] for a, b in pairwise(edges)]

    # What is wanted ---------------------------------------------------------------------------------------------------------

    def _wanted(self, lines: Sequence[AskedLine]) -> Floats:
        """[notes, classes]: the guidance of every note, but for what it recalls."""
        rows = []
        for line in lines:
            register = line.register
            pitches = np.arange(register.low, register.high + 1)
            classes = pitches - self._tonic - LOWEST + 1
            inside = (classes >= 1) & (classes < CLASSES)
            for index, slot in enumerate(line.slots):
                row = np.full(CLASSES, OUTSIDE)
                value = fitness(slot, index, len(line.slots), pitches, register, self._ground)
                row[classes[inside]] = value[inside]
                if slot.wish is not None and slot.echo is None:
                    row[classes[inside]] += leaning(slot.wish, slot.hold, pitches)[inside]
                rows.append(row)
        return np.array(rows)

    def _guide(self, slots: Sequence[Slot], wanted: Floats, register: Register):  # type: ignore[no-untyped-def]
        """What is added to the network's likelihoods; echoes lean on what each candidate has sung."""
        every = np.arange(CLASSES) + LOWEST - 1 + self._tonic
        moved: dict[int, Ints] = {}

        def guide(index: int, classes: Ints) -> Floats:
            slot = slots[index]
            if slot.echo is None or not slot.hold:
                return np.asarray(wanted[index][None, :])
            if slot.shift not in moved:
                moved[slot.shift] = np.array([moved_by_steps(int(p), slot.shift, self._ground.key) for p in every])
            wish = moved[slot.shift][classes[:, slot.echo]]
            return np.asarray(wanted[index][None, :] + leaning(wish, slot.hold, every))

        return guide

    # Which candidate --------------------------------------------------------------------------------------------------------

    def _worth(self, classes: Ints, lines: Sequence[AskedLine], wanted: Floats, stream: np.random.Generator) -> Floats:
        """How good each candidate is."""
        count = classes.shape[1]
        pitches = classes + LOWEST - 1 + self._tonic
        worth = FIT_WEIGHT * wanted[np.arange(count)[None, :], classes].mean(axis=1)
        at = 0
        for line in lines:
            worth -= self._strangeness(pitches[:, at : at + len(line.slots)], line.register, stream) / len(lines)
            at += len(line.slots)
        before = [note for note in self._where.before if note[0] < lines[0].slots[0].start]
        starts = np.array([*(start for start, _ in before), *(slot.start for line in lines for slot in line.slots)])
        run = np.tile(np.array([pitch for _, pitch in before], np.int64), (len(pitches), 1))
        if self._ground.metre == Metre():
            worth += SELECTOR_WEIGHT * self._human(classes, lines)
        return np.asarray(worth - COPY_COST * copied(starts, np.concatenate([run, pitches], axis=1), self._ground.corpus))

    def _human(self, classes: Ints, lines: Sequence[AskedLine]) -> Floats:
        """How human the selector finds each candidate; nothing for phrases that are too short to tell."""
        where = self._where
        notes = [(slot.start - where.start, slot.length) for line in lines for slot in line.slots]
        span = Span("A", 0, where.bars)

        def at(tick: int) -> tuple[frozenset[int], int]:
            chord = self._chord(tick + where.start)
            return self._tones(chord), (chord.root - self._tonic) % 12 if chord else -1

        found = pitch_portraits(classes + LOWEST - 1, [], notes, span, at, [span])
        selector = trees(self._ground.corpus, "pitch")
        return np.zeros(len(classes)) if found is None or selector is None else selector(found)

    def _strangeness(self, candidates: Ints, register: Register, stream: np.random.Generator) -> Floats:
        """How far each candidate is from the line that this is to be: of the height asked for, with the range and the share of
        repeats that a human line might have (drawn)."""
        traits = self._ground.traits
        span = float(np.clip(stream.normal(*LINE_RANGE), 4, 13)) * traits.span / 14
        share = max(0.0, float(stream.normal(*LINE_REPEATS)) + 0.3 * (traits.repeat - 0.45))
        height = candidates.mean(axis=1) - register.centre - np.mean(register.contour)
        if candidates.shape[1] < 5:
            return np.asarray((height / 2.0) ** 2)
        moves = np.diff(candidates, axis=1)
        ranges, repeats = np.ptp(candidates, axis=1), (moves == 0).mean(axis=1)
        drone = (np.lib.stride_tricks.sliding_window_view(moves, 3, axis=1) == 0).all(axis=2).sum(axis=1)
        return np.asarray((height / 2.0) ** 2 + ((ranges - span) / 3.0) ** 2 + ((repeats - share) / 0.15) ** 2 + 1.0 * drone)

    # What the network hears -------------------------------------------------------------------------------------------------

    def _heard(self, line: AskedLine) -> list[Heard]:
        metre, where = self._ground.metre, self._where
        found = []
        for index, slot in enumerate(line.slots):
            following = line.slots[index + 1].start if index + 1 < len(line.slots) else line.after
            bar = max((slot.start - where.start) // metre.bar_ticks, 0)
            here = self._chord(slot.start)
            known = slot.echo is not None or slot.earlier is not None
            found.append(Heard(
                slot.start, slot.length, following - slot.start, (slot.start % metre.bar_ticks) / metre.bar_ticks,
                level(slot.start, metre), index, len(line.slots) - 1 - index, bar, max(where.bars - 1 - bar, 0),
                self._tones(here), self._tones(self._chord(slot.start + 240)), self._tones(self._chord(following)),
                (here.root - self._tonic) % 12 if here else -1, slot.relation, 0 if known else None, slot.same,
            ))  # fmt: skip
        return found

    def _chord(self, tick: int) -> Chord | None:
        return chord_at(self._ground.chords, tick)

    def _tones(self, chord: Chord | None) -> frozenset[int]:
        return frozenset((tone - self._tonic) % 12 for tone in chord_tones(chord)) if chord else frozenset()


def frame_tonic(ground: Ground, centre: float) -> int:
    """The MIDI pitch of the network's frame: the tonic of the white keys, in the octave that suits a tune about `centre`."""
    tonic = (ground.key.tonic - ABOVE_MAJOR.get(ground.key.mode, 0)) % 12
    return tonic + 12 * round((centre - USUAL_CENTRE - tonic) / 12)
