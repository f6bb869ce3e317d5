"""The sonic family, and its older name suno: create, and get music.

Only translation: a body of this family becomes an `Order`, a task becomes an answer of this family.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from troubadour_server.request.access import Owner
from troubadour_server.request.errors import REFUSALS, Invalid, told_error
from troubadour_server.request.family import (
    ERRORS,
    EXAMPLE_ID,
    accepted,
    answer_of,
    fields_of,
    found,
    idempotency_key,
    no_task_id,
    submitted,
    task_route,
)
from troubadour_server.request.orders import read_create, read_mashup, read_replace, read_stems
from troubadour_server.request.shapes import (
    BatchBody,
    BatchSubmitted,
    MashupBody,
    ReplaceBody,
    SonicCreate,
    StemsBody,
    TaskDone,
    TaskNotReady,
    as_schema,
)
from troubadour_server.request.shown import clip_of, persona_of
from troubadour_server.storage.songs import ClipView, TaskView
from troubadour_server.tasks.states import SUCCEEDED

router = APIRouter(tags=["sonic"])

MOST_IN_A_BATCH = 10

CUSTOM = {
    "custom_mode": True,
    "mv": "sonic-v5",
    "title": "Harbour Lights",
    "tags": "indie folk, acoustic guitar, warm",
    "prompt": "[Verse]\nBoats come home at dusk\nNets are full of stars\n[Chorus]\nHarbour lights, keep burning",
}
DESCRIPTION = {"custom_mode": False, "mv": "sonic-v5", "gpt_description_prompt": "a slow piano waltz about winter trains"}
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


@task_route(
    router,
    "/sonic/create",
    "Create two songs",
    as_schema(
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
    return await submitted(request, owner, read_create)


@task_route(router, "/sonic/stems/{kind}", "Get a song's stems", as_schema(StemsBody, {"clip_id": EXAMPLE_ID}))
async def stems(kind: Literal["basic", "full"], request: Request, owner: Owner) -> JSONResponse:
    """A clip for each stem, told by `stem_type`: `basic` vocals and instrumental, `full` up to twelve. They add up to the song."""
    return await submitted(request, owner, lambda fields, base, key: read_stems(fields, kind, base, key))


@task_route(router, "/sonic/replace-section", "Replace a section", as_schema(ReplaceBody, REPLACE))
async def replace_section(request: Request, owner: Owner) -> JSONResponse:
    """New music and words in a window; every sample outside it stays as it was. Two takes, each the whole song.

    With `auto_concat` each item of the result has `replaced`, the new passage alone, and `full`, the whole song.
    """
    return await submitted(request, owner, read_replace)


@task_route(router, "/sonic/mashup", "Mash up two songs", as_schema(MashupBody, MASHUP))
async def mashup(request: Request, owner: Owner) -> JSONResponse:
    """Two songs in one key and tempo, by moving notes: nothing is stretched."""
    return await submitted(request, owner, read_mashup)


@router.post(
    "/sonic/batch",
    response_model=BatchSubmitted,
    responses=ERRORS,
    summary="Create many songs",
    openapi_extra=as_schema(BatchBody, {"requests": [CUSTOM, DESCRIPTION]}),
)
async def batch(request: Request, owner: Owner) -> JSONResponse:
    """Up to ten creates in one call, each a task of its own at the usual price. One that is refused leaves the others alone."""
    fields = await fields_of(request)
    creates = fields.get("requests")
    if not isinstance(creates, list) or not 1 <= len(creates) <= MOST_IN_A_BATCH:
        raise Invalid(f"requests must be a list of 1 to {MOST_IN_A_BATCH} bodies of create")
    results: list[dict[str, Any]] = []
    for number, each in enumerate(creates):
        key = idempotency_key(request)
        try:
            if not isinstance(each, dict):
                raise Invalid("must be a JSON object")
            results.append(await accepted(request, owner, each, read_create, key and f"{key}-{number}"))
        except tuple(kind for kind, _, _ in REFUSALS) as error:
            results.append(told_error(error))
    return JSONResponse({"code": 200, "message": "success", "results": results})


@router.get(
    "/sonic/task/{task_id}", response_model=TaskDone, responses={**ERRORS, 202: {"model": TaskNotReady}}, summary="Get music"
)
@router.get("/suno/clip/{task_id}", include_in_schema=False)
async def get_music(task_id: str, request: Request, owner: Owner) -> JSONResponse:
    """202 until every clip is final, with the clips so far; then 200. A failed task answers 200 with `type` and `error`."""
    return told(await found(request, owner, task_id))


@router.get("/sonic/task", include_in_schema=False)
@router.get("/sonic/task/", include_in_schema=False)
@router.get("/suno/clip", include_in_schema=False)
@router.get("/suno/clip/", include_in_schema=False)
async def id_forgotten(owner: Owner) -> JSONResponse:
    """The id was forgotten."""
    raise no_task_id("/api/v1/sonic/task")


def told(task: TaskView) -> JSONResponse:
    """A task as an answer of this family."""
    clips = list(items(task.clips))
    return answer_of(task, persona_of(task) or clips if task.state == SUCCEEDED else clips)


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
