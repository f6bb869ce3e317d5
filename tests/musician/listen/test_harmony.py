import numpy as np
import pytest

from troubadour.brief import Key
from troubadour.listen.harmony import harmony_of
from troubadour.listen.pitches import pitches_of
from troubadour.listen.sound import pieces, taken_in

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)


def heard(audio, beats_s=()):
    sound = taken_in(pieces(audio))
    return harmony_of(pitches_of(sound), beats_s, sound.duration_s)


def cadences(tonic, scale):
    """Broken triads of I IV V I on the scale's degrees."""
    third, fourth, sixth, seventh = scale[2], scale[3], scale[5], scale[6]
    chords = ((0, third, 7), (fourth, sixth, 12), (7, 12 + seventh - 12, 14), (0, third, 7), (0, 12, 7))
    return [60 + tonic % 12 + step for chord in chords for step in chord] * 3


@pytest.mark.parametrize(
    ("tonic", "mode", "scale"), [(0, "major", MAJOR), (9, "minor", MINOR), (6, "major", MAJOR), (4, "minor", MINOR)]
)
def test_cadences_have_their_key(made, tonic, mode, scale):
    assert heard(made.stereo(made.melody(cadences(tonic, scale)))).key == Key(tonic, mode)


def test_a_recording_out_of_tune_has_the_key_that_it_is_near(made):
    audio = made.stereo(made.melody(cadences(0, MAJOR), detuned=0.3))
    assert heard(audio).key == Key(0, "major")
    assert pitches_of(taken_in(pieces(audio))).tuning_cents == pytest.approx(30, abs=4)


def test_chords_are_named_and_change_where_they_change(made):
    progression = [(0, (0, 4, 7)), (9, (0, 3, 7)), (5, (0, 4, 7)), (7, (0, 4, 7)), (2, (0, 3, 7)), (0, (0, 4, 7))]
    found = heard(made.stereo(made.harmony(progression)), tuple(np.arange(0.0, 12.0, 0.5)))
    assert [chord.label for chord in found.chords] == ["C:maj", "A:min", "F:maj", "G:maj", "D:min", "C:maj"]
    assert [chord.start_s for chord in found.chords] == pytest.approx([0, 2, 4, 6, 8, 10], abs=0.26)


def test_silence_has_no_key(made):
    assert heard(np.zeros((made.rate * 3, 2), np.float32)).key is None
