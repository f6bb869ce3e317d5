"""How words of a draft sound: their syllables, their rhyme, and whether they are English at all."""

from __future__ import annotations

from functools import lru_cache

from troubadour.errors import Unsingable
from troubadour.words.pronounce import known, pronounce
from troubadour.words.rhyme import assonance, rhyme

__all__ = ["coda_class", "is_english", "rhyme", "syllables", "vowels"]

# Consonants that may stand for one another at the end of a near rhyme (home / own, light / side are not; time / mine are).
RELATED = ("mnŋ", "ptkʔT", "bdɡ", "fθsʃ", "vðzʒ", "ɹ", "lᵊ")


@lru_cache(maxsize=16384)
def syllables(text: str) -> int:
    """How many syllables a word, line or phrase is sung with; 0 for what cannot be sung."""
    try:
        return sum(len(word.syllables) for word in pronounce(text))
    except Unsingable:
        return 0


def vowels(word: str) -> str:
    """The vowels of its rhyme: equal in a near rhyme."""
    return assonance(word)


@lru_cache(maxsize=16384)
def coda_class(word: str) -> str:
    """The kind of sound that a word ends on: an index into RELATED, or "" for a vowel."""
    sound = rhyme(word)
    return next((str(i) for i, group in enumerate(RELATED) if sound and sound[-1] in group), "")


def is_english(word: str) -> bool:
    """Whether a lower-case word is in the dictionary of the voice."""
    return known(word)
