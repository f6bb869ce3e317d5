"""What holds for every tune: words set in any metre at any tempo, and whole songs from any lyrics."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troubadour.brief import Metre, Request
from troubadour.brief.read import read
from troubadour.plan.decide import decide
from troubadour.score.compose import compose
from troubadour.score.melody.metre import level
from troubadour.score.melody.setting import Pace, Sounded, Window, set_words, shared_out
from troubadour.score.melody.traits import Traits
from troubadour.words import Word

METRES = st.sampled_from(
    [Metre(4, 4), Metre(3, 4), Metre(2, 4), Metre(6, 8), Metre(9, 8), Metre(12, 8), Metre(5, 4), Metre(7, 8)]
)
KINDS = {"stressed": 2, "secondary": 1, "unstressed": 0, "content": 2, "function": 0}
SYLLABLES = st.builds(
    lambda kind, opens, pause: Sounded(kind, KINDS[kind], opens or kind in ("content", "function"), pause),
    st.sampled_from(sorted(KINDS)),
    st.booleans(),
    st.booleans(),
)
WORDS = st.sampled_from(
    [
        "river",
        "I",
        "the",
        "tomorrow",
        "1999",
        "electricity",
        "night,",
        "don't",
        "away",
        "xqzt",
        "oh",
        "Ünder",
        "(hey)",
        "everything!",
    ]
)
LYRICS = st.lists(st.lists(WORDS, min_size=1, max_size=9).map(" ".join), min_size=1, max_size=6).map("\n".join)


@given(
    st.lists(SYLLABLES, min_size=1, max_size=60),
    METRES,
    st.integers(1, 4),
    st.floats(40, 220),
    st.booleans(),
    st.integers(0, 480),
)
@settings(max_examples=150, deadline=None)
def test_any_syllables_get_places_in_order_inside_their_window(syllables, metre, bars, tempo_bpm, rap, pickup):
    window = Window(metre.bar_ticks, metre.bar_ticks * (1 + bars) - 120, pickup)
    rhythm = set_words(syllables, window, Pace(metre, tempo_bpm, Traits(), rap), np.random.default_rng(0))
    assert len(rhythm.onsets) == len(rhythm.lengths) == len(syllables)
    assert window.start - pickup <= rhythm.onsets[0]
    assert rhythm.onsets[-1] + rhythm.lengths[-1] <= window.end
    assert all(a < b for a, b in pairwise(rhythm.onsets))
    assert all(a + length <= b for (a, b), length in zip(pairwise(rhythm.onsets), rhythm.lengths, strict=False))
    assert min(rhythm.lengths) > 0


@given(st.lists(SYLLABLES, min_size=2, max_size=14), METRES, st.floats(60, 140))
@settings(max_examples=100, deadline=None)
def test_with_room_no_stress_is_weaker_than_the_rest_of_its_word(syllables, metre, tempo_bpm):
    window = Window(0, 4 * metre.bar_ticks, 0)
    onsets = set_words(syllables, window, Pace(metre, tempo_bpm, Traits()), np.random.default_rng(0)).onsets
    for index, (one, following) in enumerate(pairwise(syllables)):
        if not following.opens_word and one.stress > following.stress:
            assert level(onsets[index], metre) >= level(onsets[index + 1], metre)


@given(st.lists(st.floats(2, 30), min_size=1, max_size=24), st.integers(1, 16), METRES)
def test_the_lines_of_a_phrase_share_all_of_its_bars(weights, bars, metre):
    edges = shared_out(weights, bars, metre)
    assert (edges[0][0], edges[-1][1]) == (0, bars * metre.bar_ticks)
    assert all(a < b for a, b in edges)
    assert all(one[1] == two[0] for one, two in pairwise(edges))


@given(LYRICS, st.sampled_from(["pop", "jazz waltz", "hip hop", "folk in 6/8", "metal"]), st.integers(0, 3))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_word_of_any_lyrics_is_sung_on_notes_of_its_own_in_order(lyrics, text, seed):
    plan = decide(read(Request(text=text, lyrics=f"[Verse]\n{lyrics}\n[Chorus]\n{lyrics}", seed=seed)))
    score = compose(plan)
    lines = [line for section in plan.sections for phrase in section.phrases for line in phrase.lines]
    for backing in (False, True):
        wanted = [word for line in lines if line.backing == backing for word in line.words]
        parts = [part for part in score.sung if (part.name == "vocals") != backing]
        sung: list[list[Word]] = [[word for line in part.lines for word in line.words] for part in parts]
        assert not wanted or wanted in sung
    for part in score.sung:
        notes = [note for line in part.lines for syllable in line.notes for note in syllable]
        assert all(len(line.notes) == sum(len(word.syllables) for word in line.words) for line in part.lines)
        assert all(one.end <= two.start for one, two in pairwise(notes))
        assert notes[0].start >= 0
        assert notes[-1].end <= score.bars * score.metre.bar_ticks
