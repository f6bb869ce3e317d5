"""Rhythms and pitches drawn from the networks, several candidates of a phrase at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from troubadour.score.melody.human.pitches import CLASSES, LOWEST, Heard, Manner, as_class, features
from troubadour.score.melody.human.recurrent import Floats, Ints, Network
from troubadour.score.melody.human.relations import Relation
from troubadour.score.melody.human.rhythm import HOLD, ONSET, REST, STEPS, BarTold, bar_columns, past_columns

Dice = np.random.Generator
SILENT = -1e9
RETURNING, COOLED = ("exact", "near"), 0.6  # notes that return are drawn cooler, so that figures come back as they were
LONG_AGO = 32  # sixteenths since a note that there never was


def drawn(logs: NDArray[np.floating], dice: Dice) -> Ints:
    """One index a row, by its likelihood."""
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    sums = np.cumsum(weights, axis=1)
    draws = dice.random((len(logs), 1)) * sums[:, -1:]
    return np.asarray(np.minimum((sums < draws).sum(axis=1), logs.shape[1] - 1), np.int64)


# Rhythm -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RhythmState:
    """What the rhythm so far has left: the network's memory, the last token, the sixteenths since the last onset."""

    hidden: Floats
    last: Ints
    since: Ints

    def chosen(self, index: int, size: int) -> RhythmState:
        """As many copies of one candidate's state."""
        one = np.full(size, index)
        return RhythmState(self.hidden[one], self.last[one], self.since[one])


def fresh_rhythm(net: Network, size: int) -> RhythmState:
    """Before the first step."""
    return RhythmState(net.fresh(size), np.zeros(size, np.int64), np.full(size, LONG_AGO))


def draw_rhythm(
    net: Network,
    told: Sequence[BarTold],
    relations: Sequence[Relation],
    first: int,
    before: Mapping[int, Ints],
    state: RhythmState,
    dice: Dice,
    temperature: float = 1.0,
) -> tuple[Ints, RhythmState]:
    """([candidates, bars, 16], state after them): the bars of a phrase that begins at bar `first`; `before` are the song's bars."""
    size = len(state.last)
    none = np.full((size, STEPS), -1)
    made: list[Ints] = []

    def bar_at(index: int) -> Ints:
        if index >= first and index - first < len(made):
            return made[index - first]
        return np.broadcast_to(before[index], (size, STEPS)) if index in before else none

    for offset, (bar, relation) in enumerate(zip(told, relations, strict=True)):
        here = first + offset
        recalled = bar_at(relation.source) if relation.source >= 0 else none
        columns = bar_columns(bar, recalled, bar_at(here - 1), bar_at(here - 2))
        tokens = np.zeros((size, STEPS), np.int64)
        for step in range(STEPS):
            row = np.concatenate([columns[:, step], past_columns(state.last, state.since)], axis=1)
            logs, hidden = net.step(net.told(row), None, state.hidden)
            logs = logs / temperature
            logs[state.last == REST, HOLD] = SILENT
            token = drawn(logs, dice)
            tokens[:, step] = token
            state = RhythmState(hidden, token, np.where(token == ONSET, 1, state.since + 1))
        made.append(tokens)
    return np.stack(made, axis=1), state


# Pitch ------------------------------------------------------------------------------------------------------------------


@dataclass
class PitchState:
    """What the tune so far has left: the network's memory, the last two classes, and what followed each pair of them."""

    hidden: Floats  # [1, width]
    last: int = 0
    before_last: int = 0
    followed: dict[tuple[int, int], int] = field(default_factory=dict)

    def after(self, hidden: Floats, classes: Sequence[int]) -> PitchState:
        """The state when `classes` have been sung."""
        followed, one, two = dict(self.followed), self.before_last, self.last
        for new in classes:
            if one and two:
                followed[one, two] = new
            one, two = two, new
        return PitchState(hidden, two, one, followed)


Recall = int | tuple[int] | None  # the pitch of an earlier statement; or (the note of this phrase that has it,); or nothing
Guide = Callable[[int, Ints], NDArray[np.floating]]  # (note, classes so far [candidates, notes]) → what to add to each class


def draw_pitches(
    net: Network,
    heard: Sequence[Heard],
    recalls: Sequence[Recall],
    manner: Manner,
    state: PitchState,
    size: int,
    dice: Dice,
    guide: Guide | None = None,
    temperature: float = 1.0,
) -> tuple[Ints, Floats]:
    """(classes [candidates, notes], memories after them) of one phrase."""
    told = net.told(features(heard, manner))
    classes = np.zeros((size, len(heard)), np.int64)
    hidden = np.repeat(state.hidden, size, axis=0)
    last, before_last = np.full(size, state.last), np.full(size, state.before_last)
    overlays: list[dict[tuple[int, int], int]] = [{} for _ in range(size)]

    def recalled(index: int) -> Ints:
        if not 0 <= index < len(recalls):
            return np.zeros(size, np.int64)
        recall = recalls[index]
        if isinstance(recall, tuple):
            return classes[:, recall[0]]
        return np.full(size, as_class(recall))

    for index in range(len(heard)):
        pairs = list(zip(before_last.tolist(), last.tolist(), strict=True))
        echo = [overlay.get(pair, state.followed.get(pair, 0)) for overlay, pair in zip(overlays, pairs, strict=True)]
        past = np.stack([recalled(index - 1), recalled(index), recalled(index + 1), last, before_last, np.array(echo)], axis=1)
        logs, hidden = net.step(told[index], past, hidden)
        returns = recalls[index] is not None and heard[index].relation in RETURNING
        logs = logs / (temperature * COOLED if returns else temperature)
        logs[:, 0] = SILENT
        if guide is not None:
            logs = np.asarray(logs + guide(index, classes), np.float32)
        chosen = drawn(logs, dice)
        classes[:, index] = chosen
        for overlay, pair, new in zip(overlays, pairs, chosen.tolist(), strict=True):
            if pair[0] and pair[1]:
                overlay[pair] = new
        before_last, last = last, chosen
    return classes, hidden


def as_pitch(classes: Ints) -> Ints:
    """Classes as pitches of the frame."""
    return classes + LOWEST - 1


__all__ = ["CLASSES", "Guide", "PitchState", "Recall", "RhythmState", "draw_pitches", "draw_rhythm", "drawn", "fresh_rhythm"]
