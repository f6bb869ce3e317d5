"""Keys and scales: pitch classes, their names, and the modes as steps above the tonic.

Pitch classes count semitones from C. A mode's *family* is major or minor by its third: progressions and moods care for
that first.
"""

from __future__ import annotations

PITCH_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")

MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
    "phrygian dominant": (0, 1, 4, 5, 7, 8, 10),  # hijaz, freygish, ahava rabbah
    "double harmonic": (0, 1, 4, 5, 7, 8, 11),  # bhairav, hijazkar
    "hungarian minor": (0, 2, 3, 6, 7, 8, 11),
    "ukrainian dorian": (0, 2, 3, 6, 7, 9, 10),  # misheberakh, nikriz
    "lydian dominant": (0, 2, 4, 6, 7, 9, 10),
}
# Semitones of a mode's tonic above the tonic of the major scale with the same notes, or with nearly the same.
ABOVE_MAJOR = {
    "major": 0, "dorian": 2, "phrygian": 4, "lydian": 5, "mixolydian": 7, "minor": 9, "locrian": 11,
    "harmonic minor": 9, "melodic minor": 9, "phrygian dominant": 4, "double harmonic": 4, "hungarian minor": 9,
    "ukrainian dorian": 2, "lydian dominant": 5,
}  # fmt: skip

PENTATONIC = {
    "major": (0, 2, 4, 7, 9), "minor": (0, 3, 5, 7, 10), "harmonic minor": (0, 3, 5, 7, 8), "phrygian dominant": (0, 1, 4, 5, 7),
    "double harmonic": (0, 1, 4, 5, 7), "hungarian minor": (0, 2, 3, 7, 8), "ukrainian dorian": (0, 2, 3, 7, 9),
}  # fmt: skip


def family(mode: str) -> str:
    """`major` or `minor`, by the third."""
    return "major" if 4 in MODES[mode] else "minor"


def scale(tonic: int, mode: str) -> tuple[int, ...]:
    """The seven pitch classes of a key, from its tonic."""
    return tuple((tonic + step) % 12 for step in MODES[mode])


def pentatonic(tonic: int, mode: str) -> tuple[int, ...]:
    """The five pitch classes that sound well over every chord of the key."""
    return tuple((tonic + step) % 12 for step in PENTATONIC.get(mode, PENTATONIC[family(mode)]))


def nearest(pitch_class: int, pitch: float) -> int:
    """The pitch of `pitch_class` nearest to `pitch` (the lower one of two)."""
    below = int(pitch) - (int(pitch) - pitch_class) % 12
    return min((below, below + 12), key=lambda p: (abs(p - pitch), p))
