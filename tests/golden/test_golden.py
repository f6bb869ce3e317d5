"""The goldens stand. One that does not: read `python -m tests.golden.goldens` as music, and renew it if it is better."""

import pytest
from tests.golden.goldens import SONGS, kept, written


@pytest.mark.parametrize("name", SONGS)
def test_a_golden_song_is_composed_as_it_was_kept(name):
    assert written(name) == kept(name)
