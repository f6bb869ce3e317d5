"""The service about itself: whether it works, and who sings."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from troubadour_server.request.access import Owner
from troubadour_server.request.errors import Busy
from troubadour_server.request.shapes import Error
from troubadour_server.tasks.lease import Watch, read_beats

router = APIRouter(tags=["service"])
api = APIRouter(tags=["service"])

LOOK_EVERY_S = 0.5


class Health(BaseModel):
    """Requests are accepted and a worker is alive."""

    status: Literal["ok"]


class Listed(BaseModel):
    """A list of objects with `id` and `name`."""

    code: Literal[200]
    message: str
    data: list[dict[str, Any]]


@router.head("/health", include_in_schema=False)
@router.get("/health", response_model=Health, responses={503: {"model": Error}}, summary="Is it working?")
async def health(request: Request) -> JSONResponse:
    """200 once requests are accepted and a worker is alive; 503 before, and when no worker is."""
    if not request.app.state.watch.any_alive():
        raise Busy("no worker is alive; songs are accepted and wait")
    return JSONResponse({"status": "ok"})


@api.get("/voices", response_model=Listed, responses={401: {"model": Error}}, summary="List the singers")
async def voices(owner: Owner) -> JSONResponse:
    """The singers, with range, character, licence."""
    data = await run_in_threadpool(_voices)
    return JSONResponse({"code": 200, "message": "success", "data": data})


def _voices() -> list[dict[str, Any]]:
    from troubadour.stems.sing.voices import VOICES

    return [voice.shown() for voice in VOICES.values()]


async def keep_watching(app: FastAPI) -> None:
    """Looks at the workers' leases for as long as the application runs."""
    while True:
        try:
            app.state.watch.look(await run_in_threadpool(_beats, app.state.database))
        except sa.exc.SQLAlchemyError:
            app.state.watch = Watch(app.state.settings.lease_s)
        await asyncio.sleep(LOOK_EVERY_S)


def _beats(database: sa.Engine) -> dict[str, int]:
    with database.connect() as connection:
        return read_beats(connection)
