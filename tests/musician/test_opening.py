"""A song that is heard while it is made: the openings lead into the finished song without a seam."""

import numpy as np
import pytest

from troubadour.mix.balance import balance, balance_opening
from troubadour.mix.loudness import energies
from troubadour.opening import FADE_FRAMES, Feed, opening_lengths_s
from troubadour.stems import Stems, Window

RATE = 44_100


def fed(*versions):
    heard = []
    feed = Feed(lambda piece, last: heard.append((piece, last)))
    for version in versions[:-1]:
        feed.add(version)
    feed.add(versions[-1], last=True)
    assert [last for _, last in heard] == [False] * (len(versions) - 1) + [True]
    return np.concatenate([piece for piece, _ in heard])


def test_equal_versions_give_the_song_itself():
    song = (np.random.default_rng(1).integers(-(2**22), 2**22, (4 * RATE, 2))).astype(np.int32)
    assert (fed(song[:RATE], song[: 2 * RATE], song) == ((song + 128) >> 8)).all()


def test_a_version_fades_over_into_the_next():
    one = np.full((RATE, 2), 256_000, np.int32)
    heard = fed(one, np.full((2 * RATE, 2), 128_000, np.int32))
    assert len(heard) == 2 * RATE
    assert (heard[: RATE - FADE_FRAMES] == 1000).all()
    assert (heard[RATE:] == 500).all()
    assert np.abs(np.diff(heard[:, 0].astype(int))).max() <= 1


def test_openings_leave_something_to_the_finished_song():
    assert opening_lengths_s(180.0) == (3.0, pytest.approx(12.6))
    assert opening_lengths_s(10.0) == (3.0,)
    assert opening_lengths_s(6.0) == ()


def test_an_opening_is_as_loud_as_it_will_be_in_the_whole(small_stems, small_plan, small_score):
    window = Window(0, 6 * RATE)
    beginnings = Stems({name: track[: window.end].copy() for name, track in small_stems.tracks.items()})
    opening = balance_opening(beginnings, small_plan, small_score, window).master
    whole = balance(small_stems, small_plan, small_score).master[: window.end]
    assert abs(10 * np.log10(energies(opening).mean() / energies(whole).mean())) < 1.0
