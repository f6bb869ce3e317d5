"""How well the singers sing: `python -m benchmarks.voice [voice …]`.

Word errors by pocketsphinx (free, and with slots: see `_recogniser.py`), beside those of the same words spoken by the same
voice; pitch error by WORLD's harvest on the steady part of each vowel; vowel onsets by forced alignment; loudness; speed
as seconds of song over seconds of one core, all analysis included; whether the same samples come again. Every lead at four
tempos (`TEMPOS`); free word errors only at a song's usual speed, for they take four fifths of the time and mean nothing where
a vowel is heard as two words. Pitch, loudness, speed and repetition are measured on every fifth line. The lines are those of
`_lyrics.KEPT_APART`, which were never used for tuning, unless `--half tuned` asks for the others. Two voices are judged at a
time; the table of all takes some ten minutes of processor.
"""

from __future__ import annotations

import argparse
import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyloudnorm
from scipy.ndimage import uniform_filter1d
from scipy.signal import resample_poly

from benchmarks import _recogniser as judge
from benchmarks._lyrics import KEPT_APART, TUNED_ON
from troubadour.brief import Key, Metre
from troubadour.score import Feel, Note, Score, Section, SungLine, SungPart, Tempo
from troubadour.stems.sing import neural, sing, spoken
from troubadour.stems.sing.timeline import performed, timed
from troubadour.stems.sing.voices import VOICES
from troubadour.words import Word
from troubadour.words.pronounce import pronounce

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pyworld

LEADS = ("linnea", "maren", "rowan", "bram")
SAMPLED = slice(None, None, 5)  # the lines for what needs no words


@dataclass(frozen=True)
class Speed:
    """A tempo: ticks a syllable at beats a minute; `free`: whether the free recogniser is asked."""

    step: int
    bpm: float
    free: bool = False


TEMPOS = {
    "fast": Speed(240, 140.0),  # 0.21 s a syllable
    "song": Speed(240, 100.0, free=True),  # 0.30 s
    "easy": Speed(480, 140.0),  # 0.43 s
    "slow": Speed(480, 100.0),  # 0.60 s
}
TUNES = (
    (0, 2, 4, 5, 4, 2, 4, 5, 7, 5),
    (4, 4, 5, 7, 5, 4, 2, 0, 2, 4),
    (0, 4, 7, 5, 4, 2, 5, 4, 2, 0),
    (7, 5, 4, 5, 2, 4, 0, 2, 4, 0),
)
HALVES = {"kept": KEPT_APART, "tuned": TUNED_ON}
CLOSING = 0.3  # of a vowel's level: below it, the next consonant has begun to close the mouth
GLIDE_S = 0.08  # before a note, the pitch is on its way to it
BEFORE_S, AFTER_S = 0.05, 0.35  # heard before a line's first sound (not its breath) and after its last note


def song(voice: str, step: int, lyrics: tuple[str, ...], bpm: float = 100.0) -> Score:
    """English lyrics on a plain tune."""
    return sung_plainly(voice, [pronounce(text) for text in lyrics], step, bpm)


