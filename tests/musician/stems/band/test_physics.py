"""Every instrument behaves like one: in tune, louder and brighter when struck harder, silent in the end, and without clicks."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from tests.musician.stems.phrases import score

from troubadour.score import Note, Part
from troubadour.stems.band.record import record
from troubadour.stems.band.sounds import SOUNDS
from troubadour.stems.value import Window
from troubadour.theory.instruments import INSTRUMENTS, STEMS

RATE = 44_100
PITCHED = [name for name, i in INSTRUMENTS.items() if i.gm_program is not None and i.stem != "effects"]
STRETCHED = {"grand_piano", "upright_piano", "felt_piano", "honky_tonk_piano", "house_piano"}  # as pianos are tuned at the top
SCOOPED = {"whistling"}  # lips find the pitch on the way


@cache
def note(name: str, pitch: int, velocity: int = 100, beats: int = 4) -> np.ndarray:
    """One note of a second as float64 [frames, 2], two seconds and a half."""
    part = Part(INSTRUMENTS[name].stem, "chords", name, (Note(0, 480 * beats, pitch, velocity),))
    whole = score(part, bars=2, bpm=240.0, tail_s=0.5, looseness=0.0)
    bus, remarks = record(part, whole, Window(0, whole.frames))
    assert remarks == ()
    return bus.T / 2.0**26


def off_pitch_cents(sound: np.ndarray, pitch: int) -> float:
    """How far the harmonics of a note lie from where they should, weighed by their strength."""
    size, hz0 = 1 << 17, 440.0 * 2.0 ** ((pitch - 69) / 12)
    piece = sound[4_000 : 4_000 + 36_000].sum(axis=1)
    power = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), size))
    hz = np.fft.rfftfreq(size, 1 / RATE)
    total = weight = 0.0
    for k in range(1, 7):
        near = np.flatnonzero(np.abs(1200.0 * np.log2(np.maximum(hz, 1.0) / (k * hz0))) < 60.0)
        if len(near) > 2 and near[-1] < len(hz) - 1:
            peak = near[np.argmax(power[near])]
            total += power[peak] * 1200.0 * np.log2(hz[peak] / (k * hz0))
            weight += power[peak]
    return total / weight


@pytest.mark.parametrize("stem", [s for s in STEMS if any(INSTRUMENTS[n].stem == s for n in PITCHED)])
def test_instruments_are_in_tune_over_their_range(stem: str):
    for name in (n for n in PITCHED if INSTRUMENTS[n].stem == stem):
        low, high = INSTRUMENTS[name].low, INSTRUMENTS[name].high
        for pitch in (low, (low + high) // 2, high):
            allowed = 30.0 if name in SCOOPED or (name in STRETCHED and pitch != (low + high) // 2) else 21.0
            assert abs(off_pitch_cents(note(name, pitch), pitch)) < allowed, (name, pitch)


@pytest.mark.parametrize("stem", [s for s in STEMS if any(INSTRUMENTS[n].stem == s for n in PITCHED)])
def test_instruments_speak_at_every_velocity_and_louder_when_struck_harder(stem: str):
    for name in (n for n in PITCHED if INSTRUMENTS[n].stem == stem):
        pitch = (INSTRUMENTS[name].low + INSTRUMENTS[name].high) // 2
        levels = [np.sqrt((note(name, pitch, velocity)[:44_100] ** 2).mean()) for velocity in (8, 60, 100, 127)]
        assert levels[0] > 1e-5, name
        assert all(softer < louder for softer, louder in pairwise(levels)), (name, levels)


def test_a_note_begins_and_ends_without_a_click_and_leaves_silence():
    for name in PITCHED:
        sound = note(name, (INSTRUMENTS[name].low + INSTRUMENTS[name].high) // 2)
        peak = np.abs(sound).max()
        assert np.abs(sound[0]).max() < 0.25 * peak, name
        sounding = np.flatnonzero(np.abs(sound).max(axis=1) > 0.0)
        ended = sounding[-1] < len(sound) - 1  # bells ring on
        assert not ended or np.abs(sound[sounding[-1]]).max() < 1e-3 * peak, name
        if SOUNDS[name].manner in ("blown", "brass", "organ", "bass", "synth", "chip", "sub"):  # what is stopped is silent
            assert np.abs(sound[-22_050:]).max() < 2e-3 * peak, name


def test_a_softer_touch_is_darker():
    def centre_hz(sound: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(sound[:44_100].sum(axis=1))) ** 2
        return float((power * np.fft.rfftfreq(44_100, 1 / RATE)).sum() / power.sum())

    for name in (
        "grand_piano",
        "steel_guitar",
        "violin",
        "trumpet",
        "saxophone",
        "sitar",
        "clavinet",
        "pluck",
        "fm_keys",
        "banjo",
    ):
        pitch = (INSTRUMENTS[name].low + INSTRUMENTS[name].high) // 2
        assert centre_hz(note(name, pitch, 24)) < 0.97 * centre_hz(note(name, pitch, 110)), name


def test_the_same_note_twice_is_not_the_same_sample():
    part = Part("guitar", "chords", "mandolin", tuple(Note(i * 480, 240, 69, 90) for i in range(8)))
    whole = score(part, bars=2, bpm=120.0, looseness=0.0)
    sound = record(part, whole, Window(0, whole.frames))[0][0] / 2.0**26
    strokes = [sound[round(i * RATE / 2) : round(i * RATE / 2) + 8_000] for i in range(8)]
    shapes = {tuple(np.round(stroke[1_000:1_200] / np.abs(stroke).max(), 2)) for stroke in strokes}
    assert len(shapes) >= 3
