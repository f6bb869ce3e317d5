"""Songs as the API tells of them: rows of the database as values."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from troubadour.files.names import safe_name
from troubadour_server.storage.database import clip, file, progress, task
from troubadour_server.tasks.states import DONE_STAGE, FAILED, QUEUED_STAGE, RUNNING, SUCCEEDED

ALL_STATES = "all"

# What can be made of a finished song at any time, and the ending of its file's name
MADE_ON_DEMAND = {
    "mp3": ".mp3", "wav": ".wav", "wav24": ".24bit.wav", "wav32f": ".float.wav", "flac": ".flac", "m4a": ".m4a", "opus": ".opus", "mp4": ".mp4", "mid": ".mid",
    "musicxml": ".musicxml", "lrc": ".lrc", "json": ".json", "cover": ".jpg",
}  # fmt: skip
STREAM, STREAM_TYPE = "stream", "audio/mpeg"  # a file that grows: the clip's sound while it is made; there until the clip ends
SOUNDS = ("mp3", "wav", "wav24", "wav32f", "flac", "m4a", "opus")  # those of them that need no score
WITHOUT_SCORE = ("upload", "create_voice")  # operations for whose clips nothing was written down; nor was it for stems


@dataclass(frozen=True)
class ClipView:
    """A clip with its task's wire fields, its progress and its file links."""

    id: str
    task_id: str
    operation: str  # that made it; "upload": a recording that was brought here
    state: str
    title: str
    tags: str
    lyrics: str
    seed: int
    duration_s: float
    created_at: str
    stage: str
    done: float
    error_message: str
    base_url: str
    wire: Mapping[str, Any]
    links: Mapping[str, str]  # kind → absolute URL
    on_demand: Mapping[str, str]  # of what is not there yet: links that make it when they are called
    share_url: str  # the song's own page
    joined: bool = False  # its job makes the whole song as well
    ordered_id: str | None = None  # of a further clip of a job: the clip that was ordered
    stem_type: str | None = None


@dataclass(frozen=True)
class TaskView:
    """A task with its clips in order."""

    id: str
    state: str
    error_type: str
    error_message: str
    clips: tuple[ClipView, ...]
    created_at: str = ""
    finished_at: str = ""

    @property
    def done(self) -> float:
        """How much of the whole is done, 0-1."""
        return sum(each.done for each in self.clips) / max(len(self.clips), 1)

    @property
    def stage(self) -> str:
        """The stage of the clip that is least far."""
        return min(self.clips, key=lambda each: each.done).stage if self.clips else QUEUED_STAGE


@dataclass(frozen=True)
class FileView:
    """A stored file, found by its link."""

    key: str
    content_type: str
    bytes: int
    sha256: str


def find_task(connection: sa.Connection, owner: str, task_id: str) -> TaskView | None:
    """A task of this account."""
    row = connection.execute(sa.select(task).where(task.c.id == task_id, task.c.account_id == owner)).mappings().first()
    if row is None:
        return None
    clips = _views(connection, sa.select(clip.c.id).where(clip.c.task_id == task_id), (clip.c.place,))
    return TaskView(row["id"], row["state"], row["error_type"] or "", row["error_message"] or "", clips, row["created_at"],
                    row["finished_at"] or "")  # fmt: skip


def find_clip(connection: sa.Connection, owner: str, clip_id: str) -> ClipView | None:
    """A clip of this account."""
    views = _views(connection, sa.select(clip.c.id).where(clip.c.id == clip_id, clip.c.account_id == owner), ())
    return views[0] if views else None


def find_shared(connection: sa.Connection, clip_id: str) -> ClipView | None:
    """A finished clip of any account: whoever knows its id was given it."""
    wanted = sa.select(clip.c.id).where(clip.c.id == clip_id, clip.c.state == SUCCEEDED)
    views = _views(connection, wanted, ())
    return views[0] if views else None


def list_clips(
    connection: sa.Connection, owner: str, state: str, limit: int, cursor: str | None
) -> tuple[tuple[ClipView, ...], str | None]:
    """An account's clips, newest first, and the cursor of the next page. Raises ValueError for a cursor that is none."""
    newest_first = (clip.c.created_at.desc(), clip.c.task_id, clip.c.place)
    wanted = sa.select(clip.c.id, clip.c.created_at, clip.c.task_id, clip.c.place).where(clip.c.account_id == owner)
    if state != ALL_STATES:
        wanted = wanted.where(clip.c.state == state)
    if cursor is not None:
        wanted = wanted.where(_after(*_decoded(cursor)))
    rows = connection.execute(wanted.order_by(*newest_first).limit(limit + 1)).all()
    here = rows[:limit]
    following = _encoded(here[-1].created_at, here[-1].task_id, here[-1].place) if len(rows) > limit else None
    return _views(connection, [row.id for row in here], newest_first), following


