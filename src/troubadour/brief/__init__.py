"""`read`: what a caller asked for, in words, becomes a `Brief`."""

from troubadour.brief.value import Brief, Effect, Key, Line, Lyrics, Metre, Request, Segment, Stanza, Strengths, Taste

__all__ = ["Brief", "Effect", "Key", "Line", "Lyrics", "Metre", "Request", "Segment", "Stanza", "Strengths", "Taste"]
