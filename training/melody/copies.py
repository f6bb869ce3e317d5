"""Corpus → marks of all runs of twelve notes: `python copies.py CORPUS_DIR OUT.npz [public]`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from prepare import read, records

from troubadour.score.melody.human.copies import marks


def main(corpus: Path, out: Path, public: bool) -> None:
    """Write the sorted marks as differences, two bytes and a half each when packed."""
    found = []
    for record in records(corpus, public):
        song = read(record)
        if song is not None:
            found.append(marks(np.array([round(n[0] / 120) for n in song.notes]), np.array([n[2] for n in song.notes])))
    known = np.unique(np.concatenate(found))
    steps = np.diff(known.astype(np.int64), prepend=0)
    if steps.max() >= 1 << 24:
        raise SystemExit("the marks lie too far apart for three bytes")
    np.savez_compressed(out, low=(steps & 255).astype(np.uint8), high=(steps >> 8).astype(np.uint16))
    print(len(known), "marks", out.stat().st_size, "bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), "public" in sys.argv[3:])
