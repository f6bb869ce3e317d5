"""The one table of errors: what went wrong → HTTP status and machine word; and the one shape in which they are told.

Every error body has `error` and `message` (the same sentence), `type` and `code`: so do the framework's own answers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from troubadour.errors import BadAudio, BadRequest, LyricsTooLong, Refused, Unready, Unsingable
from troubadour_server.billing.ledger import InsufficientCredits
from troubadour_server.storage.personas import UnknownPersona
from troubadour_server.tasks.outside import Unreachable
from troubadour_server.tasks.submit import QueueFull

log = logging.getLogger("troubadour")

RETRY_AFTER_S = 5


class Invalid(Exception):
    """A request that breaks a rule of the wire; the message names the field and the rule."""


class UnknownTask(Exception):
    """No task of this account has this id."""


class UnknownSong(Exception):
    """No song of this account has this id."""


class Unauthorized(Exception):
    """No key, or one that opens nothing."""


class TooLarge(Exception):
    """The body is larger than is read."""


class Busy(Exception):
    """Something is not ready yet; try again soon."""


# The first row that fits the error is taken: special ones stand above general ones.
ERRORS: tuple[tuple[type[Exception], int, str], ...] = (
    (Invalid, 400, "bad_request"),
    (UnknownTask, 400, "not_found"),
    (LyricsTooLong, 400, "lyrics_too_long"),
    (Unsingable, 400, "unsingable"),
    (BadAudio, 400, "bad_audio"),
    (Unreachable, 400, "unreachable_url"),
    (BadRequest, 400, "bad_request"),
    (Refused, 400, "bad_request"),
    (Unauthorized, 401, "unauthorized"),
    (InsufficientCredits, 403, "insufficient_credits"),
    (UnknownSong, 404, "not_found"),
    (UnknownPersona, 404, "not_found"),
    (TooLarge, 413, "payload_too_large"),
    (QueueFull, 429, "rate_limited"),
    (Unready, 503, "unavailable"),
    (Busy, 503, "unavailable"),
    (sa.exc.OperationalError, 503, "unavailable"),
)

STATUS_TYPES = {
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    416: "range_not_satisfiable",
    429: "rate_limited",
}
UNAVAILABLE = "the service cannot reach its database just now; try again in a few seconds"
INTERNAL = "an internal error happened; nothing was charged. The server's log has the details under this x-request-id"


def body(status: int, kind: str, message: str) -> dict[str, Any]:
    """The shape of every error."""
    return {"error": message, "message": message, "type": kind, "code": status}


@dataclass(frozen=True)
class Manners:
    """How a family of routes tells of errors where it differs from the others."""

    statuses: Mapping[str, int]  # machine word → HTTP status
    words: Mapping[int, str]  # HTTP status → machine word
    more: Mapping[str, Any]  # further keys of the body


# Paths that begin so have manners of their own (section 8.5).
MANNERS: dict[str, Manners] = {
    "/api/v1/nuro/": Manners(
        {"not_found": 404, "rate_limited": 403},
        {400: "bad_request", 403: "forbidden", 405: "bad_request", 413: "bad_request", 500: "api_error", 503: "api_error"},
        {"refund_processed": False},  # nothing was taken that could be given back
    )
}
ORDINARY = Manners({}, {}, {})

REFUSALS = tuple(row for row in ERRORS if row[1] < 500)  # what the caller can change


def told_error(error: Exception) -> dict[str, Any]:
    """The body of what a client is told about an error."""
    status, word, message = _row(error)
    return body(status, word, message)


def _row(error: Exception) -> tuple[int, str, str]:
    for kind, status, word in ERRORS:
        if isinstance(error, kind):
            return status, word, UNAVAILABLE if isinstance(error, sa.exc.OperationalError) else str(error)
    log.error("internal error", exc_info=error)
    return 500, "internal_error", INTERNAL


def refusal(status: int, kind: str, message: str, path: str = "", headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error as an answer of the route that `path` leads to."""
    extra = dict(headers or {})
    if status in (429, 503):
        extra.setdefault("Retry-After", str(RETRY_AFTER_S))
    if status == 401:
        extra.setdefault("WWW-Authenticate", "Bearer")
    manners = next((each for start, each in MANNERS.items() if path.startswith(start)), ORDINARY)
    status = manners.statuses.get(kind, status)
    kind = manners.words.get(status, kind)
    return JSONResponse({**body(status, kind, message), **manners.more}, status_code=status, headers=extra)


def answer(error: Exception, path: str = "") -> JSONResponse:
    """What a client of a route is told about an error."""
    return refusal(*_row(error), path)


def install(app: FastAPI) -> None:
    """Makes the application answer with this table."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        return answer(error, request.url.path)

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        message = _framework_message(request, error)
        kind = STATUS_TYPES.get(error.status_code, "bad_request")
        return refusal(error.status_code, kind, message, request.url.path, error.headers)

    async def validation(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        return refusal(400, "bad_request", f"{first['loc'][-1]}: {str(first['msg']).lower()}", request.url.path)

    for kind, _, _ in ERRORS:
        app.add_exception_handler(kind, ours)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, validation)


def _framework_message(request: Request, error: HTTPException) -> str:
    where = f"{request.method} {request.url.path}"
    said = {
        404: f"there is no {request.url.path} here; the routes are listed at /docs",
        405: f"{where} is not a method of this route",
    }
    if error.status_code in said and error.detail in ("Not Found", "Method Not Allowed"):
        return said[error.status_code]
    return str(error.detail)
