"""`read`: what a caller asked for, in words, becomes a `Brief`."""

from troubadour.brief.value import (
    LEARNED_FROM,
    Brief,
    Effect,
    Key,
    Line,
    Lyrics,
    Metre,
    Placement,
    Request,
    Segment,
    Stanza,
    Strengths,
    Taste,
)

__all__ = [
    "LEARNED_FROM",
    "Brief",
    "Effect",
    "Key",
    "Line",
    "Lyrics",
    "Metre",
    "Placement",
    "Request",
    "Segment",
    "Stanza",
    "Strengths",
    "Taste",
]
