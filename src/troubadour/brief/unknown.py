"""Unknown words: each leads to the known ones that it stands nearest to, always the same.

First its stem (`jazzy`, `folkish`), then what it is put together from (`folktrap`, `jazzwave`), then the spelling that differs
least (`regae`). What is farther away counts less. In sentences, words of the English lexicon are taken as they are.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache

from troubadour.brief.vocabulary import MUSICAL, Meaning, Phrase, endings, vocabulary

CLOSE_TAG, CLOSE_WORD = 0.62, 0.84  # difflib ratios from which a tag, and a word of a sentence, counts as a known one misspelt
SURE = 0.78  # under this ratio a misspelling is only a colour, and names no player
SUFFIXES = (
    "s",
    "es",
    "y",
    "ish",
    "esque",
    "like",
    "ic",
    "ical",
    "ian",
    "an",
    "ist",
    "ism",
    "ed",
    "ing",
    "ey",
    "al",
    "ier",
    "er",
    "ness",
)
STEM_WEIGHT, COMPOUND_WEIGHT, SPELLING_WEIGHT, COLOUR_WEIGHT = 0.9, 0.8, 0.7, 0.35
SHORTEST = 4


@dataclass(frozen=True)
class Lead:
    """A known phrase that an unknown word leads to, and how much it counts."""

    words: str
    meaning: Meaning
    weight: float


@cache
def led_to(word: str, lenient: bool) -> tuple[Lead, ...]:
    """What an unknown word leads to; nothing for what is too short, or too far from everything. `lenient`: it is a tag."""
    if len(word) < SHORTEST or (not lenient and _is_english(word)):
        return ()
    return _stem(word) or _compound(word) or _spelling(word, CLOSE_TAG if lenient else CLOSE_WORD)


def _is_english(word: str) -> bool:
    from troubadour.brief.lyricist.sounds import is_english

    return is_english(word)


def _stem(word: str) -> tuple[Lead, ...]:
    """The word without an ending, or with another one: `jazzy`, `punkish`, `orchestrally`."""
    known = vocabulary()
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        stem = word.removesuffix(suffix)
        if stem == word or len(stem) < 3:
            continue
        for form in (stem, stem + "e", stem[:-1] if stem[-1:] == stem[-2:-1] else stem + "y"):
            if (form,) in known and len(form) > 2:
                return (Lead(form, known[(form,)], STEM_WEIGHT),)
    return ()


def _compound(word: str) -> tuple[Lead, ...]:
    """Two words in one, the second of them perhaps an ending such as `core` or `wave`; the longest first part wins."""
    known, ends = vocabulary(), endings()
    for cut in range(len(word) - 3, 2, -1):
        first, second = (word[:cut],), word[cut:]
        if first not in known or not _musical(known[first]):
            continue
        other = (second,) if (second,) in known and _musical(known[(second,)]) else tuple(ends.get(second, "").split())
        if other in known:
            return tuple(Lead(" ".join(part), known[part], COMPOUND_WEIGHT) for part in (first, other))
    return ()


def _musical(meaning: Meaning) -> bool:
    return meaning.group in MUSICAL or bool(meaning.blend or meaning.mood)


@cache
def _plain_words() -> tuple[str, ...]:
    """Known single words; two words that are also known as one are left out."""
    known = vocabulary()
    joined = {key[0] + key[1] for key in known if len(key) == 2}
    return tuple(sorted(key[0] for key in known if len(key) == 1 and len(key[0]) >= SHORTEST and key[0] not in joined))


def _spelling(word: str, cutoff: float) -> tuple[Lead, ...]:
    close = difflib.get_close_matches(word, _plain_words(), n=1, cutoff=cutoff)
    if not close:
        return ()
    known: Phrase = (close[0],)
    meaning = vocabulary()[known]
    near = difflib.SequenceMatcher(None, close[0], word).ratio() >= SURE
    if not near and meaning.play and not meaning.blend:
        return ()
    return (Lead(close[0], meaning, SPELLING_WEIGHT if near else COLOUR_WEIGHT),)
