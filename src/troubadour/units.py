"""The only conversions between the units of a score and the units of sound.

Score time is whole ticks, 480 to the quarter note, counted from the first sample of the song: halves, triplets,
quintuplets and sixty-fourths are all exact. Sound time is frames at 44.1 kHz. A *beat* is always a quarter note, and
bpm counts quarter notes, whatever the metre.
"""

from __future__ import annotations

import math

SAMPLE_RATE_HZ = 44_100
TICKS_PER_BEAT = 480


def beats(ticks: int) -> float:
    """Quarter notes in `ticks`."""
    return ticks / TICKS_PER_BEAT


def ticks(beats: float) -> int:
    """The tick nearest to a length in quarter notes."""
    return round(beats * TICKS_PER_BEAT)


def seconds_of_ticks(ticks: float, tempo_bpm: float) -> float:
    """Seconds that `ticks` last at a steady tempo."""
    return ticks / TICKS_PER_BEAT * 60.0 / tempo_bpm  # [ticks] / [ticks/beat] * [60 s/min] / [beats/min] = [s]


def frames(seconds: float) -> int:
    """The frame nearest to a time in seconds."""
    return round(seconds * SAMPLE_RATE_HZ)


def seconds(frames: int) -> float:
    """Seconds that `frames` last."""
    return frames / SAMPLE_RATE_HZ


def hz(midi_pitch: float) -> float:
    """Frequency of a MIDI pitch in equal temperament, A4 = 69 = 440 Hz."""
    return 440.0 * math.pow(2.0, (midi_pitch - 69.0) / 12.0)


def gain(db: float) -> float:
    """Amplitude factor of a level in decibels."""
    return math.pow(10.0, db / 20.0)


def db(gain: float) -> float:
    """Level in decibels of an amplitude factor; silence is -240 dB."""
    return 20.0 * math.log10(max(gain, 1e-12))
