"""A small recurrent network for rhythm: sixteenth by sixteenth, a rest, a note that goes on, or a new note.

It is told where in the bar and in the phrase a step stands, what the two bars before did, which earlier bar this one recalls and
how closely, where chords change, and the song's density. Bars of 4/4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Steps = NDArray[np.int64]  # tokens of a bar

STEPS = 16
REST, HOLD, ONSET = 0, 1, 2
RELATIONS = ("new", "exact", "near", "rhythm")
PLACES = 9


@dataclass(frozen=True)
class BarTold:
    """What a bar of rhythm is told before it is drawn."""

    before: int  # bars of its phrase before it
    left: int  # bars of its phrase after it
    tuneful: bool
    later: bool  # the phrase has been heard
    leads: bool  # the last bar before a phrase with a tune
    relation: str
    same: bool
    changes: tuple[bool, bool, bool, bool]  # a chord begins on this beat
    minor: bool
    tempo_bpm: float
    density: float  # notes a bar of the song
    odd: float  # share of its notes on odd sixteenths


def _one_hot(value: int, size: int) -> list[float]:
    row = [0.0] * size
    row[min(max(value, 0), size - 1)] = 1.0
    return row


def bar_columns(told: BarTold, recalled: Steps, last: Steps, last_but_one: Steps) -> Floats:
    """[batch, 16, columns]: a bar's inputs; `recalled`, `last` and `last_but_one` are bars [batch, 16] (-1: none)."""
    fixed = np.array(
        [
            *_one_hot(told.before, PLACES), *_one_hot(told.left, PLACES), told.tuneful, told.later, told.leads,
            *_one_hot(RELATIONS.index(told.relation), 4), told.same, *told.changes,
            told.minor, told.tempo_bpm / 100, told.density / 10, told.odd * 2,
        ],
        np.float32,
    )  # fmt: skip
    size = len(recalled)
    here = np.broadcast_to(np.eye(STEPS, dtype=np.float32), (size, STEPS, STEPS))
    whole = np.broadcast_to(fixed, (size, STEPS, len(fixed)))
    ahead = np.concatenate([recalled, np.full((size, 2), -1)], axis=1)
    near = [np.eye(4, dtype=np.float32)[ahead[:, shift : shift + STEPS]][..., :3] for shift in range(3)]  # -1 → nothing
    masks = [np.repeat((bar == ONSET).astype(np.float32)[:, None, :], STEPS, axis=1) for bar in (recalled, last, last_but_one)]
    return np.concatenate([here, whole, *near, *masks], axis=2).astype(np.float32)


def past_columns(last: Steps, since: Steps) -> Floats:
    """[batch, 4]: the last token one-hot and the steps since the last onset."""
    tokens = np.eye(3, dtype=np.float32)[last]
    return np.concatenate([tokens, (np.minimum(since, 32) / 16).astype(np.float32)[:, None]], axis=1)
