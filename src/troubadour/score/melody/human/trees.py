"""Boosted trees as plain arrays: how human a portrait looks. Trained in `training/melody/judges.py`; all trees are walked at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DEEPEST = 24


@dataclass(frozen=True)
class Trees:
    """[trees, nodes]: what a node looks at (-1: a leaf), its threshold, where lesser, greater and missing go, a leaf's worth."""

    looks_at: NDArray[np.int64] = field(repr=False)
    threshold: Floats = field(repr=False)
    lesser: NDArray[np.int64] = field(repr=False)
    greater: NDArray[np.int64] = field(repr=False)
    missing_lesser: NDArray[np.bool_] = field(repr=False)
    worth: Floats = field(repr=False)

    def __call__(self, portraits: Floats) -> Floats:
        """[rows]: log-odds that each portrait is human."""
        rows, trees = np.arange(len(portraits))[:, None], np.arange(len(self.worth))[None, :]
        node = np.zeros((len(portraits), len(self.worth)), np.int64)
        for _ in range(DEEPEST):
            look = self.looks_at[trees, node]
            if (look < 0).all():
                break
            value = portraits[rows, np.maximum(look, 0)]
            left = np.where(np.isnan(value), self.missing_lesser[trees, node], value <= self.threshold[trees, node])
            following = np.where(left, self.lesser[trees, node], self.greater[trees, node])
            node = np.where(look < 0, node, following)
        return np.asarray(self.worth[trees, node].sum(axis=1))


def trees_of(stored: Mapping[str, NDArray[np.generic]]) -> Trees:
    """Trees from their stored arrays."""
    whole = {name: stored[name].astype(np.int64) for name in ("looks_at", "lesser", "greater")}
    return Trees(
        whole["looks_at"], stored["threshold"].astype(float), whole["lesser"], whole["greater"],
        stored["missing_lesser"].astype(bool), stored["worth"].astype(float),
    )  # fmt: skip


@cache
def trees(corpus: str, kind: str) -> Trees | None:
    """The selector that comes with a set of weights, if it has one: `kind` is rhythm or pitch."""
    with resources.files(__package__).joinpath(f"{corpus}.npz").open("rb") as file, np.load(file) as stored:
        prefix = f"judge.{kind}."
        found = {name.removeprefix(prefix): stored[name] for name in stored.files if name.startswith(prefix)}
        return trees_of(found) if found else None
