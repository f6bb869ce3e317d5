"""Rules that the families' readers share: what is needed, how long a text may be, older names of fields."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Any

from pydantic import BaseModel

from troubadour_server.request.errors import Invalid

DRAWN_SEEDS = 2**31


def drawn(seed: int | None) -> int:
    """The seed that was sent, else one by chance."""
    return secrets.randbelow(DRAWN_SEEDS) if seed is None else seed


def needed(value: Any, name: str, kind: str | None) -> Any:
    """A field that a task type cannot do without. Raises Invalid."""
    if value is None or value == "":
        raise Invalid(f"{name} is required when task_type is {kind}")
    return value


def among(value: str, name: str, options: Collection[str]) -> str:
    """A value that must be one of several. Raises Invalid."""
    if value not in options:
        raise Invalid(f"{name} must be one of {', '.join(options)}")
    return value


def within(given: BaseModel, limits: Mapping[str, int]) -> None:
    """Raises Invalid for a text that is longer than its limit."""
    for name, most in limits.items():
        value = getattr(given, name)
        if value is not None and len(value) > most:
            raise Invalid(f"{name} has {len(value)} characters; it takes at most {most}")


def alias(fields: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The fields under the names that they have now; one that is there under its own name wins."""
    older = {now: fields[old] for old, now in names.items() if fields.get(old) is not None and fields.get(now) is None}
    return {**fields, **older}
