"""Mixes of noise, for tests of what is done with samples whatever they are."""

import numpy as np

from troubadour.mix import Desk
from troubadour.mix.balance import mix_of
from troubadour.mix.master import UNITY
from troubadour.mix.value import Contour, Mix

DESK = Desk({}, 0.0, {}, Contour(0.5, -20.0, {}), 0.0, 1.0, (), UNITY)


def mix_of_noise(levels: dict[str, float], frames: int, seed: int) -> Mix:
    """Stems of noise at these levels, of full scale."""
    rng = np.random.default_rng(seed)
    stems = {name: np.rint(rng.normal(0.0, level * 2.0**23, (frames, 2))).astype(np.int32) for name, level in levels.items()}
    return mix_of(stems, {}, DESK)
