"""Remasters: another sound, the same notes."""

from __future__ import annotations

import numpy as np
import pytest

from troubadour.edit import Remaster
from troubadour.edit.remaster import remastered_song, revised
from troubadour.edit.source import Source
from troubadour.errors import BadRequest
from troubadour.mix.balance import balance
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.stems import Stems
from troubadour.theory.instruments import INSTRUMENTS


def test_a_subtle_one_is_the_same_performance_in_another_tone(small_stems: Stems, small_plan: Plan, small_score: Score) -> None:
    mix = balance(small_stems, small_plan, small_score)
    made = remastered_song(
        Source(small_plan, small_score, mix.desk, lambda: mix), Remaster("subtle"), lambda what, done: None
    ).mix
    assert made is not None
    assert made.master.shape == mix.master.shape
    assert (made.master == sum(made.stems.values())).all()
    assert abs(made.loudness.integrated_lufs - mix.loudness.integrated_lufs) < 0.2
    likeness = np.corrcoef(made.master[:, 0], mix.master[:, 0])[0, 1]
    assert 0.9 < likeness < 0.9999


@pytest.mark.parametrize("variation", ["normal", "high"])
def test_no_note_changes(variation: str, small_plan: Plan, small_score: Score) -> None:
    made, room = revised(small_plan, small_score, Remaster(variation))
    assert [part.notes for part in made.score.parts] == [part.notes for part in small_score.parts]
    assert (made.score.sung, made.score.frames, made.score.tempos) == (small_score.sung, small_score.frames, small_score.tempos)
    assert made.score.seed != small_score.seed
    assert bool(room) == (variation == "high")


def test_a_high_one_recasts_the_band_inside_its_stems(small_plan: Plan, small_score: Score) -> None:
    made, _ = revised(small_plan, small_score, Remaster("high"))
    changed = [(a, b) for a, b in zip(small_score.parts, made.score.parts, strict=True) if a.instrument != b.instrument]
    assert len(changed) >= 3
    for old, new in changed:
        instrument = INSTRUMENTS[new.instrument]
        assert instrument.stem == INSTRUMENTS[old.instrument].stem
        assert all(instrument.low <= note.pitch <= instrument.high for note in new.notes)
    assert {player.instrument for player in made.plan.band} == {part.instrument for part in made.score.parts}


def test_an_unknown_variation_is_refused(small_plan: Plan, small_score: Score) -> None:
    with pytest.raises(BadRequest, match="subtle, normal, high"):
        revised(small_plan, small_score, Remaster("extreme"))
