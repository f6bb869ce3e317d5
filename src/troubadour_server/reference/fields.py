"""A route's fields as rows, read from its JSON schema: what is checked is what is shown.

Lengths that depend on the model are not in the schema; they come from the table of models, which checks them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troubadour_server.request.limits import MODELS

Schema = Mapping[str, Any]

# Fields whose longest value depends on the model: the field, and the column of the table of models.
BY_MODEL = {
    "prompt": "prompt",
    "lyrics": "prompt",
    "gpt_description_prompt": "description",
    "tags": "tags",
    "negative_tags": "tags",
    "title": "title",
}
BOUNDS = (
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "more than {}"),
    ("maximum", "at most {}"),
    ("exclusiveMaximum", "less than {}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minItems", "at least {} items"),
    ("maxItems", "at most {} items"),
)
RANGES = (("minimum", "maximum", ""), ("minLength", "maxLength", " characters"), ("minItems", "maxItems", " items"))
TOLD_BY_TYPE = {2**63}  # bounds that say no more than "a whole number"
DEEPEST = 4


@dataclass(frozen=True)
class Field:
    """One row."""

    name: str
    type: str
    required: bool
    limits: str
    default: str
    meaning: str


def body_fields(schema: Schema) -> tuple[Field, ...]:
    """The fields of a request's body."""
    required, shared = schema.get("required", ()), schema.get("$defs", {})
    by_model = "mv" in schema.get("properties", {})
    return tuple(_row(name, each, name in required, shared, by_model) for name, each in schema.get("properties", {}).items())


def parameter_fields(parameters: list[Schema], place: str) -> tuple[Field, ...]:
    """The fields of the path or of the query."""
    return tuple(
        _row(
            each["name"],
            {**each["schema"], **{k: v for k, v in each.items() if k == "description"}},
            each.get("required", False),
            {},
        )
        for each in parameters
        if each["in"] == place
    )


def answer_fields(schema: Schema, shared: Schema, prefix: str = "", depth: int = 0) -> Iterator[Field]:
    """The fields of an answer, those inside others by their path: `data[].clip_id`."""
    plain = plain_schema(schema, shared)
    for name, each in plain.get("properties", {}).items():
        row = _row(prefix + name, each, name in plain.get("required", ()), shared, with_null=True)
        yield row
        inner, below = plain_schema(each, shared), name
        if inner.get("type") == "array":
            inner, below = plain_schema(inner.get("items", {}), shared), f"{name}[]"
        if depth < DEEPEST and inner.get("properties"):
            yield from answer_fields(inner, shared, f"{prefix}{below}.", depth + 1)


def _row(name: str, schema: Schema, required: bool, shared: Schema, by_model: bool = False, with_null: bool = False) -> Field:
    plain = plain_schema(schema, shared)
    meaning = schema.get("description") or plain.get("description", "")
    limits = _bounds(plain)
    if by_model and name in BY_MODEL and "maxLength" not in plain:
        limits.append(lengths(BY_MODEL[name]))
    if "enum" in plain:
        limits.insert(0, "one of " + ", ".join(f"`{each}`" for each in plain["enum"]))
    default = schema.get("default")
    return Field(
        name,
        type_of(schema, shared, with_null),
        required,
        "; ".join(limits),
        "" if default is None else f"`{default}`",
        meaning,
    )


def _bounds(plain: Schema) -> list[str]:
    """What a value may be, in words; a range is said at once."""
    told = {name: _whole(plain[name]) for name, _ in BOUNDS if name in plain and plain[name] not in TOLD_BY_TYPE}
    limits = []
    for least, most, words in RANGES:
        if least in told and most in told:
            low, high = told.pop(least), told.pop(most)
            limits.append(f"exactly {high}{words}" if low == high else f"{low} to {high}{words}")
    return limits + [words.format(told[name]) for name, words in BOUNDS if name in told]


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def lengths(column: str) -> str:
    """The longest value that each model takes, said once for all that take the same."""
    groups: dict[int, list[str]] = {}
    for model, limits in MODELS.items():
        groups.setdefault(getattr(limits, column), []).append(model)
    if len(groups) == 1:
        return f"at most {next(iter(groups))} characters"
    most = max(groups, key=lambda length: len(groups[length]))
    others = "; ".join(
        f"{length} with {', '.join(f'`{each}`' for each in names)}" for length, names in groups.items() if length != most
    )
    return f"at most {most} characters ({others})"


def type_of(schema: Schema, shared: Schema, with_null: bool = False) -> str:
    """A schema's type in a few words. In a request null is as good as absent, so only answers say that a field may be null."""
    plain = plain_schema(schema, shared)
    kind = plain.get("type", "")
    if kind == "array":
        return f"array of {type_of(plain.get('items', {}), shared) or 'any'}"
    nullable = with_null and any(each.get("type") == "null" for each in schema.get("anyOf", ()))
    if "const" in plain and not kind:
        kind = "integer" if isinstance(plain["const"], int) else "string"
    return f"{kind or 'any'} or null" if nullable else kind or "any"


def plain_schema(schema: Schema, shared: Schema) -> Schema:
    """A schema without its reference and without the null beside it."""
    if "$ref" in schema:
        return plain_schema(shared[schema["$ref"].rpartition("/")[2]], shared)
    options = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return plain_schema(options[0], shared) if len(options) == 1 else schema
