"""What roman numerals mean."""

import pytest

from troubadour.theory.chords import numeral


@pytest.mark.parametrize(
    ("text", "root", "bass"),
    [("V/7", 7, 11), ("I/7", 0, 11), ("V7/7", 7, 5), ("ii/3", 2, 5), ("I/3", 0, 4), ("IV/5", 5, 0), ("V7/5", 7, 2)],
)
def test_what_stands_under_a_chord(text, root, bass):
    assert (numeral(text).root, numeral(text).bass) == (root, bass)
