"""The studio family: one path for a description, lyrics, music without words and the extension of a song; its own envelope.

`config.mode` is `regular`, `precede` (a new part before a song) or `continuation` (after it); pieces last 32 or 130 seconds by their
model, to the sample; an extended song comes back whole, and its title says "ext".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr, model_validator

import troubadour.brief as musician
from troubadour.edit import Precede, Prolong
from troubadour_server.request.access import Owner
from troubadour_server.request.errors import Invalid, body
from troubadour_server.request.family import (
    FAILED_SILENTLY,
    SOURCE_ERRORS,
    accepted,
    fields_of,
    found,
    idempotency_key,
    no_task_id,
)
from troubadour_server.request.limits import CLIPS_OF_A_CREATE
from troubadour_server.request.rules import drawn
from troubadour_server.request.shapes import Called, Part, Seconds, SongId, Whole, as_schema, read_as
from troubadour_server.request.shown import studio_song
from troubadour_server.storage.songs import TaskView
from troubadour_server.tasks.order import Command, Order
from troubadour_server.tasks.states import FAILED, OPEN, PENDING

router = APIRouter(tags=["studio"])

PRICE = "studio"
LENGTHS_S = {"studio130-v1.5": 130, "studio32-v1.5": 32}
LONGEST = {"prompt": 3000, "lyrics": 5000, "negative_prompt": 1000}


class StudioSource(BaseModel):
    """The song that is extended."""

    model_config = ConfigDict(extra="ignore")
    song_id: SongId = Field(description="A finished song of yours.")


class StudioConfig(BaseModel):
    """What is made."""

    model_config = ConfigDict(extra="ignore")
    mode: Literal["regular", "precede", "continuation"] = Field(
        description="regular: a new piece; precede: a new part before a song; continuation: after it."
    )
    source: StudioSource | None = Field(None, description="precede, continuation: the song.")

    @model_validator(mode="before")
    @classmethod
    def _unfolded(cls, given: Any) -> Any:
        """The vendor's client folds all but the mode into `extra`."""
        more = given.get("extra") if isinstance(given, dict) else None
        return {**more, **given} if isinstance(more, dict) else given


class StudioCreate(Called):
    """`POST /api/v1/studio/create`"""

    prompt: StrictStr = Field(
        description="The style, in a sentence or in words.", json_schema_extra={"maxLength": LONGEST["prompt"]}
    )
    lyrics_type: Literal["user", "generate", "instrumental"] = Field(
        description="user: your `lyrics`; generate: words are written from the prompt; instrumental: nobody sings."
    )
    lyrics: StrictStr | None = Field(
        None, description="The words, when lyrics_type is user.", json_schema_extra={"maxLength": LONGEST["lyrics"]}
    )
    model_type: Literal["studio130-v1.5", "studio32-v1.5"] = Field(
        "studio130-v1.5", description="Pieces of 130 or of 32 seconds, met to the sample; 130 if absent."
    )
    negative_prompt: StrictStr | None = Field(
        None, description="Styles and instruments to leave out.", json_schema_extra={"maxLength": LONGEST["negative_prompt"]}
    )
    bypass_prompt_optimization: StrictBool | None = Field(
        None, description="true: every word of the prompt is taken for style, as it stands; false: it is read as a sentence."
    )
    seed: Annotated[Whole, Field(ge=-1, lt=2**63)] | None = Field(None, description="Equal seeds give equal songs; -1 is any.")
    song_section_start: Part | None = Field(
        None, description="0-1: where in a notional song the piece begins; after its beginning there is no introduction."
    )
    song_section_end: Part | None = Field(None, description="0-1: where in it the piece ends.")
    lyrics_placement_start: Part | None = Field(None, description="0-1: no word is sung before this part of the piece.")
    lyrics_placement_end: Part | None = Field(None, description="0-1: nor after this one.")
    prompt_strength: Part | None = Field(None, description="0-1: how closely the prompt is followed; 0.5 if absent.")
    clarity_strength: Part | None = Field(None, description="0-1: less room and more presence; 0.25 if absent.")
    lyrics_strength: Part | None = Field(None, description="0-1: words nearer to speech, and before the band; 0.5 if absent.")
    generation_quality: Part | None = Field(None, description="0-1: from a sketch to a full production; 0.75 if absent.")
    context_length: Seconds | None = Field(
        None,
        description="precede, continuation: how many seconds of the song, next to the new part, it may recall the tunes and chords of; all of it if absent.",
    )
    config: StudioConfig = Field(
        StudioConfig(mode="regular", source=None),
        description="The mode, and the source of an extension; a new piece if absent.",
    )


