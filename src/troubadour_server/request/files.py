"""Songs' files by unguessable links, without a key: ranges, HEAD, ETag; the same for a folder and an object store.

The link of a song that is being made gives its sound as it grows, to its end; once the song is finished, its file. A link to
a form of a finished song that has not been made yet makes it, once, when it is called.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from troubadour_server.request.errors import refusal
from troubadour_server.storage.blobs import content_type
from troubadour_server.storage.conversions import Convertible, find_convertible
from troubadour_server.storage.database import clip
from troubadour_server.storage.songs import MADE_ON_DEMAND, STREAM_TYPE, FileView, find_file, find_stream
from troubadour_server.tasks.states import SUCCEEDED

router = APIRouter(tags=["files"])

COMMON = {  # headers of every file
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)


@router.api_route("/files/{token}/{name}", methods=["GET", "HEAD"], include_in_schema=False)
async def get_file(token: str, name: str, request: Request) -> Response:
    """A file, or the part of it that the `Range` header asks for."""
    found = await run_in_threadpool(_find, request.app.state.database, token, name)
    if found is None and (growing := await run_in_threadpool(_growing, request.app.state.database, token, name)) is not None:
        return _streamed(request, growing, name)
    if found is None:
        song, kind = await run_in_threadpool(_makeable, request.app.state.database, token, name)
        if request.method == "HEAD":
            return _promised(name)
        found = await request.app.state.conversions.file(song, kind)
    headers = headers_of(found, name)
    if unchanged(request.headers, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    try:
        part = asked_part(request.headers, found, headers["ETag"])
    except ValueError:
        return refusal(
            416,
            "range_not_satisfiable",
            f"the file has {found.bytes} bytes",
            headers={"Content-Range": f"bytes */{found.bytes}"},
        )
    start, end = part or (0, found.bytes)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{found.bytes}"
    headers["Content-Length"] = str(end - start)
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=found.content_type)
    stream = request.app.state.blobs.stream(found.key, start, end)
    return StreamingResponse(stream, status_code=status, headers=headers, media_type=found.content_type)


def _growing(database: sa.Engine, token: str, name: str) -> str | None:
    with database.connect() as connection:
        return find_stream(connection, token, name)


def _streamed(request: Request, clip_id: str, name: str) -> Response:
    """A song to its end, while it is made: of no length yet, in no parts, not to be kept."""
    headers = {**COMMON, "Cache-Control": "no-store", "Accept-Ranges": "none", "Content-Disposition": disposition(name)}
    if request.method == "HEAD":
        return _unmeasured(Response(headers=headers, media_type=STREAM_TYPE))
    return StreamingResponse(request.app.state.streams.follow(clip_id), headers=headers, media_type=STREAM_TYPE)


def _makeable(database: sa.Engine, token: str, name: str) -> tuple[Convertible, str]:
    """The finished song whose file would have this link, and in which format. Raises a 404."""
    with database.connect() as connection:
        song = find_convertible(connection, clip.c.token == token, clip.c.state == SUCCEEDED)
    if song is not None:
        kind = next((kind for kind, ending in MADE_ON_DEMAND.items() if name == song.stem + ending), None)
        if kind is not None:
            return song, kind
    raise HTTPException(404, "no such file")


def _promised(name: str) -> Response:
    """What HEAD is told about a file that a GET would make: everything but its length."""
    return _unmeasured(
        Response(media_type=content_type(name), headers={"Accept-Ranges": "bytes", "Access-Control-Allow-Origin": "*"})
    )


def _unmeasured(answer: Response) -> Response:
    del answer.headers["content-length"]
    return answer


def headers_of(found: FileView, name: str) -> dict[str, str]:
    """What every answer for a file carries. A link always names the same bytes."""
    return {
        "Accept-Ranges": "bytes",
        "ETag": f'"{found.sha256[:32]}"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Disposition": disposition(name),
        **COMMON,
    }


def disposition(name: str) -> str:
    """What a browser calls the file when it keeps it."""
    return f"inline; filename*=UTF-8''{quote(name)}"


def unchanged(headers: Mapping[str, str], etag: str) -> bool:
    """The client has these bytes already."""
    known = [each.strip().removeprefix("W/") for each in headers.get("if-none-match", "").split(",")]
    return etag in known or known == ["*"]


def asked_part(headers: Mapping[str, str], found: FileView, etag: str) -> tuple[int, int] | None:
    """The asked bytes as (start, end); None for the whole. Raises ValueError when the file has none of them.

    Several ranges at once, and units other than bytes, are answered with the whole file, as RFC 9110 allows.
    """
    asked = RANGE.fullmatch(headers.get("range", "").strip())
    if asked is None or headers.get("if-range", etag) != etag:
        return None
    first, last = asked.groups()
    if not first and not last:
        return None
    if not first:
        start, end = max(0, found.bytes - int(last)), found.bytes
    else:
        start, end = int(first), min(int(last) + 1 if last else found.bytes, found.bytes)
        if last and int(last) < start:
            return None
    if start >= end:
        raise ValueError("none of these bytes exist")
    return start, end


def _find(database: sa.Engine, token: str, name: str) -> FileView | None:
    with database.connect() as connection:
        return find_file(connection, token, name)
