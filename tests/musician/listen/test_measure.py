import numpy as np
import pytest

from troubadour.brief import Key
from troubadour.listen import measured

RATE = 44_100
MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)


def stereo(mono):
    return np.stack([mono, mono], axis=1).astype(np.float32)


def clicks(bpm, first_s, seconds, strengths=(1.0,)):
    """Short bursts of noise, one for each beat."""
    noise = np.random.default_rng(1)
    sound = np.zeros(round(seconds * RATE))
    burst = noise.normal(0, 0.3, 4000) * np.exp(-np.arange(4000) / 700)
    for number, at in enumerate(np.arange(first_s, seconds - 0.2, 60 / bpm)):
        start = round(at * RATE)
        sound[start : start + 4000] += burst * strengths[number % len(strengths)]
    return sound


def tones(pitches, each_s=0.4, detuned=0.0):
    """A line of decaying tones with four partials."""
    time = np.arange(round(each_s * RATE)) / RATE
    note = [
        sum(np.sin(2 * np.pi * 440 * 2 ** ((pitch + detuned - 69) / 12) * k * time) / k**2 for k in range(1, 5))
        * np.exp(-3 * time)
        for pitch in pitches
    ]
    return 0.2 * np.concatenate(note)


def cadences(tonic, scale):
    """Broken triads of I IV V I on the scale's degrees."""
    third, fourth, sixth, seventh = scale[2], scale[3], scale[5], scale[6]
    chords = ((0, third, 7), (fourth, sixth, 12), (7, 12 + seventh - 12, 14), (0, third, 7), (0, 12, 7))
    return [60 + tonic % 12 + step for chord in chords for step in chord] * 3


@pytest.mark.parametrize("bpm", [72, 96, 118.5, 140])
def test_a_steady_pulse_has_its_tempo_and_its_first_beat(bpm):
    heard = measured(stereo(clicks(bpm, 0.75, 20, (1.0, 0.6))))
    assert heard.tempo_bpm == pytest.approx(bpm, rel=0.003)
    assert heard.first_beat_s == pytest.approx(0.75, abs=0.02)


def test_beats_stand_where_the_pulse_is():
    heard = measured(stereo(clicks(100, 0.3, 20)))
    wanted = np.arange(0.3, 19.8, 0.6)
    assert np.abs(np.array(heard.beats_s)[:, None] - wanted).min(axis=1).max() < 0.02


def test_a_beat_on_the_very_first_sample_is_heard():
    assert measured(stereo(clicks(110, 0.0, 15))).first_beat_s == pytest.approx(0.0, abs=0.015)


@pytest.mark.parametrize(
    ("tonic", "mode", "scale"), [(0, "major", MAJOR), (9, "minor", MINOR), (6, "major", MAJOR), (4, "minor", MINOR)]
)
def test_cadences_have_their_key(tonic, mode, scale):
    assert measured(stereo(tones(cadences(tonic, scale)))).key == Key(tonic, mode)


def test_transposing_a_recording_transposes_its_key():
    first = measured(stereo(tones(cadences(2, MAJOR)))).key
    higher = measured(stereo(tones([pitch + 5 for pitch in cadences(2, MAJOR)]))).key
    assert higher == Key((first.tonic + 5) % 12, first.mode)


def test_a_recording_out_of_tune_has_the_key_that_it_is_near():
    assert measured(stereo(tones(cadences(0, MAJOR), detuned=0.3))).key == Key(0, "major")


def test_silence_has_neither_beat_nor_key():
    heard = measured(np.zeros((RATE * 5, 2), np.float32))
    assert (heard.tempo_bpm, heard.first_beat_s, heard.key, heard.duration_s) == (None, None, None, 5.0)


def test_a_steady_tone_has_no_beat():
    assert measured(stereo(0.3 * np.sin(2 * np.pi * 440 * np.arange(RATE * 8) / RATE))).tempo_bpm is None


def test_a_second_of_sound_is_enough_to_be_measured():
    assert measured(stereo(clicks(120, 0.0, 1.0))).duration_s == 1.0
