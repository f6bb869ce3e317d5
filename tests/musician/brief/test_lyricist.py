"""Words that are written: about the description, in lines one can sing, rhymed, another draft each time."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubadour.brief.lyricist import write_lyrics
from troubadour.brief.lyricist.sounds import coda_class, rhyme, syllables, vowels
from troubadour.brief.lyricist.subject import base_form, titled, understand
from troubadour.brief.lyrics import parse_lyrics

DESCRIPTIONS = [
    "a song about my grandmother's red bicycle",
    "heavy metal about a lonely lighthouse keeper",
    "losing my job and starting over in Berlin",
    "upbeat pop about my cat Oliver",
    "a robot learning to love",
    "lofi about coffee and studying late",
    "a slow waltz about winter trains",
    "the ocean at night",
    "protest song against war",
    "country song about an old truck",
    "first kiss in the rain",
    "a lullaby for my daughter",
]


def tables():
    folder = files("troubadour.brief.lyricist")
    return [tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in ("lines", "fields")]


def stanzas(draft):
    return [tuple(block.split("\n")[1:]) for block in draft.lyrics.split("\n\n")]


def ends(lines):
    return [re.findall(r"[\w']+", line)[-1].lower() for line in lines]


def test_there_are_templates_and_fields_enough():
    lines, fields = tables()
    slotted = [line for section in lines.values() for pool in section.values() for line in pool if "{" in line]
    assert len(slotted) >= 200
    assert sum(len(pool) for section in lines.values() for pool in section.values()) >= 400
    assert len(fields) >= 40
    for words in fields.values():
        typed = [
            w for slot in ("where", "thing", "things", "time", "doing", "do", "adj", "feel") for w in words[slot].split(",")
        ]
        assert len(set(typed)) >= 30


def test_every_slot_of_every_template_is_known():
    lines, fields = tables()
    slots = {
        slot.lower()
        for section in lines.values()
        for pool in section.values()
        for line in pool
        for slot in re.findall(r"\{(\w+)\}", line)
    }
    assert slots <= set(fields["love"]) | {"image", "it", "who", "whose", "place", "h", "the"}


@pytest.mark.parametrize("description", DESCRIPTIONS)
def test_a_draft_is_about_its_description(description):
    draft = write_lyrics(description, seed=5, take=0)
    nouns = [image.text.split()[-1].lower() for image in understand(description).images] or understand(description).doings[
        0
    ].split()
    assert any(noun in draft.lyrics.lower() for noun in nouns)
    assert draft.title.split()[0].lower() in draft.lyrics.lower()


@pytest.mark.parametrize("description", DESCRIPTIONS)
def test_lines_can_be_sung_in_a_breath(description):
    counts = [syllables(line) for stanza in stanzas(write_lyrics(description, 1, 0)) for line in stanza]
    assert all(4 <= count <= 12 for count in counts)
    assert sum(5 <= count <= 10 for count in counts) >= 0.9 * len(counts)


def test_most_quatrains_rhyme():
    made = [stanza for d in DESCRIPTIONS for stanza in stanzas(write_lyrics(d, 2, 0)) if len(stanza) == 4]
    rhymed = 0
    for stanza in made:
        words = ends(stanza)
        pairs = [(a, b) for i, a in enumerate(words) for b in words[i + 1 :] if a != b]
        rhymed += any(rhyme(a) == rhyme(b) or (vowels(a) == vowels(b) and coda_class(a) == coda_class(b)) for a, b in pairs)
    assert rhymed >= 0.9 * len(made)


def test_the_hook_is_in_the_chorus_twice():
    for description in DESCRIPTIONS:
        draft = write_lyrics(description, 3, 0)
        chorus = draft.lyrics.split("[Chorus]\n")[1].split("\n\n")[0]
        assert chorus.lower().count(draft.title.lower()) >= 2, description


def test_no_stanza_serves_two_subjects():
    seen = {}
    for description in DESCRIPTIONS:
        for stanza in set(stanzas(write_lyrics(description, 4, 0))):
            assert seen.setdefault(stanza, description) == description


def test_every_seed_and_take_writes_another_draft():
    drafts = [write_lyrics("a song about the harbour", seed, take).lyrics for seed in range(3) for take in range(2)]
    assert len(set(drafts)) == 6


def test_no_template_shows_its_slots_and_no_article_stumbles():
    for description in DESCRIPTIONS:
        text = write_lyrics(description, 6, 1).lyrics
        assert not re.search(r"[{}]|\b(?:the the|my the|the my|a [aeio]\w+|an [bcdfgjklmnpqrstvwxyz])\b", text)


def test_drafts_are_marked_lyrics():
    parsed = parse_lyrics(write_lyrics("rain over Tokyo", 1, 0).lyrics)
    assert parsed.lyrics.marked
    assert {"verse", "chorus"} <= {stanza.kind for stanza in parsed.lyrics.stanzas}


def test_less_room_makes_fewer_lines():
    sizes = [len(write_lyrics("summer love", 1, 0, room_s=room).lyrics.split("\n")) for room in (12, 40, 80, 140, 320)]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize(
    ("description", "images"),
    [
        ("a song about my grandmother's red bicycle", {"the red bicycle", "my grandmother"}),
        ("a slow piano waltz about winter trains", {"the winter trains"}),
        ("about treasure and rum", {"treasure", "rum"}),
        ("two cats in Paris", {"two cats", "Paris"}),
        ("sad jazz, female vocals, 90 bpm", set()),
    ],
)
def test_nouns_of_a_description_become_images_with_their_article(description, images):
    assert {image.text for image in understand(description).images} == images


@pytest.mark.parametrize(
    ("doing", "base"),
    [
        ("driving home", "drive home"),
        ("running away", "run away"),
        ("falling in love", "fall in love"),
        ("losing my job", "lose my job"),
        ("dancing", "dance"),
        ("waiting", "wait"),
        ("leaving", "leave"),
        ("coming home", "come home"),
        ("singing", "sing"),
    ],
)
def test_a_verb_finds_its_base(doing, base):
    assert base_form(doing) == base


def test_titles_keep_small_words_small():
    assert titled("dancing in the rain") == "Dancing in the Rain"


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=100))
def test_no_description_breaks_the_lyricist(description):
    draft = write_lyrics(description, 0, 0)
    assert draft.title
    assert parse_lyrics(draft.lyrics).sung


def test_lines_that_were_written_together_are_sung_together():
    pairs = [text.split(" / ") for role in tables()[0]["pairs"].values() for text in role]
    heads = {re.sub(r"\{\w+\}.*", "", first).strip(): second for first, second in pairs if not first.startswith("{")}
    met = 0
    for description in DESCRIPTIONS:
        lines = write_lyrics(description, 9, 0).lyrics.split("\n")
        for line, after in pairwise(lines):
            second = next((tail for head, tail in heads.items() if len(head) > 12 and line.startswith(head)), None)
            if second is not None:
                met += 1
                assert after.lower().startswith(re.sub(r"\{\w+\}.*", "", second).lower().strip()[:6])
    assert met >= 5


def test_what_belongs_to_somebody_may_be_the_title():
    hooks = {hook.title for hook in understand("a song about my grandmother's kitchen and the smell of bread").hooks}
    assert "My Grandmother's Kitchen" in hooks
