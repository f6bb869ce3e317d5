"""The producer family: create in all its task types, upload, download, get music; lyrics and video clips.

Only translation: `TASKS` says what each `task_type` becomes. One song a call, as M4A. `instruction` is understood as changes of score and
mix, and what was understood is said back. A download is a form of a song that is there: its task is asked until the file is made.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StrictBool, StrictStr

import troubadour.brief as musician
from troubadour.edit import Cover, Instruct, Prolong, Replace, SwapSound, SwapVocals, Vary
from troubadour_server.billing.ledger import charge_once, check
from troubadour_server.billing.prices import PRICES
from troubadour_server.request.access import Owner
from troubadour_server.request.addresses import check_source_url
from troubadour_server.request.errors import Invalid, UnknownSong, UnknownTask, body
from troubadour_server.request.family import (
    NOT_READY,
    SOURCE_ERRORS,
    answer_of,
    fields_of,
    found,
    no_task_id,
    submitted,
    task_route,
)
from troubadour_server.request.limits import LYRICS_DESCRIPTION
from troubadour_server.request.lyrics import keep_words, kept_words, written
from troubadour_server.request.rules import alias, among, drawn, needed, within
from troubadour_server.request.shapes import (
    Body,
    Called,
    Part,
    Real,
    Seconds,
    Seed,
    SongId,
    TaskNotReady,
    Whole,
    as_schema,
    read_as,
)
from troubadour_server.request.shown import producer_clip
from troubadour_server.request.timing import Timed, facts_of, timed
from troubadour_server.storage.conversions import find_convertible
from troubadour_server.storage.database import clip
from troubadour_server.storage.songs import ClipView, find_clip
from troubadour_server.tasks.order import Command, Order, Upload
from troubadour_server.tasks.states import FAILED, OPEN, SUCCEEDED

router = APIRouter(tags=["producer"])

MODELS = (
    "FUZZ-2.0 Pro", "FUZZ-2.0", "FUZZ-2.0 Raw", "FUZZ-1.1 Pro", "FUZZ-1.1", "FUZZ-1.0 Pro", "FUZZ-1.0", "FUZZ-0.8", "FUZZ-3-Demo",
)  # fmt: skip
USUAL_MODEL = "FUZZ-2.0"
LIMITS = {"lyrics": 5000, "sound": 1000, "title": 80, "instruction": 1000}
PRICE, DOWNLOAD_PRICE, VIDEO_PRICE, LYRICS_PRICE = "producer", "download", "producer_video", "producer_lyrics"
LENGTH_S, USUAL_START_S = (1, 240), 30.0
SHOWN = ("sound", "cover_url", "instruction")
FORM, SEPARATOR = "form", "~"  # ids of tasks that make another form of a song: form~CLIP~KIND
ALIASES = {
    "starts": "starts_at",
    "ends": "ends_at",
    "cover_strength": "strength",
    "continue_clip_id": "clip_id",
    "prompt": "sound",
}


class ProducerCreate(Called):
    """`POST /api/v1/producer/create`"""

    task_type: StrictStr | None = Field(None, description="What is made; create_music if absent.")
    sound: StrictStr | None = Field(
        None, description="Style, in words or a sentence.", json_schema_extra={"maxLength": LIMITS["sound"]}
    )
    lyrics: StrictStr | None = Field(
        None, description="The words, with marks such as [Verse].", json_schema_extra={"maxLength": LIMITS["lyrics"]}
    )
    title: StrictStr | None = Field(None, description="Found in the words when absent.", json_schema_extra={"maxLength": 80})
    mv: StrictStr | None = Field(
        None, description=f"Model: {', '.join(MODELS)}. {USUAL_MODEL} if absent; the musician is the same."
    )
    make_instrumental: StrictBool | None = Field(None, description="No singer.")
    lyrics_strength: Part | None = Field(None, description="0-1: words nearer to speech, and before the band; 0.5 if absent.")
    sound_strength: Annotated[Real, Field(ge=0.2, le=1)] | None = Field(
        None, description="0.2-1: how closely `sound` is followed; 0.5 if absent."
    )
    weirdness: Part | None = Field(None, description="0-1: how far the song may leave the usual; 0.5 if absent.")
    seed: Annotated[StrictStr, Field(max_length=200)] | Whole | None = Field(
        None, description="A whole number or any text: equal seeds give equal songs."
    )
    cover_url: Annotated[StrictStr, Field(max_length=2048)] | None = Field(
        None, description="A picture of your own for `image_url`."
    )
    clip_id: SongId | None = Field(None, description="The source of every task type but create_music.")
    starts_at: Seconds | None = Field(
        None,
        description="extend, replace: seconds; where the new part goes on, or the window begins; 30 if absent (with an `instruction` alone: the whole song).",
    )
    ends_at: Seconds | None = Field(None, description="replace: where the window ends; the song's end if absent.")
    strength: Part | None = Field(
        None,
        description="cover, swaps: 0-1, how much is made anew (of swap vocals: how far the new singer is from the old); 0.5 if absent. Also `cover_strength`.",
    )
    instruction: StrictStr | None = Field(
        None,
        description="Changes in plain words: `make the drums harder, drop the piano in verse 2`.",
        json_schema_extra={"maxLength": LIMITS["instruction"]},
    )
    bpm: Annotated[Real, Field(ge=20, le=400)] | None = Field(None, description="Quarter notes a minute: exact, or refused.")
    length: Annotated[Real, Field(ge=LENGTH_S[0], le=LENGTH_S[1])] | None = Field(
        None, description="create: length in seconds, 1-240, met to the sample."
    )
    extend_s: Annotated[Real, Field(ge=LENGTH_S[0], le=LENGTH_S[1])] | None = Field(
        None, description="extend: how long the new part is, in seconds."
    )


class ProducerUpload(Called):
    """`POST /api/v1/producer/upload`"""

    audio_url: StrictStr = Field(description="Direct, public address of a recording.")


class ProducerDownload(Body):
    """`POST /api/v1/producer/download`"""

    clip_id: SongId = Field(description="A finished song.")
    format: Literal["mp3", "wav"] | None = Field(None, description="mp3 or wav; mp3 if absent.")


class ProducerLyrics(Body):
    """`POST /api/v1/producer/lyrics-create`"""

    prompt: StrictStr | None = Field(None, description=f"What the words are about, in up to {LYRICS_DESCRIPTION} letters.")
    description: StrictStr | None = Field(None, description="Another name for `prompt`.")
    seed: Seed | None = Field(None, description="Equal seeds give equal words.")


class ProducerVideo(Body):
    """`POST /api/v1/producer/video-clip`"""

    clip_id: SongId = Field(description="A finished song.")


class ProducerClip(BaseModel):
    """A song of this family."""

    clip_id: str
    title: str
    sound: str
    lyrics: str
    lyrics_id: str | None
    lyrics_timing_markers: Timed | None = Field(description="When each word is sung; null until the song is there.")
    image_url: str
    audio_url: str = Field(description="The song as M4A; of a download, in its format.")
    wav_url: str | None
    video_url: str | None
    created_at: str
    mv: str | None
    seed: int | str
    duration: float
    state: Literal["pending", "running", "succeeded", "failed"]
    instruction: str | None = Field(description="As sent.")
    understood: list[dict[str, str]] | None = Field(
        description="What became of each clause of the instruction: `said`, `done`."
    )
    share_url: str
    operation: str
    stage: str
    progress: float
    error_message: str | None = None


class ProducerDone(BaseModel):
    """The task is final."""

    code: Literal[200]
    message: str
    status: str = Field(description="SUCCESS; FAILED, RUNNING or PENDING in other answers.")
    data: list[ProducerClip]


class ProducerWords(BaseModel):
    """Lyrics that were written."""

    code: Literal[200]
    message: str
    task_id: str
    data: list[dict[str, str]] = Field(description="Every candidate: `lyrics_id`, `title`, `lyrics`.")


EXAMPLE = {
    "task_type": "create_music",
    "mv": USUAL_MODEL,
    "sound": "emotional pop with gentle piano and warm synths",
    "lyrics": "[Verse]\nWalking through the city lights\n[Chorus]\nThis is our time",
    "title": "City Dreams",
    "bpm": 104,
    "seed": "city-1",
}


@task_route(router, "/producer/create", "Create a song", as_schema(ProducerCreate, EXAMPLE))
async def create(request: Request, owner: Owner) -> JSONResponse:
    """One song, or one edit of a song. Costs 12 credits, reserved now and kept only if it comes out."""
    return await submitted(request, owner, read_create)


@task_route(
    router, "/producer/upload", "Upload a recording", as_schema(ProducerUpload, {"audio_url": "https://example.org/demo.mp3"})
)
async def upload(request: Request, owner: Owner) -> JSONResponse:
    """A recording becomes a clip; the task tells its id. Costs 2 credits, kept only when it could be read."""
    return await submitted(request, owner, read_upload)


@task_route(
    router,
    "/producer/download",
    "Download a song",
    as_schema(ProducerDownload, {"clip_id": "7d0f4c0a-0a55-4a8e-9d0f-2d0a57f0b6aa", "format": "wav"}),
)
async def download(request: Request, owner: Owner) -> JSONResponse:
    """A finished song as MP3 or WAV: the task has its `audio_url`. Costs 2 credits when it is there; the same again is free."""
    given = read_as(ProducerDownload, await fields_of(request))
    return await _form_task(request, owner, given.clip_id, given.format or "mp3", DOWNLOAD_PRICE)


@task_route(
    router,
    "/producer/video-clip",
    "Make a video clip",
    as_schema(ProducerVideo, {"clip_id": "7d0f4c0a-0a55-4a8e-9d0f-2d0a57f0b6aa"}),
)
async def video_clip(request: Request, owner: Owner) -> JSONResponse:
    """A film of a finished song, its words lit as they are sung. Costs 5 credits when it is there; the same again is free."""
    given = read_as(ProducerVideo, await fields_of(request))
    return await _form_task(request, owner, given.clip_id, "mp4", VIDEO_PRICE)


@router.post(
    "/producer/lyrics-create",
    response_model=ProducerWords,
    responses=SOURCE_ERRORS,
    summary="Write lyrics",
    openapi_extra=as_schema(ProducerLyrics, {"prompt": "a lighthouse keeper who writes to the moon"}),
)
async def lyrics_create(request: Request, owner: Owner) -> JSONResponse:
    """Two candidates, at once, and under a task's id. Costs 1 credit."""
    given = read_as(ProducerLyrics, await fields_of(request))
    results = await written(request, owner, "prompt", given.prompt or given.description or "", given.seed, LYRICS_PRICE)
    task_id = await run_in_threadpool(keep_words, request.app.state.database, owner, results)
    return JSONResponse({"code": 200, "message": "success", "task_id": task_id, "data": _words(task_id, results)})


