"""Sections that stand higher: their chords and tunes are moved up together, as far as the voices reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from troubadour.plan import Plan
from troubadour.score.melody import Melody
from troubadour.score.value import Chord, Note, Section, SungLine, SungPart
from troubadour.theory.instruments import INSTRUMENTS


def raised(
    plan: Plan, sections: Sequence[Section], chords: tuple[Chord, ...], melody: Melody
) -> tuple[tuple[Chord, ...], Melody]:
    """Chords and melody with the plan's lifts."""
    begin = next((s.start_bar for s, planned in zip(sections, plan.sections, strict=True) if planned.lift), None)
    if begin is None:
        return chords, melody
    start = begin * plan.metre.bar_ticks
    steps = _reachable(plan, start, melody)
    if not steps:
        return chords, melody
    up = tuple(_chord(chord, steps) if chord.start >= start else chord for chord in chords)
    sung = tuple(replace(part, lines=tuple(_line(line, start, steps) for line in part.lines)) for part in melody.sung)
    return up, Melody(sung, tuple(_note(note, start, steps) for note in melody.lead))


def _reachable(plan: Plan, start: int, melody: Melody) -> int:
    """The semitones that everybody can be moved up by: the whole lift, a semitone, or none."""
    from troubadour.stems.sing.voices import VOICES

    wished = max(section.lift for section in plan.sections)
    tops = [(_top(part, start), VOICES[part.voice].high) for part in melody.sung]
    leads = [INSTRUMENTS[player.instrument].high for player in plan.band if player.role == "lead"]
    tops += [(max((n.pitch for n in melody.lead if n.start >= start), default=0), high) for high in leads]
    return next((steps for steps in (wished, 1) if all(top + steps <= high for top, high in tops)), 0)


def _top(part: SungPart, start: int) -> int:
    return max((n.pitch for line in part.lines for group in line.notes for n in group if line.end > start), default=0)


def _line(line: SungLine, start: int, steps: int) -> SungLine:
    """A line is moved as a whole: one that begins with a pickup belongs to what it leads into."""
    if (line.start + line.end) // 2 < start:
        return line
    return replace(line, notes=tuple(tuple(n.transposed(steps) for n in group) for group in line.notes))


def _note(note: Note, start: int, steps: int) -> Note:
    return note.transposed(steps) if note.start >= start else note


def _chord(chord: Chord, steps: int) -> Chord:
    return replace(chord, root=(chord.root + steps) % 12, bass=(chord.bass + steps) % 12)
