"""The riffusion family: create by lyrics or by a description, cover, extend, replace a section, swap the sound or the vocals,
upload, get music.

Only translation: `TASKS` says what each `task_type` becomes. An extended song comes back whole; two songs a call; every clip has its
words' times in `timestamp`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StrictBool, StrictStr

import troubadour.brief as musician
from troubadour.edit import Cover, Prolong, Replace, SwapSound, SwapVocals
from troubadour_server.request.access import Owner
from troubadour_server.request.errors import Invalid
from troubadour_server.request.family import SOURCE_ERRORS, answer_of, found, no_task_id, submitted, task_route
from troubadour_server.request.limits import CLIPS_OF_A_CREATE
from troubadour_server.request.rules import alias, among, drawn, needed, within
from troubadour_server.request.shapes import (
    Called,
    Part,
    Real,
    Seconds,
    Seed,
    SongId,
    TaskNotReady,
    as_schema,
    read_as,
)
from troubadour_server.request.shown import riffusion_clip
from troubadour_server.request.timing import Timed, facts_of, timed
from troubadour_server.request.uploads import SonicUpload, Uploaded, upload
from troubadour_server.tasks.order import Command, Order

router = APIRouter(tags=["riffusion"])

MODELS = ("FUZZ-1.1 Pro", "FUZZ-1.1", "FUZZ-1.0 Pro", "FUZZ-1.0")
LIMITS = {"lyrics": 3000, "prompt": 200, "sound": 200, "title": 80}
PRICE = "riffusion"
SHOWN = ("mv", "sound", "vocal_variation")
# Other names under which fields have been sent, and what they are called now (17.3, 6.6, 11.1).
ALIASES = {
    "clip_id": "continue_clip_id", "starts_at": "replace_start_time", "starts": "replace_start_time",
    "replace_start_at": "replace_start_time", "ends_at": "replace_end_time", "ends": "replace_end_time",
    "replace_end_at": "replace_end_time", "cover_strength": "strength",
}  # fmt: skip


class RiffusionCreate(Called):
    """`POST /api/v1/riffusion/create`"""

    mv: StrictStr = Field(description=f"Model: {', '.join(MODELS)}. The musician is the same.")
    custom_mode: StrictBool | None = Field(
        None, description="true: you write the `lyrics`; false: you describe the song in `prompt`."
    )
    lyrics: StrictStr | None = Field(
        None, description="The words, with marks such as [Verse].", json_schema_extra={"maxLength": 3000}
    )
    prompt: StrictStr | None = Field(
        None, description="What the song is to be: description mode.", json_schema_extra={"maxLength": 200}
    )
    sound: StrictStr | None = Field(
        None, description="Style words; of a swap, the wanted change.", json_schema_extra={"maxLength": 200}
    )
    title: StrictStr | None = Field(None, description="Found in the words when absent.", json_schema_extra={"maxLength": 80})
    make_instrumental: StrictBool | None = Field(None, description="No singer.")
    task_type: StrictStr | None = Field(None, description="What is made; create_music if absent.")
    vocal_variation: Part | None = Field(
        None,
        description="0-1: how many returning stanzas get a tune of their own; of swap vocals, how far the new singer is from the old.",
    )
    strength: Part | None = Field(None, description="cover, swap sound: 0-1, how much is made anew; 0.5 if absent.")
    lyrics_strength: Part | None = Field(
        None, description="0-1: nearer to speech and further in front of the band; 0.5 if absent."
    )
    sound_strength: Part | None = Field(None, description="0-1: how closely `sound` is followed; 0.5 if absent.")
    weirdness: Part | None = Field(None, description="0-1: how far the song may leave the usual; 0.5 if absent.")
    continue_clip_id: SongId | None = Field(None, description="The source of every task type but create_music.")
    continue_at: Seconds | None = Field(
        None, description="extend: the second at which the new part goes on, at the nearest beat."
    )
    replace_start_time: Seconds | None = Field(None, description="replace: where the window begins, in seconds.")
    replace_end_time: Seconds | None = Field(None, description="replace: where it ends; the song's end if absent.")
    duration: Annotated[Real, Field(ge=10, le=480)] | None = Field(
        None, description="create, extend: length in seconds, met to the sample."
    )
    seed: Seed | None = Field(None, description="Equal seeds give equal songs.")


class RiffusionClip(BaseModel):
    """A song of this family."""

    clip_id: str
    state: Literal["pending", "running", "succeeded", "failed"]
    title: str
    sound: str
    lyrics: str
    image_url: str
    audio_url: str
    video_url: str | None
    created_at: str
    mv: str | None
    vocal_variation: float | None
    duration: float
    timestamp: Timed | None = Field(description="When each word is sung; null until the song is there.")
    seed: int
    share_url: str
    operation: str
    stage: str
    progress: float
    error_message: str | None = None


class RiffusionDone(BaseModel):
    """All songs of a task are final."""

    code: Literal[200]
    message: str
    data: list[RiffusionClip]


WITH_LYRICS = {
    "mv": "FUZZ-1.1 Pro",
    "custom_mode": True,
    "make_instrumental": False,
    "title": "Starlit Road",
    "sound": "dream pop, reverb guitars",
    "lyrics": "[Verse]\nHeadlights on the hill\nEverything is still\n[Chorus]\nTake the starlit road with me",
}
DESCRIBED = {"mv": "FUZZ-1.0", "custom_mode": False, "prompt": "upbeat surf rock about a lost dog"}


@task_route(
    router, "/riffusion/create", "Create two songs", as_schema(RiffusionCreate, lyrics=WITH_LYRICS, description=DESCRIBED)
)
async def create(request: Request, owner: Owner) -> JSONResponse:
    """Two songs, or two edits of one. Costs 12 credits, reserved now and kept only if a song comes out."""
    return await submitted(request, owner, read_create)


@router.get(
    "/riffusion/task/{task_id}",
    response_model=RiffusionDone,
    responses={**SOURCE_ERRORS, 202: {"model": TaskNotReady}},
    summary="Get music",
)
async def get_music(task_id: str, request: Request, owner: Owner) -> JSONResponse:
    """202 until both songs are final, with those so far; then 200."""
    task = await found(request, owner, task_id)
    facts = await run_in_threadpool(facts_of, request.app.state.database, request.app.state.blobs, task)
    timing = {id: timed(each) for id, each in facts.items()}
    return answer_of(task, [{**riffusion_clip(view), "timestamp": timing.get(view.id)} for view in task.clips])


@router.get("/riffusion/task", include_in_schema=False)
@router.get("/riffusion/task/", include_in_schema=False)
async def id_forgotten(owner: Owner) -> JSONResponse:
    """The id was forgotten."""
    raise no_task_id("/api/v1/riffusion/task")


@router.post(
    "/riffusion/upload",
    response_model=Uploaded,
    responses=SOURCE_ERRORS,
    summary="Upload a recording",
    openapi_extra=as_schema(SonicUpload, {"url": "https://example.org/demo.mp3"}),
)
async def upload_recording(request: Request, owner: Owner) -> JSONResponse:
    """A recording becomes a clip for the upload task types. Costs 2 credits, charged only when it could be read."""
    return await upload(request, owner)


# Reading ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """How a `task_type` is read: its command, and what its body must have."""

    command: Callable[[RiffusionCreate, musician.Request], Command]
    source: bool = True
    words: bool = False  # lyrics or a description are required


def _replace(given: RiffusionCreate, request: musician.Request) -> Command:
    start = needed(given.replace_start_time, "replace_start_time", given.task_type)
    end = given.replace_end_time
    if end is not None and end <= start:
        raise Invalid("replace_end_time must be more than replace_start_time")
    return Replace(request, start, end)


def _extend(given: RiffusionCreate, request: musician.Request) -> Command:
    return Prolong(request, needed(given.continue_at, "continue_at", given.task_type))


def _closeness(given: RiffusionCreate) -> float:
    return 0.5 if given.strength is None else 1.0 - given.strength


OWN: dict[str, Task] = {
    "create_music": Task(lambda given, request: request, source=False, words=True),
    "extend_music": Task(_extend, words=True),
    "cover_music": Task(lambda given, request: Cover(request, _closeness(given))),
    "replace_music": Task(_replace),
    "swap_music_sound": Task(lambda given, request: SwapSound(request, _closeness(given))),
    "swap_music_vocals": Task(lambda given, request: SwapVocals(request, given.vocal_variation)),
}
OF_UPLOADS = {
    "extend_upload_music": "extend_music", "cover_upload_music": "cover_music", "replace_upload_music": "replace_music",
    "swap_upload_music_sound": "swap_music_sound", "swap_upload_music_vocals": "swap_music_vocals",
}  # fmt: skip
TASKS: dict[str, Task] = {**OWN, **{upload: OWN[own] for upload, own in OF_UPLOADS.items()}}


def read_create(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """A create's body as an order. Raises Invalid."""
    given = read_as(RiffusionCreate, alias(fields, ALIASES))
    among(given.mv, "mv", MODELS)
    kind = among(given.task_type or "create_music", "task_type", TASKS)
    within(given, LIMITS)
    task, seed = TASKS[kind], drawn(given.seed)
    commands = tuple(task.command(given, _request(given, kind, task, seed, take)) for take in range(CLIPS_OF_A_CREATE))
    sources = (needed(given.continue_clip_id, "continue_clip_id", kind),) if task.source else ()
    return Order("riffusion", kind, PRICE, commands, base, {name: getattr(given, name) for name in SHOWN}, key, sources=sources)


