import io

from PIL import Image

from troubadour.brief import Key
from troubadour.files.sleeve import sleeve_jpeg

PEAKS = [0.1, 0.5, 1.0, 0.7] * 300


def test_a_sleeve_is_a_square_picture():
    picture = Image.open(io.BytesIO(sleeve_jpeg(PEAKS, Key(0))))
    assert (picture.format, picture.size) == ("JPEG", (1024, 1024))


def test_the_key_gives_the_colour_and_the_same_recording_the_same_picture():
    assert sleeve_jpeg(PEAKS, Key(0)) == sleeve_jpeg(PEAKS, Key(0))
    assert sleeve_jpeg(PEAKS, Key(0)) != sleeve_jpeg(PEAKS, Key(6))


def test_the_waveform_is_seen():
    assert sleeve_jpeg(PEAKS, Key(0)) != sleeve_jpeg([0.1] * 1100 + [1.0] * 100, Key(0))


def test_what_has_neither_key_nor_sound_has_a_picture_too():
    assert Image.open(io.BytesIO(sleeve_jpeg([0.0], None))).size == (1024, 1024)
