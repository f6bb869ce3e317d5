"""The application's description of itself (`/openapi.json`), with what the reference knows: examples, prices, samples' base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from troubadour_server.reference.routes import API, Example, Family, Route
from troubadour_server.request.limits import TASK_TYPES
from troubadour_server.settings import Settings

KEY = {"type": "http", "scheme": "bearer", "description": "An API key: `troubadour keys create --name me`."}
OUTSIDE = ("HTTPValidationError", "ValidationError")  # the framework's; this server never answers with them
BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
Operation = dict[str, Any]


def described(app: FastAPI, families: Sequence[Family], settings: Settings) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    told = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    told["servers"] = [{"url": settings.public_url.rstrip("/") or "/"}]
    told.setdefault("components", {})["securitySchemes"] = {"key": KEY}
    told["paths"], told["components"] = _in_words_of_the_standard(told["paths"]), _in_words_of_the_standard(told["components"])
    for name in OUTSIDE:
        told["components"].get("schemas", {}).pop(name, None)
    for path, methods in told["paths"].items():
        for operation in methods.values():
            operation["responses"].pop("422", None)
            _hoist(operation, told["components"].setdefault("schemas", {}))
            if path.startswith(API):
                operation["security"] = [{"key": []}]
    for family, route in _shown(told, families):
        operation = told["paths"][route.path][route.method.lower()]
        operation["tags"] = [family.title]
        _price(operation, route, settings)
        _request(operation, route)
        for answer in route.answers:
            content = operation["responses"].setdefault(str(answer.status), {"description": answer.title})
            shown = content.setdefault("content", {}).setdefault("application/json", {})
            shown.setdefault("examples", {})[route.slug.replace("/", ".")] = {"summary": answer.title, "value": answer.body}
        for place, refusal in enumerate(route.refusals):
            shown = operation["responses"][str(refusal.status)].setdefault("content", {}).setdefault("application/json", {})
            value = {"error": refusal.message, "message": refusal.message, "type": refusal.type, "code": refusal.status}
            name = f"{route.slug.replace('/', '.')}.{place}"
            shown.setdefault("examples", {})[name] = {"summary": refusal.title or refusal.message, "value": value}
    return told


def _in_words_of_the_standard(value: Any) -> Any:
    """Bounds that stand behind a validator keep Pydantic's own names; JSON Schema has others."""
    if isinstance(value, list):
        return [_in_words_of_the_standard(each) for each in value]
    if not isinstance(value, dict):
        return value
    is_number = value.get("type") in ("integer", "number")
    return {BOUNDS.get(name, name) if is_number else name: _in_words_of_the_standard(each) for name, each in value.items()}


def served(paths: Mapping[str, Any], route: Route) -> bool:
    """Whether the application has this route, and does this `task_type`."""
    return route.method.lower() in paths.get(route.path, {}) and route.task_type in (None, *TASK_TYPES)


def examples_of(operation: Mapping[str, Any], route: Route) -> tuple[Example, ...]:
    """The requests of a page: its own, else those of the route's schema, else an empty one."""
    if route.examples:
        return route.examples
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "examples" in content:
        return tuple(Example(name.replace("_", " "), each["value"]) for name, each in content["examples"].items())
    return (Example(route.title, content.get("example")),)


def _shown(told: Mapping[str, Any], families: Sequence[Family]) -> Iterator[tuple[Family, Route]]:
    for family in families:
        for page in family.pages:
            if isinstance(page, Route) and served(told["paths"], page):
                yield family, page


def _price(operation: Operation, route: Route, settings: Settings) -> None:
    costs = operation.setdefault("x-credits", {})
    costs[route.title] = settings.price(route.price) if route.price else 0


def _hoist(operation: Operation, schemas: dict[str, Any]) -> None:
    """What a body's schema refers to stands among the document's schemas, where the reference points."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        for name, schema in content.get("schema", {}).get("$defs", {}).items():
            schemas.setdefault(name, schema)


def _request(operation: Operation, route: Route) -> None:
    """The examples of the body, under the pages' titles."""
    bodies = [example for example in route.examples if example.body is not None]
    if not bodies or "requestBody" not in operation:
        return
    content = operation["requestBody"]["content"]["application/json"]
    content.pop("example", None)
    kept = {name: each for name, each in content.get("examples", {}).items() if "summary" in each}
    fresh = {
        f"{route.slug.replace('/', '.')}.{place}": {"summary": example.title, "value": example.body}
        for place, example in enumerate(bodies)
    }
    content["examples"] = {**kept, **fresh}
