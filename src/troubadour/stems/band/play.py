"""Performance: written notes become played ones.

The score says what stands on the page; here the band plays it: swing, small human errors, accents, breath, strums,
pedal, slides, chokes. Every random choice has a stream named after part, section and bar, so a changed bar leaves all
other bars, and a changed part all other parts, as they were. A drift that all players of a bar share keeps the band
together: the bass sits on the kick because both follow it.

Times are in milliseconds of lateness (negative: early), velocities in MIDI units.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from troubadour.chance import Chance
from troubadour.score import Note, Part, Score
from troubadour.stems.band.voices import BLOCK, PLAYED, Cents, Records
from troubadour.styles import STYLES
from troubadour.units import SAMPLE_RATE_HZ, TICKS_PER_BEAT


@dataclass(frozen=True)
class Manner:
    """How a family is played, at looseness 1. `spread_ms` separates the notes of a chord; `legato_ms` joins a line."""

    timing_ms: float = 9.0
    velocity: float = 9.0
    length: float = 1.0  # sounding share of the written length
    spread_ms: float = 0.0
    legato_ms: float = 0.0
    arc: float = 4.0  # how much a phrase swells
    accent: float = 3.0  # how much the beat shows
    variants: int = 1  # how many slightly different versions of one note there are
    strummed: bool = False
    struck: bool = False  # rings until it is choked: drums


MANNERS = {
    "kit": Manner(timing_ms=6.0, velocity=9.0, arc=0.0, accent=0.0, variants=3, struck=True),
    "hand": Manner(timing_ms=8.0, velocity=10.0, arc=2.0, accent=2.0, variants=3, struck=True),
    "machine": Manner(timing_ms=0.0, velocity=3.0, arc=0.0, accent=0.0, struck=True),
    "keys": Manner(timing_ms=8.0, spread_ms=2.5, length=0.97),
    "organ": Manner(timing_ms=7.0, velocity=3.0, spread_ms=2.0, legato_ms=15.0, arc=3.0, accent=1.0),
    "guitar": Manner(timing_ms=9.0, strummed=True, variants=3),
    "solo_guitar": Manner(timing_ms=9.0, variants=3, legato_ms=20.0, arc=6.0),
    "picked": Manner(timing_ms=8.0, variants=3, length=0.97),
    "bass": Manner(timing_ms=6.0, velocity=6.0, length=0.97, arc=2.0),
    "bowed": Manner(timing_ms=10.0, velocity=5.0, spread_ms=6.0, legato_ms=60.0, arc=8.0, accent=1.0),
    "fiddled": Manner(timing_ms=9.0, velocity=8.0, spread_ms=4.0, legato_ms=15.0, arc=5.0, accent=3.0),
    "blown": Manner(timing_ms=9.0, velocity=6.0, spread_ms=3.0, legato_ms=25.0, length=0.98, arc=6.0),
    "mallets": Manner(timing_ms=8.0, spread_ms=1.5),
    "synth": Manner(timing_ms=2.0, velocity=3.0, arc=2.0, accent=1.5),
    "chip": Manner(timing_ms=0.0, velocity=2.0, length=0.95, arc=1.0, accent=1.0),
    "pad": Manner(timing_ms=0.0, velocity=3.0, legato_ms=80.0, arc=5.0, accent=0.0),
    "effect": Manner(timing_ms=0.0, velocity=0.0, arc=0.0, accent=0.0),
}

# General MIDI percussion: who silences whom (an open hi-hat rings until the next hat of any kind).
CHOKES = ({42, 44, 46}, {71, 72}, {73, 74}, {78, 79}, {80, 81})
RINGS = {46, 72, 74, 79, 81}
RING_SECONDS = 8.0
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

DRIFT_MS = 3.0  # of the whole band, per bar
ENERGY_VELOCITY = 8.0  # between the calmest and the wildest section
STRUM_MS = 16.0  # from the first string to the last
ROLL_MS = 45.0  # between the notes of a harp's or a piano's roll
STACCATO, MUTED = 0.45, 0.5
SLIDE_SECONDS, BEND_SECONDS, VIBRATO_HZ, VIBRATO_CENTS = 0.09, 0.14, 5.3, 22.0
LARGEST_SLIDE = 12  # semitones
LEAST_SECONDS = 0.03


@dataclass(frozen=True)
class Performance:
    """Played notes in score order, the section of each, the articulation of each, and their pitch curves."""

    played: Records
    sections: NDArray[np.int64]
    articulations: tuple[str, ...]
    curves: Cents


def perform(part: Part, score: Score, manner: Manner, take: int = 0, variant: int = 0) -> Performance:
    """A part as one player plays it. Another `take` is the same player once more, with other small errors."""
    notes = part.notes
    starts, ends = _frames(score, notes)
    sections = _sections(score, notes)
    late, louder, spreads, variants = _human(part, score, manner, sections, take)
    if manner.strummed:
        spreads = spreads + _strums(notes)
    velocities = np.array([n.velocity for n in notes]) + louder + _shape(score, notes, manner, sections)
    onsets = np.maximum(0, starts + np.rint((late + spreads) / 1000.0 * SAMPLE_RATE_HZ).astype(np.int64))
    played = np.zeros(len(notes), PLAYED)
    played["start"] = onsets
    played["pitch"] = [n.pitch for n in notes]
    played["velocity"] = np.clip(np.rint(velocities), 1, 127)
    played["variant"] = variants + variant
    if manner.struck:
        played["length"], played["choked"] = _ringing(notes, onsets, ends - starts)
    else:
        played["length"] = _lengths(notes, onsets, starts, ends, manner, score)
    curves = _curves(notes, played)
    return Performance(played, sections, tuple(n.articulation for n in notes), curves)


def swung(ticks: NDArray[np.float64], score: Score) -> NDArray[np.float64]:
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


def _frames(score: Score, notes: Sequence[Note]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Frames at which notes begin and end, swung."""
    changes = np.array([tempo.start for tempo in score.tempos], np.float64)
    seconds = np.array([score.seconds_at(tempo.start) for tempo in score.tempos])
    per_tick = np.array([60.0 / tempo.bpm / TICKS_PER_BEAT for tempo in score.tempos])

    def at(ticks: Sequence[int]) -> NDArray[np.int64]:
        where = swung(np.array(ticks, np.float64), score)
        i = np.maximum(np.searchsorted(changes, where, side="right") - 1, 0)
        return np.asarray(np.rint((seconds[i] + (where - changes[i]) * per_tick[i]) * SAMPLE_RATE_HZ), np.int64)

    return at([n.start for n in notes]), at([n.end for n in notes])


