"""One tune a label: how the lines of a phrase relate, and how a returning phrase recalls what it was.

Inside a phrase the commonest relation of a bar to an earlier one is the same rhythm with other pitches (39 % of POP909's
bars in first statements; 23 % repeat the pitches too); later statements repeat (62 % exactly). So every label draws a
scheme of letters for its lines; equal letters share their rhythm, and their pitches exactly, nearly, or moved by steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from troubadour.score.melody.learned import AskedLine, Where, Writer
from troubadour.score.melody.pitch import Ground, Register, Slot
from troubadour.score.melody.traits import Traits

SCHEMES = {
    1: ("a",), 2: ("aa", "aa", "ab"), 3: ("aab", "aba", "aab"), 4: ("aaba", "abab", "aabc", "abac", "aaab"),
}  # fmt: skip
# How a returning letter takes up its pitches: relation → chance.
RELATIONS = {"exact": 0.4, "near": 0.35, "sequence": 0.15, "rhythm": 0.1}
# How a bar takes up an earlier bar of its phrase that has its rhythm, and how firmly it holds to its pitches (nats).
BAR_RELATIONS = {"new": 0.4, "rhythm": 0.25, "near": 0.2, "exact": 0.15}
BAR_HOLDS = {"near": 1.5, "exact": 4.0}
CONTOURS = (
    (-2.0, 2.5, -1.0),
    (-2.0, 0.5, 2.5, 0.0),
    (2.0, 0.5, -2.0),
    (1.0, -1.5, 1.5, -1.0),
    (0.0, 1.5, 0.5, -1.5),
    (-1.5, -0.5, 2.5),
)
RETURN_HOLD, NEW_NOTE_HOLD = 9.0, 2.0  # nats: a returning phrase keeps its notes unless the chord forbids


@dataclass(frozen=True)
class Role:
    """What a label is in the song: `kind` of its sections, `centre` in MIDI pitch, walls, and whether it ends at rest."""

    kind: str
    centre: float
    low: int
    high: int
    closed: bool


@dataclass(frozen=True)
class LineNotes:
    """The slots of one line, before they have pitches; `start` is the line's window in the phrase, in ticks from its start."""

    start: int
    end: int
    onsets: tuple[int, ...]  # from the phrase's start
    lengths: tuple[int, ...]
    stresses: tuple[float, ...]


@dataclass
class Memory:
    """What a label's tune has been so far, in ticks from the phrase's start: rhythms of its lines, pitches by place, and the
    lines of its first statement."""

    lines: tuple[LineNotes, ...] = ()
    onsets: dict[tuple[int, int, int], tuple[int, ...]] = field(default_factory=dict)  # (line, start, end) → onsets
    pitches: dict[int, int] = field(default_factory=dict)


def scheme_for(lines: int, stream: np.random.Generator) -> str:
    """Letters for the lines of a phrase: equal letters are alike."""
    if lines in SCHEMES:
        return str(stream.choice(SCHEMES[lines]))
    tile = str(stream.choice(SCHEMES[4]))
    return "".join(tile[index % 4] for index in range(lines))


def earlier(scheme: str, index: int) -> int | None:
    """The line that line `index` takes after, if any."""
    found = scheme.rfind(scheme[index], 0, index)
    return found if found >= 0 else None


@dataclass(frozen=True)
class Setting:
    """The phrase that a tune is made for."""

    origin: int
    bars: int
    tempo_bpm: float
    old: bool = False  # in the manner of old songs
    before: tuple[tuple[int, int], ...] = ()  # the last notes before it: (start in ticks, pitch)


def tune(
    lines: Sequence[LineNotes],
    scheme: str,
    role: Role,
    ground: Ground,
    setting: Setting,
    memory: Memory,
    stream: np.random.Generator,
) -> list[list[int]]:
    """Pitches for every line of a phrase. Writes them into `memory` when they are new."""
    returning = bool(memory.pitches)
    contours = {letter: CONTOURS[stream.integers(len(CONTOURS))] for letter in sorted(set(scheme))}
    climax = stream.uniform(0.45, 0.75)
    spread = 5.0 * ground.traits.span / 14
    where = Where(setting.origin, setting.bars, returning, setting.tempo_bpm, setting.old, role.centre, spread, setting.before)
    recalls = _recalled(lines, memory) if returning else _echoed(lines, scheme, ground, stream)
    asked = []
    for index, line in enumerate(lines):
        slots = tuple(
            Slot(setting.origin + onset, length, stress, **recall)
            for onset, length, stress, recall in zip(line.onsets, line.lengths, line.stresses, recalls[index], strict=True)
        )
        register = _register(index, len(lines), contours[scheme[index]], climax, role, ground.traits)
        after = lines[index + 1].onsets[0] if index + 1 < len(lines) else max(line.end, line.onsets[-1] + line.lengths[-1])
        asked.append(AskedLine(slots, setting.origin + after, register))
    sung = Writer(ground, where).phrase(asked, stream)
    if not returning:
        memory.lines = tuple(lines)
        for line, pitches in zip(lines, sung, strict=True):
            memory.pitches.update(zip(line.onsets, pitches, strict=True))
    return sung


