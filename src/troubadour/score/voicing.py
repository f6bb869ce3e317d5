"""Voicings: which pitches a chord is played on, so that hands move little and shapes can be gripped.

Keyboards and sections are led by the least movement; fretted instruments get shapes that a hand can hold: one note a
string, the fretted ones within four frets, the root lowest.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations, pairwise

from troubadour.theory.chords import QUALITIES, tones
from troubadour.theory.scales import nearest

TUNINGS: dict[str, tuple[int, ...]] = {
    "ukulele": (60, 64, 67, 69),  # reentrant: the fourth string (67) lies inside the chord
    "banjo": (50, 55, 59, 62),
    "mandolin": (55, 62, 69, 76),
    "guitar": (40, 45, 50, 55, 59, 64),
}
FRETTED = dict.fromkeys(
    ("steel_guitar", "nylon_guitar", "twelve_string", "clean_guitar", "jazz_guitar", "funk_guitar", "muted_guitar",
     "overdriven_guitar", "distorted_guitar", "lead_guitar", "slide_guitar"), "guitar",
) | {"ukulele": "ukulele", "banjo": "banjo", "mandolin": "mandolin"}  # fmt: skip
SPAN_FRETS = 4


def close_voicing(
    root: int, quality: str, count: int, centre: float, before: Sequence[int], low: int, high: int
) -> tuple[int, ...]:
    """The close or open position that moves least from `before` and lies about `centre`."""
    return _led(root, quality, count, round(centre), tuple(before), low, high)


@cache
def _led(root: int, quality: str, count: int, centre: int, before: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
    best: tuple[float, tuple[int, ...]] = (1e9, ())
    for chosen in _selections(root, quality, count):
        for turn in range(len(chosen)):
            order = chosen[turn:] + chosen[:turn]
            for bottom in range(nearest(order[0], centre - 8) - 12, nearest(order[0], centre) + 13, 12):
                pitches = [bottom]
                for pitch_class in order[1:]:
                    pitches.append(pitches[-1] + (pitch_class - pitches[-1] - 1) % 12 + 1)
                while len(pitches) < count:
                    pitches.append(pitches[len(pitches) - len(order)] + 12)
                if pitches[0] < low or pitches[-1] > high or pitches[-1] - pitches[0] > 26:
                    continue
                cost = _movement(before, pitches) + 0.6 * abs(sum(pitches) / len(pitches) - centre)
                cost += sum(2.0 for a, b in pairwise(pitches) if b - a == 1)
                cost += 1.5 if pitches[0] < 48 and len(pitches) > 1 and pitches[1] - pitches[0] < 5 else 0.0  # mud
                best = min(best, (cost, tuple(pitches)))
    if not best[1]:
        return tuple(p for p in (nearest(c, centre) for c in tones(root, quality)) if low <= p <= high) or (
            min(max(centre, low), high),
        )
    return best[1]


def _movement(before: Sequence[int], pitches: Sequence[int]) -> float:
    if not before:
        return 0.0
    if len(before) == len(pitches):
        return float(sum(abs(a - b) for a, b in zip(before, pitches, strict=True)))
    return float(sum(min(abs(a - b) for a in before) for b in pitches))


@cache
def _selections(root: int, quality: str, count: int) -> tuple[tuple[int, ...], ...]:
    """Which tones of a chord `count` voices sound: the third and seventh before the root before the fifth."""
    steps = QUALITIES[quality]
    if len(steps) <= count:
        return (tuple(dict.fromkeys((root + s) % 12 for s in steps)),)
    droppable = [i for i, s in enumerate(steps) if s % 12 == 7] + [0]
    drops = droppable[: len(steps) - count]
    rest = [s for i, s in enumerate(steps) if i not in drops]
    return (tuple((root + s) % 12 for s in sorted(rest, key=lambda s: s % 12)[:count]),)


@cache
def fretted_voicing(instrument: str, root: int, quality: str, high_up: bool = False) -> tuple[int, ...]:
    """A shape on the strings, lowest string first. `high_up` prefers the fifth fret and above (a second guitar)."""
    tuning = TUNINGS[FRETTED[instrument]]
    wanted = set(tones(root, quality))
    best: tuple[float, tuple[int, ...]] = (1e9, ())
    for position in range(10):
        for lowest in range(max(1, len(tuning) - 2)):
            shape = _shape(tuning, position, lowest, root, wanted, rooted=len(tuning) == 6)
            if shape is None:
                continue
            missing = wanted - {p % 12 for p in shape} - {(root + 7) % 12}
            cost = 4.0 * len(missing) - 0.8 * len(shape) + 0.35 * abs(position - (5 if high_up else 0)) + 0.3 * lowest
            best = min(best, (cost, shape))
    return best[1] or tuple(nearest(c, tuning[-1]) for c in sorted(wanted))


def _shape(
    tuning: tuple[int, ...], position: int, lowest: int, root: int, wanted: set[int], rooted: bool
) -> tuple[int, ...] | None:
    """The fullest shape at a position whose lowest sounding string is `lowest` (with the root on it, on a guitar)."""
    pitches: list[int] = []
    missing = set(wanted)
    for number, string in enumerate(tuning[lowest:]):
        open_too = [0] if position <= 2 else []
        frets = [f for f in [*open_too, *range(max(position, 1), max(position, 1) + SPAN_FRETS)] if (string + f) % 12 in wanted]
        if number == 0 and rooted:
            frets = [f for f in frets if (string + f) % 12 == root]
        if not frets:
            if number == 0:
                return None
            continue
        fret = min(frets, key=lambda f: ((string + f) % 12 not in missing, f))
        pitches.append(string + fret)
        missing.discard((string + fret) % 12)
    return tuple(sorted(set(pitches))) if len(pitches) >= 3 else None


def power_chord(root: int, lowest: int = 40) -> tuple[int, int, int]:
    """Root, fifth and octave from the lowest root a string offers."""
    bottom = lowest + (root - lowest) % 12
    return bottom, bottom + 7, bottom + 12


def thinned(pitches: Sequence[int], count: int) -> tuple[int, ...]:
    """At most `count` notes of a voicing, its outer ones kept."""
    if len(pitches) <= count:
        return tuple(pitches)
    inner = min(
        combinations(pitches[1:-1], count - 2), key=lambda c: abs(sum(c) / max(len(c), 1) - sum(pitches) / len(pitches))
    )
    return (pitches[0], *inner, pitches[-1])
