"""`analyze`: a recording → `Analysis`. The whole path on one page."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from troubadour.listen.form import sections_of
from troubadour.listen.harmony import half_beats, harmony_of
from troubadour.listen.kind import kind_of
from troubadour.listen.melody import melody_of
from troubadour.listen.metre import bars_of
from troubadour.listen.pitches import pitches_of, turns
from troubadour.listen.rhythm import onsets_of, pulse_of
from troubadour.listen.sound import Sound, pieces, taken_in
from troubadour.listen.value import SILENCE, Analysis


def analyze(audio: NDArray[np.float32]) -> Analysis:
    """Hears a recording, float32 [frames, channels] at 44.1 kHz."""
    return heard(taken_in(pieces(audio)))


def analyze_pieces(audio: Iterable[NDArray[np.float32]]) -> Analysis:
    """Hears a recording that comes in pieces [frames, 2], all but the last of ten seconds."""
    return heard(taken_in(audio))


def heard(sound: Sound) -> Analysis:
    """What is heard in a sound."""
    onsets = onsets_of(sound)
    pitches = pitches_of(sound)
    melody = melody_of(sound)
    kind = kind_of(sound, onsets, pitches, melody)
    if kind.kind == SILENCE:
        return _silence(sound)
    pulse = pulse_of(onsets, turns(pitches))
    harmony = harmony_of(pitches, pulse.beats_s, sound.duration_s)
    bars = bars_of(pulse, onsets, pitches, harmony.chords)
    edges_s = half_beats(pulse.beats_s, sound.duration_s)
    sections, sections_confidence = sections_of(pitches, edges_s, bars.downbeats_s, sound.duration_s)
    return Analysis(
        duration_s=round(sound.duration_s, 4),
        kind=kind.kind,
        kind_confidence=kind.confidence,
        loudness_lufs=sound.loudness_lufs,
        tempo_bpm=pulse.tempo_bpm,
        tempo_confidence=pulse.tempo_confidence,
        tempo_curve=pulse.tempo_curve,
        beats_s=pulse.beats_s,
        beats_confidence=pulse.beats_confidence,
        downbeats_s=bars.downbeats_s,
        downbeats_confidence=bars.downbeats_confidence,
        metre=bars.metre,
        metre_confidence=bars.metre_confidence,
        key=harmony.key,
        key_confidence=harmony.key_confidence,
        tuning_cents=pitches.tuning_cents,
        chords=harmony.chords,
        chords_confidence=harmony.chords_confidence,
        sections=sections,
        sections_confidence=sections_confidence,
        melody=melody.notes,
        melody_confidence=melody.confidence,
        has_voice=kind.has_voice,
        has_voice_confidence=kind.voice_confidence,
    )


def _silence(sound: Sound) -> Analysis:
    return Analysis(
        duration_s=round(sound.duration_s, 4), kind=SILENCE, kind_confidence=1.0, loudness_lufs=sound.loudness_lufs,
        tempo_bpm=None, tempo_confidence=0.0, tempo_curve=(), beats_s=(), beats_confidence=0.0,
        downbeats_s=(), downbeats_confidence=0.0, metre=None, metre_confidence=0.0, key=None, key_confidence=0.0,
        tuning_cents=0.0, chords=(), chords_confidence=0.0, sections=(), sections_confidence=0.0,
        melody=(), melody_confidence=0.0, has_voice=False, has_voice_confidence=1.0,
    )  # fmt: skip
