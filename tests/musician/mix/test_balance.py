"""A mix: as loud as asked, under its ceiling, the sum of its stems, louder where the song is; the same every time."""

from dataclasses import replace

import numpy as np
import pyloudnorm
import pytest
from scipy.signal import butter, resample_poly, sosfilt

from troubadour.mix.balance import balance
from troubadour.mix.pcm import sixteen_bit
from troubadour.score import Section

RATE = 44_100
CHORUS = 8 * RATE  # where the small song's second section begins


@pytest.fixture(scope="module")
def mix(small_stems, small_plan, small_score):
    return balance(small_stems, small_plan, small_score)


def lufs(pcm):
    return pyloudnorm.Meter(RATE).integrated_loudness(pcm / 2.0**23)


def test_a_mix_has_the_loudness_of_streaming_services(mix):
    assert lufs(mix.master) == pytest.approx(-14.0, abs=0.15)


def test_the_true_peak_stays_under_a_decibel_below_full_scale(mix):
    assert np.abs(resample_poly(mix.master / 2.0**23, 4, 1, axis=0)).max() < 10 ** (-1 / 20)


def test_stems_add_up_to_the_master_in_24_and_in_16_bits(mix):
    master, stems = sixteen_bit(mix)
    assert (sum(mix.stems.values()) == mix.master).all()
    assert (sum(stem.astype(np.int32) for stem in stems.values()) == master).all()
    error = master - mix.master / 256.0
    assert np.abs(error).max() <= len(stems) / 2
    assert 20 * np.log10(error.std() / 2**15) < -90


def test_a_second_mix_is_the_first_one(mix, small_stems, small_plan, small_score):
    again = balance(small_stems, small_plan, small_score)
    assert (again.master == mix.master).all()
    assert again.desk == mix.desk


def test_mixing_leaves_the_recording_as_it_was(small_stems, small_plan, small_score):
    before = {name: track.copy() for name, track in small_stems.tracks.items()}
    balance(small_stems, small_plan, small_score)
    assert all((small_stems.tracks[name] == track).all() for name, track in before.items())


def _same_twice(calm: float, wild: float) -> tuple[Section, Section]:
    return Section("Verse 1", "verse", 0, 4, calm), Section("Chorus 1", "chorus", 4, 4, wild)


def difference_db(stems, plan, score, calm, wild):
    """How much louder the second section is than the first."""
    made = balance(stems, plan, replace(score, sections=_same_twice(calm, wild))).master
    return lufs(made[CHORUS : 2 * CHORUS]) - lufs(made[:CHORUS])


def test_a_chorus_is_louder_than_its_verse_by_what_their_energies_say(small_stems, small_plan, small_score):
    even = difference_db(small_stems, small_plan, small_score, 0.6, 0.6)
    lifted = difference_db(small_stems, small_plan, small_score, 0.4, 0.85)
    assert abs(even) < 1.0
    assert 2.0 < lifted - even < 4.5


def test_the_voice_stands_in_its_place_before_the_band(mix, small_stems):
    midrange = butter(4, (300, 3000), "bandpass", fs=RATE, output="sos")
    voice = sosfilt(midrange, mix.stems["vocals"] / 2.0**23, axis=0)
    band = sosfilt(midrange, sum(s for n, s in mix.stems.items() if "vocals" not in n) / 2.0**23, axis=0)
    powers = [(x**2).sum(axis=1)[: len(x) // 4410 * 4410].reshape(-1, 4410).mean(axis=1) for x in (voice, band)]
    sings = powers[0] > 0.03 * powers[0].max()
    assert -2.0 < 10 * np.log10(powers[0][sings].mean() / powers[1][sings].mean()) < 4.0
