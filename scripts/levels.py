"""Measure the table of `troubadour.stems.band.levels`: what brings each instrument's typical phrase to its target loudness.

    python -m scripts.levels [id …]

Prints rows of (own sound, understudy) in decibels; paste them. An understudy is heard with the bank hidden.
"""

from __future__ import annotations

import sys
from unittest.mock import patch

import numpy as np
from tests.musician.stems.phrases import score, typical

from troubadour.errors import SoundsMissing
from troubadour.mix.loudness import integrated
from troubadour.stems.band import levels, record
from troubadour.stems.band.sounds import SOUNDS
from troubadour.stems.band.voices import ONE
from troubadour.stems.value import Window


def loudness_lufs(name: str, own_db: float = 0.0) -> float:
    """Of the instrument's phrase, with no trim but what its colour is followed by."""
    part = typical(name)
    whole = score(part)
    record.instrument.cache_clear()
    with patch.dict(levels.TRIMS_DB, {name: (own_db, 0.0)}):
        bus, _ = record.record(part, whole, Window(0, whole.frames))
    return float(integrated((bus.T / np.float32(ONE)).astype(np.float32)))


def missing(*_: object) -> None:
    """A bank that is not there."""
    raise SoundsMissing("hidden")


def main() -> None:
    """Print the table."""
    for name in sys.argv[1:] or SOUNDS:
        target = levels.target_lufs(name)
        own = target - loudness_lufs(name)
        understudy = 0.0
        if SOUNDS[name].preset is not None:
            with patch.object(record, "open_preset", missing):
                understudy = target - loudness_lufs(name, own if SOUNDS[name].colour else 0.0)
        print(f'    "{name}": ({own:.1f}, {understudy:.1f}),', flush=True)


if __name__ == "__main__":
    main()
