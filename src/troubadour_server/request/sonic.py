"""The sonic family, and its older name suno: create, and get music.

Only translation: a body of this family becomes an `Order`, a task becomes an answer of this family.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from troubadour_server.billing.ledger import check
from troubadour_server.billing.prices import PRICES
from troubadour_server.request.access import Owner, base_url
from troubadour_server.request.body import read_json
from troubadour_server.request.errors import REFUSALS, Invalid, UnknownTask, body, told_error
from troubadour_server.request.orders import read_create, read_mashup, read_replace, read_stems
from troubadour_server.request.shapes import (
    BatchBody,
    BatchSubmitted,
    Error,
    MashupBody,
    ReplaceBody,
    SonicCreate,
    StemsBody,
    Submitted,
    TaskDone,
    TaskNotReady,
    as_schema,
)
from troubadour_server.request.sources import find_sources
from troubadour_server.request.webhooks import with_webhook
from troubadour_server.settings import Settings
from troubadour_server.storage.lineage import Sources
from troubadour_server.storage.personas import sung_by
from troubadour_server.storage.songs import ClipView, TaskView, find_task
from troubadour_server.tasks.order import Order
from troubadour_server.tasks.states import FAILED, FAILURE, OPEN
from troubadour_server.tasks.submit import submit

router = APIRouter(tags=["sonic"])

Read = Callable[[dict[str, Any], str, str | None], Order]

MOST_IN_A_BATCH = 10
NOT_READY = "still being made, ask again later"
LONGEST_IDEMPOTENCY_KEY = 255

ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Error, "description": "A field breaks a rule, or the words cannot be sung; nothing is charged."},
    401: {"model": Error, "description": "No API key, or an unknown one."},
    403: {"model": Error, "description": "Not enough credits (`insufficient_credits`)."},
    413: {"model": Error, "description": "The body is too large."},
    429: {"model": Error, "description": "Too many unfinished tasks; `Retry-After` says when to try again."},
    503: {"model": Error, "description": "Too much is being read just now; `Retry-After` says when to try again."},
}
SOURCE_ERRORS = {**ERRORS, 404: {"model": Error, "description": "A source is no song of yours."}}
CUSTOM = {
    "custom_mode": True,
    "mv": "sonic-v5",
    "title": "Harbour Lights",
    "tags": "indie folk, acoustic guitar, warm",
    "prompt": "[Verse]\nBoats come home at dusk\nNets are full of stars\n[Chorus]\nHarbour lights, keep burning",
}
DESCRIPTION = {"custom_mode": False, "mv": "sonic-v5", "gpt_description_prompt": "a slow piano waltz about winter trains"}
EXAMPLE_ID = "7d0f4c0a-0a55-4a8e-9d0f-2d0a57f0b6aa"
EXTEND = {
    "task_type": "extend_music",
    "custom_mode": True,
    "mv": "sonic-v5",
    "continue_clip_id": EXAMPLE_ID,
    "continue_at": 92,
    "prompt": "[Bridge]\nThe tide turns slow",
}
CONCAT = {"task_type": "concat_music", "continue_clip_id": EXAMPLE_ID}
COVER = {
    "task_type": "cover_music",
    "custom_mode": True,
    "mv": "sonic-v5",
    "continue_clip_id": EXAMPLE_ID,
    "prompt": "[Verse]\nBoats come home at dusk",
    "tags": "swing jazz, brass",
}
REPLACE = {"clip_id": EXAMPLE_ID, "mv": "sonic-v5", "infill_start_s": 30, "infill_end_s": 45, "infill_lyrics": "New words here"}
MASHUP = {"mashup_clip_ids": [EXAMPLE_ID, "0c3c7c52-3d2c-4a43-9a65-7f0a3c9d1e11"], "custom_mode": True, "mv": "sonic-v5"}
INSTRUMENTAL = {"custom_mode": True, "mv": "sonic-v5", "tags": "synthwave, 110 bpm", "make_instrumental": True, "duration": 60}


@router.post(
    "/sonic/create",
    response_model=Submitted,
    response_model_exclude_none=True,
    responses=SOURCE_ERRORS,
    summary="Create two songs",
    openapi_extra=as_schema(
        SonicCreate,
        custom=CUSTOM,
        description=DESCRIPTION,
        instrumental=INSTRUMENTAL,
        extend=EXTEND,
        concat=CONCAT,
        cover=COVER,
    ),
)
@router.post("/suno/create", include_in_schema=False)
async def create(request: Request, owner: Owner) -> JSONResponse:
    """Costs 15 credits (concat 2), reserved now and kept only if a song comes out.

    `task_type` selects what is made. An `Idempotency-Key` makes a repetition harmless.
    """
    return await _submitted(request, owner, read_create)


@router.post(
    "/sonic/stems/{kind}",
    response_model=Submitted,
    response_model_exclude_none=True,
    responses=SOURCE_ERRORS,
    summary="Get a song's stems",
    openapi_extra=as_schema(StemsBody, {"clip_id": EXAMPLE_ID}),
)
async def stems(kind: Literal["basic", "full"], request: Request, owner: Owner) -> JSONResponse:
    """A clip for each stem, told by `stem_type`: `basic` vocals and instrumental, `full` up to twelve. They add up to the song."""
    return await _submitted(request, owner, lambda fields, base, key: read_stems(fields, kind, base, key))


@router.post(
    "/sonic/replace-section",
    response_model=Submitted,
    response_model_exclude_none=True,
    responses=SOURCE_ERRORS,
    summary="Replace a section",
    openapi_extra=as_schema(ReplaceBody, REPLACE),
)
async def replace_section(request: Request, owner: Owner) -> JSONResponse:
    """New music and words in a window; every sample outside it stays as it was. Two takes, each the whole song.

    With `auto_concat` each item of the result has `replaced`, the new passage alone, and `full`, the whole song.
    """
    return await _submitted(request, owner, read_replace)


@router.post(
    "/sonic/mashup",
    response_model=Submitted,
    response_model_exclude_none=True,
    responses=SOURCE_ERRORS,
    summary="Mash up two songs",
    openapi_extra=as_schema(MashupBody, MASHUP),
)
async def mashup(request: Request, owner: Owner) -> JSONResponse:
    """Two songs in one key and tempo, by moving notes: nothing is stretched."""
    return await _submitted(request, owner, read_mashup)


async def _submitted(request: Request, owner: str, read: Read) -> JSONResponse:
    """Reads a body, looks whether it can be paid and done, and puts the task into the queue."""
    fields = await read_json(request, request.app.state.settings.body_limit_bytes)
    task_id = await _submit_one(request, owner, fields, read, idempotency_key(request))
    return JSONResponse({"message": "success", "task_id": task_id})


async def _submit_one(request: Request, owner: str, fields: dict[str, Any], read: Read, key: str | None) -> str:
    state = request.app.state
    order = read(fields, base_url(request, state.settings.public_url), key)
    order = with_webhook(order, fields, state.settings)
    order, sources = await run_in_threadpool(_ready, state.database, state.settings, owner, order)
    await state.reader.check(order.commands[0], sources, state.settings.storage)
    return await run_in_threadpool(submit, state.database, state.dbos, state.settings, owner, order)


@router.post(
    "/sonic/batch",
    response_model=BatchSubmitted,
    responses=ERRORS,
    summary="Create many songs",
    openapi_extra=as_schema(BatchBody, {"requests": [CUSTOM, DESCRIPTION]}),
)
async def batch(request: Request, owner: Owner) -> JSONResponse:
    """Up to ten creates in one call, each a task of its own at the usual price. One that is refused leaves the others alone."""
    state = request.app.state
    fields = await read_json(request, state.settings.body_limit_bytes)
    creates = fields.get("requests")
    if not isinstance(creates, list) or not 1 <= len(creates) <= MOST_IN_A_BATCH:
        raise Invalid(f"requests must be a list of 1 to {MOST_IN_A_BATCH} bodies of create")
    results = []
    for number, each in enumerate(creates):
        key = idempotency_key(request)
        try:
            if not isinstance(each, dict):
                raise Invalid("must be a JSON object")
            task_id = await _submit_one(request, owner, each, read_create, key and f"{key}-{number}")
            results.append({"message": "success", "task_id": task_id})
        except tuple(kind for kind, _, _ in REFUSALS) as error:
            results.append(told_error(error))
    return JSONResponse({"code": 200, "message": "success", "results": results})


@router.get(
    "/sonic/task/{task_id}", response_model=TaskDone, responses={**ERRORS, 202: {"model": TaskNotReady}}, summary="Get music"
)
@router.get("/suno/clip/{task_id}", include_in_schema=False)
async def get_music(task_id: str, request: Request, owner: Owner) -> JSONResponse:
    """202 until every clip is final, with the clips so far; then 200. A failed task answers 200 with `type` and `error`."""
    found = await run_in_threadpool(_find, request, owner, task_id)
    return told(found)


@router.get("/sonic/task", include_in_schema=False)
@router.get("/sonic/task/", include_in_schema=False)
@router.get("/suno/clip", include_in_schema=False)
@router.get("/suno/clip/", include_in_schema=False)
async def no_task_id(owner: Owner) -> JSONResponse:
    """The id was forgotten."""
    raise Invalid("the task id is missing: GET /api/v1/sonic/task/{task_id}")


def told(found: TaskView) -> JSONResponse:
    """A task as an answer of this family."""
    clips = list(items(found.clips))
    if found.state in OPEN:
        waiting = {**body(202, "not_ready", NOT_READY), "progress": round(found.done, 3), "stage": found.stage, "data": clips}
        return JSONResponse(waiting, status_code=202)
    if found.state == FAILED:
        message = found.error_message or "the song could not be made; your credits were returned"
        return JSONResponse({"type": found.error_type or FAILURE, "error": message, "message": message, "data": clips})
    return JSONResponse({"code": 200, "message": "success", "data": clips})


PARTS = {"replace_section": "replaced"}  # what the new part of a pair is called; else `extended`


def items(clips: Sequence[ClipView]) -> Iterator[dict[str, Any]]:
    """The clips of a task; of a job that joins, the new part and the full song are one item, which is also told as the song."""
    for view in clips:
        if not view.joined:
            yield clip_of(view)
        elif view.ordered_id is None:
            full = next((clip_of(each) for each in clips if each.ordered_id == view.id), None)
            part = clip_of(view)
            yield {**(full or part), PARTS.get(view.operation, "extended"): part, "full": full}


def clip_of(view: ClipView) -> dict[str, Any]:
    """A clip as this family shows it (4.12.1). A link is shown when its file plays to its end."""
    wire = view.wire
    failed = {"error_message": view.error_message} if view.state == FAILED else {}
    stem = {"stem_type": view.stem_type, "wav_url": view.links.get("wav")} if view.stem_type else {}
    return {
        "clip_id": view.id,
        "state": view.state,
        "title": view.title,
        "tags": view.tags,
        "lyrics": view.lyrics,
        "image_url": view.links.get("cover", ""),
        "audio_url": view.links.get("mp3", ""),
        "video_url": view.links.get("mp4") or view.on_demand.get("mp4"),
        "created_at": view.created_at,
        "mv": wire.get("mv"),
        "gpt_description_prompt": wire.get("gpt_description_prompt"),
        "duration": round(view.duration_s, 2),
        "negative_tags": wire.get("negative_tags") or "",
        "style_weight": wire.get("style_weight"),
        "weirdness_constraint": wire.get("weirdness_constraint"),
        "share_url": view.share_url,
        "seed": view.seed,
        "task_id": view.task_id,
        "operation": view.operation,
        "stage": view.stage,
        "progress": round(view.done, 3),
        **stem,
        **failed,
    }


def idempotency_key(request: Request) -> str | None:
    """The submit's `Idempotency-Key`, None when there is none. Raises Invalid when it is too long."""
    key = request.headers.get("idempotency-key", "").strip()
    if len(key) > LONGEST_IDEMPOTENCY_KEY:
        raise Invalid(f"the Idempotency-Key is longer than {LONGEST_IDEMPOTENCY_KEY} characters")
    return key or None


def _ready(database: sa.Engine, settings: Settings, owner: str, order: Order) -> tuple[Order, Sources]:
    """Looks up the persona, sources and credits before the command is read, which costs time; the reservation checks the credits again."""
    with database.begin() as connection:
        sources = find_sources(connection, owner, order)
        check(connection, owner, settings.price(order.price_item), PRICES[order.price_item].pool)
        return (sung_by(connection, owner, order) if order.persona_id else order), sources


def _find(request: Request, owner: str, task_id: str) -> TaskView:
    with request.app.state.database.connect() as connection:
        found = find_task(connection, owner, task_id)
    if found is None:
        raise UnknownTask("task not found")
    return found