class StudioSubmitted(BaseModel):
    """A task was accepted: `data` is its id."""

    code: Literal["success"]
    message: str
    data: str


class StudioSong(BaseModel):
    """A song of this family."""

    id: str
    tags: list[str]
    liked: bool
    likes: int
    plays: int
    title: str
    artist: str
    lyrics: str
    prompt: str
    song_path: str
    image_path: str
    duration: float
    created_at: str
    finished: bool


class StudioSongs(BaseModel):
    """The songs; those that are still being made have no `song_path` and are not `finished`."""

    songs: list[StudioSong]


class StudioTask(BaseModel):
    """A task as it stands."""

    task_id: str
    notify_hook: str
    action: Literal["studio-generate"]
    status: Literal["NOT_START", "IN_PROGRESS", "SUCCESS", "FAILURE"]
    fail_reason: str
    submit_time: int
    start_time: int
    finish_time: int
    progress: str
    data: StudioSongs


class StudioDone(BaseModel):
    """The envelope of a poll."""

    code: Literal["success"]
    message: str
    data: StudioTask


REGULAR = {
    "prompt": "late night jazz trio",
    "lyrics_type": "generate",
    "model_type": "studio130-v1.5",
    "config": {"mode": "regular"},
}
CUSTOM = {
    "prompt": "synth pop",
    "lyrics": "[Verse]\nCity rain on every window\nNeon on the ground",
    "lyrics_type": "user",
    "bypass_prompt_optimization": False,
    "seed": -1,
    "song_section_start": 0,
    "song_section_end": 1,
    "lyrics_placement_start": 0,
    "lyrics_placement_end": 0.95,
    "prompt_strength": 0.5,
    "clarity_strength": 0.25,
    "lyrics_strength": 0.5,
    "generation_quality": 0.75,
    "negative_prompt": "",
    "model_type": "studio32-v1.5",
    "config": {"mode": "regular"},
}


@router.post(
    "/studio/create",
    response_model=StudioSubmitted,
    responses=SOURCE_ERRORS,
    summary="Create two songs",
    openapi_extra=as_schema(StudioCreate, description=REGULAR, custom=CUSTOM),
)
async def create(request: Request, owner: Owner) -> JSONResponse:
    """Two songs, or two extensions of one. Costs 15 credits, reserved now and kept only if a song comes out."""
    made = await accepted(request, owner, await fields_of(request), read_create, idempotency_key(request))
    return JSONResponse({"code": "success", "message": made.get("warning", ""), "data": made["task_id"]})


@router.get(
    "/studio/task/{task_id}",
    response_model=StudioDone,
    responses={**SOURCE_ERRORS, 202: {"model": StudioDone, "description": "Not finished."}},
    summary="Get music",
)
async def get_music(task_id: str, request: Request, owner: Owner) -> JSONResponse:
    """202 until both songs are final; then 200, with `status` SUCCESS, or FAILURE and its `fail_reason`."""
    return told(await found(request, owner, task_id))


@router.get("/studio/task", include_in_schema=False)
@router.get("/studio/task/", include_in_schema=False)
async def id_forgotten(owner: Owner) -> JSONResponse:
    """The id was forgotten."""
    raise no_task_id("/api/v1/studio/task")


