"""Lyrics generation: two candidates for a description, at once."""

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
from troubadour_server.request.errors import Invalid
from troubadour_server.request.limits import LYRICS_DESCRIPTION
from troubadour_server.request.shapes import LyricsBody, LyricsDone, as_schema, read_as
from troubadour_server.request.sonic import DRAWN_SEEDS, ERRORS
from troubadour_server.settings import Settings

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
    state = request.app.state
    given = read_as(LyricsBody, await read_json(request, state.settings.body_limit_bytes))
    if not given.description.strip():
        raise Invalid("description is required")
    if len(given.description) > LYRICS_DESCRIPTION:
        raise Invalid(f"description has {len(given.description)} characters; it must have fewer than {LYRICS_DESCRIPTION + 1}")
    await run_in_threadpool(_pay, state.database, state.settings, owner, None)
    seed = secrets.randbelow(DRAWN_SEEDS) if given.seed is None else given.seed
    results = await state.reader.lyrics(given.description, seed, CANDIDATES)
    await run_in_threadpool(_pay, state.database, state.settings, owner, f"lyrics-{uuid.uuid4()}")
    return JSONResponse({"code": 200, "message": "success", "results": results})


def _pay(database: sa.Engine, settings: Settings, owner: str, reference: str | None) -> None:
    """Charges the call; without a reference, only looks whether it could be paid."""
    with database.begin() as connection:
        if reference is None:
            check(connection, owner, settings.price(ITEM), PRICES[ITEM].pool)
        else:
            charge(connection, owner, reference, ITEM, settings.price(ITEM), PRICES[ITEM].pool)
