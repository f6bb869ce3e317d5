"""A small recurrent network for pitch: how human tunes go on, told their rhythm, harmony and place.

It sees, for every note: where in the bar, the line and the phrase it stands, how long it lasts, the chords about it, the
height that its phrase should have, what an earlier statement sang there and how closely that is to be recalled, and the
pitches so far. Pitches are counted in semitones above the tonic of the white keys (that of the relative major), so that
all keys and modes share one frame. The features here are the ones that it was trained on (`training/melody`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from troubadour.score.melody.human.relations import RELATIONS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LOWEST, HIGHEST = -14, 28  # pitches of the frame
CLASSES = HIGHEST - LOWEST + 2  # class 0 is "no pitch", class 1 is LOWEST
CENTRE_COLUMN = -2  # where `features` puts the wished height of the phrase, in octaves; training blurs it


@dataclass(frozen=True)
class Heard:
    """A note as the network hears of it, in ticks (480 to the quarter); chords are pitch classes of the frame."""

    start: int
    length: int
    until_next: int  # ticks to the next onset
    place: float  # in the bar, 0-1
    level: int  # metrical level, 0-5
    line_index: int  # notes before it in its line
    line_left: int  # notes after it in its line
    bars_before: int  # bars from its phrase's start
    bars_left: int  # bars after its own in the phrase
    chord: frozenset[int] = frozenset()
    chord_soon: frozenset[int] = frozenset()  # half a beat later
    chord_next: frozenset[int] = frozenset()  # at the next onset
    root: int = -1
    relation: str = "new"
    recalled: int | None = None  # pitch of the earlier statement
    same: bool = False  # its bar has the very rhythm of the one that it recalls
    tuneful: bool = True  # its phrase has a tune


@dataclass(frozen=True)
class Manner:
    """What is true of all notes of a phrase."""

    minor: bool
    tempo_bpm: float
    old: bool  # in the manner of old songs and standards rather than of today's pop
    later: bool  # the label has been heard before
    centre: float  # wished mean pitch, in the frame
    spread: float  # standard deviation of the song's pitches


def _one_hot(values: Ints, size: int) -> Floats:
    return np.eye(size, dtype=np.float32)[np.clip(values, 0, size - 1)]


def _tones(sets: Sequence[frozenset[int]]) -> Floats:
    rows = np.zeros((len(sets), 12), np.float32)
    for row, tones in zip(rows, sets, strict=True):
        row[list(tones)] = 1.0
    return rows


def features(notes: Sequence[Heard], manner: Manner) -> Floats:
    """[notes, columns]: all that is known before any pitch is."""
    column = {name: np.array([getattr(note, name) for note in notes]) for name in ("start", "length", "until_next", "place")}
    whole = {name: np.array([getattr(note, name) for note in notes], np.int64) for name in ("level", "line_index", "line_left")}
    before = np.diff(column["start"], prepend=column["start"][0] - 1920)
    logs = [np.log2(np.clip(ticks, 60, 3840) / 480) / 2 for ticks in (column["until_next"], before, column["length"])]
    rest = (column["until_next"] - column["length"] >= 240).astype(np.float32)
    share = whole["line_index"] / np.maximum(whole["line_index"] + whole["line_left"], 1)
    relation = np.array([RELATIONS.index(note.relation) for note in notes], np.int64)
    known, same, tuneful = (
        np.array(flags, np.float32)
        for flags in (
            [note.recalled is not None for note in notes],
            [note.same for note in notes],
            [note.tuneful for note in notes],
        )
    )
    song = np.array([manner.later, manner.minor, manner.tempo_bpm / 100, manner.old, manner.centre / 12, manner.spread / 6])
    parts = (
        _one_hot(whole["level"], 6),
        _one_hot((column["place"] * 16).astype(np.int64), 16),
        np.stack([*logs, rest, share, known, same, tuneful], axis=1),
        _one_hot(whole["line_index"], 7),
        _one_hot(whole["line_left"], 7),
        _one_hot(np.array([note.bars_before for note in notes], np.int64), 9),
        _one_hot(np.array([note.bars_left for note in notes], np.int64), 9),
        _one_hot(relation, 4),
        _tones([note.chord for note in notes]),
        _tones([note.chord_soon for note in notes]),
        _tones([note.chord_next for note in notes]),
        _one_hot(np.array([note.root for note in notes], np.int64) + 1, 13),
        np.tile(song, (len(notes), 1)),
    )
    return np.concatenate(parts, axis=1).astype(np.float32)


def as_class(pitch: int | None) -> int:
    """The class of a pitch of the frame; 0 for none. Pitches outside the frame come in by octaves."""
    if pitch is None:
        return 0
    while pitch < LOWEST:
        pitch += 12
    while pitch > HIGHEST:
        pitch -= 12
    return pitch - LOWEST + 1


def recalled_classes(notes: Sequence[Heard]) -> Ints:
    """[notes, 3]: what the earlier statement sang on the note before, on this one and on the next."""
    found = [as_class(note.recalled) for note in notes]
    return np.array([[0, *found[:-1]], found, [*found[1:], 0]], np.int64).T


def echoes(classes: Sequence[int]) -> Ints:
    """[notes]: what followed the last time that the two pitches before a note were sung; 0 where they are new."""
    followed: dict[tuple[int, int], int] = {}
    found = np.zeros(len(classes), np.int64)
    for index in range(2, len(classes)):
        before = (classes[index - 2], classes[index - 1])
        found[index] = followed.get(before, 0)
        followed[before] = classes[index]
    return found
