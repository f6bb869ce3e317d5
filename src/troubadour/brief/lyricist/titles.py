"""A name for a song that came without one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from troubadour.brief.lyricist.lines import table
from troubadour.brief.lyricist.subject import titled, understand
from troubadour.brief.value import Lyrics, Request
from troubadour.brief.vocabulary import word_set
from troubadour.chance import Chance

LONGEST_TITLE_WORDS = 5
_WEAK_END = word_set("weak_end")


def make_title(request: Request, styles: Sequence[str], moods: Sequence[str], lyrics: Lyrics | None) -> str:
    """From the words that are sung: what returns most in the chorus. For an instrumental: from its description or mood."""
    if lyrics:
        return _from_lyrics(lyrics)
    subject = understand(request.text)
    if subject.hooks:
        return subject.hooks[0].title
    names = table("titles")
    dice = Chance(request.seed, request.take).stream("words", "title")
    adjectives = [word for mood in moods for word in names["mood"].get(mood, "").split(", ") if word] or names["mood"][
        "any"
    ].split(", ")
    nouns = names["style"].get(styles[0] if styles else "any", names["style"]["any"]).split(", ")
    adjective, noun = adjectives[int(dice.integers(len(adjectives)))], nouns[int(dice.integers(len(nouns)))]
    return f"{adjective} {noun}"


def _from_lyrics(lyrics: Lyrics) -> str:
    sung = [(stanza.kind, line.text) for stanza in lyrics.stanzas for line in stanza.lines if not line.backing]
    chorus = [text for kind, text in sung if kind in ("chorus", "hook")]
    lines = chorus or [text for _, text in sung]
    phrases = Counter(phrase for line in lines for phrase in dict.fromkeys(_phrases(line)))
    returning = [(count, len(phrase.split()), phrase) for phrase, count in phrases.items() if count > 1]
    if returning:
        most = max(count for count, _, _ in returning)
        best = max((size, -lines_index(lines, phrase), phrase) for count, size, phrase in returning if count == most)[2]
        return titled(best)
    return titled(next(iter(_phrases(lines[0])), " ".join(lines[0].split()[:LONGEST_TITLE_WORDS])))


def lines_index(lines: Sequence[str], phrase: str) -> int:
    """Which line holds a phrase first."""
    return next((i for i, line in enumerate(lines) if phrase in line), len(lines))


def _phrases(line: str) -> list[str]:
    """Parts of a line that could be a title: between pauses, at most five words, not ending on a small word."""
    found = []
    for part in re.split(r"[,;:.!?—–…()\"“”]+", line):
        words = part.split()[:LONGEST_TITLE_WORDS]
        while len(words) > 1 and words[-1].lower() in _WEAK_END:
            words.pop()
        while len(words) > 2 and words[0].lower() in ("and", "but", "so", "oh", "'cause", "because"):
            words = words[1:]
        if words and (len(words) > 1 or len(words[0]) > 4):
            found.append(" ".join(words))
    return found
