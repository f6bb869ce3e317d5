"""What rhymes: words that sound the same from their last stressed vowel onward."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from troubadour.errors import Unsingable
from troubadour.words.phones import VOWELS
from troubadour.words.pronounce import pronounce
from troubadour.words.value import Syllable

# Sounds that differ in the dictionary and not in a rhyme.
EQUAL = str.maketrans({"ᵊ": "ə", "ᵻ": "ɪ", "ɐ": "ə", "T": "t", "ɔ": "ɑ", "ɒ": "ɑ"})


@lru_cache(maxsize=16384)
def rhyme(word: str) -> str:
    """The sounds from the last stressed vowel on: equal for `tonight` and `light`. "" for what cannot be sung."""
    try:
        syllables = pronounce(word)[-1].syllables
    except Unsingable:
        return ""
    return rhyme_of(syllables)


def rhyme_of(syllables: Sequence[Syllable]) -> str:
    """The same for the syllables of a word."""
    best = max(s.stress for s in syllables)
    start = max(i for i, s in enumerate(syllables) if s.stress == best) if best else len(syllables) - 1
    first, rest = syllables[start], syllables[start + 1 :]
    sounds = first.nucleus + first.coda + "".join(s.onset + s.nucleus + s.coda for s in rest)
    return sounds.translate(EQUAL)


@lru_cache(maxsize=65536)
def rhymes(one: str, other: str) -> bool:
    """Whether two different words make a full rhyme."""
    return one.lower() != other.lower() and bool(rhyme(one)) and rhyme(one) == rhyme(other)


@lru_cache(maxsize=16384)
def assonance(word: str) -> str:
    """The vowels of the rhyme alone: equal for `home` and `road`, which a song may pair too."""
    return "".join(sound for sound in rhyme(word) if sound in VOWELS)
