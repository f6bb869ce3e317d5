"""Doubles and choirs: `python -m benchmarks.choir [voice …]`.

Singers of one tune must neither be copies of each other nor cancel. For each pair of takes: the correlation of whole tracks, and
the greatest one within 30 ms. For all together, in mono: power of the sum over the sum of powers (0 dB: as strangers add up;
3 dB for two, 7 dB for five, would be copies), and the same in the worst twentieth of blocks of 50 ms, where a flanger would have holes.
"""

from __future__ import annotations

import sys
from itertools import combinations

import numpy as np

from benchmarks._lyrics import TUNED_ON
from benchmarks.voice import song
from troubadour.stems.sing import sing
from troubadour.stems.sing.voices import VOICES

PARTS = ("vocals", "double", "choir_1", "choir_2", "choir_3")
LAG, BLOCK = round(0.03 * 44100), round(0.05 * 44100)
LINES = TUNED_ON[:4]


def takes(voice: str, names: tuple[str, ...]) -> np.ndarray:
    """The same lines by as many singers, float64 [singers, frames]."""
    score = song(voice, 240, LINES)
    lead = score.sung[0]
    return np.stack([sing(type(lead)(name, lead.voice, lead.lines), score).dry.astype(float) for name in names])


def likeness(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Correlation of two tracks, and the greatest within `LAG`."""
    size = 2 ** int(np.ceil(np.log2(2 * len(one))))
    across = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)))
    near = np.concatenate([across[: LAG + 1], across[-LAG:]]) / np.sqrt(np.sum(one**2) * np.sum(other**2))
    return float(near[0]), float(np.abs(near).max())


def in_mono(tracks: np.ndarray) -> tuple[float, float]:
    """dB of the sum over strangers' sum: of the whole, and of the worst twentieth of the sounding blocks."""
    count = tracks.shape[1] // BLOCK
    blocks = tracks[:, : count * BLOCK].reshape(len(tracks), count, BLOCK)
    alone, together = (blocks**2).sum(axis=(0, 2)), (blocks.sum(axis=0) ** 2).sum(axis=1)
    sounding = alone > 0.01 * alone.max()
    whole = 10 * np.log10(together.sum() / alone.sum())
    return float(whole), float(np.percentile(10 * np.log10(together[sounding] / alone[sounding]), 5))


def main() -> None:
    """Prints a table."""
    for voice in [v for v in sys.argv[1:] if v in VOICES] or ("linnea", "rowan"):
        tracks = takes(voice, PARTS)
        for name, group in (("double", tracks[:2]), ("choir of five", tracks)):
            alike = [likeness(a, b) for a, b in combinations(group, 2)]
            whole, worst = in_mono(group)
            told = f"correlation at most {max(abs(c) for c, _ in alike):.2f}, within 30 ms {max(m for _, m in alike):.2f}"
            print(f"{voice:8} {name:13} {told}; in mono {whole:+.1f} dB, worst blocks {worst:+.1f} dB", flush=True)


if __name__ == "__main__":
    main()
