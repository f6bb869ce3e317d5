"""Arrays → weights of the tune network: `python train.py ARRAYS.npz OUT.npz [MINUTES]` (needs torch; see README.md)."""

from __future__ import annotations

import sys
import time
from itertools import pairwise

import numpy as np
import torch
from torch import nn

CLASSES, WINDOW, BATCH = 44, 96, 48
CENTRE, SPREAD = -2, -1  # columns that are blurred, so that a wish need not be exact


class Net(nn.Module):
    """The same sums as troubadour.score.melody.network.Network."""

    def __init__(self, columns: int, embedding: int = 24, told: int = 160, width: int = 192, inner: int = 96) -> None:
        super().__init__()
        self.pitches = nn.Embedding(CLASSES, embedding)
        self.told = nn.Linear(columns + 4 * embedding, told)
        self.gru = nn.GRU(told, width, batch_first=True)
        self.inner = nn.Linear(width + told, inner)
        self.outer = nn.Linear(inner, CLASSES)
        self.drop = nn.Dropout(0.35)

    def forward(self, rows, recalled, last, before_last):
        """Scores of the classes, [songs, notes, classes]."""
        inputs = [
            rows,
            self.pitches(recalled[..., 0]),
            self.pitches(recalled[..., 1]),
            self.pitches(last),
            self.pitches(before_last),
        ]
        told = self.drop(torch.relu(self.told(torch.cat(inputs, -1))))
        hidden, _ = self.gru(told)
        return self.outer(self.drop(torch.relu(self.inner(torch.cat([self.drop(hidden), told], -1)))))


def shifted(targets: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The last and the last but one pitch of every note; 0 at the beginning of a song."""
    last, before = np.roll(targets, 1), np.roll(targets, 2)
    last[starts[:-1]] = before[starts[:-1]] = 0
    before[np.minimum(starts[:-1] + 1, len(before) - 1)] = 0
    return last, before


def main(path: str, out: str, minutes: float) -> None:
    """Train for some minutes and keep the weights that did best on the watching songs."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    stored = np.load(path)
    data = {name: stored[name] for name in stored.files}
    for side in ("train", "watch"):
        data[f"{side}_last"], data[f"{side}_before"] = shifted(data[f"{side}_targets"], data[f"{side}_starts"])
    columns = data["train_features"].shape[1]
    net = Net(columns)
    print("weights", sum(p.numel() for p in net.parameters()), "notes", len(data["train_targets"]), flush=True)
    optimizer = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=0.05)
    begin, best, step = time.time(), 9.0, 0
    total = len(data["train_targets"])

    def batch(starts: np.ndarray, side: str, size: int, jitter: bool) -> list[torch.Tensor]:
        index = starts[:, None] + np.arange(size)[None, :]
        rows = data[f"{side}_features"][index].astype(np.float32)
        if jitter:
            rows[..., CENTRE] += rng.normal(0, 1 / 12, (len(starts), 1))
            rows[..., SPREAD] += rng.normal(0, 0.1, (len(starts), 1))
        rest = [data[f"{side}_{name}"][index].astype(np.int64) for name in ("recalled", "last", "before", "targets")]
        if jitter:
            for array, share in zip(rest[:3], (0.05, 0.05, 0.1), strict=True):  # what it is told of the past has gaps
                array[rng.random(array.shape[:2]) < share] = 0
        return [torch.from_numpy(rows), *(torch.from_numpy(array) for array in rest)]

    def watched() -> float:
        net.eval()
        losses, count = 0.0, 0
        edges = data["watch_starts"]
        with torch.no_grad():
            for a, b in pairwise(edges):
                *inputs, target = batch(np.array([a]), "watch", b - a, False)
                losses += nn.functional.cross_entropy(net(*inputs)[0], target[0], reduction="sum").item()
                count += b - a
        net.train()
        return losses / count

    while (share := (time.time() - begin) / (minutes * 60)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * min(1, step / 100) * 0.5 * (1 + np.cos(np.pi * share)) + 1e-5
        *inputs, target = batch(rng.integers(0, total - WINDOW, BATCH), "train", WINDOW, True)
        loss = nn.functional.cross_entropy(net(*inputs).reshape(-1, CLASSES), target.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 150 == 0:
            now = watched()
            print(step, round(time.time() - begin), f"training {loss.item():.3f} watched {now:.4f}", flush=True)
            if now < best:
                best = now
                np.savez_compressed(out, **{k: v.numpy().astype(np.float16) for k, v in net.state_dict().items()})
    print("best", best, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else 12.0)
