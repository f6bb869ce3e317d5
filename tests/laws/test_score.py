"""Laws that every score obeys, whatever its style, length, metre and seed."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.musician.songs import SOME_STYLES, SONG, brief

from troubadour.brief import Metre
from troubadour.edit.passages import passages_of, transposed
from troubadour.plan.decide import decide
from troubadour.score import Score
from troubadour.score.compose import compose
from troubadour.styles import STYLES
from troubadour.theory.chords import tones
from troubadour.theory.instruments import INSTRUMENTS

METRES = (None, Metre(3, 4), Metre(5, 4), Metre(6, 8), Metre(7, 8), Metre(12, 8))
songs = st.builds(
    lambda style, seed, metre, length_s, sung: (style, seed, metre, length_s, sung),
    st.sampled_from(sorted(STYLES)),
    st.integers(0, 10_000),
    st.sampled_from(METRES),
    st.sampled_from((10.0, 25.0, 61.3, 100.0)),
    st.booleans(),
)


@cache
def score_of(style: str, seed: int, metre: Metre | None, length_s: float, sung: bool, take: int = 0) -> Score:
    words = SONG if sung and length_s > 60 else None
    return compose(decide(brief(style, seed, take, words, metre=metre, duration_s=length_s if not words else length_s * 2)))


@given(songs)
@settings(max_examples=20, deadline=None)
def test_a_score_is_well_formed(wish):
    score = score_of(*wish)
    end = score.frames / 44_100
    for part in score.parts:
        low, high = INSTRUMENTS[part.instrument].low, INSTRUMENTS[part.instrument].high
        assert list(part.notes) == sorted(part.notes, key=lambda n: (n.start, n.pitch))
        assert len({(n.start, n.pitch) for n in part.notes}) == len(part.notes)
        for note in part.notes:
            assert note.length > 0
            assert note.start >= 0
            assert 1 <= note.velocity <= 127
            assert low <= note.pitch <= high
            assert score.seconds_at(note.end) <= end - 0.25
    assert sum(p.bars for p in score.phrases) == score.bars == sum(s.bars for s in score.sections)


@given(songs)
@settings(max_examples=15, deadline=None)
def test_chords_cover_every_bar_without_gap_or_overlap(wish):
    score = score_of(*wish)
    at = 0
    for chord in score.chords:
        assert chord.start == at
        at = chord.end
    assert at == score.bars * score.metre.bar_ticks


@given(songs)
@settings(max_examples=15, deadline=None)
def test_the_bass_stands_on_the_chord_where_it_changes(wish):
    score = score_of(*wish)
    basses = [n for p in score.parts if p.role == "bass" and p.instrument != "cello" for n in p.notes]
    for chord in score.chords:
        at_change = [n.pitch % 12 for n in basses if n.start == chord.start]
        assert all(pitch in {chord.bass, *tones(chord.root, chord.quality)} for pitch in at_change)


@pytest.mark.parametrize("style", SOME_STYLES)
def test_the_same_seed_gives_the_same_score_and_another_take_another(style: str):
    wish = brief(style, 7, 0, None, duration_s=30.0)
    assert compose(decide(wish)) == compose(decide(wish))
    other = compose(decide(brief(style, 7, 1, None, duration_s=30.0)))
    assert other.chords != compose(decide(wish)).chords
    assert other.parts != compose(decide(wish)).parts


def test_refusing_the_drums_leaves_every_other_part_alone():
    plan = decide(brief("pop", 3, duration_s=60.0))
    score = compose(plan)
    without = compose(replace(plan, band=tuple(p for p in plan.band if p.role not in ("drums", "percussion"))))
    kept = [p for p in score.parts if p.role not in ("drums", "percussion")]
    assert [p.notes for p in kept] == [p.notes for p in without.parts]


@given(songs, st.integers(-11, 11))
@settings(max_examples=6, deadline=None)
def test_a_passage_that_is_moved_up_and_down_again_is_what_it_was(wish, semitones: int):
    for passage in passages_of(score_of(*wish)):
        moved = transposed(passage, semitones)
        assert transposed(moved, -semitones) == passage
        assert [n.pitch - o.pitch for n, o in zip(moved.tune(), passage.tune(), strict=True)] == [semitones] * len(
            passage.tune()
        )
