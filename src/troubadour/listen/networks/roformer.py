"""Roformers: networks that hear a spectrum in bands, along time and across bands in turn (W.-T. Lu et al., "Music source separation
with Band-Split RoPE Transformer", 2023; J.-C. Wang et al., "Mel-Band RoFormer for music source separation", 2023), as their published
weights have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from troubadour.errors import BadWeights
from troubadour.listen.networks.graph import Graph
from troubadour.listen.networks.spectrum import sounds, spectra
from troubadour.listen.networks.weights import Weights
from troubadour.units import SAMPLE_RATE_HZ

Floats = NDArray[np.float32]
Whole = NDArray[np.int64]

PIECE_S = 8.0
USUAL = {"heads": 8, "dim_head": 64, "time_transformer_depth": 2, "freq_transformer_depth": 2, "num_bands": 60, "num_stems": 1,
         "stft_n_fft": 2048, "stft_hop_length": 512, "sample_rate": SAMPLE_RATE_HZ}  # fmt: skip
NEEDED = {"stereo": (True,), "stft_normalized": (False,), "linear_transformer_depth": (0,), "skip_connection": (False,),
          "use_pope": (False,), "add_value_residual": (False,), "zero_dc": (False,)}  # fmt: skip
BANDS = (2,) * 24 + (4,) * 12 + (12,) * 8 + (24,) * 8 + (48,) * 8 + (128, 129)  # of a BS-Roformer, in bins
LEAST = 1e-12  # of a length that is divided by


@dataclass(frozen=True)
class Roformer:
    """The network, ready to run on pieces of one length."""

    session: onnxruntime.InferenceSession
    sources: tuple[str, ...]
    frames: int
    size: int  # of the spectrum's windows
    hop: int
    rows: Whole  # of the spectrum (its bins, both channels of each) in the order of the bands
    bands_of_row: NDArray[np.float32]  # how many bands hold each row

    def apart(self, piece: Floats) -> Floats:
        """The sources of a piece [2, frames]: [sources, 2, frames]."""
        spectrum = spectra(piece, self.size, self.hop)
        rows = spectrum.transpose(1, 0, 2).reshape(-1, spectrum.shape[2])
        seen = rows[self.rows].T
        given = np.stack([seen.real, seen.imag], axis=2).reshape(len(seen), -1).astype(np.float32)
        made = []
        for mask in self.session.run(None, {"bands": given}):
            whole = np.zeros_like(rows)
            paired = mask.reshape(len(seen), -1, 2)
            np.add.at(whole, self.rows, (paired[..., 0] + 1j * paired[..., 1]).T)
            masked = (rows * whole / self.bands_of_row[:, None]).reshape(-1, 2, rows.shape[1]).transpose(1, 0, 2)
            made.append(sounds(masked, self.size, self.hop, self.frames))
        return np.stack(made)


def roformer(weights: Weights, piece_s: float = PIECE_S) -> Roformer:
    """Builds the network. Raises BadWeights."""
    for name, allowed in NEEDED.items():
        if weights.kwargs.get(name, allowed[0]) not in allowed:
            raise BadWeights(f"this {weights.klass} was built with {name} = {weights.kwargs[name]!r}, which is not known here")
    how = {name: weights.kwargs.get(name, usual) for name, usual in USUAL.items()}
    bins = how["stft_n_fft"] // 2 + 1
    mel = weights.klass == "MelBandRoformer"
    bands = (
        mel_bands(how["num_bands"], bins, how["sample_rate"])
        if mel
        else split_bands(weights.kwargs.get("freqs_per_bands", BANDS))
    )
    if max(band[-1] for band in bands) != bins - 1:
        raise BadWeights(f"the bands of this {weights.klass} do not cover its {bins} bins")
    rows = np.concatenate([(2 * band[:, None] + np.arange(2)).ravel() for band in bands])
    frames = int(piece_s * SAMPLE_RATE_HZ)
    columns = 1 + frames // how["stft_hop_length"]
    session = _session(weights, how, [4 * len(band) for band in bands], columns)
    counts = np.bincount(rows, minlength=2 * bins).astype(np.float32)
    return Roformer(session, weights.sources, frames, how["stft_n_fft"], how["stft_hop_length"], rows, counts)


def split_bands(sizes: list[int] | tuple[int, ...]) -> list[Whole]:
    """Bands that follow one another."""
    edges = np.concatenate([[0], np.cumsum(sizes)])
    return [np.arange(a, b) for a, b in pairwise(edges)]


def mel_bands(count: int, bins: int, rate_hz: float) -> list[Whole]:
    """Bands as wide as triangles on Slaney's mel scale, overlapping: the bins inside each triangle, the first and the last with them."""
    edges_hz = _hz(np.linspace(0.0, _mel(rate_hz / 2.0), count + 2))
    hz = np.arange(bins) * rate_hz / 2.0 / (bins - 1)
    found = [np.flatnonzero((hz > low) & (hz < high)) for low, high in zip(edges_hz, edges_hz[2:], strict=False)]
    found[0], found[-1] = np.union1d(found[0], [0]), np.union1d(found[-1], [bins - 1])
    return found


