"""Tunes: words into rhythm, rhythm into pitch; the second voices; what an instrument plays where nobody sings.

`setting` gives every syllable its place and length, `pitch` draws a line's notes together, `tune` keeps one tune a phrase
label, `backing` adds the other singers, `played` makes rhythms where there are no words. One stream of chance a label and
stage, so that equal labels share their tune and a new take has other tunes.
"""

from __future__ import annotations

from troubadour.score.melody.compose import Melody, compose_melody
from troubadour.score.melody.recall import heard_tunes
from troubadour.score.melody.tune import Memory

__all__ = ["Melody", "Memory", "compose_melody", "heard_tunes"]
