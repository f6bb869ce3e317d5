"""What a recording that is brought here must be."""

from __future__ import annotations

from troubadour.files.recording import LONGEST_S, SHORTEST_S, TOO_MUCH

__all__ = ["LONGEST_S", "ROLE", "SHORTEST_S", "TOO_MUCH"]

ROLE = "recording"  # of the child process that reads it
