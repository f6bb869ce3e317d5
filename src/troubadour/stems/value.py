"""Named audio, one stereo track per voice of the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]


@dataclass(frozen=True)
class Window:
    """Frames `start` to `end` (exclusive) of a song: the part that is recorded or mixed."""

    start: int
    end: int

    @property
    def frames(self) -> int:
        """How long it is."""
        return self.end - self.start


@dataclass(frozen=True)
class Stems:
    """What the band and the singers recorded, before the desk.

    `tracks` maps a stem's name to float32 [frames, 2] at 44.1 kHz; all have the score's length. A track is the sum of its
    sections' renders (for a sung part: of its lines'), so an edit replaces only what it touches. `dry` holds each sung
    part as it left the throat, float32 [frames, 1], before room and desk. `credits` are the lines that licences ask for.
    """

    tracks: Mapping[str, Audio]
    dry: Mapping[str, Audio] = field(default_factory=dict)
    credits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what could not be done as asked: a word that the voice cannot say, a missing sound
