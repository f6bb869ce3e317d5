"""The trained networks, on numpy: a layer, a gated recurrent unit, two layers to the classes.

What is known before anything is drawn (`Network.told`) goes through the first layer at once; then step by step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
EMBEDDED = 6  # classes of the past that the pitch network is told
CORPORA = ("pop", "public_domain")  # the sets of weights: all songs, or songs in the public domain alone


@dataclass(frozen=True)
class Network:
    """Trained weights. Inputs are `columns` numbers and, for pitch, embedded classes of the past."""

    weights: Mapping[str, Floats] = field(repr=False)
    columns: int
    lookups: tuple[Floats, ...]  # for each class of the past what it adds to the first layer

    @property
    def width(self) -> int:
        """Numbers that it remembers."""
        return int(self.weights["gru.weight_hh_l0"].shape[0])

    def fresh(self, size: int) -> Floats:
        """The memory before the first step, for a batch."""
        return np.zeros((size, self.width), np.float32)

    def told(self, rows: Floats) -> Floats:
        """[…, columns] → what the first layer makes of them, before the past is added."""
        return np.asarray(rows @ self.weights["told.weight"][: self.columns] + self.weights["told.bias"], np.float32)

    def step(self, told: Floats, past: Ints | None, hidden: Floats) -> tuple[Floats, Floats]:
        """(log-likelihoods [batch, classes], new memory) of one step; `past` are classes [batch, how many]."""
        w, width = self.weights, self.width
        if past is not None:
            told = told + sum(table[past[:, index]] for index, table in enumerate(self.lookups))
        told = np.maximum(told, 0)
        x = told @ w["gru.weight_ih_l0"] + w["gru.bias_ih_l0"]
        h = hidden @ w["gru.weight_hh_l0"] + w["gru.bias_hh_l0"]
        gates = 1 / (1 + np.exp(-(x[:, : 2 * width] + h[:, : 2 * width])))
        new = np.tanh(x[:, 2 * width :] + gates[:, :width] * h[:, 2 * width :])
        hidden = (1 - gates[:, width:]) * new + gates[:, width:] * hidden
        inner = np.maximum(np.concatenate([hidden, told], axis=1) @ w["inner.weight"] + w["inner.bias"], 0)
        logits = inner @ w["outer.weight"] + w["outer.bias"]
        logits = logits - logits.max(axis=1, keepdims=True)
        return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), np.float32), np.asarray(
            hidden, np.float32
        )


def network_of(stored: Mapping[str, NDArray[np.generic]]) -> Network:
    """A network from its stored arrays (in PyTorch's arrangement)."""
    weights = {name: array.astype(np.float32) for name, array in stored.items()}
    embedded = weights.pop("pitches.weight", None)
    turned = {name: np.ascontiguousarray(array.T) for name, array in weights.items()}
    if embedded is None:
        return Network(turned, turned["told.weight"].shape[0], ())
    size = embedded.shape[1]
    columns = turned["told.weight"].shape[0] - EMBEDDED * size
    blocks = np.split(turned["told.weight"][columns:], EMBEDDED)
    return Network(turned, columns, tuple(np.asarray(embedded @ block, np.float32) for block in blocks))


@cache
def network(corpus: str, kind: str) -> Network:
    """The weights that come with the package: `kind` is pitch or rhythm."""
    with resources.files(__package__).joinpath(f"{corpus}.npz").open("rb") as file, np.load(file) as stored:
        return network_of({n.removeprefix(f"{kind}."): stored[n] for n in stored.files if n.startswith(f"{kind}.")})
