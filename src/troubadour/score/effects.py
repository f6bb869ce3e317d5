"""Effects: noise beds under every section, risers into stronger ones, impacts where they arrive, falls where it calms."""

from __future__ import annotations

from troubadour.plan import Player
from troubadour.score.canvas import Canvas, loudness
from troubadour.score.value import Note

PITCH = 60
BEDS = ("vinyl_noise", "tape_noise", "sea")
LEAD_INS = ("riser", "sweep", "reverse_cymbal")
FALLS = ("downlifter",)
STEP = 0.12  # of energy, between sections: what is worth an effect


def write_effects(canvas: Canvas, player: Player) -> list[Note]:
    """The part of one effect."""
    if player.instrument in BEDS:
        return [_bed(canvas, index) for index in range(len(canvas.sections))]
    bar = canvas.plan.metre.bar_ticks
    notes: list[Note] = []
    for before, after in zip(canvas.sections, canvas.sections[1:], strict=False):
        change = after.energy - before.energy
        if player.instrument in FALLS:
            change = abs(change)
        if change < STEP or after.kind in ("intro", "outro"):
            continue
        arrival = after.start_bar * bar
        if player.instrument in LEAD_INS:
            length = min(4 if after.energy > 0.8 and before.bars >= 8 else 2, before.bars) * bar
            notes.append(Note(arrival - length, length, PITCH, loudness(84, after.energy)))
        else:
            notes.append(Note(arrival, min(2 * bar, after.bars * bar), PITCH, loudness(92, after.energy)))
    if not notes and player.instrument in canvas.plan.brief.instruments:
        start = canvas.sections[len(canvas.sections) // 2].start_bar * bar
        notes.append(Note(start, min(bar, canvas.ring_end - start), PITCH, 84))
    return notes


def _bed(canvas: Canvas, index: int) -> Note:
    section = canvas.sections[index]
    bar = canvas.plan.metre.bar_ticks
    end = canvas.ring_end if index == len(canvas.sections) - 1 else (section.start_bar + section.bars) * bar
    return Note(section.start_bar * bar, end - section.start_bar * bar, PITCH, 70)
