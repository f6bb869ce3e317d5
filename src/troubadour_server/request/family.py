"""What the families' routes share: a body is read as an order and becomes a task, and a task is found again.

A family of routes is one file here: its shapes and tables, a reader from its bodies to orders, and how it shows its tasks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

import troubadour.brief as musician
from troubadour_server.billing.ledger import check
from troubadour_server.billing.prices import PRICES
from troubadour_server.request.access import base_url
from troubadour_server.request.body import read_json
from troubadour_server.request.errors import Invalid, UnknownTask, body
from troubadour_server.request.shapes import Error, Submitted
from troubadour_server.request.sources import STEMS, find_sources
from troubadour_server.request.webhooks import with_webhook
from troubadour_server.settings import Settings
from troubadour_server.storage.lineage import Sources
from troubadour_server.storage.personas import sung_by
from troubadour_server.storage.songs import TaskView, find_task
from troubadour_server.tasks.order import Order
from troubadour_server.tasks.reading import Reader
from troubadour_server.tasks.separator import told
from troubadour_server.tasks.states import FAILED, FAILURE, OPEN
from troubadour_server.tasks.submit import submit

if TYPE_CHECKING:
    from troubadour_server.request.author import Author

Route = TypeVar("Route", bound=Callable[..., Any])
Read = Callable[[dict[str, Any], str, str | None], Order]  # a body, the base of its links, the Idempotency-Key

LONGEST_IDEMPOTENCY_KEY = 255
SEPARATED = (
    "a recording is taken apart {how}: what is in one stem may be heard faintly in another; together they are the recording"
)
MEASURED = (
    "this works from what was heard in the recording: its tempo, bars, key, chords and tune may be misheard, and its words are "
    "not known"
)
TAKING_APART = ("swap_upload_music_sound", "swap_upload_music_vocals", "instruct_music")
NOT_READY = "still being made, ask again later"
FAILED_SILENTLY = "the song could not be made; your credits were returned"

ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Error, "description": "A field breaks a rule, or the words cannot be sung; nothing is charged."},
    401: {"model": Error, "description": "No API key, or an unknown one."},
    403: {"model": Error, "description": "Not enough credits (`insufficient_credits`)."},
    413: {"model": Error, "description": "The body is too large."},
    429: {"model": Error, "description": "Too many unfinished tasks; `Retry-After` says when to try again."},
    503: {"model": Error, "description": "Too much is being read just now; `Retry-After` says when to try again."},
}
SOURCE_ERRORS = {**ERRORS, 404: {"model": Error, "description": "A source is no song of yours."}}
EXAMPLE_ID = "7d0f4c0a-0a55-4a8e-9d0f-2d0a57f0b6aa"


def task_route(
    router: APIRouter,
    path: str,
    summary: str,
    schema: dict[str, Any],
    responses: dict[int | str, dict[str, Any]] = SOURCE_ERRORS,
) -> Callable[[Route], Route]:
    """Makes a POST route of a function that answers with a task's id; `schema` is its body for the API reference."""
    return router.post(
        path,
        response_model=Submitted,
        response_model_exclude_none=True,
        responses=responses,
        summary=summary,
        openapi_extra=schema,
    )


async def fields_of(request: Request) -> dict[str, Any]:
    """The request's body."""
    return await read_json(request, request.app.state.settings.body_limit_bytes)


async def submitted(request: Request, owner: str, read: Read) -> JSONResponse:
    """Reads a body, looks whether it can be paid and done, and puts the task into the queue."""
    return JSONResponse(await accepted(request, owner, await fields_of(request), read, idempotency_key(request)))


async def accepted(request: Request, owner: str, fields: dict[str, Any], read: Read, key: str | None) -> dict[str, str]:
    """The answer to a body that asks for a task: its id, and a warning where it works on a recording."""
    state = request.app.state
    order = read(fields, base_url(request, state.settings.public_url), key)
    order = with_webhook(order, fields, state.settings)
    order, sources = await run_in_threadpool(_ready, state.database, state.settings, owner, order)
    await state.reader.check(order.commands[0], sources, state.settings.storage)
    order = await with_words(order, state.author, state.reader)
    task_id = await run_in_threadpool(submit, state.database, state.dbos, state.settings, owner, order)
    return {"message": "success", "task_id": task_id, **warning_of(order.operation, sources, state.settings.separator)}


def warning_of(operation: str, sources: Sources, separator: str) -> dict[str, str]:
    """What the caller of an operation on a recording should know; of stems, which separator makes them."""
    if not sources.uploaded:
        return {}
    said = [SEPARATED.format(how=told(separator))] if operation in (*STEMS, *TAKING_APART) else []
    return {"warning": "; ".join(said if operation in STEMS else (*said, MEASURED))}


async def with_words(order: Order, writer: Author | None, reader: Reader) -> Order:
    """The order with words by the configured endpoint, where ours would have written them."""
    if writer is None:
        return order
    commands = []
    for asked in order.commands:
        command = asked
        if isinstance(command, musician.Request) and not command.lyrics and not command.instrumental:
            own = await reader.draft(command)
            if own:
                words = await writer.words(command.text or command.tags, own, command.seed + command.take)
                command = replace(command, lyrics=words["lyrics"], title=command.title or words["title"])
        commands.append(command)
    return replace(order, commands=tuple(commands))


async def found(request: Request, owner: str, task_id: str) -> TaskView:
    """A task of this account. Raises UnknownTask."""
    return await run_in_threadpool(_find, request.app.state.database, owner, task_id)


def answer_of(task: TaskView, clips: Any) -> JSONResponse:
    """A task with its clips as a family shows them: 202 until every clip is final; a failed one answers 200 with `type`."""
    if task.state in OPEN:
        waiting = {**body(202, "not_ready", NOT_READY), "progress": round(task.done, 3), "stage": task.stage, "data": clips}
        return JSONResponse(waiting, status_code=202)
    if task.state == FAILED:
        message = task.error_message or FAILED_SILENTLY
        return JSONResponse({"type": task.error_type or FAILURE, "error": message, "message": message, "data": clips})
    return JSONResponse({"code": 200, "message": "success", "data": clips})


def idempotency_key(request: Request) -> str | None:
    """The submit's `Idempotency-Key`, None when there is none. Raises Invalid when it is too long."""
    key = request.headers.get("idempotency-key", "").strip()
    if len(key) > LONGEST_IDEMPOTENCY_KEY:
        raise Invalid(f"the Idempotency-Key is longer than {LONGEST_IDEMPOTENCY_KEY} characters")
    return key or None


def no_task_id(path: str) -> Invalid:
    """What is told when the id was forgotten."""
    return Invalid(f"the task id is missing: GET {path}/{{task_id}}")


def _ready(database: sa.Engine, settings: Settings, owner: str, order: Order) -> tuple[Order, Sources]:
    """Looks up the persona, sources and credits before the command is read, which costs time; the reservation checks the credits again."""
    with database.begin() as connection:
        sources = find_sources(connection, owner, order)
        check(connection, owner, settings.price(order.price_item), PRICES[order.price_item].pool)
        return (sung_by(connection, owner, order) if order.persona_id else order), sources


def _find(database: sa.Engine, owner: str, task_id: str) -> TaskView:
    with database.connect() as connection:
        task = find_task(connection, owner, task_id)
    if task is None:
        raise UnknownTask("task not found")
    return task
