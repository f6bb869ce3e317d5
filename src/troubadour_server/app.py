"""The application: wiring only. `python -m troubadour_server.app --socket FD` is the API process that `serve` keeps running."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import uvicorn
from fastapi import FastAPI

from troubadour_server import web
from troubadour_server.reference import site as reference
from troubadour_server.request import (
    access,
    account,
    brought,
    downloads,
    errors,
    files,
    lyrics,
    nuro,
    personas,
    producer,
    riffusion,
    service,
    sharing,
    songs,
    sonic,
    studio,
    uploads,
    webhooks,
)
from troubadour_server.request.edge import Edge
from troubadour_server.settings import Settings, load
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.database import connect
from troubadour_server.storage.songs import is_alive
from troubadour_server.tasks import engine as task_engine
from troubadour_server.tasks.child import RENDERER, Child
from troubadour_server.tasks.conversions import CONVERTER, Conversions
from troubadour_server.tasks.lease import Watch
from troubadour_server.tasks.process import ignore_interrupts
from troubadour_server.tasks.reading import Reader
from troubadour_server.tasks.streams import Streams
from troubadour_server.tasks.uploads import Intake

PREFIX = "/api/v1"
FAMILIES = (
    sonic.router,
    personas.router,
    uploads.router,
    brought.router,
    downloads.router,
    sharing.router,
    riffusion.router,
    producer.router,
    studio.router,
    nuro.router,
    lyrics.router,
    account.router,
    songs.router,
    webhooks.router,
    service.api,
)
GRACE_S = 3
ABOUT = """A self-hosted music-generation server: it composes, plays and sings the words you send.

Send `Authorization: Bearer <API key>` with every call. A create answers with a `task_id`; poll the task until it answers 200.
Every error has `error`, `message`, `type` and `code`; every answer has an `x-request-id`."""


def create_app(settings: Settings, renderer: Sequence[str] = RENDERER, converter: Sequence[str] = CONVERTER) -> FastAPI:
    """The application on a database that has been prepared. `renderer` and `converter` are the commands of its children: the
    one that reads requests, and those that make files."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        child = Child("read", settings.environment(), renderer)
        app.state.reader = Reader(child, settings.read_timeout_s)
        chores = [asyncio.create_task(service.keep_watching(app)), asyncio.create_task(child.warm())]
        yield
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
        await child.kill()
        await app.state.streams.close()
        await app.state.conversions.close()
        app.state.database.dispose()

    app = FastAPI(
        title="Troubadour", description=ABOUT, version="1", lifespan=life, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    app.state.settings = settings
    app.state.author = _author(settings)
    app.state.database = connect(settings.database, pool_size=10)
    app.state.dbos = task_engine.client(app.state.database)
    app.state.blobs = Blobs(settings.storage)
    app.state.conversions = Conversions(settings, app.state.database, app.state.blobs, converter)
    app.state.streams = Streams(app.state.blobs, partial(is_alive, app.state.database))
    app.state.intake = Intake(settings, app.state.database, app.state.blobs)
    app.state.watch = Watch(settings.lease_s)
    errors.install(app)
    access.install(app)
    app.add_middleware(Edge)
    for family in FAMILIES:
        app.include_router(family, prefix=PREFIX)
    app.include_router(files.router)
    app.include_router(sharing.pages)
    app.include_router(service.router)
    web.mount(app)
    reference.mount(app, FAMILIES, PREFIX)
    return app


def _author(settings: Settings) -> Any:
    """The endpoint that writes words, if one is configured; its module brings the musician's dictionary with it."""
    if not settings.lyrics_url:
        return None
    from troubadour_server.request.author import author

    return author(settings)


def main() -> None:
    """Serves on the socket that the supervisor opened, until it is told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket", type=int, required=True)
    listening = socket.socket(fileno=parser.parse_args().socket)
    config = uvicorn.Config(
        create_app(load()), log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_S, server_header=False
    )
    server = uvicorn.Server(config)
    server.run(sockets=[listening])
    os._exit(0)


if __name__ == "__main__":
    ignore_interrupts()
    main()
