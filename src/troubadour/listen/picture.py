"""An analysis as a picture: the waveform under its sections, the chords, the beats and the melody, all along one line of time."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from troubadour.files.lettering import PLAIN
from troubadour.files.names import key_name
from troubadour.listen.value import Analysis, HeardChord

WIDTH, MARGIN = 1600, 24
HEAD, SECTIONS, WAVE, BEATS, CHORDS, MELODY = 64, 34, 170, 30, 44, 280  # heights of the rows, from the top
PAPER, INK, FAINT = (250, 248, 243), (38, 34, 46), (198, 192, 204)
SOUND, NOTE, BEAT, DOWNBEAT = (92, 104, 148), (196, 78, 66), (150, 146, 160), (38, 34, 46)
LETTERS = ((222, 214, 236), (206, 228, 222), (245, 222, 202), (214, 224, 242), (240, 210, 218), (232, 232, 200))


def picture(heard: Analysis, peaks: Sequence[float], title: str) -> bytes:
    """A PNG. `peaks` are largest absolute values in equal pieces of the recording, 0-1."""
    rows = (HEAD, SECTIONS, WAVE, BEATS, CHORDS, MELODY)
    image = Image.new("RGB", (WIDTH, sum(rows) + 2 * MARGIN), PAPER)
    draw = ImageDraw.Draw(image)
    tops = [MARGIN + sum(rows[:k]) for k in range(len(rows))]
    draw.text((MARGIN, tops[0] + 4), title, font=_font(24), fill=INK)
    draw.text((MARGIN, tops[0] + 36), _summary(heard), font=_font(14), fill=INK)
    _sections(draw, heard, tops[1])
    _wave(draw, peaks, tops[2])
    _beats(draw, heard, tops[3])
    _chords(draw, heard, tops[4])
    _melody(draw, heard, tops[5])
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def peaks_of(audio: np.ndarray[tuple[int, ...], np.dtype[np.float32]], count: int = WIDTH - 2 * MARGIN) -> list[float]:
    """Largest absolute values of a sound in equal pieces."""
    edges = np.linspace(0, len(audio), min(count, max(1, len(audio))) + 1).astype(int)[:-1]
    loud = np.abs(audio) if audio.ndim == 1 else np.abs(audio).max(axis=1)
    return [float(each) for each in np.maximum.reduceat(loud, edges)] if len(audio) else []


def _summary(heard: Analysis) -> str:
    told = [heard.kind, f"{heard.duration_s:.1f} s", f"{heard.loudness_lufs:g} LUFS"]
    told += [f"{heard.tempo_bpm:g} bpm"] if heard.tempo_bpm else []
    told += [heard.metre] if heard.metre else []
    told += [key_name(heard.key)] if heard.key else []
    return " · ".join([*told, "a voice" if heard.has_voice else "no voice"])


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(PLAIN, size)


def _x(at_s: float, heard: Analysis) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * at_s / max(heard.duration_s, 1e-3)


def _sections(draw: ImageDraw.ImageDraw, heard: Analysis, top: int) -> None:
    for part in heard.sections:
        left, right = _x(part.start_s, heard), _x(part.end_s, heard)
        colour = LETTERS[(ord(part.label[0]) - ord("A")) % len(LETTERS)]
        draw.rectangle((left, top, right - 2, top + SECTIONS + WAVE), fill=colour)
        draw.text((left + 8, top + 6), part.label, font=_font(18), fill=INK)


def _wave(draw: ImageDraw.ImageDraw, peaks: Sequence[float], top: int) -> None:
    middle, most = top + WAVE / 2, max([*peaks, 1e-6])
    for k, peak in enumerate(peaks):
        x = MARGIN + (WIDTH - 2 * MARGIN) * k / len(peaks)
        half = max(0.5, 0.46 * WAVE * peak / most)
        draw.line((x, middle - half, x, middle + half), fill=SOUND)


def _beats(draw: ImageDraw.ImageDraw, heard: Analysis, top: int) -> None:
    downbeats = set(heard.downbeats_s)
    for beat in heard.beats_s:
        first = beat in downbeats
        draw.line(
            (_x(beat, heard), top + (4 if first else 14), _x(beat, heard), top + BEATS - 4), fill=DOWNBEAT if first else BEAT
        )


def _chords(draw: ImageDraw.ImageDraw, heard: Analysis, top: int) -> None:
    font = _font(13)
    for chord in heard.chords:
        left, right = _x(chord.start_s, heard), _x(chord.end_s, heard)
        draw.line((left, top, left, top + CHORDS - 10), fill=FAINT)
        text = _short(chord)
        if draw.textlength(text, font=font) < right - left - 5:
            draw.text((left + 4, top + 8), text, font=font, fill=INK)


def _short(chord: HeardChord) -> str:
    root, _, quality = chord.label.partition(":")
    return root + {"maj": "", "min": "m", "min7": "m7"}.get(quality, quality)


def _melody(draw: ImageDraw.ImageDraw, heard: Analysis, top: int) -> None:
    if not heard.melody:
        return
    low, high = min(n.midi for n in heard.melody) - 2, max(n.midi for n in heard.melody) + 2
    for octave in range(int(low // 12) * 12, int(high) + 12, 12):
        if low < octave < high:
            y = top + MELODY * (1 - (octave - low) / (high - low))
            draw.line((MARGIN, y, WIDTH - MARGIN, y), fill=FAINT)
            draw.text((MARGIN, y - 16), f"C{octave // 12 - 1}", font=_font(12), fill=BEAT)
    for note in heard.melody:
        y = top + MELODY * (1 - (note.midi - low) / (high - low))
        draw.rectangle(
            (_x(note.start_s, heard), y - 3, max(_x(note.end_s, heard), _x(note.start_s, heard) + 2), y + 3), fill=NOTE
        )
