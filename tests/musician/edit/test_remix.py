"""Instructions on recordings: what is done to the parts that it comes apart into, and what is said of the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.musician.edit.test_recast import SUNG, source

from troubadour.brief import Request
from troubadour.edit import Instruct
from troubadour.edit.apply import edit, rehearse
from troubadour.edit.remix import remixed
from troubadour.edit.unmix import taken_apart
from troubadour.errors import BadRequest
from troubadour.mix.pcm import sixteen_bit
from troubadour.units import SAMPLE_RATE_HZ

SHORT = source(replace(SUNG, duration_s=6.0))


def told(instruction, **more):
    return [effect.effect for effect in remixed(source(), Instruct(Request(), instruction, **more))[0].heeded]


def test_what_can_be_done_and_what_cannot_is_said_clause_by_clause():
    wanted = "make the drums harder, drop the vocals from 0:05 to 0:10, add a flute, louder guitar, swim around"
    assert told(wanted) == [
        "drums: played harder, everywhere",
        "vocals: left out, from 5 s to 10 s",
        "nothing was done: a recording has no notes, so nobody in it can be added",
        "nothing was done: only vocals, drums and bass can be told apart in a recording",
        "not understood, nothing was done",
    ]


@pytest.mark.parametrize("instruction", ["faster", "replace the guitar with a violin", "louder guitar"])
def test_an_instruction_of_which_nothing_can_be_done_is_refused(instruction):
    with pytest.raises(BadRequest, match="nothing was done"):
        rehearse(Instruct(Request(), instruction), [source()])


def test_a_part_is_left_out_between_two_times_and_every_other_sample_stays():
    old, parts = SHORT.mix().master, taken_apart(SHORT)
    made = edit(Instruct(Request(), "drop the vocals from 0:02 to 0:04"), [SHORT]).mix
    assert made is not None
    in_16 = [sixteen_bit(mix)[0] for mix in (SHORT.mix(), made)]
    for before, after in ((old, made.master), in_16):
        changed = np.flatnonzero((before != after).any(axis=1)) / SAMPLE_RATE_HZ
        assert 1.9 < changed[0] < changed[-1] < 4.1
    inside = slice(5 * SAMPLE_RATE_HZ // 2, 7 * SAMPLE_RATE_HZ // 2)
    assert np.array_equal(made.master[inside], (old - parts["vocals"])[inside])
    assert not made.stems["vocals"][inside].any()


def test_a_window_and_a_level_are_kept_and_nothing_clips():
    old = SHORT.mix().master
    made = edit(Instruct(Request(), "everything much louder", 2.0, 4.0), [SHORT]).mix
    assert made is not None
    changed = np.flatnonzero((made.master != old).any(axis=1)) / SAMPLE_RATE_HZ
    assert 2.0 <= changed[0] < changed[-1] <= 4.0
    assert np.abs(made.master).max() < 2**23 - 1
