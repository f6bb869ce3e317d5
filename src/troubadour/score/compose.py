"""`compose`: every note of a song from its plan.

Form first, then chords, then the tune over them, then the band around the tune. Each player has dice of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from troubadour.plan import Plan, Player
from troubadour.plan.band import member_of
from troubadour.score.bass import write_bass
from troubadour.score.canvas import Canvas, by_bars, tidy
from troubadour.score.comping import write_chords
from troubadour.score.counter import listens, write_with_tune
from troubadour.score.drums import write_drums
from troubadour.score.effects import write_effects
from troubadour.score.harmony import BarChords, harmonised, heard_in
from troubadour.score.lift import raised
from troubadour.score.melody import Melody, Memory, compose_melody, heard_tunes
from troubadour.score.solo import with_quotations
from troubadour.score.value import Chord, Feel, Note, Part, Phrase, Score, Section, Tempo
from troubadour.styles import blend
from troubadour.theory.instruments import INSTRUMENTS


@dataclass(frozen=True)
class Heard:
    """What a song has said already, by phrase label: a continuation recalls it."""

    chords: Mapping[str, tuple[BarChords, ...]]
    tunes: Mapping[str, Memory]


def heard(score: Score) -> Heard:
    """What a score has said."""
    return Heard(heard_in(score), heard_tunes(score))


def compose(plan: Plan, before: Heard | None = None, needed: range | None = None) -> Score:
    """The whole score of a plan, or one whose band plays in the bars `needed` alone. What was heard `before` under a phrase label
    returns under it."""
    sections, phrases = form_of(plan)
    chords = harmonised(plan, blend(plan.brief.styles), before.chords if before else None)
    melody = compose_melody(plan, sections, phrases, chords, before.tunes if before else None)
    return arranged(plan, *raised(plan, sections, chords, melody), needed)


def arranged(plan: Plan, chords: tuple[Chord, ...], melody: Melody, needed: range | None = None) -> Score:
    """A given tune over given chords, with the band that the plan names around it (in the bars `needed`)."""
    style = blend(plan.brief.styles)
    sections, phrases = form_of(plan)
    canvas = Canvas(plan, style, sections, phrases, by_bars(chords, plan.metre.bar_ticks), needed)
    parts = _parts(canvas, melody)
    return Score(
        title=plan.title,
        seed=plan.seed,
        take=plan.take,
        style=plan.style,
        tempos=(Tempo(0, plan.tempo_bpm), *(Tempo(bar * plan.metre.bar_ticks, bpm) for bar, bpm in plan.tempo_changes)),
        metre=plan.metre,
        key=plan.key,
        frames=plan.frames,
        feel=Feel(plan.swing, plan.swing_unit_ticks, style.looseness),
        sections=sections,
        phrases=phrases,
        chords=chords,
        parts=parts,
        sung=melody.sung,
    )


def form_of(plan: Plan) -> tuple[tuple[Section, ...], tuple[Phrase, ...]]:
    """The plan's sections and phrases in their bars."""
    sections, phrases, at = [], [], 0
    for section in plan.sections:
        sections.append(Section(section.name, section.kind, at, section.bars, section.energy))
        for phrase in section.phrases:
            phrases.append(Phrase(phrase.label, at, phrase.bars))
            at += phrase.bars
    return tuple(sections), tuple(phrases)


def _parts(canvas: Canvas, melody: Melody) -> tuple[Part, ...]:
    """The band's parts, empty ones left out, named by their stems."""
    lead = with_quotations(canvas, melody.lead, _tune(melody))
    melody = replace(melody, lead=tuple(lead))
    tune = _tune(melody)
    written = [(player, _written(canvas, player, melody, tune)) for player in canvas.plan.band]
    return _named([Part("", player.role, player.instrument, notes) for player, notes in written if notes])


def _tune(melody: Melody) -> list[Note]:
    """All notes of the leading voices: what counter-lines keep clear of."""
    sung = [note for part in melody.sung for line in part.lines for notes in line.notes for note in notes]
    return sorted([*sung, *melody.lead], key=lambda note: note.start)


def _written(canvas: Canvas, player: Player, melody: Melody, tune: Sequence[Note]) -> tuple[Note, ...]:
    instrument = INSTRUMENTS[player.instrument]
    member = member_of(player, canvas.style)
    if player.role == "lead":
        notes: Sequence[Note] = melody.lead
    elif player.role == "effects":
        notes = write_effects(canvas, player)
    elif instrument.gm_program is None:
        others = [p for p in canvas.plan.band if p is not player and INSTRUMENTS[p.instrument].gm_program is None]
        notes = write_drums(canvas, player, member, alone=not others)
    elif player.role == "bass":
        notes = write_bass(canvas, player, member)
    else:
        notes = [] if player.role == "counter" else write_chords(canvas, player, member, _is_second(canvas, player))
        notes += write_with_tune(canvas, player, member, tune) if listens(member) else []
    ring = canvas.ring_end
    kept = [note if note.end <= ring else replace(note, length=ring - note.start) for note in notes if note.start < ring]
    return tidy(kept, instrument.low, instrument.high)


def _is_second(canvas: Canvas, player: Player) -> bool:
    """Whether an earlier player of the band shares this one's family of instruments and its task."""
    stem = INSTRUMENTS[player.instrument].stem
    earlier = canvas.plan.band[: canvas.plan.band.index(player)]
    return any(INSTRUMENTS[p.instrument].stem == stem and p.role in ("chords", "riff") for p in earlier)


def _named(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Each part named by its instrument's family; the second of a family is `guitar_2`."""
    seen: dict[str, int] = {}
    made = []
    for part in parts:
        stem = INSTRUMENTS[part.instrument].stem
        seen[stem] = seen.get(stem, 0) + 1
        made.append(replace(part, name=stem if seen[stem] == 1 else f"{stem}_{seen[stem]}"))
    return tuple(made)