@router.get(
    "/producer/task/{task_id}",
    response_model=ProducerDone,
    responses={**SOURCE_ERRORS, 202: {"model": TaskNotReady}},
    summary="Get music",
)
async def get_music(task_id: str, request: Request, owner: Owner) -> JSONResponse:
    """202 until the song, the recording or the file is there; then 200."""
    if task_id.startswith(f"{FORM}{SEPARATOR}"):
        return await _form_told(request, owner, task_id)
    try:
        task = await found(request, owner, task_id)
    except UnknownTask:
        results = await run_in_threadpool(kept_words, request.app.state.database, owner, task_id)
        return _with_status(JSONResponse({"code": 200, "message": "success", "data": _words(task_id, results)}), "SUCCESS")
    facts = await run_in_threadpool(facts_of, request.app.state.database, request.app.state.blobs, task)
    clips = (
        [] if task.state in OPEN else [_clip(view, facts.get(view.id)) for view in task.clips]
    )  # empty until it is final (11.4)
    status = {SUCCEEDED: "SUCCESS"}.get(task.state, task.state.upper())
    return _with_status(answer_of(task, clips), status)


@router.get("/producer/task", include_in_schema=False)
@router.get("/producer/task/", include_in_schema=False)
async def id_forgotten(owner: Owner) -> JSONResponse:
    """The id was forgotten."""
    raise no_task_id("/api/v1/producer/task")


