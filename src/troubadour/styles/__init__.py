"""Styles: the musical facts of each genre, one TOML file a style, written to be read and edited by a musician.

`STYLES` holds them by id. A new style is one file in this folder; `style.py` says what each key means.
"""

from troubadour.styles.blend import blend
from troubadour.styles.shelf import SHARED, STYLES
from troubadour.styles.style import WITH_THE_TUNE, Form, FormSection, Groove, MelodyHints, Member, Style, Tempo

__all__ = [
    "SHARED",
    "STYLES",
    "WITH_THE_TUNE",
    "Form",
    "FormSection",
    "Groove",
    "MelodyHints",
    "Member",
    "Style",
    "Tempo",
    "blend",
]
