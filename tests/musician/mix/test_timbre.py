"""The colour of a voice: every timbre sounds different, and a window of it is a part of the whole."""

from itertools import combinations

import numpy as np
import pytest

from troubadour.brief import Strengths
from troubadour.mix.desk import BAND, asked_of, cleared
from troubadour.mix.filters import filter_in_place, sections
from troubadour.mix.timbre import driven, electric
from troubadour.theory.timbres import TIMBRES

RATE = 44_100
THIRDS = 63 * 2 ** (np.arange(24) / 3)


def voice(seconds=1.0):
    """Something like a sung vowel: a harmonic series of 220 Hz that swells."""
    at = np.arange(int(seconds * RATE)) / RATE
    wave = sum(np.sin(2 * np.pi * 220 * k * at) / k**1.2 for k in range(1, 60)) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * at))
    return np.repeat((0.1 * wave).astype(np.float32)[:, None], 2, axis=1)


def coloured(timbre, audio):
    audio = audio.copy()
    filter_in_place(audio, sections(timbre.bands))
    electric(audio, 0, timbre.metal)
    driven(audio, float((audio**2).mean()), timbre.drive)
    return audio


def thirds_db(audio):
    power = np.abs(np.fft.rfft(audio[:, 0] / np.sqrt((audio**2).mean()))) ** 2
    hz = np.fft.rfftfreq(len(audio), 1 / RATE)
    bands = [power[(hz >= low / 2 ** (1 / 6)) & (hz < low * 2 ** (1 / 6))].sum() for low in THIRDS]
    return 10 * np.log10(np.array(bands) + 1e-6 * max(bands))


def test_every_timbre_differs_from_every_other_and_from_the_plain_voice():
    heard = {name: thirds_db(coloured(timbre, voice())) for name, timbre in TIMBRES.items()} | {"": thirds_db(voice())}
    for one, other in combinations(heard, 2):
        assert np.abs(heard[one] - heard[other]).max() > 2.0, (one, other)


@pytest.mark.parametrize("amount", [0.3, 1.0])
def test_a_window_of_an_electric_voice_is_a_part_of_the_whole(amount):
    whole, start = voice(), 12_345
    part = whole[start:].copy()
    electric(whole, 0, amount)
    electric(part, start, amount)
    echo = 400  # frames: the longest echo
    np.testing.assert_allclose(part[echo:], whole[start + echo :], atol=1e-6)


def test_no_amount_leaves_the_voice_alone():
    audio = voice()
    electric(audio, 0, 0.0)
    driven(audio, 1.0, 0.0)
    assert np.array_equal(audio, voice())


def test_clarity_dries_the_rooms_and_strong_words_stand_in_front():
    assert asked_of(BAND, Strengths()) == BAND
    dull, clear = (asked_of(BAND, Strengths(clarity=value)) for value in (0.0, 1.0))
    assert dull.sends_db > BAND.sends_db > clear.sends_db
    behind, before = (asked_of(BAND, Strengths(words=value)) for value in (0.0, 1.0))
    assert behind.voice_over_lu < BAND.voice_over_lu < before.voice_over_lu
    sketch = asked_of(BAND, Strengths(finish=0.0))
    assert sketch.width < 0.5 * BAND.width
    assert cleared("vocals", 1.0)[0][2] > 0 > cleared("guitar", 1.0)[0][2]
