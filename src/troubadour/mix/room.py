"""The shared room: impulses of noise that decay, darker as they go, and a fast convolution of a stem with one.

An impulse holds nothing under 250 Hz and next to nothing above 5 kHz (a hi-hat drowns in a brighter one), waits a pre-delay,
opens with a few early reflections, and dies sooner in the treble than in the middle. Every room's has the same energy, so a
send is a level. All of it is computed at a quarter of the sample rate. Convolution is linear and happens inside each stem,
so the wet stems add up to the wet mix.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import fft, signal

from troubadour.chance import Chance
from troubadour.units import SAMPLE_RATE_HZ

RATIO = 4
ROOM_RATE_HZ = SAMPLE_RATE_HZ // RATIO
BLOCKS = (1 << 16, 1 << 18)  # frames of one transform, for short and for long impulses
LONG_FRAMES = 1 << 14
ENERGY = 1.65  # of an impulse
EDGE_HZ = 5000.0  # of the filters between the two rates
REACH = 12  # their taps on each side, in frames of the room


@dataclass(frozen=True)
class Room:
    """A room. `decay_s` is the time to -60 dB in the middle; echoes are (delay_s, gain) pairs heard beside it."""

    name: str
    decay_s: float
    pre_delay_s: float
    bright_hz: float = 6000.0
    early: int = 7
    echoes: tuple[tuple[float, float], ...] = ()


ROOMS = {
    room.name: room
    for room in (
        Room("booth", 0.35, 0.006, 5000.0, 5),
        Room("studio", 0.6, 0.012, 5500.0, 8),
        Room("live", 0.95, 0.016, 5500.0, 9),
        Room("club", 1.1, 0.018, 5000.0, 8),
        Room("plate", 1.5, 0.022, 6000.0, 0),
        Room("hall", 2.2, 0.030, 4500.0, 10),
    )
}
BANDS_HZ = ((250.0, 700.0, 0.9), (700.0, 1800.0, 1.0), (1800.0, 3500.0, 0.75), (3500.0, 5300.0, 0.5))  # low, high, x decay


@lru_cache(maxsize=32)
def impulse(room: Room) -> NDArray[np.float32]:
    """The room's answer to a click at the room's rate: float32 [frames, 2], each channel of energy 1."""
    decay_frames = int(room.decay_s * ROOM_RATE_HZ * 1.05)
    delay = int(room.pre_delay_s * ROOM_RATE_HZ)
    last_echo = max((int(at * ROOM_RATE_HZ) for at, _ in room.echoes), default=0)
    made = np.zeros((max(delay + decay_frames, last_echo) + 512, 2))
    time_s = np.arange(decay_frames) / ROOM_RATE_HZ
    for channel in range(2):
        stream = Chance(0).stream("room", room.name, channel)
        for low, high, share in BANDS_HZ:
            if low >= room.bright_hz:
                continue
            noise = stream.standard_normal(decay_frames)
            band = signal.butter(2, (low, min(high, room.bright_hz)), "bandpass", fs=ROOM_RATE_HZ, output="sos")
            made[delay : delay + decay_frames, channel] += signal.sosfilt(band, noise) * 10.0 ** (
                -3.0 * time_s / (room.decay_s * share)
            )
        onset = np.minimum(1.0, np.arange(decay_frames) / (0.012 * ROOM_RATE_HZ))
        made[delay : delay + decay_frames, channel] *= onset
        level = float(np.abs(made).max())
        for k in range(room.early):
            at = delay + int((0.4 + stream.random()) * 0.004 * (k + 1) * ROOM_RATE_HZ)
            made[at, channel] += level * (1.6 - 0.14 * k) * (1.0 if stream.random() < 0.5 else -1.0)
    edges = signal.butter(2, (250.0, min(room.bright_hz, BANDS_HZ[-1][1])), "bandpass", fs=ROOM_RATE_HZ, output="sos")
    made = signal.sosfilt(edges, made, axis=0)
    made *= np.sqrt(ENERGY / (made**2).sum(axis=0))
    echo = np.zeros_like(made)
    for k, (at_s, gain) in enumerate(room.echoes):  # echoes lean to one side, then to the other
        at, lean = int(at_s * ROOM_RATE_HZ), 0.45 if k % 2 == 0 else -0.45
        echo[at] += (gain * (1.0 + lean), gain * (1.0 - lean))
    narrow = signal.butter(2, (300.0, 3500.0), "bandpass", fs=ROOM_RATE_HZ, output="sos")
    return np.ascontiguousarray(made + signal.sosfilt(narrow, echo, axis=0), dtype=np.float32)


@lru_cache(maxsize=4)
def _spectrum(room: Room) -> tuple[int, NDArray[np.complex64]]:
    """How long a transform suits the impulse, and the impulse's own: complex64 [2, bins]."""
    answer = impulse(room)
    size = BLOCKS[len(answer) > LONG_FRAMES]
    return size, np.ascontiguousarray(fft.rfft(answer, size, axis=0).T.astype(np.complex64))


