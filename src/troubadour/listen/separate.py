"""Taking a recording apart: voice, drums, bass and the rest. They add up to the recording exactly.

A trained network does it where one was named (`use`; `networks/`), and what it does not know is told from its rest by masks. Without
one masks do it all. Three cues are multiplied into masks over the spectrum, none of which would do alone:

* what stands in the middle between both channels (a lead voice usually does; in mono everything does);
* what does not repeat: each frame against the frames that are most like it (Z. Rafii, B. Pardo, "Music/voice separation using
  the similarity matrix", 2012), and what stays is the voice, which seldom sings the same twice;
* what is drawn along time (notes) or along frequency (strokes), by median filters (D. FitzGerald, "Harmonic/percussive separation
  using median filtering", 2010).

This is no match for a trained network: the voice keeps some of the band and the band some of the voice. `method` says so wherever
such stems are handed out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.ndimage import median_filter, uniform_filter1d

from troubadour.mix.pcm import FULL_24
from troubadour.units import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from troubadour.listen.networks import Separator

BY_MASKS = "separated without a trained model (centre channel, repetition, harmonic and percussive masks): expect leakage"
STEMS = ("vocals", "drums", "bass", "other")

WINDOW, HOP = 4096, 1024
PIECE_FRAMES, LAP_FRAMES = 660, 48  # spectra taken together (15 s), and those in which two pieces fade into each other
ALONG, ACROSS = 17, 17  # frames and bins of the median filters
VOICE_HZ, BASS_HZ = (110.0, 9000.0), 180.0
ALIKE, APART_FRAMES = 12, 30  # how many like frames a frame is held against, none nearer than 0.7 s
SHARPNESS = 2.0  # of the soft masks

Floats = NDArray[np.float32]
Spectrum = NDArray[np.complex64]
weights: Path | None = None  # of the network that takes recordings apart, unless nobody named one


def use(path: Path | None) -> None:
    """Recordings are taken apart by the network whose weights lie here; None: by masks."""
    global weights
    weights = path


@cache
def _network(path: Path) -> Separator:
    from troubadour.listen.networks import separator_at

    return separator_at(path)


def method() -> str:
    """How stems are made, for whoever is handed them. Raises BadWeights."""
    return BY_MASKS if weights is None else f"separated by {_network(weights).name}"


def separated(audio: NDArray[np.float32]) -> dict[str, NDArray[np.int32]]:
    """Stems of a recording, float32 [frames, 2] at 44.1 kHz, as 24-bit whole numbers that add up to it as 24-bit numbers.

    Raises BadWeights.
    """
    whole = np.rint(np.asarray(audio, np.float64) * 2.0**23).clip(-(2**23), FULL_24).astype(np.int32)
    parts = {} if weights is None else _network(weights).separated(audio)
    wanted = [name for name in STEMS[:-1] if name not in parts]
    if wanted:
        left = audio - sum((parts[name] for name in STEMS[:-1] if name in parts), start=np.zeros_like(audio))
        parts |= _masked(left, wanted)
    stems = {name: np.rint(parts[name].astype(np.float64) * 2.0**23).astype(np.int32) for name in STEMS[:-1]}
    stems["other"] = whole - stems["vocals"] - stems["drums"] - stems["bass"]
    return stems


def _masked(audio: NDArray[np.float32], names: list[str]) -> dict[str, Floats]:
    """Parts of a recording by masks."""
    parts = {name: np.zeros(audio.shape, np.float32) for name in names}
    for start, faded, spectra in _pieces(audio):
        found = masks(spectra)
        for name, part in parts.items():
            sound = np.stack([_sound(spectra[channel] * found[name]) for channel in range(2)], axis=1)
            end = min(start + len(sound), len(audio))
            part[max(0, start) : end] += (sound * faded[:, None])[max(0, -start) : end - start]
    return parts


def _pieces(audio: NDArray[np.float32]) -> Iterator[tuple[int, Floats, Spectrum]]:
    """(first sample, how loud each sample of it counts, spectra of both channels [2, frames, bins]), so that memory stays small."""
    span, lap = PIECE_FRAMES * HOP, LAP_FRAMES * HOP
    start = -lap
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    while start < len(audio):
        length = span + 2 * lap
        piece = np.zeros((length, 2), np.float32)
        begin, end = max(0, start), min(len(audio), start + length)
        piece[begin - start : end - start] = audio[begin:end]
        faded = np.ones(length, np.float32)
        faded[:lap] = 0.0 if start < 0 else np.linspace(0.0, 1.0, lap, dtype=np.float32)
        faded[-lap:] = np.linspace(1.0, 0.0, lap, dtype=np.float32)
        if start < 0:
            faded[:lap] = 1.0
        padded = np.pad(piece, ((WINDOW // 2, WINDOW // 2), (0, 0)))
        spectra = np.stack(
            [scipy.fft.rfft(sliding_window_view(padded[:, c], WINDOW)[::HOP] * window, axis=1) for c in range(2)]
        )
        yield start, faded, spectra.astype(np.complex64)
        start += span + lap


def _sound(spectrum: Spectrum) -> Floats:
    """The sound of a spectrum made with Hann windows."""
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    framed = scipy.fft.irfft(spectrum, WINDOW, axis=1).astype(np.float32) * window
    total = np.zeros((len(framed) - 1) * HOP + WINDOW, np.float32)
    weight = np.zeros_like(total)
    for number, frame in enumerate(framed):
        total[number * HOP : number * HOP + WINDOW] += frame
        weight[number * HOP : number * HOP + WINDOW] += window * window
    return np.asarray((total / np.maximum(weight, 1e-3))[WINDOW // 2 : -WINDOW // 2])


def masks(spectra: Spectrum) -> dict[str, Floats]:
    """How much of each part of the spectra [2, frames, bins] belongs to voice, drums and bass: each 0-1, at most 1 together."""
    left, right = np.abs(spectra[0]), np.abs(spectra[1])
    both = 0.5 * (left + right)
    hz = np.arange(both.shape[1]) * SAMPLE_RATE_HZ / WINDOW
    notes = median_filter(both, (ALONG, 1), mode="nearest")
    strokes = median_filter(both, (1, ACROSS), mode="nearest")
    stroke = _share(strokes, notes)
    band = np.clip(
        np.minimum((hz - 0.7 * VOICE_HZ[0]) / (0.3 * VOICE_HZ[0]), (1.3 * VOICE_HZ[1] - hz) / (0.3 * VOICE_HZ[1])), 0, 1
    )
    voice = centred(spectra) * _fresh(both) * (1.0 - stroke) * band[None, :].astype(np.float32)
    low = np.clip((1.2 * BASS_HZ - hz) / (0.4 * BASS_HZ), 0.0, 1.0).astype(np.float32)[None, :]
    drums = stroke * (1.0 - voice)
    return {"vocals": voice, "drums": drums, "bass": low * (1.0 - voice - drums).clip(0.0, 1.0)}


def centred(spectra: Spectrum) -> Floats:
    """How far each part of the spectra stands in the middle, smoothed over its neighbours: 1 where both channels agree."""
    cross = uniform_filter1d((spectra[0] * np.conj(spectra[1])).real, 5, axis=0)
    power = uniform_filter1d(0.5 * (np.abs(spectra[0]) ** 2 + np.abs(spectra[1]) ** 2), 5, axis=0)
    return np.asarray(np.clip(cross / np.maximum(power, 1e-12), 0.0, 1.0) ** 4, dtype=np.float32)


def _fresh(strong: Floats) -> Floats:
    """The share of each frame that is not in the frames most like it."""
    bands = np.stack([strong[:, a:b].mean(axis=1) for a, b in _bands(strong.shape[1])], axis=1)
    unit = bands / np.maximum(np.linalg.norm(bands, axis=1, keepdims=True), 1e-9)
    alike = unit @ unit.T
    number = np.arange(len(unit))
    alike[np.abs(number[:, None] - number[None, :]) < APART_FRAMES] = -1.0
    most = min(ALIKE, max(1, len(unit) // 8))
    chosen = np.argpartition(-alike, most, axis=1)[:, :most]
    background = np.empty_like(strong)
    for start in range(0, len(strong), 64):
        background[start : start + 64] = np.median(strong[chosen[start : start + 64]], axis=1)
    repeated = np.minimum(background, strong)
    return _share(strong - repeated, repeated)


def _bands(bins: int) -> list[tuple[int, int]]:
    edges = np.unique(np.geomspace(4, bins, 64).astype(int))
    return [(int(a), int(b)) for a, b in pairwise(edges)]


def _share(own: Floats, others: Floats) -> Floats:
    """A soft mask: how much stronger one is than the other."""
    mine, theirs = own**SHARPNESS, others**SHARPNESS
    return np.asarray(mine / np.maximum(mine + theirs, 1e-12), dtype=np.float32)
