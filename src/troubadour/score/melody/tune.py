"""One tune a label: how the lines of a phrase relate, and how a returning phrase recalls what it was.

Inside a phrase the commonest relation of a bar to an earlier one is the same rhythm with other pitches (39 % of POP909's
bars in first statements; 23 % repeat the pitches too); later statements repeat (62 % exactly). So every label draws a
scheme of letters for its lines; equal letters share their rhythm, and their pitches exactly, nearly, or moved by steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from troubadour.brief import Metre
from troubadour.score.melody.learned import Where, Writer
from troubadour.score.melody.pitch import Ground, Register, Slot, scale_of
from troubadour.score.melody.traits import Traits

SCHEMES = {
    1: ("a",), 2: ("aa", "aa", "ab"), 3: ("aab", "aba", "aab"), 4: ("aaba", "abab", "aabc", "abac", "aaab"),
}  # fmt: skip
# How a returning letter takes up its pitches: relation → chance.
RELATIONS = {"exact": 0.3, "near": 0.35, "sequence": 0.2, "rhythm": 0.15}
# How a bar takes up an earlier bar of its phrase that has its rhythm, and how firmly it holds to its pitches (nats).
BAR_RELATIONS = {"new": 0.6, "rhythm": 0.28, "near": 0.07, "exact": 0.05}
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
    where = Where(setting.origin, setting.bars, returning, setting.tempo_bpm, setting.old, role.centre, spread)
    writer = Writer(ground, where)
    bars = _bar_relations(lines, ground.metre, stream)
    sung: list[list[int]] = []
    for index, line in enumerate(lines):
        relation = _relation(stream)
        shift = int(stream.choice((-2, -1, 1, 2)))
        pattern = earlier(scheme, index)
        if returning:
            recalls = _recalled(line, memory)
        else:
            recalls = _echoed(
                line,
                _related(line, lines, sung, pattern, relation, shift, ground),
                lines[:index],
                sung,
                bars,
                ground.metre.bar_ticks,
            )
        slots = [
            Slot(setting.origin + onset, length, stress, *recall)
            for onset, length, stress, recall in zip(line.onsets, line.lengths, line.stresses, recalls, strict=True)
        ]
        register = _register(index, len(lines), contours[scheme[index]], climax, role, ground.traits)
        after = lines[index + 1].onsets[0] if index + 1 < len(lines) else max(line.end, line.onsets[-1] + line.lengths[-1])
        sung.append(writer.line(slots, setting.origin + after, register, stream))
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


Recall = tuple[str, int | None, int | None, int | None, float]  # relation, earlier, echo, wish, hold: the ends of a Slot
NOTHING: Recall = ("new", None, None, None, 0.0)


def _bar_relations(lines: Sequence[LineNotes], metre: Metre, stream: np.random.Generator) -> dict[int, tuple[str, int]]:
    """For each bar whose rhythm was heard 1, 2 or 4 bars before: (relation, how many ticks before), as often as humans do."""
    bars: dict[int, set[int]] = {}
    for line in lines:
        for onset in line.onsets:
            bars.setdefault(onset // metre.bar_ticks, set()).add(onset % metre.bar_ticks)
    found = {}
    for bar in sorted(bars):
        relation = str(stream.choice(list(BAR_RELATIONS), p=list(BAR_RELATIONS.values())))
        for back in (1, 2, 4):
            before = bars.get(bar - back)
            if before and len(before & bars[bar]) >= 0.6 * len(before | bars[bar]):
                found[bar] = (relation, back * metre.bar_ticks)
                break
    return found


def _echoed(
    line: LineNotes,
    recalls: Sequence[Recall],
    before: Sequence[LineNotes],
    sung: Sequence[Sequence[int]],
    bars: dict[int, tuple[str, int]],
    bar_ticks: int,
) -> list[Recall]:
    """Notes that recall no earlier line may recall an earlier bar, of this line or of one before."""
    known = {
        onset: pitch
        for one, pitches in zip(before, sung, strict=True)
        for onset, pitch in zip(one.onsets, pitches, strict=True)
    }
    found = []
    for onset, recall in zip(line.onsets, recalls, strict=True):
        relation, back = bars.get(onset // bar_ticks, ("new", 0))
        source, hold = onset - back, BAR_HOLDS.get(relation, 0.0)
        if recall[1] is not None or relation == "new":
            found.append(recall)
        elif source in known:
            found.append((relation, known[source], None, known[source] if hold else None, hold))
        elif source in line.onsets:
            found.append((relation, None, line.onsets.index(source), None, hold))
        else:
            found.append((relation, None, None, None, 0.0))
    return found


def _recalled(line: LineNotes, memory: Memory) -> list[Recall]:
    """What this label sang on each place before; a note that is new there leans on the one before it."""
    places = sorted(memory.pitches)
    found: list[Recall] = []
    for onset in line.onsets:
        if onset in memory.pitches:
            pitch = memory.pitches[onset]
            found.append(("exact", pitch, None, pitch, RETURN_HOLD))
            continue
        nearest = [place for place in places if abs(place - onset) <= 120]
        passed = [place for place in places if line.start - 480 <= place < onset]
        source = nearest[0] if nearest else passed[-1] if passed else None
        found.append(NOTHING if source is None else ("near", None, None, memory.pitches[source], NEW_NOTE_HOLD))
    return found


def _related(
    line: LineNotes,
    lines: Sequence[LineNotes],
    sung: Sequence[Sequence[int]],
    pattern: int | None,
    relation: str,
    shift: int,
    ground: Ground,
) -> list[Recall]:
    """What the line takes from the earlier line of its letter."""
    if pattern is None:
        return [NOTHING] * len(line.onsets)
    model = lines[pattern]
    known = {onset - model.start: pitch for onset, pitch in zip(model.onsets, sung[pattern], strict=True)}
    found: list[Recall] = []
    for index, onset in enumerate(line.onsets):
        pitch = known.get(onset - line.start)
        if pitch is None:
            found.append((relation if relation in ("exact", "near") else "rhythm", None, None, None, 0.0))
        elif relation == "rhythm":
            found.append(("rhythm", pitch, None, None, 0.0))
        elif relation == "sequence":
            found.append(("rhythm", pitch, None, moved_by_steps(pitch, shift, ground), 2.5))
        elif relation == "near" and index >= 0.6 * len(line.onsets):
            found.append(("near", pitch, None, None, 0.0))
        else:
            found.append((relation, pitch, None, pitch, 4.0))
    return found


def moved_by_steps(pitch: int, steps: int, ground: Ground) -> int:
    """A pitch moved by degrees of the key's scale."""
    scale = scale_of(ground.key)
    moved, left = pitch, abs(steps)
    while left:
        moved += 1 if steps > 0 else -1
        if moved % 12 in scale:
            left -= 1
    return moved
