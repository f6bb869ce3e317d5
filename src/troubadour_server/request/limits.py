"""Models and their limits: one table for checking, for the API reference and for the error texts.

The reference's 400 list of 2025 says "N characters or more"; probes of 2026 accept the bound itself. So the models of 2025
have the strict reading (3000 characters of lyrics are one too many) and those from v4.5 on the lengths of 2026, bound
included. The title's limit is 80 for all, bound included from v4.5 on.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The largest accepted lengths, in characters."""

    prompt: int
    tags: int
    title: int
    description: int


_OF_2025 = Limits(prompt=2999, tags=199, title=79, description=199)
_OF_2026 = Limits(prompt=5000, tags=1000, title=80, description=400)

MODELS: dict[str, Limits] = {
    "sonic-v3-5": _OF_2025,
    "sonic-v4": _OF_2025,
    "sonic-v4-5": _OF_2026,
    "sonic-v4-5-plus": _OF_2026,
    "sonic-v5": _OF_2026,
    "sonic-v5-5": _OF_2026,
    "sonic-v6": _OF_2026,
    "sonic-v6-wild": _OF_2026,
    "sonic-v6-mini": _OF_2026,
}

ALIASES = {f"chirp{name.removeprefix('sonic')}": name for name in MODELS}  # the sister sites' names for the same models
REARRANGING = {"sonic-v4-5-all": _OF_2026}  # models that sample and mash-up take besides


def limits_of(mv: str, rearranging: bool = False) -> Limits | None:
    """The limits of a model, by either of its names; None for one that is not known. `rearranging`: of a sample or a mash-up."""
    known = {**MODELS, **REARRANGING} if rearranging else MODELS
    return known.get(ALIASES.get(mv, mv))


PERSONA_NAME, PERSONA_DESCRIPTION = 79, 199  # "under 80", "under 200"
LYRICS_DESCRIPTION = 119  # "120 characters or more" is refused
DURATION_S = (10, 360)
CLIPS_OF_A_CREATE = 2

TASK_TYPES = (
    "create_music", "extend_music", "extend_upload_music", "concat_music", "cover_music", "cover_upload_music", "persona_music",
    "remaster", "add_vocals", "add_instrumental",
)  # fmt: skip
