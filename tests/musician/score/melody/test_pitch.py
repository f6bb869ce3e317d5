"""What the guidance wants of a pitch, and that the network's sums are right."""

from __future__ import annotations

import numpy as np

from troubadour.brief import Key, Metre
from troubadour.score.melody.human.pitches import CLASSES, HIGHEST, LOWEST, as_class
from troubadour.score.melody.human.recurrent import network
from troubadour.score.melody.learned import frame_tonic
from troubadour.score.melody.pitch import Ground, Register, Slot, fitness
from troubadour.score.melody.traits import Traits
from troubadour.score.value import Chord

C_MAJOR = Ground(Key(0), Metre(), (Chord(0, 1920, 0, "maj", 0),), Traits())
HOME = Register(55, 74, 64.0)


def wanted(slot, pitch, **register):
    pitches = np.arange(55, 75)
    return fitness(slot, 0, 3, pitches, Register(55, 74, 64.0, **register), C_MAJOR)[pitch - 55]


def test_a_long_strong_note_wants_a_chord_tone():
    assert wanted(Slot(0, 960), 64) > wanted(Slot(0, 960), 65)


def test_a_passing_note_cares_less():
    firm = wanted(Slot(0, 960), 64) - wanted(Slot(0, 960), 65)
    loose = wanted(Slot(120, 120), 64) - wanted(Slot(120, 120), 65)
    assert loose < firm


def test_a_pitch_outside_key_and_chord_is_hardly_ever_wanted():
    assert wanted(Slot(0, 240), 64) - wanted(Slot(0, 240), 63) > 1.0


def test_the_frame_puts_the_white_keys_under_every_mode():
    for key in (Key(0), Key(9, "minor"), Key(2, "dorian"), Key(7, "mixolydian"), Key(5, "lydian"), Key(4, "phrygian")):
        ground = Ground(key, Metre(), (), Traits())
        assert frame_tonic(ground, 66.0) % 12 == 0


def test_pitches_outside_the_frame_come_in_by_octaves():
    assert as_class(None) == 0
    assert as_class(LOWEST) == 1
    assert as_class(HIGHEST + 1) == as_class(HIGHEST - 11)
    assert as_class(LOWEST - 12) == as_class(LOWEST)


def test_the_network_gives_likelihoods_that_sum_to_one():
    net = network("all", "pitch")
    told = net.told(np.zeros((1, net.columns), np.float32))
    likely, hidden = net.step(told[0], np.ones((3, 6), np.int64), net.fresh(3))
    assert likely.shape == (3, CLASSES)
    assert np.allclose(np.exp(likely).sum(axis=1), 1, atol=1e-5)
    assert np.abs(hidden).max() <= 1
