"""`separator_at`: the network whose weights lie at a path, and how it is led through a recording of any length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from troubadour.errors import BadWeights
from troubadour.listen.networks.htdemucs import htdemucs
from troubadour.listen.networks.roformer import roformer
from troubadour.listen.networks.weights import Weights, read_weights

Floats = NDArray[np.float32]

OVERLAP = 0.25  # of a piece: neighbours fade into each other


class Network(Protocol):
    """A network that takes pieces of one length apart."""

    @property
    def sources(self) -> tuple[str, ...]:
        """What comes out of it, in order."""
        ...

    @property
    def frames(self) -> int:
        """The length of a piece."""
        ...

    def apart(self, piece: Floats) -> Floats:
        """The sources of a piece [2, frames]: [sources, 2, frames]."""
        ...


NETWORKS: dict[str, Callable[[Weights], Network]] = {
    "HTDemucs": htdemucs, "BSRoformer": roformer, "MelBandRoformer": roformer,
}  # fmt: skip


@dataclass(frozen=True)
class Separator:
    """A network with the name that it is spoken of by."""

    name: str
    network: Network

    @property
    def sources(self) -> tuple[str, ...]:
        """The stems that it makes."""
        return self.network.sources

    def separated(self, audio: Floats) -> dict[str, Floats]:
        """The stems of a recording, float32 [frames, 2], piece by piece, each counting most in its middle."""
        level, spread = float(audio.mean()), float(audio.mean(axis=1).std()) + 1e-8
        evened = ((audio - level) / spread).T
        size = self.network.frames
        fade = np.minimum(np.arange(1, size + 1), np.arange(size, 0, -1)).astype(np.float32) / (size / 2)
        made = np.zeros((len(self.sources), *evened.shape), np.float32)
        weight = np.zeros(evened.shape[1], np.float32)
        for start in range(0, evened.shape[1], int(size * (1.0 - OVERLAP))):
            piece = evened[:, start : start + size]
            long = piece.shape[1]
            apart = self.network.apart(np.pad(piece, ((0, 0), (0, size - long))))[..., :long]
            made[..., start : start + long] += apart * fade[:long]
            weight[start : start + long] += fade[:long]
        made = made / weight * spread + level
        return {name: made[number].T for number, name in enumerate(self.sources)}


def separator_at(path: Path) -> Separator:
    """The network whose weights lie at a path. Raises BadWeights."""
    weights = read_weights(path)
    if weights.klass not in NETWORKS:
        known = ", ".join(NETWORKS)
        raise BadWeights(f"the header of {str(path)!r} names the network {weights.klass or 'nothing'!r}; known are {known}")
    network = NETWORKS[weights.klass](weights)
    if not network.sources:
        raise BadWeights(f"the header of {str(path)!r} does not say what comes out of the network (`sources`)")
    return Separator(f"{weights.klass} ({path.name})", network)
