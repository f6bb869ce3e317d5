"""`Analysis`: what is heard in a recording. Times in seconds from its start; every estimate has a confidence from 0 to 1.

A confidence is a guess at how likely the estimate is right, made from how clearly it beats its rivals; it is no promise. What
cannot be heard is None or empty, with confidence 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from troubadour.brief import Key

MUSIC, SPEECH, NOISE, SILENCE = "music", "speech", "noise", "silence"


@dataclass(frozen=True)
class HeardChord:
    """One chord in Harte's notation (`A:min`, `N`: none)."""

    start_s: float
    end_s: float
    label: str
    confidence: float


@dataclass(frozen=True)
class HeardSection:
    """A part of the form. Parts with the same letter sound alike."""

    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True)
class HeardNote:
    """One note of the melody; `midi` is where it really sounds (60 is middle C, 60.25 a quarter of a semitone higher)."""

    start_s: float
    end_s: float
    midi: float


@dataclass(frozen=True)
class Analysis:
    """A whole recording as it is heard."""

    duration_s: float
    kind: str  # music, speech, noise, silence
    kind_confidence: float
    loudness_lufs: float
    tempo_bpm: float | None  # quarter notes a minute: the one that prevails
    tempo_confidence: float
    tempo_curve: tuple[tuple[float, float], ...]  # (seconds, bpm), where the tempo changes
    beats_s: tuple[float, ...]
    beats_confidence: float
    downbeats_s: tuple[float, ...]
    downbeats_confidence: float
    metre: str | None  # such as 4/4
    metre_confidence: float
    key: Key | None
    key_confidence: float
    tuning_cents: float  # how far the music is tuned above A4 = 440 Hz
    chords: tuple[HeardChord, ...]
    chords_confidence: float
    sections: tuple[HeardSection, ...]
    sections_confidence: float
    melody: tuple[HeardNote, ...]
    melody_confidence: float
    has_voice: bool
    has_voice_confidence: float

    @property
    def first_beat_s(self) -> float | None:
        """Where the first beat falls."""
        return self.beats_s[0] if self.beats_s else None
