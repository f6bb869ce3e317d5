"""The conversions between score time, sound time, pitch and level."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubadour import units


def test_a_quarter_note_at_120_bpm_lasts_half_a_second() -> None:
    assert units.seconds_of_ticks(units.TICKS_PER_BEAT, 120) == 0.5


@given(st.fractions(0, 1000, max_denominator=5).filter(lambda beat: 480 % beat.denominator == 0))
def test_triplets_and_quintuplets_are_whole_ticks(beat) -> None:
    assert units.beats(units.ticks(float(beat))) == pytest.approx(float(beat), abs=1e-12)


@given(st.floats(-100, 40))
def test_db_is_the_inverse_of_gain(level_db: float) -> None:
    assert units.db(units.gain(level_db)) == pytest.approx(level_db, abs=1e-9)


def test_a4_is_440_hz_and_an_octave_doubles() -> None:
    assert units.hz(69) == 440.0
    assert units.hz(81) == pytest.approx(880.0)
