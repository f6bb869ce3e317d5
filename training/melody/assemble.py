"""Weights and selectors of one corpus → one file for the package: `python assemble.py OUT.npz RHYTHM.npz PITCH.npz [JUDGES.npz]`."""

from __future__ import annotations

import sys

import numpy as np


def main(out: str, *paths: str) -> None:
    """Write `rhythm.…`, `pitch.…` and `judge.…` arrays side by side."""
    made = {}
    for prefix, path in zip(("rhythm", "pitch", "judge"), paths, strict=False):
        with np.load(path) as stored:
            made |= {f"{prefix}.{name}": stored[name] for name in stored.files}
    np.savez_compressed(out, **made)


if __name__ == "__main__":
    main(*sys.argv[1:])
