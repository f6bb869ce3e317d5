"""One line into one window."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from troubadour.brief import Metre
from troubadour.score.melody.metre import level
from troubadour.score.melody.setting import Pace, Window, set_words, shared_out, sounded
from troubadour.score.melody.traits import Traits

CALM = Pace(Metre(), 100.0, Traits(syncopation=0.0))


def dice():
    return np.random.default_rng(3)


def test_lines_of_like_length_share_the_bars_equally():
    assert shared_out([9, 10, 8, 9], 8, Metre()) == [(k * 3840, (k + 1) * 3840) for k in range(4)]


def test_a_line_that_is_much_longer_gets_more_bars():
    (_, first_end), (_, second_end) = shared_out([5, 17], 4, Metre())
    assert first_end < second_end - first_end


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 11, 40])
@pytest.mark.parametrize("metre", [Metre(4, 4), Metre(7, 8), Metre(3, 4)], ids=str)
def test_shares_cover_the_phrase_in_order_whatever_the_number_of_lines(count, metre):
    edges = shared_out([7.0 + k % 3 for k in range(count)], 4, metre)
    assert edges[0][0] == 0
    assert edges[-1][1] == 4 * metre.bar_ticks
    assert all(a[1] == b[0] and a[0] < a[1] for a, b in pairwise(edges))


def test_an_unstressed_beginning_comes_before_the_bar_line(line):
    rhythm = set_words(sounded(line("the *neon lights are *burn·ing")), Window(1920, 1920 + 3600, 480), CALM, dice())
    assert rhythm.onsets[0] < 1920 <= rhythm.onsets[1]


def test_without_room_before_it_a_line_begins_in_its_bars(line):
    rhythm = set_words(sounded(line("the *neon lights are *burn·ing")), Window(1920, 1920 + 3600, 0), CALM, dice())
    assert rhythm.onsets[0] >= 1920


def test_a_remembered_rhythm_is_taken_as_it_is_when_the_words_fit(line):
    before = (0, 480, 960, 1440, 1920, 2400)
    rhythm = set_words(sounded(line("*bro·ken *win·dows *call·ing")), Window(0, 3600), CALM, dice(), remembered=before)
    assert rhythm.onsets == before


def test_a_remembered_rhythm_that_would_stress_wrongly_keeps_its_strong_notes(line):
    before = (0, 480, 720, 960, 1440, 1920)
    rhythm = set_words(sounded(line("a·*way the *o·ceans *call")), Window(0, 3600), CALM, dice(), remembered=before)
    assert rhythm.onsets != before
    assert len(set(rhythm.onsets) & set(before)) >= 4


def test_a_stressed_syllable_stands_on_a_beat_when_there_is_room(line):
    rhythm = set_words(sounded(line("*riv·er *flow·ing *o·ver")), Window(0, 3600), CALM, dice())
    assert all(level(onset, Metre()) >= 3 for onset in rhythm.onsets[::2])


def test_a_comma_makes_a_rest_or_a_longer_note(line):
    with_comma = set_words(sounded(line("*hold on, *hold on")), Window(0, 3600), CALM, dice())
    gaps = np.diff(with_comma.onsets)
    assert gaps[1] >= gaps[0]
    assert gaps[1] > gaps[2] / 2


def test_a_rhyme_answers_on_the_place_of_the_one_before(line):
    places = {set_words(sounded(line("the *ris·ing *wa·ter *comes")), Window(0, 3600), CALM, dice(), rhymed=place).onsets[-1] % 1920
              for place in (480, 960)}  # fmt: skip
    assert places == {480, 960}