def find_file(connection: sa.Connection, token: str, name: str) -> FileView | None:
    """The file behind a link."""
    found = (
        sa.select(file)
        .join(clip, clip.c.id == file.c.clip_id)
        .where(clip.c.token == token, file.c.name == name, file.c.kind != STREAM)
    )
    row = connection.execute(found).mappings().first()
    return None if row is None else FileView(row["key"], row["content_type"], row["bytes"], row["sha256"])


def find_stream(connection: sa.Connection, token: str, name: str) -> str | None:
    """The clip that can be heard by this link while it is made."""
    found = sa.select(clip.c.id).join(file, clip.c.id == file.c.clip_id)
    wanted = found.where(clip.c.token == token, file.c.name == name, file.c.kind == STREAM, clip.c.state == RUNNING)
    return connection.execute(wanted).scalar()


def is_alive(database: sa.Engine, clip_id: str) -> bool:
    """A clip is being made, or was made well."""
    with database.connect() as connection:
        return connection.execute(sa.select(clip.c.state).where(clip.c.id == clip_id)).scalar() in (RUNNING, SUCCEEDED)


def key_of(connection: sa.Connection, clip_id: str, kind: str) -> str | None:
    """Where a clip's file of this kind lies."""
    return connection.execute(sa.select(file.c.key).where(file.c.clip_id == clip_id, file.c.kind == kind)).scalar()


def _views(connection: sa.Connection, ids: Any, order: Sequence[Any]) -> tuple[ClipView, ...]:
    wanted = (
        sa.select(clip, task.c.base_url, task.c.wire, progress.c.stage, progress.c.done)
        .join(task, task.c.id == clip.c.task_id)
        .outerjoin(progress, progress.c.clip_id == clip.c.id)
        .where(clip.c.id.in_(ids))
        .order_by(*order)
    )
    rows = connection.execute(wanted).mappings().all()
    there = [row["id"] for row in rows if row["state"] in (RUNNING, SUCCEEDED)]
    files = connection.execute(sa.select(file.c.clip_id, file.c.kind, file.c.name).where(file.c.clip_id.in_(there))).all()
    return tuple(_view(dict(row), [each for each in files if each.clip_id == row["id"]]) for row in rows)


def stem_of(names: Mapping[str, str], title: str) -> str:
    """What a clip's files are called, without the ending."""
    return PurePosixPath(names["mp3"]).stem if "mp3" in names else safe_name(title)


def _view(row: Mapping[str, Any], files: Sequence[Any]) -> ClipView:
    final = row["state"] in (SUCCEEDED, FAILED)
    base = f"{row['base_url']}/files/{row['token']}"
    names = {each.kind if each.kind != STREAM else "mp3": each.name for each in files}
    written = row["stem_type"] is None and row["operation"] not in WITHOUT_SCORE
    makes = {
        kind: ending for kind, ending in MADE_ON_DEMAND.items() if row["state"] == SUCCEEDED and (written or kind in SOUNDS)
    }
    stem = stem_of(names, row["title"])
    return ClipView(
        id=row["id"],
        task_id=row["task_id"],
        operation=row["operation"],
        state=row["state"],
        title=row["title"],
        tags=row["tags"],
        lyrics=row["lyrics"],
        seed=int(row["seed"]),
        duration_s=row["duration_s"] or 0.0,
        created_at=row["created_at"],
        stage=DONE_STAGE if final else row["stage"] or QUEUED_STAGE,
        done=1.0 if final else row["done"] or 0.0,
        error_message=row["error_message"] or "",
        base_url=row["base_url"],
        wire=row["wire"],
        links={kind: f"{base}/{quote(name)}" for kind, name in names.items()},
        on_demand={kind: f"{base}/{quote(stem + ending)}" for kind, ending in makes.items() if kind not in names},
        share_url=f"{row['base_url']}/song/{row['id']}" if row["state"] == SUCCEEDED else "",
        joined=row["joined"],
        ordered_id=row["ordered_id"],
        stem_type=row["stem_type"],
    )


def _after(created_at: str, task_id: str, place: int) -> sa.ColumnElement[bool]:
    later_in_task = sa.and_(clip.c.task_id == task_id, clip.c.place > place)
    return sa.or_(
        clip.c.created_at < created_at,
        sa.and_(clip.c.created_at == created_at, sa.or_(clip.c.task_id > task_id, later_in_task)),
    )


def _encoded(created_at: str, task_id: str, place: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([created_at, task_id, place]).encode()).decode().rstrip("=")


def _decoded(cursor: str) -> tuple[str, str, int]:
    try:
        created_at, task_id, place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, TypeError) as error:
        raise ValueError("this cursor is none that this server gave") from error
    if not (isinstance(created_at, str) and isinstance(task_id, str) and isinstance(place, int)):
        raise ValueError("this cursor is none that this server gave")
    return created_at, task_id, place
