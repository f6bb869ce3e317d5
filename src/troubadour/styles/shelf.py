"""The shelf of styles: every TOML file of this folder, read once and checked; `_shared.toml` is what all of them may use."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from troubadour.styles.style import Member, Pattern, Progression, Style


class Shared(BaseModel):
    """Drum fills, the ways in which a guest instrument plays, modal progressions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fills: dict[str, dict[str, Pattern]]
    progressions: dict[str, tuple[Progression, ...]]
    guests: tuple[Member, ...]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("troubadour.styles").joinpath(name).read_text(encoding="utf-8"))


def _shelf() -> dict[str, Style]:
    names = sorted(
        f.name for f in files("troubadour.styles").iterdir() if f.name.endswith(".toml") and not f.name.startswith("_")
    )
    made = [Style.model_validate(_read(name)) for name in names]
    return {style.id: style for style in made}


SHARED = Shared.model_validate(_read("_shared.toml"))
STYLES: dict[str, Style] = _shelf()
