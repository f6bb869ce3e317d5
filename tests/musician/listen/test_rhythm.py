import numpy as np
import pytest

from troubadour.listen.rhythm import onsets_of, pulse_of
from troubadour.listen.sound import pieces, taken_in


def pulse(audio):
    return pulse_of(onsets_of(taken_in(pieces(audio))))


@pytest.mark.parametrize("bpm", [72, 96, 118.5, 140])
def test_a_steady_pulse_has_its_tempo_and_its_first_beat(made, bpm):
    heard = pulse(made.stereo(made.clicks(bpm, 0.75, 20, (1.0, 0.6))))
    assert heard.tempo_bpm == pytest.approx(bpm, rel=0.005)
    assert heard.beats_s[0] == pytest.approx(0.75, abs=0.02)


def test_beats_stand_where_the_pulse_is(made):
    heard = pulse(made.stereo(made.clicks(100, 0.3, 20)))
    wanted = np.arange(0.3, 19.8, 0.6)
    assert np.abs(np.array(heard.beats_s)[:, None] - wanted).min(axis=1).max() < 0.02
    assert heard.beats_confidence > 0.8


def test_a_beat_on_the_very_first_sample_is_heard(made):
    assert pulse(made.stereo(made.clicks(110, 0.0, 15))).beats_s[0] == pytest.approx(0.0, abs=0.015)


def test_a_tempo_that_changes_is_followed_and_told_as_a_curve(made):
    slow, fast = made.clicks(90, 0.0, 16), made.clicks(108, 0.0, 16)
    heard = pulse(made.stereo(np.concatenate([slow[: 16 * made.rate], fast])))
    curve = np.array(heard.tempo_curve)
    assert curve[0, 1] == pytest.approx(90, rel=0.02)
    assert curve[-1, 1] == pytest.approx(108, rel=0.02)


def test_silence_and_a_steady_tone_have_no_beat(made):
    assert pulse(np.zeros((made.rate * 5, 2), np.float32)).tempo_bpm is None
    steady = 0.3 * np.sin(2 * np.pi * 440 * np.arange(made.rate * 8) / made.rate)
    assert pulse(made.stereo(steady)).tempo_bpm is None
