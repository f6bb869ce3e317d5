"""What a recogniser hears in a sung line: pocketsphinx with its own American English model.

*Free*: its language model guesses the words; very harsh on singing. *Slots*: every word is a choice between itself and the
three common words that sound most like it; guessing is wrong three times in four. *Onsets*: forced alignment, 10 ms steps.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

import numpy as np
import pocketsphinx
from scipy.signal import resample_poly

MODEL = pocketsphinx.get_model_path() + "/en-us"
VOWELS = {"AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"}
PAUSE_S = 0.3
ALIKE = 3
NEAR_GROUPS = ("AA AO AH", "AE EH", "EH IH", "IH IY", "UH UW", "AH UH", "OW AO", "P B", "T D", "K G", "F V TH", "S Z", "SH ZH CH",
               "M N NG", "D DH", "L R W", "AY EY AE", "AW AA")  # fmt: skip
NEAR = frozenset((a, b) for group in NEAR_GROUPS for a in group.split() for b in group.split())


def pcm(sound: np.ndarray, rate_hz: int = 44_100) -> bytes:
    """16 kHz, 16 bit, with the pause and the faint noise that a recogniser expects."""
    shared = np.gcd(16_000, rate_hz)
    sound = resample_poly(sound.astype(float), 16_000 // shared, rate_hz // shared)
    pause = round(PAUSE_S * 16_000)
    noise = 3e-4 * np.random.default_rng(0).standard_normal(len(sound) + 2 * pause)
    sound = np.pad(sound / max(np.abs(sound).max(), 1e-9) * 0.7, pause) + noise
    return (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()


def decoder(**more: object) -> pocketsphinx.Decoder:
    """A recogniser for American English."""
    config = {"hmm": f"{MODEL}/en-us", "dict": f"{MODEL}/cmudict-en-us.dict", "loglevel": "FATAL", "samprate": 16000}
    return pocketsphinx.Decoder(pocketsphinx.Config(**config, **more))


@lru_cache(maxsize=1)
def free() -> pocketsphinx.Decoder:
    """The recogniser with its language model."""
    return decoder(lm=f"{MODEL}/en-us.lm.bin")


@lru_cache(maxsize=1)
def constrained() -> pocketsphinx.Decoder:
    """The recogniser for grammars and alignments, which are set line by line."""
    return decoder(lm=None)


def listen(judge: pocketsphinx.Decoder, raw: bytes) -> None:
    """Lets the judge hear the whole line."""
    judge.start_utt()
    judge.process_raw(raw, full_utt=True)
    judge.end_utt()


def heard(raw: bytes) -> list[str]:
    """The words that are heard when any word may come."""
    listen(free(), raw)
    found = free().hyp()
    return found.hypstr.split() if found else []


def chosen(words: list[str], raw: bytes) -> list[str]:
    """The words that are heard when each is itself or one that sounds like it."""
    judge = constrained()
    slots = " ".join(f"({' | '.join((word, *alike(word)))})" for word in words)
    judge.add_jsgf_string("slots", f"#JSGF V1.0;\ngrammar line;\npublic <line> = {slots};\n")
    judge.activate_search("slots")
    listen(judge, raw)
    found = judge.hyp()
    return found.hypstr.split() if found else []


def onsets_s(text: str, raw: bytes) -> list[float]:
    """When each vowel begins; nothing where the aligner loses its way."""
    aligner = constrained()
    aligner.set_align_text(text)
    listen(aligner, raw)
    if aligner.hyp() is None:  # an alignment without a path would crash it
        return []
    aligner.set_alignment()
    try:
        listen(aligner, raw)
    except RuntimeError:  # no path through the line's phones
        return []
    return [p.start * 0.01 - PAUSE_S for w in aligner.get_alignment() for p in w if p.name in VOWELS]


def edits(wanted: list[str], got: list[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, 1):
        last, row = row, [i]
        for j, other in enumerate(got, 1):
            row.append(min(row[-1] + 1, last[j] + 1, last[j - 1] + (word != other)))
    return row[-1]


@lru_cache(maxsize=1)
def dictionary() -> dict[str, tuple[tuple[str, ...], ...]]:
    """All pronunciations of the recogniser's words."""
    found: dict[str, list[tuple[str, ...]]] = {}
    with open(f"{MODEL}/cmudict-en-us.dict", encoding="utf-8") as file:
        for row in file:
            word, *phones = row.split()
            found.setdefault(word.partition("(")[0], []).append(tuple(phones))
    return {word: tuple(ways) for word, ways in found.items()}


@lru_cache(maxsize=1)
def common_words() -> tuple[str, ...]:
    """The words that our lyricist uses and the recogniser knows."""
    folder = resources.files("troubadour.brief.lyricist")
    text = "\n".join(folder.joinpath(name).read_text("utf-8") for name in ("fields.toml", "lines.toml"))
    words = set(re.findall(r"[a-z]+(?:'[a-z]+)?", re.sub(r"\{.*?\}", " ", text).lower()))
    return tuple(sorted(word for word in words & dictionary().keys() if len(word) > 1))


def distance(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """How different two pronunciations sound: edits, half of one for neighbouring sounds."""
    row = [float(j) for j in range(len(other) + 1)]
    for i, a in enumerate(one, 1):
        last, row = row, [float(i)]
        for j, b in enumerate(other, 1):
            step = 0.0 if a == b else 0.5 if (a, b) in NEAR else 1.0
            row.append(min(row[-1] + 1, last[j] + 1, last[j - 1] + step))
    return row[-1]


@lru_cache(maxsize=1024)
def alike(word: str) -> tuple[str, ...]:
    """The common words that sound most like one, but not the same; of every sound only one word."""
    ways, sounds = dictionary()[word], dictionary()
    close = [other for other in common_words() if other != word and abs(len(sounds[other][0]) - len(ways[0])) <= 2]
    ranked = sorted((min(distance(a, b) for a in ways for b in sounds[other]), other) for other in close)
    out: dict[tuple[str, ...], str] = {}
    for far, other in ranked:
        if far > 0.0:
            out.setdefault(dictionary()[other][0], other)
        if len(out) == ALIKE:
            break
    return tuple(out.values())
