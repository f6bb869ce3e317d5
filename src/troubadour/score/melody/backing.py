"""The other singers: who they are, and the second voice under (or over) a chorus.

A second voice moves with the tune's rhythm a third to a sixth away, on chord tones where the tune rests, on tones of the
key elsewhere, and prefers to move little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from troubadour.chance import Chance
from troubadour.score.melody.pitch import Ground, Slot, chord_tones, scale_of
from troubadour.score.value import Note, SungLine

if TYPE_CHECKING:
    from troubadour.stems.sing.value import Voice


@dataclass(frozen=True)
class Singer:
    """A voice id, the pitches where it is at ease, and whether it is a woman's (f) or a man's (m)."""

    voice: str
    low: int
    high: int
    gender: str = "f"


def lead_singer(voice: str | None, sung_range: tuple[int, int] | None = None) -> Singer:
    """The plan's voice, in the range that a persona keeps if there is one; a middle range where the table does not know it."""
    from troubadour.stems.sing.voices import VOICES

    singer = _singer(VOICES[voice]) if voice in VOICES else Singer(voice or "", 55, 72)
    return singer if sung_range is None else replace(singer, low=sung_range[0], high=sung_range[1])


def second_singer(lead: Singer, low: int, high: int, chance: Chance, which: int) -> Singer:
    """A voice for pitches from `low` to `high`, another than the lead's where one fits as well."""
    others = [singer for singer in _singers() if singer.voice != lead.voice]
    if not others:
        return lead
    misfit = {singer.voice: max(0, singer.low - low) + max(0, high - singer.high) for singer in others}
    least = min(misfit.values())
    fitting = [singer for singer in others if misfit[singer.voice] <= least + 1]
    order = chance.stream("melody", "singers").permutation(len(fitting))
    return fitting[int(order[which % len(fitting)])]


def _singers() -> list[Singer]:
    from troubadour.stems.sing.voices import HOUSE  # late: the singers are a later stage's

    return [_singer(voice) for voice in HOUSE.values()]


def _singer(voice: Voice) -> Singer:
    return Singer(voice.id, voice.low, voice.high, voice.gender)


def partner_of(lead: Singer) -> Singer:
    """Who sings a duet with the lead: the first voice of the other gender."""
    return next((singer for singer in _singers() if singer.gender != lead.gender), lead)


def harmonised(line: SungLine, ground: Ground, low: int, high: int, above: bool) -> SungLine:
    """The line's second voice, inside `low`-`high`."""
    before: int | None = None
    voices = []
    for syllable in line.notes:
        made = []
        for note in syllable:
            before = _second(note, before, ground, low, high, above)
            made.append(Note(note.start, note.length, before, max(1, note.velocity - 12)))
        voices.append(tuple(made))
    return SungLine(line.words, tuple(voices))


def _second(note: Note, before: int | None, ground: Ground, low: int, high: int, above: bool) -> int:
    chord = ground.chord_for(Slot(note.start, note.length))
    tones = frozenset(chord_tones(chord)) if chord else frozenset()
    scale = scale_of(ground.key)
    side = 1 if above else -1
    candidates = [note.pitch + side * size for size in range(3, 10)] + [note.pitch - side * size for size in range(3, 10)]

    def cost(pitch: int) -> float:
        size = abs(pitch - note.pitch)
        value = 0.0 if size in (3, 4) else 0.8 if size in (8, 9) else 1.2 if size == 5 else 2.0
        value += 0.0 if (pitch - note.pitch) * side > 0 else 3.0
        held = note.length >= 360
        value += 0.0 if pitch % 12 in tones else (2.0 if held else 0.6)
        value += 0.0 if pitch % 12 in scale or pitch % 12 in tones else 6.0
        value += 0.35 * abs(pitch - before) if before is not None else 0.0
        return value + 5.0 * (max(0, low - pitch) + max(0, pitch - high))

    return min(candidates, key=lambda pitch: (cost(pitch), pitch))


def spread(lines: Sequence[SungLine]) -> tuple[int, int]:
    """Lowest and highest pitch of some lines."""
    found = [note.pitch for line in lines for syllable in line.notes for note in syllable]
    return min(found), max(found)


def voice_of(gender: str, which: int) -> Singer:
    """The first, second … voice of a gender, in the order of the table."""
    found = [singer for singer in _singers() if singer.gender == gender]
    return found[which % len(found)]
