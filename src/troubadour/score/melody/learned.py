"""Lines drawn from the learned network, under guidance.

The network proposes how human tunes go on; the guidance (`pitch.fitness`) adds what this song wants: the singer's walls,
the style's scales, the line's cadence and height, and the notes that are to return. Several candidates are drawn at once
and the one that keeps closest to its harmony and shape is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from troubadour.score.melody.metre import level
from troubadour.score.melody.network import CLASSES, LOWEST, Heard, Manner, State, features, network, recalled_classes
from troubadour.score.melody.pitch import Ground, Register, Slot, chord_at, chord_tones, fitness, leaning
from troubadour.score.value import Chord
from troubadour.theory.scales import ABOVE_MAJOR, family

Floats = NDArray[np.float64]

USUAL_CENTRE = 11.0  # of the corpora's phrases, in semitones above the frame's tonic
CANDIDATES = 8
# A line of POP909: its range in semitones and its share of repeated notes, mean and spread over 11,651 lines.
ECHOED = 0  # stands for a pitch that differs by candidate, until it is known
FIT_WEIGHT = 1.0  # of the guidance, a note, beside the statistics of a line
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


class Writer:
    """Draws the lines of one phrase, in order; remembers what it wrote."""

    def __init__(self, ground: Ground, where: Where) -> None:
        self._ground, self._where = ground, where
        self._tonic = frame_tonic(ground, where.centre)
        self._state = network().fresh(CANDIDATES)

    def line(self, slots: Sequence[Slot], after: int, register: Register, stream: np.random.Generator) -> list[int]:
        """A pitch for every slot of a line that is followed by a note at tick `after`."""
        where = self._where
        manner = Manner(
            family(self._ground.key.mode) == "minor",
            where.tempo_bpm,
            where.old,
            where.later,
            where.centre - self._tonic,
            where.spread,
        )
        heard = [self._heard(slots, index, after) for index in range(len(slots))]
        rows, recalled = features(heard, manner), recalled_classes(heard)
        shared = np.repeat(recalled[:, :, None], CANDIDATES, axis=2)  # [notes, this and next, candidates]
        pitches = np.arange(register.low, register.high + 1)
        classes = pitches - self._tonic - LOWEST + 1
        known = (classes >= 1) & (classes < CLASSES)
        fit = np.zeros(CANDIDATES)
        drawn = np.zeros((CANDIDATES, len(slots)), np.int64)
        for index, slot in enumerate(slots):
            guide = fitness(slot, index, len(slots), pitches, register, self._ground)
            for ahead, one in enumerate(slots[index : index + 2]):
                if one.echo is not None and one.echo < index:
                    shared[index, ahead] = classes[drawn[:, one.echo]]
            likely, hidden = network().step(rows[index], shared[index, 0], shared[index, 1], self._state)
            logs = np.where(known, likely[:, np.clip(classes, 0, CLASSES - 1)], -30.0) + guide
            if slot.echo is not None:
                logs = logs + leaning(pitches[drawn[:, slot.echo]], slot.hold, pitches)
            elif slot.wish is not None:
                logs = logs + leaning(slot.wish, slot.hold, pitches)
            chosen = _drawn(logs, stream)
            fit += guide[chosen]
            drawn[:, index] = chosen
            self._state = State(hidden, classes[chosen], self._state.last)
        best = int(np.argmax(fit / len(slots) * FIT_WEIGHT - self._strangeness(pitches[drawn], register, stream)))
        self._state = self._state.chosen(best)
        return [int(pitches[index]) for index in drawn[best]]

    def _strangeness(self, candidates: NDArray[np.int64], register: Register, stream: np.random.Generator) -> Floats:
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

    def _heard(self, slots: Sequence[Slot], index: int, after: int) -> Heard:
        slot, metre, where = slots[index], self._ground.metre, self._where
        following = slots[index + 1].start if index + 1 < len(slots) else after
        bar = (slot.start - where.start) // metre.bar_ticks
        here = self._chord(slot.start)
        return Heard(
            slot.start,
            slot.length,
            following - slot.start,
            (slot.start % metre.bar_ticks) / metre.bar_ticks,
            level(slot.start, metre),
            index,
            len(slots) - 1 - index,
            max(bar, 0),
            max(where.bars - 1 - max(bar, 0), 0),
            self._tones(here),
            self._tones(self._chord(slot.start + 240)),
            self._tones(self._chord(following)),
            (here.root - self._tonic) % 12 if here else -1,
            slot.relation,
            ECHOED if slot.echo is not None else None if slot.earlier is None else slot.earlier - self._tonic,
        )

    def _chord(self, tick: int) -> Chord | None:
        return chord_at(self._ground.chords, tick)

    def _tones(self, chord: Chord | None) -> frozenset[int]:
        return frozenset((tone - self._tonic) % 12 for tone in chord_tones(chord)) if chord else frozenset()


def frame_tonic(ground: Ground, centre: float) -> int:
    """The MIDI pitch of the network's frame: the tonic of the white keys, in the octave that suits a tune about `centre`."""
    tonic = (ground.key.tonic - ABOVE_MAJOR.get(ground.key.mode, 0)) % 12
    return tonic + 12 * round((centre - USUAL_CENTRE - tonic) / 12)


def _drawn(logs: Floats, stream: np.random.Generator) -> NDArray[np.int64]:
    """One index a row, by its likelihood."""
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    sums = np.cumsum(weights, axis=1)
    draws = stream.random((len(logs), 1)) * sums[:, -1:]
    return np.asarray(np.minimum((sums < draws).sum(axis=1), logs.shape[1] - 1), np.int64)
