"""How strong the places of a bar are."""

from __future__ import annotations

import pytest

from troubadour.brief import Metre
from troubadour.score.melody.metre import level


@pytest.mark.parametrize(
    ("metre", "eighths"),
    [
        (Metre(4, 4), [5, 2, 3, 2, 4, 2, 3, 2]),
        (Metre(3, 4), [5, 2, 3, 2, 3, 2]),
        (Metre(6, 8), [5, 2, 2, 4, 2, 2]),
        (Metre(12, 8), [5, 2, 2, 3, 2, 2, 4, 2, 2, 3, 2, 2]),
        (Metre(5, 4), [5, 2, 3, 2, 3, 2, 4, 2, 3, 2]),
        (Metre(7, 8), [5, 2, 4, 2, 4, 2, 2]),
    ],
    ids=str,
)
def test_bars_are_grouped_as_players_count_them(metre, eighths):
    assert [level(tick, metre) for tick in range(0, metre.bar_ticks, 240)] == eighths


def test_a_place_before_the_bar_counts_in_the_bar_before():
    assert level(-480, Metre(4, 4)) == level(3 * 480, Metre(4, 4)) == 3