def _clip(view: ClipView, facts: Mapping[str, Any] | None) -> dict[str, Any]:
    if facts is None:
        return producer_clip(view)
    return {**producer_clip(view), "lyrics_timing_markers": timed(facts), "understood": facts.get("instruction", [])}


def _with_status(answer: JSONResponse, status: str) -> JSONResponse:
    """The answer with the word that the sister site's clients look for."""
    told = json.loads(bytes(answer.body))
    return JSONResponse({**told, "status": status}, status_code=answer.status_code)


def _words(task_id: str, results: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{"lyrics_id": f"{task_id}-{place}", **each} for place, each in enumerate(results)]


# Other forms of a song ----------------------------------------------------------------------------------------------------


async def _form_task(request: Request, owner: str, clip_id: str, kind: str, item: str) -> JSONResponse:
    """Begins to make a form of a song; the id under which it is asked for. Raises UnknownSong, Invalid, InsufficientCredits."""
    view = await run_in_threadpool(_finished, request.app.state.database, owner, clip_id)
    await run_in_threadpool(_pay, request, owner, f"{view.id}-{kind}", item, False)
    await _made(request, view.id, owner, kind)
    return JSONResponse({"message": "success", "task_id": SEPARATOR.join((FORM, view.id, kind))})


async def _form_told(request: Request, owner: str, task_id: str) -> JSONResponse:
    """A form of a song when it is there; charged then, once."""
    _, _, rest = task_id.partition(SEPARATOR)
    clip_id, _, kind = rest.partition(SEPARATOR)
    if kind not in ("mp3", "wav", "mp4"):
        raise UnknownTask("task not found")
    view = await run_in_threadpool(_finished, request.app.state.database, owner, clip_id)
    if not await _made(request, clip_id, owner, kind):
        return _with_status(JSONResponse({**body(202, "not_ready", NOT_READY), "data": []}, status_code=202), "RUNNING")
    await run_in_threadpool(_pay, request, owner, f"{clip_id}-{kind}", VIDEO_PRICE if kind == "mp4" else DOWNLOAD_PRICE, True)
    view = await run_in_threadpool(_finished, request.app.state.database, owner, clip_id)
    told = producer_clip(view)
    link = view.links.get(kind) or view.on_demand.get(kind)
    told = {**told, "video_url": link} if kind == "mp4" else {**told, "audio_url": link}
    return _with_status(JSONResponse({"code": 200, "message": "success", "data": [told]}), "SUCCESS")


