"""The colour of a voice on the desk: saturation, and what makes it electric. Both look at no frame that is far away, so that a
window of a song sounds as it does in the whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from troubadour.units import SAMPLE_RATE_HZ

DRIVEN = 3.0  # how many times its mean amplitude a saturated voice may reach at most
COMB_S = (0.0029, 0.0071)  # short echoes: the comb of a metal tube
CARRIER_HZ = 92.0


def driven(audio: NDArray[np.float32], power: float, amount: float) -> None:
    """Saturates a voice of this mean power in place: the louder, the more its waves are rounded."""
    if amount <= 0.0 or power <= 0.0:
        return
    ceiling = np.float32(np.sqrt(power) * (DRIVEN / (0.3 + 2.0 * amount)))
    np.tanh(audio / ceiling, out=audio)
    audio *= ceiling


def electric(audio: NDArray[np.float32], start: int, amount: float) -> None:
    """Makes a voice electric in place: it rings with a low tone and sounds as through a metal tube. `start` is its first frame
    in the song."""
    if amount <= 0.0:
        return
    at = (np.arange(len(audio)) + start) / SAMPLE_RATE_HZ
    ring = (1.0 - 0.5 * amount + 0.5 * amount * np.cos(2.0 * np.pi * CARRIER_HZ * at)).astype(np.float32)
    dry = audio * ring[:, None]
    audio[:] = dry
    for turn, delay_s in enumerate(COMB_S):
        delay = round(delay_s * SAMPLE_RATE_HZ)
        audio[delay:] += np.float32(0.7 * amount * (-0.8) ** turn) * dry[: len(dry) - delay]
