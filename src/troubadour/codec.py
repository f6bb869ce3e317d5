"""Values to versioned JSON and back.

A stored value is `{"kind": "Score", "version": 1, "value": {…}}`. A reader refuses a kind or a version that it does not
know; when a value changes shape, its version here goes up, and what was stored under the old one is made anew.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter

from troubadour.errors import BadRequest

T = TypeVar("T")

VERSIONS = {
    "Request": 1, "Brief": 1, "Plan": 1, "Score": 1, "Extend": 1, "Join": 1, "Cover": 1, "Replace": 1, "Mash": 1, "Remaster": 1,
    "AddVocals": 1, "AddInstrumental": 1, "Sample": 1, "Analysis": 1, "Split": 1, "Upload": 1, "Taste": 1,
    "SwapSound": 1, "SwapVocals": 1, "Prolong": 1, "Precede": 1, "Vary": 1, "Instruct": 1,
}  # fmt: skip


def dumps(value: Any) -> str:
    """One of the house's values (a frozen dataclass named in `VERSIONS`) as JSON text."""
    kind = type(value).__name__
    body = TypeAdapter(type(value)).dump_python(value, mode="json")
    return json.dumps({"kind": kind, "version": VERSIONS[kind], "value": body}, ensure_ascii=False, separators=(",", ":"))


def kind_of(text: str | bytes) -> str:
    """The name of the kind of value that a text holds."""
    return str(json.loads(text).get("kind"))


def loads(text: str | bytes, kind: type[T]) -> T:
    """The value that `dumps` wrote. Raises BadRequest when the text holds another kind, or another version of it."""
    stored = json.loads(text)
    found = (stored.get("kind"), stored.get("version"))
    if found != (kind.__name__, VERSIONS[kind.__name__]):
        raise BadRequest(f"expected {kind.__name__} version {VERSIONS[kind.__name__]}, found {found[0]} version {found[1]}")
    return TypeAdapter(kind).validate_python(stored["value"])
