"""The shelf of styles: every TOML file of this folder, checked when it is taken down; `_shared.toml` is what all may use.

Only the head of each file is read to know its names: a song needs one style or two, not all of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from troubadour.styles.style import Form, Member, Pattern, Progression, Style, Unit


class Shared(BaseModel):
    """Drum fills, the ways in which a guest instrument plays, modal progressions, forms and curves of energy by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fills: dict[str, dict[str, Pattern]]
    progressions: dict[str, tuple[Progression, ...]]
    guests: tuple[Member, ...]
    forms: dict[str, Form]
    curves: dict[str, dict[str, Unit]]


class Card(BaseModel):
    """The head of a style's file: what it is called."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    about: str = ""
    words: tuple[str, ...] = ()
    family: str
    like: str = ""


T = TypeVar("T")


def _text(name: str) -> str:
    return files("troubadour.styles").joinpath(name).read_text(encoding="utf-8")


class Shelf(Mapping[str, Style]):
    """The styles by id, in the order of their ids."""

    @cached_property
    def _names(self) -> tuple[str, ...]:
        found = (f.name for f in files("troubadour.styles").iterdir() if f.name.endswith(".toml"))
        return tuple(sorted(name.removesuffix(".toml") for name in found if not name.startswith("_")))

    @cached_property
    def cards(self) -> dict[str, Card]:
        """The heads of all files."""
        return {name: Card.model_validate(_head(name)) for name in self._names}

    def __getitem__(self, name: str) -> Style:
        """The style with this id."""
        if name not in self._names:
            raise KeyError(name)
        return _style(name)

    def __iter__(self) -> Iterator[str]:
        """The ids."""
        return iter(self._names)

    def __len__(self) -> int:
        """How many styles there are."""
        return len(self._names)

    def first(self, table: Mapping[str, T], name: str, otherwise: T) -> T:
        """A style's row in a table; that of the style which it is like; what all others have."""
        return next((table[own] for own in self.kin(name) if own in table), otherwise)

    def kin(self, name: str) -> tuple[str, ...]:
        """A style's id, then that of the style which stands in for it in tables that do not know it."""
        like = self.cards[name].like if name in self._names else ""
        return (name, like) if like else (name,)


def _head(name: str) -> dict[str, Any]:
    return tomllib.loads(_text(f"{name}.toml").split("\n\n", 1)[0])


@cache
def _style(name: str) -> Style:
    facts = tomllib.loads(_text(f"{name}.toml"))
    if facts.get("id") != name:
        raise ValueError(f"{name}.toml says that its id is {facts.get('id')!r}: the two must be the same")
    facts["forms"] = [SHARED.forms[form] if isinstance(form, str) else form for form in facts.get("forms", ())]
    if "curve" in facts:
        facts["energy"] = {**SHARED.curves[facts.pop("curve")], **facts.get("energy", {})}
    return Style.model_validate(facts)


SHARED = Shared.model_validate(tomllib.loads(_text("_shared.toml")))
STYLES = Shelf()
