"""How words of a draft sound: their syllables, their rhyme, and whether they are English at all."""

from __future__ import annotations

from functools import lru_cache

from troubadour.errors import Unsingable
from troubadour.words.pronounce import known, pronounce
from troubadour.words.rhyme import rhyme

__all__ = ["is_english", "rhyme", "syllables"]


@lru_cache(maxsize=16384)
def syllables(text: str) -> int:
    """How many syllables a line or a phrase is sung with; 0 for what cannot be sung."""
    try:
        return sum(len(word.syllables) for word in pronounce(text))
    except Unsingable:
        return 0


def is_english(word: str) -> bool:
    """Whether a lower-case word is in the dictionary of the voice."""
    return known(word)
