"""Where a worker makes clips: the workflow's steps, and the warm child that renders.

Each step may run again after a crash: `begin` and `finish` then do nothing new, and `make` goes on from the stages that were
saved. A clip that cannot be made ends with an error and is refunded; only a broken database makes a step raise.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dbos import DBOS

from troubadour.errors import Refused, TroubadourError
from troubadour_server.settings import Settings
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.database import clip, task
from troubadour_server.storage.lineage import sources_for, sources_of
from troubadour_server.storage.pieces import KEPT_S, remove_pieces
from troubadour_server.tasks.child import Child, ChildDied, ChildFailed
from troubadour_server.tasks.engine import ATTEMPTS, WORKFLOW
from troubadour_server.tasks.finish import Outcome, begin, finish, playable, report
from troubadour_server.tasks.order import VOICE
from troubadour_server.tasks.outside import Unreachable
from troubadour_server.tasks.states import FAILURE, TIMEOUT
from troubadour_server.tasks.uploads import UPLOAD, Intake, upload_of

FORMATS_OF = {
    "nuro": ("wav",),
    "riffusion": ("json",),
    "producer": ("m4a", "json"),
}  # what a family's answers link to, besides every song's MP3
DEATHS = 3  # how often a clip may take its rendering process with it
RETRIES, RETRY_AFTER_S = 8, 0.5
INTERNAL = "the song could not be made because of an internal error; your credits were returned"


class Workshop:
    """What a worker needs to make a clip."""

    def __init__(self, settings: Settings, database: sa.Engine, child: Child) -> None:
        self._settings, self._database, self._child = settings, database, child
        self._blobs = Blobs(settings.storage)
        self._intake = Intake(settings, database, self._blobs)
        self._loop = asyncio.new_event_loop()
        self._reporter = ThreadPoolExecutor(1, thread_name_prefix="progress")

    def open(self) -> None:
        """Starts the thread that talks to the child, and the child itself, so that it is warm when the first clip comes."""
        threading.Thread(target=self._loop.run_forever, daemon=True, name="child").start()
        asyncio.run_coroutine_threadsafe(self._child.warm(), self._loop)

    async def make(self, clip_id: str) -> Outcome:
        """Makes a clip in the child process; its failure is an outcome too."""
        try:
            return await self._made(clip_id)
        finally:
            self._loop.call_soon_threadsafe(self._loop.call_later, KEPT_S, self._sweep, clip_id)

    def _sweep(self, clip_id: str) -> None:
        self._reporter.submit(remove_pieces, self._blobs, clip_id)

    async def _made(self, clip_id: str) -> Outcome:
        order = await asyncio.to_thread(self._order, clip_id)
        try:
            if order["operation"] in (UPLOAD, VOICE):
                return Outcome(facts=await self._take_in(clip_id, order))
            return Outcome(facts=await self._patiently(clip_id, order))
        except (Refused, Unreachable) as error:
            return Outcome(error_type=FAILURE, error_message=str(error))
        except TimeoutError:
            limit = f"{self._settings.song_timeout_s:g}"
            return Outcome(error_type=TIMEOUT, error_message=f"the song took longer than {limit} s; your credits were returned")
        except (ChildDied, ChildFailed, TroubadourError) as error:
            print(f"troubadour: clip {clip_id} failed: {error}", flush=True)
            return Outcome(error_type=FAILURE, error_message=str(error) if isinstance(error, TroubadourError) else INTERNAL)

    async def _take_in(self, clip_id: str, order: dict[str, Any]) -> dict[str, Any]:
        """A recording's facts; of a voice also its singer and taste."""
        upload = upload_of(order["command"])
        taken = self._intake.take(upload, order["folder"], order["base_url"], spoken=order["operation"] == VOICE)
        facts = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(taken, self._loop))
        if order["operation"] != VOICE:
            return facts
        heard = await self._patiently(clip_id, {**order, "do": "taste", "sources": [order["folder"]], "styles": ""})
        return {**facts, **heard, "title": upload.name or facts["title"]}

    async def _patiently(self, clip_id: str, order: dict[str, Any]) -> dict[str, Any]:
        for _ in range(DEATHS - 1):
            try:
                return await self._ask(clip_id, order)
            except ChildDied as error:
                print(f"troubadour: clip {clip_id}: {error}; it is tried again", flush=True)
        return await self._ask(clip_id, order)

    async def _ask(self, clip_id: str, order: dict[str, Any]) -> dict[str, Any]:
        def hear(event: dict[str, Any]) -> None:
            self._reporter.submit(self._report, clip_id, event)

        asked = self._child.ask(order, self._settings.song_timeout_s, hear)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asked, self._loop))

    def _report(self, clip_id: str, event: dict[str, Any]) -> None:
        if "playable" in event:
            playable(self._database, clip_id, event["playable"])
            return
        with suppress(sa.exc.OperationalError):  # progress is told again soon
            report(self._database, clip_id, event["stage"], event["done"])

    def _order(self, clip_id: str) -> dict[str, Any]:
        with self._database.connect() as connection:
            wanted = sa.select(clip.c.task_id, clip.c.request, clip.c.operation, clip.c.joined, task.c.base_url, task.c.family)
            row = connection.execute(wanted.join(task, task.c.id == clip.c.task_id).where(clip.c.id == clip_id)).one()
            sources = sources_for(connection, row.operation, sources_of(connection, clip_id))
        scratch = self._settings.data / "scratch"
        Path(scratch).mkdir(parents=True, exist_ok=True)
        return {
            "do": "song",
            "operation": row.operation,
            "base_url": row.base_url,
            "clip_id": clip_id,
            "command": row.request,
            "sources": list(sources.folders),
            "at_s": list(sources.at_s),
            "joined": row.joined,
            "storage": self._settings.storage,
            "folder": f"songs/{row.task_id}/{clip_id}",
            "formats": list(dict.fromkeys((*self._settings.song_formats, *FORMATS_OF.get(row.family, ())))),
            "scratch": str(scratch.resolve()),
        }


def register(shop: Workshop, database: sa.Engine) -> None:
    """Registers the workflow of a clip with the engine, once for each process."""

    @DBOS.step(name="begin", retries_allowed=True, max_attempts=RETRIES, interval_seconds=RETRY_AFTER_S)
    async def begin_step(clip_id: str) -> None:
        await asyncio.to_thread(begin, database, clip_id)

    @DBOS.step(name="make", preemptible=True)
    async def make_step(clip_id: str) -> dict[str, Any]:
        return asdict(await shop.make(clip_id))

    @DBOS.step(name="finish", retries_allowed=True, max_attempts=RETRIES, interval_seconds=RETRY_AFTER_S)
    async def finish_step(clip_id: str, outcome: dict[str, Any]) -> None:
        await asyncio.to_thread(finish, database, clip_id, Outcome(**outcome))

    @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=ATTEMPTS)
    async def render_clip(clip_id: str) -> None:
        await begin_step(clip_id)
        await finish_step(clip_id, await make_step(clip_id))
