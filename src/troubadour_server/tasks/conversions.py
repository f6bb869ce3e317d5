"""Files on demand: every form of a finished song is made once, in a child process, and kept.

Whoever asks for a file that is being made waits for it, in this process or another one: the row of `making` says whose it is,
and is renewed for as long as its holder lives. Work goes on when the one who asked has gone. Facts of the score come from a
child of their own, so that they need not wait for a video.
"""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from fastapi.concurrency import run_in_threadpool

from troubadour_server.request.errors import Busy, UnknownSong
from troubadour_server.settings import Settings
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.conversions import LEASE, Convertible, claim, let_go, made, put, renew
from troubadour_server.storage.songs import SOUNDS, FileView
from troubadour_server.tasks.child import Child, ChildDied

T = TypeVar("T")

CONVERTER = (sys.executable, "-m", "troubadour_server.tasks.converter")
VOX = "vox-"  # and its milliseconds: a kind of file
SCORE, ANALYSIS = "stages/score.json", "analysis.json"  # what a song of ours has, and a recording that was brought here
HEARD = ("bpm", "notes", "mid", "vox window")  # what is told of a recording too
LOOK_EVERY_S = 0.2
MOST_WAITING = 100
TRIES = 2  # a child that died under one file is started again for a second try
GONE = "what this song was made from is no longer here, or was never written: this form of it cannot be made"


class Conversions:
    """The makers of one API process."""

    def __init__(self, settings: Settings, database: sa.Engine, blobs: Blobs, command: Sequence[str] = CONVERTER) -> None:
        self._settings, self._database, self._blobs = settings, database, blobs
        self._sheets, self._sounds = (Child(role, settings.environment(), command) for role in ("sheets", "sounds"))
        self._making: dict[tuple[str, str], asyncio.Task[FileView]] = {}

    async def file(self, song: Convertible, kind: str) -> FileView:
        """A song's file of this kind, made if it is not there. Raises UnknownSong when its source is gone, Busy, and what
        the musician refuses."""
        return await self._once(song, kind, {"do": "file", "kind": kind, "stem": song.stem, "sound": song.sound})

    async def vox(self, song: Convertible, start_s: float, end_s: float) -> str:
        """Cuts a window of the lead voice out; the kind of file as which it is kept."""
        kind = f"{VOX}{round(1000 * start_s)}-{round(1000 * end_s)}"
        await self._once(song, kind, {"do": "vox", "start_s": start_s, "end_s": end_s})
        return kind

    async def sheet(self, song: Convertible, what: str, **more: Any) -> dict[str, Any]:
        """A fact of the score. Raises UnknownSong when there is none."""
        await self._check_source(song, ANALYSIS if what in HEARD else SCORE)
        return await self._ask(self._sheets, {"do": what, **self._told(song), **more}, self._settings.read_timeout_s)

    async def alignment(self, song: Convertible, lyrics: str) -> dict[str, Any]:
        """When each word is sung; `lyrics` are looked for in a recording. Raises UnknownSong and what the musician refuses."""
        if await run_in_threadpool(self._blobs.has, f"{song.folder}/{SCORE}"):
            return await self.sheet(song, "alignment")
        await self._check_source(song, ANALYSIS)
        order = {"do": "alignment", "lyrics": lyrics, **self._told(song)}
        return await self._ask(self._sounds, order, self._settings.convert_timeout_s)

    async def upsampled(self, tags: str) -> dict[str, Any]:
        """Style words at length."""
        return await self._ask(self._sheets, {"do": "tags", "tags": tags}, self._settings.read_timeout_s)

    async def close(self) -> None:
        """Ends the children and what they were at."""
        for task in list(self._making.values()):
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        await self._sheets.kill()
        await self._sounds.kill()

    async def _once(self, song: Convertible, kind: str, order: dict[str, Any]) -> FileView:
        place = (song.id, kind)
        if place not in self._making:
            there = await self._in_database(partial(made, clip_id=song.id, kind=kind))
            if there is not None:
                return there
        if place not in self._making:  # nobody began while the database was asked
            if len(self._making) >= MOST_WAITING:
                raise Busy(f"{MOST_WAITING} files are being made; try again in a minute")
            task = asyncio.create_task(self._made_or_waited_for(song, kind, order))
            task.add_done_callback(lambda done: self._making.pop(place, None))
            self._making[place] = task
        return await asyncio.shield(self._making[place])

    async def _made_or_waited_for(self, song: Convertible, kind: str, order: dict[str, Any]) -> FileView:
        holder = str(uuid.uuid4())
        while True:
            there = await self._in_database(partial(made, clip_id=song.id, kind=kind))
            if there is not None:
                return there
            if await self._in_database(partial(claim, clip_id=song.id, kind=kind, holder=holder)):
                try:
                    await self._make(song, kind, order, holder)
                finally:
                    await self._in_database(partial(let_go, clip_id=song.id, kind=kind, holder=holder))
            else:
                await asyncio.sleep(LOOK_EVERY_S)

    async def _make(self, song: Convertible, kind: str, order: dict[str, Any], holder: str) -> None:
        """Makes a file that this process holds. It may have been finished between the look and the claim."""
        if await self._in_database(partial(made, clip_id=song.id, kind=kind)) is not None:
            return
        if not (kind in SOUNDS and song.sound):
            await self._check_source(song, ANALYSIS if kind in HEARD or kind.startswith(VOX) else SCORE)
        keeper = asyncio.create_task(self._keep_holding(song.id, kind, holder))
        try:
            told = await self._ask(self._sounds, {**self._told(song), **order}, self._settings.convert_timeout_s)
        finally:
            keeper.cancel()
        row = {name: told[name] for name in ("key", "name", "content_type", "bytes", "sha256")}
        await self._in_database(partial(put, clip_id=song.id, kind=kind, stored=row))

    async def _keep_holding(self, clip_id: str, kind: str, holder: str) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            await self._in_database(partial(renew, clip_id=clip_id, kind=kind, holder=holder))

    async def _check_source(self, song: Convertible, also: str) -> None:
        for name in (SCORE, also):
            if await run_in_threadpool(self._blobs.has, f"{song.folder}/{name}"):
                return
        raise UnknownSong(GONE)

    async def _ask(self, child: Child, order: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        for left in reversed(range(TRIES)):
            try:
                return await child.ask(order, timeout_s)
            except ChildDied as error:
                if not left:
                    raise Busy("the maker of files ended in the middle of it; try again") from error
            except TimeoutError as error:
                raise Busy(f"making this took longer than {timeout_s:g} s") from error
        raise AssertionError

    def _told(self, song: Convertible) -> dict[str, Any]:
        scratch = self._settings.data / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        return {
            "storage": self._settings.storage,
            "folder": song.folder,
            "request": song.request,
            "scratch": str(scratch.resolve()),
        }

    async def _in_database(self, work: Callable[..., T]) -> T:
        def done() -> T:
            with self._database.begin() as connection:
                return work(connection)

        return await run_in_threadpool(done)
