"""How things are spelled: keys, chords (Harte, 2005, and MusicXML), and titles as file names on any system.

A pitch class is spelled with flats or sharps as the key's signature has them.
"""

from __future__ import annotations

import re
import unicodedata

from troubadour.brief import Key
from troubadour.theory.scales import family

SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
FIFTHS_MAJOR = {0: 0, 7: 1, 2: 2, 9: 3, 4: 4, 11: 5, 6: 6, 5: -1, 10: -2, 3: -3, 8: -4, 1: -5}  # sharps (+) or flats (-)
DEGREES = ("1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7")

RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
NAME_BYTES = 120
UNTITLED = "Untitled"


def is_minor(key: Key) -> bool:
    """Whether the key counts as minor where only major and minor are known: by its third."""
    return family(key.mode) == "minor"


def fifths(key: Key) -> int:
    """The signature of the nearest major or minor key on the same tonic: sharps positive, flats negative."""
    return FIFTHS_MAJOR[(key.tonic + (3 if is_minor(key) else 0)) % 12]


def spelled(pitch_class: int, key: Key) -> str:
    """A pitch class as the key spells it: `Bb` in F major, `A#` in B major."""
    table = FLATS if fifths(key) < 0 or (fifths(key) == 0 and pitch_class in (3, 10)) else SHARPS
    return table[pitch_class % 12]


def key_name(key: Key) -> str:
    """`A minor`, `Bb mixolydian`."""
    return f"{spelled(key.tonic, key)} {key.mode}"


def harte(root: int, quality: str, bass: int, key: Key) -> str:
    """A chord in Harte's notation, the bass as a degree above the root: `C:min7`, `G:maj/3`."""
    slash = "" if bass % 12 == root % 12 else f"/{DEGREES[(bass - root) % 12]}"
    return f"{spelled(root, key)}:{quality}{slash}"


def safe_name(title: str) -> str:
    """A title as a file name without its suffix, for any file system: at most 120 bytes, never empty, hidden or reserved."""
    text = unicodedata.normalize("NFC", title)
    text = "".join(c if unicodedata.category(c)[0] != "C" or c in "\u200c\u200d" else " " for c in text)
    text = re.sub(r"\s*[/\\|]+\s*", " - ", text)
    text = re.sub(r'[:*?"<>]+', " ", text)
    text = re.sub(r"\s+", " ", text).strip(" .-~\u200c\u200d")
    while len(text.encode()) > NAME_BYTES:
        text = text[:-1]
    text = text.rstrip(" .-\u200c\u200d")
    if text.split(".")[0].strip().casefold() in RESERVED:
        text = f"{text}_"[:NAME_BYTES]
    return text or UNTITLED
