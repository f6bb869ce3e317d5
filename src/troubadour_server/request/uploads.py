"""Uploads: a recording becomes a clip, by URL or as a file.

`POST /sonic/upload` answers when the recording has been read; with `callback_url` at once, and the result is told there.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StrictStr
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from troubadour_server.billing.ledger import check
from troubadour_server.billing.prices import PRICES
from troubadour_server.request.access import Owner, base_url
from troubadour_server.request.addresses import check_source_url
from troubadour_server.request.body import read_json
from troubadour_server.request.errors import Invalid, TooLarge
from troubadour_server.request.family import ERRORS, idempotency_key
from troubadour_server.request.shapes import Body, Submitted, as_schema, read_as
from troubadour_server.request.webhooks import address_of
from troubadour_server.tasks.order import Order, Upload
from troubadour_server.tasks.recording import LONGEST_S, SHORTEST_S
from troubadour_server.tasks.submit import submit
from troubadour_server.tasks.uploads import UPLOAD, earlier, folder_for, keep_sent, write_down

router = APIRouter(tags=["sonic"])

FORM = "multipart/form-data"
FORM_OVERHEAD_BYTES = 64 * 1024
NO_FILE = "send a JSON body with url, or a form (multipart/form-data) with the recording in the field file"


class SonicUpload(Body):
    """`POST /api/v1/sonic/upload`"""

    url: StrictStr = Field(
        description=(
            f"Direct, public address of a recording of {SHORTEST_S:g}-{LONGEST_S:g} s: MP3, WAV, FLAC, OGG, M4A and what else "
            "ffmpeg reads; its content decides, not its name. This server's own file links are accepted too."
        ),
        examples=["https://example.org/demo.mp3"],
    )
    callback_url: StrictStr | None = Field(
        None,
        description=(
            "https, up to 1024 characters. With it the answer comes at once and has a `task_id`; the result is sent there as a "
            "webhook `upload.completed` or `upload.failed`."
        ),
    )
    webhook_secret: StrictStr | None = Field(None, max_length=1024, description="Signs the callback.")


class Uploaded(BaseModel):
    """The recording is a clip now: use its id as `continue_clip_id` of the upload task types."""

    code: Literal[200]
    clip_id: str = Field(examples=["a1c4d0de-52c1-4d5a-8b5f-0f4f3b6c9d21"])
    message: str = Field(examples=["success"])


@dataclass(frozen=True)
class Received:
    """An upload's request: where the recording is, or the file that came with it."""

    fields: SonicUpload
    name: str = ""
    sent: Path | None = None


BY_FILE = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {"type": "string", "format": "binary", "description": "The recording, instead of `url`."},
                "callback_url": {"type": "string"},
                "webhook_secret": {"type": "string"},
            },
        }
    }
}


def _schema() -> dict[str, Any]:
    schema = as_schema(SonicUpload, {"url": "https://example.org/demo.mp3"})
    schema["requestBody"]["content"].update(BY_FILE)
    return schema


@router.post(
    "/sonic/upload",
    response_model=Uploaded | Submitted,
    response_model_exclude_none=True,
    responses=ERRORS,
    summary="Upload a recording",
    openapi_extra=_schema(),
)
async def upload(request: Request, owner: Owner) -> JSONResponse:
    """By URL, or as a file. Costs 2 credits, charged only when the recording could be read."""
    state = request.app.state
    base, key = base_url(request, state.settings.public_url), idempotency_key(request)
    async with _received(request) as received:
        given = received.fields
        recording = Upload(given.url, received.name)
        if given.callback_url is None:
            return _uploaded(await take_in(state, owner, recording, base, key, received.sent))
        callback = address_of(given.callback_url, "callback_url", state.settings)
        if received.sent is not None:
            kept = await run_in_threadpool(keep_sent, state.blobs, received.sent)
            recording = Upload(given.url, received.name, kept)
        order = Order("sonic", UPLOAD, UPLOAD, (recording,), base, {}, key, callback, given.webhook_secret)
        task_id = await run_in_threadpool(submit, state.database, state.dbos, state.settings, owner, order)
        return JSONResponse({"message": "success", "task_id": task_id})


async def take_in(
    state: Any, owner: str, recording: Upload, base: str, key: str | None = None, sent: Path | None = None
) -> str:
    """Takes a recording in while the caller waits; its clip. Raises InsufficientCredits (before anything is fetched),
    Unreachable, BadAudio."""
    if (before := await run_in_threadpool(earlier, state.database, owner, key)) is not None:
        return before
    await run_in_threadpool(_check_credits, state, owner)
    place = str(uuid.uuid4()), str(uuid.uuid4())
    facts = await state.intake.take(recording, folder_for(*place), base, sent)
    about = (owner, place, recording, facts, base, key)
    return await run_in_threadpool(write_down, state.database, state.settings, *about)


def _uploaded(clip_id: str) -> JSONResponse:
    return JSONResponse({"code": 200, "clip_id": clip_id, "message": "success"})


def _check_credits(state: Any, owner: str) -> None:
    with state.database.begin() as connection:
        check(connection, owner, state.settings.price(UPLOAD), PRICES[UPLOAD].pool)


@asynccontextmanager
async def _received(request: Request) -> AsyncIterator[Received]:
    """The request's fields, and its file in a place of its own for as long as it is needed. Raises Invalid and TooLarge."""
    settings = request.app.state.settings
    if not request.headers.get("content-type", "").lower().startswith(FORM):
        fields = await read_json(request, settings.body_limit_bytes)
        if not fields.get("url"):
            raise Invalid(f"url is required: {NO_FILE}")
        given = read_as(SonicUpload, fields)
        yield Received(given.model_copy(update={"url": check_source_url(given.url)}))
        return
    with tempfile.TemporaryDirectory(dir=request.app.state.intake.scratch(), prefix="sent-") as place:
        there = Path(place) / "recording"
        async with _form(request, settings.upload_limit_bytes) as form:
            sent = form.get("file")
            if not isinstance(sent, UploadFile):
                raise Invalid(f"the form has no file: {NO_FILE}")
            await run_in_threadpool(_save, sent, there)
            told = {name: value for name, value in form.items() if isinstance(value, str) and value}
            yield Received(read_as(SonicUpload, {**told, "url": ""}), sent.filename or "", there)


@asynccontextmanager
async def _form(request: Request, limit_bytes: int) -> AsyncIterator[Any]:
    """The form, its file spooled to disk as it comes, up to the limit."""

    async def counted() -> AsyncIterator[bytes]:
        size = 0
        async for block in request.stream():
            size += len(block)
            if size > limit_bytes + FORM_OVERHEAD_BYTES:
                raise TooLarge(f"the file is larger than {limit_bytes} bytes")
            yield block

    try:
        parser = MultiPartParser(request.headers, counted(), max_files=1, max_fields=10)  # type: ignore[arg-type]
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise Invalid(f"the form cannot be read: {getattr(error, 'message', error)}") from None
    try:
        yield form
    finally:
        await form.close()


def _save(sent: UploadFile, there: Path) -> None:
    with there.open("wb") as file:
        shutil.copyfileobj(sent.file, file, 1 << 20)