def _mel(hz: float) -> float:
    """Slaney's: even up to 1000 Hz, then by ratios (M. Slaney, "Auditory Toolbox", 1998)."""
    return 3.0 * hz / 200.0 if hz < 1000.0 else 15.0 + 27.0 * float(np.log(hz / 1000.0) / np.log(6.4))


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < 15.0, 200.0 * mel / 3.0, 1000.0 * 6.4 ** ((mel - 15.0) / 27.0))


def _session(weights: Weights, how: dict[str, int], widths: list[int], columns: int) -> onnxruntime.InferenceSession:
    g = Graph(weights.arrays)
    x = g.input("bands", (columns, sum(widths)))
    split = g.split_by("Split", len(widths), x, g.constant(np.array(widths, np.int64)), axis=1)
    features = [
        g.linear(_rms(g, band, f"band_split.to_features.{number}.0.gamma"), f"band_split.to_features.{number}.1")
        for number, band in enumerate(split)
    ]
    one = g.constant(np.array([0], np.int64))
    x = g.do("Concat", *(g.do("Unsqueeze", each, one) for each in features), axis=0)  # [bands, columns, dim]
    depth = 1 + max(int(name.split(".")[1]) for name in weights.arrays if name.startswith("layers."))
    for layer in range(depth):
        x = _transformed(g, x, f"layers.{layer}.0", how, how["time_transformer_depth"], len(widths), columns)
        x = g.turned(x, 1, 0, 2)
        x = _transformed(g, x, f"layers.{layer}.1", how, how["freq_transformer_depth"], columns, len(widths))
        x = g.turned(x, 1, 0, 2)
    if g.has("final_norm.gamma"):
        x = _rms(g, x, "final_norm.gamma")
    apart = [g.do("Squeeze", each, one) for each in g.split_by("Split", len(widths), x, axis=0, num_outputs=len(widths))]
    masks = {}
    for stem in range(how["num_stems"]):
        made = []
        for number, band in enumerate(apart):
            at, step = f"mask_estimators.{stem}.to_freqs.{number}.0", 0
            while g.has(f"{at}.{step}.weight"):
                band = g.linear(g.do("Tanh", band) if step else band, f"{at}.{step}")  # noqa: PLW2901
                step += 2
            made.append(g.glu(band, 1))
        masks[g.do("Concat", *made, axis=1)] = f"mask{stem}"
    return g.session(masks)


def _transformed(g: Graph, x: str, prefix: str, how: dict[str, int], depth: int, batch: int, places: int) -> str:
    """Each place of a sequence hears the others: [batch, places, dim]."""
    for layer in range(depth):
        attention, forward = f"{prefix}.layers.{layer}.0", f"{prefix}.layers.{layer}.1.net"
        x = g.add(x, _attended(g, _rms(g, x, f"{attention}.norm.gamma"), attention, how, batch, places))
        inner = g.do("Gelu", g.linear(_rms(g, x, f"{forward}.0.gamma"), f"{forward}.1"))
        x = g.add(x, g.linear(inner, f"{forward}.4"))
    return _rms(g, x, f"{prefix}.norm.gamma") if g.has(f"{prefix}.norm.gamma") else x


def _attended(g: Graph, x: str, at: str, how: dict[str, int], batch: int, places: int) -> str:
    heads, width = how["heads"], how["dim_head"]
    split = g.turned(g.reshaped(g.linear(x, f"{at}.to_qkv"), batch, places, 3, heads, width), 2, 0, 3, 1, 4)
    one = g.constant(np.array([0], np.int64))
    q, k, v = (g.do("Squeeze", each, one) for each in g.split_by("Split", 3, split, axis=0, num_outputs=3))
    angles = np.arange(places)[:, None] * g.array(f"{at}.rotary_embed.freqs")
    turns = np.repeat(np.cos(angles), 2, axis=1), np.repeat(np.sin(angles), 2, axis=1)
    heard = g.attention(_rotated(g, q, turns, batch, heads, width), _rotated(g, k, turns, batch, heads, width), v, width)
    gates = g.do("Sigmoid", g.linear(x, f"{at}.to_gates"))  # [batch, places, heads]
    heard = g.do("Mul", g.turned(heard, 0, 2, 1, 3), g.do("Unsqueeze", gates, g.constant(np.array([3], np.int64))))
    return g.linear(g.reshaped(heard, batch, places, heads * width), f"{at}.to_out.0")


def _rotated(g: Graph, x: str, turns: tuple[Floats, Floats], batch: int, heads: int, width: int) -> str:
    """Each pair of numbers turned by the angle of its place (J. Su et al., "RoFormer", 2021)."""
    pairs = g.reshaped(x, batch, heads, -1, width // 2, 2)
    first, second = g.split_by("Split", 2, pairs, axis=4, num_outputs=2)
    across = g.reshaped(g.do("Concat", g.do("Neg", second), first, axis=4), batch, heads, -1, width)
    return g.add(g.scaled(x, turns[0]), g.scaled(across, turns[1]))


def _rms(g: Graph, x: str, name: str) -> str:
    """`RMSNorm`: as long as the root of its dimension, then weighed."""
    gamma = g.array(name)
    length = g.do("Sqrt", g.do("ReduceSum", g.do("Mul", x, x), g.constant(np.array([-1], np.int64)), keepdims=1))
    unit = g.do("Div", x, g.do("Max", length, g.constant(np.array(LEAST, np.float32))))
    return g.scaled(unit, gamma * len(gamma) ** 0.5)
