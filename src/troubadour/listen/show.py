"""An analysis as facts for scripts and as words for people."""

from __future__ import annotations

from typing import Any

from troubadour.files.names import key_name
from troubadour.listen.value import MUSIC, Analysis


def facts(heard: Analysis) -> dict[str, Any]:
    """An analysis as plain JSON values; a confidence from 0 to 1 stands beside every estimate."""
    return {
        "duration_s": heard.duration_s,
        "kind": heard.kind,
        "kind_confidence": heard.kind_confidence,
        "loudness_lufs": heard.loudness_lufs,
        "tempo_bpm": heard.tempo_bpm,
        "tempo_confidence": heard.tempo_confidence,
        "tempo_curve": [list(point) for point in heard.tempo_curve],
        "beats_s": list(heard.beats_s),
        "beats_confidence": heard.beats_confidence,
        "downbeats_s": list(heard.downbeats_s),
        "downbeats_confidence": heard.downbeats_confidence,
        "metre": heard.metre,
        "metre_confidence": heard.metre_confidence,
        "key": key_name(heard.key) if heard.key else None,
        "key_confidence": heard.key_confidence,
        "tuning_cents": heard.tuning_cents,
        "chords": [[chord.start_s, chord.end_s, chord.label] for chord in heard.chords],
        "chord_confidences": [chord.confidence for chord in heard.chords],
        "chords_confidence": heard.chords_confidence,
        "sections": [[part.start_s, part.end_s, part.label] for part in heard.sections],
        "sections_confidence": heard.sections_confidence,
        "melody": [[note.start_s, note.end_s, note.midi] for note in heard.melody],
        "melody_confidence": heard.melody_confidence,
        "has_voice": heard.has_voice,
        "has_voice_confidence": heard.has_voice_confidence,
    }


def words(heard: Analysis) -> list[tuple[str, str]]:
    """(what, told) line by line."""
    minutes, seconds = divmod(round(heard.duration_s), 60)
    lines = [
        ("kind", _sure(heard.kind, heard.kind_confidence)),
        ("length", f"{minutes}:{seconds:02d}"),
        ("loudness", f"{heard.loudness_lufs:g} LUFS"),
    ]
    if heard.kind != MUSIC:
        return lines
    voice = "a voice sings" if heard.has_voice else "no voice"
    lines.append(("voice", _sure(voice, heard.has_voice_confidence)))
    if heard.tempo_bpm:
        every = [bpm for _, bpm in heard.tempo_curve]
        moves = f", between {min(every):g} and {max(every):g}" if every and max(every) / min(every) > 1.04 else ""
        lines.append(("tempo", _sure(f"{heard.tempo_bpm:g} bpm{moves}", heard.tempo_confidence)))
        lines.append(("beats", _sure(f"{len(heard.beats_s)}, the first at {heard.beats_s[0]:.2f} s", heard.beats_confidence)))
    if heard.metre:
        lines.append(("metre", _sure(f"{heard.metre}, {len(heard.downbeats_s)} bars", heard.metre_confidence)))
    if heard.key:
        lines.append(("key", _sure(f"{key_name(heard.key)}, tuned {heard.tuning_cents:+.0f} cents", heard.key_confidence)))
    lines.append(("chords", _sure(" ".join(chord.label for chord in heard.chords), heard.chords_confidence)))
    parts = " ".join(f"{part.label} {part.start_s:.1f}-{part.end_s:.1f}" for part in heard.sections)
    lines.append(("sections", _sure(parts, heard.sections_confidence)))
    if heard.melody:
        low, high = min(n.midi for n in heard.melody), max(n.midi for n in heard.melody)
        lines.append(("melody", _sure(f"{len(heard.melody)} notes, MIDI {low:.0f} to {high:.0f}", heard.melody_confidence)))
    return lines


def _sure(text: str, confidence: float) -> str:
    return f"{text}  ({round(100 * confidence)} % sure)"
