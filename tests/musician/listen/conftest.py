"""Sounds made from what they claim to be: clicks, tones, chords, speech-like and noise-like sounds."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

RATE = 44_100


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


def tone(midi, seconds, fall=3.0):
    """A decaying tone with five partials."""
    time = np.arange(round(seconds * RATE)) / RATE
    hz = 440 * 2 ** ((midi - 69) / 12)
    return 0.1 * sum(np.sin(2 * np.pi * hz * k * time) / k**1.3 for k in range(1, 6)) * np.exp(-fall * time)


def melody(pitches, each_s=0.4, detuned=0.0):
    return np.concatenate([tone(pitch + detuned, each_s) for pitch in pitches])


def harmony(chords, each_s=2.0, beats=4):
    """Chords struck on every beat, the root in the bass at the chord's beginning: [(root, pitch classes above it)]."""
    parts = []
    for root, steps in chords:
        for beat in range(beats):
            struck = sum(tone(60 + (root + step) % 12, each_s / beats) for step in steps)
            parts.append(struck + (2.0 if beat == 0 else 1.0) * tone(36 + root, each_s / beats))
    return np.concatenate(parts)


@pytest.fixture(scope="session")
def made():
    return SimpleNamespace(stereo=stereo, clicks=clicks, tone=tone, melody=melody, harmony=harmony, rate=RATE)
