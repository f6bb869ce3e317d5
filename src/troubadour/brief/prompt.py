"""Finds the vocabulary's phrases in a prompt: longest first, aware of "no" and "without", of "a touch of", and of what
the song is to be *about*.

In `a house track about my grandmother's house` the first house is music, the second is not. Everyday words that also
name music count in a sentence only where it speaks of music; in tags they always count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from troubadour.brief.unknown import led_to
from troubadour.brief.vocabulary import EVERYDAY, MUSIC_NOUNS, MUSICAL, Meaning, Phrase, plain, vocabulary, word_set

LONGEST_PHRASE = 5

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
    """A phrase that was understood. `weight` is under 1 for `a touch of …`; `subject`: it stands in what the song is about;
    `guess`: the known phrase that an unknown word led to."""

    words: str
    meaning: Meaning
    negated: bool = False
    weight: float = 1.0
    subject: bool = False
    guess: str = ""


@dataclass(frozen=True)
class Scan:
    """What was found in a text, in order, and the words that lead nowhere."""

    hits: tuple[Hit, ...]
    unknown: tuple[str, ...]


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
    hits: list[Hit] = []
    unknown: list[str] = []
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
            found = () if subject else led_to(word, lenient)
            hits += [Hit(word, lead.meaning, negated, lead.weight, subject, lead.words) for lead in found]
            unknown += [] if found else [word]
        i += 1
    return Scan(tuple(hits), tuple(unknown))


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
