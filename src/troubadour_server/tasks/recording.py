"""What a recording that is brought here must be."""

from __future__ import annotations

ROLE = "recording"  # of the child process that reads it
SHORTEST_S, LONGEST_S = 1.0, 480.0
TOO_MUCH = "the recording takes too much memory or time to read"
