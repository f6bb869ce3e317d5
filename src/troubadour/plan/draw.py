"""Choices that differ from take to take.

A draw orders all options by the seed alone, weights considered, and the take walks down that order: so the second take of
a song never gets the first one's choice while there is another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from troubadour.chance import Chance

T = TypeVar("T")


def ordered(options: Sequence[T], seed: int, *name: str | int, weights: Sequence[float] | None = None) -> list[T]:
    """All options, the likeliest first more often than not (Efraimidis and Spirakis 2006: keys u^(1/w))."""
    stream = Chance(seed).stream("draw", *name)
    shares = np.maximum(np.asarray(weights if weights is not None else [1.0] * len(options), float), 1e-9)
    keys = np.log(stream.random(len(options))) / shares
    return [options[i] for i in np.argsort(-keys, kind="stable")]


def drawn(options: Sequence[T], seed: int, take: int, *name: str | int, weights: Sequence[float] | None = None) -> T:
    """One option; neighbouring takes get different ones."""
    return ordered(options, seed, *name, weights=weights)[take % len(options)]
