"""New stems beside stems that keep every sample: what a swap of the band or of the singer needs.

The kept stems went through the source's master and stay as they came out of it. The new ones get one gain curve of their own:
the level at which the whole is as loud as a record should be, and a look-ahead limiter that lowers them alone wherever the sum
would pass the ceiling. Where kept and new add up to `x(g) = |kept + g * new|`, convexity gives a gain that is low enough:

    x(g) <= (1 - g) * |kept| + g * |kept + new|      so      g = (ceiling - |kept|) / (|kept + new| - |kept|)
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from troubadour.mix.balance import mix_of
from troubadour.mix.loudness import OVERSAMPLER, SILENCE_LUFS, integrated, peaks
from troubadour.mix.master import CEILING_DBTP, LOOK, RELEASES_S, TARGET_LUFS, TOLERANCE_LU, limited
from troubadour.mix.pcm import FULL_24, summed
from troubadour.mix.value import Desk, Mix, Pcm
from troubadour.units import SAMPLE_RATE_HZ, gain

PASSES = 8
REACH_DB = 4.0  # how far the new stems may be moved from their place for the sake of the whole's loudness
LEAST = 0.05  # no peak of the kept stems silences the new ones
Audio = NDArray[np.float32]


def beside(kept: Mapping[str, Pcm], new: Mapping[str, Pcm], level_db: float, dry: Mapping[str, Pcm], desk: Desk) -> Mix:
    """A mix of both; `level_db` moves the new stems to their place. All are 24-bit [frames, 2] of one length."""
    ground, fresh = _sound(summed(kept)), _sound(summed(new))
    moved_db, curve = _found(ground, fresh, level_db)
    placed = (curve * np.float32(gain(moved_db)))[:, None]
    finished = {name: np.rint(pcm * placed).astype(np.int32) for name, pcm in new.items()}
    return mix_of({**kept, **finished}, dry, desk)


def moved(mix: Mix, gain_db: float) -> Mix:
    """A finished mix at another level, its peaks kept under the ceiling by one curve for all stems."""
    sound = _sound(mix.master) * np.float32(gain(gain_db))
    placed = (_curve(np.zeros_like(sound), sound, np.zeros(len(sound), np.float32)) * np.float32(gain(gain_db)))[:, None]
    return mix_of({name: np.rint(pcm * placed).astype(np.int32) for name, pcm in mix.stems.items()}, mix.dry, mix.desk)


def tamed(stems: Mapping[str, Pcm], where: NDArray[np.float32], before: Pcm) -> dict[str, Pcm]:
    """Stems that were changed `where` this is 1 (0: nothing was), lowered there by one curve if their sum is louder than it may
    be: its peaks pass the ceiling, and those of the mix `before`."""
    sound = _sound(summed(stems))
    if np.abs(sound).max(initial=0.0) <= max(gain(CEILING_DBTP), float(np.abs(_sound(before)).max(initial=0.0))):
        return dict(stems)
    curve = _curve(np.zeros_like(sound), sound, np.zeros(len(sound), np.float32))
    lowered = (1.0 + (curve - 1.0) * where)[:, None]
    return {name: np.where(lowered < 1.0, np.rint(pcm * lowered), pcm).astype(np.int32) for name, pcm in stems.items()}


def _sound(pcm: Pcm) -> Audio:
    return pcm.astype(np.float32) / np.float32(FULL_24)


def _found(ground: Audio, fresh: Audio, level_db: float) -> tuple[float, NDArray[np.float32]]:
    """The level and the limiter's curve of the new stems."""
    bare = peaks(ground, 1.0, 0.5 * gain(CEILING_DBTP), OVERSAMPLER)
    moved_db, curve = level_db, np.ones(len(fresh), np.float32)
    for _ in range(PASSES):
        placed = fresh * np.float32(gain(moved_db))
        curve = _curve(ground, placed, bare)
        loudness = integrated(ground + placed * curve[:, None])
        short = TARGET_LUFS - loudness
        if loudness <= SILENCE_LUFS or abs(short) <= TOLERANCE_LU:
            break
        step = min(max(moved_db + 1.2 * short, level_db - REACH_DB), level_db + REACH_DB)
        if step == moved_db:
            break
        moved_db = step
    return moved_db, curve


def _curve(ground: Audio, placed: Audio, bare: NDArray[np.float32]) -> NDArray[np.float32]:
    """The limiter's gain for the new stems: 1 where nothing is too loud."""
    ceiling = gain(CEILING_DBTP)
    together = peaks(ground + placed, 1.0, 0.5 * ceiling, OVERSAMPLER)
    need = np.ones(len(placed), np.float32)
    loud = together > ceiling
    room, excess = np.maximum(ceiling - bare[loud], 0.0), np.maximum(together[loud] - bare[loud], 1e-9)
    need[loud] = np.clip(room / excess, LEAST, 1.0)
    release = 1.0 / (RELEASES_S[0] * SAMPLE_RATE_HZ)
    curve = np.empty(len(placed), np.float32)
    limited(np.ones(len(placed), np.float32), 1.0, 1.0 / need, LOOK, release, curve)
    return curve
