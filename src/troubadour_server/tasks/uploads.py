"""Takes in recordings: from a URL, from this server's own files, or as they were sent; each read in a child process of its own.

At once (the caller waits; the task is written when everything is done, and only then charged), or as a task like any other
(with a callback): then a worker does it, and its clip ends as songs' clips do. Either way a recording is a clip whose operation
is `upload`; its folder holds the sound as FLAC and `analysis.json`.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa

from troubadour import codec
from troubadour.errors import BadAudio, BadRequest
from troubadour_server.billing.ledger import charge
from troubadour_server.billing.prices import PRICES
from troubadour_server.request.errors import Busy
from troubadour_server.settings import Settings
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.database import clip, file, insert_or_ignore, now, task
from troubadour_server.storage.songs import STREAM
from troubadour_server.tasks.child import Child, ChildDied, ChildFailed
from troubadour_server.tasks.fetch import fetch, name_in
from troubadour_server.tasks.order import Upload
from troubadour_server.tasks.outside import Resolve, Unreachable, looked_up
from troubadour_server.tasks.recording import ROLE, TOO_MUCH
from troubadour_server.tasks.states import SUCCEEDED

UPLOAD = "upload"  # the operation, and the row of the price table
DECODER = (sys.executable, "-m", "troubadour_server.tasks.decode")
AT_ONCE, MOST_WAITING = 2, 16
SENT = "sent"  # what was sent with the request and waits for a worker


def folder_for(task_id: str, clip_id: str) -> str:
    """Where a clip's files lie."""
    return f"songs/{task_id}/{clip_id}"


class Intake:
    """Reads recordings, a few at once."""

    def __init__(
        self,
        settings: Settings,
        database: sa.Engine,
        blobs: Blobs,
        decoder: Sequence[str] = DECODER,
        resolve: Resolve = looked_up,
    ) -> None:
        self._settings, self._database, self._blobs = settings, database, blobs
        self._decoder, self._resolve = decoder, resolve
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    def scratch(self) -> Path:
        """Where files lie while they are worked on."""
        place = (self._settings.data / "scratch").resolve()
        place.mkdir(parents=True, exist_ok=True)
        return place

    async def take(
        self, upload: Upload, folder: str, base_url: str, sent: Path | None = None, spoken: bool = False
    ) -> dict[str, Any]:
        """Brings a recording here and reads it; what the service must know of the clip, its files put away under `folder`.

        `spoken`: speech will do as well as music. Raises Unreachable, BadAudio, and Busy when too many wait.
        """
        async with self._turn():
            with tempfile.TemporaryDirectory(dir=self.scratch(), prefix="intake-") as place:
                here, name = sent or Path(place) / "recording", upload.name
                if sent is None:
                    name = await self._bring(upload, here, base_url) or name
                facts = await self._read(here, name, folder, spoken)
        if upload.kept:
            await asyncio.to_thread(self._blobs.remove, upload.kept)
        return facts

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= MOST_WAITING:
            raise Busy(f"{self._waiting} recordings are being read; try again in a few seconds")
        self._waiting += 1
        try:
            async with self._turns:
                yield
        finally:
            self._waiting -= 1

    async def _bring(self, upload: Upload, here: Path, base_url: str) -> str:
        if upload.kept:
            try:
                await asyncio.to_thread(self._blobs.get_file, upload.kept, here)
            except FileNotFoundError:
                raise Unreachable("the recording that was sent is no longer here: send it again") from None
            return upload.name
        own = await asyncio.to_thread(own_file, self._database, upload.url, (base_url, self._settings.public_url))
        if own is not None:
            await asyncio.to_thread(self._blobs.get_file, own, here)
            return name_in(upload.url)
        limits = (self._settings.upload_limit_bytes, self._settings.upload_timeout_s, self._settings.allow_private_urls)
        return await fetch(upload.url, here, *limits, resolve=self._resolve)

    async def _read(self, here: Path, name: str, folder: str, spoken: bool) -> dict[str, Any]:
        about = {"path": str(here), "name": name, "spoken": spoken}
        order = {"do": ROLE, **about, "storage": self._settings.storage, "folder": folder}
        child = Child(ROLE, self._settings.environment(), self._decoder)
        try:
            return await child.ask({**order, "scratch": str(self.scratch())}, self._settings.upload_timeout_s)
        except TimeoutError:
            raise BadAudio(f"reading the recording took longer than {self._settings.upload_timeout_s:g} s") from None
        except ChildDied:
            raise BadAudio(TOO_MUCH) from None
        except ChildFailed as error:
            print(f"troubadour: an upload failed: {error}", flush=True)
            raise BadAudio("the recording cannot be read because of an internal error") from None
        finally:
            await child.kill()