async def _made(request: Request, clip_id: str, owner: str, kind: str) -> bool:
    """Whether a form is there; it is made meanwhile if it is not."""

    def find() -> Any:
        with request.app.state.database.begin() as connection:
            return find_convertible(connection, clip.c.id == clip_id, clip.c.account_id == owner)

    song = await run_in_threadpool(find)
    if song is None:
        raise UnknownSong("no song of yours has this clip_id")
    try:
        await asyncio.wait_for(request.app.state.conversions.file(song, kind), PATIENCE_S)
    except TimeoutError:
        return False
    return True


PATIENCE_S = 0.5


def _finished(database: sa.Engine, owner: str, clip_id: str) -> ClipView:
    with database.connect() as connection:
        view = find_clip(connection, owner, clip_id)
    if view is None:
        raise UnknownSong("no song of yours has this clip_id")
    if view.state != SUCCEEDED:
        raise Invalid("this song could not be made" if view.state == FAILED else "this song is still being made")
    return view


def _pay(request: Request, owner: str, what: str, item: str, now: bool) -> None:
    """Charges a form once; before it is made, only looks whether it could be paid."""
    settings, pool = request.app.state.settings, PRICES[item].pool
    with request.app.state.database.begin() as connection:
        if now:
            charge_once(connection, owner, f"form-{what}", item, settings.price(item), pool)
        else:
            check(connection, owner, settings.price(item), pool)


# Reading ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """How a `task_type` is read: its command, and what its body must have."""

    command: Callable[[ProducerCreate, musician.Request], Command]
    source: bool = True


def _extend(given: ProducerCreate, request: musician.Request) -> Command:
    return Prolong(request, USUAL_START_S if given.starts_at is None else given.starts_at)


