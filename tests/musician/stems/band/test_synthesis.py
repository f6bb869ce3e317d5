"""What is synthesised does not alias: nothing sounds between the harmonics."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from troubadour.stems.band.patches import ANALOG, FM, PATCHES, SQUARE, STRING, SUB, Patch, wavetables
from troubadour.stems.band.sounds import SOUNDS
from troubadour.stems.band.synths import Synth
from troubadour.stems.band.voices import PLAYED, add_notes
from troubadour.theory.instruments import INSTRUMENTS

LENGTH, WINDOW, NEAR_HZ = 40_000, 32_768, 24.0


def alone(patch: Patch) -> Patch:
    """One steady oscillator of a patch: what may lie beside the harmonics on purpose is gone."""
    return replace(
        patch, decay_s=0.0, sustain_db=0.0, unison=1, detune_cents=0.0, noise=0.0, vibrato_cents=0.0, wobble_octaves=0.0,
        scoop_cents=patch.scoop_cents if patch.loop == SUB else 0.0, stereo=False, second_level=0.0, strike_level=0.0,
    )  # fmt: skip


def between_harmonics_db(name: str, pitch: int, grid: float) -> float:
    with patch.dict(PATCHES, {name: alone(PATCHES[name])}):
        synth = Synth(name)
    played = np.zeros(1, PLAYED)
    played["length"], played["pitch"], played["velocity"] = LENGTH, pitch, 115
    bus = np.zeros((2, LENGTH), np.int32)
    add_notes(synth, played, np.zeros(1, np.float32), bus)
    first = 2_000 if PATCHES[name].loop == STRING else LENGTH - WINDOW - 100
    power = np.abs(np.fft.rfft(bus[0, first : first + WINDOW] * np.kaiser(WINDOW, 18))) ** 2
    hz = np.fft.rfftfreq(WINDOW, 1 / 44_100)
    step = 440.0 * 2.0 ** ((pitch - 69) / 12) * grid
    harmonic = np.abs(hz - np.round(hz / step) * step) < NEAR_HZ
    return float(10.0 * np.log10(power[~harmonic & (hz < 20_000)].sum() / power[harmonic].sum() + 1e-30))


def grid_of(name: str) -> float:
    """On which multiples of its pitch a sound's partials lie."""
    return 0.5 if PATCHES[name].loop == FM and PATCHES[name].ratio == 3.5 else 1.0


def harmonic(name: str) -> bool:
    """Some bells are inharmonic on purpose."""
    return PATCHES[name].loop in (ANALOG, SUB) or (PATCHES[name].loop == FM and PATCHES[name].ratio % grid_of(name) == 0.0)


@pytest.mark.parametrize("name", list(filter(harmonic, PATCHES)))
def test_a_synthesised_sound_has_nothing_between_its_harmonics(name: str):
    grid = grid_of(name)
    tops = [INSTRUMENTS[i].high for i, sound in SOUNDS.items() if sound.patch == name]
    for pitch in sorted({60, 79, max(tops)}):
        if pitch <= max(tops):
            assert between_harmonics_db(name, pitch, grid) < -60.0, pitch


def test_a_plucked_string_has_nothing_between_its_harmonics():
    for name in ("string", "soft_string", "bass_string"):
        assert between_harmonics_db(name, 57, 1.0) < -60.0


def test_the_squares_of_a_cymbal_are_band_limited():
    squares = wavetables()[SQUARE]
    for row, table in enumerate(squares):
        top_hz = 16.0 * 2.0 ** ((row + 1) / 3)
        spectrum = np.abs(np.fft.rfft(table[:-1]))
        beyond = np.arange(len(spectrum)) * top_hz > 0.47 * 44_100
        assert spectrum[beyond].max(initial=0.0) < 1e-3 * spectrum.max()
