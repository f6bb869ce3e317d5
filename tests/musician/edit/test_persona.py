"""Personas: a song's singer and taste in new songs."""

from __future__ import annotations

import pytest
from tests.musician.edit.written import song, sung

from troubadour import codec
from troubadour.brief import Request, Taste
from troubadour.edit.persona import taste_of, with_taste
from troubadour.edit.source import Source
from troubadour.errors import BadRequest
from troubadour.make import Song, write_score

NEW = "[Verse]\nWinter comes to every door\nKnocking on the window\n[Chorus]\nLet it in let it in\nLet the cold wind blow"


def taste(made: Song) -> Taste:
    return taste_of(Source(made.plan, made.score, None, None))  # type: ignore[arg-type]  # no sound is needed


@pytest.fixture(scope="module")
def kept() -> Taste:
    return taste(song(tags="jazz, sad"))


def test_a_taste_is_the_singer_the_range_and_the_style(kept: Taste) -> None:
    pitches = [note.pitch for note in sung(song(tags="jazz, sad").score)]
    assert (kept.voice, kept.styles, kept.moods) == ("willow", (("jazz", 1.0),), ("sad",))
    assert kept.sung_range is not None
    assert kept.sung_range[0] <= min(pitches)
    assert max(pitches) <= kept.sung_range[1]


@pytest.mark.parametrize("wish", [{}, {"tags": "metal, male vocals"}, {"voice": "m"}, {"take": 1, "seed": 8}])
def test_a_new_song_keeps_the_singer_the_range_and_the_taste(kept: Taste, wish: dict[str, object]) -> None:
    made = write_score(with_taste(Request(lyrics=NEW, duration_s=40.0, **wish), kept))  # type: ignore[arg-type]
    assert made.plan.voice == "willow"
    assert kept.sung_range is not None
    assert all(kept.sung_range[0] <= note.pitch <= kept.sung_range[1] for note in sung(made.score))
    assert taste(made) == kept


def test_own_tags_choose_the_style_and_none_keep_it(kept: Taste) -> None:
    assert write_score(with_taste(Request(lyrics=NEW), kept)).plan.style == "jazz"
    assert write_score(with_taste(Request(lyrics=NEW, tags="metal"), kept)).plan.style == "metal"


def test_another_singer_by_name_is_refused(kept: Taste) -> None:
    with pytest.raises(BadRequest, match="sings as willow"):
        with_taste(Request(lyrics=NEW, voice="rowan"), kept)


def test_a_taste_and_a_request_with_it_round_trip_as_json(kept: Taste) -> None:
    request = with_taste(Request(lyrics=NEW), kept)
    assert codec.loads(codec.dumps(request), Request) == request
    assert codec.loads(codec.dumps(kept), Taste) == kept
