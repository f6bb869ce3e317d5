import dataclasses

import numpy as np
import pytest

from troubadour.codec import dumps, loads
from troubadour.listen import Analysis, analyze, analyze_pieces
from troubadour.listen.show import facts, words
from troubadour.listen.sound import pieces
from troubadour.mix.loudness import integrated

TUNE = (67, 72, 76, 72, 69, 72, 77, 72, 71, 74, 79, 74, 72, 76, 72, 67)
CHORDS = [(0, (0, 4, 7)), (5, (0, 4, 7)), (7, (0, 4, 7)), (0, (0, 4, 7))] * 2


@pytest.fixture(scope="module")
def song(made):
    """Sixteen seconds at 120 beats a minute in C major: chords, and a tune above them."""
    band = made.harmony(CHORDS)
    tune = np.concatenate([made.tone(pitch, 0.5, fall=1.0) for pitch in TUNE * 2])
    return made.stereo(0.7 * band + 1.2 * tune[: len(band)])


@pytest.fixture(scope="module")
def heard(song):
    return analyze(song)


def test_a_song_is_heard_as_it_was_made(heard, song):
    assert (heard.kind, heard.metre, heard.duration_s) == ("music", "4/4", 16.0)
    assert heard.tempo_bpm == pytest.approx(120, rel=0.01)
    assert heard.key is not None
    assert (heard.key.tonic, heard.key.mode) == (0, "major")
    assert heard.loudness_lufs == pytest.approx(integrated(song), abs=0.02)


def test_bars_begin_where_the_harmony_and_the_bass_change(heard):
    wanted = np.arange(0.0, 17.0, 2.0)
    assert np.abs(np.array(heard.downbeats_s)[:, None] - wanted).min(axis=1).max() < 0.06


def test_the_melody_is_heard_over_the_band(heard):
    hits = 0
    for number, pitch in enumerate(TUNE * 2):
        middle = 0.5 * number + 0.2
        note = next((n for n in heard.melody if n.start_s <= middle < n.end_s), None)
        hits += note is not None and round(note.midi) == pitch
    assert hits >= 28


def test_every_estimate_has_a_confidence_beside_it_and_survives_being_stored(heard):
    told = facts(heard)
    for name in ("tempo", "beats", "downbeats", "metre", "key", "chords", "sections", "melody", "has_voice", "kind"):
        assert 0.0 <= told[f"{name}_confidence"] <= 1.0
    assert loads(dumps(heard), Analysis) == heard
    assert any("120" in text for _, text in words(heard))


def test_the_same_recording_is_heard_the_same_in_pieces(song, heard):
    assert analyze_pieces(pieces(song)) == heard


def test_louder_is_heard_as_louder_and_otherwise_the_same(song, heard):
    softer = analyze(song * 0.5)
    assert heard.loudness_lufs - softer.loudness_lufs == pytest.approx(6.02, abs=0.05)
    assert [c.label for c in softer.chords] == [c.label for c in heard.chords]


def test_silence_has_nothing_in_it(made):
    silent = analyze(np.zeros((made.rate * 5, 2), np.float32))
    assert (silent.kind, silent.tempo_bpm, silent.key, silent.beats_s, silent.duration_s) == ("silence", None, None, (), 5.0)


@pytest.mark.parametrize("colour", ["white", "red"])
def test_noise_is_not_called_music(made, colour):
    noise = np.random.default_rng(2).normal(0, 0.1, 8 * made.rate)
    if colour == "red":
        noise = np.cumsum(noise) - np.convolve(np.cumsum(noise), np.ones(4001) / 4001, mode="same")
        noise *= 0.1 / noise.std()
    assert analyze(made.stereo(noise)).kind == "noise"


def test_a_second_of_sound_is_enough(made):
    assert analyze(made.stereo(made.clicks(120, 0.0, 1.0))).duration_s == 1.0


def test_an_analysis_is_a_value(heard):
    with pytest.raises(dataclasses.FrozenInstanceError):
        heard.kind = "speech"
