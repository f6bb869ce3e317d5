"""The shared room: impulses of noise that decay, darker as they go, and a fast convolution of a stem with one.

An impulse holds nothing under 250 Hz and nothing above 6 kHz (a hi-hat drowns in a brighter one), waits a pre-delay,
opens with a few early reflections, and dies sooner in the treble than in the middle. Its energy is 1, so a send is a level.
All of it lies under 11 kHz: it is computed at half the sample rate. Convolution is linear and happens inside each stem,
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

HALF_RATE_HZ = SAMPLE_RATE_HZ // 2
BLOCK = 1 << 18  # frames of one transform at the full rate


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
BANDS_HZ = ((250.0, 700.0, 0.9), (700.0, 1800.0, 1.0), (1800.0, 3500.0, 0.75), (3500.0, 6000.0, 0.5))  # low, high, x decay


@lru_cache(maxsize=32)
def impulse(room: Room) -> NDArray[np.float32]:
    """The room's answer to a click at half rate: float32 [frames, 2], each channel of energy 1."""
    decay_frames = int(room.decay_s * HALF_RATE_HZ * 1.05)
    delay = int(room.pre_delay_s * HALF_RATE_HZ)
    last_echo = max((int(at * HALF_RATE_HZ) for at, _ in room.echoes), default=0)
    made = np.zeros((max(delay + decay_frames, last_echo) + 512, 2))
    time_s = np.arange(decay_frames) / HALF_RATE_HZ
    for channel in range(2):
        stream = Chance(0).stream("room", room.name, channel)
        for low, high, share in BANDS_HZ:
            if low >= room.bright_hz:
                continue
            noise = stream.standard_normal(decay_frames)
            band = signal.butter(2, (low, min(high, room.bright_hz)), "bandpass", fs=HALF_RATE_HZ, output="sos")
            made[delay : delay + decay_frames, channel] += signal.sosfilt(band, noise) * 10.0 ** (
                -3.0 * time_s / (room.decay_s * share)
            )
        onset = np.minimum(1.0, np.arange(decay_frames) / (0.012 * HALF_RATE_HZ))
        made[delay : delay + decay_frames, channel] *= onset
        level = float(np.abs(made).max())
        for k in range(room.early):
            at = delay + int((0.4 + stream.random()) * 0.004 * (k + 1) * HALF_RATE_HZ)
            made[at, channel] += level * (1.6 - 0.14 * k) * (1.0 if stream.random() < 0.5 else -1.0)
    edges = signal.butter(2, (250.0, room.bright_hz), "bandpass", fs=HALF_RATE_HZ, output="sos")
    made = signal.sosfilt(edges, made, axis=0)
    made /= np.sqrt((made**2).sum(axis=0))
    echo = np.zeros_like(made)
    for k, (at_s, gain) in enumerate(room.echoes):  # echoes lean to one side, then to the other
        at, lean = int(at_s * HALF_RATE_HZ), 0.45 if k % 2 == 0 else -0.45
        echo[at] += (gain * (1.0 + lean), gain * (1.0 - lean))
    narrow = signal.butter(2, (300.0, 3500.0), "bandpass", fs=HALF_RATE_HZ, output="sos")
    return np.ascontiguousarray(made + signal.sosfilt(narrow, echo, axis=0), dtype=np.float32)


@lru_cache(maxsize=4)
def _spectrum(room: Room) -> NDArray[np.complex64]:
    padded = fft.rfft(impulse(room), BLOCK // 2, axis=0)
    return np.ascontiguousarray(padded.T.astype(np.complex64))


HALF_BAND = np.ascontiguousarray((signal.firwin(23, 0.5, window=("kaiser", 6)) * 2.0)[12::2].astype(np.float32))


@njit(cache=True, nogil=True)
def _add_doubled(audio, wet, gain, taps):  # type: ignore[no-untyped-def]
    """Add half-rate `wet` [2, frames/2] to full-rate `audio`, interpolated by a half-band filter.

    Every second tap of such a filter is zero but the middle one: even frames take their sample as it is, odd ones lie between
    `2 x len(taps)` neighbours, which the symmetric `taps` (from the nearest outwards) add in pairs.
    """
    reach = taps.shape[0]
    for i in range(0, audio.shape[0], 2):
        j = i // 2
        audio[i, 0] += gain * wet[0, j]
        audio[i, 1] += gain * wet[1, j]
        if i + 1 < audio.shape[0]:
            left, right = np.float32(0.0), np.float32(0.0)
            for t in range(min(reach, j + 1)):
                left += taps[t] * (wet[0, j - t] + wet[0, j + 1 + t])
                right += taps[t] * (wet[1, j - t] + wet[1, j + 1 + t])
            audio[i + 1, 0] += gain * left
            audio[i + 1, 1] += gain * right


def add_room(audio: NDArray[np.float32], room: Room, gain: float) -> None:
    """Convolve the middle of a stereo stem [frames, 2] with the room and add it to the stem, in place."""
    if gain <= 0.0 or not len(audio):
        return
    answer = _spectrum(room)
    step = BLOCK - 2 * len(impulse(room))
    wet = np.zeros((2, (len(audio) + BLOCK) // 2 + 1), np.float32)  # longer than the interpolation reaches
    for start in range(0, len(audio), step):
        block = audio[start : start + step]
        dry = (block[:, 0] + block[:, 1]) * np.float32(0.5)
        if dry.any():
            heard = fft.rfft(dry, BLOCK)[: BLOCK // 4 + 1] * np.float32(0.5)  # half the frames carry half the sum
            wet[:, start // 2 : start // 2 + BLOCK // 2] += fft.irfft(heard * answer, BLOCK // 2)[
                :, : wet.shape[1] - start // 2
            ]
    _add_doubled(audio, wet, np.float32(gain), HALF_BAND)
