"""`voice_like`: a voice made from the singer of this house who is nearest to a recorded one: in its range, with its vibrato, its colour
drawn nearer.

Pitch: the highest peak of each frame's normalised autocorrelation (P. McLeod and G. Wyvill, "A smarter way to find pitch", 2005).
Colour: the centre of gravity of the voiced frames' spectrum. Nobody's voice is copied: who sings is one of `VOICES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from troubadour.errors import BadAudio
from troubadour.stems import Audio
from troubadour.stems.sing.made import written
from troubadour.stems.sing.value import Voice
from troubadour.stems.sing.voices import HOUSE, VOICES
from troubadour.units import SAMPLE_RATE_HZ

RATE_HZ, FRAME, HOP = SAMPLE_RATE_HZ // 4, 1024, 256
LOWEST_HZ, HIGHEST_HZ = 65.0, 1000.0
CLEAR, NEAR_BEST = 0.85, 0.9  # how periodic a voiced frame is; the first peak that is nearly the highest is the period
AUDIBLE = 0.05  # of the loudest frames
LEAST_FRAMES = 40  # about a second of voice
LONGEST_FRAMES = 120 * RATE_HZ  # of a recording that are listened to
QUANTILES = (0.05, 0.95)
HELD_FRAMES, HELD_NEAR, LEAST_HELD = 20, 0.8, 3  # a held note: half a second, within so many semitones; so many show a vibrato
VIBRATO_HZ = np.arange(4.0, 8.01, 0.25)
LEAST_SPAN = 10  # semitones that a tune needs
REACH_COST, MIDDLE_COST, COLOUR_COST = 1.0, 0.08, 2.0  # a semitone outside the range; one from its middle; a doubled brightness
# The spectrum's middle goes about with the square of the formants (linnea, maren and rowan are one network); words hold 8 % away.
COLOUR_POWER, MOST_MOVED = 0.5, 1.08
# What `heard_voice` says of each singer's own brightness.
BRIGHTNESS_HZ = {
    "linnea": 1240.0, "willow": 1174.0, "maren": 1059.0, "rowan": 909.0, "anders": 982.0, "silas": 854.0, "bram": 781.0,
    "corin": 854.0, "tilda": 897.0,
}  # fmt: skip


@dataclass(frozen=True)
class HeardVoice:
    """A voice: the MIDI pitches that it sings, where its spectrum has its middle, and its vibrato."""

    pitches: NDArray[np.float64]
    brightness_hz: float
    vibrato_cents: float | None = None  # how deep; None where too few notes are held

    @property
    def range(self) -> tuple[int, int]:
        """Lowest and highest pitch, without the odd ones."""
        low, high = np.quantile(self.pitches, QUANTILES)
        return round(float(low)), round(float(high))


def singer_like(voice: HeardVoice) -> str:
    """The id of the nearest singer: by range first, then by colour."""
    middle = float(np.median(voice.pitches))

    def cost(name: str) -> float:
        singer = VOICES[name]
        outside = np.maximum(voice.pitches - singer.weak_high, 0.0) + np.maximum(singer.low - voice.pitches, 0.0)
        colour = abs(log(voice.brightness_hz / BRIGHTNESS_HZ[name])) / log(2.0)
        return (
            REACH_COST * float(outside.mean())
            + MIDDLE_COST * abs(middle - (singer.low + singer.high) / 2)
            + COLOUR_COST * colour
        )

    return min(HOUSE, key=lambda name: (cost(name), name))


def voice_like(voice: HeardVoice) -> str:
    """The id of a made voice: the nearest singer with the recording's range, its vibrato and, as far as words hold, its colour."""
    base = VOICES[singer_like(voice)]
    moved = (voice.brightness_hz / BRIGHTNESS_HZ[base.id]) ** COLOUR_POWER
    formant = base.formant * min(max(moved, 1.0 / MOST_MOVED), MOST_MOVED)
    low, high = max(voice.range[0], base.low), min(voice.range[1], base.weak_high)
    vibrato_cents = base.vibrato_cents if voice.vibrato_cents is None else voice.vibrato_cents
    return written(base, formant, base.breath, vibrato_cents, roomy(low, high, base))


