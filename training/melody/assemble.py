"""Weights and selectors of one corpus → one file for the package: `python assemble.py RHYTHM.npz PITCH.npz JUDGES.npz OUT.npz`."""

from __future__ import annotations

import sys

import numpy as np


def main(rhythm: str, pitch: str, judges: str, out: str) -> None:
    """Write `rhythm.…`, `pitch.…` and `judge.…` arrays side by side."""
    made = {}
    for prefix, path in (("rhythm", rhythm), ("pitch", pitch), ("judge", judges)):
        with np.load(path) as stored:
            made |= {f"{prefix}.{name}": stored[name] for name in stored.files}
    np.savez_compressed(out, **made)


if __name__ == "__main__":
    main(*sys.argv[1:5])
