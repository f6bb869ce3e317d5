"""Lyrics generation: two candidates for a description, at once; by its older name as a task."""

from __future__ import annotations

import secrets
import uuid

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from troubadour_server.billing.ledger import charge, check
from troubadour_server.billing.prices import PRICES
from troubadour_server.request.access import Owner
from troubadour_server.request.body import read_json
from troubadour_server.request.errors import Invalid, UnknownTask
from troubadour_server.request.family import ERRORS
from troubadour_server.request.forms import WordsBody, WordsDone, WordsSubmitted, described
from troubadour_server.request.limits import LYRICS_DESCRIPTION
from troubadour_server.request.orders import DRAWN_SEEDS
from troubadour_server.request.shapes import LyricsBody, LyricsDone, as_schema, read_as
from troubadour_server.settings import Settings
from troubadour_server.storage.database import now, words

router = APIRouter(tags=["lyrics"])

CANDIDATES = 2
ITEM = "lyrics"
EXAMPLE = {"description": "a lighthouse keeper who writes to the moon"}


@router.post(
    "/sonic/lyrics",
    response_model=LyricsDone,
    responses=ERRORS,
    summary="Write lyrics",
    openapi_extra=as_schema(LyricsBody, EXAMPLE),
)
async def lyrics(request: Request, owner: Owner) -> JSONResponse:
    """Two clearly different candidates. Costs 10 lyrics credits, charged when they are written."""
    given = read_as(LyricsBody, await read_json(request, request.app.state.settings.body_limit_bytes))
    results = await written(request, owner, "description", given.description, given.seed)
    return JSONResponse({"code": 200, "message": "success", "results": results})


@router.post(
    "/suno/make-lyrics",
    response_model=WordsSubmitted,
    responses=ERRORS,
    summary="Write lyrics as a task",
    openapi_extra=described(WordsBody),
)
async def make_lyrics(request: Request, owner: Owner) -> JSONResponse:
    """The same words under an older name: the answer is a task's id, the words come from `get-lyrics`. 10 lyrics credits."""
    given = read_as(WordsBody, await read_json(request, request.app.state.settings.body_limit_bytes))
    results = await written(request, owner, "prompt", given.prompt, None)
    task_id = await run_in_threadpool(keep_words, request.app.state.database, owner, results)
    return JSONResponse({"code": 200, "message": "success", "data": {"task_id": task_id}})


@router.get("/suno/get-lyrics/{task_id}", response_model=WordsDone, responses=ERRORS, summary="Get lyrics")
async def get_lyrics(task_id: str, request: Request, owner: Owner) -> JSONResponse:
    """The words that a task wrote: the first candidate, and both. Free, as often as you like."""
    results = await run_in_threadpool(kept_words, request.app.state.database, owner, task_id)
    first = {"title": results[0]["title"], "text": results[0]["lyrics"]}
    data = {"task_id": task_id, "status": "complete", **first, "results": results}
    return JSONResponse({"code": 200, "message": "success", "data": data})


@router.get("/suno/get-lyrics", include_in_schema=False)
@router.get("/suno/get-lyrics/", include_in_schema=False)
async def no_task_id(owner: Owner) -> JSONResponse:
    """The id was forgotten."""
    raise Invalid("the task id is missing: GET /api/v1/suno/get-lyrics/{task_id}")


async def written(
    request: Request, owner: str, field: str, description: str, seed: int | None, item: str = ITEM
) -> list[dict[str, str]]:
    """Both candidates, charged when they are written."""
    state = request.app.state
    if not description.strip():
        raise Invalid(f"{field} is required")
    if len(description) > LYRICS_DESCRIPTION:
        raise Invalid(f"{field} has {len(description)} characters; it must have fewer than {LYRICS_DESCRIPTION + 1}")
    await run_in_threadpool(_pay, state.database, state.settings, owner, item, None)
    drawn = secrets.randbelow(DRAWN_SEEDS) if seed is None else seed
    results: list[dict[str, str]] = await state.reader.lyrics(description, drawn, CANDIDATES)
    if state.author is not None:
        results = [await state.author.words(description, own, drawn + take) for take, own in enumerate(results)]
    await run_in_threadpool(_pay, state.database, state.settings, owner, item, f"lyrics-{uuid.uuid4()}")
    return results


def keep_words(database: sa.Engine, owner: str, results: list[dict[str, str]]) -> str:
    """Puts words away under a new task's id."""
    task_id = str(uuid.uuid4())
    with database.begin() as connection:
        connection.execute(words.insert().values(id=task_id, account_id=owner, results=results, created_at=now()))
    return task_id


def kept_words(database: sa.Engine, owner: str, task_id: str) -> list[dict[str, str]]:
    """The words of a task of this account. Raises UnknownTask."""
    wanted = sa.select(words.c.results).where(words.c.id == task_id, words.c.account_id == owner)
    with database.connect() as connection:
        found: list[dict[str, str]] | None = connection.execute(wanted).scalar()
    if found is None:
        raise UnknownTask("task not found")
    return found


def _pay(database: sa.Engine, settings: Settings, owner: str, item: str, reference: str | None) -> None:
    """Charges the call; without a reference, only looks whether it could be paid."""
    with database.begin() as connection:
        if reference is None:
            check(connection, owner, settings.price(item), PRICES[item].pool)
        else:
            charge(connection, owner, reference, item, settings.price(item), PRICES[item].pool)
