"""The sonic family, and its older name suno: create, and get music.

Only translation: a body of this family becomes an `Order`, a task becomes an answer of this family.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

import troubadour.brief as musician
from troubadour_server.billing.ledger import check
from troubadour_server.billing.prices import PRICES
from troubadour_server.request.access import Owner, base_url
from troubadour_server.request.body import read_json
from troubadour_server.request.errors import Invalid, UnknownTask, body
from troubadour_server.request.limits import CLIPS_OF_A_CREATE, MODELS, TASK_TYPES
from troubadour_server.request.shapes import Error, SonicCreate, Submitted, TaskDone, TaskNotReady, as_schema, read_as
from troubadour_server.request.webhooks import with_webhook
from troubadour_server.settings import Settings
from troubadour_server.storage.songs import ClipView, TaskView, find_task
from troubadour_server.tasks.order import Order
from troubadour_server.tasks.states import FAILED, FAILURE, OPEN
from troubadour_server.tasks.submit import submit

router = APIRouter(tags=["sonic"])

CUSTOM_ONLY = ("prompt", "lyrics", "auto_lyrics")
DESCRIPTION_ONLY = ("gpt_description_prompt",)
NOT_READY = "still being made, ask again later"
LONGEST_IDEMPOTENCY_KEY = 255
DRAWN_SEEDS = 2**31

ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Error, "description": "A field breaks a rule, or the words cannot be sung; nothing is charged."},
    401: {"model": Error, "description": "No API key, or an unknown one."},
    403: {"model": Error, "description": "Not enough credits (`insufficient_credits`)."},
    413: {"model": Error, "description": "The body is too large."},
    429: {"model": Error, "description": "Too many unfinished tasks; `Retry-After` says when to try again."},
}
CUSTOM = {
    "custom_mode": True,
    "mv": "sonic-v5",
    "title": "Harbour Lights",
    "tags": "indie folk, acoustic guitar, warm",
    "prompt": "[Verse]\nBoats come home at dusk\nNets are full of stars\n[Chorus]\nHarbour lights, keep burning",
}
DESCRIPTION = {"custom_mode": False, "mv": "sonic-v5", "gpt_description_prompt": "a slow piano waltz about winter trains"}
INSTRUMENTAL = {"custom_mode": True, "mv": "sonic-v5", "tags": "synthwave, 110 bpm", "make_instrumental": True, "duration": 60}


@router.post(
    "/sonic/create",
    response_model=Submitted,
    response_model_exclude_none=True,
    responses=ERRORS,
    summary="Create two songs",
    openapi_extra=as_schema(SonicCreate, custom=CUSTOM, description=DESCRIPTION, instrumental=INSTRUMENTAL),
)
@router.post("/suno/create", include_in_schema=False)
async def create(request: Request, owner: Owner) -> JSONResponse:
    """Costs 15 credits, reserved now and kept only if a song comes out. An `Idempotency-Key` makes a repetition harmless."""
    state = request.app.state
    fields = await read_json(request, state.settings.body_limit_bytes)
    order = read_create(fields, base_url(request, state.settings.public_url), idempotency_key(request))
    order = with_webhook(order, fields, state.settings)
    await run_in_threadpool(_check_credits, state.database, state.settings, owner, order.price_item)
    await state.reader.check(order.requests[0])
    task_id = await run_in_threadpool(submit, state.database, state.dbos, state.settings, owner, order)
    return JSONResponse({"message": "success", "task_id": task_id})


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


def read_create(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """A create's body as an order. Raises Invalid by the rules of section 3.3."""
    _check_task_type(fields)
    given = read_as(SonicCreate, _of_its_mode(fields))
    text, lyrics = _words(given)
    _check_lengths(given)
    seed = secrets.randbelow(DRAWN_SEEDS) if given.seed is None else given.seed
    requests = tuple(
        musician.Request(
            text=text,
            tags=given.tags or "",
            negative_tags=given.negative_tags or "",
            lyrics=lyrics,
            title=(given.title or "").strip(),
            instrumental=bool(given.make_instrumental),
            voice=given.voice or given.vocal_gender,
            seed=seed,
            take=take,
            duration_s=given.duration,
            bpm=given.bpm,
            key=given.key,
            metre=given.time_signature,
            style_weight=given.style_weight,
            weirdness=given.weirdness_constraint,
        )
        for take in range(CLIPS_OF_A_CREATE)
    )
    shown = ("mv", "gpt_description_prompt", "negative_tags", "style_weight", "weirdness_constraint")
    return Order("sonic", "create_music", "create", requests, base, {name: getattr(given, name) for name in shown}, key)


