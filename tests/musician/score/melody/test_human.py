"""What was learned from human songs: relations, plans, selectors, the copy check, and both sets of weights."""

from __future__ import annotations

import numpy as np
import pytest
from tests.musician.songs import brief

from troubadour.brief import LEARNED_FROM
from troubadour.plan.decide import decide
from troubadour.score.compose import compose
from troubadour.score.melody.human import copies
from troubadour.score.melody.human.bank import bank, written
from troubadour.score.melody.human.pitches import echoes
from troubadour.score.melody.human.portrait import RHYTHM_FIGURES, pitch_portrait, rhythm_portrait
from troubadour.score.melody.human.relations import NEW, Relation, Span, related, relations_of, sources
from troubadour.score.melody.human.rhythm import HOLD, ONSET
from troubadour.score.melody.human.trees import trees_of
from troubadour.score.melody.human.untold import timed

BAR = {0: 60, 480: 62, 960: 64, 1440: 65}


@pytest.mark.parametrize(
    ("other", "relation", "same"),
    [
        (BAR, "exact", True),
        ({**BAR, 1440: 67}, "near", True),
        ({tick: pitch + 5 for tick, pitch in BAR.items()}, "rhythm", True),
        ({0: 60, 480: 62, 960: 64, 1200: 65}, "near", False),
        ({240: 60, 720: 62}, "new", False),
        ({}, "new", False),
    ],
)
def test_bars_relate_by_rhythm_and_pitch(other, relation, same):
    assert related(BAR, other)[1:] == (relation, same)


def test_a_bar_refers_to_the_last_statement_of_its_phrase_before_equal_neighbours():
    spans = [Span("A", 0, 2), Span("B", 2, 2), Span("A", 4, 2)]
    bars = {0: BAR, 1: {0: 50}, 2: {0: 72, 240: 71}, 3: {}, 4: BAR, 5: {0: 55, 960: 50}}
    assert sources(spans, 2, 0)["P"] == 0
    assert relations_of(spans, bars)[4] == Relation("P", 0, "exact", True)
    assert relations_of(spans, bars)[2] == NEW


def test_plans_are_read_as_they_were_written():
    counts = bank("all")
    spans = [Span("A", 0, 8), Span("A", 8, 8)]
    for text in counts.plans[True, 8][:200]:
        plan = counts._read(text, spans, 1)
        assert all(written(one) in ("--", text[i * 2 : i * 2 + 2]) for i, one in enumerate(plan))


def test_what_followed_two_pitches_is_remembered():
    assert echoes([5, 7, 9, 5, 7, 8, 5, 7]).tolist() == [0, 0, 0, 0, 0, 9, 0, 0]


def test_trees_are_walked_as_they_are_drawn():
    stump = {
        "looks_at": np.array([[1, -1, -1]]), "threshold": np.array([[0.5, 0, 0]]), "lesser": np.array([[1, 0, 0]]),
        "greater": np.array([[2, 0, 0]]), "missing_lesser": np.array([[True, False, False]]), "worth": np.array([[0.0, -1.0, 2.0]]),
    }  # fmt: skip
    portraits = np.array([[9.0, 0.4], [0.0, 0.6], [0.0, np.nan]])
    assert trees_of(stump)(portraits).tolist() == [-1.0, 2.0, -1.0]


def test_a_portrait_has_all_its_figures_and_one_row_a_candidate():
    bars = np.zeros((8, 16), np.int64)
    bars[:, ::4], bars[:, 1::4] = ONSET, HOLD
    assert rhythm_portrait(bars).shape == (RHYTHM_FIGURES,)
    notes = timed(dict(enumerate(bars)))
    onsets, lengths = (np.array(column) // 120 for column in zip(*notes, strict=True))
    pitches = np.tile(np.arange(len(notes)) % 7, (3, 1))
    found = pitch_portrait(
        onsets, lengths, pitches, np.ones((len(notes), 12), bool), np.zeros(len(notes), int), 8, [len(notes) - 1]
    )
    assert found.shape[0] == 3
    assert (found[0] == found[1])[~np.isnan(found[0])].all()


def test_a_run_of_twelve_notes_is_known_in_every_key_and_a_run_of_eleven_is_not(monkeypatch):
    starts, tune = np.arange(12) * 2, np.array([0, 2, 4, 5, 7, 5, 4, 2, 0, 7, 9, 7])
    monkeypatch.setattr(copies, "index", lambda corpus: np.sort(copies.marks(starts, tune)))
    assert copies.copied(starts * 120, np.array([tune + 60, tune + 65]), "all").tolist() == [1, 1]
    changed = tune.copy()
    changed[11] += 1
    assert copies.copied(starts * 120, np.array([changed]), "all").tolist() == [0]
    assert copies.copied(starts[:11] * 120, np.array([tune[:11]]), "all").tolist() == [0]


@pytest.mark.parametrize("corpus", LEARNED_FROM)
def test_no_song_shares_twelve_notes_with_a_song_that_was_learned_from(corpus):
    for seed in range(3):
        wish = brief("pop", seed, duration_s=90.0)
        lead = next(p for p in compose(decide(_learned(wish, corpus))).parts if p.role == "lead").notes
        starts, pitches = np.array([n.start for n in lead]), np.array([[n.pitch for n in lead]])
        assert copies.copied(starts, pitches, corpus).tolist() == [0]


def test_the_songs_that_were_learned_from_are_part_of_the_request():
    tunes = [
        [p.notes for p in compose(decide(_learned(brief("pop", 4, duration_s=40.0), corpus))).parts if p.role == "lead"]
        for corpus in (*LEARNED_FROM, LEARNED_FROM[0])
    ]
    assert tunes[0] != tunes[1]
    assert tunes[0] == tunes[2]


def _learned(wish, corpus):
    from dataclasses import replace

    return replace(wish, request=replace(wish.request, learned_from=corpus))