# A low-pass between the rates, symmetric about its middle tap: one row of taps per phase of the higher rate
LOW_PASS = signal.firwin(2 * REACH * RATIO + 1, EDGE_HZ, window=("kaiser", 5.0), fs=SAMPLE_RATE_HZ)
DOWN = LOW_PASS.astype(np.float32)
UP = np.array([np.append(LOW_PASS, np.zeros(RATIO - 1))[p::RATIO][::-1] for p in range(RATIO)], np.float32) * np.float32(RATIO)


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc"})
def _down(audio, taps, out):  # type: ignore[no-untyped-def]
    """The middle of stereo audio at a quarter of its rate, where it sounds."""
    reach, size = taps.shape[0] // 2, 1024
    middle = np.zeros(4 * size + 2 * reach, np.float32)
    for first in range(0, out.shape[0], size):
        low, high, sounds = 4 * first - reach, min(4 * (first + size) + reach, audio.shape[0]), False
        for i in range(max(low, 0), high):
            x = np.float32(0.5) * (audio[i, 0] + audio[i, 1])
            middle[i - low] = x
            sounds = sounds or x != 0.0
        middle[max(high - low, 0) :] = 0.0
        if sounds:
            for j in range(min(size, out.shape[0] - first)):
                total = np.float32(0.0)
                for m in range(taps.shape[0]):
                    total += taps[m] * middle[4 * j + m]
                out[first + j] = total


@njit(cache=True, nogil=True, fastmath={"contract"})
def _add_up(audio, wet, gain, taps):  # type: ignore[no-untyped-def]
    """Add `wet` [2, reach + frames/4 + reach], at a quarter of the rate, to stereo audio."""
    reach, size = taps.shape[1] // 2, 256
    made = np.empty((2, 4, size), np.float32)
    for first in range(0, (audio.shape[0] + 3) // 4, size):
        if not wet[:, first : first + size + 2 * reach].any():
            continue
        made[:] = 0.0
        for side in range(2):
            heard = wet[side, first : first + size + 2 * reach]
            for phase in range(4):
                row, weights = made[side, phase], taps[phase] * gain
                for m in range(0, len(weights), 5):  # five at once: the sums stay in the processor's registers
                    a, b, c, d, e = weights[m], weights[m + 1], weights[m + 2], weights[m + 3], weights[m + 4]
                    p, q, r = heard[m : m + size], heard[m + 1 : m + 1 + size], heard[m + 2 : m + 2 + size]
                    s, t = heard[m + 3 : m + 3 + size], heard[m + 4 : m + 4 + size]
                    for j in range(size):
                        row[j] = ((((row[j] + a * p[j]) + b * q[j]) + c * r[j]) + d * s[j]) + e * t[j]
        for j in range(size):
            for phase in range(4):
                i = 4 * (first + j) + phase
                if i < audio.shape[0]:
                    audio[i, 0] += made[0, phase, j]
                    audio[i, 1] += made[1, phase, j]


def add_room(audio: NDArray[np.float32], room: Room, gain: float) -> None:
    """Convolve the middle of a stereo stem [frames, 2] with the room and add it to the stem, in place."""
    if gain <= 0.0 or not len(audio):
        return
    size, answer = _spectrum(room)
    step = size - len(impulse(room))
    quarter = np.zeros(-(-len(audio) // RATIO), np.float32)
    _down(audio, DOWN, quarter)
    wet = np.zeros((2, REACH + len(quarter) + size + REACH + 256), np.float32)
    for start in range(0, len(quarter), step):
        piece = quarter[start : start + step]
        if piece.any():
            wet[:, REACH + start : REACH + start + size] += fft.irfft(fft.rfft(piece, size) * answer, size)
    wet[:, REACH + len(quarter) + REACH :] = 0.0
    _add_up(audio, wet, np.float32(gain), UP)
