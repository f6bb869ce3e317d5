"""What a song wants of the pitches of a line, note by note, beside what tunes do by themselves.

Chord tones on strong and long notes, the key's tones elsewhere (and the style's: pentatonic, blue, chromatic), the
line's contour about its home, and the tone that its end asks for. All of it as log-likelihoods that guide the network
(`learned`). Human tunes have chord tones on 71 % of the beats and on 80 % of the long notes (POP909).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from troubadour.brief import Key, Metre
from troubadour.score.melody.metre import level
from troubadour.score.melody.traits import Traits
from troubadour.score.value import Chord
from troubadour.theory.chords import tones
from troubadour.theory.scales import family, scale

Floats = NDArray[np.float64]

HARMONY_WEIGHT, CADENCE_WEIGHT, CONTOUR_WIDTH = 0.25, 0.6, 7.0


@dataclass(frozen=True)
class Slot:
    """A note that waits for its pitch."""

    start: int
    length: int
    stress: float = 0.0  # 1 asks for height, 0 does not
    relation: str = "new"  # to what the tune did before: exact, near, rhythm, new
    earlier: int | None = None  # the pitch that it had there
    echo: int | None = None  # or the slot of its own phrase that it goes back to
    wish: int | None = None  # the pitch that it is drawn to now; an echo is drawn to what it goes back to
    hold: float = 0.0  # how firmly, in nats
    shift: int = 0  # steps of the scale from what it goes back to
    same: bool = False  # its bar has the very rhythm of the one that it goes back to


@dataclass(frozen=True)
class Register:
    """Where a line lies. `low` and `high` are walls, `centre` is home, `arch` the contour's height in semitones."""

    low: int
    high: int
    centre: float
    contour: tuple[float, ...] = (0.0, 0.0)  # semitones about the centre, spread evenly over the line
    cadence: str = "open"  # "closed" ends on the tonic triad's root or third, "open" elsewhere, "none" anywhere


def chord_tones(chord: Chord) -> tuple[int, ...]:
    """Pitch classes of a chord, from its root."""
    return tones(chord.root, chord.quality)


def chord_at(chords: Sequence[Chord], tick: int) -> Chord | None:
    """The chord that sounds at `tick`."""
    found = bisect_right(chords, tick, key=lambda chord: chord.start) - 1
    return chords[found] if found >= 0 and tick < chords[found].end else None


def scale_of(key: Key) -> frozenset[int]:
    """Pitch classes of a key."""
    return frozenset(scale(key.tonic, key.mode))


def moved_by_steps(pitch: int, steps: int, key: Key) -> int:
    """A pitch moved by degrees of a key's scale."""
    degrees = scale_of(key)
    moved, left = pitch, abs(steps)
    while left:
        moved += 1 if steps > 0 else -1
        if moved % 12 in degrees:
            left -= 1
    return moved


@dataclass(frozen=True)
class Ground:
    """What all lines of a song stand on."""

    key: Key
    metre: Metre
    chords: tuple[Chord, ...]
    traits: Traits
    corpus: str = "all"  # the set of weights that writes

    def chord_for(self, slot: Slot) -> Chord | None:
        """The chord that a note is heard in: that of its middle, so that an anticipation belongs to what it anticipates."""
        if level(slot.start, self.metre) <= 2:
            here, there = chord_at(self.chords, slot.start), chord_at(self.chords, slot.start + min(slot.length - 1, 300))
            return there or here
        return chord_at(self.chords, slot.start)


def fitness(slot: Slot, index: int, count: int, pitches: NDArray[np.int64], register: Register, ground: Ground) -> Floats:
    """What this song wants of one slot, all but its neighbours considered, as log-likelihoods of the pitches."""
    final = index == count - 1
    value = HARMONY_WEIGHT * _harmony(slot, pitches, ground, final=final)
    share = index / max(count - 1, 1)
    wish = register.centre + float(np.interp(share, np.linspace(0, 1, len(register.contour)), register.contour))
    value = value - ((pitches - wish) / CONTOUR_WIDTH) ** 2 / 2 + 0.03 * slot.stress * (pitches - wish)
    if final:
        value = value + CADENCE_WEIGHT * _cadence(pitches, register.cadence, ground.key)
    return value


def leaning(wish: int | NDArray[np.int64], hold: float, pitches: NDArray[np.int64]) -> Floats:
    """What a wished pitch adds to each pitch; one row a wish where there are several."""
    away = np.abs(pitches - np.asarray(wish)[..., None])
    return np.asarray(hold * np.where(away == 0, 1.0, np.where(away <= 2, 0.3, 0.0)))


def _harmony(slot: Slot, pitches: NDArray[np.int64], ground: Ground, *, final: bool) -> Floats:
    traits, classes = ground.traits, pitches % 12
    chord, degrees = ground.chord_for(slot), scale_of(ground.key)
    harmony = frozenset(chord_tones(chord)) if chord else degrees
    strength = level(slot.start, ground.metre)
    weight = (0.15, 0.15, 0.35, 0.9, 1.3, 1.6)[strength] + (1.3 if slot.length >= 480 else 0.0) + (1.6 if final else 0.0)
    in_chord = np.isin(classes, list(harmony))
    in_scale = np.isin(classes, list(degrees))
    value = np.where(in_chord, weight, 0.0) + np.where(in_scale | in_chord, 0.0, -7.0 + 4.0 * traits.chromatic)
    clash = np.isin((classes - 1) % 12, list(harmony)) & ~in_chord  # a semitone above a chord tone grates when held
    value = value - np.where(clash, 0.5 + (1.2 if slot.length >= 360 else 0.0), 0.0)
    avoided = [(ground.key.tonic + step) % 12 for step in ((5, 11) if _bright(ground.key) else (2, 8))]
    value = value - np.where(np.isin(classes, avoided) & ~in_chord, 1.2 * traits.pentatonic, 0.0)
    if traits.blue and _bright(ground.key) and strength <= 3 and not final:
        blues = [(ground.key.tonic + step) % 12 for step in (3, 10)]
        value = np.where(np.isin(classes, blues) & ~in_chord, np.log(traits.blue) - 0.5, value)
    return value


def _bright(key: Key) -> bool:
    """Whether the third is major."""
    return family(key.mode) == "major"


def _cadence(pitches: NDArray[np.int64], cadence: str, key: Key) -> Floats:
    above = (pitches - key.tonic) % 12
    third = 4 if _bright(key) else 3
    if cadence == "closed":
        return np.where(above == 0, 2.2, np.where(above == third, 1.2, 0.0))
    if cadence == "open":
        return np.where(above == 0, -1.6, np.where(np.isin(above, (2, 7)), 0.8, 0.0))
    return np.zeros(len(pitches))
