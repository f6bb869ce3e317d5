"""A line of lyrics as it is sung: every token read, every letter kept."""

from __future__ import annotations

import sys
from subprocess import run

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troubadour.errors import Unsingable
from troubadour.words.phones import ALPHABET, written_of
from troubadour.words.pronounce import pronounce
from troubadour.words.rhyme import assonance, rhyme, rhymes


def spoken(line: str) -> str:
    return " ".join(word.spoken for word in pronounce(line)).lower()


def split(line: str) -> str:
    return " ".join("-".join(s.text.strip() or "_" for s in word.syllables) for word in pronounce(line))


def count(line: str) -> int:
    return sum(len(word.syllables) for word in pronounce(line))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("$5", "five dollars"),
        ("$1", "one dollar"),
        ("$3.50", "three dollars and fifty cents"),
        ("€20", "twenty euros"),
        ("$2m", "two million dollars"),
        ("100%", "one hundred percent"),
        ("7:30", "seven thirty"),
        ("7:05pm", "seven oh five p m"),
        ("12:00", "twelve o'clock"),
        ("1999", "nineteen ninety nine"),
        ("2005", "two thousand five"),
        ("2024", "twenty twenty four"),
        ("1,000,000", "one million"),
        ("3.14", "three point one four"),
        ("80s", "eighties"),
        ("'90s", "nineties"),
        ("21st", "twenty first"),
        ("24/7", "twenty four seven"),
        ("867-5309", "eight six seven five three oh nine"),
        ("5km", "five kilometers"),
        ("10 kg", "ten kilograms"),
        ("1 km", "one kilometer"),
        ("#1", "number one"),
        ("Mr. Brown", "mister brown"),
        ("St. Louis", "saint louis"),
        ("Main St.", "main street"),
        ("you vs. me", "you versus me"),
        ("rock & roll", "rock and roll"),
        ("USA", "u s a"),
        ("U.S.A.", "u s a"),
        ("DJ", "d j"),
        ("R2D2", "r two d two"),
        ("gr8", "great"),
        ("sooooo", "so"),
        ("looooove", "love"),
        ("goooood", "good"),
        ("walkin'", "walking"),
        ("-5°C", "minus five degrees celsius"),
        ("the A/C", "the a c"),
        ("Ke$ha", "kesha"),
        ("www.example.com", "W W W dot example dot com".lower()),
        ("I LOVE YOU", "i love you"),
    ],
)
def test_signs_are_said_as_people_say_them(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize(
    ("line", "syllables"),
    [
        ("every", "ev-ery"),
        ("everything", "ev-ery-thing"),
        ("yellow", "yel-low"),
        ("little", "lit-tle"),
        ("beautiful", "beau-ti-ful"),
        ("tonight", "to-night"),
        ("something", "some-thing"),
        ("fire", "fire"),
        ("rain-dancer", "rain--dan-cer"),
        ("USA", "U-S-A"),
        ("lalala", "la-la-la"),
        ("km", "km-_-_-_"),
    ],
)
def test_letters_are_shared_among_the_syllables(line: str, syllables: str) -> None:
    assert split(line) == syllables


@pytest.mark.parametrize(
    ("vocable", "syllables"), [("ooh", 1), ("mmm", 1), ("shh", 1), ("yeah", 1), ("na na hey", 3), ("whoa-oh", 2), ("ohohoh", 3)]
)
def test_vocables_are_sung_as_they_are_counted(vocable: str, syllables: int) -> None:
    assert count(vocable) == syllables


FOREIGN = (
    "Björk Dvořák Reykjavík",
    "señorita canción",
    "Привет мир",
    "你好世界",
    "ありがとう",
    "안녕하세요",
    "مرحبا",
    "שלום",
    "xzqwrt",
)


@pytest.mark.parametrize("line", [*FOREIGN, "tbh brb"])
def test_words_of_no_dictionary_are_sung(line: str) -> None:
    assert count(line) >= len(line.split())
    assert all(set(written_of(word.syllables)) <= ALPHABET | set("ˈˌ") for word in pronounce(line))


def test_an_emoji_stays_with_its_neighbour_and_is_not_sung() -> None:
    words = pronounce("❤️ hello 😀 world ✨")
    assert [word.text for word in words] == ["❤️ hello 😀 ", "world ✨"]


@pytest.mark.parametrize("line", ["", "   ", "😀😀", "...", "♪ ♫", "!?"])
def test_a_line_without_a_word_is_refused(line: str) -> None:
    with pytest.raises(Unsingable):
        pronounce(line)


TEXT = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("aeiou thsnrl'-.,$%0123456789:AEIOUKM ")), max_size=60)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(TEXT)
def test_the_syllables_joined_are_the_line(line: str) -> None:
    try:
        words = pronounce(line)
    except Unsingable:
        return
    assert "".join(word.text for word in words) == line
    assert all(s.nucleus in ALPHABET and len(s.nucleus) == 1 for word in words for s in word.syllables)
    assert all(word.syllables and word.syllables[0].text for word in words)


def test_the_neighbours_decide_how_a_word_sounds() -> None:
    the_apple, the_pear = pronounce("the apple")[0], pronounce("the pear")[0]
    assert (the_apple.syllables[0].nucleus, the_pear.syllables[0].nucleus) == ("i", "ə")


def test_stress_and_sense_are_told() -> None:
    the, banana = pronounce("the banana")
    assert not the.content
    assert banana.content
    assert [s.stress for s in banana.syllables] == [0, 2, 0]


def test_counting_syllables_loads_no_voice() -> None:
    code = (
        "import sys; from troubadour.words.pronounce import pronounce; pronounce('walking down the street');"
        "sys.exit(any(m in sys.modules for m in ('onnxruntime', 'troubadour.stems.sing.neural')))"
    )
    assert run([sys.executable, "-c", code], check=False).returncode == 0


def test_rhymes_are_heard_not_seen() -> None:
    assert rhymes("tonight", "light")
    assert rhymes("flower", "power")
    assert rhymes("1999", "mine")
    assert not rhymes("love", "move")
    assert not rhymes("light", "light")
    assert rhyme("✨") == ""
    assert assonance("home") == assonance("road")
