"""Portraits → selectors: `python judges.py OUT.npz WINDOWS.npz …` (needs scikit-learn; see README.md).

Each round learns what still betrays the choices of the rounds before; a selector is the sum of its rounds.
"""

from __future__ import annotations

import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

TREES, LEAVES, RATE = 140, 10, 0.07


def fitted(human: np.ndarray, drawn: np.ndarray) -> HistGradientBoostingClassifier:
    """Boosted trees that tell human rows from drawn ones, both sides weighing the same."""
    rows = np.vstack([human, drawn])
    truth = np.r_[np.ones(len(human)), np.zeros(len(drawn))]
    weights = np.r_[np.full(len(human), len(drawn) / len(human)), np.ones(len(drawn))]
    model = HistGradientBoostingClassifier(
        max_iter=TREES, learning_rate=RATE, max_leaf_nodes=LEAVES, l2_regularization=1.0, random_state=0
    )
    return model.fit(rows, truth, weights)


def arrays(model: HistGradientBoostingClassifier) -> dict[str, np.ndarray]:
    """The trees as troubadour.score.melody.human.trees wants them."""
    trees = [rounds[0].nodes for rounds in model._predictors]
    size = max(len(nodes) for nodes in trees)

    def padded(field: str, kind: type, leaf: float) -> np.ndarray:
        made = np.full((len(trees), size), leaf, kind)
        for row, nodes in zip(made, trees, strict=True):
            row[: len(nodes)] = nodes[field]
        return made

    looks_at = padded("feature_idx", np.int16, -1)
    is_leaf = padded("is_leaf", bool, True)
    worth = np.where(is_leaf, padded("value", np.float32, 0.0), 0.0).astype(np.float32)
    return {
        "looks_at": np.where(is_leaf, -1, looks_at).astype(np.int16), "threshold": padded("num_threshold", np.float32, 0.0),
        "lesser": padded("left", np.uint8, 0), "greater": padded("right", np.uint8, 0),
        "missing_lesser": padded("missing_go_to_left", bool, False), "worth": worth,
    }  # fmt: skip


def together(rounds: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The trees of several rounds as one selector."""
    size = max(trees["worth"].shape[1] for trees in rounds)

    def widened(array: np.ndarray, leaf: float) -> np.ndarray:
        return np.pad(array, ((0, 0), (0, size - array.shape[1])), constant_values=leaf)

    return {
        name: np.concatenate([widened(trees[name], -1 if name == "looks_at" else 0) for trees in rounds]) for name in rounds[0]
    }


def main(out: str, paths: list[str]) -> None:
    """Train both selectors and say how well each round tells on rows that it did not see."""
    made: dict[str, np.ndarray] = {}
    for kind in ("rhythm", "pitch"):
        rounds = []
        for path in paths:
            with np.load(path) as stored:
                human, drawn = stored[f"{kind}_human"], stored[f"{kind}_drawn"]
            a, b = int(0.8 * len(human)), int(0.8 * len(drawn))
            seen = fitted(human[:a], drawn[:b])
            rest = np.vstack([human[a:], drawn[b:]])
            truth = np.r_[np.ones(len(human) - a), np.zeros(len(drawn) - b)]
            told = roc_auc_score(truth, seen.predict_proba(rest)[:, 1])
            print(kind, len(human), len(drawn), f"AUC on unseen rows {told:.3f}", flush=True)
            rounds.append(arrays(fitted(human, drawn)))
        made |= {f"{kind}.{name}": array for name, array in together(rounds).items()}
    np.savez_compressed(out, **made)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
