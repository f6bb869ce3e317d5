"""Japanese: a note for every mora. pykakasi (GPL-3.0-or-later) reads the kanji, each word in its most frequent reading.

`ん` closes the mora before it, a doubled consonant shortens it, a long vowel is two morae. Sounds are the nearest English
ones; `r` between vowels is the flap of *water*, which is the same sound.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from troubadour.words.languages.reading import Reading, in_english, package, words_of
from troubadour.words.phones import Phone
from troubadour.words.value import Word

MORA = re.compile(r"(?P<doubled>[bcdfgkpstz](?=[a-z]))??(?P<onset>ky|gy|ny|hy|by|py|my|ry|sh|ch|ts|[kgsztdnhbpmyrwfvj])?"
                  r"(?P<vowel>[aiueo])|(?P<n>n)'?")  # fmt: skip
ONSETS = {
    "ky": "kj", "gy": "ɡj", "ny": "nj", "hy": "hj", "by": "bj", "py": "pj", "my": "mj", "ry": "ɹj", "sh": "ʃ", "ch": "ʧ",
    "ts": "ʦ", "k": "k", "g": "ɡ", "s": "s", "z": "z", "t": "t", "d": "d", "n": "n", "h": "h", "b": "b", "p": "p", "m": "m",
    "y": "j", "r": "ɹ", "w": "w", "f": "f", "v": "v", "j": "ʤ", "": "",
}  # fmt: skip
VOWELS = {"a": "ɑ", "i": "i", "u": "u", "e": "ɛ", "o": "ɔ"}
PARTICLES = {"は": "wa", "へ": "e", "を": "o"}
SIGN = r"\u3040-\u30ff\u3400-\u9fff々〆"
JAPANESE, KANA = re.compile(f"[{SIGN}]"), re.compile(r"[\u3040-\u30ff]+")
PIECE = re.compile(rf"\d+[\u3400-\u9fff]?|[{SIGN}]+|[^{SIGN}\d]+")
KANA_MORA = re.compile(r"[っッんン]*.[ゃゅょぁぃぅぇぉャュョァィゥェォ]?[っッんン]*")


@lru_cache(maxsize=1)
def _kakasi() -> Any:
    return package("pykakasi").kakasi()


@lru_cache(maxsize=2048)
def pronounce(text: str) -> tuple[Word, ...]:
    """The words of one line with a syllable for every mora. Raises Unsingable for none."""
    readings = []
    for piece in PIECE.findall(text):
        if piece[0].isdigit():
            parts = _kakasi().convert(cardinal(piece))
            readings.append(Reading(piece, (sounds_of("".join(part["hepburn"] for part in parts)),)))
        elif JAPANESE.match(piece):
            readings += [read(part["orig"], part["hepburn"]) for part in _kakasi().convert(piece) if part["orig"]]
        else:
            readings += [in_english(token) for token in re.findall(r"\S+\s*|\s+", piece)]
    return words_of(text, readings)


def read(kana: str, roman: str) -> Reading:
    """A word as the dictionary cuts it; the particles は, へ and を as they are said."""
    if kana in PARTICLES:
        return Reading(kana, (sounds_of(PARTICLES[kana]),), content=False)
    if re.fullmatch(r"[\u3040-\u309f]{3,}は", kana):
        roman = roman.removesuffix("ha") + "wa"
    return Reading(kana, (sounds_of(roman),), texts=tuple(KANA_MORA.findall(kana)) if KANA.fullmatch(kana) else ())


def cardinal(piece: str) -> str:
    """A piece with its number in characters."""
    from num2words import num2words

    return re.sub(r"\d+", lambda m: str(num2words(int(m.group()), lang="ja")) if len(m.group()) < 13 else m.group(), piece)


def sounds_of(roman: str) -> tuple[Phone, ...]:
    """`toukyou` → t ɔ ɔ kj ɔ ɔ. Signs that are no mora are skipped."""
    phones: list[Phone] = []
    last = ""
    for match in MORA.finditer(roman.lower()):
        if match["n"]:
            phones.append(Phone("n"))
            last = ""
            continue
        if match["doubled"] and phones:
            phones.append(Phone("t" if match["doubled"] in "ct" else ONSETS[match["doubled"]]))
        onset, vowel = match["onset"] or "", match["vowel"]
        signs = "T" if onset == "r" and phones and phones[-1].symbol in VOWELS.values() else ONSETS[onset]
        phones += [Phone(sign) for sign in signs]
        vowel = "o" if not onset and vowel == "u" and last == "o" else vowel
        phones.append(Phone(VOWELS[vowel], 1))
        last = vowel
    return tuple(phones)
