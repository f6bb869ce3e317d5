"""Song → song: extend, join, cover, replace a section, mash up … Each is an edit of a known score, exact and quick.

Here are the commands, which say what is to be done; `edit.apply` does it, to an `edit.source.Source`. What an edit does not touch stays identical, sample for sample, and is not rendered again.
"""

from troubadour.edit.value import (
    AddInstrumental,
    AddVocals,
    Command,
    Cover,
    Extend,
    Instruct,
    Join,
    Mash,
    Precede,
    Prolong,
    Remaster,
    Replace,
    Sample,
    SwapSound,
    SwapVocals,
    Vary,
)

__all__ = [
    "AddInstrumental",
    "AddVocals",
    "Command",
    "Cover",
    "Extend",
    "Instruct",
    "Join",
    "Mash",
    "Precede",
    "Prolong",
    "Remaster",
    "Replace",
    "Sample",
    "SwapSound",
    "SwapVocals",
    "Vary",
]
