"""Which notes sound: a spectrum of semitones, explained by notes with overtones.

A spectrum with long windows is laid on a scale of thirds of a semitone, tuned to the recording, whitened (each pitch against its
surroundings), and explained as a sum of notes whose overtones fall off evenly, none of them negative (M. Mauch, S. Dixon,
"Approximate note transcription for the improved identification of difficult chords", 2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from troubadour.listen.sound import RATE_HZ, Sound
from troubadour.listen.spectra import magnitudes

Floats = NDArray[np.float32]

WINDOW, HOP = 8192, 1024
FRAMES_PER_S = RATE_HZ / HOP
LOWEST, NOTES = 24, 84  # MIDI 24 (32.7 Hz) to 107
FINE = 3  # steps to the semitone
STEPS = NOTES * FINE
OVERTONES, FALL = 16, 0.72
ROUNDS = 40  # of the multiplicative update
BASS_UNTIL, TREBLE_FROM = 54, 48
BASS_NOTES, TURN_FRAMES = 36, 4


@dataclass(frozen=True)
class Pitches:
    """The spectrum of thirds of semitones [frames, STEPS], and the tuning it was laid on."""

    strengths: Floats
    tuning_cents: float

    @property
    def any(self) -> bool:
        """Whether anything sounds at all."""
        return bool(self.strengths.max(initial=0.0) > 1e-6)


def pitches_of(sound: Sound) -> Pitches:
    """The spectrum of semitones of a recording, tuned to itself."""
    tuning = tuning_cents(sound)
    scale = _steps(tuning)
    found = [strong @ scale for _, strong in magnitudes(sound.samples, WINDOW, HOP)]
    return Pitches(np.concatenate(found), tuning)


def tuning_cents(sound: Sound) -> float:
    """How far the recording is tuned above A4 = 440 Hz, within half a semitone: the mean direction of its spectral peaks."""
    total = 0j
    for _, strong in magnitudes(sound.samples, WINDOW, 4 * HOP):
        low, high = (round(hz * WINDOW / RATE_HZ) for hz in (100.0, 2000.0))
        here, left, right = strong[:, low:high], strong[:, low - 1 : high - 1], strong[:, low + 1 : high + 1]
        top = (here > left) & (here >= right) & (here > 0.1 * strong[:, low:high].max(axis=1, keepdims=True)) & (here > 1e-5)
        rows, columns = np.nonzero(top)
        if len(rows) == 0:
            continue
        a, b, c = (np.log(each[rows, columns] + 1e-9) for each in (left, here, right))
        exact = low + columns + 0.5 * (a - c) / np.minimum(a - 2.0 * b + c, -1e-9)
        midi = 69.0 + 12.0 * np.log2(exact * RATE_HZ / WINDOW / 440.0)
        total += complex(np.sum(np.sqrt(here[rows, columns]) * np.exp(2j * np.pi * midi)))
    return round(float(np.angle(total)) / (2.0 * np.pi) * 100.0, 1) if abs(total) > 0.0 else 0.0


def _steps(tuning: float) -> Floats:
    """What each bin adds to each third of a semitone [bins, STEPS]: raised cosines as wide as a step or a bin."""
    bins = np.arange(WINDOW // 2 + 1)
    with np.errstate(divide="ignore"):
        at = (69.0 + 12.0 * np.log2(bins * RATE_HZ / WINDOW / 440.0) - tuning / 100.0 - LOWEST) * FINE
    width = np.maximum(1.0, FINE * 12.0 / np.log(2.0) / np.maximum(bins, 1))  # a bin, in steps
    away = (np.arange(STEPS)[None, :] - at[:, None]) / width[:, None]
    weights = np.where(np.abs(away) < 1.0, 0.5 + 0.5 * np.cos(np.pi * np.clip(away, -1.0, 1.0)), 0.0) / width[:, None]
    weights[0] = 0.0
    return np.asarray(weights, dtype=np.float32)


def whitened(strengths: Floats) -> Floats:
    """Each step against the octave around it, so that neither bass nor noise rules."""
    around = uniform_filter1d(strengths, 12 * FINE + 1, axis=1, mode="nearest")
    spread = np.sqrt(np.maximum(uniform_filter1d(strengths**2, 12 * FINE + 1, axis=1, mode="nearest") - around**2, 1e-16))
    return np.asarray(np.where(strengths > around, (strengths - around) / spread, 0.0) * _loud(strengths), dtype=np.float32)


def _loud(strengths: Floats) -> Floats:
    """How loud each frame is against the recording, gently: silence is not blown up to music."""
    loud = strengths.sum(axis=1, keepdims=True)
    return np.asarray(np.minimum(1.0, (loud / max(float(np.percentile(loud, 75.0)), 1e-9)) ** 0.5), dtype=np.float32)


def notes_of(white: Floats) -> Floats:
    """How strongly each note sounds [frames, NOTES], by multiplicative updates (Lee and Seung, 2001)."""
    shapes = _overtones()
    found = np.maximum(white @ shapes.T, 1e-6)
    numerator = white @ shapes.T
    gram = shapes @ shapes.T
    for _ in range(ROUNDS):
        found *= numerator / (found @ gram + 1e-6)
    return np.asarray(found, dtype=np.float32)


def _overtones() -> Floats:
    """Each note as a row of overtones [NOTES, STEPS]."""
    shapes = np.zeros((NOTES, STEPS), np.float32)
    for note in range(NOTES):
        for overtone in range(1, OVERTONES + 1):
            at = note * FINE + 12 * FINE * np.log2(overtone)
            for step in (int(np.floor(at)), int(np.floor(at)) + 1):
                if step < STEPS:
                    shapes[note, step] += FALL ** (overtone - 1) * (1.0 - abs(at - step))
    return np.asarray(shapes / np.linalg.norm(shapes, axis=1, keepdims=True), dtype=np.float32)


def chroma(notes: Floats) -> tuple[Floats, Floats]:
    """(bass, treble) pitch classes [frames, 12], C first; the two overlap softly."""
    midi = LOWEST + np.arange(NOTES)
    bass = np.interp(midi, (30, 36, BASS_UNTIL - 6, BASS_UNTIL + 4), (0.3, 1.0, 1.0, 0.0))
    treble = np.interp(midi, (TREBLE_FROM - 8, TREBLE_FROM + 4, 84, 100), (0.0, 1.0, 1.0, 0.1))
    fold = np.zeros((NOTES, 12), np.float32)
    fold[np.arange(NOTES), midi % 12] = 1.0
    return np.asarray((notes * bass) @ fold, np.float32), np.asarray((notes * treble) @ fold, np.float32)


def turns(pitches: Pitches) -> Floats:
    """How much the harmony turns in each frame: the pitch classes just after it against those just before, the bass apart."""
    white = whitened(pitches.strengths)
    bass = white[:, : BASS_NOTES * FINE]
    classes = np.concatenate([each.reshape(len(each), -1, 12, FINE).sum(axis=(1, 3)) for each in (white, bass)], axis=1)
    smooth = gaussian_filter1d(classes, 1.0, axis=0)
    padded = np.pad(smooth, ((TURN_FRAMES, TURN_FRAMES), (0, 0)), mode="edge")
    before, after = padded[: -2 * TURN_FRAMES], padded[2 * TURN_FRAMES :]
    norm = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    away = 1.0 - np.sum(before * after, axis=1) / np.maximum(norm, 1e-6)
    sharp = np.maximum(away - gaussian_filter1d(away, 15.0), 0.0)
    return np.asarray(sharp / max(float(sharp.std()), 1e-9), dtype=np.float32)
