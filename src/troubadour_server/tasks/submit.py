"""From an order to a task: the task's row, its clips, the reserved credits and the queue entries are one transaction."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

import sqlalchemy as sa
from dbos import DBOSClient

from troubadour import codec
from troubadour_server.billing.ledger import reserve
from troubadour_server.billing.prices import PRICES
from troubadour_server.settings import Settings
from troubadour_server.storage.database import clip, insert_or_ignore, now, source, task
from troubadour_server.tasks import engine as task_engine
from troubadour_server.tasks.order import Command, Order, learned, request_of
from troubadour_server.tasks.states import OPEN, PENDING

PLACES = 100  # a job may bring so many clips: they stand behind the one that was ordered


class QueueFull(Exception):
    """An account has too much unfinished work; the message has the number."""


def submit(database: sa.Engine, dbos: DBOSClient, settings: Settings, owner: str, order: Order) -> str:
    """Accepts an order; the task's id. Raises InsufficientCredits and QueueFull, and then nothing has happened."""
    with database.begin() as connection:
        task_id = str(uuid.uuid4())
        submitted_at = now()
        if not insert_or_ignore(connection, task, _task_row(task_id, owner, order, submitted_at)):
            return _earlier(connection, owner, order)
        _refuse_when_full(connection, settings, owner)
        item = order.price_item
        reserve(connection, owner, task_id, item, settings.price(item), PRICES[item].pool)
        for place, command in enumerate(order.commands):
            asked = learned(command, settings.learned_from)
            row = _clip_row(task_id, owner, place * PLACES, asked, order, submitted_at)
            connection.execute(clip.insert().values(row))
            for number, source_id in enumerate(order.sources):
                connection.execute(source.insert().values(clip_id=row["id"], place=number, source_id=source_id))
            task_engine.enqueue(dbos, connection, row["id"], owner)
        return task_id


def _task_row(task_id: str, owner: str, order: Order, submitted_at: str) -> dict[str, object]:
    return {
        "id": task_id,
        "account_id": owner,
        "family": order.family,
        "operation": order.operation,
        "state": PENDING,
        "base_url": order.base_url,
        "wire": dict(order.wire),
        "idempotency_key": order.idempotency_key,
        "webhook_url": order.webhook_url,
        "webhook_secret": order.webhook_secret,
        "created_at": submitted_at,
    }


def _clip_row(task_id: str, owner: str, place: int, command: Command, order: Order, submitted_at: str) -> dict[str, Any]:
    request = request_of(command)
    return {
        "id": str(uuid.uuid4()),
        "task_id": task_id,
        "account_id": owner,
        "place": place,
        "request": codec.dumps(command),
        "operation": order.operation,
        "joined": order.joined,
        "token": secrets.token_urlsafe(24),
        "state": PENDING,
        "title": request.title,
        "tags": request.tags,
        "lyrics": "[Instrumental]" if request.instrumental else request.lyrics or "",
        "seed": str(request.seed),
        "created_at": submitted_at,
    }


def _earlier(connection: sa.Connection, owner: str, order: Order) -> str:
    """The task that was submitted before with the same Idempotency-Key."""
    same = sa.select(task.c.id).where(task.c.account_id == owner, task.c.idempotency_key == order.idempotency_key)
    return str(connection.execute(same).scalar_one())


def find_earlier(database: sa.Engine, owner: str, key: str | None) -> tuple[str, str] | None:
    """The task that was submitted before with this Idempotency-Key, and the first clip that it works on."""
    if key is None:
        return None
    wanted = sa.select(task.c.id, source.c.source_id).join(clip, clip.c.task_id == task.c.id)
    wanted = wanted.join(source, source.c.clip_id == clip.c.id).where(task.c.account_id == owner, task.c.idempotency_key == key)
    with database.connect() as connection:
        row = connection.execute(wanted.order_by(clip.c.place, source.c.place)).first()
    return None if row is None else (str(row.id), str(row.source_id))


def _refuse_when_full(connection: sa.Connection, settings: Settings, owner: str) -> None:
    waiting = sa.select(sa.func.count()).select_from(task).where(task.c.account_id == owner, task.c.state.in_(OPEN))
    if connection.execute(waiting).scalar_one() > settings.queue_limit:
        raise QueueFull(f"{settings.queue_limit} tasks of this account are unfinished; wait until some of them are done")