def own_file(database: sa.Engine, url: str, bases: Iterable[str]) -> str | None:
    """Where the file behind one of this server's own links lies; None for every other URL."""
    parts = urlsplit(url)
    steps = unquote(parts.path).split("/files/", 1)[-1].split("/", 1)
    if "/files/" not in parts.path or len(steps) != 2:
        return None
    wanted = (
        sa.select(file.c.key, task.c.base_url).join(clip, clip.c.id == file.c.clip_id).join(task, task.c.id == clip.c.task_id)
    )
    with database.connect() as connection:
        here = (clip.c.token == steps[0], file.c.name == steps[1], file.c.kind != STREAM)
        row = connection.execute(wanted.where(*here)).first()
    if row is None:
        return None
    ours = {base.rstrip("/") for base in (*bases, row.base_url) if base}
    return str(row.key) if any(url.startswith(f"{base}/files/") for base in ours) else None


def keep_sent(blobs: Blobs, sent: Path) -> str:
    """Puts a file that came with a request where a worker finds it; its key."""
    key = f"{SENT}/{uuid.uuid4()}"
    blobs.put_file(key, sent)
    return key


def earlier(database: sa.Engine, owner: str, key: str | None) -> str | None:
    """The clip of the upload that this account sent before with the same Idempotency-Key. Raises BadRequest for a key of
    something else."""
    if key is None:
        return None
    wanted = sa.select(clip.c.id, clip.c.operation).join(task, task.c.id == clip.c.task_id)
    with database.connect() as connection:
        row = connection.execute(wanted.where(task.c.account_id == owner, task.c.idempotency_key == key)).first()
    if row is not None and row.operation != UPLOAD:
        raise BadRequest("this Idempotency-Key was sent with another request")
    return None if row is None else str(row.id)


def write_down(
    database: sa.Engine, settings: Settings, owner: str, place: tuple[str, str], upload: Upload, facts: Mapping[str, Any],
    base_url: str, key: str | None, charged: bool = True,
) -> str:  # fmt: skip
    """A recording that was taken in becomes a finished task with one clip, and is charged (unless another task pays for it); the clip's id (the earlier one's when
    another request with the same key was quicker). Raises InsufficientCredits, and then nothing has happened."""
    task_id, clip_id = place
    at = now()
    ended = {"account_id": owner, "operation": UPLOAD, "state": SUCCEEDED, "created_at": at, "finished_at": at}
    its_task: dict[str, Any] = {"id": task_id, "family": "sonic", "base_url": base_url, "wire": {}, "idempotency_key": key}
    its_clip = {"id": clip_id, "task_id": task_id, "place": 0, "request": codec.dumps(upload), "seed": "0"}
    told = {name: facts[name] for name in ("title", "tags", "lyrics", "duration_s")}
    with database.begin() as connection:
        if insert_or_ignore(connection, task, {**ended, **its_task}):
            connection.execute(clip.insert().values(**ended, **its_clip, **told, token=secrets.token_urlsafe(24)))
            for kind, each in facts["files"].items():
                connection.execute(file.insert().values(clip_id=clip_id, kind=kind, **each))
            if charged:
                charge(connection, owner, task_id, UPLOAD, settings.price(UPLOAD), PRICES[UPLOAD].pool)
            return clip_id
    found = earlier(database, owner, key)
    assert found is not None
    return found


def discard(database: sa.Engine, blobs: Blobs, place: tuple[str, str], facts: Mapping[str, Any]) -> None:
    """Forgets a recording that was taken in for work that cannot be done: its rows, if they were written, and its files."""
    task_id, clip_id = place
    with database.begin() as connection:
        for table, condition in ((file, file.c.clip_id == clip_id), (clip, clip.c.id == clip_id), (task, task.c.id == task_id)):
            connection.execute(sa.delete(table).where(condition))
    for each in facts["files"].values():
        blobs.remove(each["key"])


def upload_of(text: str) -> Upload:
    """The upload that a clip's command holds."""
    return codec.loads(text, Upload)
