"""When a player plays, and which of its patterns."""

from __future__ import annotations

from dataclasses import replace

from troubadour.brief import Metre
from troubadour.plan import Player
from troubadour.score.canvas import Bar, Canvas
from troubadour.score.value import Note
from troubadour.styles import Member


def plays_in(canvas: Canvas, bar: Bar, member: Member, player: Player) -> bool:
    """Whether a player plays in a bar: by its section's energy and kind; what was asked for rests only in the quiet."""
    kind, energy = bar.section.kind, bar.section.energy
    if player.instrument in canvas.plan.brief.instruments:
        return energy >= min(member.from_energy, 0.3) and not (kind == "break" and energy < 0.3)
    if kind in member.rest_in or (member.only_in and kind not in member.only_in):
        return False
    if not member.from_energy <= energy <= member.to_energy:
        return False
    late_entry = kind == "intro" and bar.section.bars >= 8 and member.from_energy > 0.25
    return not (late_entry and bar.index - bar.section.start_bar < bar.section.bars // 2)


def native_of(canvas: Canvas, member: Member) -> Metre:
    """The metre that a player's patterns are written in: the song's own where there are such."""
    metre = str(canvas.plan.metre)
    return canvas.style.native(metre if metre in member.in_metre else "")


def pattern_at(canvas: Canvas, bar: Bar, player: Player, member: Member) -> str:
    """The pattern of a bar: one per player and energy for the whole song; another take has another one."""
    patterns = member.patterns_at(bar.section.energy, str(canvas.plan.metre))
    if not patterns:
        return "pad"
    stream = canvas.chance.stream("pattern", player.role, player.instrument, patterns[0])
    return patterns[(int(stream.integers(len(patterns))) + canvas.plan.take) % len(patterns)]


def touched(notes: list[Note], member: Member) -> list[Note]:
    """The notes as the player holds them: short, pedalled, muted; what a note says for itself stays."""
    said = {"short": "staccato", "long": "pedal", "muted": "mute"}.get(member.touch)
    return [note if note.articulation or not said else replace(note, articulation=said) for note in notes]
