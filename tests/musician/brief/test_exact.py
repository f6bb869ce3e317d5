"""Figures in a request are exact, or refused."""

from __future__ import annotations

import pytest

from troubadour.brief.exact import figures, key_name, parse_bpm, parse_duration, parse_key, parse_metre
from troubadour.errors import BadRequest


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("in A minor", "A minor"),
        ("F# major", "F# major"),
        ("Bb dorian", "Bb dorian"),
        ("in the key of E", "E major"),
        ("key: C#m", "Db minor"),
        ("slow, Am, piano", "A minor"),
        ("B flat major", "Bb major"),
        ("e minor", "E minor"),
        ("in a minor", "A minor"),
        ("G mixolydian groove", "G mixolydian"),
    ],
)
def test_a_key_is_read_as_a_musician_writes_it(text, name):
    assert key_name(figures(text)[1].key) == name


@pytest.mark.parametrize("text", ["a minor key blues", "in a minor mood", "a major anthem", "meet me in a bar", "plan B"])
def test_an_article_is_not_a_key(text):
    assert figures(text)[1].key is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30 seconds of ambient", 30),
        ("a two-minute rock song", 120),
        ("1:30", 90),
        ("2 min 30 s", 150),
        ("a minute and a half", 90),
        ("about 3 minutes long", 180),
        ("jazz, 45 sec", 45),
        ("half a minute", 30),
    ],
)
def test_a_length_is_read_in_words(text, seconds):
    assert figures(text)[1].duration_s == seconds


@pytest.mark.parametrize("text", ["waiting ten minutes for you", "meet me at 1:30", "the last five minutes of my life"])
def test_minutes_of_a_story_are_not_the_length_of_the_song(text):
    assert figures(text)[1].duration_s is None


@pytest.mark.parametrize(
    ("text", "bpm"), [("120 bpm", 120), ("at 90 BPM", 90), ("tempo 96", 96), ("174bpm dnb", 174), ("93.5 bpm", 93.5)]
)
def test_a_tempo_is_exact(text, bpm):
    assert figures(text)[1].tempo_bpm == bpm


def test_a_span_of_tempos_is_a_range():
    found = figures("90-100 bpm")[1]
    assert (found.tempo_bpm, found.tempo_range_bpm) == (None, (90, 100))


@pytest.mark.parametrize(
    ("text", "metre"), [("in 6/8", "6/8"), ("a 7/8 groove", "7/8"), ("5/4 time", "5/4"), ("waltz in 3/4", "3/4")]
)
def test_a_metre_is_exact(text, metre):
    assert str(figures(text)[1].metre) == metre


def test_open_all_day_is_no_metre():
    assert figures("open 24/7")[1].metre is None


@pytest.mark.parametrize(
    ("parse", "value", "allowed"),
    [
        (parse_bpm, 500, "30 to 300"),
        (parse_bpm, 29.9, "30 to 300"),
        (parse_bpm, float("nan"), "30 to 300"),
        (parse_duration, 0.5, "1 to 480"),
        (parse_duration, 481, "1 to 480"),
        (parse_duration, float("inf"), "1 to 480"),
        (parse_metre, "4/3", "2, 4, 8 or 16"),
        (parse_metre, "0/4", "2 to 15"),
        (parse_metre, "waltz", "3/4"),
        (parse_key, "H minor", "A to G"),
        (parse_key, "", "A to G"),
        (parse_key, "C superlocrian", "locrian"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(parse, value, allowed):
    with pytest.raises(BadRequest, match=allowed):
        parse(value)


@pytest.mark.parametrize("text", ["500 bpm", "in 4/3", "a 20-minute song", "a 500 second song"])
def test_impossible_figures_in_a_text_are_refused_too(text):
    with pytest.raises(BadRequest):
        figures(text)


def test_what_was_read_is_cut_out():
    assert "120" not in figures("rock, 120 bpm, in A minor")[0]