def told(found: TaskView) -> JSONResponse:
    """A task as an answer of this family."""
    clips = [clip_of(each) for each in found.clips]
    if found.state in OPEN:
        waiting = {**body(202, "not_ready", NOT_READY), "progress": round(found.done, 3), "stage": found.stage, "data": clips}
        return JSONResponse(waiting, status_code=202)
    if found.state == FAILED:
        message = found.error_message or "the song could not be made; your credits were returned"
        return JSONResponse({"type": found.error_type or FAILURE, "error": message, "message": message, "data": clips})
    return JSONResponse({"code": 200, "message": "success", "data": clips})


def clip_of(view: ClipView) -> dict[str, Any]:
    """A clip as this family shows it (4.12.1). A link is shown when its file plays to its end."""
    wire = view.wire
    failed = {"error_message": view.error_message} if view.state == FAILED else {}
    return {
        "clip_id": view.id,
        "state": view.state,
        "title": view.title,
        "tags": view.tags,
        "lyrics": view.lyrics,
        "image_url": view.links.get("cover", ""),
        "audio_url": view.links.get("mp3", ""),
        "video_url": view.links.get("mp4"),
        "created_at": view.created_at,
        "mv": wire.get("mv"),
        "gpt_description_prompt": wire.get("gpt_description_prompt"),
        "duration": round(view.duration_s, 2),
        "negative_tags": wire.get("negative_tags") or "",
        "style_weight": wire.get("style_weight"),
        "weirdness_constraint": wire.get("weirdness_constraint"),
        "seed": view.seed,
        "task_id": view.task_id,
        "stage": view.stage,
        "progress": round(view.done, 3),
        **failed,
    }


def idempotency_key(request: Request) -> str | None:
    """The submit's `Idempotency-Key`, None when there is none. Raises Invalid when it is too long."""
    key = request.headers.get("idempotency-key", "").strip()
    if len(key) > LONGEST_IDEMPOTENCY_KEY:
        raise Invalid(f"the Idempotency-Key is longer than {LONGEST_IDEMPOTENCY_KEY} characters")
    return key or None


def _check_credits(database: sa.Engine, settings: Settings, owner: str, item: str) -> None:
    """Raises InsufficientCredits before the request is read, which costs time; the reservation checks again."""
    with database.begin() as connection:
        check(connection, owner, settings.price(item), PRICES[item].pool)


def _find(request: Request, owner: str, task_id: str) -> TaskView:
    with request.app.state.database.connect() as connection:
        found = find_task(connection, owner, task_id)
    if found is None:
        raise UnknownTask("task not found")
    return found


def _check_task_type(fields: Mapping[str, Any]) -> None:
    kind = fields.get("task_type")
    if kind is None:
        return
    if not isinstance(kind, str) or kind not in TASK_TYPES:
        raise Invalid(f"task_type must be one of {', '.join(TASK_TYPES)}")
    if kind == "persona_music" and not fields.get("persona_id"):
        raise Invalid("persona_id is required when task_type is persona_music")
    if not TASK_TYPES[kind]:
        raise Invalid(f"task_type {kind} is not served by this version; {', '.join(k for k, v in TASK_TYPES.items() if v)} is")


def _of_its_mode(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without those of the other mode, which are ignored whatever they hold."""
    custom = fields.get("custom_mode")
    others = DESCRIPTION_ONLY if custom is True else CUSTOM_ONLY if custom is False else ()
    return {name: value for name, value in fields.items() if name not in others}


def _words(given: SonicCreate) -> tuple[str, str | None]:
    """What is described, and what is sung (None: the words are to be written, or nothing is sung). Raises Invalid."""
    if given.mv not in MODELS:
        raise Invalid(f"mv must be one of {', '.join(MODELS)}")
    if not given.custom_mode:
        description = given.gpt_description_prompt
        if description is None or not description.strip():
            raise Invalid("gpt_description_prompt is required when custom_mode is false")
        return description, None
    lyrics = given.prompt if given.prompt is not None else given.lyrics
    if given.make_instrumental:
        return "", None
    if lyrics is None or not lyrics.strip():
        raise Invalid("prompt (the lyrics) is required when custom_mode is true, unless make_instrumental is true")
    return (lyrics, None) if given.auto_lyrics else ("", lyrics)


def _check_lengths(given: SonicCreate) -> None:
    limits = MODELS[given.mv]
    prompt = given.prompt if given.prompt is not None else given.lyrics
    description = given.gpt_description_prompt
    rows = (
        ("prompt", prompt if given.custom_mode else None, limits.prompt),
        ("gpt_description_prompt", None if given.custom_mode else description, limits.description),
        ("tags", given.tags, limits.tags),
        ("negative_tags", given.negative_tags, limits.tags),
        ("title", given.title, limits.title),
    )
    for name, value, longest in rows:
        if value is not None and len(value) > longest:
            raise Invalid(f"{name} has {len(value)} characters; {given.mv} takes at most {longest}")
