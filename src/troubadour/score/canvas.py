"""What every player looks at while writing: the bars of the song, each with its section, its chords and its energy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from troubadour.chance import Chance
from troubadour.plan import Plan
from troubadour.score.value import Chord, Note, Phrase, Section
from troubadour.styles import Style


@dataclass(frozen=True)
class Bar:
    """One bar. `in_phrase` counts from 0; `lead_in` is true in the last bar before another section."""

    index: int
    start: int
    length: int
    section: Section
    section_number: int
    phrase: Phrase
    in_phrase: int
    chords: tuple[Chord, ...]
    first_of_section: bool
    lead_in: bool
    next_section: Section | None
    energy: float
    closing: bool  # the last bar of the song: everything ends on its first beat

    @property
    def end(self) -> int:
        """The tick after the bar."""
        return self.start + self.length


@dataclass(frozen=True)
class Canvas:
    """The song before its band: form, chords bar by bar, energy, and the dice of every player."""

    plan: Plan
    style: Style
    sections: tuple[Section, ...]
    phrases: tuple[Phrase, ...]
    chords: tuple[Chord, ...]
    needed: range | None = None  # bars that are to be written, where not all are

    @cached_property
    def chance(self) -> Chance:
        """The song's streams."""
        return Chance(self.plan.seed, self.plan.take)

    @cached_property
    def bars(self) -> tuple[Bar, ...]:
        """All bars in order."""
        return tuple(_bars(self))

    @cached_property
    def written(self) -> tuple[Bar, ...]:
        """The bars that the band writes."""
        return self.bars if self.needed is None else tuple(bar for bar in self.bars if bar.index in self.needed)

    @cached_property
    def ring_end(self) -> int:
        """The tick at which the last notes have rung out: a third of a second before the audio ends."""
        ticks = self.plan.tick_at(self.plan.frames / 44_100 - 0.3)
        return max(int(ticks), self.bars[-1].start + self.bars[-1].length // 2)

    def chord_at(self, tick: int) -> Chord:
        """The chord that sounds at a tick (the last one in the tail)."""
        return self.chords[max(0, int(np.searchsorted(self._starts, tick, side="right")) - 1)]

    @cached_property
    def _starts(self) -> list[int]:
        return [chord.start for chord in self.chords]


def by_bars(chords: Sequence[Chord], bar_ticks: int) -> tuple[Chord, ...]:
    """The chords as players count them: one that lasts over a bar line is struck anew in the next bar."""
    made = []
    for chord in chords:
        edges = [chord.start, *range((chord.start // bar_ticks + 1) * bar_ticks, chord.end, bar_ticks), chord.end]
        made += [replace(chord, start=here, length=there - here) for here, there in pairwise(edges)]
    return tuple(made)


def _bars(canvas: Canvas) -> list[Bar]:
    length = canvas.plan.metre.bar_ticks
    made: list[Bar] = []
    phrases = list(canvas.phrases)
    for number, section in enumerate(canvas.sections):
        following = canvas.sections[number + 1] if number + 1 < len(canvas.sections) else None
        for index in range(section.start_bar, section.start_bar + section.bars):
            phrase = next(p for p in phrases if p.start_bar <= index < p.start_bar + p.bars)
            start = index * length
            chords = tuple(c for c in canvas.chords if c.start < start + length and c.end > start)
            last = index == section.start_bar + section.bars - 1
            made.append(
                Bar(
                    index=index,
                    start=start,
                    length=length,
                    section=section,
                    section_number=number,
                    phrase=phrase,
                    in_phrase=index - phrase.start_bar,
                    chords=chords,
                    first_of_section=index == section.start_bar,
                    lead_in=last and following is not None,
                    next_section=following,
                    energy=_bar_energy(section, following, index),
                    closing=last and following is None,
                )
            )
    return made


def _bar_energy(section: Section, following: Section | None, index: int) -> float:
    """The section's energy, bent: a build and an intro grow toward what follows, an outro falls."""
    share = (index - section.start_bar) / max(section.bars - 1, 1)
    if section.kind == "build":
        return min(1.0, section.energy * (0.75 + 0.5 * share))
    if section.kind == "intro" and section.bars >= 4:
        return section.energy * (0.8 + 0.3 * share)
    if section.kind == "outro" and section.bars >= 4:
        return section.energy * (1.1 - 0.35 * share)
    return section.energy


def loudness(base: int, energy: float, factor: float = 1.0) -> int:
    """A velocity for the energy of its bar."""
    return int(min(127, max(1, round(base * (0.74 + 0.34 * energy) * factor))))


def tidy(notes: Sequence[Note], low: int, high: int) -> tuple[Note, ...]:
    """Sorted, in range by octaves, no pitch struck twice at once or before it has ended."""
    made: list[Note] = []
    sounding: dict[int, int] = {}
    for note in sorted(notes, key=lambda n: (n.start, n.pitch, -n.length)):
        pitch = folded(note.pitch, low, high)
        if note.length <= 0 or note.start < 0:
            continue
        before = sounding.get(pitch)
        if before is not None and made[before].start == note.start:
            continue
        if before is not None and made[before].end > note.start:
            old = made[before]
            made[before] = Note(old.start, note.start - old.start, pitch, old.velocity, old.articulation)
        sounding[pitch] = len(made)
        made.append(Note(note.start, note.length, pitch, note.velocity, note.articulation))
    return tuple(sorted(made, key=lambda n: (n.start, n.pitch)))


def folded(pitch: int, low: int, high: int) -> int:
    """The pitch moved by octaves into a range of at least an octave (clipped into a narrower one)."""
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return min(max(pitch, low), high)
