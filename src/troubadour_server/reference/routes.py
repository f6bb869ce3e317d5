"""What there is to say of a route that its own code does not say. A page of the reference is a `Route` or a `Guide`.

A route's fields, bounds, defaults and answers come from the application's own description of itself; a `Route` adds for what
one calls it, an example that works, and what goes wrong. One path may have several pages (`/sonic/create` has one for each
`task_type`); then a page lists the `fields` that belong to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

API = "/api/v1"
JSON = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """A request that is accepted: the body, or what stands in the path and the query."""

    title: str
    body: JSON | None = None
    path: JSON = field(default_factory=dict)
    query: JSON = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What comes back, word for word but for ids, links and times."""

    status: int
    title: str
    body: Any


@dataclass(frozen=True)
class Refusal:
    """A request that is refused, and exactly how. `change` is laid over the first example's body; None takes a field out."""

    change: JSON
    status: int
    type: str
    message: str
    title: str = ""


@dataclass(frozen=True)
class Route:
    """A page about one use of one route."""

    slug: str
    title: str
    method: str
    path: str
    intro: str = ""
    price: str | None = None  # a row of billing.prices; None: free
    examples: tuple[Example, ...] = ()  # none: those of the route's own schema
    answers: tuple[Answer, ...] = ()  # none: the example of the answer's schema
    refusals: tuple[Refusal, ...] = ()
    task_type: str | None = None
    fields: tuple[str, ...] = ()  # none: all
    required: tuple[str, ...] = ()  # here, though the route as a whole does not require them
    notes: str = ""
    may: tuple[str, ...] = ()  # machine words of a 400 besides bad_request and those of the refusals
    see: tuple[str, ...] = ()  # slugs
    keyless: bool = False
    binary: bool = False  # the answer is a file or a redirect, not JSON


@dataclass(frozen=True)
class Guide:
    """A page of prose: `guides/<file>.md`. It is shown when the pages that it `needs` are."""

    slug: str
    title: str
    file: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Family:
    """A branch of the navigation."""

    title: str
    pages: tuple[Route | Guide, ...]


SUNG = ("lyrics_too_long", "unsingable")  # what becomes of words that no song can hold


def create(slug: str, title: str, **more: Any) -> Route:
    """A use of `POST /api/v1/sonic/create`, which most of them are."""
    return Route(slug, title, "POST", f"{API}/sonic/create", **{"may": SUNG, **more})
