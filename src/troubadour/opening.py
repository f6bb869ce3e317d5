"""A song that is heard while it is made: its first seconds are played, mixed and sent before the rest is there.

The openings are mixes of the first few seconds, each longer than the one before and as loud as it will be in the whole, as
far as the score tells (`expected_lufs`; measured: within a decibel). The finished song takes over where the last one ends,
under a crossfade of the same music. The finished song itself knows nothing of this: its bytes are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from troubadour.mix.balance import balance_opening
from troubadour.mix.value import Pcm
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.stems import Window
from troubadour.stems.render import render
from troubadour.units import SAMPLE_RATE_HZ, frames

FIRST_S = 3.0  # enough to begin with, and quickly made
BRIDGE_S, BRIDGE_SHARE = 12.0, 0.07  # what is played while the whole is being made
REST_S = 4.0  # where less than this would remain, the finished song is not waited for
FADE_FRAMES = SAMPLE_RATE_HZ // 4

Hear = Callable[[NDArray[np.int16], bool], None]  # the next samples [frames, 2], and whether they are the last


def opening_lengths_s(length_s: float) -> tuple[float, ...]:
    """How much of a song is sent early, step by step."""
    wanted = (FIRST_S, max(BRIDGE_S, BRIDGE_SHARE * length_s))
    return tuple(seconds for seconds in wanted if seconds + REST_S <= length_s)


def openings(plan: Plan, score: Score) -> Iterator[Pcm]:
    """The beginnings of a written song, each longer than the last: 24-bit samples from frame 0."""
    for seconds in opening_lengths_s(score.frames / SAMPLE_RATE_HZ):
        window = Window(0, frames(seconds))
        yield balance_opening(render(score, window=window), plan, score, window).master


class Feed:
    """Joins ever longer versions of one song, and hands on what is new in each."""

    def __init__(self, hear: Hear) -> None:
        self._hear, self._sent = hear, 0
        self._held = np.zeros((0, 2), np.int32)  # the end of the last version, which the next one fades over

    def add(self, version: Pcm, last: bool = False) -> None:
        """The song from its first frame on, further than before; the `last` one is whole."""
        end = len(version) if last else len(version) - FADE_FRAMES
        piece = version[self._sent : end].copy()
        fade = min(len(self._held), len(piece))
        rise = ((np.arange(fade) + 0.5) / max(fade, 1))[:, None]
        piece[:fade] = np.rint(piece[:fade] * rise + self._held[:fade] * (1.0 - rise))
        self._held, self._sent = version[end:].copy(), end
        self._hear(((piece + 128) >> 8).astype(np.int16), last)
