"""States of tasks and clips, as the wire shows them."""

from __future__ import annotations

PENDING, RUNNING, SUCCEEDED, FAILED = "pending", "running", "succeeded", "failed"
OPEN = (PENDING, RUNNING)
FINAL = (SUCCEEDED, FAILED)

# Error types of failed tasks that the vendor's client knows (17.1)
FAILURE, TIMEOUT = "failed", "timeout"

# The stages of a song and the part of the whole at which each begins; parts inside the stems report under their own names.
STAGES = {"brief": 0.0, "plan": 0.02, "score": 0.04, "stems": 0.1, "mix": 0.8, "files": 0.92}
QUEUED_STAGE, DONE_STAGE = "queued", "done"


def overall(stage: str, done: float) -> float:
    """How much of the whole song is done, 0-1, when `done` of a stage is."""
    names = list(STAGES)
    name = stage if stage in STAGES else "stems"
    following = names.index(name) + 1
    end = STAGES[names[following]] if following < len(names) else 1.0
    return STAGES[name] + (end - STAGES[name]) * min(max(done, 0.0), 1.0)
