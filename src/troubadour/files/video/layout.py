"""The video's measures and colours that all of its parts go by."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from troubadour.files.picture import Palette

WIDTH, HEIGHT, FPS = 1280, 720, 25
MARGIN = 48
WORDS = (352, 592)  # top and bottom of the band for words

Colour = tuple[int, int, int]
Floats = NDArray[np.float64]


def lit_colour(palette: Palette) -> Colour:
    """The colour of what has been sung: the warmer of the song's two hues."""
    warmth = [math.cos(math.radians(hue - 75.0)) for hue in (palette.hue, palette.second)]
    return palette.tone(0.87, 0.16, float(warmth[1] > warmth[0]))
