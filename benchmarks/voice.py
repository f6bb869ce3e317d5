"""How well the singers sing: `python benchmarks/voice.py [voice …]`.

Free word error by pocketsphinx's own model and language model (harsh on singing: compare a voice with itself over time,
not with a person), pitch error by WORLD's harvest, vowel onset by forced alignment, loudness, and speed on one core. The
lyrics were never used for tuning. Eighths at 100 bpm are the usual speed of a song, quarters that of a ballad.
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
import pocketsphinx
import pyloudnorm
from scipy.signal import resample_poly

from troubadour.brief import Key, Metre
from troubadour.score import Feel, Note, Score, Section, SungLine, SungPart, Tempo
from troubadour.stems.sing import sing
from troubadour.stems.sing.timeline import performed, timed
from troubadour.stems.sing.voices import VOICES
from troubadour.words.pronounce import pronounce

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pyworld

LYRICS = (
    "Morning comes with coffee on the stove",
    "my brother plays the radio too loud",
    "we drove along the river to the coast",
    "and watched a silver airplane in the cloud",
    "Nobody told me winter could be warm",
    "the children built a castle out of stone",
    "I carried every letter through the storm",
    "and now the garden is a place called home",
)
TUNE = (
    (0, 2, 4, 5, 4, 2, 4, 5, 7, 5),
    (4, 4, 5, 7, 5, 4, 2, 0, 2, 4),
    (0, 4, 7, 5, 4, 2, 5, 4, 2, 0),
    (7, 5, 4, 5, 2, 4, 0, 2, 4, 0),
)
MODEL = pocketsphinx.get_model_path() + "/en-us"
VOWELS = {"AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"}


def song(voice: str, step: int, lyrics: tuple[str, ...] = LYRICS, bpm: float = 100.0) -> Score:
    """The lyrics on a plain tune in the middle of the voice's range, `step` ticks a syllable, the last one twice as long."""
    singer = VOICES[voice]
    tonic = round((singer.low + singer.high) / 2) - 3
    lines, at = [], 960
    for words, tune in zip(map(pronounce, lyrics), TUNE * len(lyrics), strict=False):
        count, notes = sum(len(w.syllables) for w in words), []
        for i in range(count):
            length = step * (2 if i == count - 1 else 1)
            notes.append((Note(at, length, tonic + tune[i % len(tune)]),))
            at += length
        lines.append(SungLine(words, tuple(notes)))
        at += 480
    frames = int((at / 480 * 60 / bpm + 1) * 44100)
    part = SungPart("vocals", voice, tuple(lines))
    section = (Section("Verse 1", "verse", 0, at // 1920 + 1, 0.5),)
    return Score("", 1, 0, "pop", (Tempo(0, bpm),), Metre(), Key(0), frames, Feel(), section, (), (), (), (part,))


def pcm(sound: np.ndarray) -> bytes:
    """16 kHz, 16 bit, with the pause and the faint noise that a recogniser expects."""
    sound = resample_poly(sound, 160, 441)
    sound = np.pad(sound / np.abs(sound).max() * 0.7, 4800) + 3e-4 * np.random.default_rng(0).standard_normal(len(sound) + 9600)
    return (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()


def decoder(**more: object) -> pocketsphinx.Decoder:
    """A recogniser for American English."""
    config = {"hmm": f"{MODEL}/en-us", "dict": f"{MODEL}/cmudict-en-us.dict", "loglevel": "FATAL", "samprate": 16000}
    return pocketsphinx.Decoder(pocketsphinx.Config(**config, **more))


def listen(judge: pocketsphinx.Decoder, raw: bytes) -> None:
    """Lets the judge hear the whole line."""
    judge.start_utt()
    judge.process_raw(raw, full_utt=True)
    judge.end_utt()


def heard(judge: pocketsphinx.Decoder, raw: bytes) -> list[str]:
    """The words that the judge hears."""
    listen(judge, raw)
    found = judge.hyp()
    return found.hypstr.split() if found else []


def edits(wanted: list[str], got: list[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, 1):
        last, row = row, [i]
        for j, other in enumerate(got, 1):
            row.append(min(row[-1] + 1, last[j] + 1, last[j - 1] + (word != other)))
    return row[-1]


def onsets_s(text: str, raw: bytes) -> list[float]:
    """When each vowel begins, by forced alignment (10 ms steps); nothing where the aligner loses its way."""
    aligner = decoder(lm=None)
    aligner.set_align_text(text)
    listen(aligner, raw)
    if aligner.hyp() is None:  # it lost its way; an alignment without a path would crash it
        return []
    aligner.set_alignment()
    try:
        listen(aligner, raw)
    except RuntimeError:  # no path through the line's phones
        return []
    return [p.start * 0.01 - 0.3 for w in aligner.get_alignment() for p in w if p.name in VOWELS]


def cents(dry: np.ndarray, score: Score) -> np.ndarray:
    """Pitch error in the vowels of syllables with one note, after the glide and before the closing consonants."""
    sound = resample_poly(dry.astype(float), 160, 441)
    pitch, at = pyworld.harvest(sound, 16000, 60, 900, frame_period=5.0)
    pitch = pyworld.stonemask(sound, pitch, at, 16000)
    errors: list[float] = []
    for line in score.sung[0].lines:
        timing = timed(line, score)
        for vowel, note in zip((s for s in timing.sounds if s.role == "nucleus"), timing.notes, strict=True):
            begin, end = (timing.frame / 44100 + t for t in (vowel.start_s, vowel.end_s))
            inside = pitch[(at > begin + min(0.15, 0.4 * (end - begin))) & (at < end - 0.04)]
            errors += list(1200 * np.log2(inside[inside > 0] / (440 * 2 ** ((note.pitch - 69) / 12))))
    return np.array(errors)


def judged(voice: str, step: int) -> dict[str, float]:
    """All figures of one voice at one speed."""
    score = song(voice, step)
    sing(score.sung[0], score)  # nets are loaded, spoken lines are analysed
    began = time.perf_counter()
    dry = sing(score.sung[0], score).dry
    took = time.perf_counter() - began
    judge = decoder(lm=f"{MODEL}/en-us.lm.bin")
    wrong = total = 0
    onsets: list[float] = []
    for text, line in zip(LYRICS, score.sung[0].lines, strict=True):
        frame, notes = performed(line, score)
        begin = frame - 15435
        raw = pcm(dry[max(0, begin) : frame + int((notes[-1].end_s + 0.35) * 44100)])
        wanted = text.lower().split()
        wrong += edits(wanted, heard(judge, raw))
        total += len(wanted)
        found = onsets_s(text.lower(), raw)
        if len(found) == len(notes):
            onsets += [1000 * (at + begin / 44100 - (frame / 44100 + n.start_s)) for at, n in zip(found, notes, strict=True)]
    off = np.abs(cents(dry, score))
    return {
        "free word error": round(wrong / total, 2),
        "cents p50": round(float(np.percentile(off, 50)), 1),
        "cents p90": round(float(np.percentile(off, 90)), 1),
        "onset ms": round(float(np.median(onsets)), 0) if onsets else float("nan"),
        "onset abs ms": round(float(np.median(np.abs(onsets))), 0) if onsets else float("nan"),
        "LUFS": round(float(pyloudnorm.Meter(44100).integrated_loudness(dry.astype(float))), 1),
        "peak": round(float(np.abs(dry).max()), 2),
        "x real time": round(score.frames / 44100 / took, 0),
    }


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("voices", nargs="*", default=list(VOICES))
    parser.add_argument("--steps", nargs="*", type=int, default=[240, 480])
    chosen = parser.parse_args()
    for voice in chosen.voices:
        for step in chosen.steps:
            print(f"{voice:8} {'eighths' if step == 240 else step:8}", judged(voice, step), flush=True)


if __name__ == "__main__":
    main()
