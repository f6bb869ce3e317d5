"""Finds the vocabulary's phrases in a prompt: longest first, aware of "no" and "without", of "a touch of", and of what
the song is to be *about*.

In `a house track about my grandmother's house` the first house is music, the second is not. Everyday words that also
name music count in a sentence only where it speaks of music; in tags they always count.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from troubadour.brief.vocabulary import EVERYDAY, MUSIC_NOUNS, MUSICAL, Meaning, Phrase, plain, vocabulary, word_set

LONGEST_PHRASE = 5
CLOSE_TAG, CLOSE_WORD = 0.62, 0.84  # difflib ratios from which an unknown tag or word counts as a known one misspelt

NEGATORS = word_set("negators")
NOT_NEGATORS = word_set("not_negators")
FILLERS = word_set("fillers")
TOUCHES = word_set("touches")
OWNERS = word_set("owners")
_ABOUT = re.compile(
    r"\b(?:about|dedicated to|telling|tells|story of|tribute to|ode to|for my|to my|called|titled|named|describing|where|who"
    r"|when|remembering)\b"
)
_STOP = word_set("stop")


@dataclass(frozen=True)
class Hit:
    """A phrase that was understood. `weight` is under 1 for `a touch of …`; `subject`: it stands in what the song is about."""

    words: str
    meaning: Meaning
    negated: bool = False
    weight: float = 1.0
    subject: bool = False


@dataclass(frozen=True)
class Scan:
    """What was found in a text, in order, and the words that nothing is known of (with what they may be misspelt from)."""

    hits: tuple[Hit, ...]
    unknown: tuple[str, ...]
    guesses: tuple[tuple[str, str], ...]  # (word as written, known phrase it led to)


def tokens(text: str) -> list[str]:
    """Words and separators (`,`) of a text."""
    return [token if token[0].isalnum() else "," for token in re.findall(r"[^\W_]+|[,.;:!?|/\n()\"“”+]", plain(text))]


def scan_tags(text: str) -> Scan:
    """Read comma-separated style words: every one of them is meant."""
    return _scan(tokens(text), about=None, lenient=True)


def scan_text(text: str) -> Scan:
    """Read a description in sentences."""
    low = plain(text)
    about = _ABOUT.search(low)
    return _scan(tokens(text), about=len(tokens(low[: about.start()])) if about else None, lenient=False)


def _scan(words: Sequence[str], about: int | None, lenient: bool) -> Scan:
    known = vocabulary()
    hits: list[Hit] = []
    unknown: list[str] = []
    guesses: list[tuple[str, str]] = []
    negated, touched, reach = False, False, 0
    subject_end = _subject_end(words, about)
    i = 0
    while i < len(words):
        word = words[i]
        if word == ",":
            negated, touched, i = False, False, i + 1
            continue
        subject = about is not None and about <= i < subject_end
        match = _longest(words, i)
        if match and not match[1].silent and word in NEGATORS and len(match[0]) == 1:
            match = None
        if word in NEGATORS and not match and (i + 1 >= len(words) or words[i + 1] not in NOT_NEGATORS):
            negated, reach, i = True, 3, i + 1
            continue
        if word in TOUCHES:
            touched, i = True, i + 1
            continue
        if match and (lenient or _is_music(words, i, match, subject)):
            phrase, meaning = match
            hits.append(Hit(" ".join(words[i : i + len(phrase)]), meaning, negated, 0.35 if touched else 1.0, subject))
            i += len(phrase)
            joined = i < len(words) and words[i] in ("or", "nor", "and")
            negated = negated and joined
            touched = touched and joined
            i += joined
            continue
        if negated and word not in FILLERS:
            reach -= 1
            negated = reach > 0
        if (
            word not in _STOP
            and word not in FILLERS
            and word not in NEGATORS
            and word not in MUSIC_NOUNS
            and not word.isdigit()
        ):
            guess = None if subject else _nearest(word, CLOSE_TAG if lenient else CLOSE_WORD, lenient)
            if guess:
                guesses.append((word, " ".join(guess)))
                hits.append(Hit(word, known[guess], negated, 0.7, subject))
            else:
                unknown.append(word)
        i += 1
    return Scan(tuple(hits), tuple(unknown), tuple(guesses))


def _longest(words: Sequence[str], i: int) -> tuple[Phrase, Meaning] | None:
    table = vocabulary()
    for size in range(min(LONGEST_PHRASE, len(words) - i), 0, -1):
        phrase = tuple(words[i : i + size])
        if phrase in table:
            return phrase, table[phrase]
    single = words[i]
    if len(single) > 4 and single.endswith("s") and (single[:-1],) in table:
        return (single,), table[(single[:-1],)]
    return None


def _subject_end(words: Sequence[str], about: int | None) -> int:
    """Where what the song is about ends: at the next separator after which the prompt speaks of music again."""
    if about is None:
        return 0
    for i in range(about, len(words)):
        if words[i] in (",", "with", "featuring") and i > about + 1:
            following = words[i + 1 : i + 6]
            for k in range(len(following)):
                match = _longest(following, k)
                if (match and match[1].group in MUSICAL) or following[k] == "sung":
                    return i
                if following[k] == ",":
                    break
    return len(words)


def _is_music(words: Sequence[str], i: int, match: tuple[Phrase, Meaning], subject: bool) -> bool:
    phrase, meaning = match
    following = words[i + len(phrase) : i + len(phrase) + 3]
    musical = meaning.group in MUSICAL or bool(meaning.blend)
    if not musical:
        return True
    if subject and not meaning.soft:
        return bool(following) and following[0] in MUSIC_NOUNS and phrase[0] not in ("band",)
    return not (len(phrase) == 1 and phrase[0] in EVERYDAY and i > 0 and words[i - 1] in OWNERS - {"a", "the"})


@cache
def _nearest(word: str, cutoff: float, lenient: bool) -> Phrase | None:
    """The known phrase that a word is most likely misspelt from. Words of the English lexicon are taken as they are."""
    if len(word) < 4:
        return None
    if not lenient:
        from troubadour.brief.lyricist.sounds import is_english

        if is_english(word):
            return None
    pool = sorted(" ".join(key) for key in vocabulary() if len(key) == 1 and len(key[0]) > 3)
    close = difflib.get_close_matches(word, pool, n=1, cutoff=cutoff)
    return tuple(close[0].split()) if close else None
