"""`Sound`: a recording as the ears take it in, one channel at 22.05 kHz, and its loudness measured on the way.

A recording is read piece by piece, so that eight minutes need no more memory than what is kept of them (42 MB).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from troubadour.mix.loudness import energies, gated
from troubadour.tape import TENTH
from troubadour.units import SAMPLE_RATE_HZ

RATE_HZ = SAMPLE_RATE_HZ // 2
PIECE_FRAMES = 100 * TENTH
USUAL_LENGTH = 481 * RATE_HZ  # untouched memory costs nothing

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Sound:
    """What the ears work on."""

    samples: Floats  # one channel at RATE_HZ
    frames: int  # of the recording at 44.1 kHz
    loudness_lufs: float
    peak: float
    width: float  # 0: both channels are the same; 1: nothing in common

    @property
    def duration_s(self) -> float:
        """Length of the recording."""
        return self.frames / SAMPLE_RATE_HZ


def pieces(audio: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """A recording [frames, channels] cut into pieces of ten seconds."""
    for start in range(0, len(audio), PIECE_FRAMES):
        yield audio[start : start + PIECE_FRAMES]


def taken_in(audio: Iterable[NDArray[np.float32]]) -> Sound:
    """Takes in a recording, 44.1 kHz, in pieces [frames, 2] of which all but the last are whole tenths of a second long."""
    to_low = soxr.ResampleStream(SAMPLE_RATE_HZ, RATE_HZ, 1, dtype="float32", quality="HQ")
    kept, length = np.empty(USUAL_LENGTH, np.float32), 0
    powers = []
    frames, peak, middle, side = 0, 0.0, 0.0, 0.0
    for piece in audio:
        both = np.ascontiguousarray(piece if piece.shape[1] == 2 else np.repeat(piece[:, :1], 2, axis=1), dtype=np.float32)
        mono = both.mean(axis=1)
        frames += len(both)
        peak = max(peak, float(np.abs(both).max(initial=0.0)))
        middle += float(np.dot(mono, mono))
        side += float(np.square(0.5 * (both[:, 0] - both[:, 1])).sum())
        powers.append(energies(both))
        kept, length = _laid(kept, length, to_low.resample_chunk(mono))
    kept, length = _laid(kept, length, to_low.resample_chunk(np.zeros(0, np.float32), last=True))
    wanted = -(-frames // 2)
    kept, length = _laid(kept, length, np.zeros(max(0, wanted - length), np.float32))
    loudness = gated(np.concatenate(powers)) if powers else -120.0
    return Sound(kept[:wanted], frames, round(loudness, 2), peak, side / max(middle + side, 1e-12))


def _laid(kept: Floats, length: int, more: Floats) -> tuple[Floats, int]:
    """Samples laid behind the first `length` of those that are kept; there is room for eight minutes, and more is made."""
    whole = length + len(more)
    if whole > len(kept):
        kept = np.concatenate([kept[:length], np.empty(whole, np.float32)])
    kept[length:whole] = more
    return kept, whole
