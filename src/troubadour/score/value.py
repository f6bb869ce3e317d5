"""Every note and every sung syllable of a song, in ticks, as it is written.

Swing, push, humanising and articulation lengths are performance: `feel` and `articulation` ask for them, the stems play
them, MIDI and MusicXML show the written place. Edits are functions from score to score.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from troubadour.brief import Key, Metre
from troubadour.units import SAMPLE_RATE_HZ, TICKS_PER_BEAT
from troubadour.words import Word


@dataclass(frozen=True)
class Note:
    """A written note. `velocity` 1-127. `articulation`: "" or one that the instrument knows (mute, staccato, slide, roll …)."""

    start: int
    length: int
    pitch: int
    velocity: int = 90
    articulation: str = ""

    @property
    def end(self) -> int:
        """The tick after the note."""
        return self.start + self.length

    def transposed(self, semitones: int) -> Note:
        """The same note, higher or lower."""
        return replace(self, pitch=self.pitch + semitones)


@dataclass(frozen=True)
class Part:
    """What one player plays. `name` is the name of its stem and its MIDI track; notes are sorted by start, then pitch."""

    name: str
    role: str
    instrument: str
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class SungLine:
    """A line of words with its notes: `notes[i]` are those of the line's i-th syllable, two or more for a melisma."""

    words: tuple[Word, ...]
    notes: tuple[tuple[Note, ...], ...]

    @property
    def start(self) -> int:
        """The tick of the first note."""
        return self.notes[0][0].start

    @property
    def end(self) -> int:
        """The tick after the last note."""
        return self.notes[-1][-1].end


@dataclass(frozen=True)
class SungPart:
    """What one singer sings. `name` is `vocals` for the lead; all others begin with `backing_vocals`.

    `manner`: words about the singing (autotune, whisper, rap …) that change how the style sings.
    """

    name: str
    voice: str
    lines: tuple[SungLine, ...]
    manner: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section in its place. Bars count from 0."""

    name: str
    kind: str
    start_bar: int
    bars: int
    energy: float


@dataclass(frozen=True)
class Phrase:
    """A melodic phrase in its place. Equal labels: same material; lower case: no melody."""

    label: str
    start_bar: int
    bars: int


@dataclass(frozen=True)
class Chord:
    """A chord. `quality` is Harte's shorthand (maj, min, 7, maj7, min7, sus4, dim …); `bass` is a pitch class."""

    start: int
    length: int
    root: int
    quality: str
    bass: int

    @property
    def end(self) -> int:
        """The tick after the chord."""
        return self.start + self.length


@dataclass(frozen=True)
class Tempo:
    """From `start` on, `bpm` quarter notes a minute."""

    start: int
    bpm: float


@dataclass(frozen=True)
class Feel:
    """How the band plays what is written. `swing` 0-1 on `swing_unit` ticks; `looseness` 0 machine … 1 very human."""

    swing: float = 0.0
    swing_unit: int = 240
    looseness: float = 0.4


@dataclass(frozen=True)
class Score:
    """A whole song. `frames` is the exact length of its audio at 44.1 kHz, tail included; tick 0 is frame 0.

    An excerpt may begin inside a bar: `skipped` ticks of its first bar lie before tick 0.
    """

    title: str
    seed: int
    take: int
    style: str
    tempos: tuple[Tempo, ...]
    metre: Metre
    key: Key
    frames: int
    feel: Feel
    sections: tuple[Section, ...]
    phrases: tuple[Phrase, ...]
    chords: tuple[Chord, ...]
    parts: tuple[Part, ...]
    sung: tuple[SungPart, ...]
    skipped: int = 0

    @cached_property
    def _anchors(self) -> tuple[tuple[int, float, float], ...]:
        """Tempo changes as (tick, seconds, bpm)."""
        anchors, seconds = [], 0.0
        for now, following in zip(self.tempos, (*self.tempos[1:], None), strict=True):
            anchors.append((now.start, seconds, now.bpm))
            if following is not None:
                seconds += (following.start - now.start) / TICKS_PER_BEAT * 60.0 / now.bpm
        return tuple(anchors)

    def seconds_at(self, tick: float) -> float:
        """Seconds from the first sample to `tick`."""
        start, seconds, bpm = next(anchor for anchor in reversed(self._anchors) if anchor[0] <= tick or anchor[0] == 0)
        return seconds + (tick - start) / TICKS_PER_BEAT * 60.0 / bpm

    def frame_at(self, tick: float) -> int:
        """The frame nearest to `tick`."""
        return round(self.seconds_at(tick) * SAMPLE_RATE_HZ)

    def tick_at(self, seconds: float) -> float:
        """The tick that sounds at `seconds`; the inverse of `seconds_at`."""
        start, since, bpm = next(anchor for anchor in reversed(self._anchors) if anchor[1] <= seconds or anchor[0] == 0)
        return start + (seconds - since) * bpm / 60.0 * TICKS_PER_BEAT  # [s] * [beats/min] / [60 s/min] * [ticks/beat]

    def bar_start(self, bar: int) -> int:
        """The tick at which a bar (from 0) begins; negative for the first bar of an excerpt that begins inside it."""
        return bar * self.metre.bar_ticks - self.skipped

    def bar_at(self, tick: int) -> int:
        """The bar (from 0) that `tick` falls in."""
        return (tick + self.skipped) // self.metre.bar_ticks

    def in_bar(self, tick: int) -> int:
        """Ticks from the beginning of its bar to `tick`."""
        return (tick + self.skipped) % self.metre.bar_ticks

    @property
    def lead_lines(self) -> tuple[SungLine, ...]:
        """All lines of the lead, in order of time: two singers may take turns in it."""
        lines = (line for part in self.sung if part.name == "vocals" for line in part.lines)
        return tuple(sorted(lines, key=lambda line: line.start))

    @property
    def bars(self) -> int:
        """Bars of the form; the tail rings after them."""
        return self.sections[-1].start_bar + self.sections[-1].bars

    def section_at(self, tick: int) -> Section:
        """The section that `tick` falls in (the first or last one outside the form)."""
        bar = self.bar_at(tick)
        return next((s for s in reversed(self.sections) if s.start_bar <= bar), self.sections[0])
