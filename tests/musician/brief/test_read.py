"""Words of a prompt become music: styles, moods, instruments, voice, figures, and what must not appear."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubadour.brief import Key, Metre, Request
from troubadour.brief.read import read
from troubadour.brief.vocabulary import vocabulary
from troubadour.errors import BadRequest, Refused
from troubadour.styles import STYLES
from troubadour.theory.instruments import INSTRUMENTS, STEMS


def heard(text="", **rest):
    return read(Request(text=text, instrumental=rest.pop("instrumental", True), **rest))


def test_the_vocabulary_is_large_and_names_only_what_exists():
    words = vocabulary()
    assert len(words) >= 1000
    for meaning in words.values():
        assert set(meaning.styles) | set(meaning.blend) <= set(STYLES)
        assert set(meaning.play) <= set(INSTRUMENTS)
        assert set(meaning.without) <= set(INSTRUMENTS) | set(STEMS)


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_style_answers_to_its_name(style):
    assert heard(f"a {STYLES[style].name.lower()} song").styles[0][0] == style


@pytest.mark.parametrize("name", sorted(INSTRUMENTS))
def test_every_instrument_answers_to_its_name(name):
    assert name in heard(tags=f"pop, {INSTRUMENTS[name].name}").instruments


def test_styles_blend_and_the_first_leads():
    brief = heard(tags="jazz, metal")
    assert [style for style, _ in brief.styles] == ["jazz", "metal"]
    assert brief.styles[0][1] > brief.styles[1][1]
    assert sum(weight for _, weight in brief.styles) == pytest.approx(1)


def test_a_touch_is_less_than_a_style():
    assert heard("metal with a touch of folk").styles[1][1] < heard("metal and folk").styles[1][1]


def test_a_scene_chooses_a_style_only_if_none_is_named():
    assert heard("rainy night").styles[0][0] in ("lofi", "synthwave", "jazz")
    assert heard("rainy night house music").styles[0][0] == "house"


def test_nothing_said_is_pop():
    assert heard("").styles == (("pop", 1.0),)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("female vocals", "voice", "f"),
        ("sung by a deep baritone", "voice", "m"),
        ("male singer", "voice", "m"),
        ("a waltz", "metre", Metre(3, 4)),
        ("in 7/8", "metre", Metre(7, 8)),
        ("Bb dorian", "key", Key(10, "dorian")),
        ("sad", "mode", "minor"),
        ("lydian", "mode", "lydian"),
        ("andante", "tempo_range_bpm", (72, 100)),
        ("120 bpm", "tempo_bpm", 120),
        ("2 minutes long", "duration_s", 120),
        ("a whispered duet", "singing", ("whisper", "duet")),
    ],
)
def test_words_of_music_are_understood(text, field, value):
    assert getattr(heard(text), field) == value


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("rock without guitars", "guitar"),
        ("no drums", "drums"),
        ("jazz, no saxophone", "saxophone"),
        ("no synths or piano", "grand_piano"),
        ("pop but not metal", "metal"),
        ("no backing vocals", "backing_vocals"),
    ],
)
def test_what_is_not_wanted_is_left_out(text, gone):
    brief = heard(text)
    assert gone in brief.without
    assert gone not in brief.instruments
    assert gone not in dict(brief.styles)


def test_negative_tags_take_things_out():
    brief = heard("rock with piano", negative_tags="piano, drums, sad")
    assert {"grand_piano", "drums"} <= set(brief.without)
    assert "grand_piano" not in brief.instruments


def test_calm_is_calmer_and_dark_is_darker():
    assert heard("calm").energy < 0.5 < heard("furious").energy
    assert heard("dark").brightness < 0.5 < heard("sunny").brightness
    assert heard("not calm").energy > 0.5


def test_the_subject_of_a_song_is_not_its_style():
    brief = heard("a folk song about my grandmother's house and her lost keys")
    assert brief.styles == (("folk", 1.0),)
    assert brief.instruments == ()


def test_music_after_the_subject_is_music_again():
    assert "grand_piano" in heard("a song about rain, slow piano").instruments


def test_fields_win_over_words():
    brief = heard(
        "waltz in A minor, 90 bpm, male vocals, 30 seconds", bpm=133, key="E major", metre="5/4", voice="f", duration_s=40
    )
    assert (brief.tempo_bpm, brief.key, brief.metre, brief.voice, brief.duration_s) == (
        133,
        Key(4, "major"),
        Metre(5, 4),
        "f",
        40,
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"bpm": 12},
        {"key": "X minor"},
        {"metre": "4/3"},
        {"duration_s": 0.5},
        {"voice": "nobody"},
        {"weirdness": 1.01},
        {"title": "t" * 81},
    ],
)
def test_fields_out_of_range_are_refused(fields):
    with pytest.raises(BadRequest):
        heard("pop", **fields)


def test_an_unknown_tag_leads_to_the_nearest_known_one_and_says_so():
    brief = heard(tags="sinthwave")
    assert brief.styles[0][0] == "synthwave"
    assert any("taken as" in effect.effect for effect in brief.effects)


def test_every_understood_word_says_what_it_did():
    effects = {effect.word: effect.effect for effect in heard("a gloomy jazz waltz with cello, no drums, 96 bpm").effects}
    assert effects["96 bpm"] == "tempo: 96 bpm"
    assert "mood: sad" in effects["gloomy"]
    assert "cello" in effects["cello"]
    assert effects["drums"].startswith("left out")


def test_nobody_sings_in_an_instrumental():
    assert heard("pop").lyrics is None
    assert read(Request(text="instrumental lo-fi beat")).lyrics is None
    assert read(Request(text="pop", lyrics="[Instrumental]")).lyrics is None


def test_lyrics_that_were_sent_are_sung_whatever_the_words_say():
    assert read(Request(text="instrumental", lyrics="boats come home")).lyrics is not None


def test_marks_give_an_instrumental_its_form():
    assert [s.kind for s in heard("rock", lyrics="[Intro]\n[Verse]\nnever sung\n[Outro]").form] == ["intro", "verse", "outro"]


def test_nothing_to_go_on_is_refused():
    with pytest.raises(BadRequest, match="nothing to go on"):
        read(Request())


def test_words_are_written_when_none_are_sent():
    brief = read(Request(text="a slow piano waltz about winter trains"))
    text = brief.lyrics.text.lower()
    assert brief.title
    assert "winter trains" in text
    assert "piano" not in text


def test_a_short_song_gets_few_words():
    long, short = (read(Request(text="folk about the sea", duration_s=s)).lyrics for s in (200, 20))
    assert sum(len(s.lines) for s in short.stanzas) <= 4 < sum(len(s.lines) for s in long.stanzas)


def test_the_same_request_is_the_same_brief_and_a_take_sings_other_words():
    one, again, other = (read(Request(text="a song about the harbour", take=take)) for take in (0, 0, 1))
    assert one == again
    assert one.lyrics != other.lyrics


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120), st.text(max_size=60))
def test_no_prompt_breaks_the_reader(text, tags):
    try:
        brief = heard(text, tags=tags)
    except Refused:
        return
    assert sum(weight for _, weight in brief.styles) == pytest.approx(1)
    assert brief.title
