"""A recording taken apart: its stems add up to it, to the last bit of sixteen."""

from __future__ import annotations

import numpy as np
import pytest

from troubadour.edit.heard import Heard
from troubadour.edit.recording import source_of_recording
from troubadour.edit.unmix import unmixed
from troubadour.units import SAMPLE_RATE_HZ

LENGTH_S = 3.0


def sound() -> np.ndarray:
    """A voice-like glide in the middle, strokes at both sides: sixteen bits, loud."""
    time_s = np.arange(round(LENGTH_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    glide = np.sin(2 * np.pi * (300 * time_s + 60 * np.sin(time_s)))
    strokes = np.random.default_rng(3).normal(0, 1, (len(time_s), 2)) * np.exp(-20 * (time_s % 0.5))[:, None]
    mixed = 0.4 * glide[:, None] + 0.2 * strokes
    return (np.rint(mixed.clip(-1, 1) * 32767) / 32768).astype(np.float32)


@pytest.mark.parametrize("kind", ["basic", "full"])
def test_the_stems_of_a_recording_add_up_to_it(kind):
    stems = unmixed(source_of_recording(Heard("Demo", LENGTH_S), sound), kind)
    assert next(iter(stems)) == "vocals"
    assert list(stems) == ["vocals", "instrumental"] or {"drums", "other"} <= set(stems)
    total = sum(stem.astype(np.int32) for stem in stems.values())
    assert np.array_equal(total, np.rint(sound() * 32768).astype(np.int32))
    assert stems["vocals"].any()


def test_where_nobody_sings_the_voice_is_silent():
    stems = unmixed(source_of_recording(Heard("Demo", LENGTH_S, has_voice=False), sound), "basic")
    assert not stems["vocals"].any()
