"""The room: linear, at the level of its send, without a place for images above half the rate."""

import numpy as np
import pytest

from troubadour.mix.room import ROOMS, add_room

RATE = 44_100


def wet(dry, room="studio", gain=1.0):
    audio = np.repeat(dry.astype(np.float32)[:, None], 2, axis=1)
    add_room(audio, ROOMS[room], gain)
    return audio - dry[:, None].astype(np.float32)


@pytest.mark.parametrize("room", ROOMS)
def test_white_noise_comes_back_at_the_level_of_its_send(room):
    noise = np.random.default_rng(1).standard_normal(4 * RATE) * 0.1
    power = (wet(noise, room)[RATE:] ** 2).mean() / (noise**2).mean()
    assert 0.3 < power < 0.8  # the impulse has energy 1 at half the rate


def test_rooms_add_up():
    dice = np.random.default_rng(2)
    one, other = dice.standard_normal((2, RATE)) * 0.1
    assert np.abs(wet(one + other) - wet(one) - wet(other)).max() < 1e-5


def test_a_tone_comes_back_without_an_image():
    tone = np.sin(2 * np.pi * 3000 * np.arange(2 * RATE) / RATE)
    spectrum = np.abs(np.fft.rfft(wet(tone)[RATE:, 0] * np.hanning(RATE)))
    assert spectrum[18_900:19_200].max() < 0.01 * spectrum[2_900:3_100].max()  # 22 050 - 3 000 Hz


def test_silence_stays_silent():
    assert not wet(np.zeros(RATE)).any()
