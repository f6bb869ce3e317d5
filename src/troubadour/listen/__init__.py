"""What is heard in a recording: tempo, beats, key, length. Measured simply, from the sound alone."""

from troubadour.listen.measure import Measured, measured

__all__ = ["Measured", "measured"]
