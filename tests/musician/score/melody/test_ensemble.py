"""Who sings which line."""

from __future__ import annotations

import pytest

from troubadour.brief import Request
from troubadour.brief.marks import singer_in
from troubadour.make import write_score
from troubadour.score import Score, SungPart
from troubadour.stems.sing.voices import VOICES

WORDS = """[Verse 1: Male]
Walking down the empty street
all the windows glow with light
[Chorus: Both]
Hold on to the morning (carry me home)
hold on to the day
[Verse 2]
[Female]
I remember all you said
spinning like a record in my head
[Chorus: Both]
Hold on to the morning (carry me home)
hold on to the day"""
UNMARKED = WORDS.replace(": Male", "").replace("[Female]\n", "").replace(": Both", "")


def score(tags: str, lyrics: str = WORDS) -> Score:
    return write_score(Request(tags=tags, lyrics=lyrics, seed=4)).score


def first_words(part: SungPart) -> list[str]:
    return [line.words[0].text.strip() for line in part.lines]


def by_gender(made: Score, gender: str) -> list[str]:
    return [
        word
        for part in made.sung
        if part.name == "vocals" and VOICES[part.voice].gender == gender
        for word in first_words(part)
    ]


@pytest.mark.parametrize("tags", ["pop, female vocals", "pop, male vocals"])
def test_marks_say_who_sings(tags: str) -> None:
    made = score(tags)
    assert {"Walking", "all"} <= set(by_gender(made, "m"))
    assert {"I", "spinning"} <= set(by_gender(made, "f"))
    assert len(made.lead_lines) == 8


def test_a_duet_without_marks_takes_turns_in_the_verses_and_joins_in_the_chorus() -> None:
    made = score("pop duet, female vocals", UNMARKED)
    assert {"Walking", "all"} <= set(by_gender(made, "f"))
    assert {"I", "spinning"} <= set(by_gender(made, "m"))
    together = [
        part for part in made.sung if part.name != "vocals" and VOICES[part.voice].gender == "m" and "Hold" in first_words(part)
    ]
    assert together


def test_brackets_are_answered_by_another_voice() -> None:
    made = score("folk, female vocals")
    answering = next(part for part in made.sung if part.name == "backing_vocals")
    assert answering.voice != made.sung[0].voice
    assert first_words(answering) == ["carry", "carry"]


def test_a_choir_has_four_singers_of_both_genders_on_chord_tones() -> None:
    made = score("gospel choir", UNMARKED)
    singing = [part for part in made.sung if "Hold" in first_words(part) and part.name != "vocals"]
    assert len(singing) == 4
    assert {VOICES[part.voice].gender for part in singing} == {"f", "m"}
    assert len({part.name for part in made.sung if part.name != "vocals"}) == len(made.sung) - sum(
        p.name == "vocals" for p in made.sung
    )


def test_every_singer_stays_near_the_range_of_the_voice() -> None:
    for part in score("gospel choir", UNMARKED).sung:
        pitches = [note.pitch for line in part.lines for group in line.notes for note in group]
        assert VOICES[part.voice].low - 3 <= min(pitches)
        assert max(pitches) <= VOICES[part.voice].weak_high


@pytest.mark.parametrize(
    ("label", "singer"),
    [
        ("Verse 1: Male", "m"),
        ("Female", "f"),
        ("Chorus: Both", "both"),
        ("male and female", "both"),
        ("Duet", "both"),
        ("Verse", ""),
    ],
)
def test_a_mark_names_its_singer(label: str, singer: str) -> None:
    assert singer_in(label) == singer
