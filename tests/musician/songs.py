"""Briefs for tests of form and score: words with plain syllables, no reading of prompts."""

from __future__ import annotations

from troubadour.brief import Brief, Line, Lyrics, Request, Stanza
from troubadour.words import Syllable, Word

# Styles that stand for all of them in tests that compose: what is true of every style is measured in `benchmarks/styles.py`.
SOME_STYLES = ("pop", "jazz", "folk", "house", "orchestral", "salsa", "flamenco", "ragtime")


def line(syllables: int) -> Line:
    """A line of `la`s."""
    words = tuple(Word((Syllable("la " if i + 1 < syllables else "la", "l", "ɑ", "", 2),)) for i in range(syllables))
    return Line("".join(word.text for word in words), words)


def stanza(kind: str, *counts: int) -> Stanza:
    """A stanza with lines of so many syllables."""
    return Stanza(kind, f"[{kind}]", tuple(line(count) for count in counts))


def lyrics(*stanzas: Stanza, marked: bool = True) -> Lyrics:
    """Words of a song."""
    return Lyrics("\n".join(one.text for part in stanzas for one in part.lines), stanzas, marked)


SONG = lyrics(
    stanza("verse", 8, 7, 8, 7),
    stanza("chorus", 6, 6, 6, 6),
    stanza("verse", 8, 7, 8, 7),
    stanza("bridge", 9, 9),
    stanza("chorus", 6, 6, 6, 6),
)


def brief(style: str = "pop", seed: int = 1, take: int = 0, words: Lyrics | None = None, **wishes: object) -> Brief:
    """A brief as `read` would give it."""
    return Brief(Request(seed=seed, take=take), "Test", ((style, 1.0),), lyrics=words, **wishes)  # type: ignore[arg-type]
