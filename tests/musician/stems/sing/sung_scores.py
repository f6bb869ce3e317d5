"""Scores for the singers' tests: lines of words on plain notes."""

from __future__ import annotations

from troubadour.brief import Key, Metre
from troubadour.score import Feel, Note, Score, Section, SungLine, SungPart, Tempo
from troubadour.words.pronounce import pronounce


def line(
    text: str, start: int = 960, step: int = 240, pitches: tuple[int, ...] = (57, 59, 61, 62), melisma: int = 1
) -> SungLine:
    words = pronounce(text)
    notes = []
    for i in range(sum(len(w.syllables) for w in words)):
        part = step // melisma
        group = [Note(start + i * step + k * part, part, pitches[(i + k) % len(pitches)]) for k in range(melisma)]
        notes.append(tuple(group))
    return SungLine(words, tuple(notes))


def song(
    *lines: SungLine, voice: str = "linnea", bpm: float = 100.0, seed: int = 1, swing: float = 0.0, name: str = "vocals"
) -> Score:
    end = max(n.end for x in lines for group in x.notes for n in group)
    frames = round((end / 480 * 60 / bpm + 0.8) * 44100)
    section = (Section("Verse 1", "verse", 0, end // 1920 + 1, 0.5),)
    part = SungPart(name, voice, tuple(lines))
    return Score("", seed, 0, "pop", (Tempo(0, bpm),), Metre(), Key(9), frames, Feel(swing=swing), section, (), (), (), (part,))
