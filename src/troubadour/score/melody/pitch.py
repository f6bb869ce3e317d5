"""Rhythm into tune: a pitch for every note of a line.

A line's pitches are drawn together from a chain with memory two (forward filtering, backward sampling), so that a
line goes somewhere: what is likely is a chord tone on strong and long notes, mostly steps, a turn after a leap, the
line's contour, the tone its end asks for, and what the tune did before where it is to return.

Sources: shares of chord tones and intervals as in POP909 (human: chord tones on beats 71 %, on long notes 80 %).
"""

from __future__ import annotations

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

# Log-likelihood of an interval by its size in semitones, before the style's love of leaps and repeats.
INTERVAL = np.array([-0.9, -0.35, 0.0, -0.95, -1.35, -1.5, -4.5, -2.2, -3.4, -3.2, -5.5, -6.5, -3.6] + [-9.0] * 24)


@dataclass(frozen=True)
class Slot:
    """A note that waits for its pitch."""

    start: int
    length: int
    stress: float = 0.0  # 1 asks for height, 0 does not
    recall: int | None = None  # the pitch that the tune had here before
    hold: float = 0.0  # how firmly it is held to that pitch, in nats


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
    """The chord that sounds at `tick` (the next one for a note that anticipates it is the caller's business)."""
    return next((chord for chord in chords if chord.start <= tick < chord.end), None)


def scale_of(key: Key) -> frozenset[int]:
    """Pitch classes of a key."""
    return frozenset(scale(key.tonic, key.mode))


@dataclass(frozen=True)
class Ground:
    """What all lines of a song stand on."""

    key: Key
    metre: Metre
    chords: tuple[Chord, ...]
    traits: Traits

    def chord_for(self, slot: Slot) -> Chord | None:
        """The chord that a note is heard in: that of its middle, so that an anticipation belongs to what it anticipates."""
        if level(slot.start, self.metre) <= 2:
            here, there = chord_at(self.chords, slot.start), chord_at(self.chords, slot.start + min(slot.length - 1, 300))
            return there or here
        return chord_at(self.chords, slot.start)


def draw_pitches(
    slots: Sequence[Slot], register: Register, ground: Ground, stream: np.random.Generator, before: Sequence[int] = ()
) -> list[int]:
    """One pitch a slot, drawn together. `before` are the last pitches sung (two are enough)."""
    pitches = np.arange(register.low, register.high + 1)
    unary = np.stack([_fitness(slot, index, len(slots), pitches, register, ground) for index, slot in enumerate(slots)])
    pair = _pair_table(pitches, ground.traits)
    triple = _triple_table(pitches)
    first = unary[0] + _entrance(pitches, before)
    if len(slots) == 1:
        return [int(pitches[_drawn(first, stream)])]
    forward = [first[:, None] + pair * _looseness(slots[0]) + unary[1][None, :]]
    for index in range(2, len(slots)):
        summed = _logsumexp(forward[-1][:, :, None] + triple, axis=0)
        forward.append(summed + pair * _looseness(slots[index - 1]) + unary[index][None, :])
    return _sampled_backwards(forward, triple, pitches, stream)


def _sampled_backwards(
    forward: list[Floats], triple: Floats, pitches: NDArray[np.int64], stream: np.random.Generator
) -> list[int]:
    last = forward[-1]
    flat = _drawn(last.ravel(), stream)
    b, c = divmod(flat, last.shape[1])
    path = [c, b]
    for table in reversed(forward[:-1]):
        b, c = _drawn(table[:, b] + triple[:, b, c], stream), b
        path.append(b)
    return [int(pitches[index]) for index in reversed(path)]


def _drawn(log_weights: Floats, stream: np.random.Generator) -> int:
    weights = np.exp(log_weights - log_weights.max())
    return int(min(np.searchsorted(np.cumsum(weights), stream.random() * weights.sum()), len(weights) - 1))


def _logsumexp(values: Floats, axis: int) -> Floats:
    top = values.max(axis=axis, keepdims=True)
    return np.asarray(np.log(np.exp(values - top).sum(axis=axis)) + np.squeeze(top, axis=axis))


def _looseness(slot: Slot) -> float:
    """After a long note the next interval may be wider."""
    return 0.8 if slot.length >= 720 else 1.0


def _fitness(slot: Slot, index: int, count: int, pitches: NDArray[np.int64], register: Register, ground: Ground) -> Floats:
    """Log-likelihood of each pitch for one slot, all but its neighbours considered."""
    value = _harmony(slot, pitches, ground, final=index == count - 1)
    share = index / max(count - 1, 1)
    wish = register.centre + float(np.interp(share, np.linspace(0, 1, len(register.contour)), register.contour))
    value = value - ((pitches - wish) / 3.4) ** 2 / 2 + 0.06 * slot.stress * (pitches - wish)
    if index == count - 1:
        value = value + _cadence(pitches, register.cadence, ground.key)
    if slot.recall is not None:
        away = np.abs(pitches - slot.recall)
        value = value + slot.hold * np.where(away == 0, 1.0, np.where(away <= 2, 0.3, 0.0))
    return value


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


def _pair_table(pitches: NDArray[np.int64], traits: Traits) -> Floats:
    sizes = np.abs(pitches[None, :] - pitches[:, None])
    table = INTERVAL[np.minimum(sizes, len(INTERVAL) - 1)]
    table = table + np.where(sizes > 2, 1.6 * (traits.leap - 0.5), 0.0) + np.where(sizes == 0, 1.4 * (traits.repeat - 0.5), 0.0)
    return np.asarray(table + np.where(sizes == 1, 0.8 * traits.chromatic, 0.0))


def _triple_table(pitches: NDArray[np.int64]) -> Floats:
    """[first, second, third]: a leap is left by a turn, steps run on for a while, no third repetition for free."""
    moves = pitches[None, :] - pitches[:, None]
    one, two = moves[:, :, None], moves[None, :, :]
    same_way = np.sign(one) * np.sign(two)
    leapt = np.abs(one) >= 5
    value = np.where(leapt & (same_way > 0), -1.3, 0.0) + np.where(leapt & (same_way < 0) & (np.abs(two) <= 4), 0.4, 0.0)
    value = value + np.where((np.abs(one) <= 2) & (np.abs(two) <= 2) & (same_way > 0), 0.35, 0.0)
    value = value + np.where((one == 0) & (two == 0), -0.7, 0.0)
    wide = np.abs(one + two) > 9
    return np.asarray(value + np.where(wide & (same_way > 0), -2.0, 0.0))


def _entrance(pitches: NDArray[np.int64], before: Sequence[int]) -> Floats:
    """A new line may begin anywhere near the last note."""
    if not before:
        return np.zeros(len(pitches))
    return np.asarray(0.5 * INTERVAL[np.minimum(np.abs(pitches - before[-1]), len(INTERVAL) - 1)])
