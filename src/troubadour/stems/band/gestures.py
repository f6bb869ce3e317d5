"""Gestures: what hands, lips and feet do between the notes — strums, pedals, slurs, slides, swells, falls, chokes.

A note may ask for one (`Note.articulation`); where it asks for nothing, the instrument's manner decides, by a stream named
after part, section and bar.

    mute, chug, staccato, spiccato, stab    short          pedal                  long, until the harmony changes
    slide, bend, fall, doit, vibrato        bent           choke                  a cymbal, held
    down, up                                strummed       slap, pop, pizzicato,
                                                           tremolo, muted, full   keyswitches (`sounds.Sound.articulations`)
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from troubadour.chance import Chance
from troubadour.score import Note, Part, Score
from troubadour.stems.band.manners import Manner
from troubadour.stems.band.voices import BLOCK, Cents, Records
from troubadour.units import SAMPLE_RATE_HZ, TICKS_PER_BEAT

Frames = NDArray[np.int64]
Numbers = NDArray[np.float64]

# General MIDI percussion: who silences whom (an open hi-hat rings until the next hat of any kind).
CHOKES = ({42, 44, 46}, {71, 72}, {73, 74}, {78, 79}, {80, 81}, {86, 87})
RINGS = {46, 72, 74, 79, 81, 87}
RING_SECONDS = 8.0

STRUM_MS = 17.0  # from the first string to the last, in a section of middling energy
UP_STROKE = 0.55  # of that: an up-stroke is quicker,
UP_STROKE_SOFTER = 12.0  # and hardly reaches the low strings
STRUM_FADE = 5.0  # velocity from the first string to the last
SHORT = {"staccato": 0.45, "stab": 0.45, "spiccato": 0.35, "mute": 0.5, "chug": 0.5}  # of the written length
SPICCATO_ACCENT = 8.0
SLIDE_SECONDS, BEND_SECONDS, FALL_CENTS, VIBRATO_HZ = 0.09, 0.14, 700.0, 5.3
HELD_SECONDS, SWELLING_SECONDS = 0.5, 0.7  # from which length on a note trembles, or swells
JOINED_TICKS = 30  # a gap that a slur bridges
LEAST_SECONDS = 0.03
STROKE_TICKS, TREMBLING_TICKS = 80, 720  # a mandolin's tremolo: sextuplets, on notes of a beat and a half or more
PEDAL_BELOW_ENERGY = 0.65
LOUD_ENERGY = 0.6
SOLO = ("lead", "counter", "riff")


def trembled(part: Part, score: Score, manner: Manner) -> Part:
    """The part with its long notes played as a plectrum holds them: by many quick strokes, inside their section."""
    if not manner.trembles or part.role not in SOLO:
        return part
    ends = [score.bar_start(section.start_bar + section.bars) for section in score.sections]
    notes: list[Note] = []
    for note in part.notes:
        edge = next((end for end in ends if end > note.start), note.end)
        count = max(1, min(note.length, edge - note.start) // STROKE_TICKS)
        if note.articulation or note.length < TREMBLING_TICKS or count < 4:
            notes.append(note)
            continue
        for k in range(count):
            last = note.end - note.start - k * STROKE_TICKS if k == count - 1 else STROKE_TICKS
            softer = 4 if k % 2 else 0 if k == 0 else 2
            notes.append(
                replace(note, start=note.start + k * STROKE_TICKS, length=last, velocity=max(1, note.velocity - softer))
            )
    return replace(part, notes=tuple(notes))


def spoken(part: Part, score: Score, manner: Manner, sections: NDArray[np.int64]) -> tuple[str, ...]:
    """The articulation of every note: what is written, else what the player makes of it."""
    chance = Chance(score.seed, score.take)
    said = [note.articulation for note in part.notes]
    alone = _alone(part.notes)
    for i, note in enumerate(part.notes):
        if said[i]:
            continue
        section = score.sections[int(sections[i])]
        before, after = alone.get(i, (None, None))
        energy = [name for least, name in manner.registers if section.energy >= least]
        if energy:
            said[i] = energy[-1]
        elif (
            manner.pedalled
            and section.energy < PEDAL_BELOW_ENERGY
            and (part.role == "arpeggio" or note.length >= TICKS_PER_BEAT)
        ):
            said[i] = "pedal"
        elif (
            manner.bounced
            and note.length <= TICKS_PER_BEAT // 2
            and not (before is not None and _slurred(part.notes[before], note))
        ):
            said[i] = "spiccato"
        elif i in alone and (manner.slides or manner.falls):
            bar = score.bar_at(note.start) - section.start_bar
            stream = chance.stream("gesture", part.name, section.name, bar, score.in_bar(note.start))
            near = before is not None and sections[before] == sections[i] and _slurred(part.notes[before], note)
            if near and before is not None:
                interval = abs(part.notes[before].pitch - note.pitch)
                if 0 < interval <= manner.slide_semitones and stream.random() < manner.slides:
                    said[i] = "slide"
            ends = after is None or part.notes[after].start - note.end > TICKS_PER_BEAT
            if manner.falls and ends and section.energy > LOUD_ENERGY and note.length >= TICKS_PER_BEAT // 2:
                said[i] = "fall" if stream.random() < manner.falls else said[i]
    return tuple(said)


def _alone(notes: Sequence[Note]) -> dict[int, tuple[int | None, int | None]]:
    """Notes that sound alone, and the note before and after each of them."""
    moments: dict[int, list[int]] = defaultdict(list)
    for i, note in enumerate(notes):
        moments[note.start].append(i)
    row = [moments[start] for start in sorted(moments)]
    single = [members[0] if len(members) == 1 else None for members in row]
    return {
        i: (single[k - 1] if k else None, row[k + 1][0] if k + 1 < len(row) else None)
        for k, i in enumerate(single)
        if i is not None
    }


def _slurred(before: Note, note: Note) -> bool:
    return abs(note.start - before.end) <= JOINED_TICKS


def strums(notes: Sequence[Note], said: Sequence[str], score: Score, sections: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """Lateness [ms] and velocity of each string: down on the beat, up off it, unless the note says `down` or `up`.

    Calm sections are strummed slowly; an up-stroke is quick and leaves the low strings nearly alone.
    """
    late, louder = np.zeros(len(notes)), np.zeros(len(notes))
    for members in _chords(notes):
        first, word = notes[members[0]], said[members[0]]
        off_beat = first.start % TICKS_PER_BEAT != 0 and first.start % (TICKS_PER_BEAT // 2) == 0
        up = word == "up" or (word != "down" and off_beat)
        energy = score.sections[int(sections[members[0]])].energy
        across = STRUM_MS * (1.4 - 0.8 * energy) * (UP_STROKE if up else 1.0) * min(1.0, len(members) / 4.0)
        across = 3.0 if word in ("mute", "chug") else across
        strings = sorted(members, key=lambda i: notes[i].pitch, reverse=up)
        for place, i in enumerate(strings):
            x = place / (len(strings) - 1)
            late[i] = across * x
            louder[i] = -(UP_STROKE_SOFTER if up else STRUM_FADE) * x
    return late, louder


def _chords(notes: Sequence[Note]) -> list[list[int]]:
    """Indices of notes that start together."""
    together: dict[int, list[int]] = defaultdict(list)
    for i, note in enumerate(notes):
        together[note.start].append(i)
    return [members for members in together.values() if len(members) > 1]


def ringing(notes: Sequence[Note], said: Sequence[str], onsets: Frames, written: Frames) -> tuple[Frames, Frames]:
    """Lengths of struck things, and whether another stroke (or `choke`) cuts them: resolved over the whole part."""
    lengths = np.full(len(notes), round(RING_SECONDS * SAMPLE_RATE_HZ), np.int64)
    choked = np.zeros(len(notes), np.int64)
    for family in CHOKES:
        members = sorted((int(onsets[i]), i) for i, note in enumerate(notes) if note.pitch in family)
        for (start, i), (following, _) in pairwise(members):
            if notes[i].pitch in RINGS and 0 < following - start < lengths[i]:
                lengths[i], choked[i] = following - start, 1
    for i, word in enumerate(said):
        if word == "choke":
            lengths[i], choked[i] = min(int(lengths[i]), int(written[i])), 1
    return lengths, choked


def lengths(
    notes: Sequence[Note], said: Sequence[str], onsets: Frames, starts: Frames, ends: Frames, manner: Manner, score: Score
) -> Frames:
    """Sounding lengths: articulation, pedal, legato; a note struck again ends there."""
    made = np.rint((ends - starts) * manner.length).astype(np.int64)
    chord_starts = [chord.start for chord in score.chords]
    following = {a.start: b.start for a, b in _neighbours(notes)}
    joined = round(manner.legato_ms / 1000.0 * SAMPLE_RATE_HZ)
    for i, note in enumerate(notes):
        word = said[i]
        if word in SHORT:
            made[i] = round((ends[i] - starts[i]) * SHORT[word])
        elif word == "pedal" and chord_starts:
            chord = score.chords[max(bisect_right(chord_starts, note.start) - 1, 0)]
            made[i] = max(made[i], score.frame_at(max(chord.end, note.end)) - starts[i])
        elif joined and following.get(note.start, note.end + TICKS_PER_BEAT) - note.end <= JOINED_TICKS:
            made[i] += joined
    latest: dict[int, int] = {}
    for i in sorted(range(len(notes)), key=lambda i: int(onsets[i])):
        before = latest.get(notes[i].pitch)
        if before is not None and onsets[before] + made[before] > onsets[i]:
            made[before] = onsets[i] - onsets[before]
        latest[notes[i].pitch] = i
    return np.asarray(np.maximum(made, round(LEAST_SECONDS * SAMPLE_RATE_HZ)), np.int64)


def _neighbours(notes: Sequence[Note]) -> list[tuple[Note, Note]]:
    """Each moment of a line with the next one."""
    firsts = list({note.start: note for note in notes}.values())
    firsts.sort(key=lambda note: note.start)
    return list(pairwise(firsts))


def slur(notes: Sequence[Note], sections: NDArray[np.int64], manner: Manner, played: Records) -> None:
    """Notes of a line that follow one another closely begin softly, under the end of the one before."""
    if not manner.soft_ms:
        return
    for i, (before, _) in _alone(notes).items():
        near = before is not None and sections[before] == sections[i] and _slurred(notes[before], notes[i])
        if near and before is not None and abs(notes[before].pitch - notes[i].pitch) <= 4:
            played["soft"][i] = round(manner.soft_ms / 1000.0 * SAMPLE_RATE_HZ)


def swell(manner: Manner, played: Records) -> None:
    """Held notes grow and recede."""
    if not manner.swell_db:
        return
    held = played["length"] > SWELLING_SECONDS * SAMPLE_RATE_HZ
    depth = np.minimum(1.0, played["length"] / SAMPLE_RATE_HZ / 2.0)  # a whole hairpin takes two seconds
    played["swell_frames"] = np.where(held, played["length"] * manner.swell_at, 0.0)
    played["swell_start_db"] = np.where(held, -manner.swell_db * depth, 0.0)
    played["swell_end_db"] = np.where(held, -manner.swell_end_db * depth, 0.0)


def bends(part: Part, said: Sequence[str], manner: Manner, played: Records) -> Cents:
    """Pitch curves for slides, bends, falls and vibrato; writes into `played` where each note's curve lies."""
    pieces: list[Cents] = [np.zeros(1, np.float32)]
    at, before = 1, None
    trembling = manner.vibrato_cents if part.role in SOLO else 0.0
    for i, note in enumerate(part.notes):
        seconds = int(played[i]["length"]) / SAMPLE_RATE_HZ
        t = np.arange(int(played[i]["length"]) // BLOCK + 8) * BLOCK / SAMPLE_RATE_HZ
        curve: Numbers | None = None
        if said[i] == "slide" and before is not None and before.pitch != note.pitch:
            interval = max(-12, min(12, before.pitch - note.pitch))
            curve = 100.0 * interval * 0.5 * (1.0 + np.cos(np.pi * np.minimum(t / SLIDE_SECONDS, 1.0)))
        elif said[i] == "bend":
            curve = -100.0 * (1.0 + np.cos(np.pi * np.minimum(t / BEND_SECONDS, 1.0)))
        elif said[i] in ("fall", "doit"):
            curve = FALL_CENTS * np.clip((t - 0.6 * seconds) / (0.4 * seconds), 0.0, 1.0) ** 2
            curve = -curve if said[i] == "fall" else curve
        depth = 22.0 if said[i] == "vibrato" else trembling
        if depth and seconds > HELD_SECONDS:
            wave = depth * np.clip((t - 0.2) / 0.4, 0.0, 1.0) * np.sin(2.0 * np.pi * VIBRATO_HZ * t)
            curve = wave if curve is None else curve + wave
        if curve is not None:
            played[i]["curve"], played[i]["curve_blocks"] = at, len(t)
            pieces.append(curve.astype(np.float32))
            at += len(t)
        before = note
    return np.concatenate(pieces)
