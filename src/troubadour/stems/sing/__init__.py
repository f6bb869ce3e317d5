"""`sing`: a sung part becomes a dry vocal track."""

from troubadour.stems.sing.singer import Sung, sing

__all__ = ["Sung", "sing"]