def _replace(given: ProducerCreate, request: musician.Request) -> Command:
    start = USUAL_START_S if given.starts_at is None else given.starts_at
    if given.ends_at is not None and given.ends_at <= start:
        raise Invalid("ends_at must be more than starts_at")
    if given.instruction and not given.sound and not given.lyrics:
        whole = given.starts_at is None and given.ends_at is None
        return Instruct(request, given.instruction, None if whole else start, given.ends_at)
    return Replace(request, start, given.ends_at)


def _closeness(given: ProducerCreate) -> float:
    return 0.5 if given.strength is None else 1.0 - given.strength


OWN: dict[str, Task] = {
    "create_music": Task(lambda given, request: request, source=False),
    "extend_music": Task(_extend),
    "cover_music": Task(lambda given, request: Cover(request, _closeness(given))),
    "replace_music": Task(_replace),
    "swap_music_vocals": Task(lambda given, request: SwapVocals(request, given.strength)),
    "swap_music_sound": Task(lambda given, request: SwapSound(request, _closeness(given))),
    "music_variation": Task(lambda given, request: Vary(request)),
    "instruct_music": Task(
        lambda given, request: Instruct(request, needed(given.instruction, "instruction", "instruct_music"))
    ),
}
OF_UPLOADS = {
    "extend_upload_music": "extend_music", "cover_upload_music": "cover_music", "replace_upload_music": "replace_music",
    "swap_upload_music_sound": "swap_music_sound", "swap_upload_music_vocals": "swap_music_vocals",
}  # fmt: skip
TASKS: dict[str, Task] = {**OWN, **{upload: OWN[own] for upload, own in OF_UPLOADS.items()}}


def read_create(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """A create's body as an order. Raises Invalid."""
    given = read_as(ProducerCreate, alias(fields, ALIASES))
    kind = among(given.task_type or "create_music", "task_type", TASKS)
    mv = among(given.mv or USUAL_MODEL, "mv", MODELS)
    within(given, LIMITS)
    if kind == "create_music" and not (given.sound or "").strip() and not (given.lyrics or "").strip():
        raise Invalid("sound or lyrics is required")
    command = TASKS[kind].command(given, _request(given, kind))
    sources = (needed(given.clip_id, "clip_id", kind),) if TASKS[kind].source else ()
    wire = {**{name: getattr(given, name) for name in SHOWN}, "mv": mv, "seed": given.seed}
    return Order("producer", kind, PRICE, (command,), base, wire, key, sources=sources)


def read_upload(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """A recording's address as an order. Raises Invalid."""
    given = read_as(ProducerUpload, alias(fields, {"url": "audio_url"}))
    return Order("producer", "upload", "upload", (Upload(check_source_url(given.audio_url)),), base, {}, key)


def _request(given: ProducerCreate, kind: str) -> musician.Request:
    """What is asked of new music."""
    lyrics = given.lyrics if (given.lyrics or "").strip() and not given.make_instrumental else None
    asks_anew = kind in ("create_music", "extend_music")
    return musician.Request(
        text=_text(given, kind),
        tags="" if kind == "create_music" else given.sound or "",
        lyrics=lyrics,
        title=(given.title or "").strip(),
        instrumental=bool(given.make_instrumental),
        seed=_seed(given.seed),
        duration_s=given.length if kind == "create_music" else given.extend_s if asks_anew else None,
        bpm=given.bpm,
        style_weight=given.sound_strength,
        weirdness=given.weirdness,
        strengths=musician.Strengths(words=given.lyrics_strength),
        instruction=given.instruction or "" if kind == "create_music" else "",
    )


def _text(given: ProducerCreate, kind: str) -> str:
    """`sound` is a sentence where the song is new; of an extension the instruction says what it is to be."""
    if kind == "create_music":
        return given.sound or ""
    return given.instruction or "" if kind == "extend_music" else ""


def _seed(given: int | str | None) -> int:
    """A seed of the musician's: a whole number as it is, any other text by its hash."""
    if given is None:
        return drawn(None)
    if isinstance(given, int) or given.strip().isdecimal():
        return int(given) % 2**63
    return int.from_bytes(hashlib.sha256(given.encode()).digest()[:6], "big")
