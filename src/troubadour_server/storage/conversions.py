"""Rows about files on demand: who is making one just now, what is there, and the windows of voices that were cut out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from troubadour_server.storage.database import clip, file, insert_or_ignore, making, now, taken_up, vox
from troubadour_server.storage.songs import FileView, stem_of

BEST_SOUND = ("flac", "wav", "mp3")
LEASE = timedelta(seconds=15)


@dataclass(frozen=True)
class Convertible:
    """What making a clip's files takes. `folder` is where they lie, `stem` what they are called without the ending, `sound`
    the best recording of it that is there.
    """

    id: str
    state: str
    folder: str
    request: str
    stem: str
    base_url: str
    token: str
    sound: str


def find_convertible(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> Convertible | None:
    """The clip that conditions on the table `clip` single out."""
    from troubadour_server.storage.database import task

    wanted = sa.select(clip, task.c.base_url).join(task, task.c.id == clip.c.task_id).where(*where)
    row = connection.execute(wanted).mappings().first()
    if row is None:
        return None
    there = {each.kind: each for each in connection.execute(sa.select(file).where(file.c.clip_id == row["id"]))}
    return Convertible(
        id=row["id"],
        state=row["state"],
        folder=f"songs/{row['task_id']}/{row['id']}",
        request=row["request"],
        stem=stem_of({kind: each.name for kind, each in there.items()}, row["title"]),
        base_url=row["base_url"],
        token=row["token"],
        sound=next((there[kind].key for kind in BEST_SOUND if kind in there), ""),
    )


def made(connection: sa.Connection, clip_id: str, kind: str) -> FileView | None:
    """A clip's file of this kind, if it is there."""
    row = connection.execute(sa.select(file).where(file.c.clip_id == clip_id, file.c.kind == kind)).mappings().first()
    return None if row is None else FileView(row["key"], row["content_type"], row["bytes"], row["sha256"])


def name_of(connection: sa.Connection, clip_id: str, kind: str) -> str:
    """What a clip's file of this kind is called."""
    return str(connection.execute(sa.select(file.c.name).where(file.c.clip_id == clip_id, file.c.kind == kind)).scalar_one())


def put(connection: sa.Connection, clip_id: str, kind: str, stored: dict[str, Any]) -> None:
    """Adds a file that has been put away to its clip."""
    insert_or_ignore(connection, file, {"clip_id": clip_id, "kind": kind, **stored})


def claim(connection: sa.Connection, clip_id: str, kind: str, holder: str) -> bool:
    """Whether the making of a file is this holder's now: nobody else's is, or theirs has run out."""
    connection.execute(sa.delete(making).where(*_of(clip_id, kind), making.c.until < now()))
    return insert_or_ignore(connection, making, {"clip_id": clip_id, "kind": kind, "holder": holder, "until": _later()})


def renew(connection: sa.Connection, clip_id: str, kind: str, holder: str) -> bool:
    """Says that the holder is still at it."""
    mine = sa.update(making).where(*_of(clip_id, kind), making.c.holder == holder)
    return taken_up(connection, mine.values(until=_later())) == 1


def let_go(connection: sa.Connection, clip_id: str, kind: str, holder: str) -> None:
    """The holder has finished, or has given up."""
    connection.execute(sa.delete(making).where(*_of(clip_id, kind), making.c.holder == holder))


def keep_vox(connection: sa.Connection, clip_id: str, start_s: float, end_s: float) -> str:
    """The id of a window of a clip's voice: the same one for the same window."""
    name = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{clip_id}/{start_s:.3f}-{end_s:.3f}"))
    row = {"id": name, "clip_id": clip_id, "start_s": start_s, "end_s": end_s, "created_at": now()}
    insert_or_ignore(connection, vox, row)
    return name


def _of(clip_id: str, kind: str) -> tuple[sa.ColumnElement[bool], ...]:
    return making.c.clip_id == clip_id, making.c.kind == kind


def _later() -> str:
    return (datetime.now(UTC) + LEASE).isoformat(timespec="milliseconds").replace("+00:00", "Z")
