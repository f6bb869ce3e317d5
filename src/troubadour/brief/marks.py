"""Section marks in lyrics: `[Verse 2]`, `[Chorus: soft]`, `(Chorus)`, `Bridge:`, `## Outro`, in any case.

A mark names a kind of section; what else stands in it (a hint of style, a singer, an instrument) is kept in its label.
Square brackets are never sung unless they plainly hold words of the song: a direction such as `[softly]` or `[x2]` is a
cue. Round brackets are sung (as backing), unless all they hold is the name of a section.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files

_TABLE = tomllib.loads((files("troubadour.brief") / "tables/marks.toml").read_text("utf-8"))
ORDER = tuple(dict.fromkeys(row["kind"] for row in _TABLE["kind"]))
CUES = frozenset(_TABLE["cue"]["words"].split())

_NAMES: dict[str, tuple[int, str]] = {
    name.strip(): (rank, row["kind"]) for rank, row in enumerate(_TABLE["kind"]) for name in row["names"].split(",")
}
_ANY = "|".join(sorted((re.escape(n).replace(r"\ ", r"[\s\-_]*") for n in _NAMES), key=lambda n: (-len(n), n)))
_NAME = re.compile(rf"\b(?:{_ANY})(?=s?\b|\d)", re.IGNORECASE)
_ONLY = re.compile(
    rf"^(?:final\s+|last\s+|first\s+|second\s+|guitar\s+|piano\s+)?(?:{_ANY})\s*(?:\d{{1,2}}|[ivx]{{1,4}}|[a-d])?$",
    re.IGNORECASE,
)
_SQUARE = re.compile(r"^\s*[\[【［]([^\]】］]{1,120})[\]】］]\s*:?\s*(.*)$")
_ROUND = re.compile(r"^\s*[(（]([^)）]{1,60})[)）]\s*:?\s*$")
_HINTS = re.compile(r"[:：|,(–—]|\s-\s")
_TRIM = " \t*_#~>-–—=|"
# A bare name without any bracket or colon is a mark only if nobody would sing it alone.
_BARE = r"verse|pre[\s-]?chorus|chorus|refrain|bridge|intro|outro"
_PLAIN = re.compile(rf"^(?:{_BARE})(?:\s*\d{{1,2}})?$", re.IGNORECASE)
_COLON = re.compile(rf"^((?:{_BARE}|hook|interlude|coda)(?:\s*\d{{1,2}})?)\s*[:：]\s*(.*)$", re.IGNORECASE)


@dataclass(frozen=True)
class Mark:
    """What a mark says. `kind` is None for a cue that opens no section; `rest` are words after it on the same line."""

    kind: str | None
    label: str
    rest: str = ""


def kind_of(label: str) -> str | None:
    """The kind of section that a label names; what stands before a colon or dash counts first. None: it names none."""
    text = " ".join(label.replace("_", " ").lower().split())
    for part in (_HINTS.split(text, maxsplit=1)[0], text):
        found = [_NAMES.get(re.sub(r"[\s\-_]+", " ", match.group(0))) for match in _NAME.finditer(part)]
        ranked = sorted(name for name in found if name)
        if ranked:
            return ranked[0][1]
    return None


def is_cue(text: str) -> bool:
    """Whether words in square brackets are a direction to the players and not words to sing."""
    words = re.findall(r"[^\W_]+", text.lower())
    return not words or (len(words) <= 8 and any(word in CUES for word in words))


SINGERS = {
    "both": re.compile(r"\b(both|together|duet|all|everyone|everybody)\b", re.IGNORECASE),
    "f": re.compile(r"\b(female|woman|women|girl|her|she)\b", re.IGNORECASE),
    "m": re.compile(r"\b(male|man|men|guy|boy|him|he)\b", re.IGNORECASE),
}


def singer_in(label: str) -> str:
    """Whom a mark names: `[Verse 2: Female]` f, `[Male]` m, `[Both]` or `[Male and Female]` both, else ""."""
    named = [singer for singer, words in SINGERS.items() if words.search(label)]
    return "both" if "both" in named or len(named) > 1 else named[0] if named else ""


def read_mark(line: str) -> Mark | None:
    """The mark that a line of lyrics is or begins with; None when the line is to be sung."""
    bare = re.sub(r"[*_]+(?=\s*[:：])", "", line.strip(_TRIM))  # **Chorus**:
    square = _SQUARE.match(bare)
    if square:
        label, rest = square.group(1).strip(), square.group(2).strip(_TRIM)
        kind = kind_of(label)
        if kind is None and not is_cue(label) and len(label.split()) > 3:
            return None  # a sentence: somebody wants to hear it
        return Mark(kind, label, rest)
    round_ = _ROUND.match(bare)
    if round_ and _ONLY.match(round_.group(1).strip()):
        return Mark(kind_of(round_.group(1)), round_.group(1).strip())
    colon = _COLON.match(bare)
    if colon and (not colon.group(2) or line.strip()[:1] in "*#_" or colon.group(1)[:1].isupper()):
        return Mark(kind_of(colon.group(1)), colon.group(1).strip(), colon.group(2).strip(_TRIM))
    if bare.endswith(":") and _ONLY.match(bare[:-1].strip()):
        return Mark(kind_of(bare[:-1]), bare[:-1].strip())
    return None


def is_plain_mark(line: str) -> bool:
    """Whether a line holds nothing but the name of a section, such as `Verse 2`; its neighbours decide if it is a mark."""
    return bool(_PLAIN.match(line.strip(_TRIM)))
