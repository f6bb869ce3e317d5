"""Covers: the same tune and words under a new arrangement."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.musician.edit.written import WORDS, instrumental, lead, song, sung, words

from troubadour.brief import Request
from troubadour.edit import Cover
from troubadour.edit.cover import covered
from troubadour.errors import BadRequest, LyricsTooLong
from troubadour.make import Song
from troubadour.score import Score
from troubadour.score.melody.pitch import chord_at
from troubadour.stems.sing.voices import VOICES
from troubadour.styles import STYLES
from troubadour.theory.chords import QUALITIES, tones


def cover(source: Song, closeness: float = 0.5, **wish: object) -> Song:
    return covered(source.plan, source.score, Cover(Request(**{"seed": 9, **wish}), closeness))  # type: ignore[arg-type]


def places(score: Score) -> list[tuple[int, int, int]]:
    return [(note.start, note.length, note.pitch) for note in sung(score)]


def clashing(score: Score) -> float:
    """Share of the long sung notes' time that lies a semitone above a chord tone."""
    bad = total = 0
    for note in sung(score):
        chord = chord_at(score.chords, note.start + note.length // 2)
        if chord and note.length >= 480:
            inside = tones(chord.root, chord.quality)
            total += note.length
            hard = note.pitch % 12 not in inside and any((note.pitch - tone) % 12 == 1 for tone in inside)
            bad += note.length if hard else 0
    return bad / total


@pytest.mark.parametrize("style", ["jazz", "metal", "folk"])
@pytest.mark.parametrize("closeness", [0.1, 0.5, 0.9])
def test_every_sung_note_and_every_word_stays(style: str, closeness: float) -> None:
    source, made = song().score, cover(song(), closeness, tags=style)
    assert places(made.score) == places(source)
    assert words(made.score) == words(source)
    assert (made.plan.style, made.score.key, made.score.metre) == (style, source.key, source.metre)
    assert made.score.bars == source.bars


def test_the_lead_instrument_keeps_its_tune_up_to_octaves() -> None:
    moves = {
        b.pitch - a.pitch
        for a, b in zip(lead(instrumental().score), lead(cover(instrumental(), tags="folk").score), strict=True)
    }
    assert len(moves) == 1
    assert moves.pop() % 12 == 0


@pytest.mark.parametrize("style", ["jazz", "house", "orchestral"])
def test_the_tempo_is_one_of_the_style_s(style: str) -> None:
    tempo = STYLES[style].tempo
    assert tempo.low <= cover(song(), 0.5, tags=style).plan.tempo_bpm <= tempo.high


def test_a_close_cover_keeps_tempo_roots_and_players() -> None:
    made, source = cover(song(), 0.9, tags="jazz"), song()
    assert made.plan.tempo_bpm == source.plan.tempo_bpm
    assert [c.root for c in made.score.chords] == [c.root for c in source.score.chords]
    assert set(made.plan.band) & {p for p in source.plan.band if p.role in ("lead", "chords")}


def test_jazz_makes_chords_rich_and_metal_makes_them_plain() -> None:
    def rich(style: str) -> float:
        chords = cover(song(), tags=style).score.chords
        return sum(len(QUALITIES[c.quality]) > 3 for c in chords) / len(chords)

    assert rich("jazz") > 0.8
    assert rich("metal") < 0.2


@pytest.mark.parametrize("closeness", [0.1, 0.5])
@pytest.mark.parametrize("style", ["jazz", "lofi", "rock"])
def test_new_chords_do_not_clash_with_the_tune(style: str, closeness: float) -> None:
    assert clashing(cover(song(), closeness, tags=style).score) <= 0.06


def test_another_singer_moves_everything_by_one_interval_into_the_range() -> None:
    source, made = song(), cover(song(), tags="rock", voice="rowan")
    moves = {b.pitch - a.pitch for a, b in zip(sung(source.score), sung(made.score), strict=True)}
    assert len(moves) == 1
    (step,) = moves
    assert step < 0
    assert (made.score.key.tonic - source.score.key.tonic - step) % 12 == 0
    assert max(note.pitch for note in sung(made.score)) <= VOICES["rowan"].weak_high
    assert {part.voice for part in made.score.sung if part.name == "vocals"} == {"rowan"}


def test_two_takes_are_two_arrangements_of_one_tune() -> None:
    one, other = cover(song(), tags="folk", take=0), cover(song(), tags="folk", take=1)
    assert places(one.score) == places(other.score)
    assert one.plan.tempo_bpm != other.plan.tempo_bpm
    assert {p.instrument for p in one.plan.band} != {p.instrument for p in other.plan.band}


def test_a_far_tempo_becomes_double_time_under_the_same_tune() -> None:
    source, made = instrumental(), cover(instrumental(), tags="metal")
    assert made.score.bars == 2 * source.score.bars
    assert abs(made.plan.tempo_bpm / source.plan.tempo_bpm / 2 - 1) < 0.15
    assert [n.start for n in lead(made.score)] == [2 * n.start for n in lead(source.score)]


def test_an_instrumental_cover_plays_what_was_sung() -> None:
    made = cover(song(), tags="jazz", instrumental=True)
    assert made.score.sung == ()
    steps = [b.pitch - a.pitch for a, b in pairwise(sung(song().score))]
    played = {note.start: note.pitch for note in lead(made.score)}
    assert [played[b.start] - played[a.start] for a, b in pairwise(sung(song().score))] == steps


def test_the_source_s_words_in_other_marks_and_cases_are_the_source_s_words() -> None:
    shouted = WORDS.upper().replace("\n", "!\n").replace("[VERSE]!", "[Verse 1]")
    assert places(cover(song(), tags="rock", lyrics=shouted).score) == places(song().score)


def test_new_words_are_sung_to_the_old_tune() -> None:
    new = WORDS.replace("Boats", "Crows").replace("Silver", "Velvet").replace("river", "thunder")
    made = cover(song(), tags="rock", lyrics=new)
    assert "Crows " in words(made.score)
    same = sum(a == b for a, b in zip(places(made.score), places(song().score), strict=True))
    assert same >= 0.85 * len(sung(song().score))


def test_words_of_another_form_recall_the_tune() -> None:
    made = cover(song(), tags="rock", lyrics="[Chorus]\nOh we run and hide tonight\nLet the mountain bury")
    tune = [note.pitch for note in sung(song().score)]
    found = [note.pitch for note in sung(made.score)]
    windows = [tune[i : i + 6] for i in range(len(tune) - 5)]
    assert any(found[i : i + 6] in windows for i in range(len(found) - 5))


@pytest.mark.parametrize("duration_s", [60.0, 77.7, 150.0, 360.0])
def test_a_length_is_exact_and_no_words_are_lost(duration_s: float) -> None:
    made = cover(song(), tags="pop", duration_s=duration_s)
    assert made.score.frames == round(duration_s * 44_100)
    assert set(words(made.score)) == set(words(song().score))
    assert made.score.seconds_at(made.score.bar_start(made.score.bars)) < duration_s


def test_a_tempo_that_was_asked_for_is_exact() -> None:
    assert cover(song(), tags="house", bpm=121.5).plan.tempo_bpm == 121.5


def test_what_cannot_be_done_is_refused() -> None:
    for wish in ({"metre": "3/4"}, {"key": "D dorian" if song().plan.key.mode == "major" else "D major"}):
        with pytest.raises(BadRequest, match="its tune keeps that"):
            cover(song(), tags="folk", **wish)
    with pytest.raises(LyricsTooLong, match="at least"):
        cover(song(), tags="folk", duration_s=12.0)


def test_the_same_command_gives_the_same_score() -> None:
    assert cover(song(), tags="jazz").score == cover(song(), tags="jazz").score
