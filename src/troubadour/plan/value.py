"""The shape of a song before its notes: form, key, tempo, metre, voices, energy."""

from __future__ import annotations

from dataclasses import dataclass

from troubadour.brief import Brief, Effect, Key, Line, Metre


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
    lift: int = 0  # semitones that it stands above the song's key, where its voices reach so high

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
class Move:
    """A stem moved by `db` between two ticks of the song: what an instruction asks of the desk."""

    stem: str
    start: int
    end: int
    db: float


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
    moves: tuple[Move, ...] = ()
    heeded: tuple[Effect, ...] = ()  # what became of each clause of an instruction
    tempo_changes: tuple[tuple[int, float], ...] = ()  # (bar, bpm): from this bar on another tempo than `tempo_bpm`

    def tick_at(self, seconds: float) -> float:
        """The tick that sounds at a time."""
        start, begin_s, bpm = 0, 0.0, self.tempo_bpm
        for bar, changed in self.tempo_changes:
            tick = bar * self.metre.bar_ticks
            at_s = begin_s + (tick - start) / 480 * 60 / bpm  # [ticks] / [ticks/beat] * [s/min] / [beats/min] = [s]
            if at_s > seconds:
                break
            start, begin_s, bpm = tick, at_s, changed
        return start + (seconds - begin_s) * bpm / 60 * 480

    @property
    def seed(self) -> int:
        """The request's seed."""
        return self.brief.seed

    @property
    def take(self) -> int:
        """Which of several songs from one request this is."""
        return self.brief.take
