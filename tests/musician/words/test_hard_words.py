"""Hard lists: every token is sung, and what is sung is what one would say."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubadour.brief import Key, Metre
from troubadour.brief.lyrics import parse_lyrics
from troubadour.score import Feel, Note, Score, Section, SungLine, Tempo
from troubadour.stems.sing.timeline import timed
from troubadour.words.phones import ALPHABET
from troubadour.words.pronounce import pronounce

SECTION = Section("Verse 1", "verse", 0, 64, 0.5)
SCORE = Score("", 1, 0, "pop", (Tempo(0, 100.0),), Metre(), Key(0), 44_100 * 60, Feel(), (SECTION,), (), (), (), ())

SAID = {
    "1999": "nineteen ninety nine",
    "2,500": "two thousand five hundred",
    "3.14": "three point one four",
    "21st": "twenty first",
    "7:30": "seven thirty",
    "9pm": "nine P M",
    "$5.50": "five dollars and fifty cents",
    "€20": "twenty euros",
    "50%": "fifty percent",
    "5km": "five kilometers",
    "'80s": "eighties",
    "U.S.A.": "U S A",
    "NYC": "N Y C",
    "DJ": "D J",
    "Mr.": "mister",
    "&": "and",
    "gr8": "great",
    "R&B": "R and B",
}
COUNTED = {
    "rock-n-roll": 3, "ooh-ooh-ooh": 3, "na na hey hey": 4, "la-la-la": 3, "I'LL NEVER LET GO": 5, "wanna gonna gotta": 6,
    "Ngũgĩ": 2, "Beyoncé": 3, "Reykjavík": 3, "goooood": 1, "yeahhhh": 1, "mmm": 1, "shh": 1, "brrr": 1,
    "tomorow nite": 4, "everything": 3, "fire": 1, "ain't": 1, "'cause": 1, "o'clock": 2, "24/7": 5, "A-B-C": 3, "555-1234": 7,
    "¿Qué pasa?": 3, "Σ'αγαπώ": 3, "привет": 2, "안녕": 2, "#1": 3, "C'est la vie": 3, "Schadenfreude": 4,
}  # fmt: skip


# Numbers, dates, money, units, initials, names, vocables, misspellings: what is written, what is said, how many syllables.
ROWS = (Path(__file__).parent / "hard_list.tsv").read_text("utf-8").splitlines()


def test_every_row_of_the_hard_list_is_said_as_written_there_and_sung_as_counted() -> None:
    assert len(ROWS) > 300
    for row in ROWS:
        text, said, count = row.split("\t")
        words = pronounce(text)
        syllables = [s for w in words for s in w.syllables]
        assert ("".join(w.text for w in words), " ".join(w.spoken for w in words)) == (text, said)
        notes = tuple((Note(960 + 240 * i, 240, 60),) for i in range(int(count)))
        sounds = timed(SungLine(words, notes), SCORE).sounds
        assert [s.symbol for s in sounds if s.role == "nucleus"] == [s.nucleus for s in syllables], text
        assert len(syllables) == int(count), text


@pytest.mark.parametrize(("token", "said"), SAID.items())
def test_what_is_written_short_is_said_in_full(token: str, said: str) -> None:
    words = pronounce(f"{token} again")
    assert " ".join(word.spoken for word in words[:-1]) == said


@pytest.mark.parametrize(("text", "count"), COUNTED.items())
def test_no_token_of_a_hard_list_is_lost(text: str, count: int) -> None:
    words = pronounce(text)
    assert "".join(word.text for word in words) == text
    assert sum(len(word.syllables) for word in words) == count
    assert {sign for w in words for s in w.syllables for sign in s.onset + s.nucleus + s.coda} <= ALPHABET


def test_what_nobody_can_pronounce_is_said_in_the_notes() -> None:
    parsed = parse_lyrics("I ❤️ the city 🎸🔥 at night")
    assert parsed.lyrics.stanzas[0].lines[0].syllable_count == 6
    told = {effect.word for effect in parsed.effects if "no sound" in effect.effect}
    assert any("❤" in word for word in told)
    assert "🎸🔥" in told
