"""A recorded voice becomes one of the singers, in its own range."""

from __future__ import annotations

import numpy as np
import pytest

from troubadour.edit.heard import Heard
from troubadour.edit.persona import taste_of
from troubadour.edit.recording import source_of_recording
from troubadour.edit.voice import BRIGHTNESS_HZ, HeardVoice, heard_voice, voice_like
from troubadour.errors import BadAudio
from troubadour.stems.sing.voices import VOICES
from troubadour.units import SAMPLE_RATE_HZ, hz


def sung(pitches: tuple[int, ...], tilt: float = 1.0) -> np.ndarray:
    """A tone with overtones for each pitch, half a second each."""
    time_s = np.arange(SAMPLE_RATE_HZ // 2) / SAMPLE_RATE_HZ
    notes = [
        sum(np.sin(2 * np.pi * hz(p) * k * time_s) / k**tilt for k in range(1, 12)) * np.hanning(len(time_s)) for p in pitches
    ]
    mono = 0.1 * np.concatenate(notes)
    return np.stack([mono, mono], axis=1).astype(np.float32)


def test_the_pitches_of_a_voice_are_heard():
    assert heard_voice(sung((57, 60, 64, 69))).range == (57, 69)


@pytest.mark.parametrize(("pitches", "gender"), [((43, 45, 48, 50), "m"), ((62, 64, 67, 69), "f")])
def test_a_persona_of_a_voice_sings_in_its_range(pitches, gender):
    audio = sung(pitches, 1.5)
    taste = taste_of(source_of_recording(Heard("Voice", len(audio) / SAMPLE_RATE_HZ), lambda: audio))
    assert VOICES[str(taste.voice)].gender == gender
    assert taste.sung_range is not None
    assert taste.sung_range[0] <= pitches[0] + 1
    assert taste.sung_range[1] >= pitches[-1] - 1


def test_a_brighter_recording_makes_a_brighter_voice():
    bright, dark = (VOICES[voice_like(HeardVoice(np.linspace(55.0, 68.0, 50), hz_))] for hz_ in (1330.0, 1120.0))
    assert bright.formant > dark.formant
    assert (bright.low, bright.high) == (56, 67)


def held(depth_cents: float, rate_hz: float = 5.6) -> np.ndarray:
    """Four held notes with a vibrato."""
    time_s = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    notes = []
    for pitch in (57, 60, 64, 62):
        cents = depth_cents * np.sin(2 * np.pi * rate_hz * time_s)
        phase = 2 * np.pi * np.cumsum(hz(pitch) * 2 ** (cents / 1200)) / SAMPLE_RATE_HZ
        notes += [sum(np.sin(k * phase) / k for k in range(1, 12)), np.zeros(SAMPLE_RATE_HZ // 10)]
    mono = 0.1 * np.concatenate(notes)
    return np.stack([mono, mono], axis=1).astype(np.float32)


@pytest.mark.parametrize("depth_cents", [0.0, 20.0, 50.0])
def test_the_vibrato_of_held_notes_is_heard_and_taken_over(depth_cents):
    heard = heard_voice(held(depth_cents))
    assert heard.vibrato_cents == pytest.approx(depth_cents, abs=5.0)
    assert VOICES[voice_like(heard)].vibrato_cents == pytest.approx(heard.vibrato_cents, abs=0.01)


def test_short_notes_leave_the_singers_own_vibrato():
    assert heard_voice(sung((57, 60, 64, 69))).vibrato_cents is None


def test_noise_is_no_voice():
    noise = np.random.default_rng(1).normal(0.0, 0.1, (2 * SAMPLE_RATE_HZ, 2)).astype(np.float32)
    with pytest.raises(BadAudio, match="no voice can be heard"):
        heard_voice(noise)


def test_every_singer_has_a_brightness():
    assert set(BRIGHTNESS_HZ) == set(VOICES)
