"""Timing and loudness: where a player puts the notes that stand on the page, and how hard each is struck.

Neither is white noise. Players wander slowly and come back: deviations have memory over beats and bars (Hennig et al., "The
Nature and Perception of Fluctuations in Human Musical Rhythms", PLoS ONE 6, 2011). So the whole band shares a drift that is
at rest where a section begins and ends, and each player's own error remembers the note before. On top of that lie what a
groove asks for (late snares, early hats), what a phrase asks for (on towards its middle, back at its end, louder in it), and
the arm's own rhythm on a hi-hat: strong on the beat, weak on sixteenths, breathing over two bars.

Every random choice has a stream named after part, section and bar, so a changed bar leaves all others as they were. Times
are in milliseconds of lateness (negative: early), velocities in MIDI units.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from troubadour.chance import Chance
from troubadour.score import Note, Part, Phrase, Score, Section
from troubadour.stems.band.manners import Manner
from troubadour.styles import STYLES
from troubadour.units import SAMPLE_RATE_HZ, TICKS_PER_BEAT

Numbers = NDArray[np.float64]

SNARES, HATS = {37, 38, 39, 40}, {42, 44, 46, 51, 53, 59, 54, 70, 82, 69}

# Where a groove sits, at looseness 1: [ms late] of snare, hats, bass and chords. From what drummers do on records
# (Danielsen, "Musical Rhythm in the Age of Digital Reproduction", 2010: neo-soul and hip-hop snares 10-30 ms late).
LATE_MS = {
    "hip_hop": {"snare": 16.0, "hats": 4.0, "bass": 8.0, "chords": 12.0},
    "lofi": {"snare": 24.0, "hats": 8.0, "bass": 10.0, "chords": 18.0},
    "jazz": {"snare": 6.0, "hats": -2.0, "bass": -4.0, "chords": 8.0},
    "rock": {"snare": 6.0, "hats": 0.0, "bass": 3.0, "chords": 2.0},
    "metal": {"snare": 0.0, "hats": -3.0, "bass": 0.0, "chords": -2.0},
}
LATE_ELSEWHERE = {"snare": 4.0, "hats": 0.0, "bass": 2.0, "chords": 3.0}

DRIFT_MS = 4.0  # of the whole band, from bar to bar
MEMORY = 0.55  # how much of one note's error the next one keeps
LEAN_MS = 5.0  # a phrase is pushed towards its middle and held back at its end
FILL_PUSH_MS = 7.0  # at the end of a fill into a stronger section
ENERGY_VELOCITY = 8.0  # between the calmest and the wildest section
HAT_BEAT, HAT_EIGHTH, HAT_SIXTEENTH, HAT_BREATH = 4.0, -1.0, -8.0, 4.0


def swung(ticks: Numbers, score: Score) -> Numbers:
    """Where written ticks fall under the score's swing: pairs of `swing_unit` go from 1:1 (0) to 2:1 (1)."""
    unit, bar = score.feel.swing_unit, score.metre.bar_ticks
    if score.feel.swing <= 0.0:
        return ticks
    in_bar = (ticks + score.skipped) % bar
    pair = in_bar // (2 * unit) * 2 * unit
    x, first = in_bar - pair, (0.5 + score.feel.swing / 6.0) * 2 * unit
    warped = np.where(x < unit, x * first / unit, first + (x - unit) * (2 * unit - first) / unit)
    whole = pair + 2 * unit <= bar  # 7/8 ends in half a pair: it stays straight
    return np.where(whole, ticks - x + warped, ticks)


def written_frames(score: Score, notes: Sequence[Note]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Frames at which notes begin and end, swung."""
    changes = np.array([tempo.start for tempo in score.tempos], np.float64)
    seconds = np.array([score.seconds_at(tempo.start) for tempo in score.tempos])
    per_tick = np.array([60.0 / tempo.bpm / TICKS_PER_BEAT for tempo in score.tempos])

    def at(ticks: Sequence[int]) -> NDArray[np.int64]:
        where = swung(np.array(ticks, np.float64), score)
        i = np.maximum(np.searchsorted(changes, where, side="right") - 1, 0)
        return np.asarray(np.rint((seconds[i] + (where - changes[i]) * per_tick[i]) * SAMPLE_RATE_HZ), np.int64)

    return at([n.start for n in notes]), at([n.end for n in notes])


def sections_of(score: Score, notes: Sequence[Note]) -> NDArray[np.int64]:
    """The index of each note's section."""
    starts = [score.bar_start(section.start_bar) for section in score.sections]
    return np.array([max(bisect_right(starts, n.start) - 1, 0) for n in notes], np.int64)


def human(
    part: Part, score: Score, manner: Manner, sections: NDArray[np.int64], take: int
) -> tuple[Numbers, Numbers, Numbers, NDArray[np.int64]]:
    """Lateness [ms], velocity, spread inside chords [ms] and variant of each note, bar by bar."""
    chance, looseness, count = Chance(score.seed, score.take), score.feel.looseness, len(part.notes)
    late, louder, spreads, variants = np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count, np.int64)
    bars: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, note in enumerate(part.notes):
        bars[int(sections[i]), score.bar_at(note.start)].append(i)
    groove = STYLES.first(LATE_MS, score.style, LATE_ELSEWHERE)
    for (index, bar), members in bars.items():
        section = score.sections[index]
        here = bar - section.start_bar
        stream = chance.stream("play", part.name, take, section.name, here)
        drift = [_drift_ms(chance, section, here + edge) * (manner.timing_ms > 0.0) for edge in (0, 1)]
        error = loud = 0.0
        before = None
        for i in members:
            note = part.notes[i]
            fresh_error, fresh_loud, spread = (min(max(x, -2.0), 2.0) for x in stream.standard_normal(3).tolist())
            variants[i] = stream.integers(manner.variants)
            if manner.struck or note.start != before:  # the notes of a chord are struck by one hand
                error = MEMORY * error + math.sqrt(1.0 - MEMORY**2) * fresh_error
                before = note.start
            loud = 0.3 * loud + 0.95 * fresh_loud
            x = score.in_bar(note.start) / score.metre.bar_ticks
            seat = _seat(part.role, note.pitch, manner, groove)
            late[i] = looseness * (drift[0] + (drift[1] - drift[0]) * x + error * manner.timing_ms * 0.5 + seat)
            louder[i] = looseness * loud * manner.velocity
            spreads[i] = looseness * abs(spread) * manner.spread_ms
    return late, louder, spreads, variants


