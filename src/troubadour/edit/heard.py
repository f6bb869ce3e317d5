"""`Heard`: what an edit knows of a recording. None and empty: not heard, or not listened for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from troubadour.brief import Key, Metre
from troubadour.brief.exact import parse_metre
from troubadour.listen.value import MUSIC, Analysis
from troubadour.theory.chords import QUALITIES
from troubadour.units import SAMPLE_RATE_HZ

SURE_CHORDS, SURE_TUNE = 0.15, 0.5  # confidences from which chords and tune are played
SURE_SILENCE = (
    0.75  # from here on nobody sings: songs of ours with a voice that was not heard had up to 0.73, those without from 0.78
)
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ROOTS = {
    f"{letter}{sign}": (tonic + step) % 12 for letter, tonic in LETTERS.items() for sign, step in (("", 0), ("#", 1), ("b", -1))
}


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
    has_voice: bool = True
    kind: str = MUSIC  # or speech, noise, silence

    @property
    def frames(self) -> int:
        """Its length."""
        return round(self.duration_s * SAMPLE_RATE_HZ)


def heard_by_edits(title: str, analysis: Analysis) -> Heard:
    """What edits use of an analysis: of anything but music its tempo at most, and what was heard surely enough to be played."""
    music = analysis.kind == MUSIC
    return Heard(
        title,
        analysis.duration_s,
        analysis.tempo_bpm,
        analysis.beats_s,
        analysis.downbeats_s,
        parse_metre(analysis.metre) if analysis.metre else Metre(),
        analysis.key,
        tuple(_chords(analysis)) if music and analysis.chords_confidence >= SURE_CHORDS else (),
        tuple((part.start_s, part.label) for part in analysis.sections) if music else (),
        tuple(_tune(analysis)) if music and analysis.melody_confidence >= SURE_TUNE else (),
        analysis.has_voice or analysis.has_voice_confidence < SURE_SILENCE,
        analysis.kind,
    )


def _chords(analysis: Analysis) -> Iterator[HeardChord]:
    """Chords that the band can play; qualities that it does not know become triads."""
    for chord in analysis.chords:
        root, _, quality = chord.label.partition(":")
        if root in ROOTS:
            plain = quality.partition("/")[0] or "maj"
            yield HeardChord(
                chord.start_s,
                chord.end_s,
                ROOTS[root],
                plain if plain in QUALITIES else plain[:3] if plain[:3] in QUALITIES else "maj",
            )


def _tune(analysis: Analysis) -> Iterator[HeardNote]:
    """The melody in whole semitones of the recording's own tuning."""
    for note in analysis.melody:
        yield HeardNote(note.start_s, note.end_s, round(note.midi - analysis.tuning_cents / 100.0))