def sung_plainly(voice: str, lines_of_words: Sequence[tuple[Word, ...]], step: int, bpm: float) -> Score:
    """Lines on a plain tune in the middle of the voice's range, `step` ticks a syllable, the last one twice as long."""
    singer = VOICES[voice]
    tonic = round((singer.low + singer.high) / 2) - 3
    lines, at = [], 960
    for index, words in enumerate(lines_of_words):
        count, notes = sum(len(w.syllables) for w in words), []
        tune = TUNES[index % len(TUNES)]
        for i in range(count):
            length = step * (2 if i == count - 1 else 1)
            notes.append((Note(at, length, tonic + tune[i % len(tune)]),))
            at += length
        lines.append(SungLine(words, tuple(notes)))
        at += 960
    frames = int((at / 480 * 60 / bpm + 1) * 44100)
    part = SungPart("vocals", voice, tuple(lines))
    section = (Section("Verse 1", "verse", 0, at // 1920 + 1, 0.5),)
    return Score("", 1, 0, "pop", (Tempo(0, bpm),), Metre(), Key(0), frames, Feel(), section, (), (), (), (part,))


def speech(voice: str, text: str) -> bytes:
    """The same words as the same voice speaks them, for comparison."""
    singer, words = VOICES[voice], pronounce(text)
    if singer.engine == "neural":
        return judge.pcm(neural.spoken_sound(words, singer), neural.RATE_HZ)
    said = spoken.SPEAKERS[singer.engine](singer.path or singer.speaker, tuple(s for w in words for s in w.syllables))
    return judge.pcm(said.sound, said.rate_hz)


def cents(dry: np.ndarray, score: Score) -> np.ndarray:
    """Pitch error where a vowel is steady: after the glide to its note, before the next one and the closing consonants."""
    sound = resample_poly(dry.astype(float), 160, 441)
    pitch, at = pyworld.harvest(sound, 16000, 60, 900, frame_period=5.0)
    pitch = pyworld.stonemask(sound, pitch, at, 16000)
    level = np.sqrt(np.maximum(uniform_filter1d(sound**2, 480), 0.0))[np.minimum((at * 16000).astype(int), len(sound) - 1)]
    errors: list[float] = []
    for line in score.sung[0].lines:
        timing = timed(line, score)
        leaving = [note.start_s - GLIDE_S for note in timing.notes[1:]] + [timing.end_s]
        vowels = [s for s in timing.sounds if s.role == "nucleus"]
        for vowel, note, leave in zip(vowels, timing.notes, leaving, strict=True):
            begin, end = (timing.frame / 44100 + t for t in (vowel.start_s, min(vowel.end_s - 0.04, leave)))
            steady = (at > begin + min(0.15, 0.4 * (end - begin))) & (at < end)
            inside = pitch[steady & (level > level[steady].max(initial=0.0) * CLOSING)]
            errors += list(1200 * np.log2(inside[inside > 0] / (440 * 2 ** ((note.pitch - 69) / 12))))
    return np.abs(errors)


def processor_s() -> float:
    """Seconds of processor used by this process and its children."""
    return sum(os.times()[:4])


def words_heard(voice: str, speed: Speed, lyrics: tuple[str, ...], verbose: bool) -> dict[str, float]:
    """Word errors and onsets of the lyrics, sung."""
    score = song(voice, speed.step, lyrics, speed.bpm)
    dry = sing(score.sung[0], score).dry
    wrong = slips = total = 0
    onsets: list[float] = []
    for text, line in zip(lyrics, score.sung[0].lines, strict=True):
        frame, notes = performed(line, score)
        begin = max(0, frame + round((timed(line, score).sounds[0].start_s - BEFORE_S) * 44100))
        raw = judge.pcm(dry[begin : frame + int((notes[-1].end_s + AFTER_S) * 44100)])
        wanted = text.lower().split()
        free, slots = judge.heard(raw) if speed.free else [], judge.chosen(wanted, raw)
        wrong, slips, total = wrong + judge.edits(wanted, free), slips + judge.edits(wanted, slots), total + len(wanted)
        found = judge.onsets_s(text.lower(), raw)
        if len(found) == len(notes):
            onsets += [1000 * (at + (begin - frame) / 44100 - n.start_s) for at, n in zip(found, notes, strict=True)]
        if verbose:
            print(f"   {text} | {' '.join(free)} | {' '.join(slots)}")
    return {
        "free": round(wrong / total, 3) if speed.free else float("nan"),
        "slots": round(slips / total, 3),
        "onset ms": round(float(np.median(onsets))) if onsets else float("nan"),
        "abs": round(float(np.median(np.abs(onsets)))) if onsets else float("nan"),
    }


def as_spoken(voice: str, lyrics: tuple[str, ...]) -> dict[str, float]:
    """Word errors of the same words, spoken."""
    wrong = slips = total = 0
    for text in lyrics:
        raw, wanted = speech(voice, text), text.lower().split()
        wrong, slips = wrong + judge.edits(wanted, judge.heard(raw)), slips + judge.edits(wanted, judge.chosen(wanted, raw))
        total += len(wanted)
    return {"free": round(wrong / total, 3), "slots": round(slips / total, 3)}


def sound(voice: str, speed: Speed, lyrics: tuple[str, ...]) -> dict[str, float | bool]:
    """Pitch, loudness, speed and repetition."""
    score = song(voice, speed.step, lyrics, speed.bpm)
    warm = sing(score.sung[0], score).dry  # loads the network
    spoken.analysed.cache_clear()
    began = processor_s()
    dry = sing(score.sung[0], score).dry
    took = processor_s() - began
    off = cents(dry, score)
    return {
        "cents p50": round(float(np.percentile(off, 50)), 1),
        "p90": round(float(np.percentile(off, 90)), 1),
        "LUFS": round(float(pyloudnorm.Meter(44100).integrated_loudness(dry.astype(float))), 1),
        "x real time": round(score.frames / 44100 / took),
        "again": bool(np.array_equal(dry, warm)),
    }


def judged(voice: str, half: str, tempos: tuple[str, ...], spoken_too: bool, verbose: bool) -> list[str]:
    """The rows of one voice."""
    lyrics, rows = HALVES[half], []
    if spoken_too:
        rows.append(f"{voice:8} spoken {as_spoken(voice, lyrics)}")
    for name in tempos:
        speed = TEMPOS[name]
        rows.append(f"{voice:8} {name:6} {words_heard(voice, speed, lyrics, verbose) | sound(voice, speed, lyrics[SAMPLED])}")
    return rows


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("voices", nargs="*", default=list(LEADS))
    parser.add_argument("--tempos", nargs="*", choices=TEMPOS, default=list(TEMPOS))
    parser.add_argument("--half", choices=HALVES, default="kept")
    parser.add_argument("--verbose", action="store_true", help="show what was heard")
    parser.add_argument("--spoken", action="store_true", help="judge the same words spoken as well")
    chosen, _ = parser.parse_known_args()
    voices = [v for v in chosen.voices if v in VOICES] or LEADS
    rows = partial(judged, half=chosen.half, tempos=tuple(chosen.tempos), spoken_too=chosen.spoken, verbose=chosen.verbose)
    with ProcessPoolExecutor(2) as pool:
        for of_voice in pool.map(rows, voices):
            print("\n".join(of_voice), flush=True)


if __name__ == "__main__":
    main()