def _sections(score: Score, notes: Sequence[Note]) -> NDArray[np.int64]:
    """The index of each note's section."""
    starts = [score.bar_start(section.start_bar) for section in score.sections]
    return np.array([max(bisect_right(starts, n.start) - 1, 0) for n in notes], np.int64)


def _human(
    part: Part, score: Score, manner: Manner, sections: NDArray[np.int64], take: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Lateness [ms], velocity, spread inside chords [ms] and variant of each note, bar by bar."""
    chance, looseness, count = Chance(score.seed, score.take), score.feel.looseness, len(part.notes)
    late, louder, spreads, variants = np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count, np.int64)
    bars: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, note in enumerate(part.notes):
        bars[int(sections[i]), score.bar_at(note.start)].append(i)
    groove = STYLES.first(LATE_MS, score.style, LATE_ELSEWHERE)
    for (index, bar), members in bars.items():
        section = score.sections[index]
        where = (section.name, bar - section.start_bar)
        drift = float(chance.stream("play", "drift", *where).normal()) * DRIFT_MS * (manner.timing_ms > 0.0)
        stream = chance.stream("play", part.name, take, *where)
        moments: dict[int, float] = {}
        for i in members:
            note = part.notes[i]
            error, loud, spread = np.clip(stream.normal(size=3), -2.0, 2.0)
            variants[i] = stream.integers(manner.variants)
            moment = moments.setdefault(note.start, float(error)) if not manner.struck else float(error)
            late[i] = looseness * (drift + moment * manner.timing_ms * 0.5 + _seat(part.role, note.pitch, manner, groove))
            louder[i] = looseness * float(loud) * manner.velocity
            spreads[i] = looseness * abs(float(spread)) * manner.spread_ms
    return late, louder, spreads, variants


def _seat(role: str, pitch: int, manner: Manner, groove: dict[str, float]) -> float:
    """How late [ms] this voice of the groove sits."""
    if manner.struck:
        return groove["snare"] if pitch in SNARES else groove["hats"] if pitch in HATS else 0.0
    return groove["bass"] if role == "bass" else groove["chords"] if role in ("chords", "riff", "arpeggio") else 0.0


def _shape(score: Score, notes: Sequence[Note], manner: Manner, sections: NDArray[np.int64]) -> NDArray[np.float64]:
    """Velocity from the section's energy, the swell of the phrase, and the beat."""
    phrases = [(score.bar_start(p.start_bar), p.bars * score.metre.bar_ticks) for p in score.phrases]
    phrase_starts = [start for start, _ in phrases]
    shape = np.zeros(len(notes))
    for i, note in enumerate(notes):
        level = (score.sections[int(sections[i])].energy - 0.5) * ENERGY_VELOCITY
        if phrases and manner.arc:
            start, length = phrases[max(bisect_right(phrase_starts, note.start) - 1, 0)]
            x = min(max((note.start - start) / length, 0.0), 1.0)
            level += manner.arc * (math.sin(math.pi * x**0.8) - 0.6)  # towards the phrase's middle, then away
        in_bar = score.in_bar(note.start)
        level += manner.accent * (1.0 if in_bar == 0 else 0.3 if in_bar % TICKS_PER_BEAT == 0 else -0.6)
        shape[i] = level
    return shape


def _chords(notes: Sequence[Note]) -> list[list[int]]:
    """Indices of notes that start together."""
    together: dict[int, list[int]] = defaultdict(list)
    for i, note in enumerate(notes):
        together[note.start].append(i)
    return [members for members in together.values() if len(members) > 1]


def _strums(notes: Sequence[Note]) -> NDArray[np.float64]:
    """Lateness [ms] of each string: down on the beat, up off it, unless the note says `down` or `up`."""
    late = np.zeros(len(notes))
    for members in _chords(notes):
        first = notes[members[0]]
        said = first.articulation
        up = said == "up" or (said != "down" and first.start % TICKS_PER_BEAT != 0 and first.start % 240 == 0)
        across = STRUM_MS * (0.55 if up else 1.0) * min(1.0, len(members) / 4.0)
        across = across if said not in ("mute", "chug") else 3.0
        strings = sorted(members, key=lambda i: notes[i].pitch, reverse=up)
        for place, i in enumerate(strings):
            late[i] = across * place / (len(strings) - 1)
    return late


def _ringing(
    notes: Sequence[Note], onsets: NDArray[np.int64], written: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lengths of struck things, and whether another stroke (or `choke`) cuts them: resolved over the whole part."""
    lengths = np.full(len(notes), round(RING_SECONDS * SAMPLE_RATE_HZ), np.int64)
    choked = np.zeros(len(notes), np.int64)
    for family in CHOKES:
        members = sorted((int(onsets[i]), i) for i, note in enumerate(notes) if note.pitch in family)
        for (start, i), (following, _) in pairwise(members):
            if notes[i].pitch in RINGS and 0 < following - start < lengths[i]:
                lengths[i], choked[i] = following - start, 1
    for i, note in enumerate(notes):
        if note.articulation == "choke":
            lengths[i], choked[i] = min(int(lengths[i]), int(written[i])), 1
    return lengths, choked


def _lengths(
    notes: Sequence[Note],
    onsets: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    manner: Manner,
    score: Score,
) -> NDArray[np.int64]:
    """Sounding lengths: articulation, pedal, legato; a note struck again ends there."""
    lengths = np.rint((ends - starts) * manner.length).astype(np.int64)
    chord_starts = [chord.start for chord in score.chords]
    following = {a.start: b.start for a, b in _neighbours(notes)}
    joined = round(manner.legato_ms / 1000.0 * SAMPLE_RATE_HZ)
    for i, note in enumerate(notes):
        said = note.articulation
        if said in ("staccato", "stab"):
            lengths[i] = round((ends[i] - starts[i]) * STACCATO)
        elif said in ("mute", "chug"):
            lengths[i] = round((ends[i] - starts[i]) * MUTED)
        elif said == "pedal" and chord_starts:
            chord = score.chords[max(bisect_right(chord_starts, note.start) - 1, 0)]
            lengths[i] = max(lengths[i], score.frame_at(max(chord.end, note.end)) - starts[i])
        elif joined and following.get(note.start, note.end + TICKS_PER_BEAT) - note.end <= 30:
            lengths[i] += joined
    latest: dict[int, int] = {}
    for i in sorted(range(len(notes)), key=lambda i: int(onsets[i])):
        before = latest.get(notes[i].pitch)
        if before is not None and onsets[before] + lengths[before] > onsets[i]:
            lengths[before] = onsets[i] - onsets[before]
        latest[notes[i].pitch] = i
    return np.asarray(np.maximum(lengths, round(LEAST_SECONDS * SAMPLE_RATE_HZ)), np.int64)


def _neighbours(notes: Sequence[Note]) -> list[tuple[Note, Note]]:
    """Each moment of a line with the next one."""
    firsts = list({note.start: note for note in notes}.values())
    firsts.sort(key=lambda note: note.start)
    return list(pairwise(firsts))


def _curves(notes: Sequence[Note], played: Records) -> Cents:
    """Pitch curves for slides, bends and vibrato; writes into `played` where each note's curve lies."""
    pieces: list[Cents] = [np.zeros(1, np.float32)]
    at, before = 1, None
    for i, note in enumerate(notes):
        blocks = int(played[i]["length"]) // BLOCK + 8
        t = np.arange(blocks) * BLOCK / SAMPLE_RATE_HZ
        curve: NDArray[np.float64] | None = None
        if note.articulation == "slide" and before is not None and before.pitch != note.pitch:
            interval = max(-LARGEST_SLIDE, min(LARGEST_SLIDE, before.pitch - note.pitch))
            curve = 100.0 * interval * 0.5 * (1.0 + np.cos(np.pi * np.minimum(t / SLIDE_SECONDS, 1.0)))
        elif note.articulation == "bend":
            curve = -100.0 * (1.0 + np.cos(np.pi * np.minimum(t / BEND_SECONDS, 1.0)))
        elif note.articulation == "vibrato":
            curve = VIBRATO_CENTS * np.clip((t - 0.2) / 0.4, 0.0, 1.0) * np.sin(2.0 * np.pi * VIBRATO_HZ * t)
        elif note.articulation == "fall":
            length = int(played[i]["length"]) / SAMPLE_RATE_HZ
            curve = -700.0 * np.clip((t - 0.6 * length) / (0.4 * length), 0.0, 1.0) ** 2
        if curve is not None:
            played[i]["curve"], played[i]["curve_blocks"] = at, blocks
            pieces.append(curve.astype(np.float32))
            at += blocks
        before = note
    return np.concatenate(pieces)
