"""Loudness and true peak as ITU-R BS.1770-4 defines them, at 44.1 kHz.

Loudness is the K-weighted energy of blocks of 400 ms that overlap by 75 %, gated at -70 LUFS and then at 10 LU under the
mean of what remains. Everything here works on *energies per tenth of a second*, of which a block is four: they can be
scaled and added for many stems without touching the audio again. True peak is the largest sample of the signal
oversampled four times (Annex 2).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import signal

from troubadour.mix.filters import sections
from troubadour.mix.lanes import NONE, NOWHERE, SCALES, Energies, Sections, run
from troubadour.mix.value import Loudness, Tenths
from troubadour.tape import TENTH
from troubadour.units import SAMPLE_RATE_HZ

SILENCE_LUFS = -120.0
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = 10.0
OVERSAMPLING = 4
TAPS = 12  # per phase


def _k_weighting(rate_hz: float) -> Sections:
    """BS.1770's two filters (tabulated for 48 kHz) carried to any rate by their analogue prototypes (De Man, 2014)."""
    k = math.tan(math.pi * 1681.974450955533 / rate_hz)
    q, high = 0.7071752369554196, 10.0 ** (3.999843853973347 / 20.0)
    middle, norm = high**0.4996667741545416, 1.0 + k / q + k * k
    head = ((high + middle * k / q + k * k) / norm, 2.0 * (k * k - high) / norm, (high - middle * k / q + k * k) / norm,
            1.0, 2.0 * (k * k - 1.0) / norm, (1.0 - k / q + k * k) / norm)  # fmt: skip
    k, q = math.tan(math.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    norm = 1.0 + k / q + k * k
    rumble = (1.0, -2.0, 1.0, 1.0, 2.0 * (k * k - 1.0) / norm, (1.0 - k / q + k * k) / norm)
    return np.array([head, rumble])


K_WEIGHTING = _k_weighting(SAMPLE_RATE_HZ)
MIDRANGE = sections([("high_pass", 900.0, 0.0, 0.7071), ("low_pass", 4000.0, 0.0, 0.7071)])  # where words are understood
OVERSAMPLER = np.ascontiguousarray(
    (signal.firwin(OVERSAMPLING * TAPS, 0.92 / OVERSAMPLING, window=("kaiser", 7)) * OVERSAMPLING)
    .reshape(TAPS, OVERSAMPLING).T.astype(np.float32)
)  # fmt: skip


@njit(cache=True, nogil=True)
def weighted_power(audio, sos):  # type: ignore[no-untyped-def]
    """K-weighted power per frame, both channels added: float32 [frames]."""
    power = np.empty(audio.shape[0], np.float32)
    state = np.zeros((sos.shape[0], 4))
    for i in range(audio.shape[0]):
        left, right = np.float64(audio[i, 0]), np.float64(audio[i, 1])
        for k in range(sos.shape[0]):
            out = sos[k, 0] * left + state[k, 0]
            state[k, 0] = sos[k, 1] * left - sos[k, 4] * out + state[k, 1]
            state[k, 1] = sos[k, 2] * left - sos[k, 5] * out
            left = out
            out = sos[k, 0] * right + state[k, 2]
            state[k, 2] = sos[k, 1] * right - sos[k, 4] * out + state[k, 3]
            state[k, 3] = sos[k, 2] * right - sos[k, 5] * out
            right = out
        power[i] = left * left + right * right
        if i & 255 == 0:
            for k in range(sos.shape[0]):
                for j in range(4):
                    if abs(state[k, j]) < 1e-20:
                        state[k, j] = 0.0
    return power


@njit(cache=True, nogil=True)
def tenths(power, curve, hop):  # type: ignore[no-untyped-def]
    """Energies per tenth of a second of a weighted power under a gain curve that moves slower than the weighting rings."""
    energies = np.zeros(power.shape[0] // hop)
    for block in range(energies.shape[0]):
        total = 0.0
        for i in range(block * hop, (block + 1) * hop):
            total += np.float64(power[i]) * curve[i] * curve[i]
        energies[block] = total / hop
    return energies


def energies(audio: NDArray[np.generic], sos: Sections = K_WEIGHTING) -> Energies:
    """Energies of stereo audio [frames, 2] per tenth of a second; int16 and int32 (24-bit) count as fractions of full scale."""
    return run(audio, NOWHERE, NONE, (sos,))[0]


def gated(tenth_energies: Energies) -> float:
    """Integrated loudness (LUFS) of energies per tenth of a second; `SILENCE_LUFS` when nothing passes the gates."""
    if len(tenth_energies) < 4:
        tenth_energies = np.pad(tenth_energies, (0, 4 - len(tenth_energies)))
    blocks = np.convolve(tenth_energies, np.full(4, 0.25), "valid")
    loudness = -0.691 + 10.0 * np.log10(blocks + 1e-20)
    heard = loudness > ABSOLUTE_GATE_LUFS
    if not heard.any():
        return SILENCE_LUFS
    relative = -0.691 + 10.0 * np.log10(blocks[heard].mean()) - RELATIVE_GATE_LU
    return float(-0.691 + 10.0 * np.log10(blocks[heard & (loudness > relative)].mean()))


def integrated(audio: NDArray[np.generic]) -> float:
    """Integrated loudness in LUFS of stereo audio [frames, 2]."""
    return gated(energies(audio))


@njit(cache=True, nogil=True)
def peaks(audio, scale, loud, phases):  # type: ignore[no-untyped-def]
    """True peak around every frame, both channels linked; where the sample peak is under `loud`, the sample peak itself."""
    count, taps = audio.shape[0], phases.shape[1]
    found = np.empty(count, np.float32)
    half = taps // 2
    for i in range(count):
        peak = max(abs(audio[i, 0] * scale), abs(audio[i, 1] * scale))
        if peak > loud:
            for c in range(2):
                for phase in range(phases.shape[0]):
                    total = 0.0
                    for t in range(taps):
                        j = i + half - t
                        if 0 <= j < count:
                            total += phases[phase, t] * (audio[j, c] * scale)
                    peak = max(peak, abs(total))
        found[i] = peak
    return found


def measured(audio: NDArray[np.generic]) -> Loudness:
    """Loudness and true peak of stereo audio [frames, 2], and of each of its tenths of a second."""
    found = _peaks(audio)
    loudest = np.maximum.reduceat(found, np.arange(0, len(found), TENTH)) if len(found) else found
    return told_from(Tenths(_noted(energies(audio)), _noted(loudest)))


def told_from(tenths: Tenths) -> Loudness:
    """Loudness and true peak of a whole whose tenths of a second were measured."""
    peak = max(tenths.peaks, default=0.0)
    return Loudness(round(gated(np.array(tenths.energies)), 2), round(20.0 * math.log10(max(peak, 1e-12)), 2), tenths)


def _noted(values: NDArray[np.floating]) -> tuple[float, ...]:
    """Measured values with as many digits as they are worth."""
    return tuple(float(f"{value:.8g}") for value in values.tolist())


def true_peak_dbtp(audio: NDArray[np.generic]) -> float:
    """The true peak of stereo audio [frames, 2] in dB relative to full scale; -240 for silence."""
    return float(20.0 * np.log10(max(float(_peaks(audio).max(initial=0.0)), 1e-12)))


def _peaks(audio: NDArray[np.generic]) -> NDArray[np.float32]:
    """The true peak around every frame of [frames, 2]; less than half as loud as the loudest sample, the sample peak."""
    scale = SCALES.get(audio.dtype.name, 1.0)
    if not len(audio):
        return np.zeros(0, np.float32)
    loudest = scale * float(max(abs(int(audio.max())), abs(int(audio.min())))) if audio.dtype.kind == "i" else float(
        np.abs(audio).max())  # fmt: skip
    return np.asarray(peaks(audio, scale, 0.5 * loudest, OVERSAMPLER))