def _request(given: RiffusionCreate, kind: str, task: Task, seed: int, take: int) -> musician.Request:
    """What is asked of new music."""
    custom = given.custom_mode if given.custom_mode is not None else bool(given.lyrics) or task.source
    if kind == "create_music" and given.custom_mode is None and not given.lyrics and not given.prompt:
        raise Invalid("custom_mode is required")
    text, lyrics = ("", given.lyrics) if custom else (given.prompt or "", None)
    if task.words and not given.make_instrumental:
        if custom and not (lyrics or "").strip():
            raise Invalid(
                f"lyrics is required when task_type is {kind} and custom_mode is true, unless make_instrumental is true"
            )
        if not custom and not text.strip():
            raise Invalid("prompt is required when custom_mode is false")
    return musician.Request(
        text=text,
        tags=given.sound or "",
        lyrics=None if given.make_instrumental or not (lyrics or "").strip() else lyrics,
        title=(given.title or "").strip(),
        instrumental=bool(given.make_instrumental),
        seed=seed,
        take=take,
        duration_s=given.duration,
        style_weight=given.sound_strength,
        weirdness=given.weirdness,
        strengths=musician.Strengths(
            words=given.lyrics_strength, variation=given.vocal_variation if kind == "create_music" else None
        ),
    )
