"""Chords: Harte's qualities as intervals, and roman numerals as the styles write them.

A numeral names a degree of the *major* scale on the tonic, whatever the mode, so minor songs read `i bVI bIII bVII`.
Capitals are major, small letters minor; a suffix changes that: `V7`, `ii7` (a minor seventh chord), `Imaj7`, `Isus4`,
`viih7` (half-diminished), `viio` (diminished), `III+`. `/3`, `/5`, `/b7` put a chord tone into the bass;
`V/7`, whose chord has no seventh, stands on the leading note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "minmaj7": (0, 3, 7, 11),
    "hdim7": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "maj6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "min9": (0, 3, 7, 10, 14),
    "sus4(b7)": (0, 5, 7, 10),
}

_DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_SUFFIXES = {  # suffix: quality after a capital, after a small numeral
    "": ("maj", "min"),
    "7": ("7", "min7"),
    "maj7": ("maj7", "minmaj7"),
    "6": ("maj6", "min6"),
    "9": ("9", "min9"),
    "maj9": ("maj9", "minmaj7"),
    "sus2": ("sus2", "sus2"),
    "sus4": ("sus4", "sus4"),
    "7sus4": ("sus4(b7)", "sus4(b7)"),
    "o": ("dim", "dim"),
    "o7": ("dim7", "dim7"),
    "h7": ("hdim7", "hdim7"),
    "+": ("aug", "aug"),
}
_NUMERAL = re.compile(r"^([b#]?)(VI{0,2}|IV|I{1,3}|vi{0,2}|iv|i{1,3})([^/]*)(?:/(b?\d))?$")
_OVER = {"3": (4, 3), "5": (7, 6, 8), "7": (11, 10, 9), "b7": (10,), "2": (2,), "4": (5,), "1": (0,)}


@dataclass(frozen=True)
class Numeral:
    """A chord in no key yet: semitones of root and bass above the tonic, and Harte's quality."""

    root: int
    quality: str
    bass: int


@cache
def numeral(text: str) -> Numeral:
    """The chord that a roman numeral names. Raises ValueError for one that cannot be read."""
    match = _NUMERAL.match(text)
    if not match or match[3] not in _SUFFIXES:
        raise ValueError(f"not a chord: {text!r}")
    sign, degree, suffix, over = match.groups()
    root = (_DEGREES[degree.upper()] + {"b": -1, "#": 1, "": 0}[sign]) % 12
    quality = _SUFFIXES[suffix][0 if degree.isupper() else 1]
    tones = QUALITIES[quality]
    step = next((s for s in _OVER[over] if s in tones), _OVER[over][0]) if over else 0
    leading = (11 - root) % 12
    if over == "7" and step not in tones and leading in tones:
        step = leading
    return Numeral(root, quality, (root + step) % 12)


@cache
def tones(root: int, quality: str) -> tuple[int, ...]:
    """The pitch classes of a chord, from its root."""
    return tuple((root + step) % 12 for step in QUALITIES[quality])


def with_seventh(quality: str, degree: int) -> str:
    """A triad on a degree (semitones above the tonic) enriched by the seventh that its place in the key suggests."""
    if quality == "maj":
        return "7" if degree == 7 else "maj7"
    return {"min": "min7", "dim": "hdim7"}.get(quality, quality)
