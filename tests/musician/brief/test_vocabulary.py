"""What words mean, known ones and others."""

import pytest

from troubadour.brief import Request
from troubadour.brief.read import read
from troubadour.brief.unknown import led_to
from troubadour.brief.vocabulary import vocabulary


def heard(tags: str, **wishes: object):
    return read(Request(tags=tags, instrumental=True, seed=1, **wishes))  # type: ignore[arg-type]


def test_the_vocabulary_has_thousands_of_phrases_of_every_kind():
    known = vocabulary()
    joined = {(key[0] + key[1],) for key in known if len(key) == 2}
    phrases = [key for key in known if key not in joined]
    assert len(phrases) >= 3000
    kinds = {known[key].group for key in phrases}
    assert kinds >= {
        "style",
        "genre",
        "mood",
        "scene",
        "instrument",
        "era",
        "place",
        "pace",
        "mode",
        "metre",
        "voice",
        "production",
    }


@pytest.mark.parametrize(
    ("words", "lead", "others"),
    [
        ("zouk", "reggaeton", {"highlife"}),
        ("calypso", "highlife", {"reggae"}),
        ("gregorian chant", "drone", {"ambient"}),
        ("city pop", "jpop", {"disco", "funk"}),
        ("sea shanty metal", "metal", {"shanty"}),
        ("ethio jazz", "jazz", {"afrobeat"}),
        ("bluegrass trap", "bluegrass", {"trap"}),
        ("dungeon synth", "baroque", {"synthwave"}),
    ],
)
def test_styles_that_have_no_file_are_made_of_those_that_have(words, lead, others):
    styles = heard(words).styles
    assert styles[0][0] == lead
    assert {style for style, _ in styles[1:]} >= others


def test_a_style_s_word_keeps_its_tempo_to_itself():
    assert heard("ska").tempo_range_bpm is None
    assert heard("ska").styles == (("ska", 1.0),)


@pytest.mark.parametrize(
    ("word", "leads"),
    [
        ("regae", ["reggae"]),
        ("flamenko", ["flamenco"]),
        ("punkish", ["punk"]),
        ("jazzwave", ["jazz", "synthwave"]),
        ("folkcore", ["folk", "punk"]),
        ("polkametal", ["polka", "metal"]),
    ],
)
def test_an_unknown_word_leads_to_the_nearest_by_stem_parts_or_spelling(word, leads):
    assert [lead.words for lead in led_to(word, lenient=True)] == leads
    effects = [effect for effect in heard(word).effects if effect.word == word]
    assert [effect.effect.split("”")[0] for effect in effects] == [f"unknown, taken as “{lead}" for lead in leads]


def test_what_is_spelt_very_differently_is_only_a_colour():
    (lead,) = led_to("flamingo", lenient=True)
    assert lead.weight < led_to("regae", lenient=True)[0].weight
    assert led_to("qqzzxy", lenient=True) == ()


def test_decades_are_eras_and_seconds_are_lengths():
    assert heard("80s rock anthem").duration_s is None
    assert heard("rock, 30s jingle").duration_s == 30
    assert heard("rock lasting 80s").duration_s == 80


@pytest.mark.parametrize(
    ("place", "styles"),
    [
        ("havana", {"salsa", "reggaeton"}),
        ("jamaica", {"reggae", "dub", "dancehall", "ska"}),
        ("nashville", {"country", "americana", "blues"}),
    ],
)
def test_a_place_suggests_the_music_that_is_made_there(place, styles):
    assert heard(f"{place} night").styles[0][0] in styles


def test_negative_tags_take_out_styles_players_and_moods():
    brief = heard("salsa, metal, dark", negative_tags="metal, brass, dark")
    assert dict(brief.styles) == {"salsa": 1.0}
    assert "brass" in brief.without
    assert heard("salsa", negative_tags="dark").brightness > 0.5
