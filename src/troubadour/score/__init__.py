"""`compose`: a `Plan` becomes a `Score`."""

from troubadour.score.value import Chord, Feel, Note, Part, Phrase, Score, Section, SungLine, SungPart, Tempo

__all__ = ["Chord", "Feel", "Note", "Part", "Phrase", "Score", "Section", "SungLine", "SungPart", "Tempo"]
