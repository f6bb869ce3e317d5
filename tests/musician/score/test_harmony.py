"""How fast chords move: as long as human ones last, at every tempo."""

import numpy as np
import pytest
from tests.musician.songs import brief

from troubadour.plan.decide import decide
from troubadour.score.harmony import harmonised
from troubadour.score.value import Chord
from troubadour.styles import STYLES


def chords(style: str, tempo_bpm: float, seed: int, **harmony: float) -> tuple[tuple[Chord, ...], float]:
    """A song's chords and how long they last on average, in seconds, where its harmony likes this and that."""
    chosen = STYLES[style]
    liked = chosen.model_copy(update={"harmony": chosen.harmony.model_copy(update=harmony)})
    found = harmonised(decide(brief(style, seed, tempo_bpm=tempo_bpm)), liked)
    return found, float(np.mean([chord.length for chord in found])) / 480 * 60 / tempo_bpm


@pytest.mark.parametrize("tempo_bpm", [64.0, 88.0, 126.0])
def test_a_human_chord_lasts_about_as_long_at_every_tempo(tempo_bpm: float):
    lengths_s = [chords("pop", tempo_bpm, seed, learned=1.0)[1] for seed in range(6)]
    assert 1.5 < np.mean(lengths_s) < 2.9  # POP909: 2.1 to 2.4


def test_in_long_bars_a_loop_goes_two_chords_a_bar():
    slow = [len(chords("soul", 70.0, seed, two_a_bar=share)[0]) for share in (0.0, 1.0) for seed in range(3)]
    fast = [chords("soul", 120.0, seed, two_a_bar=share)[0] for share in (0.0, 1.0) for seed in range(3)]
    assert min(slow[3:]) > max(slow[:3])
    assert fast[:3] == fast[3:]
