"""An instruction's changes, done to a written song: exactly there, to exactly those."""

from dataclasses import replace

import pytest
from tests.musician.edit.written import WORDS

from troubadour.brief import Request
from troubadour.brief.instruction import understood
from troubadour.edit import Instruct
from troubadour.edit.instruct import instructed
from troubadour.errors import BadRequest
from troubadour.files.facts import facts
from troubadour.make import write_score
from troubadour.score.revise import revised
from troubadour.theory.instruments import INSTRUMENTS


@pytest.fixture(scope="module")
def song():
    return write_score(Request(tags="pop, piano", lyrics=WORDS, seed=5, duration_s=80, voice="willow"))


def done(song, text, window=None):
    return revised(song.plan, song.score, understood(text), window)


def bounds(score, name):
    section = next(each for each in score.sections if each.name == name)
    return score.bar_start(section.start_bar), score.bar_start(section.start_bar + section.bars)


def notes(score, stem):
    return [note for part in score.parts if INSTRUMENTS[part.instrument].stem == stem for note in part.notes]


def others(score, stem):
    return [part for part in score.parts if INSTRUMENTS[part.instrument].stem != stem]


def test_a_player_is_left_out_there_and_nowhere_else(song):
    _, made = done(song, "drop the piano in verse 2")
    low, high = bounds(song.score, "Verse 2")
    before = next(part for part in song.score.parts if part.instrument == "grand_piano").notes
    after = next(part for part in made.parts if part.instrument == "grand_piano").notes
    assert after == tuple(note for note in before if not low <= note.start < high)
    assert len(after) < len(before)
    assert others(made, "keyboard") == others(song.score, "keyboard")
    assert made.sung == song.score.sung


def test_harder_drums_are_struck_harder_and_moved_up_on_the_desk(song):
    plan, made = done(song, "make the drums harder")
    for old, new in zip(notes(song.score, "drums"), notes(made, "drums"), strict=True):
        assert (new.start, new.pitch) == (old.start, old.pitch)
        assert new.velocity > old.velocity or new.velocity == 127
    assert {(move.stem, move.db > 0) for move in plan.moves} == {("drums", True)}
    assert others(made, "drums") == others(song.score, "drums")


def test_a_player_who_is_added_plays_there_alone(song):
    _, made = done(song, "add a cello in the last chorus")
    low, high = bounds(song.score, "Chorus 2")
    (new,) = [part for part in made.parts if part not in song.score.parts]
    assert new.instrument == "cello"
    assert all(low <= note.start < high for note in new.notes)
    assert new.name not in {part.name for part in song.score.parts}


def test_an_exchange_keeps_the_notes(song):
    _, made = done(song, "replace the guitar with a violin")
    guitar = notes(song.score, "guitar")
    violin = [note for part in made.parts if part.instrument == "violin" for note in part.notes]
    assert [(n.start, n.length, n.pitch % 12) for n in violin] == [(n.start, n.length, n.pitch % 12) for n in guitar]
    assert not notes(made, "guitar")


def test_busier_and_sparser_change_how_many_notes_there_are(song):
    count = len(notes(song.score, "drums"))
    assert len(notes(done(song, "busier drums")[1], "drums")) > count > len(notes(done(song, "sparser drums")[1], "drums"))


def test_a_slower_song_is_longer_in_proportion(song):
    plan, made = done(song, "slower")
    assert made.frames == pytest.approx(song.score.frames * 1.08, abs=2)
    assert made.tempos[0].bpm == pytest.approx(song.score.tempos[0].bpm / 1.08)
    assert plan.frames == made.frames


def test_levels_alone_touch_no_note(song):
    plan, made = done(song, "louder vocals, turn down the bass")
    assert made == song.score
    assert {(move.stem, move.db > 0) for move in plan.moves} >= {("vocals", True), ("bass", False)}


def test_what_cannot_be_done_is_said_with_the_reason(song):
    plan, made = done(song, "drop the tuba, drop the drums in verse 9, more reverb")
    assert made == song.score
    told = [effect.effect for effect in plan.heeded]
    assert told[0].startswith("nothing was done: nobody there to be changed")
    assert told[1] == "nothing was done: there is no verse 9 in this song"
    assert told[2] == "not understood, nothing was done"


def test_what_was_understood_is_in_the_songs_facts(song):
    made = write_score(
        Request(tags="pop, piano", lyrics=WORDS, seed=5, duration_s=80, voice="willow", instruction="drop the piano in verse 2")
    )
    assert facts(made.plan, made.score)["instruction"] == [
        {"said": "drop the piano in verse 2", "done": "piano: left out, in verse 2"}
    ]
    assert made.score == done(song, "drop the piano in verse 2")[1]


def test_a_window_bounds_every_change(song):
    start, end = 10.0, 20.0
    _, made = instructed(song.plan, song.score, Instruct(Request(seed=1), "drop the drums", start, end))
    gone = set(notes(song.score, "drums")) - set(notes(made, "drums"))
    times = [song.score.seconds_at(note.start) for note in gone]
    assert times
    assert start <= min(times) <= max(times) < end


def test_new_music_is_written_into_the_window_alone(song):
    command = Instruct(Request(seed=1), "make this part a quiet harp interlude", 40.0, 50.0)
    _, made = instructed(song.plan, song.score, command)
    assert "harp" in {part.instrument for part in made.parts}
    early = song.score.tick_at(39)
    for part in song.score.parts:
        same = next(each for each in made.parts if (each.name, each.instrument) == (part.name, part.instrument))
        assert [n for n in same.notes if n.start < early] == [n for n in part.notes if n.start < early]


def test_an_instruction_that_changes_nothing_is_refused(song):
    with pytest.raises(BadRequest, match="“drop the tuba”: nothing was done"):
        instructed(song.plan, song.score, Instruct(Request(seed=1), "drop the tuba"))
    with pytest.raises(BadRequest, match="the whole song's"):
        instructed(song.plan, replace(song.score), Instruct(Request(seed=1), "slower", 5.0, 20.0))
