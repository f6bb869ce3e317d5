"""Tracks on tape: what was put away comes back, and silence costs nothing."""

import os

import numpy as np

from troubadour.tape import TENTH, Tape, sounding


def test_what_is_put_on_tape_comes_back():
    track = np.random.default_rng(1).standard_normal((3 * TENTH + 7, 2)).astype(np.float32)
    tape = Tape()
    tape.put("drums", track)
    assert (tape["drums"] == track).all()


def test_a_track_is_recorded_over_whole():
    tape = Tape()
    tape.put("bass", np.ones((4 * TENTH, 2), np.float32))
    short = np.zeros((4 * TENTH, 2), np.float32)
    short[: TENTH // 2] = 0.5
    tape.put("bass", short)
    assert (tape["bass"] == short).all()


def test_silence_takes_no_room():
    track = np.zeros((100 * TENTH, 2), np.float32)
    track[50 * TENTH] = 1.0
    tape = Tape()
    tape.put("effects", track)
    file = tape._tracks["effects"][0]
    assert os.fstat(file.fileno()).st_blocks * 512 < 3 * TENTH * 8


def test_sound_is_found_in_whole_tenths_of_a_second():
    track = np.zeros((10 * TENTH, 2), np.int16)
    track[2 * TENTH + 5, 1] = -1
    assert sounding(track).tolist() == [[2 * TENTH, 3 * TENTH]]
    assert sounding(track, ringing_tenths=2).tolist() == [[2 * TENTH, 5 * TENTH]]
