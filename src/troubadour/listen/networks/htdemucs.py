"""HTDemucs: a network that hears the sound and its spectrum side by side (S. Rouard, F. Massa, A. Défossez, "Hybrid transformers for
music source separation", 2023), as the package demucs 4 has it, without what its published models leave off (LSTMs, sparse
attention, bands of their own).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from troubadour.errors import BadWeights
from troubadour.listen.networks.graph import Graph
from troubadour.listen.networks.spectrum import sounds, spectra
from troubadour.listen.networks.weights import Weights
from troubadour.units import SAMPLE_RATE_HZ

Floats = NDArray[np.float32]

# How its published models are built, where the file says nothing else; what it may not say otherwise.
USUAL: dict[str, Any] = {"channels": 48, "growth": 2, "nfft": 4096, "depth": 4, "kernel_size": 8, "stride": 4, "freq_emb": 0.2, "emb_scale": 10,
         "context": 1, "dconv_depth": 2, "t_layers": 5, "t_heads": 8, "t_max_period": 10000.0, "t_weight_pos_embed": 1.0,
         "segment": 10, "bottom_channels": 0}  # fmt: skip
NEEDED: dict[str, tuple[Any, ...]] = {"cac": (True,), "multi_freqs": (None, []), "norm_starts": (4,), "t_emb": ("sin",), "t_norm_in": (True,),
          "t_norm_first": (True,), "t_norm_out": (True,), "t_group_norm": (False, 0), "t_gelu": (True,), "t_cross_first": (False,),
          "t_sparse_self_attn": (False,), "t_sparse_cross_attn": (False,), "audio_channels": (2,), "rewrite": (True,),
          "samplerate": (SAMPLE_RATE_HZ,), "context_enc": (0,), "channels_time": (None,)}  # fmt: skip


@dataclass(frozen=True)
class HTDemucs:
    """The network, ready to run on pieces of one length."""

    session: onnxruntime.InferenceSession
    sources: tuple[str, ...]
    frames: int  # of a piece
    size: int  # of the spectrum's windows

    def apart(self, piece: Floats) -> Floats:
        """The sources of a piece [2, frames]: [sources, 2, frames]."""
        hop = self.size // 4
        columns = ceil(self.frames / hop)
        edge = hop // 2 * 3
        padded = np.pad(piece, ((0, 0), (edge, edge + columns * hop - self.frames)), mode="reflect")
        spectrum = spectra(padded, self.size, hop)[:, :-1, 2 : 2 + columns] / np.float32(self.size**0.5)
        strong = np.stack([spectrum.real, spectrum.imag], axis=1).reshape(4, self.size // 2, columns).astype(np.float32)
        mean, spread = strong.mean(), strong.std(ddof=1)
        mean_t, spread_t = piece.mean(), piece.std(ddof=1)
        given = {"spectrum": ((strong - mean) / (1e-5 + spread))[None], "sound": ((piece - mean_t) / (1e-5 + spread_t))[None]}
        drawn, heard = self.session.run(None, {name: each.astype(np.float32) for name, each in given.items()})
        drawn = drawn.reshape(-1, 2, 2, self.size // 2, columns) * spread + mean
        whole = np.pad(drawn[:, :, 0] + 1j * drawn[:, :, 1], ((0, 0), (0, 0), (0, 1), (2, 2)))
        made = sounds(whole.reshape(-1, *whole.shape[2:]) * self.size**0.5, self.size, hop, hop * columns + 2 * edge)
        made = made[:, edge : edge + self.frames].reshape(-1, 2, self.frames)
        return np.asarray(made + heard.reshape(-1, 2, self.frames) * spread_t + mean_t, np.float32)


def htdemucs(weights: Weights) -> HTDemucs:
    """Builds the network. Raises BadWeights."""
    for name, allowed in NEEDED.items():
        if weights.kwargs.get(name, allowed[0]) not in allowed:
            raise BadWeights(f"this HTDemucs was built with {name} = {weights.kwargs[name]!r}, which is not known here")
    build = _Build(weights)
    frames = int(build.how["segment"] * SAMPLE_RATE_HZ)
    return HTDemucs(build.session(frames), weights.sources, frames, build.how["nfft"])


class _Build:
    def __init__(self, weights: Weights) -> None:
        self.how = {name: weights.kwargs.get(name, usual) for name, usual in USUAL.items()}
        self.graph = Graph(weights.arrays)

    def session(self, frames: int) -> onnxruntime.InferenceSession:
        g, how = self.graph, self.how
        depth, stride = how["depth"], how["stride"]
        bins, columns = how["nfft"] // 2, ceil(frames / (how["nfft"] // 4))
        x, sound = g.input("spectrum", (1, 4, bins, columns)), g.input("sound", (1, 2, frames))
        kept: list[tuple[str, str, int]] = []
        length = frames
        for number in range(depth):
            before, length = length, ceil(length / stride)
            sound = self._encoded(sound, f"tencoder.{number}", 0, length * stride - before, 0)
            bins //= stride
            x = self._encoded(x, f"encoder.{number}", bins, 0, columns)
            if number == 0 and how["freq_emb"]:
                emb = g.array("freq_emb.embedding.weight") * how["emb_scale"] * how["freq_emb"]
                x = g.add(x, g.constant(np.asarray(emb.T[None, :, :, None], np.float32)))
            kept.append((x, sound, before))
        if how["t_layers"]:
            x, sound = self._crossed(x, sound, bins, columns, length)
        for number in range(depth):
            skip, skip_t, before = kept.pop()
            last = number == depth - 1
            x = self._decoded(x, skip, f"decoder.{number}", bins, columns, 0, last)
            sound = self._decoded(sound, skip_t, f"tdecoder.{number}", 0, 0, before, last)
            bins *= stride
        return g.session({x: "drawn", sound: "heard"})

    def _encoded(self, x: str, prefix: str, bins: int, missing: int, columns: int) -> str:
        """One step down; `bins` 0: of the sound, which lacks `missing` samples of whole strides."""
        g, pad, stride = self.graph, self.how["kernel_size"] // 4, self.how["stride"]
        if missing:
            x = g.do("Pad", x, g.constant(np.array([0, 0, 0, 0, 0, missing], np.int64)))
        if bins:
            y = g.convolved(x, f"{prefix}.conv", (stride, 1), (pad, 0), (1, 1))
        else:
            y = g.convolved(x, f"{prefix}.conv", (stride,), (pad,), (1,))
        return self._rewritten(self._branched(g.do("Gelu", y), prefix, bins, columns), prefix, bins, 0)

    def _rewritten(self, y: str, prefix: str, bins: int, context: int) -> str:
        g, rank = self.graph, 2 if bins else 1
        return g.glu(g.convolved(y, f"{prefix}.rewrite", (1,) * rank, (context,) * rank, (1,) * rank), 1)

    def _branched(self, y: str, prefix: str, bins: int, columns: int) -> str:
        """The branch of convolutions along time, added; a spectrum's bins each for themselves."""
        g = self.graph
        if not g.has(f"{prefix}.dconv.layers.0.0.weight"):
            return y
        channels = g.array(f"{prefix}.dconv.layers.0.6.scale").shape[0]
        if bins:
            y = g.reshaped(g.turned(y, 0, 2, 1, 3), -1, channels, columns)
        for layer in range(abs(self.how["dconv_depth"])):
            at, far = f"{prefix}.dconv.layers.{layer}", 2**layer if self.how["dconv_depth"] > 0 else 1
            z = g.do("Gelu", g.group_norm(g.convolved(y, f"{at}.0", (1,), (far,), (far,)), f"{at}.1", 3))
            z = g.glu(g.group_norm(g.convolved(z, f"{at}.3", (1,), (0,), (1,)), f"{at}.4", 3), 1)
            y = g.add(y, g.scaled(z, g.array(f"{at}.6.scale")[:, None]))
        return g.turned(g.reshaped(y, 1, bins, channels, columns), 0, 2, 1, 3) if bins else y

    def _decoded(self, x: str, skip: str, prefix: str, bins: int, columns: int, length: int, last: bool) -> str:
        """One step up, to `length` samples where it is the sound."""
        g, pad, stride = self.graph, self.how["kernel_size"] // 4, self.how["stride"]
        y = self._rewritten(g.add(x, skip), prefix, bins, self.how["context"])
        y = self._branched(y, prefix, bins, columns)
        if bins:
            z = g.cut(g.spread(y, f"{prefix}.conv_tr", (stride, 1)), 2, pad, -pad)
        else:
            z = g.cut(g.spread(y, f"{prefix}.conv_tr", (stride,)), 2, pad, pad + length)
        return z if last else g.do("Gelu", z)

    def _crossed(self, x: str, sound: str, bins: int, columns: int, length: int) -> tuple[str, str]:
        """The transformer, in which spectrum and sound hear each other."""
        g, how = self.graph, self.how
        outer = how["channels"] * how["growth"] ** (how["depth"] - 1)
        inner = how["bottom_channels"] or outer
        x = g.reshaped(x, 1, outer, bins * columns)
        if how["bottom_channels"]:
            x = g.convolved(x, "channel_upsampler", (1,), (0,), (1,))
            sound = g.convolved(sound, "channel_upsampler_t", (1,), (0,), (1,))
        x = g.reshaped(g.turned(g.reshaped(x, 1, inner, bins, columns), 0, 3, 2, 1), 1, columns * bins, inner)
        sound = g.turned(sound, 0, 2, 1)
        places = _places_2d(inner, bins, columns, how["t_max_period"]) * how["t_weight_pos_embed"]
        x = g.add(g.layer_norm(x, "crosstransformer.norm_in"), g.constant(places.astype(np.float32)))
        places = _places(length, inner, how["t_max_period"]) * how["t_weight_pos_embed"]
        sound = g.add(g.layer_norm(sound, "crosstransformer.norm_in_t"), g.constant(places.astype(np.float32)))
        for layer in range(how["t_layers"]):
            at, at_t = f"crosstransformer.layers.{layer}", f"crosstransformer.layers_t.{layer}"
            if layer % 2 == 0:
                x, sound = self._attended(x, x, at, inner, "self_attn"), self._attended(sound, sound, at_t, inner, "self_attn")
            else:
                x, sound = (
                    self._attended(x, sound, at, inner, "cross_attn"),
                    self._attended(sound, x, at_t, inner, "cross_attn"),
                )
        x = g.reshaped(g.turned(g.reshaped(x, 1, columns, bins, inner), 0, 3, 2, 1), 1, inner, bins * columns)
        sound = g.turned(sound, 0, 2, 1)
        if how["bottom_channels"]:
            x = g.convolved(x, "channel_downsampler", (1,), (0,), (1,))
            sound = g.convolved(sound, "channel_downsampler_t", (1,), (0,), (1,))
        return g.reshaped(x, 1, outer, bins, columns), sound

    def _attended(self, x: str, other: str, at: str, width: int, kind: str) -> str:
        """One layer of the transformer: of itself, or of the other."""
        g, heads = self.graph, self.how["t_heads"]
        crosses = kind == "cross_attn"
        own = g.layer_norm(x, f"{at}.norm1")
        theirs = g.layer_norm(other, f"{at}.norm2") if crosses else own
        weight, bias = g.array(f"{at}.{kind}.in_proj_weight"), g.array(f"{at}.{kind}.in_proj_bias")
        q, k, v = (
            g.turned(g.reshaped(self._projected(each, weight[part], bias[part]), 1, -1, heads, width // heads), 0, 2, 1, 3)
            for each, part in zip(
                (own, theirs, theirs), (slice(0, width), slice(width, 2 * width), slice(2 * width, None)), strict=True
            )
        )
        heard = g.reshaped(g.turned(g.attention(q, k, v, width // heads), 0, 2, 1, 3), 1, -1, width)
        x = g.add(x, g.scaled(g.linear(heard, f"{at}.{kind}.out_proj"), self._scale(f"{at}.gamma_1", width)))
        inner = g.do("Gelu", g.linear(g.layer_norm(x, f"{at}.norm{3 if crosses else 2}"), f"{at}.linear1"))
        x = g.add(x, g.scaled(g.linear(inner, f"{at}.linear2"), self._scale(f"{at}.gamma_2", width)))
        return g.group_norm(x, f"{at}.norm_out", 3, axis=2)

    def _projected(self, x: str, weight: Floats, bias: Floats) -> str:
        return self.graph.add(self.graph.do("MatMul", x, self.graph.constant(weight.T)), self.graph.constant(bias))

    def _scale(self, at: str, width: int) -> Floats:
        return self.graph.array(f"{at}.scale") if self.graph.has(f"{at}.scale") else np.ones(width, np.float32)


def _places(length: int, width: int, period: float) -> NDArray[np.float64]:
    """Where along time each place stands, as cosines and sines [1, length, width]."""
    half = width // 2
    phase = np.arange(length)[:, None] / period ** (np.arange(half)[None, :] / (half - 1))
    return np.concatenate([np.cos(phase), np.sin(phase)], axis=1)[None]


def _places_2d(width: int, height: int, length: int, period: float) -> NDArray[np.float64]:
    """Where along time and frequency each place stands [1, length * height, width]."""
    half = width // 2
    speed = np.exp(np.arange(0.0, half, 2) * -(np.log(period) / half))
    along, up = np.arange(length)[:, None] * speed, np.arange(height)[:, None] * speed
    made = np.zeros((length, height, width))
    made[:, :, 0:half:2], made[:, :, 1:half:2] = np.sin(along)[:, None], np.cos(along)[:, None]
    made[:, :, half::2], made[:, :, half + 1 :: 2] = np.sin(up)[None], np.cos(up)[None]
    return made.reshape(1, length * height, width)
