"""Nothing is copied: no run of twelve notes of a training song, by (interval, time to the next onset), whatever the key.

The songs are not here: only a number of 32 bits for each of their runs. A number that fits by chance (1 run in 13,000) costs a
redraw.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

LONGEST = 11  # notes that a tune may share with a song
RUN = LONGEST  # notes before a phrase that a copied run may begin with
LATEST = 16  # sixteenths to the next onset beyond which all is one
FACTOR, SALT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)


def marks(starts: Ints, pitches: Ints) -> NDArray[np.uint32]:
    """[…, runs]: the numbers of all runs of twelve notes; starts in sixteenths [notes], pitches […, notes]."""
    intervals, waits = np.diff(pitches, axis=-1), np.minimum(np.diff(starts), LATEST)
    pairs = ((intervals + 128) * 32 + waits).astype(np.uint64)
    count = pairs.shape[-1] - LONGEST + 1
    if count <= 0:
        return np.zeros((*pairs.shape[:-1], 0), np.uint32)
    found = np.zeros((*pairs.shape[:-1], count), np.uint64)
    for index in range(LONGEST):
        found = (found ^ pairs[..., index : index + count]) * FACTOR
        found ^= found >> np.uint64(29)
    return np.asarray((found * SALT) >> np.uint64(32), np.uint32)


@cache
def index(corpus: str) -> NDArray[np.uint32]:
    """The marks of all runs of the songs that a set of weights learned from, sorted."""
    with resources.files(__package__).joinpath(f"{corpus}.copies.npz").open("rb") as file, np.load(file) as stored:
        return np.cumsum(stored["low"].astype(np.uint64) + (stored["high"].astype(np.uint64) << np.uint64(8))).astype(np.uint32)


def copied(starts_ticks: Ints, pitches: Ints, corpus: str) -> Ints:
    """[candidates]: how many runs of twelve notes each candidate shares with a song."""
    found = marks(np.round(np.asarray(starts_ticks) / 120).astype(np.int64), pitches)
    known = index(corpus)
    places = np.minimum(np.searchsorted(known, found), len(known) - 1)
    return np.asarray((known[places] == found).sum(axis=-1), np.int64)
