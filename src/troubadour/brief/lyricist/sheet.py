"""Words that somebody else writes into the form of a draft: what is asked for, what does not fit, and how it is mended.

A sheet is the draft's sections, each once, with how many syllables every line wants and which lines rhyme. Lines that come
back are checked one by one; those that cannot be sung, or are too long or too short by more than two syllables, are asked for
again by the caller and else taken from the draft.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from troubadour.brief.lyricist.draft import Draft
from troubadour.brief.lyricist.sounds import rhyme, syllables
from troubadour.brief.lyrics import legible

LEEWAY = 2  # syllables that a line may be longer or shorter
LONGEST_LINE_CHARS = 120
LONGEST_TITLE_CHARS = 60
Place = tuple[str, int]  # section and line


@dataclass(frozen=True)
class WantedLine:
    """One line of a sheet: syllables, and the letter that it rhymes with."""

    syllables: int
    rhyme: str


def sections(lyrics: str) -> list[tuple[str, list[str]]]:
    """Marked lyrics as (name, lines), in singing order."""
    blocks = [block.split("\n") for block in lyrics.split("\n\n") if block.strip()]
    return [(lines[0].strip("[]"), lines[1:]) for lines in blocks]


def wanted(draft: Draft) -> dict[str, list[WantedLine]]:
    """What every section of a draft asks of its lines; returning sections once."""
    found: dict[str, list[WantedLine]] = {}
    for name, lines in sections(draft.lyrics):
        if name not in found:
            letters = _letters(lines)
            counts = [sum(syllables(word) for word in line.split()) for line in lines]
            found[name] = [WantedLine(count, letter) for count, letter in zip(counts, letters, strict=True)]
    return found


def _letters(lines: Sequence[str]) -> list[str]:
    """A letter a line: equal ones rhyme."""
    sounds: list[str] = []
    letters = []
    for line in lines:
        words = re.findall(r"[\w']+", line)
        sound = (rhyme(words[-1].lower()) or line) if words else line
        if sound not in sounds:
            sounds.append(sound)
        letters.append("ABCDEFGHIJKLMNOP"[min(sounds.index(sound), 15)])
    return letters


def misfits(draft: Draft, written: Mapping[str, Sequence[str]]) -> dict[Place, str]:
    """What is wrong with which line of what was written."""
    found: dict[Place, str] = {}
    for name, lines in wanted(draft).items():
        given = written.get(name, ())
        for index, line in enumerate(lines):
            text = given[index] if index < len(given) else ""
            problem = _problem(text, line)
            if problem:
                found[name, index] = problem
    return found


def _problem(text: str, line: WantedLine) -> str:
    if not isinstance(text, str) or not legible(text).strip():
        return "it is missing"
    if len(text) > LONGEST_LINE_CHARS or "\n" in text or re.search(r"[\[\]{}<>]", text):
        return "it is no plain line"
    count = sum(syllables(word) for word in legible(text).split())
    if count == 0:
        return "it cannot be sung"
    if abs(count - line.syllables) > LEEWAY:
        return f"it has {count} syllables; {line.syllables} are wanted"
    return ""


def filled(draft: Draft, written: Mapping[str, Sequence[str]], title: str) -> Draft:
    """The draft with the written lines that fit; its own where none does. A title that is not sung in it is not taken."""
    wrong = misfits(draft, written)
    blocks = []
    for name, lines in sections(draft.lyrics):
        chosen = [line if (name, index) in wrong else legible(written[name][index]).strip() for index, line in enumerate(lines)]
        blocks.append("\n".join((f"[{name}]", *chosen)))
    text = "\n\n".join(blocks)
    kept = legible(title).strip() if isinstance(title, str) else ""
    sung = bool(kept) and len(kept) <= LONGEST_TITLE_CHARS and kept.lower() in text.lower()
    return Draft(kept if sung else draft.title, text, draft.about)
