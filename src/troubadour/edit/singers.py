"""Who sings a known tune, and how much higher or lower: whole transpositions of melody, chords and key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from troubadour.chance import Chance
from troubadour.score import Note, SungPart
from troubadour.score.melody.backing import Singer, second_singer, spread
from troubadour.stems.sing.voices import VOICES
from troubadour.theory.instruments import INSTRUMENTS

REACH = 19  # semitones either way
BEYOND, WEAK, MOVED, KEYED = 1.0, 0.35, 0.012, 0.02  # costs: a semitone outside the range, in its weak top; of moving at all
WORST = 0.25


def strain(notes: Sequence[Note], voice: str, semitones: int = 0) -> float:
    """How far a tune lies outside a voice, in semitones: the mean of all notes by their lengths, and a share of the worst one's.
    The voice's weak top counts a third."""
    singer = VOICES[voice]
    pitches = np.array([note.pitch + semitones for note in notes], float)
    lengths = np.array([note.length for note in notes], float)
    over = np.maximum(pitches - singer.weak_high, 0) * (BEYOND - WEAK) + np.maximum(pitches - singer.high, 0) * WEAK
    under = np.maximum(singer.low - pitches, 0) * BEYOND
    return float(np.average(over + under, weights=lengths) + WORST * (over + under).max()) if len(notes) else 0.0


def best_transposition(notes: Sequence[Note], voice: str, tonic_steps: Iterable[int] = range(12)) -> int:
    """The semitones by which a tune lies best in a voice: inside its range first, then near its middle, little moved, and
    rather by octaves, which leave the chords alone. `tonic_steps` are the steps, modulo an octave, that are allowed."""
    allowed = {step % 12 for step in tonic_steps}
    middle = (VOICES[voice].low + VOICES[voice].high) / 2
    mean = float(np.average([n.pitch for n in notes], weights=[n.length for n in notes])) if notes else middle

    def cost(step: int) -> float:
        away = min(step % 12, -step % 12)
        return strain(notes, voice, step) + 0.06 * abs(mean + step - middle) + MOVED * abs(step) + KEYED * away

    return min((step for step in range(-REACH, REACH + 1) if step % 12 in allowed), key=lambda s: (cost(s), abs(s), s))


def second_voices(parts: Sequence[SungPart], lead: str, chance: Chance) -> tuple[SungPart, ...]:
    """The other singers' parts, each given to a voice that it lies in; who sings well where he is stays."""
    first = VOICES[lead]
    made = []
    for index, part in enumerate(parts):
        low, high = spread(part.lines)
        singer = VOICES[part.voice]
        stays = part.voice != lead and low >= singer.low - 1 and high <= singer.weak_high
        found = second_singer(Singer(lead, first.low, first.high), low, high, chance, index)
        made.append(part if stays else replace(part, voice=found.voice))
    return tuple(made)


def octaves_into(notes: Sequence[Note], instrument: str) -> int:
    """Whole octaves (in semitones) that bring a tune into the good part of an instrument's range."""
    known = INSTRUMENTS[instrument]
    low = min(max(known.low, 57), known.high - 14)
    high = min(known.high, low + 27)
    pitches = np.array([note.pitch for note in notes], float)
    if not len(pitches):
        return 0

    def cost(step: int) -> float:
        moved = pitches + step
        return float((np.maximum(moved - high, 0) + np.maximum(low - moved, 0)).sum()) + 0.01 * abs(step)

    return min(range(-36, 37, 12), key=lambda step: (cost(step), abs(step)))
