"""Reads JSON bodies liberally: any or no `Content-Type`, a byte-order mark; strictly: size, nesting, numbers, text."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request

from troubadour_server.request.errors import Invalid, TooLarge

DEEPEST = 40


async def read_json(request: Request, limit_bytes: int) -> dict[str, Any]:
    """The body as an object. Raises Invalid and TooLarge."""
    return parsed(await _read(request, limit_bytes))


async def _read(request: Request, limit_bytes: int) -> bytes:
    data = bytearray()
    async for block in request.stream():
        data += block
        if len(data) > limit_bytes:
            raise TooLarge(f"the body is larger than {limit_bytes} bytes")
    return bytes(data)


def parsed(data: bytes) -> dict[str, Any]:
    """Bytes as a JSON object of sound text and finite numbers. Raises Invalid."""
    if not data.strip():
        raise Invalid("the body is empty; send a JSON object")
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise Invalid(f"the body is not UTF-8 text (byte {error.start})") from None
    except RecursionError:
        raise Invalid("the body is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise Invalid(f"the body is not JSON: {error.msg.lower()} at line {error.lineno}, column {error.colno}") from None
    except ValueError:  # Python reads no integer of more than 4300 digits
        raise Invalid("the body has a number with too many digits") from None
    if not isinstance(value, dict):
        raise Invalid("the body must be a JSON object")
    _check(value, 0)
    return value


def _no_constant(name: str) -> float:
    raise Invalid(f"the body is not JSON: {name} is not a number of JSON")


def _check(value: Any, depth: int) -> None:
    """Text must be real Unicode: no half of a surrogate pair, no NUL."""
    if depth > DEEPEST:
        raise Invalid("the body is nested too deeply")
    if isinstance(value, str):
        if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value):
            raise Invalid("the body has text that is not Unicode (a NUL or half of a surrogate pair)")
    elif isinstance(value, list):
        for each in value:
            _check(each, depth + 1)
    elif isinstance(value, dict):
        for name, each in value.items():
            _check(name, depth + 1)
            _check(each, depth + 1)
