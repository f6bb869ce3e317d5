"""One's own songs: the list, and everything that is known of one of them (what the Studio draws)."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from troubadour_server.request.access import Owner
from troubadour_server.request.errors import Invalid, UnknownSong
from troubadour_server.request.shapes import Clip, Error
from troubadour_server.request.shown import clip_of
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.lineage import history
from troubadour_server.storage.songs import ClipView, find_clip, key_of, list_clips

router = APIRouter(tags=["songs"])

PER_PAGE, MOST_PER_PAGE = 20, 100
HIDDEN_FILES = ("peaks", "vox-")  # kinds that begin so are no forms of the whole song


class SongList(BaseModel):
    """A page of songs; `next_cursor` is null on the last one."""

    code: Literal[200]
    message: str
    data: list[Clip]
    next_cursor: str | None


class SongFacts(BaseModel):
    """A song with its facts."""

    code: Literal[200]
    message: str
    data: dict[str, Any]


class Ancestor(BaseModel):
    """One clip of a history."""

    clip_id: str
    operation: str
    title: str
    sources: list[str]


class History(BaseModel):
    """The clip itself, and everything that it was made from."""

    code: Literal[200]
    message: str
    data: list[Ancestor]


@router.get(
    "/songs", response_model=SongList, responses={400: {"model": Error}, 401: {"model": Error}}, summary="List your songs"
)
async def songs(
    request: Request,
    owner: Owner,
    limit: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = PER_PAGE,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    state: Literal["succeeded", "running", "pending", "failed", "all"] = "succeeded",
) -> JSONResponse:
    """Newest first, finished ones unless `state` asks for others. Pass `next_cursor` as `cursor` for the next page."""
    try:
        page, following = await run_in_threadpool(_list, request.app.state.database, owner, state, limit, cursor)
    except ValueError as error:
        raise Invalid(f"cursor: {error}") from None
    return JSONResponse({"code": 200, "message": "success", "data": [clip_of(each) for each in page], "next_cursor": following})


@router.get(
    "/songs/{clip_id}", response_model=SongFacts, responses={401: {"model": Error}, 404: {"model": Error}}, summary="Get a song"
)
async def song(clip_id: str, request: Request, owner: Owner) -> JSONResponse:
    """The clip with `facts` (tempo, key, metre, sections, words with their times, credits …), `peaks` and `files`."""
    data = await run_in_threadpool(_song, request.app.state.database, request.app.state.blobs, owner, clip_id)
    return JSONResponse({"code": 200, "message": "success", "data": data})


@router.get(
    "/songs/{clip_id}/history",
    response_model=History,
    responses={401: {"model": Error}, 404: {"model": Error}},
    summary="Get a song's history",
)
async def song_history(clip_id: str, request: Request, owner: Owner) -> JSONResponse:
    """What the clip was made from and by which operation, and what that was made from, nearest first."""
    data = await run_in_threadpool(_history, request.app.state.database, owner, clip_id)
    return JSONResponse({"code": 200, "message": "success", "data": data})


def _history(database: sa.Engine, owner: str, clip_id: str) -> list[dict[str, Any]]:
    with database.connect() as connection:
        if find_clip(connection, owner, clip_id) is None:
            raise UnknownSong("song not found")
        return [{**asdict(each), "sources": list(each.sources)} for each in history(connection, clip_id)]


def _list(
    database: sa.Engine, owner: str, state: str, limit: int, cursor: str | None
) -> tuple[tuple[ClipView, ...], str | None]:
    with database.connect() as connection:
        return list_clips(connection, owner, state, limit, cursor)


def _song(database: sa.Engine, blobs: Blobs, owner: str, clip_id: str) -> dict[str, Any]:
    with database.connect() as connection:
        found = find_clip(connection, owner, clip_id)
        if found is None:
            raise UnknownSong("song not found")
        keys = {kind: key_of(connection, clip_id, kind) for kind in ("json", "peaks")}
    facts, peaks = (_json(blobs, key) for key in keys.values())
    links = {**found.on_demand, **found.links}
    files = {kind: {"url": url} for kind, url in links.items() if not kind.startswith(HIDDEN_FILES)}
    return {**clip_of(found), "facts": facts, "peaks": peaks, "files": files}


def _json(blobs: Blobs, key: str | None) -> Any:
    text = None if key is None else blobs.get_text(key)
    return None if text is None else json.loads(text)