def roomy(low: int, high: int, singer: Voice) -> tuple[int, int]:
    """A range with room for a tune: a narrow one grows to both sides, inside what the singer sings; an empty one is the singer's."""
    if low >= high:
        return singer.low, singer.high
    while high - low < LEAST_SPAN and (low > singer.low or high < singer.high):
        low, high = max(singer.low, low - 1), high + 1 if high < singer.high else high
    return low, high


def heard_voice(audio: Audio) -> HeardVoice:
    """What is sung in a recording, float32 [frames, channels] at 44.1 kHz. Raises BadAudio when no voice can be heard."""
    mono = resample_poly(audio[: LONGEST_FRAMES * 4].mean(axis=1), 1, 4).astype(np.float64)
    frames = np.lib.stride_tricks.sliding_window_view(mono, FRAME)[::HOP] if len(mono) >= FRAME else np.zeros((0, FRAME))
    power = np.sqrt((frames**2).mean(axis=1))
    loud = power > AUDIBLE * np.quantile(power, 0.95) if len(power) else np.zeros(0, bool)
    line = np.array([_pitch_of(frame) if sounds else 0.0 for frame, sounds in zip(frames, loud, strict=True)])
    voiced = line > 0.0
    if voiced.sum() < LEAST_FRAMES:
        raise BadAudio("no voice can be heard in this recording: send at least some seconds of one voice alone")
    spectrum = np.abs(np.fft.rfft(frames[voiced] * np.hanning(FRAME))).mean(axis=0)
    hz = np.fft.rfftfreq(FRAME, 1.0 / RATE_HZ)
    return HeardVoice(line[voiced], float((spectrum * hz).sum() / spectrum.sum()), vibrato_of(line))


def vibrato_of(line: NDArray[np.float64]) -> float | None:
    """How deep the vibrato of held notes is, in cents; None where too few are held. `line`: MIDI pitch per frame, 0 where none is."""
    depths, start = [], 0
    for end in range(1, len(line) + 1):
        if end < len(line) and line[end] > 0.0 and abs(line[end] - np.median(line[start:end])) <= HELD_NEAR:
            continue
        if end - start >= HELD_FRAMES and line[start] > 0.0:
            depths.append(_depth_cents(line[start:end]))
        start = end
    return round(float(np.median(depths)), 1) if len(depths) >= LEAST_HELD else None


def _depth_cents(note: NDArray[np.float64]) -> float:
    """The strongest swing between 4 and 8 Hz around a note's own slow bend, by least squares; a frame's length evens out a part of it."""
    at_s = np.arange(len(note)) * HOP / RATE_HZ
    bend = np.polynomial.Polynomial.fit(at_s, note, 3)
    swings = np.exp(-2j * np.pi * VIBRATO_HZ[:, None] * at_s) @ (note - bend(at_s)) * 2.0 / len(note)
    kept = np.sinc(VIBRATO_HZ * FRAME / RATE_HZ)  # of a swing, by the mean over a frame
    return float(100.0 * (np.abs(swings) / kept).max())


def _pitch_of(frame: NDArray[np.float64]) -> float:
    """The MIDI pitch of a frame; 0 when it is not voiced."""
    transformed = np.fft.rfft(frame, 2 * FRAME)
    likeness = np.fft.irfft(np.abs(transformed) ** 2)[:FRAME]
    squares = np.concatenate([[0.0], np.cumsum(frame**2)])
    energy = squares[FRAME - np.arange(FRAME)] + squares[-1] - squares[np.arange(FRAME)]
    curve = 2.0 * likeness / np.maximum(energy, 1e-12)
    low, high = int(RATE_HZ / HIGHEST_HZ), int(RATE_HZ / LOWEST_HZ)
    inner = np.arange(low, high)
    peaks = inner[(curve[inner] > curve[inner - 1]) & (curve[inner] >= curve[inner + 1])]
    if len(peaks) == 0 or curve[peaks].max() < CLEAR:
        return 0.0
    lag = int(peaks[curve[peaks] >= NEAR_BEST * curve[peaks].max()][0])
    left, here, right = curve[lag - 1 : lag + 2]
    exact = lag + 0.5 * (left - right) / min(left - 2.0 * here + right, -1e-9)
    return float(69.0 + 12.0 * np.log2(RATE_HZ / exact / 440.0))
