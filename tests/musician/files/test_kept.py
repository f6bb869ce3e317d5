"""What is kept of a mix gives back every sample, in whole or in part."""

from dataclasses import replace

import numpy as np
import pytest

from troubadour.files.kept import KeptReel, facts_json, facts_of, kept_facts, piece_name, pieces_of, stretches
from troubadour.mix.splice import PIECE_FRAMES

from ..mixes import mix_of_noise

FRAMES = 3 * PIECE_FRAMES + 777


@pytest.fixture(scope="module")
def mix():
    made = mix_of_noise({"bass": 0.04, "drums": 0.08}, FRAMES, seed=1)
    made.stems["drums"][:PIECE_FRAMES] = 0
    dry = {"vocals": made.stems["bass"][:, :1].copy()}
    return replace(made, master=made.stems["bass"] + made.stems["drums"], dry=dry)


@pytest.fixture(scope="module")
def pieces(mix):
    return dict(piece for stretch in stretches(mix) for piece in pieces_of(stretch))


@pytest.fixture(scope="module")
def reel(mix, pieces):
    facts = kept_facts(facts_json(facts_of(mix, ("Bank: MIT",), (), {"mp3": "Song.mp3"})))
    assert facts is not None
    return KeptReel(facts, lambda number: pieces[piece_name(number)])


def test_all_of_it_comes_back(mix, reel):
    again = reel.mix()
    assert (again.desk, again.loudness, reel.facts.credits, reel.facts.files) == (
        mix.desk,
        mix.loudness,
        ("Bank: MIT",),
        {"mp3": "Song.mp3"},
    )
    assert np.array_equal(again.master, mix.master)
    assert all(np.array_equal(again.stems[name], mix.stems[name]) for name in mix.stems)
    assert np.array_equal(again.dry["vocals"], mix.dry["vocals"])


@pytest.mark.parametrize(("start", "end"), [(0, 10), (PIECE_FRAMES - 5, PIECE_FRAMES + 5), (100_000, FRAMES)])
def test_a_part_is_read_from_its_pieces_alone(mix, reel, pieces, start, end):
    read = []
    part = replace(reel, piece=lambda number: (read.append(number), pieces[piece_name(number)])[1]).stretch(start, end)
    assert np.array_equal(part.master, mix.master[start:end])
    assert read == list(range(start // PIECE_FRAMES, -(-end // PIECE_FRAMES)))


def test_silence_takes_no_room_and_equal_pieces_are_equal_bytes(mix, pieces):
    silent = next(pieces_of(replace(next(stretches(mix)), stems={"drums": np.zeros((PIECE_FRAMES, 2), np.int32)}, dry={})))
    assert len(silent[1]) < 100
    assert dict(piece for stretch in stretches(mix) for piece in pieces_of(stretch)) == pieces


def test_what_another_version_kept_is_not_read():
    assert kept_facts('{"version": 2}') is None
