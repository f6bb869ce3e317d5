"""What clips were made from: a continuation and all that it continues; the whole tree behind a clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from troubadour import codec
from troubadour.edit import Extend
from troubadour_server.storage.database import clip, source
from troubadour_server.tasks.order import read_command

EXTENDING, JOINING = ("extend_music", "extend_upload_music"), "concat_music"


@dataclass(frozen=True)
class Chain:
    """A song and its continuations in order, and the second of each at which the next one goes on."""

    ids: tuple[str, ...]
    folders: tuple[str, ...]
    at_s: tuple[float, ...]


@dataclass(frozen=True)
class Ancestor:
    """A clip of a history: how it was made, and from what."""

    clip_id: str
    operation: str
    title: str
    sources: tuple[str, ...]


def sources_of(connection: sa.Connection, clip_id: str) -> tuple[str, ...]:
    """The clips that a clip was made from, in order."""
    wanted = sa.select(source.c.source_id).where(source.c.clip_id == clip_id).order_by(source.c.place)
    return tuple(connection.execute(wanted).scalars())


def chain_of(connection: sa.Connection, clip_id: str) -> Chain:
    """The clip, and before it everything that it continues."""
    ids, folders = [clip_id], [folder_of(connection, clip_id)]
    at_s: list[float] = []
    row = _row(connection, clip_id)
    while continues(row):
        at_s.insert(0, float(read_command(row.request).at_s))
        before = sources_of(connection, row.id)[0]
        ids.insert(0, before)
        folders.insert(0, folder_of(connection, before))
        row = _row(connection, before)
    return Chain(tuple(ids), tuple(folders), tuple(at_s))


def continues(row: Any) -> bool:
    """Whether a clip is a continuation alone, to be joined to what stands before it (not a song that was made longer)."""
    return row.ordered_id is None and codec.kind_of(row.request) == Extend.__name__


@dataclass(frozen=True)
class Sources:
    """What a job needs of the songs that its command is done to."""

    folders: tuple[str, ...]
    at_s: tuple[float, ...] = ()
    uploaded: bool = False  # one of them is a recording that was brought here


def sources_for(connection: sa.Connection, operation: str, ids: Sequence[str]) -> Sources:
    """Folders of the songs that an operation is done to; for a continuation and a join, of all that they continue."""
    if operation in (*EXTENDING, JOINING) and ids:
        chain = chain_of(connection, ids[0])
        return Sources(chain.folders, chain.at_s)
    return Sources(tuple(folder_of(connection, each) for each in ids))


def folder_of(connection: sa.Connection, clip_id: str) -> str:
    """Where a clip's files lie."""
    row = _row(connection, clip_id)
    return f"songs/{row.task_id}/{row.id}"


def history(connection: sa.Connection, clip_id: str) -> tuple[Ancestor, ...]:
    """The clip and all that it was made from, nearest first, each once."""
    found: dict[str, Ancestor] = {}
    waiting = [clip_id]
    while waiting:
        id = waiting.pop(0)
        if id not in found:
            row, sources = _row(connection, id), sources_of(connection, id)
            found[id] = Ancestor(id, row.operation, row.title, sources)
            waiting += sources
    return tuple(found.values())


def _row(connection: sa.Connection, clip_id: str) -> Any:
    wanted = sa.select(clip.c.id, clip.c.task_id, clip.c.operation, clip.c.title, clip.c.request, clip.c.ordered_id)
    return connection.execute(wanted.where(clip.c.id == clip_id)).one()
