"""What is heard in a recording: tempo, beats, bars, key, chords, sections, melody, loudness, and what kind of sound it is."""

from troubadour.listen.analyze import analyze, analyze_pieces
from troubadour.listen.value import Analysis, HeardChord, HeardNote, HeardSection

__all__ = ["Analysis", "HeardChord", "HeardNote", "HeardSection", "analyze", "analyze_pieces"]
