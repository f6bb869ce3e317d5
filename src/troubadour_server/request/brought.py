"""A recording is brought here and worked on in one call: upload-extend, upload-cover, sample by address; and create-voice.

The recording is taken in while the caller waits, then the work on it is put into the queue. When either cannot be done, the
answer names the step (`failed_step`), nothing is charged and nothing of the recording stays here.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from troubadour.edit import Extend
from troubadour.errors import BadAudio, Refused
from troubadour_server.billing.ledger import check
from troubadour_server.billing.prices import PRICES
from troubadour_server.request.access import Owner, base_url
from troubadour_server.request.addresses import check_source_url
from troubadour_server.request.errors import told_error
from troubadour_server.request.family import (
    ERRORS,
    EXAMPLE_ID,
    MEASURED,
    SOURCE_ERRORS,
    Read,
    accepted,
    fields_of,
    idempotency_key,
    submitted,
    task_route,
)
from troubadour_server.request.orders import read_sample, read_upload_cover, read_upload_extend, read_voice
from troubadour_server.request.shapes import (
    Brought,
    SampleBody,
    Submitted,
    UploadCoverBody,
    UploadExtendBody,
    VoiceBody,
    as_schema,
)
from troubadour_server.request.webhooks import with_webhook
from troubadour_server.storage.lineage import Sources
from troubadour_server.tasks.order import Order, Upload
from troubadour_server.tasks.outside import Unreachable
from troubadour_server.tasks.submit import find_earlier, submit
from troubadour_server.tasks.uploads import discard, folder_for, write_down

router = APIRouter(tags=["sonic"])

RECORDING = "https://example.org/recordings/harbour-demo.mp3"
WORDS = {"custom_mode": True, "mv": "sonic-v5", "prompt": "[Chorus]\nHarbour lights, keep burning"}
EXTEND = {"url": RECORDING, "continue_at": 20.5, **WORDS}
COVER = {"url": RECORDING, **WORDS, "tags": "synth pop", "audio_weight": 0.6}
CHOP = {"sample_clip_id": EXAMPLE_ID, "chop_sample_start_s": 30, "chop_sample_end_s": 38, **WORDS, "tags": "boom bap, vinyl"}


@router.post(
    "/sonic/upload-extend",
    response_model=Brought,
    response_model_exclude_none=True,
    responses=ERRORS,
    summary="Upload and extend",
    openapi_extra=as_schema(UploadExtendBody, EXTEND),
)
async def upload_extend(request: Request, owner: Owner) -> JSONResponse:
    """Takes a recording in and goes on after it. Costs what a create costs, the upload included."""
    return await _brought(request, owner, await fields_of(request), "extend", read_upload_extend)


@router.post(
    "/sonic/upload-cover",
    response_model=Brought,
    response_model_exclude_none=True,
    responses=ERRORS,
    summary="Upload and cover",
    openapi_extra=as_schema(UploadCoverBody, COVER),
)
async def upload_cover(request: Request, owner: Owner) -> JSONResponse:
    """Takes a recording in and plays it in another style. Costs what a create costs, the upload included."""
    return await _brought(request, owner, await fields_of(request), "cover", read_upload_cover)


@router.post(
    "/sonic/sample",
    response_model=Brought | Submitted,
    response_model_exclude_none=True,
    responses=SOURCE_ERRORS,
    summary="Sample a song",
    openapi_extra=as_schema(SampleBody, CHOP),
)
async def sample(request: Request, owner: Owner) -> JSONResponse:
    """A new song built on a piece of one of yours, or of a recording at an address: looped and chopped, in its tempo and key."""
    fields = await fields_of(request)
    if fields.get("url") is not None:
        return await _brought(request, owner, fields, "sample", read_sample)
    answer = await accepted(request, owner, fields, read_sample, idempotency_key(request))
    return JSONResponse({"code": 200, **answer})


@task_route(router, "/sonic/create-voice", "Create a voice", as_schema(VoiceBody, {"audio_url": RECORDING}), ERRORS)
async def create_voice(request: Request, owner: Owner) -> JSONResponse:
    """A persona from a recorded voice: the singer of this server who is nearest to it, in its range."""
    return await submitted(request, owner, read_voice)


async def _brought(request: Request, owner: str, fields: dict[str, Any], step: str, read: Read) -> JSONResponse:
    """Takes the recording in, then submits the work on it."""
    state, key = request.app.state, idempotency_key(request)
    base = base_url(request, state.settings.public_url)
    order = with_webhook(read(fields, base, key), fields, state.settings)
    upload = Upload(check_source_url(fields["url"]))
    if (before := await run_in_threadpool(find_earlier, state.database, owner, key)) is not None:
        return _told(*before, step)
    await run_in_threadpool(_check_credits, state, owner, order)
    place = str(uuid.uuid4()), str(uuid.uuid4())
    try:
        facts = await state.intake.take(upload, folder_for(*place), base)
    except (Unreachable, BadAudio) as error:
        return _failed(error, "upload", step)
    order = replace(_ending(order, facts["duration_s"]), sources=(place[1],))
    try:
        await state.reader.check(order.commands[0], Sources((folder_for(*place),)), state.settings.storage)
        await run_in_threadpool(write_down, state.database, state.settings, owner, place, upload, facts, base, None, False)
        task_id = await run_in_threadpool(submit, state.database, state.dbos, state.settings, owner, order)
    except Refused as error:
        await run_in_threadpool(discard, state.database, state.blobs, place, facts)
        return _failed(error, step, step)
    except Exception:
        await run_in_threadpool(discard, state.database, state.blobs, place, facts)
        raise
    return _told(task_id, place[1], step)


def _ending(order: Order, length_s: float) -> Order:
    """The order with continuations that begin at the recording's end where no time was named."""
    commands = tuple(
        replace(command, at_s=length_s) if isinstance(command, Extend) and math.isinf(command.at_s) else command
        for command in order.commands
    )
    return replace(order, commands=commands)


def _told(task_id: str, clip_id: str, step: str) -> JSONResponse:
    steps = {"upload": {"success": True, "clip_id": clip_id}, step: {"success": True, "task_id": task_id}}
    return JSONResponse({"code": 200, "message": "success", "task_id": task_id, "steps": steps, "warning": MEASURED})


def _failed(error: Exception, failed: str, step: str) -> JSONResponse:
    """A refusal that names its step. A step that was never begun is not there."""
    body = told_error(error)
    went: Mapping[str, Any] = {"success": False, "error": body["error"]}
    steps = {"upload": went} if failed == "upload" else {"upload": {"success": True}, step: went}
    return JSONResponse({**body, "failed_step": failed, "steps": steps}, status_code=body["code"])


def _check_credits(state: Any, owner: str, order: Order) -> None:
    with state.database.begin() as connection:
        check(connection, owner, state.settings.price(order.price_item), PRICES[order.price_item].pool)
