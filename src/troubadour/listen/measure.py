"""`measured`: a recording's tempo, beats, key and length, by simple and well-known means.

Rhythm: the rise of the mel spectrum's loudness, frame by frame, is a curve of onsets; its autocorrelation, weighed towards
tempos that people tap (a log-normal curve around 120, as Ellis 2007 has it), gives the tempo; dynamic programming lays beats
where onsets are strong and distances even (D. Ellis, "Beat tracking by dynamic programming", 2007).

Key: the strengths of the twelve pitch classes, from spectral peaks and corrected for tuning, are correlated with the profiles
of the 24 keys (J. Albrecht and D. Shanahan, "The use of large corpora to train a new type of key-finding algorithm", 2013).

Both take one tempo and one key for the whole recording: what changes on its way is told as its prevailing value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks, resample_poly, stft

from troubadour.brief import Key
from troubadour.units import SAMPLE_RATE_HZ

Floats = NDArray[np.float64]

RHYTHM_RATE_HZ, RHYTHM_WINDOW, HOP = SAMPLE_RATE_HZ // 2, 1024, 256
FRAMES_PER_S = RHYTHM_RATE_HZ / HOP
BANDS, LOWEST_BAND_HZ, HIGHEST_BAND_HZ = 40, 30.0, 10_000.0
SLOWEST_BPM, FASTEST_BPM = 50.0, 210.0
USUAL_BPM, USUAL_WIDTH_OCTAVES = 115.0, 0.7
EDGE_FRAMES = 5  # the beginning of the recording is an onset of its own
LEAST_RISE = 0.01  # of the loudest hundredth of frames: a steady tone has 0.0003, a slow ballad 0.02
EVENNESS = 400.0  # how much even distances count against strong onsets
MULTIPLES = {1: 2.0, 2: 1.0, 4: 1.0, 8: 1.0}  # of a beat: a tempo that is right repeats at these distances too; their weights

KEY_RATE_HZ, KEY_WINDOW, KEY_HOP = SAMPLE_RATE_HZ // 4, 8192, 4096
LOWEST_NOTE_HZ, HIGHEST_NOTE_HZ = 60.0, 2100.0
PEAKS_PER_FRAME = 40
MAJOR = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
MINOR = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)


@dataclass(frozen=True)
class Measured:
    """What was heard. `beats_s` is empty, and `tempo_bpm` None, where nothing beats; `key` None where nothing is tuned."""

    duration_s: float
    tempo_bpm: float | None
    beats_s: tuple[float, ...]
    key: Key | None
    key_clarity: float  # how much better this key fits than the next one, as a difference of correlations

    @property
    def first_beat_s(self) -> float | None:
        """Where the first beat falls."""
        return self.beats_s[0] if self.beats_s else None


def measured(audio: NDArray[np.float32]) -> Measured:
    """Measures a recording, float32 [frames, channels] at 44.1 kHz."""
    mono = audio.mean(axis=1, dtype=np.float32)
    beats_s, tempo_bpm = _rhythm(mono)
    key, clarity = _key(mono)
    return Measured(round(len(mono) / SAMPLE_RATE_HZ, 4), tempo_bpm, beats_s, key, clarity)


def _rhythm(mono: NDArray[np.float32]) -> tuple[tuple[float, ...], float | None]:
    onsets = onset_curve(mono)
    if len(onsets) < 2 * FRAMES_PER_S or onsets.max(initial=0.0) <= 0.0:
        return (), None
    period = _period(onsets)
    silence = np.zeros(2 * round(period))  # so that a beat may fall on the very first frame
    beats = _beats(np.concatenate([silence, onsets]), period) - len(silence)
    if len(beats) < 4:
        return (), None
    return tuple(round(max(0.0, float(beat) / FRAMES_PER_S), 3) for beat in beats), round(_steady_bpm(beats), 2)


def onset_curve(mono: NDArray[np.float32]) -> Floats:
    """How much begins to sound, for each frame of `HOP` samples; all zero where nothing begins."""
    sound = resample_poly(mono, 1, SAMPLE_RATE_HZ // RHYTHM_RATE_HZ).astype(np.float32)
    if len(sound) < RHYTHM_WINDOW:
        return np.zeros(0)
    _, _, spectrum = stft(sound, RHYTHM_RATE_HZ, nperseg=RHYTHM_WINDOW, noverlap=RHYTHM_WINDOW - HOP, padded=False)
    loudness = np.log1p(1000.0 * (_bands() @ np.abs(spectrum)))
    rise = np.maximum(np.diff(loudness, axis=1, prepend=0.0), 0.0).mean(axis=0)
    if np.percentile(rise[EDGE_FRAMES:], 99.0) < LEAST_RISE:
        return np.zeros(len(rise))
    width = int(FRAMES_PER_S)
    rise = rise - np.convolve(rise, np.ones(width) / width, mode="same")
    return np.asarray(np.maximum(rise, 0.0) / rise.std(), dtype=np.float64)


def _bands() -> Floats:
    """Triangles on the mel scale over the bins of the spectrum, [bands, bins]."""
    lowest, highest = (2595.0 * np.log10(1.0 + f / 700.0) for f in (LOWEST_BAND_HZ, HIGHEST_BAND_HZ))
    mel = np.linspace(lowest, highest, BANDS + 2)
    edges = 700.0 * (10.0 ** (mel / 2595.0) - 1.0)
    bins = np.arange(RHYTHM_WINDOW // 2 + 1) * RHYTHM_RATE_HZ / RHYTHM_WINDOW
    up = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0.0, np.minimum(up, down))
    return np.asarray(triangles / np.maximum(triangles.sum(axis=1, keepdims=True), 1e-9))


def _period(onsets: Floats) -> float:
    """Frames from beat to beat."""
    smooth = np.convolve(onsets, np.hanning(7) / np.hanning(7).sum(), mode="same")
    centred = smooth - smooth.mean()
    size = 1 << (2 * len(centred) - 1).bit_length()
    likeness = np.fft.irfft(np.abs(np.fft.rfft(centred, size)) ** 2)[: len(centred)]
    likeness = likeness / np.maximum(1.0, np.arange(len(centred), 0, -1)) / max(likeness[0] / len(centred), 1e-9)
    candidates_bpm = np.geomspace(SLOWEST_BPM, FASTEST_BPM, 1500)
    lags = 60.0 * FRAMES_PER_S / candidates_bpm
    score, weight = np.zeros(len(lags)), 0.0
    for multiple, counts in MULTIPLES.items():
        if multiple * lags[0] < 0.8 * len(likeness):
            score += counts * np.interp(multiple * lags, np.arange(len(likeness)), likeness)
            weight += counts
    usual = np.exp(-0.5 * (np.log2(candidates_bpm / USUAL_BPM) / USUAL_WIDTH_OCTAVES) ** 2)
    return float(lags[int(np.argmax(score / max(weight, 1.0) * usual))])


def _beats(onsets: Floats, period: float) -> NDArray[np.float64]:
    """The frames of the beats, from the first that is heard to the last."""
    smooth = np.convolve(onsets, np.exp(-0.5 * (np.arange(-8, 9) / 2.0) ** 2), mode="same")
    smooth = smooth / max(smooth.std(), 1e-9)
    shortest, longest = round(period * 0.6), round(period * 1.6)
    cost = -EVENNESS * np.log(np.arange(longest, shortest - 1, -1) / period) ** 2
    total, before = smooth.copy(), np.full(len(smooth), -1)
    for frame in range(longest, len(smooth)):
        reached = total[frame - longest : frame - shortest + 1] + cost
        best = int(np.argmax(reached))
        if reached[best] > 0.0:
            total[frame] += reached[best]
            before[frame] = frame - longest + best
    last = max(0, len(total) - longest)
    frame = last + int(np.argmax(total[last:]))
    chain = [frame]
    while before[frame] >= 0:
        frame = int(before[frame])
        chain.append(frame)
    return _heard(np.array(chain[::-1]), smooth)


def _heard(beats: NDArray[np.int_], smooth: Floats) -> NDArray[np.float64]:
    """Without the beats that were laid into silence before and after the music, each moved to its curve's very top."""
    strong = np.flatnonzero(smooth[beats] > 0.25 * np.median(smooth[beats]))
    if len(strong) == 0:
        return np.zeros(0)
    kept = np.clip(beats[strong[0] : strong[-1] + 1], 1, len(smooth) - 2)
    left, here, right = smooth[kept - 1], smooth[kept], smooth[kept + 1]
    bend = left - 2.0 * here + right
    moved = np.where(bend < -1e-9, 0.5 * (left - right) / np.where(bend < -1e-9, bend, -1.0), 0.0)
    return np.asarray(kept + np.clip(moved, -0.5, 0.5), dtype=np.float64)


