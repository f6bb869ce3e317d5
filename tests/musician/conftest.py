"""A small song made by hand: eight bars with words, a band of five, stems of plain tones. It needs no voice and no bank."""

from __future__ import annotations

import numpy as np
import pytest

from troubadour.brief import Brief, Effect, Key, Line, Lyrics, Metre, Request, Stanza
from troubadour.plan import PhrasePlan, Plan, Player, SectionPlan
from troubadour.score import Chord, Feel, Note, Part, Phrase, Score, Section, SungLine, SungPart, Tempo
from troubadour.stems import Stems
from troubadour.units import SAMPLE_RATE_HZ, hz
from troubadour.words import Syllable, Word

FRAMES = 20 * SAMPLE_RATE_HZ  # 16 s of music at 120 bpm, 4 s of tail


def word(*texts: str) -> Word:
    return Word(tuple(Syllable(text, "", "a", "", 2 if k == 0 else 0) for k, text in enumerate(texts)))


FIRST = (word("Eve", "ry", "thing "), word("is "), word("5 "), word("km ", ""), word("a", "way,"))
SECOND = (word("la "), word("ñ", "andú "), word("o", "ver "), word("the "), word("moon"))
ECHO = (word("o", "ver "), word("you"))


def line(words: tuple[Word, ...], start: int, pitches: tuple[int, ...], melisma: int | None = None) -> SungLine:
    count, notes, at = sum(len(w.syllables) for w in words), [], start
    for k in range(count):
        pitch = pitches[k % len(pitches)]
        notes.append((Note(at, 240, pitch),) if k != melisma else (Note(at, 120, pitch), Note(at + 120, 120, pitch + 2)))
        at += 360
    return SungLine(words, tuple(notes))


@pytest.fixture(scope="session")
def small_score() -> Score:
    roots = (0, 9, 5, 7) * 2
    chords = tuple(Chord(1920 * b, 1920, r, "min7" if r == 9 else "maj", 5 if b == 6 else r) for b, r in enumerate(roots))
    drums = [
        Note(1920 * b + 480 * q, 120, p, v)
        for b in range(8)
        for q, p, v in (
            (0, 36, 110),
            (1, 38, 100),
            (2, 36, 105),
            (3, 38, 100),
            (0, 42, 60),
            (1, 42, 50),
            (2, 42, 60),
            (3, 42, 50),
        )
    ]
    bass = [Note(1920 * b + 960 * h, 900, 36 + r % 12, 95) for b, r in enumerate(roots) for h in range(2)]
    keys = [Note(1920 * b, 1800, 60 + (r + k) % 12, 80) for b, r in enumerate(roots) for k in (0, 4, 7)]
    strum = [Note(1920 * b + 240 * e, 200, 52 + (r + 7) % 12, 70) for b, r in enumerate(roots) for e in range(8)]
    ordered = lambda notes: tuple(sorted(notes, key=lambda n: (n.start, n.pitch)))  # noqa: E731
    return Score(
        title="Paper Moon", seed=7, take=0, style="pop", tempos=(Tempo(0, 120.0),), metre=Metre(4, 4), key=Key(0, "major"),
        frames=FRAMES, feel=Feel(),
        sections=(Section("Verse 1", "verse", 0, 4, 0.4), Section("Chorus 1", "chorus", 4, 4, 0.8)),
        phrases=(Phrase("A", 0, 4), Phrase("B", 4, 3), Phrase("c", 7, 1)),
        chords=chords,
        parts=(
            Part("drums", "drums", "acoustic_kit", ordered(drums)), Part("bass", "bass", "finger_bass", ordered(bass)),
            Part("guitar", "chords", "steel_guitar", ordered(strum)),
            Part("guitar_2", "riff", "clean_guitar", ordered(strum[8:])),
            Part("keyboard", "pad", "grand_piano", ordered(keys)),
        ),
        sung=(
            SungPart("vocals", "anna", (line(FIRST, 480, (64, 67, 69, 67, 65), melisma=1),
                                          line(SECOND, 8160, (72, 71, 69, 67)))),
            SungPart("backing_vocals", "bella", (line(ECHO, 11520, (60, 64)),)),
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def small_plan(small_score: Score) -> Plan:
    text = "Everything is 5 km away,\nla ñandú over the moon"
    lines = (Line("Everything is 5 km away,", FIRST), Line("la ñandú over the moon", SECOND))
    lyrics = Lyrics(text, (Stanza("verse", "Verse", lines),), marked=False)
    brief = Brief(Request(text="a paper moon pop song", seed=7), "Paper Moon", (("pop", 1.0),), moods=("dreamy",),
                  lyrics=lyrics, effects=(Effect("pop", "style: pop"),))  # fmt: skip
    return Plan(
        brief, "pop", "Paper Moon", 120.0, Metre(4, 4), Key(0, "major"), FRAMES,
        sections=(SectionPlan("Verse 1", "verse", 0.4, (PhrasePlan("A", 4, lines[:1]),)),
                  SectionPlan("Chorus 1", "chorus", 0.8, (PhrasePlan("B", 3, lines[1:]), PhrasePlan("c", 1)))),
        band=tuple(Player(p.role, p.instrument) for p in small_score.parts), voice="anna",
    )  # fmt: skip


def tone(frames: int, pitch: float, rng: np.random.Generator, noise: float = 0.0) -> np.ndarray:
    time_s = np.arange(frames) / SAMPLE_RATE_HZ
    wave = sum(np.sin(2 * np.pi * hz(pitch) * k * time_s + k) / k**1.5 for k in range(1, 9) if hz(pitch) * k < 18000)
    return ((1 - noise) * wave + noise * rng.standard_normal(frames)) * np.exp(-3.0 * time_s) * np.minimum(1.0, time_s / 0.004)


def played(score: Score, notes: tuple[Note, ...], rng: np.random.Generator, noise: float = 0.0) -> np.ndarray:
    audio = np.zeros((score.frames, 2), np.float32)
    for note in notes:
        start = score.frame_at(note.start)
        sound = tone(min(score.frame_at(note.end + 120) - start, score.frames - start), note.pitch, rng, noise)
        audio[start : start + len(sound)] += (0.2 * note.velocity / 127 * sound)[:, None].astype(np.float32)
    return audio


@pytest.fixture(scope="session")
def small_stems(small_score: Score) -> Stems:
    rng = np.random.default_rng(1)
    tracks = {
        part.name: played(small_score, part.notes, rng, 0.6 if part.name == "drums" else 0.0) for part in small_score.parts
    }
    dry = {}
    for sung in small_score.sung:
        notes = tuple(note for sung_line in sung.lines for group in sung_line.notes for note in group)
        tracks[sung.name] = played(small_score, notes, rng, 0.05)
        dry[sung.name] = tracks[sung.name][:, :1].copy()
    return Stems(tracks, dry, credits=("Sounds: a test tone, CC0",), notes=())
