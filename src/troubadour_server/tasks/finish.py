"""How clips begin and end, and how a task is settled: each step may be repeated and then does nothing.

Every transaction begins by writing to the task's row: that takes the lock on PostgreSQL, and SQLite's only write lock, so
that of two clips that end at the same moment one sees the other.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from troubadour.files.names import safe_name
from troubadour_server.billing.ledger import release, settle
from troubadour_server.storage.database import clip, file, insert_or_ignore, now, persona, progress, source, task, upsert
from troubadour_server.storage.songs import STREAM, STREAM_TYPE
from troubadour_server.tasks.states import FAILED, FAILURE, FINAL, OPEN, RUNNING, SUCCEEDED
from troubadour_server.tasks.webhooks import announce_playable, announce_settled

TOLD = ("title", "tags", "lyrics", "duration_s")


@dataclass(frozen=True)
class Outcome:
    """How a clip ended: with facts and files, or with an error."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    error_type: str = ""
    error_message: str = ""


def begin(database: sa.Engine, clip_id: str) -> None:
    """A worker has the clip in hand."""
    with database.begin() as connection:
        _lock_task(connection, clip_id)
        connection.execute(sa.update(clip).where(clip.c.id == clip_id, clip.c.state.in_(OPEN)).values(state=RUNNING))


def report(database: sa.Engine, clip_id: str, stage: str, done: float) -> None:
    """How far the clip is, 0-1."""
    with database.begin() as connection:
        upsert(connection, progress, "clip_id", {"clip_id": clip_id, "stage": stage, "done": done})


def playable(database: sa.Engine, clip_id: str, facts: Mapping[str, Any]) -> None:
    """The clip can be heard while the rest of it is made: its link is there, and whoever wants to be told is."""
    with database.begin() as connection:
        task_id = _lock_task(connection, clip_id)
        values = {name: facts[name] for name in TOLD}
        running = sa.update(clip).where(clip.c.id == clip_id, clip.c.state == RUNNING).values(values)
        if connection.execute(running).rowcount:
            row = {"kind": STREAM, "name": f"{safe_name(facts['title'])}.mp3", "key": "", "content_type": STREAM_TYPE}
            insert_or_ignore(connection, file, {"clip_id": clip_id, **row, "bytes": 0, "sha256": ""})
            announce_playable(connection, task_id)


def finish(database: sa.Engine, clip_id: str, outcome: Outcome) -> None:
    """The clip has ended; when it was the task's last, the task is settled or released."""
    with database.begin() as connection:
        task_id = _lock_task(connection, clip_id)
        if _end_clip(connection, clip_id, outcome):
            _end_task(connection, task_id)


def _lock_task(connection: sa.Connection, clip_id: str) -> str:
    of_clip = sa.select(clip.c.task_id).where(clip.c.id == clip_id).scalar_subquery()
    state = sa.case((task.c.state.in_(OPEN), RUNNING), else_=task.c.state)
    return str(
        connection.execute(sa.update(task).where(task.c.id == of_clip).values(state=state).returning(task.c.id)).scalar_one()
    )


def _end_clip(connection: sa.Connection, clip_id: str, outcome: Outcome) -> bool:
    facts = outcome.facts
    values: dict[str, Any] = {"state": FAILED if outcome.error_type else SUCCEEDED, "finished_at": now()}
    if outcome.error_type:
        values.update(error_type=outcome.error_type, error_message=outcome.error_message)
    else:
        values.update({name: facts[name] for name in TOLD}, stem_type=facts.get("stem_type"))
    ended = connection.execute(sa.update(clip).where(clip.c.id == clip_id, clip.c.state.in_(OPEN)).values(values)).rowcount == 1
    connection.execute(sa.delete(file).where(file.c.clip_id == clip_id, file.c.kind == STREAM))
    if ended:
        _add_files(connection, clip_id, facts)
        if "taste" in facts:
            _add_persona(connection, clip_id, facts)
        for place, more in enumerate(facts.get("more", ()), start=1):
            _add_clip(connection, clip_id, place, more)
    return ended


def _add_persona(connection: sa.Connection, clip_id: str, facts: Mapping[str, Any]) -> None:
    """The persona of a voice that was brought here; it has the id of its recording's clip."""
    owner = connection.execute(sa.select(clip.c.account_id).where(clip.c.id == clip_id)).scalar_one()
    row = {
        "id": clip_id,
        "account_id": owner,
        "name": facts["title"],
        "describe": "",
        "clip_id": clip_id,
        "taste": facts["taste"],
    }
    insert_or_ignore(connection, persona, {**row, "created_at": now()})


def _add_files(connection: sa.Connection, clip_id: str, facts: Mapping[str, Any]) -> None:
    for kind, each in facts.get("files", {}).items():
        insert_or_ignore(connection, file, {"clip_id": clip_id, "kind": kind, **each})


def _add_clip(connection: sa.Connection, ordered_id: str, place: int, facts: Mapping[str, Any]) -> None:
    """A further clip that the ordered one's job made: a stem, the joined song."""
    ordered = connection.execute(sa.select(clip).where(clip.c.id == ordered_id)).mappings().one()
    row = {
        **ordered,
        **{name: facts[name] for name in TOLD},
        "id": facts["id"],
        "place": ordered["place"] + place,
        "token": secrets.token_urlsafe(24),
        "ordered_id": ordered_id,
        "stem_type": facts.get("stem_type"),
    }
    if insert_or_ignore(connection, clip, row):
        for each in connection.execute(sa.select(source).where(source.c.clip_id == ordered_id)).all():
            connection.execute(source.insert().values(clip_id=facts["id"], place=each.place, source_id=each.source_id))
        _add_files(connection, facts["id"], facts)


def _end_task(connection: sa.Connection, task_id: str) -> None:
    clips = connection.execute(
        sa.select(clip.c.state, clip.c.error_type, clip.c.error_message).where(clip.c.task_id == task_id).order_by(clip.c.place)
    ).all()
    if any(each.state not in FINAL for each in clips):
        announce_playable(connection, task_id)
        return
    came_out = any(each.state == SUCCEEDED for each in clips)
    values: dict[str, Any] = {"state": SUCCEEDED if came_out else FAILED, "finished_at": now()}
    if not came_out:
        values.update(error_type=clips[0].error_type or FAILURE, error_message=clips[0].error_message)
    changed = connection.execute(sa.update(task).where(task.c.id == task_id, task.c.state.in_(OPEN)).values(values)).rowcount
    if changed:
        (settle if came_out else release)(connection, task_id)
        announce_settled(connection, task_id)
