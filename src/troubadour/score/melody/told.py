"""The tune of an instrument, as the networks tell it: rhythm and pitches from plans of human phrases (bars of 4/4).

Equal labels share their plan of recalls, so a chorus returns; where its plan says so it varies, as players do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from troubadour.chance import Chance
from troubadour.score.melody.human.bank import SongManner, bank
from troubadour.score.melody.human.draw import Guide
from troubadour.score.melody.human.pitches import CLASSES, LOWEST, Heard
from troubadour.score.melody.human.recurrent import Ints
from troubadour.score.melody.human.relations import Span
from troubadour.score.melody.human.untold import BAR, Harmony, Wish, plans_of, rhythm_of, teller, timed, tune_over
from troubadour.score.melody.learned import OUTSIDE, frame_tonic
from troubadour.score.melody.metre import level
from troubadour.score.melody.pitch import Ground, Register, Slot, chord_at, chord_tones, fitness
from troubadour.score.melody.tune import Role
from troubadour.score.value import Note
from troubadour.theory.scales import family

DENSER = 1.15  # the network sings a tenth fewer notes than it is told of
GUIDANCE = 0.4  # how much of what a style wants of pitches is asked of an instrument


@dataclass(frozen=True)
class Told:
    """A phrase of the form for an instrument: its label (capital where it plays), first bar, bars and, where it plays, its role."""

    label: str
    first: int
    bars: int
    role: Role | None


def told_tune(phrases: Sequence[Told], ground: Ground, tempo_bpm: float, chance: Chance) -> dict[int, list[Note]]:
    """The notes of every phrase that plays, by its number."""
    spans = [Span(one.label if one.role else one.label.lower(), one.first, one.bars) for one in phrases]
    roles = {span.label: one.role for span, one in zip(spans, phrases, strict=True) if one.role}
    centre = float(np.mean([role.centre for role in roles.values()]))
    tonic = frame_tonic(ground, centre)
    counts = bank(ground.corpus)
    manner = _manner(ground, tempo_bpm, centre - tonic, counts.manner(
        family(ground.key.mode) == "minor", tempo_bpm, chance.stream("melody", "manner")
    ))  # fmt: skip
    wish = Wish(
        manner, tempo_bpm,
        lambda kind, label, statement: chance.stream("melody", "told", kind, label, statement),
        lambda label: roles[label].centre - tonic if label in roles else centre - tonic,
        lambda heard, span: _guide(heard, roles.get(span.label), ground, tonic), resting=True,
    )  # fmt: skip
    harmony = _harmony(ground, max(one.first + one.bars for one in phrases), tonic)
    tells = teller(ground.corpus)
    plan = plans_of(spans, harmony, counts, wish)
    notes = timed(rhythm_of(spans, plan, harmony, wish, tells))
    pitches = tune_over(notes, spans, plan, harmony, wish, tells)
    made: dict[int, list[Note]] = {}
    for (start, length), pitch in zip(notes, pitches, strict=True):
        number = next(i for i, one in enumerate(phrases) if one.first * BAR <= start < (one.first + one.bars) * BAR)
        end = min(start + length, (phrases[number].first + phrases[number].bars) * BAR)
        made.setdefault(number, []).append(Note(start, end - start, pitch + tonic, 84 + 3 * level(start, ground.metre)))
    return made


def _manner(ground: Ground, tempo_bpm: float, centre: float, human: SongManner) -> SongManner:
    """A human manner, led towards what the style likes."""
    density = DENSER * human.density * ground.traits.lead_density / 4.5 * min(1.15, max(0.6, (80 / tempo_bpm) ** 0.25))
    odd = human.odd * (1.0 if tempo_bpm < 100 else 0.5)
    return SongManner(human.minor, tempo_bpm, density, odd, centre, human.spread * ground.traits.span / 14)


def _harmony(ground: Ground, bars: int, tonic: int) -> Harmony:
    beats = [chord_at(ground.chords, beat * 480) for beat in range(bars * 4)]
    tones = tuple(frozenset((t - tonic) % 12 for t in chord_tones(chord)) if chord else frozenset() for chord in beats)
    roots = tuple((chord.root - tonic) % 12 if chord else -1 for chord in beats)
    return Harmony(tones, roots, frozenset(chord.start for chord in ground.chords))


def _guide(heard: Sequence[Heard], role: Role | None, ground: Ground, tonic: int) -> Guide | None:
    """Walls, the style's scale, and a close where one is due."""
    if role is None:
        return None
    pitches = np.arange(role.low, role.high + 1)
    classes = pitches - tonic - LOWEST + 1
    inside = (classes >= 1) & (classes < CLASSES)
    register = Register(role.low, role.high, role.centre, cadence="closed" if role.closed else "none")
    rows = np.full((len(heard), CLASSES), OUTSIDE)
    for index, one in enumerate(heard):
        last = index == len(heard) - 1
        value = fitness(Slot(one.start, one.length), 1 if last else 0, 2, pitches, register, ground)
        rows[index, classes[inside]] = GUIDANCE * value[inside]

    def guide(index: int, sung: Ints) -> NDArray[np.float64]:
        return np.asarray(rows[index][None, :])

    return guide
