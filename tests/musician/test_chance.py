"""Streams of chance: named, independent, repeatable."""

from __future__ import annotations

import subprocess
import sys

from troubadour.chance import Chance


def test_the_same_name_gives_the_same_numbers_in_another_process() -> None:
    code = "from troubadour.chance import Chance; print(Chance(7, 1).stream('drums', 3).integers(2**60))"
    elsewhere = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(elsewhere) == Chance(7, 1).stream("drums", 3).integers(2**60)


def test_names_seeds_and_takes_give_different_numbers() -> None:
    draws = [
        Chance(seed, take).stream(*name).integers(2**60)
        for seed in (0, 1)
        for take in (0, 1)
        for name in (("drums", 0), ("drums", 1), ("bass", 0))
    ]
    assert len(set(draws)) == len(draws)


def test_more_draws_from_one_stream_leave_another_alone() -> None:
    chance = Chance(3)
    chance.stream("drums").random(1000)
    assert chance.stream("melody").random() == Chance(3).stream("melody").random()
