"""Lyrics in other languages: the words as written, the syllables as the language counts them."""

from __future__ import annotations

import pytest

from troubadour.brief import Request
from troubadour.brief.read import read
from troubadour.errors import BadRequest, Unsingable
from troubadour.words.languages import LANGUAGES, language_named, language_of, reader
from troubadour.words.languages.mandarin import cardinal
from troubadour.words.phones import ALPHABET

LINES = {
    "zh": ("月亮代表我的心", "1999年，你在哪里？", "love you 宝贝", "nǐ hǎo ma", "…「夜」♥"),
    "ja": ("夜の町を歩く、君と一緒に", "きょうは3時", "東京タワー I love you", "ラララ ♪"),
    "es": ("Caminando por la calle vacía, corazón", "¿Dónde está el año 1999? 50%", "♥ niño pingüino"),
    "de": ("Über den Wolken muss die Freiheit grenzenlos sein", "Straße Nr. 7 – Häuser"),
    "fr": ("Je ne regrette rien, l'arbre", "peut-être les amis… 2 fois"),
    "it": ("Nel blu dipinto di blu, gnocchi", "sciare più in là"),
    "pt": ("Olha que coisa mais linda, coração", "não, mãe 夜"),
}


@pytest.mark.parametrize(("code", "line"), [(code, line) for code, lines in LINES.items() for line in lines])
def test_no_sign_is_lost_and_every_sound_is_one_that_the_singers_know(code: str, line: str) -> None:
    words = reader(LANGUAGES[code])(line)
    assert "".join(word.text for word in words) == line
    assert {sign for w in words for s in w.syllables for sign in s.onset + s.nucleus + s.coda} <= ALPHABET


@pytest.mark.parametrize(
    ("code", "line", "count"),
    [
        ("zh", "月亮代表我的心", 7),
        ("zh", "1999年", 5),
        ("zh", "105個", 5),
        ("ja", "さくら", 3),
        ("ja", "とうきょう", 4),
        ("ja", "がっこう", 3),
        ("es", "vacía", 3),
        ("es", "siete cielos", 4),
        ("es", "Europa", 3),
        ("es", "pingüino", 3),
        ("fr", "rien", 1),
        ("fr", "crier", 2),
        ("fr", "arbre", 2),
        ("it", "più", 1),
        ("it", "sciare", 3),
        ("de", "Familie", 4),
        ("de", "Freiheit", 2),
        ("pt", "coração", 3),
        ("pt", "água", 2),
    ],
)
def test_syllables_are_counted_by_the_languages_own_rules(code: str, line: str, count: int) -> None:
    assert sum(len(word.syllables) for word in reader(LANGUAGES[code])(line)) == count


def test_a_character_is_read_among_its_neighbours() -> None:
    bank, walk = reader(LANGUAGES["zh"])("银行"), reader(LANGUAGES["zh"])("行走")
    assert bank[1].syllables[0].nucleus + bank[1].syllables[0].coda == "ɑŋ"
    assert walk[0].syllables[0].nucleus + walk[0].syllables[0].coda == "iŋ"


@pytest.mark.parametrize(
    ("value", "said"), [(0, "零"), (10, "十"), (17, "十七"), (105, "一百零五"), (2024, "二千零二十四"), (10_500, "一万零五百")]
)
def test_numbers_are_said_in_mandarin(value: int, said: str) -> None:
    assert cardinal(value) == said


@pytest.mark.parametrize(
    ("text", "code"),
    [("月亮代表我的心\nbaby", "zh"), ("夜の町を歩く", "ja"), ("hello 世界, my dear old friend", "en"), ("corazón", "en")],
)
def test_the_script_shows_the_language(text: str, code: str) -> None:
    assert language_of(text).code == code


@pytest.mark.parametrize(
    ("wish", "code"), [("ES", "es"), ("pt_BR", "pt"), ("Mandarin", "zh"), ("日本語", "ja"), ("auto", None), (None, None)]
)
def test_a_language_has_many_names(wish: str | None, code: str | None) -> None:
    found = language_named(wish)
    assert (found.code if found else None) == code


def test_a_language_that_nobody_sings_is_refused_unless_the_nearest_will_do() -> None:
    for more in ({"lyrics": "Jag vill leva i Norden"}, {"instrumental": True}):
        with pytest.raises(BadRequest, match="no voice sings the language 'sv'"):
            read(Request(language="sv", **more))
    brief = read(Request(lyrics="Jag vill leva i Norden", language="sv", nearest_voice=True))
    assert brief.lyrics is not None
    assert any("sv" in effect.effect and "accent" in effect.effect for effect in brief.effects)


def test_an_answer_says_that_a_language_is_sung_with_an_accent() -> None:
    brief = read(Request(lyrics="月亮代表我的心"))
    assert any("Mandarin" in effect.effect and "accent" in effect.effect for effect in brief.effects)
    assert brief.lyrics is not None
    assert brief.lyrics.stanzas[0].lines[0].syllable_count == 7


def test_words_are_not_written_in_a_language_that_was_only_named() -> None:
    with pytest.raises(BadRequest, match="send Spanish lyrics"):
        read(Request(text="a song about the sea", language="es"))


@pytest.mark.parametrize("code", LINES)
def test_a_line_without_a_sound_is_refused(code: str) -> None:
    with pytest.raises(Unsingable):
        reader(LANGUAGES[code])("… ♥ !")
