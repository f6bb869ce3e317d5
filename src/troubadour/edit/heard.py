"""`Heard`: what an edit knows of a recording. None and empty: not heard, or not listened for."""

from __future__ import annotations

from dataclasses import dataclass, field

from troubadour.brief import Key, Metre
from troubadour.listen import Measured
from troubadour.units import SAMPLE_RATE_HZ


@dataclass(frozen=True)
class HeardChord:
    """A chord between two times. `root` 0 = C; `quality` is Harte's shorthand."""

    start_s: float
    end_s: float
    root: int
    quality: str


@dataclass(frozen=True)
class HeardNote:
    """A note of the tune, between two times."""

    start_s: float
    end_s: float
    pitch: int


@dataclass(frozen=True)
class Heard:
    """A recording as edits see it: little of it (tempo, beats, key) or much (bars, chords, sections, the tune)."""

    title: str
    duration_s: float
    tempo_bpm: float | None = None  # quarter notes a minute
    beats_s: tuple[float, ...] = ()
    downbeats_s: tuple[float, ...] = ()
    metre: Metre = field(default_factory=Metre)
    key: Key | None = None
    chords: tuple[HeardChord, ...] = ()
    sections: tuple[tuple[float, str], ...] = ()  # where each begins, and a letter: equal ones sound alike
    melody: tuple[HeardNote, ...] = ()

    @property
    def frames(self) -> int:
        """Its length."""
        return round(self.duration_s * SAMPLE_RATE_HZ)


def heard_simply(title: str, measured: Measured) -> Heard:
    """What a simple measurement says."""
    return Heard(title, measured.duration_s, measured.tempo_bpm, measured.beats_s, key=measured.key)