def told(task: TaskView) -> JSONResponse:
    """A task in the envelope of this family. A failed one says so outside it too, for clients that look there."""
    final = task.state not in OPEN
    status = {PENDING: "NOT_START", FAILED: "FAILURE"}.get(task.state, "SUCCESS" if final else "IN_PROGRESS")
    reason = (task.error_message or FAILED_SILENTLY) if status == "FAILURE" else ""
    songs = [studio_song(view) for view in task.clips if not final or view.state == "succeeded"]
    answer: dict[str, Any] = {
        "code": "success",
        "message": reason,
        "data": {
            "task_id": task.id,
            "notify_hook": "",
            "action": "studio-generate",
            "status": status,
            "fail_reason": reason,
            "submit_time": _seconds(task.created_at),
            "start_time": _seconds(task.created_at),
            "finish_time": _seconds(task.finished_at) if final else 0,
            "progress": "100%" if final else f"{min(99, int(100 * task.done))}%",
            "data": {"songs": songs},
        },
    }
    if status == "FAILURE":
        answer |= {name: value for name, value in body(200, task.error_type or "failed", reason).items() if name != "code"}
    return JSONResponse(answer, status_code=200 if final else 202)


def _seconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp()) if at else 0


# Reading ------------------------------------------------------------------------------------------------------------------


def read_create(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """A create's body as an order. Raises Invalid."""
    given = read_as(StudioCreate, fields)
    for name, most in LONGEST.items():
        if len(getattr(given, name) or "") > most:
            raise Invalid(f"{name} has {len(getattr(given, name))} characters; it takes at most {most}")
    if not given.prompt.strip():
        raise Invalid("prompt is required")
    mode, source = given.config.mode, given.config.source
    if mode != "regular" and source is None:
        raise Invalid(f"config.source.song_id is required when config.mode is {mode}")
    seed = drawn(None if given.seed in (None, -1) else given.seed)
    requests = (_request(given, seed, take) for take in range(CLIPS_OF_A_CREATE))
    commands = tuple(COMMANDS[mode](request, given.context_length) for request in requests)
    sources = (source.song_id,) if mode != "regular" and source is not None else ()
    operation = {"regular": "create_music", "precede": "precede_music", "continuation": "extend_music"}[mode]
    return Order("studio", operation, PRICE, commands, base, {"prompt": given.prompt, "mode": mode}, key, sources=sources)


COMMANDS: dict[str, Callable[[musician.Request, float | None], Command]] = {
    "regular": lambda request, context_s: request,
    "precede": Precede,
    "continuation": lambda request, context_s: Prolong(request, None, context_s),
}


def _request(given: StudioCreate, seed: int, take: int) -> musician.Request:
    """What is asked of new music."""
    lyrics = given.lyrics if given.lyrics_type == "user" else None
    if given.lyrics_type == "user" and not (lyrics or "").strip():
        raise Invalid("lyrics is required when lyrics_type is user")
    literal = bool(given.bypass_prompt_optimization)
    return musician.Request(
        text="" if literal else given.prompt,
        tags=given.prompt if literal else "",
        negative_tags=given.negative_prompt or "",
        lyrics=lyrics,
        instrumental=given.lyrics_type == "instrumental",
        seed=seed,
        take=take,
        duration_s=LENGTHS_S[given.model_type],
        style_weight=given.prompt_strength,
        strengths=musician.Strengths(
            words=given.lyrics_strength, clarity=given.clarity_strength, finish=given.generation_quality
        ),
        placement=_placement(given),
    )


def _placement(given: StudioCreate) -> musician.Placement:
    song = _span(given, "song_section")
    words = _span(given, "lyrics_placement")
    return musician.Placement(song, words)


def _span(given: StudioCreate, name: str) -> tuple[float, float]:
    """A part of a whole. Raises Invalid when it ends before it begins."""
    start, end = getattr(given, f"{name}_start"), getattr(given, f"{name}_end")
    span = (0.0 if start is None else start, 1.0 if end is None else end)
    if span[1] <= span[0]:
        raise Invalid(f"{name}_end must be more than {name}_start")
    return span