def _relation(stream: np.random.Generator) -> str:
    return str(stream.choice(list(RELATIONS), p=list(RELATIONS.values())))


def _register(index: int, count: int, contour: tuple[float, ...], climax: float, role: Role, traits: Traits) -> Register:
    """Where a line lies: phrases rise towards their climax and come home."""
    share = (index + 0.5) / count
    rise = 1.4 * (1.0 - abs(share - climax) / 0.6) if count > 1 else 0.0
    last = index == count - 1
    cadence = ("closed" if role.closed else "open") if last else ("open" if index % 2 == 0 else "none")
    size = traits.span / 14.0
    return Register(role.low, role.high, role.centre + rise, tuple(height * size for height in contour), cadence)


Recall = dict[str, Any]  # the ends of a Slot: what it recalls, and how firmly


def _recalled(lines: Sequence[LineNotes], memory: Memory) -> list[list[Recall]]:
    """What this label sang on each place before; a note that is new there leans on the one before it."""
    return [[_remembered(line, onset, memory) for onset in line.onsets] for line in lines]


def _remembered(line: LineNotes, onset: int, memory: Memory) -> Recall:
    if onset in memory.pitches:
        pitch = memory.pitches[onset]
        return {"relation": "exact", "earlier": pitch, "wish": pitch, "hold": RETURN_HOLD}
    places = sorted(memory.pitches)
    nearest = [place for place in places if abs(place - onset) <= 120]
    passed = [place for place in places if line.start - 480 <= place < onset]
    source = nearest[0] if nearest else passed[-1] if passed else None
    return {} if source is None else {"relation": "near", "wish": memory.pitches[source], "hold": NEW_NOTE_HOLD}


def _echoed(lines: Sequence[LineNotes], scheme: str, ground: Ground, stream: np.random.Generator) -> list[list[Recall]]:
    """What a first statement takes from itself: lines from the line of their letter, bars from a bar before with their rhythm."""
    bar_ticks = ground.metre.bar_ticks
    bars = _bar_relations(lines, ground, stream)
    places = {onset: number for number, onset in enumerate(onset for line in lines for onset in line.onsets)}
    found: list[list[Recall]] = []
    for index, line in enumerate(lines):
        relation, shift = _relation(stream), int(stream.choice((-2, -1, 1, 2)))
        model = earlier(scheme, index)
        recalls = [{} for _ in line.onsets] if model is None else _related(line, lines[model], relation, shift, places)
        for number, onset in enumerate(line.onsets):
            kind, back, same = bars.get(onset // bar_ticks, ("new", 0, False))
            if "echo" not in recalls[number] and kind != "new":
                source = places.get(onset - back)
                recalls[number] = {"relation": kind, "same": same}
                if source is not None:
                    recalls[number] |= {"echo": source, "hold": BAR_HOLDS.get(kind, 0.0)}
        found.append(recalls)
    return found


def _related(line: LineNotes, model: LineNotes, relation: str, shift: int, places: dict[int, int]) -> list[Recall]:
    """What a line takes from the earlier line of its letter."""
    known = {onset - model.start: places[onset] for onset in model.onsets}
    same = [onset - line.start for onset in line.onsets] == sorted(known)
    found: list[Recall] = []
    for index, onset in enumerate(line.onsets):
        echo = known.get(onset - line.start)
        heard = relation if relation in ("exact", "near") else "rhythm"
        recall: Recall = {"relation": heard, "same": same}
        if echo is not None:
            recall["echo"] = echo
            if relation == "sequence":
                recall |= {"shift": shift, "hold": 2.5}
            elif relation == "exact" or (relation == "near" and index < 0.6 * len(line.onsets)):
                recall["hold"] = 4.0
        found.append(recall)
    return found


def _bar_relations(lines: Sequence[LineNotes], ground: Ground, stream: np.random.Generator) -> dict[int, tuple[str, int, bool]]:
    """For each bar whose rhythm was heard 1, 2 or 4 bars before: (relation, how many ticks before, the very rhythm), as often as
    humans do."""
    bar_ticks = ground.metre.bar_ticks
    bars: dict[int, set[int]] = {}
    for line in lines:
        for onset in line.onsets:
            bars.setdefault(onset // bar_ticks, set()).add(onset % bar_ticks)
    found = {}
    for bar in sorted(bars):
        relation = str(stream.choice(list(BAR_RELATIONS), p=list(BAR_RELATIONS.values())))
        for back in (1, 2, 4):
            before = bars.get(bar - back)
            if before and len(before & bars[bar]) >= 0.6 * len(before | bars[bar]):
                found[bar] = (relation, back * bar_ticks, before == bars[bar])
                break
    return found
