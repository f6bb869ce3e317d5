"""What stands between an instrument and its microphone: guitar amplifiers and dusty samplers.

An amplifier bends what it hears, so two sections may not be sent through it together: it works on one section of one
part at a time, and a section's sound then depends on that section alone. The bend runs at four times the sample rate
(aliases of a 1.2 kHz tone: -65 dB); the loudspeaker is a minimum-phase impulse drawn from a curve: nothing under 80 Hz,
a thump at 120, a hollow at 400, bite at 2.5 kHz, and a cliff above 5 kHz, as a closed 4x12 has.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, firwin, oaconvolve

from troubadour.stems.band.compiled import compiled
from troubadour.units import SAMPLE_RATE_HZ, gain

Sound = NDArray[np.float32]

OVERSAMPLING, PHASE_TAPS, CHUNK = 4, 16, 1024
CABINET_TAPS = 1024


@dataclass(frozen=True)
class Colour:
    """One chain: high-pass, drive into a bend, loudspeaker or low-pass, output level.

    `speaker` is a curve of (Hz, dB). `bias` makes the bend lopsided: even harmonics, as one triode has.
    """

    name: str
    high_pass_hz: float
    drive_db: float
    bias: float
    level_db: float
    speaker: tuple[tuple[float, float], ...]
    tail_s: float = 0.05


CLOSED_BACK = ((40, -40), (75, -12), (110, 2), (180, 1), (400, -4), (800, -2), (1600, 1), (2600, 5), (3800, 3), (5000, -5),
               (6500, -22), (9000, -40), (16000, -60))  # fmt: skip
OPEN_BACK = ((40, -30), (80, -8), (130, 0), (300, 0), (700, -2), (1500, 0), (3000, 4), (4500, 3), (6500, -5), (9000, -18),
             (14000, -40))  # fmt: skip
DARK = ((40, -24), (80, -4), (150, 1), (400, 0), (900, 0), (2000, -2), (3200, -6), (5000, -16), (8000, -34), (14000, -60))
SMALL = ((40, -20), (90, -4), (200, 1), (700, 2), (1500, 1), (3000, 2), (5000, -4), (8000, -20), (14000, -44))
BROKEN = ((25, -12), (50, 0), (90, 2), (400, 0), (2000, 1), (5000, 1), (9000, -3), (12000, -14), (16000, -36))
DUSTY = ((25, -18), (45, -2), (80, 1), (200, 0), (1000, 0), (4000, 0), (7000, -4), (10000, -18), (15000, -40))

COLOURS = {
    colour.name: colour
    for colour in (
        Colour("high_gain", 110.0, 44.0, 0.12, -13.0, CLOSED_BACK),
        Colour("crunch", 90.0, 26.0, 0.2, -8.0, OPEN_BACK),
        Colour("singing", 100.0, 38.0, 0.15, -12.0, CLOSED_BACK),
        Colour("bark", 50.0, 15.0, 0.3, -9.0, SMALL),
        Colour("break", 25.0, 12.0, 0.08, -10.0, BROKEN),
        Colour("clean", 60.0, 12.0, 0.2, -9.0, OPEN_BACK),
        Colour("dark", 60.0, 10.0, 0.15, -8.0, DARK),
        Colour("dust", 25.0, 10.0, 0.1, -10.0, DUSTY),
    )
}


def _prototype() -> NDArray[np.float32]:
    """The half-band-like low-pass of the oversampling, as [phase, tap]."""
    taps = firwin(OVERSAMPLING * PHASE_TAPS, 0.88 / OVERSAMPLING, window=("kaiser", 7.0))
    return np.ascontiguousarray(taps.reshape(PHASE_TAPS, OVERSAMPLING).T.astype(np.float32))


LOW_PASS = _prototype()


@compiled
def add_filtered(out: Any, sound: Any, taps: Any) -> None:
    """Add a sound through a filter of 16 taps, four at once: the sums stay in the processor's registers. 16 frames go before it."""
    n = len(out)
    for k in range(0, 16, 4):
        a, b, c, d = taps[k], taps[k + 1], taps[k + 2], taps[k + 3]
        p, q, r, s = (
            sound[16 - k : 16 - k + n],
            sound[15 - k : 15 - k + n],
            sound[14 - k : 14 - k + n],
            sound[13 - k : 13 - k + n],
        )
        for j in range(n):
            out[j] = (((out[j] + a * p[j]) + b * q[j]) + c * r[j]) + d * s[j]


