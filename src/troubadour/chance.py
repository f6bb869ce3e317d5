"""Named, independent streams of chance.

Every random choice draws from a stream that is named after what it decides, so that one more draw for the drums leaves
the melody's dice alone, and a bar composed alone equals the same bar composed with its song.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Chance:
    """The source of all streams of one song; travels as the seed and the take inside the values."""

    seed: int
    take: int = 0

    def stream(self, *name: str | int) -> np.random.Generator:
        """A generator that depends on seed, take and name alone. `stream("drums", 3)` is the fourth bar's."""
        path = "/".join(str(part) for part in (self.seed, self.take, *name))
        digest = hashlib.sha256(path.encode()).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "little")))
