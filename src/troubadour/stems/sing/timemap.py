"""Which moment of the spoken sound each sung frame is taken from.

Consonants run evenly. A vowel's beginning and end keep their speed and its middle is held: early in a diphthong, so that
the glide comes late, as singers do it. Where the middle is long it wanders, for a frozen spectrum sounds like a machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from troubadour.stems.sing.timeline import Sound
from troubadour.words.phones import DIPHTHONGS

HOLD_DIPHTHONG, TAIL_DIPHTHONG = (
    (0.28, 0.42),
    (0.20, 0.40),
)  # held from..to (of the spoken vowel); tail at most s, part of the sung one
HOLD, TAIL = (0.35, 0.60), (0.12, 0.30)
WANDER_FROM_S, WANDER_PER_S = 0.5, 5.0

Spans = tuple[tuple[float, float], ...]  # where each sound of the line lies in the speech, in seconds


def spoken_time(
    sounds: tuple[Sound, ...],
    spans: Spans,
    time_s: NDArray[np.float64],
    rng: np.random.Generator,
    hold: tuple[float, float] = HOLD,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """For every time of the song (seconds from the first note): seconds in the speech, and which sound it is (-1: silence).

    `hold`: the part of a spoken pure vowel that is held.
    """
    source, which = np.full(len(time_s), -1.0), np.full(len(time_s), -1)
    edges = np.searchsorted(time_s, [(s.start_s, s.end_s) for s in sounds])
    for sound, (a, b), (i, j) in zip(sounds, spans, edges, strict=True):
        if j <= i:
            continue
        into, sung, spoken = time_s[i:j] - sound.start_s, sound.end_s - sound.start_s, b - a
        if sound.role != "nucleus" or sung <= spoken:
            source[i:j] = a + into * spoken / sung
        else:
            source[i:j] = a + held(sound.symbol, into, sung, spoken, rng, hold)
        which[i:j] = sound.phone
    return source, which


def held(
    symbol: str,
    into: NDArray[np.float64],
    sung: float,
    spoken: float,
    rng: np.random.Generator,
    hold: tuple[float, float],
) -> NDArray[np.float64]:
    """The moment inside a spoken vowel for each moment inside the sung one."""
    (first, last), (most, part) = (HOLD_DIPHTHONG, TAIL_DIPHTHONG) if symbol in DIPHTHONGS else (hold, TAIL)
    head, tail = min(first * spoken * 1.2, 0.3 * sung), min(most, part * sung)
    inside = np.interp(into, [0.0, head, sung - tail, sung], [0.0, first * spoken, last * spoken, spoken])
    middle = (into > head) & (into < sung - tail)
    if sung - tail - head > WANDER_FROM_S and middle.any():
        stops = rng.uniform(first, last, max(4, int((sung - tail - head) * WANDER_PER_S)))
        stops[0], stops[-1] = first, last
        at = np.linspace(0, len(stops) - 1, int(middle.sum()))
        index = np.minimum(at.astype(int), len(stops) - 2)
        ease = at - index
        ease = ease * ease * (3 - 2 * ease)
        inside[middle] = spoken * (stops[index] * (1 - ease) + stops[index + 1] * ease)
    return np.asarray(inside)
