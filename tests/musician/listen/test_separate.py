import numpy as np
import pytest

from troubadour.listen.separate import STEMS, separated


@pytest.fixture(scope="module")
def mixture(made):
    """A moving voice-like line in the middle, a repeating chord to the left, a bass note, and noise bursts."""
    seconds = 8
    time = np.arange(seconds * made.rate) / made.rate
    glide = 300 * 2 ** (0.7 * np.sin(0.9 * time) + 0.02 * np.sin(2 * np.pi * 5.5 * time))
    phase = 2 * np.pi * np.cumsum(glide) / made.rate
    voice = 0.1 * sum(np.sin(k * phase) / k for k in range(1, 12)) * (np.sin(2 * np.pi * time / 4) > 0)
    chord = sum(made.tone(pitch, 0.5) for pitch in (60, 64, 67))
    band = np.tile(chord, seconds * 2)
    bass = 0.2 * np.sin(2 * np.pi * 65.4 * time)
    drums = made.clicks(120, 0.25, seconds)
    left, right = voice + 1.0 * band + bass + drums, voice + 0.1 * band + bass + drums
    audio = np.stack([left, right], axis=1).astype(np.float32) * 0.5
    return {"audio": audio, "vocals": 0.5 * voice, "bass": 0.5 * bass, "drums": 0.5 * drums}


@pytest.fixture(scope="module")
def stems(mixture):
    return separated(mixture["audio"])


def test_stems_add_up_to_the_recording_to_the_last_bit(mixture, stems):
    assert tuple(stems) == STEMS
    assert np.array_equal(sum(stems.values()), np.rint(mixture["audio"].astype(float) * 2**23).astype(np.int32))


@pytest.mark.parametrize(("name", "least_db"), [("vocals", 4.0), ("drums", 4.0), ("bass", 8.0)])
def test_each_stem_is_nearer_to_its_source_than_the_recording_is(mixture, stems, name, least_db):
    """Gain of the signal-to-distortion ratio over taking the recording as it is."""
    wanted = mixture[name]

    def ratio_db(found):
        return 10 * np.log10(np.sum(wanted**2) / np.sum((wanted - found) ** 2))

    assert ratio_db(stems[name].mean(axis=1) / 2**23) - ratio_db(mixture["audio"].mean(axis=1)) > least_db


def test_silence_comes_apart_into_silence(made):
    assert not any(stem.any() for stem in separated(np.zeros((made.rate, 2), np.float32)).values())
