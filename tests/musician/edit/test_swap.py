"""Another band around the same voices, other voices over the same band: what is kept is kept note for note."""

from dataclasses import replace

import pytest
from tests.musician.edit.written import WORDS, instrumental, lead, song, sung, words

from troubadour.brief import Request
from troubadour.edit import SwapSound, SwapVocals
from troubadour.edit.pieces import since
from troubadour.edit.swap import resounded, revoiced
from troubadour.errors import BadRequest
from troubadour.stems.sing.voices import VOICES

NEW_WORDS = (
    WORDS.replace("Boats come home at dusk again", "Trains go out at dawn again")
    .replace("Silver on the water", "Frost upon the window")
    .replace("Let the river carry", "Let the morning answer")
)


def swapped_sound(made, closeness=0.5, **wish):
    return resounded(made.plan, made.score, SwapSound(Request(seed=9, **wish), closeness))


def swapped_voice(made, variation=None, **wish):
    return revoiced(made.plan, made.score, SwapVocals(Request(seed=9, **wish), variation))


@pytest.mark.parametrize("tags", ["rock", "jazz trio", ""])
def test_another_band_leaves_melody_words_singers_chords_and_time_alone(tags):
    old = song()
    made = swapped_sound(old, tags=tags)
    for kept in ("sung", "chords", "tempos", "frames", "sections", "phrases", "metre", "key"):
        assert getattr(made.score, kept) == getattr(old.score, kept), kept
    assert [n.pitch % 12 for n in lead(made.score)] == [n.pitch % 12 for n in lead(old.score)]
    assert made.score.parts != old.score.parts
    assert made.plan.brief.lyrics == old.plan.brief.lyrics


def test_the_new_band_is_that_of_the_style_and_a_close_swap_keeps_some_of_the_old():
    old = song()
    assert "distorted_guitar" in {part.instrument for part in swapped_sound(old, tags="metal").score.parts}
    own = {player for player in old.plan.band if player.role == "chords"}
    assert own & set(swapped_sound(old, 0.9, tags="jazz").plan.band)


def test_two_takes_have_two_bands():
    one, two = (resounded(song().plan, song().score, SwapSound(Request(tags="rock", seed=9, take=take))) for take in (0, 1))
    assert one.score.parts != two.score.parts
    assert one.score.sung == two.score.sung


def test_a_song_that_begins_inside_a_bar_gets_its_band_too():
    old = song()
    tail = since(old.score, old.score.bar_start(6) + 480)
    made = resounded(replace(old.plan, frames=tail.frames), tail, SwapSound(Request(tags="rock", seed=2)))
    assert (made.score.sung, made.score.frames, made.score.skipped) == (tail.sung, tail.frames, 480)
    assert min(note.start for part in made.score.parts for note in part.notes) >= 0


def test_a_swap_keeps_the_tempo_or_refuses():
    with pytest.raises(BadRequest, match="tempo"):
        swapped_sound(song(), tags="rock, 61 bpm")


def test_another_singer_leaves_the_band_alone_and_sings_the_same_words():
    old = song()
    made = swapped_voice(old, tags="male vocals")
    assert made.score.parts == old.score.parts
    assert words(made.score) == words(old.score)
    assert VOICES[made.plan.voice].gender == "m"
    moved = {new.pitch - was.pitch for new, was in zip(sung(made.score), sung(old.score), strict=True)}
    assert len(moved) == 1
    assert moved.pop() % 12 == 0  # the band keeps its key


def test_without_a_wish_somebody_else_sings_and_variation_says_how_different():
    old = song()
    assert swapped_voice(old).plan.voice != old.plan.voice
    near, far = (swapped_voice(old, variation).plan.voice for variation in (0.0, 1.0))
    assert VOICES[near].gender == VOICES[old.plan.voice].gender
    assert near != far


def test_new_words_are_sung_to_the_same_band_every_one_of_them():
    old = song()
    made = swapped_voice(old, lyrics=NEW_WORDS, voice=old.plan.voice)
    assert made.score.parts == old.score.parts
    assert made.score.frames == old.score.frames
    said = " ".join(word.text.strip() for line in made.score.lead_lines for word in line.words)
    assert "Trains go out at dawn again" in said
    assert said.count("Let the morning answer") == 2
    assert "Frost upon the window" in made.plan.brief.lyrics.text


def test_words_that_do_not_fit_are_refused_with_the_songs_shape():
    with pytest.raises(BadRequest, match="verse 4, chorus 2, verse 4, chorus 2 lines"):
        swapped_voice(song(), lyrics="[Verse]\n" + "one more line for all of us\n" * 30)


def test_a_song_without_a_singer_has_no_voice_to_swap():
    with pytest.raises(BadRequest, match="nobody sings"):
        swapped_voice(instrumental(), tags="male vocals")


def test_a_singer_asked_for_by_name_sings_or_is_refused():
    made = swapped_voice(song(), voice="maren")
    assert made.plan.voice == "maren"
