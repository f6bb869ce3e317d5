"""New stems beside stems that keep every sample."""

import numpy as np
import pytest

from troubadour.mix.balance import balance
from troubadour.mix.beside import beside, moved
from troubadour.mix.pcm import sixteen_bit
from troubadour.mix.split import split

VOICES = ("vocals", "backing_vocals")


@pytest.fixture(scope="module")
def mix(small_stems, small_plan, small_score):
    return balance(small_stems, small_plan, small_score)


@pytest.mark.parametrize("level_db", [-3.0, 0.0, 5.0])
@pytest.mark.parametrize("voices_stay", [True, False])
def test_what_is_kept_keeps_every_sample_and_the_whole_is_a_record(mix, voices_stay, level_db):
    kept = {name: pcm for name, pcm in mix.stems.items() if (name in VOICES) == voices_stay}
    new = {name: pcm[::-1].copy() for name, pcm in mix.stems.items() if name not in kept}  # other music
    made = beside(kept, new, level_db, {}, mix.desk)
    assert all(np.array_equal(made.stems[name], pcm) for name, pcm in kept.items())
    assert (made.master == sum(made.stems.values())).all()
    assert made.loudness.true_peak_dbtp <= -1.0
    if level_db == 0.0 and voices_stay:
        assert made.loudness.integrated_lufs == pytest.approx(-14.0, abs=0.3)


def test_a_kept_stem_is_the_same_in_16_bits_whatever_stands_beside_it(mix):
    kept = {name: pcm for name, pcm in mix.stems.items() if name in VOICES}
    new = {name: pcm // 3 for name, pcm in mix.stems.items() if name not in kept}
    made = beside(kept, new, 0.0, {}, mix.desk)
    assert all(np.array_equal(sixteen_bit(made)[1][name], sixteen_bit(mix)[1][name]) for name in kept)
    assert np.array_equal(split(made, "basic")["vocals"], split(mix, "basic")["vocals"])


def test_groups_of_stems_add_up_to_the_same_mix_however_they_are_taken(mix):
    master, _ = sixteen_bit(mix)
    for kind in ("basic", "full"):
        assert np.array_equal(sum(split(mix, kind).values()), master)


def test_voices_and_band_alone_pass_under_the_ceiling(mix):
    for voices in (True, False):
        half = sum(pcm for name, pcm in mix.stems.items() if (name in VOICES) == voices)
        assert np.abs(half).max() / 2**23 < 10 ** (-1.5 / 20)


def test_a_mix_is_moved_as_a_whole_under_its_ceiling(mix):
    louder = moved(mix, 3.0)
    assert louder.loudness.integrated_lufs > mix.loudness.integrated_lufs + 1.5
    assert louder.loudness.true_peak_dbtp <= -1.0
    assert (louder.master == sum(louder.stems.values())).all()
