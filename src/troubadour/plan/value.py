"""The shape of a song before its notes: form, key, tempo, metre, voices, energy."""

from __future__ import annotations

from dataclasses import dataclass

from troubadour.brief import Brief, Key, Line, Metre


@dataclass(frozen=True)
class PhrasePlan:
    """Bars that belong together. Equal letters: same material; lower case: no melody. `lines` are sung in it, in order."""

    label: str
    bars: int
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class SectionPlan:
    """One section of the form. `name` is unique ("Verse 1"), `kind` is not ("verse"). `energy` runs from 0 to 1."""

    name: str
    kind: str
    energy: float
    phrases: tuple[PhrasePlan, ...]

    @property
    def bars(self) -> int:
        """Bars of all phrases together."""
        return sum(phrase.bars for phrase in self.phrases)


@dataclass(frozen=True)
class Player:
    """One member of the band: the part it plays and the instrument (an id of `theory.instruments`)."""

    role: str  # drums, bass, chords, pad, lead, riff, arpeggio, counter, percussion, effects
    instrument: str


@dataclass(frozen=True)
class Plan:
    """Everything that is decided before the first note. `frames` is the exact length of the finished audio, tail included."""

    brief: Brief
    style: str  # id of the leading style; `brief.styles` has the whole blend
    title: str
    tempo_bpm: float
    metre: Metre
    key: Key
    frames: int
    sections: tuple[SectionPlan, ...]
    band: tuple[Player, ...]
    voice: str | None  # id of the lead voice; None: instrumental
    swing: float = 0.0  # 0 straight … 1 triplet: how late the off-beat comes
    swing_unit_ticks: int = 240  # which subdivision swings: 240 eighths, 120 sixteenths

    @property
    def seed(self) -> int:
        """The request's seed."""
        return self.brief.seed

    @property
    def take(self) -> int:
        """Which of several songs from one request this is."""
        return self.brief.take
