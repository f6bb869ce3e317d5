"""A window of a song is recorded alone, and holds what the whole holds there."""

from functools import cache

import numpy as np
import pytest

from troubadour.brief import Request
from troubadour.edit.pieces import end_tick, joined, nearest_beat, since, until
from troubadour.edit.source import near
from troubadour.make import write_score
from troubadour.stems import Window
from troubadour.stems.render import render

SILENT_24_BIT = 2.0**-24


@cache
def song():
    return write_score(
        Request(text="a rock song about trains", lyrics="[Verse]\nTrains in the night\nGoing home", duration_s=24, seed=3)
    )


@cache
def whole():
    return render(song().score)


@pytest.mark.parametrize("window", [Window(300_000, 420_000), Window(0, 30_000), Window(900_000, 24 * 44_100)])
def test_a_window_has_the_samples_of_the_whole(window):
    part = render(song().score, window=window)
    for name, track in whole().tracks.items():
        assert np.abs(track[window.start : window.end] - part.tracks[name]).max() < SILENT_24_BIT, name


@pytest.mark.parametrize("window", [Window(100_000, 200_000), Window(900_000, 24 * 44_100)])
def test_a_window_needs_only_the_notes_near_it(window):
    part = render(near(song().score, window), window=window)
    for name, track in whole().tracks.items():
        assert np.abs(track[window.start : window.end] - part.tracks[name]).max() < SILENT_24_BIT, name


@pytest.mark.parametrize("seconds", [3.3, 8.0, 12.7, 19.9])
def test_a_score_cut_in_two_and_joined_is_the_score(seconds):
    score = song().score
    tick = nearest_beat(score, seconds)
    before, after = until(score, tick), since(score, tick)
    again = joined(before, after)
    assert end_tick(before) == tick
    assert (again.frames, again.sections, again.tempos) == (score.frames, score.sections, score.tempos)
    assert {p.name: len(p.notes) for p in again.parts} == {p.name: len(p.notes) for p in score.parts}
    assert "".join(w.text for w in words(again)) == "".join(w.text for w in words(score))


def words(score):
    return [word for part in score.sung for line in part.lines for word in line.words]
