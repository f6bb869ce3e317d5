"""Performance: written notes become played ones.

The score says what stands on the page; here the band plays it. `manners` says how each family plays, `feel` when and how
hard, `gestures` what happens between the notes. Every random choice has a stream named after part, section and bar, so a
changed bar leaves all other bars, and a changed part all other parts, as they were.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from troubadour.score import Part, Score
from troubadour.stems.band import gestures
from troubadour.stems.band.feel import human, leaning, sections_of, shaped, written_frames
from troubadour.stems.band.manners import Manner
from troubadour.stems.band.voices import PLAYED, Cents, Records
from troubadour.units import SAMPLE_RATE_HZ


@dataclass(frozen=True)
class Performance:
    """Played notes in order, the section of each, the articulation of each, and their pitch curves."""

    played: Records
    sections: NDArray[np.int64]
    articulations: tuple[str, ...]
    curves: Cents


def perform(part: Part, score: Score, manner: Manner, take: int = 0, variant: int = 0) -> Performance:
    """A part as one player plays it. Another `take` is the same player once more, with other small errors."""
    part = gestures.trembled(part, score, manner)
    notes = part.notes
    starts, ends = written_frames(score, notes)
    sections = sections_of(score, notes)
    said = gestures.spoken(part, score, manner, sections)
    late, louder, spreads, variants = human(part, score, manner, sections, take)
    velocities = np.array([n.velocity for n in notes]) + louder + shaped(score, notes, manner, sections)
    velocities += np.array([gestures.SPICCATO_ACCENT if word == "spiccato" else 0.0 for word in said])
    if manner.strummed:
        across, graded = gestures.strums(notes, said, score, sections)
        spreads, velocities = spreads + across, velocities + graded
    late = late + leaning(score, notes, manner, sections)
    onsets = np.maximum(0, starts + np.rint((late + spreads) / 1000.0 * SAMPLE_RATE_HZ).astype(np.int64))
    played = np.zeros(len(notes), PLAYED)
    played["start"] = onsets
    played["pitch"] = [n.pitch for n in notes]
    played["velocity"] = np.clip(np.rint(velocities), 1, 127)
    played["variant"] = variants + variant
    if manner.struck:
        played["length"], played["choked"] = gestures.ringing(notes, said, onsets, ends - starts)
    else:
        played["length"] = gestures.lengths(notes, said, onsets, starts, ends, manner, score)
        gestures.slur(notes, sections, manner, played)
        gestures.swell(manner, played)
    curves = gestures.bends(part, said, manner, played)
    return Performance(played, sections, said, curves)
