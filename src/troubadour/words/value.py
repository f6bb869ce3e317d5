"""A word, split into syllables that can each stand on a note.

Phones are the symbols of hibari's English alphabet (misaki's: IPA with the diphthongs `A I O W Y` as single symbols);
other languages map theirs onto it. Joining the `text` of all syllables of all words of a line gives the line as it was
written, spaces and punctuation included: a word's last syllable carries what follows the word.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Syllable:
    """One syllable. `text` are its letters as written ("" for a syllable that the letters cannot show: `km`)."""

    text: str
    onset: str
    nucleus: str
    coda: str
    stress: int = 0  # 2 main, 1 secondary, 0 none


@dataclass(frozen=True)
class Word:
    """One token of the line as written (`everything,`, `1999`, `km`) and all the syllables that are sung for it."""

    syllables: tuple[Syllable, ...]
    content: bool = True  # a noun, verb, adjective; False for "the", "of", "and"
    spoken: str = ""  # what is said for it: "nineteen ninety nine"

    @property
    def text(self) -> str:
        """The token as written, with what follows it (space, comma)."""
        return "".join(syllable.text for syllable in self.syllables)
