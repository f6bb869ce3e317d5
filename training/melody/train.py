"""Arrays → weights of one network: `python train.py ARRAYS.npz OUT.npz pitch|rhythm [STEPS]` (needs torch; see README.md).

The number of steps is fixed, not the time, so that one machine makes the same weights again.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import nn

CENTRE, SPREAD = -2, -1  # columns of the pitch network that are blurred, so that a wish need not be exact


@dataclass(frozen=True)
class Shape:
    """The size of a network and how it is trained."""

    classes: int
    embedded: int  # how many classes of the past it is told, by embedding
    embedding: int
    told: int
    width: int
    inner: int
    dropout: float
    decay: float
    window: int
    batch: int
    steps: int
    rate: float


SHAPES = {
    "pitch": Shape(44, 6, 20, 160, 208, 96, 0.25, 0.03, 128, 32, 2400, 3e-3),
    "rhythm": Shape(3, 0, 0, 96, 128, 48, 0.15, 0.02, 320, 24, 1100, 4e-3),
}
BLANKED = {"recalled": 0.05, "last": 0.05, "before": 0.08, "echoes": 0.15}


class Net(nn.Module):
    """The same sums as troubadour.score.melody.human.recurrent.Network."""

    def __init__(self, columns: int, shape: Shape) -> None:
        super().__init__()
        if shape.embedded:
            self.pitches = nn.Embedding(shape.classes, shape.embedding)
        self.told = nn.Linear(columns + shape.embedded * shape.embedding, shape.told)
        self.gru = nn.GRU(shape.told, shape.width, batch_first=True)
        self.inner = nn.Linear(shape.width + shape.told, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.classes)
        self.drop = nn.Dropout(shape.dropout)

    def forward(self, rows, past):
        """Scores of the classes, [songs, notes, classes]; `past` are classes of the past [songs, notes, how many]."""
        if past is not None:
            rows = torch.cat([rows, self.pitches(past).flatten(2)], -1)
        told = self.drop(torch.relu(self.told(rows)))
        hidden, _ = self.gru(told)
        return self.outer(self.drop(torch.relu(self.inner(torch.cat([self.drop(hidden), told], -1)))))


class Data:
    """One side of the arrays of one network."""

    def __init__(self, stored, kind: str, side: str) -> None:
        self.arrays = {
            name.removeprefix(f"{kind}_{side}_"): stored[name] for name in stored.files if name.startswith(f"{kind}_{side}_")
        }
        self.starts = self.arrays.pop("starts")
        self.pitch = kind == "pitch"
        targets = self.arrays["targets"].astype(np.int64)
        self.total = len(targets)
        if self.pitch:
            last, before = np.roll(targets, 1), np.roll(targets, 2)
            last[self.starts[:-1]] = before[self.starts[:-1]] = 0
            before[np.minimum(self.starts[:-1] + 1, len(before) - 1)] = 0
            self.arrays |= {"last": last, "before": before}

    def batch(self, starts: np.ndarray, size: int, rng: np.random.Generator | None) -> tuple[torch.Tensor, ...]:
        """(rows, past or None, targets, weights) of windows; blurred and with gaps where there is an `rng`."""
        index = starts[:, None] + np.arange(size)[None, :]
        rows = self.arrays["features"][index].astype(np.float32)
        if not self.pitch:
            rows = np.concatenate([rows, self.arrays["past"][index].astype(np.float32)], axis=2)
            weights = torch.from_numpy(self.arrays["weights"][index].astype(np.float32))
            return torch.from_numpy(rows), None, torch.from_numpy(self.arrays["targets"][index].astype(np.int64)), weights
        if rng is not None:
            rows[..., CENTRE] += rng.normal(0, 1 / 12, (len(starts), 1))
            rows[..., SPREAD] += rng.normal(0, 0.1, (len(starts), 1))
        columns = [("recalled", i) for i in range(3)] + [("last", None), ("before", None), ("echoes", None)]
        past = []
        for name, column in columns:
            array = self.arrays[name][index] if column is None else self.arrays[name][index][..., column]
            array = array.astype(np.int64)
            if rng is not None:
                array[rng.random(array.shape) < BLANKED[name]] = 0
            past.append(array)
        targets = torch.from_numpy(self.arrays["targets"][index].astype(np.int64))
        return torch.from_numpy(rows), torch.from_numpy(np.stack(past, -1)), targets, torch.ones(targets.shape)


def loss_of(net: Net, batch: tuple[torch.Tensor, ...], reduction: str = "mean") -> torch.Tensor:
    """Weighted cross-entropy."""
    rows, past, targets, weights = batch
    losses = nn.functional.cross_entropy(net(rows, past).flatten(0, 1), targets.flatten(), reduction="none")
    weighted = (losses * weights.flatten()).sum()
    return weighted if reduction == "sum" else weighted / weights.sum()


def main(path: str, out: str, kind: str, steps: int) -> None:
    """Train and keep the weights that did best on the watching songs."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    shape = SHAPES[kind]
    steps = steps or shape.steps
    stored = np.load(path)
    train, watch = Data(stored, kind, "train"), Data(stored, kind, "watch")
    columns = train.batch(np.array([0]), 2, None)[0].shape[-1]
    net = Net(columns, shape)
    print(kind, "weights", sum(p.numel() for p in net.parameters()), "examples", train.total, flush=True)
    optimizer = torch.optim.AdamW(net.parameters(), shape.rate, weight_decay=shape.decay)
    begin, best = time.time(), 9.0

    def watched() -> float:
        net.eval()
        losses, count = 0.0, 0.0
        with torch.no_grad():
            for a, b in list(pairwise(watch.starts))[:60]:
                if b > a:
                    batch = watch.batch(np.array([a]), b - a, None)
                    losses, count = losses + loss_of(net, batch, "sum").item(), count + batch[3].sum().item()
        net.train()
        return losses / count

    for step in range(1, steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = shape.rate * min(1, step / 100) * 0.5 * (1 + np.cos(np.pi * step / steps)) + 1e-5
        starts = rng.integers(0, train.total - shape.window, shape.batch)
        if kind == "rhythm":
            starts = starts // 16 * 16
        loss = loss_of(net, train.batch(starts, shape.window, rng))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        if step % 200 == 0 or step == steps:
            now = watched()
            print(step, round(time.time() - begin), f"training {loss.item():.3f} watched {now:.4f}", flush=True)
            if now < best:
                best = now
                np.savez_compressed(out, **{k: v.numpy().astype(np.float16) for k, v in net.state_dict().items()})
    print("best", best, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 0)
