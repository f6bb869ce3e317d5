"""What the readers of all languages share: from stretches of a line and their sounds to its words.

As with English, joined syllables give the line as it was written: what nobody can say stays with its neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from types import ModuleType

from troubadour.errors import ToolMissing, Unsingable
from troubadour.words.phones import Phone, syllables_of
from troubadour.words.pronounce import pronounce as english
from troubadour.words.pronounce import share_one
from troubadour.words.value import Syllable, Word

Sounds = tuple[Phone, ...]


@dataclass(frozen=True)
class Reading:
    """A stretch of a line as written, and the sounds of each spoken word in it; or words that are ready."""

    text: str
    sounds: tuple[Sounds, ...] = ()
    content: bool = True
    words: tuple[Word, ...] = ()
    texts: tuple[str, ...] = ()  # of the syllables, where the script shows them


def package(name: str) -> ModuleType:
    """A package that reads one language, imported when that language is first sung. Raises ToolMissing without it."""
    try:
        return import_module(name)
    except ImportError:
        raise ToolMissing(f"these lyrics need the package {name}: run `make setup` again") from None


def in_english(text: str) -> Reading:
    """A stretch that is read as English is (another script by its Latin letters)."""
    try:
        return Reading(text, words=english(text))
    except Unsingable:
        return Reading(text)


def words_of(line: str, readings: Sequence[Reading]) -> tuple[Word, ...]:
    """The words of a line. Raises Unsingable when there is nothing to sing in it."""
    words: list[Word] = []
    loose = ""
    for reading in readings:
        made = reading.words or ((word(reading),) if any(reading.sounds) else ())
        if made:
            words += (led(loose, made[0]), *made[1:])
            loose = ""
        elif words:
            words[-1] = followed(words[-1], reading.text)
        else:
            loose += reading.text
    if not words:
        raise Unsingable(f"there is nothing to sing in {line[:60]!r}: write words or syllables (la la la)")
    return tuple(words)


def led(text: str, word: Word) -> Word:
    """The word with unsung text before it."""
    first = word.syllables[0]
    return replace(word, syllables=(replace(first, text=text + first.text), *word.syllables[1:]))


def followed(word: Word, text: str) -> Word:
    """The word with unsung text after it."""
    last = word.syllables[-1]
    return replace(word, syllables=(*word.syllables[:-1], replace(last, text=last.text + text)))


def word(reading: Reading) -> Word:
    """One token as a word: its letters shared among its syllables, all on the first one where they cannot be."""
    bare = [s for sounds in reading.sounds for s in syllables_of(sounds)]
    if len(reading.texts) == len(bare):
        return Word(tuple(replace(s, text=t) for s, t in zip(bare, reading.texts, strict=True)), reading.content, reading.text)
    match = re.search(r"[^\W_](?:.*[^\W_])?", reading.text, re.DOTALL)
    start, end = match.span() if match else (0, len(reading.text))
    letters = reading.text[start:end]
    one = len(reading.sounds) == 1 and not any(c.isdigit() for c in letters)
    texts = share_one(letters, reading.sounds[0]) if one else [letters, *[""] * (len(bare) - 1)]
    texts[0], texts[-1] = reading.text[:start] + texts[0], texts[-1] + reading.text[end:]
    syllables: list[Syllable] = [replace(s, text=text) for s, text in zip(bare, texts, strict=True)]
    return Word(tuple(syllables), reading.content, letters)
