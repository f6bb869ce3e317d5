"""Lyrics become stanzas of sung lines; no word is lost and none is added."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubadour.brief.lyrics import LONGEST_LINE_SYLLABLES, cleaned, parse_lyrics
from troubadour.errors import BadRequest, Refused, Unsingable
from troubadour.words import Syllable, Word


def spell(text):
    """A stand-in for `pronounce`: a syllable for each group of vowels."""
    words = []
    for token in re.findall(r"\S+\s*", text):
        if re.search(r"[^\W_]", token):
            parts = re.findall(r"[^aeiouy]*[aeiouy]+(?:[^aeiouy]+$)?", token) or [token]
            words.append(Word(tuple(Syllable(part, "", "a", "") for part in parts)))
    if not words:
        raise Unsingable(f"nothing to sing in {text!r}")
    return tuple(words)


def parse(text, **rest):
    return parse_lyrics(text, spell, **rest)


def sung(parsed):
    return [word for stanza in parsed.lyrics.stanzas for line in stanza.lines for word in re.findall(r"\w+", line.text)]


def kinds(text):
    return [stanza.kind for stanza in parse(text).lyrics.stanzas]


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ("[Verse]", "verse"),
        ("[VERSE 2]", "verse"),
        ("[Chorus: soft]", "chorus"),
        ("(Chorus)", "chorus"),
        ("Chorus:", "chorus"),
        ("[Pre-Chorus]", "pre_chorus"),
        ("[prechorus]", "pre_chorus"),
        ("[Hook]", "hook"),
        ("[Post-Chorus]", "hook"),
        ("[Bridge]", "bridge"),
        ("[Middle 8]", "bridge"),
        ("[Break]", "break"),
        ("[Breakdown]", "break"),
        ("[Interlude]", "break"),
        ("[Intro]", "intro"),
        ("[Outro]", "outro"),
        ("[Solo]", "solo"),
        ("[Guitar Solo]", "solo"),
        ("[Instrumental]", "solo"),
        ("[Drop]", "chorus"),
        ("[Refrain]", "chorus"),
        ("[End]", "outro"),
        ("[Fade Out]", "outro"),
        ("[Short Instrumental Outro]", "outro"),
        ("[Instrumental Intro]", "intro"),
        ("**Chorus**:", "chorus"),
        ("## Verse 1:", "verse"),
        ("[Build-Up]", "pre_chorus"),
        ("[Final Chorus]", "chorus"),
        ("[Estribillo]", "chorus"),
        ("【Verse】", "verse"),
    ],
)
def test_a_mark_names_its_section(mark, kind):
    assert kinds(f"[Verse]\nhello there\n\n{mark}\nboats come home")[1] == kind


def test_hints_in_a_mark_stay_in_its_label():
    assert parse("[Verse 1: soft piano]\nhello").lyrics.stanzas[0].label == "Verse 1: soft piano"


def test_a_mark_without_lines_is_a_section_without_words():
    stanzas = parse("[Chorus]\nhome again\n[Verse]\nboats\n[Chorus]\n[End]").lyrics.stanzas
    assert [(s.kind, len(s.lines)) for s in stanzas] == [("chorus", 1), ("verse", 1), ("chorus", 0), ("outro", 0)]


def test_a_singer_in_brackets_opens_no_section():
    assert kinds("[Verse]\nhello\n[Female]\ngoodbye") == ["verse"]


def test_words_after_a_mark_on_its_line_are_sung():
    assert sung(parse("[Verse] Boats come home\n[Chorus] Harbour lights")) == ["Boats", "come", "home", "Harbour", "lights"]


def test_round_brackets_become_backing_after_their_line():
    lines = parse("[Verse]\nCarry me (carry me home) tonight").lyrics.stanzas[0].lines
    assert [(line.text, line.backing) for line in lines] == [("Carry me tonight", False), ("carry me home", True)]


def test_brackets_that_stand_alone_lead_if_nobody_else_does():
    assert [line.backing for line in parse("[Intro]\n(ooh ooh)\n(ah)").lyrics.stanzas[0].lines] == [False, True]


def test_directions_are_not_sung_and_that_is_said():
    parsed = parse("[Verse]\nI am [softly] waiting (x2)")
    assert sung(parsed) == ["I", "am", "waiting"]
    assert [effect.word for effect in parsed.effects] == ["[softly]", "(x2)"]


def test_square_brackets_that_hold_words_are_sung():
    assert sung(parse("[Verse]\nI [really] love you")) == ["I", "really", "love", "you"]


def test_a_stanza_that_returns_is_the_chorus_and_its_leader_the_pre_chorus():
    verse, lead, chorus = "verse {} words\nmore of them", "and it rises\nup it goes", "oh sing\noh sing it"
    text = "\n\n".join((verse.format("one"), lead, chorus, verse.format("two"), lead, chorus, "after all\nthat is it"))
    assert kinds(text) == ["verse", "pre_chorus", "chorus", "verse", "pre_chorus", "chorus", "outro"]
    assert not parse(text).lyrics.marked


def test_stanzas_that_all_differ_get_a_chorus_that_returns_whole():
    stanzas = parse("one two\nthree\n\nfour five\nsix\n\nseven\neight nine").lyrics.stanzas
    assert [s.kind for s in stanzas].count("chorus") == 2
    assert len({s.lines for s in stanzas if s.kind == "chorus"}) == 1


def test_nothing_returns_in_a_song_too_short_for_it():
    text = "one two three four five six\nseven\n\nfour five six\nsix\n\nseven\neight nine"
    assert sung(parse(text, room_s=12)) == text.split()


def test_one_long_block_is_cut_into_stanzas():
    sizes = [len(s.lines) for s in parse("\n".join(f"line number {n} here" for n in range(26))).lyrics.stanzas]
    assert set(sizes) <= set(range(3, 9))


def test_a_long_line_is_sung_in_breaths_and_stays_whole():
    text = "I went down to the river in the morning, and I saw the light upon the water and the people singing in the sun again"
    lines = parse(f"[Verse]\n{text}").lyrics.stanzas[0].lines
    assert len(lines) > 1
    assert " ".join(line.text for line in lines) == text
    assert all(line.syllable_count <= LONGEST_LINE_SYLLABLES for line in lines)


def test_invisible_characters_and_foreign_breaks_change_nothing():
    assert cleaned("\ufeffHello\u200b\tdear\u00a0friend\r\nnext\u2028line\x0b") == "Hello dear friend\nnext\nline\n"


@pytest.mark.parametrize("text", ["\x00\x01\x02\x03\x04\x05PNG\x1a\x00\x00", "\ufffd" * 20, "\ud800" * 8])
def test_binary_data_is_refused(text):
    with pytest.raises(BadRequest, match="binary"):
        parse(text)


def test_a_word_without_end_is_refused():
    with pytest.raises(BadRequest, match="Put spaces"):
        parse("a" * 3000)


def test_emoji_alone_are_unsingable_but_beside_words_they_are_left_out():
    with pytest.raises(Unsingable, match="none of these lyrics"):
        parse("[Verse]\n🙂🙂\n🎉")
    parsed = parse("[Verse]\n🙂🙂\nhello")
    assert sung(parsed) == ["hello"]
    assert parsed.effects[0].word == "🙂🙂"


word = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäéñ'", min_size=1, max_size=9).filter(lambda w: any(c.isalpha() for c in w))
verse_line = st.lists(word, min_size=1, max_size=30).map(" ".join)
marked = st.lists(
    st.tuples(
        st.sampled_from(["[Verse]", "[Chorus]", "(Bridge)", "[Outro: soft]", "Chorus:"]), st.lists(verse_line, max_size=5)
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=120, deadline=None)
@given(marked)
def test_every_word_that_was_sent_is_sung_as_often_as_it_stands(sections):
    plain = [
        (mark, [line for line in lines if line.lower() not in ("verse", "chorus", "bridge", "outro", "intro", "refrain")])
        for mark, lines in sections
    ]
    text = "\n".join("\n".join((mark, *lines)) for mark, lines in plain)
    sent = [w for _, lines in plain for line in lines for w in re.findall(r"\w+", line)]
    assert sung(parse("[Intro]\nah\n" + text)) == ["ah", *sent]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_no_text_breaks_the_parser(text):
    try:
        parsed = parse(text)
    except Refused:
        return
    assert all(line.syllable_count for stanza in parsed.lyrics.stanzas for line in stanza.lines)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["[", "]", "(", ")", "Verse", "chorus", "\n", " ", ":", "x2", "la", "🙂", "#", "1"]), max_size=40
    ).map("".join)
)
def test_no_tangle_of_marks_breaks_the_parser(text):
    with contextlib.suppress(Refused):
        parse(text)
