"""Where a piece stands in a notional song, and where in it the words are sung."""

from dataclasses import replace

import pytest

from troubadour.brief import Placement, Request
from troubadour.brief.read import read
from troubadour.errors import LyricsTooLong
from troubadour.make import write_score
from troubadour.plan.decide import decide
from troubadour.stems.sing.timeline import word_times

WORDS = "[Verse]\nCity rain on every window\nNeon on the ground\n[Chorus]\nOh we run along together\nNever turning round"
PIECE = Request(text="synth pop", lyrics=WORDS, seed=4)


def plan(seconds, words=(0.0, 1.0), song=(0.0, 1.0), **more):
    return decide(read(replace(PIECE, duration_s=seconds, placement=Placement(song, words), **more)))


@pytest.mark.parametrize("words", [(0.0, 0.95), (0.5, 1.0), (0.0, 0.5), (0.25, 0.75)])
@pytest.mark.parametrize("seconds", [32, 130])
def test_words_are_sung_in_their_part_of_the_piece_which_has_its_length(seconds, words):
    made = plan(seconds, words)
    assert made.frames == seconds * 44_100
    bar_s, at = made.metre.bar_ticks / 480 * 60 / made.tempo_bpm, 0
    for section in made.sections:
        if any(phrase.lines for phrase in section.phrases):
            assert words[0] * seconds <= at * bar_s + 0.01
            assert (at + section.bars) * bar_s <= words[1] * seconds + 0.01
        at += section.bars


def test_not_a_syllable_lies_outside_even_a_pickup():
    song = write_score(replace(PIECE, duration_s=130, placement=Placement(words=(0.8, 1.0))))
    sung = [word for word in word_times(song.score) if word.part == "vocals"]
    assert sung[0].start_s >= 104
    assert sung[-1].end_s <= 130


def test_words_that_need_more_room_are_refused_with_what_they_have():
    with pytest.raises(LyricsTooLong, match=r"more than the 6 s in which they may be sung \(0.8 to 1 of 32 s\)"):
        plan(32, (0.8, 1.0))


def kinds(made):
    return [section.kind for section in made.sections]


@pytest.mark.parametrize("sung", [True, False])
def test_a_piece_from_the_middle_has_neither_introduction_nor_ending(sung):
    more = {} if sung else {"lyrics": None, "instrumental": True}
    middle = kinds(plan(32, song=(0.4, 0.6), **more))
    assert "intro" not in middle
    assert "outro" not in middle
    assert "outro" in kinds(plan(32, song=(0.9, 1.0), **more))


def test_the_nearer_to_the_end_the_stronger_it_is():
    early, late = (
        max(section.energy for section in plan(32, song=song).sections if section.kind == "verse")
        for song in ((0, 0.3), (0.7, 1.0))
    )
    assert early < late


def test_the_usual_place_is_a_whole_song_in_its_natural_form():
    usual = decide(read(replace(PIECE, duration_s=32)))
    assert plan(32, (0.0, 0.95)).sections == usual.sections
