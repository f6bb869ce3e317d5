"""How a singer moves between and on the notes: pitch in cents and level in decibels, frame by frame.

Glides are raised cosines that begin before the note; long notes get a vibrato that fades in; a slow drift and a fast jitter
keep the pitch alive; the first note after a rest is scooped. Figures after Sundberg, "The Science of the Singing Voice"
(1987), ch. 8, and Saitou et al., "Development of an F0 control model" (2005).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from troubadour.stems.sing.manner import Manner
from troubadour.stems.sing.timeline import Sung1

Curve = NDArray[np.float64]

GLIDE_S, GLIDE_BEFORE = 0.09, 0.6  # length of a small step's glide; the part of it before the note
VIBRATO_HZ, VIBRATO_RISE_S, VIBRATO_LEAST_S = 5.6, 0.25, 0.35
SCOOP_S, FALL_S = 0.10, 0.12
SPEECH_SPREAD = 0.8  # how much of speech's rise and fall a rapper keeps
REST_S = 0.15


def slow_noise(rng: np.random.Generator, frames: int, cutoff_hz: float, frame_hz: float, size: float) -> Curve:
    """Noise below a cutoff with standard deviation `size`."""
    white = rng.standard_normal(frames + 64)
    if frames < 16:
        return np.zeros(frames)
    shaped = sosfiltfilt(butter(2, min(cutoff_hz, 0.45 * frame_hz), fs=frame_hz, output="sos"), white)[32 : 32 + frames]
    return np.asarray(shaped * (size / (shaped.std() + 1e-9)))


def pitch_hz(notes: tuple[Sung1, ...], time_s: Curve, vibrato_cents: float, manner: Manner, rng: np.random.Generator) -> Curve:
    """The fundamental at each time (seconds from the line's first note), in a voice with this vibrato."""
    frame_hz = 1.0 / (time_s[1] - time_s[0])
    midi = np.full(len(time_s), float(notes[0].pitch))
    cents = np.zeros(len(time_s))
    for i, note in enumerate(notes):
        rate, depth = (
            VIBRATO_HZ * (1 + 0.03 * rng.standard_normal()),
            manner.vibrato * vibrato_cents * (1 + 0.1 * rng.standard_normal()),
        )
        before = notes[i - 1] if i else None
        if before is not None:
            step = note.pitch - before.pitch
            width = min(
                manner.glide * GLIDE_S * (0.7 + 0.06 * min(abs(step), 12)),
                0.8 * (note.end_s - note.start_s),
                0.8 * (before.end_s - before.start_s),
            )
            begin = note.start_s - GLIDE_BEFORE * width
            part = np.clip((time_s - begin) / max(width, 1e-3), 0, 1)
            midi = np.where(time_s >= begin, before.pitch + step * (0.5 - 0.5 * np.cos(np.pi * part)), midi)
        length = note.end_s - note.start_s
        if before is None or note.start_s - before.end_s > REST_S:
            part = np.clip((time_s - note.start_s) / min(SCOOP_S, 0.5 * length), 0, 1)
            cents -= np.where(
                (time_s >= note.start_s - REST_S) & (time_s < note.end_s), manner.scoop_cents * (1 - part) ** 2, 0
            )
        if length > VIBRATO_LEAST_S:
            into = time_s - note.start_s
            fade = np.clip((into - min(manner.vibrato_from_s, 0.5 * length)) / VIBRATO_RISE_S, 0, 1)
            fade *= np.clip((note.end_s - time_s) / 0.08, 0, 1)
            cents += fade * depth * np.sin(2 * np.pi * rate * into)
    cents -= manner.fall_cents * np.clip((time_s - (notes[-1].end_s - FALL_S)) / FALL_S, 0, 1) ** 2
    cents += slow_noise(rng, len(time_s), 2.0, frame_hz, manner.drift_cents)
    cents += slow_noise(rng, len(time_s), 25.0, frame_hz, manner.jitter_cents)
    return np.asarray(440.0 * 2.0 ** ((midi - 69.0 + cents / 100.0) / 12.0))


def speech_hz(notes: tuple[Sung1, ...], own_hz: Curve, at: Curve) -> Curve:
    """The rise and fall of the spoken line, around the notes' middle. `at`: which frame of `own_hz` (0: unvoiced) is heard."""
    found = np.flatnonzero(own_hz > 0)
    if not len(found):
        return np.full(len(at), 440.0 * 2.0 ** ((notes[0].pitch - 69.0) / 12.0))
    octaves = np.interp(np.arange(len(own_hz)), found, np.log2(own_hz[found]))
    heard = np.interp(at, np.arange(len(octaves)), octaves - np.median(octaves[found]))
    middle = float(np.average([n.pitch for n in notes], weights=[n.end_s - n.start_s for n in notes]))
    return np.asarray(440.0 * 2.0 ** ((middle - 69.0) / 12.0 + SPEECH_SPREAD * heard))


def level_db(notes: tuple[Sung1, ...], time_s: Curve) -> Curve:
    """The dynamics at each time: an arch over the line, a swell on long notes, and the notes' own velocities."""
    start, end = notes[0].start_s, notes[-1].end_s
    level = -1.5 + 2.5 * np.sin(np.pi * np.clip((time_s - start) / (end - start), 0, 1))
    for note in notes:
        length = note.end_s - note.start_s
        if length > 0.9:
            level += 1.5 * np.sin(np.pi * np.clip((time_s - note.start_s) / length, 0, 1))
    middles = [0.5 * (n.start_s + n.end_s) for n in notes]
    return np.asarray(level + np.interp(time_s, middles, [0.08 * (n.velocity - 90) for n in notes]))