def _steady_bpm(beats: NDArray[np.float64]) -> float:
    """The tempo of evenly spaced beats that fit best; of the middle half of the distances where they do not keep time."""
    slope = float(np.polyfit(np.arange(len(beats)), beats, 1)[0])
    middle = float(np.median(np.diff(beats)))
    return 60.0 * FRAMES_PER_S / (slope if abs(slope / middle - 1.0) < 0.03 else middle)


def _key(mono: NDArray[np.float32]) -> tuple[Key | None, float]:
    classes = pitch_classes(mono)
    if classes.sum() <= 0.0 or classes.std() < 1e-9:
        return None, 0.0
    scores = {
        Key(tonic, mode): float(np.corrcoef(classes, np.roll(profile, tonic))[0, 1])
        for mode, profile in (("major", MAJOR), ("minor", MINOR))
        for tonic in range(12)
    }
    best, second = sorted(scores, key=lambda key: -scores[key])[:2]
    return best, round(scores[best] - scores[second], 4)


def pitch_classes(mono: NDArray[np.float32]) -> Floats:
    """How strongly each of the twelve pitch classes sounds, C first."""
    sound = resample_poly(mono, 1, SAMPLE_RATE_HZ // KEY_RATE_HZ)
    if len(sound) < KEY_WINDOW:
        sound = np.pad(sound, (0, KEY_WINDOW - len(sound)))
    _, _, spectrum = stft(sound, KEY_RATE_HZ, nperseg=KEY_WINDOW, noverlap=KEY_WINDOW - KEY_HOP, padded=False)
    pitches, strengths = _partials(np.abs(spectrum))
    if len(pitches) == 0:
        return np.zeros(12)
    off = np.angle(np.sum(strengths * np.exp(2j * np.pi * pitches))) / (2 * np.pi)  # tuning, in semitones
    nearest = np.rint(pitches - off)
    sureness = np.maximum(0.0, 1.0 - 2.0 * np.abs(pitches - off - nearest))
    return np.asarray(np.bincount(nearest.astype(int) % 12, strengths * sureness, minlength=12), dtype=np.float64)


def _partials(magnitudes: Floats) -> tuple[Floats, Floats]:
    """The peaks of every frame: their pitches (60 is middle C) and strengths; each frame counts as much as it is loud."""
    low, high = (round(f * KEY_WINDOW / KEY_RATE_HZ) for f in (LOWEST_NOTE_HZ, HIGHEST_NOTE_HZ))
    pitches, strengths = [], []
    for frame in magnitudes.T:
        peaks, _ = find_peaks(frame[low:high])
        peaks = peaks[np.argsort(frame[low + peaks])[-PEAKS_PER_FRAME:]] + low
        if len(peaks) == 0 or frame[peaks].max() < 1e-6:
            continue
        left, here, right = (np.log(frame[peaks + step] + 1e-12) for step in (-1, 0, 1))
        exact = peaks + 0.5 * (left - right) / np.minimum(left - 2.0 * here + right, -1e-9)
        pitches.append(69.0 + 12.0 * np.log2(exact * KEY_RATE_HZ / KEY_WINDOW / 440.0))
        strengths.append(np.sqrt(frame[peaks]))
    if not pitches:
        return np.zeros(0), np.zeros(0)
    return np.concatenate(pitches), np.concatenate(strengths)