@compiled
def bend(x: Any, drive: float, bias: float, low_pass: Any) -> Any:
    """A rational soft clip (close to tanh) at four times the rate. `x` float32 [n] -> float32 [n], 15 frames late."""
    n, taps = len(x), 16
    y = np.zeros(n, np.float32)
    history = np.zeros((4, 1024 + 16), np.float32)  # the oversampled sound, one row per phase, 16 frames of the past first
    past = np.zeros(1024 + 16, np.float32)
    d, b = np.float32(drive * 4.0), np.float32(bias)
    rest = b * (np.float32(27.0) + b * b) / (np.float32(27.0) + np.float32(9.0) * b * b)
    for start in range(0, n, 1024):
        m = min(1024, n - start)
        past[:taps] = past[1024:].copy()
        past[taps : taps + m] = x[start : start + m]
        past[taps + m :] = np.float32(0.0)
        out = y[start : start + m]
        for phase in range(4):
            row = history[phase]
            row[:taps] = row[1024:].copy()
            fresh = row[taps : taps + m]
            fresh[:] = np.float32(0.0)
            add_filtered(fresh, past, low_pass[phase])
            for j in range(m):
                v = min(max(fresh[j] * d + b, np.float32(-3.0)), np.float32(3.0))
                fresh[j] = v * (np.float32(27.0) + v * v) / (np.float32(27.0) + np.float32(9.0) * v * v) - rest
        for phase in range(4):
            add_filtered(out, history[phase], low_pass[3 - phase])
    return y


@cache
def speaker_impulse(curve: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    """Minimum-phase impulse with the drawn magnitude (cepstral method: Oppenheim and Schafer, section 13.5)."""
    size = 8 * CABINET_TAPS
    hz = np.fft.rfftfreq(size, 1.0 / SAMPLE_RATE_HZ)
    points, levels = np.log([p for p, _ in curve]), [level for _, level in curve]
    magnitude_db = np.interp(np.log(np.maximum(hz, 1.0)), points, levels)
    cepstrum = np.fft.irfft(magnitude_db * np.log(10.0) / 20.0, size)
    folded = np.zeros(size)
    folded[0], folded[1 : size // 2] = cepstrum[0], 2.0 * cepstrum[1 : size // 2]
    folded[size // 2] = cepstrum[size // 2]
    impulse = np.fft.irfft(np.exp(np.fft.rfft(folded)), size)[:CABINET_TAPS]
    impulse[CABINET_TAPS // 2 :] *= np.cos(np.linspace(0.0, np.pi / 2.0, CABINET_TAPS - CABINET_TAPS // 2)) ** 2
    return np.asarray(impulse, np.float64)


@compiled
def biquad(x: Any, b0: float, b1: float, b2: float, a1: float, a2: float) -> Any:
    """One filter section (transposed direct form II), in float64. float32 [n] -> float32 [n]."""
    y, z1, z2 = np.empty(len(x), np.float32), 0.0, 0.0
    for i in range(len(x)):
        v = float(x[i])
        out = b0 * v + z1
        z1 = b1 * v - a1 * out + z2
        z2 = b2 * v - a2 * out
        y[i] = np.float32(out)
    return y


@cache
def high_pass(order: int, hz: float) -> tuple[float, ...]:
    """Coefficients of a Butterworth high-pass of order 1 or 2."""
    b0, b1, b2, _, a1, a2 = butter(order, hz, "highpass", fs=SAMPLE_RATE_HZ, output="sos")[0]
    return float(b0), float(b1), float(b2), float(a1), float(a2)


def coloured(sound: Sound, colour: Colour) -> Sound:
    """One channel of a section through the chain. float32 [frames] -> float32 [frames]."""
    tight = biquad(np.ascontiguousarray(sound, np.float32), *high_pass(2, colour.high_pass_hz))
    bent = bend(tight, gain(colour.drive_db), colour.bias, LOW_PASS)
    through = oaconvolve(bent, speaker_impulse(colour.speaker).astype(np.float32))[: len(sound)]
    # a lopsided bend leaves an offset behind
    level = biquad(np.ascontiguousarray(through, np.float32), *high_pass(1, 20.0))
    return np.asarray(level * np.float32(gain(colour.level_db)), np.float32)