def _drift_ms(chance: Chance, section: Section, bar: int) -> float:
    """Where the whole band is [ms late] when a bar of a section begins: together again at both of its ends."""
    return _drifted_ms(chance, section.name, bar) if 0 < bar < section.bars else 0.0


@lru_cache(maxsize=1024)  # every part of the band asks for it
def _drifted_ms(chance: Chance, section: str, bar: int) -> float:
    return float(np.clip(chance.stream("play", "drift", section, bar).normal(), -2.0, 2.0)) * DRIFT_MS


def _seat(role: str, pitch: int, manner: Manner, groove: dict[str, float]) -> float:
    """How late [ms] this voice of the groove sits."""
    if manner.struck:
        return groove["snare"] if pitch in SNARES else groove["hats"] if pitch in HATS else 0.0
    return groove["bass"] if role == "bass" else groove["chords"] if role in ("chords", "riff", "arpeggio") else 0.0


def leaning(score: Score, notes: Sequence[Note], manner: Manner, sections: NDArray[np.int64]) -> Numbers:
    """Lateness [ms] that phrases and fills ask for, at the score's looseness."""
    lean = np.zeros(len(notes))
    if manner.timing_ms <= 0.0:
        return lean
    along = _in_phrases(score, notes) if manner.arc else []
    for i, note in enumerate(notes):
        section = score.sections[int(sections[i])]
        if manner.struck:
            following = score.sections[int(sections[i]) + 1 : int(sections[i]) + 2]
            last = score.bar_at(note.start) == section.start_bar + section.bars - 1
            if last and following and following[0].energy > section.energy and note.pitch not in HATS:
                x = score.in_bar(note.start) / score.metre.bar_ticks
                lean[i] = -FILL_PUSH_MS * max(0.0, 2.0 * x - 1.0)
        elif manner.arc:
            lean[i] = LEAN_MS * (0.3 - math.sin(math.pi * along[i]))
    return lean * score.feel.looseness


def _in_phrases(score: Score, notes: Sequence[Note]) -> list[float]:
    """How far through its phrase each note lies, 0 to 1; 0 outside all phrases."""
    at: dict[int, Phrase] = {}
    for phrase in reversed(score.phrases):  # where two overlap, the first one counts
        at.update(dict.fromkeys(range(phrase.start_bar, phrase.start_bar + phrase.bars), phrase))
    return [_through(score, at.get(score.bar_at(note.start)), note.start) for note in notes]


def _through(score: Score, phrase: Phrase | None, tick: int) -> float:
    """How far through a phrase a tick lies."""
    if phrase is None:
        return 0.0
    return min(max((tick - score.bar_start(phrase.start_bar)) / (phrase.bars * score.metre.bar_ticks), 0.0), 1.0)


def shaped(score: Score, notes: Sequence[Note], manner: Manner, sections: NDArray[np.int64]) -> Numbers:
    """Velocity from the section's energy, the swell of the phrase, the beat, and the arm that plays a hi-hat."""
    shape = np.zeros(len(notes))
    along = _in_phrases(score, notes) if manner.arc else []
    for i, note in enumerate(notes):
        section = score.sections[int(sections[i])]
        level = (section.energy - 0.5) * ENERGY_VELOCITY
        if manner.arc:  # towards the phrase's middle, then away
            level += manner.arc * (math.sin(math.pi * along[i] ** 0.8) - 0.6)
        in_bar = score.in_bar(note.start)
        level += manner.accent * (1.0 if in_bar == 0 else 0.3 if in_bar % TICKS_PER_BEAT == 0 else -0.6)
        if manner.struck and note.pitch in HATS:
            level += manner.breath * _arm(score, note, section)
        shape[i] = level
    return shape


def _arm(score: Score, note: Note, section: Section) -> float:
    """How a steady hand weighs one of many equal strokes."""
    in_beat = score.in_bar(note.start) % TICKS_PER_BEAT
    stroke = HAT_BEAT if in_beat == 0 else HAT_EIGHTH if in_beat % (TICKS_PER_BEAT // 2) == 0 else HAT_SIXTEENTH
    bars = (note.start - score.bar_start(section.start_bar)) / score.metre.bar_ticks
    return stroke + HAT_BREATH * math.sin(math.pi * (bars - 0.5))  # up and down in two bars
