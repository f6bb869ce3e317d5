"""Filters that run over eight stretches at once say what one that runs from end to end says."""

import numpy as np
import pytest
from scipy.signal import sosfilt

from troubadour.mix.filters import filter_in_place, filter_into, sections
from troubadour.mix.lanes import NONE, NOWHERE, run
from troubadour.mix.loudness import K_WEIGHTING
from troubadour.tape import TENTH

CHAIN = sections((("high_pass", 30.0, 0.0, 0.7071), ("bell", 300.0, 4.0, 1.0), ("high_shelf", 8000.0, -3.0, 0.7)))


def noise(frames):
    return (0.1 * np.random.default_rng(frames).standard_normal((frames, 2))).astype(np.float32)


@pytest.mark.parametrize("frames", [1, 4_000, 44_100, 1_000_003])
def test_a_chain_in_lanes_is_the_chain(frames):
    audio, out = noise(frames), np.zeros((frames, 2), np.float32)
    filter_into(out, audio, CHAIN)
    assert np.abs(out - sosfilt(CHAIN, audio.astype(float), axis=0)).max() < 1e-7
    filter_in_place(audio, CHAIN)
    assert (audio == out).all()


def test_silence_between_sounds_changes_nothing():
    audio = noise(600_000)
    audio[100_000:450_000] = 0.0
    out = np.zeros_like(audio)
    filter_into(out, audio, CHAIN)
    assert np.abs(out - sosfilt(CHAIN, audio.astype(float), axis=0)).max() < 1e-7


def test_energies_are_those_behind_the_weighting():
    audio = noise(30 * TENTH)
    (found,) = run(audio, NOWHERE, NONE, (K_WEIGHTING,))
    wanted = (sosfilt(K_WEIGHTING, audio.astype(float), axis=0) ** 2).sum(axis=1).reshape(-1, TENTH).mean(axis=1)
    assert np.allclose(found, wanted, rtol=1e-6)
