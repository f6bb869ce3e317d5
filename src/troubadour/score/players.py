"""When a player plays, and which of its patterns."""

from __future__ import annotations

from troubadour.plan import Player
from troubadour.score.canvas import Bar, Canvas
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


def pattern_at(canvas: Canvas, bar: Bar, player: Player, member: Member) -> str:
    """The pattern of a bar: one per player and energy for the whole song; another take has another one."""
    patterns = member.patterns_at(bar.section.energy)
    if not patterns:
        return "pad"
    stream = canvas.chance.stream("pattern", player.role, player.instrument, patterns[0])
    return patterns[(int(stream.integers(len(patterns))) + canvas.plan.take) % len(patterns)]
