"""Music, speech, noise or silence; and whether somebody sings.

Music is tuned (its spectrum stands on the steps of one scale of semitones), keeps time, or holds notes of different pitch;
speech and noise do none of these. Whether a voice sings shows in how much the melody glides between its notes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from troubadour.listen import pitches
from troubadour.listen.melody import Melody
from troubadour.listen.pitches import Pitches, whitened
from troubadour.listen.rhythm import Onsets, clarities, periods
from troubadour.listen.sound import RATE_HZ, Sound
from troubadour.listen.value import MUSIC, NOISE, SILENCE, SPEECH

SILENT = 1e-3  # -60 dBFS: no sample above it
TUNED, PULSED, HELD, SPREAD = 0.13, 0.12, 0.35, 3.0  # what counts as one whole reason to call it music
LEAST_PULSE, SHORT_PULSE_S = 0.14, 0.5  # what chance gives: more in a short recording
MONOTONE = 0.7  # of its tuning counts, where long notes are all of one pitch
MUSICAL = 1.12
LONG_NOTE_S = 0.25
SPOKEN_STILL = 0.62
STILL = 0.86  # share of the melody's steps that do not move: less than that is a voice


@dataclass(frozen=True)
class Signs:
    """What tells music from speech and noise."""

    tuned: float  # how much the spectrum stands on one scale of semitones, 0-1
    pulse: float  # how clearly the best period is heard, 0-1
    held: float  # share of the time in notes of a quarter of a second and longer
    spread: float  # of the pitches of those notes, in semitones
    voiced: float  # share of the time in which a melody is heard
    still: float  # share of the melody's steps that do not move
    pauses: float  # share of the time in which next to nothing sounds
    flat: float  # how noise-like the spectrum is, 0-1
    duration_s: float


@dataclass(frozen=True)
class Kind:
    """What the recording is."""

    kind: str
    confidence: float
    has_voice: bool
    voice_confidence: float


def kind_of(sound: Sound, onsets: Onsets, heard: Pitches, melody: Melody) -> Kind:
    """What a recording is, and whether it has a voice."""
    if sound.peak < SILENT:
        return Kind(SILENCE, 1.0, False, 1.0)
    signs = signs_of(sound, onsets, heard, melody)
    musical = musicality(signs)
    away = abs(musical - MUSICAL)
    confidence = round(float(np.clip(0.5 + away, 0.5, 0.98)), 3)
    if musical < MUSICAL:
        spoken = signs.voiced > 0.4 and signs.pauses > 0.1 and signs.still < SPOKEN_STILL
        return Kind(SPEECH if spoken else NOISE, confidence, spoken, confidence)
    moving = STILL - signs.still
    sings = moving > 0.0 and signs.voiced > 0.3
    return Kind(MUSIC, confidence, sings, round(float(np.clip(0.5 + 3.0 * abs(moving), 0.5, 0.9)), 3))


def musicality(signs: Signs) -> float:
    """The reasons to call it music, added up."""
    tuned = min(2.0, signs.tuned / TUNED) * (MONOTONE if 0.0 < signs.spread < 1.0 else 1.0)
    chance = LEAST_PULSE + SHORT_PULSE_S / max(signs.duration_s, 1.0)
    pulsed = float(np.clip((signs.pulse - chance) / PULSED, 0.0, 2.0)) * (1.0 - 0.5 * signs.flat)
    held = min(1.5, signs.held / HELD) * min(1.0, signs.spread / SPREAD) * (1.0 - 0.75 * signs.flat)
    return tuned + pulsed + held


def signs_of(sound: Sound, onsets: Onsets, heard: Pitches, melody: Melody) -> Signs:
    """Measures the signs."""
    white = whitened(heard.strengths)
    around = np.exp(2j * np.pi * np.arange(pitches.STEPS) / pitches.FINE)
    total = white.sum(axis=1)
    sounding = total > 0.05 * np.percentile(total, 90.0)
    tuned = float(np.median(np.abs(white[sounding] @ around) / np.maximum(total[sounding], 1e-9))) if sounding.any() else 0.0
    pulse = float(clarities(onsets, periods()).max(axis=1).mean()) if onsets.any else 0.0
    long = [note for note in melody.notes if note.end_s - note.start_s >= LONG_NOTE_S]
    held = sum(note.end_s - note.start_s for note in long) / max(sound.duration_s, 1e-3)
    spread = float(np.std([note.midi for note in long])) if len(long) > 2 else 0.0
    line = melody.line
    steps = np.abs(np.diff(line))[(line[1:] > 0) & (line[:-1] > 0)] if len(line) else np.zeros(0)
    still = float((steps < 0.11).mean()) if len(steps) else 1.0
    voiced = float((line > 0).mean()) if len(line) else 0.0
    return Signs(tuned, pulse, held, spread, voiced, still, _pauses(sound), _flat(heard), sound.duration_s)


def _pauses(sound: Sound) -> float:
    span = RATE_HZ // 40
    power = np.add.reduceat(sound.samples**2, np.arange(0, len(sound.samples), span)) / span
    level = np.sqrt(power)
    return float((level < 0.1 * np.percentile(level, 90.0)).mean())


def _flat(heard: Pitches) -> float:
    """The spectrum's geometric mean against its arithmetic mean above middle C, where noise stands out."""
    high = heard.strengths[:, 36 * pitches.FINE :] + 1e-7
    loud = high.mean(axis=1)
    sounding = loud > 0.05 * np.percentile(loud, 90.0)
    flat = np.exp(np.log(high[sounding]).mean(axis=1)) / loud[sounding]
    return float(np.clip((np.median(flat) - 0.35) / 0.4, 0.0, 1.0)) if sounding.any() else 0.0
