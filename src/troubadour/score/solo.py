"""A solo begins with the tune: its first two bars quote what the song is known by, bent to the chords that it stands over.

Whoever plays the lead plays it; after the quotation the solo goes its own way.
"""

from __future__ import annotations

from collections.abc import Sequence

from troubadour.score.canvas import Bar, Canvas, folded
from troubadour.score.melody.metre import level
from troubadour.score.value import Note
from troubadour.theory.chords import tones
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.theory.scales import nearest, scale

KNOWN_BY = ("chorus", "hook", "drop", "climax", "verse")  # where a song is quoted from, best first
BARS, LEAST_NOTES = 2, 4


def with_quotations(canvas: Canvas, lead: Sequence[Note], tune: Sequence[Note]) -> list[Note]:
    """The lead's notes, every solo of it opened by a quotation. A song without a tune to quote keeps its solos."""
    source = _source(canvas, tune)
    solos = [bar for bar in canvas.bars if bar.first_of_section and bar.section.kind == "solo" and bar.section.bars > BARS]
    if source is None or not solos:
        return list(lead)
    made = list(lead)
    for bar in solos:
        end = bar.start + BARS * bar.length
        if any(bar.start <= note.start < end for note in lead):  # somebody plays here, and nobody sings
            made = [note for note in made if not bar.start <= note.start < end] + _quotation(canvas, source, bar)
    return sorted(made, key=lambda note: note.start)


def _source(canvas: Canvas, tune: Sequence[Note]) -> list[Note] | None:
    """The opening of the song's best known phrase, from its own bar line."""
    for kind in KNOWN_BY:
        for bar in canvas.bars:
            if bar.first_of_section and bar.section.kind == kind:
                found = [note for note in tune if bar.start <= note.start < bar.start + BARS * bar.length]
                if len(found) >= LEAST_NOTES:
                    return [Note(n.start - bar.start, n.length, n.pitch, n.velocity) for n in found]
    return None


def _quotation(canvas: Canvas, source: Sequence[Note], bar: Bar) -> list[Note]:
    """The opening at a bar, in the octave where the lead is at ease; strong and long notes in the chord that sounds there."""
    player = next(player for player in canvas.plan.band if player.role == "lead")
    low, high = INSTRUMENTS[player.instrument].low, INSTRUMENTS[player.instrument].high
    middle = sum(note.pitch for note in source) / len(source)
    shift = 12 * round((min(max(72, low + 7), high - 7) - middle) / 12)
    key, end = canvas.plan.key, bar.start + BARS * bar.length
    inside = scale(key.tonic, key.mode)
    made = []
    for note in source:
        start, pitch = bar.start + note.start, note.pitch + shift
        chord = canvas.chord_at(start)
        strong = note.length >= 480 or level(note.start, canvas.plan.metre) >= 4
        pool = tones(chord.root, chord.quality) if strong else (*inside, *tones(chord.root, chord.quality))
        pitch = min((nearest(tone, pitch) for tone in pool), key=lambda p: (abs(p - pitch), p))
        made.append(Note(start, min(note.length, end - start), folded(pitch, low, high), note.velocity))
    return made
