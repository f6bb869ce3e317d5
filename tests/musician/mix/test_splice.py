"""A window of a song is exchanged: outside it every sample stays, and nothing else is read."""

from dataclasses import replace

import numpy as np
import pytest

from troubadour.mix.loudness import measured
from troubadour.mix.splice import PIECE_FRAMES, Held, replaced

from ..mixes import mix_of_noise

FRAMES = 9 * PIECE_FRAMES + 1234
START, END = 4 * PIECE_FRAMES + 500, 5 * PIECE_FRAMES + 900


@pytest.fixture(scope="module")
def old():
    return mix_of_noise({"bass": 0.04, "drums": 0.08}, FRAMES, seed=1)


@pytest.fixture(scope="module")
def patched(old):
    new = mix_of_noise({"bass": 0.04, "synth": 0.1}, END - START, seed=2)
    return replaced(
        Held(lambda: replace(old, master=old.master.copy(), stems={n: p.copy() for n, p in old.stems.items()})), new, START, END
    )


def test_outside_the_window_every_sample_is_the_old_one(old, patched):
    whole = patched.whole
    assert (whole.master == sum(whole.stems[name] for name in whole.stems)).all()
    for place in (slice(0, START), slice(END, FRAMES)):
        assert (whole.master[place] == old.master[place]).all()
        assert (whole.stems["drums"][place] == old.stems["drums"][place]).all()
        assert not whole.stems["synth"][place].any()


def test_inside_it_is_new_behind_a_short_seam(patched):
    middle = slice(START + 2000, END - 2000)
    assert not patched.whole.stems["drums"][middle].any()
    assert patched.whole.stems["synth"][middle].any()


def test_its_loudness_is_that_of_the_whole_though_only_the_window_was_measured(patched):
    told, found = patched.loudness, measured(patched.whole.master)
    assert told.integrated_lufs == pytest.approx(found.integrated_lufs, abs=0.01)
    assert told.true_peak_dbtp == pytest.approx(found.true_peak_dbtp, abs=0.01)
    assert np.allclose(told.tenths.energies, found.tenths.energies, rtol=1e-4)


@pytest.mark.parametrize(("start", "end"), [(0, 50_000), (FRAMES - 50_000, FRAMES)])
def test_a_window_at_either_end_is_taken_too(old, start, end):
    made = replaced(Held(lambda: old), mix_of_noise({"bass": 0.02}, end - start, seed=3), start, end)
    assert made.new.stems["bass"].shape[0] == made.new.end - made.new.start
    assert (made.new.start, made.new.end) == ((0, PIECE_FRAMES) if start == 0 else (8 * PIECE_FRAMES, FRAMES))
