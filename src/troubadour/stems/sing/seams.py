"""The two heights at which another voice joins in, as types.

A `SingVoice` is given a whole line with its times and sings it: `neural.render`, `acoustic.render`, and `spoken.render` for
everybody who can only speak. A `SpokenVoice` is given the line's sounds and says them, telling where each lies: flite and
Piper; WORLD makes it sing. Neither sees bars, beats or the mix: time, pitch and manner come ready (`timeline.py`, `curves.py`,
`manner.py`), loudness is settled afterwards (`level.py`). A new engine is one such function, its name in `value.Engine`
and its row in `singer.ENGINES` or `spoken.SPEAKERS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from troubadour.stems.sing.manner import Manner
from troubadour.stems.sing.timeline import TimedLine
from troubadour.stems.sing.timemap import Spans
from troubadour.stems.sing.value import Voice
from troubadour.words import Syllable

Rendered = tuple[NDArray[np.float64], int]  # mono sound, and its rate in Hz


class SingVoice(Protocol):
    """Sings."""

    def __call__(
        self, timed: TimedLine, voice: Voice, manner: Manner, lead_s: float, tail_s: float, rng: np.random.Generator
    ) -> Rendered:
        """The line, beginning `lead_s` before its first note and ending `tail_s` after its last sound.

        Every sound lies where `timed` says; the same arguments and the same state of `rng` give the same samples.
        """
        ...


@dataclass(frozen=True)
class Speech:
    """Spoken sounds: mono, their rate, and where each of the syllables' sounds lies, in seconds (one for each sign of onset,
    nucleus and coda)."""

    sound: NDArray[np.float64]
    rate_hz: int
    spans: Spans


class SpokenVoice(Protocol):
    """Speaks."""

    def __call__(self, speaker: str, syllables: tuple[Syllable, ...]) -> Speech:
        """The syllables said by a speaker (a name or a file). Raises Unspoken when other sounds were said."""
        ...


class Unspoken(Exception):
    """A speaker did not say the sounds that it was given; another voice must sing the line."""
