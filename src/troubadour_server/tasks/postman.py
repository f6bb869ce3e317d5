"""Delivers webhooks: a thread of every worker that takes due deliveries from the database, one attempt at a time.

To take one is to move its next attempt into the future, on the condition that nobody did so before: two postmen never take the
same attempt, and what a killed one had in hand is due again soon. Any answer of 2xx is success; redirects are not followed;
what fails comes again at growing distances, about a day long, then it is given up, as it is at once when the receiver answers
410 (gone). Delivered at least once: a receiver tells repetitions by the id.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import sqlalchemy as sa

from troubadour_server.settings import Settings
from troubadour_server.storage.database import delivery, delivery_attempt, insert_or_ignore, now
from troubadour_server.tasks.outside import Unreachable, outside, reason
from troubadour_server.tasks.webhooks import DELIVERED, GIVEN_UP, WAITING, own_secret, signed

TIME_LIMIT_S = 10.0
TAKEN_FOR_S = 30.0  # an attempt whose postman was killed is made anew after so long
AT_ONCE, AT_ONCE_PER_ACCOUNT = 16, 4
# The distance to the next attempt, as multiples of the first (5 s by default): 5 s, 30 s, 2 min … 8 h; together a day.
DISTANCES = (1, 6, 24, 120, 360, 720, 1440, 2880, 5760, 5760)
JITTER = 0.2
GONE = 410
LONGEST_ERROR = 300


@dataclass(frozen=True)
class Due:
    """One attempt that this postman has taken."""

    id: str
    account_id: str
    event: str
    url: str
    secret: str | None
    payload: str
    number: int  # of the attempt, from 1


@dataclass(frozen=True)
class Answered:
    """What came of an attempt: the receiver's status, or why there is none."""

    at: str
    seconds: float
    status: int | None = None
    error: str | None = None

    @property
    def accepted(self) -> bool:
        """The receiver has it."""
        return self.status is not None and 200 <= self.status < 300


def take(database: sa.Engine, most: int, busy: Mapping[str, int]) -> list[Due]:
    """Takes up to `most` due attempts, sparing accounts that have many in hand (`busy`)."""
    with database.connect() as connection:
        wanted = sa.select(delivery).where(delivery.c.state == WAITING, delivery.c.next_at <= now())
        rows = connection.execute(wanted.order_by(delivery.c.next_at).limit(8 * AT_ONCE)).mappings().all()
    in_hand, taken = dict(busy), list[Due]()
    for row in rows:
        account = row["account_id"]
        if len(taken) < most and in_hand.get(account, 0) < AT_ONCE_PER_ACCOUNT and _take(database, dict(row)):
            in_hand[account] = in_hand.get(account, 0) + 1
            named = {name: row[name] for name in ("id", "account_id", "event", "url", "secret", "payload")}
            taken.append(Due(**named, number=row["attempts"] + 1))
    return taken


def _take(database: sa.Engine, row: Mapping[str, Any]) -> bool:
    unchanged = (delivery.c.id == row["id"], delivery.c.state == WAITING, delivery.c.attempts == row["attempts"])
    mine = sa.update(delivery).where(*unchanged).values(attempts=row["attempts"] + 1, next_at=now(TAKEN_FOR_S))
    with database.begin() as connection:
        return connection.execute(mine).rowcount == 1


def record(database: sa.Engine, due: Due, answered: Answered, first_distance_s: float) -> None:
    """Writes down what came of an attempt, and when the next one is due."""
    with database.begin() as connection:
        same = sa.update(delivery).where(delivery.c.id == due.id, delivery.c.state == WAITING)
        connection.execute(same.values(after(due, answered, first_distance_s)))
        row = {"delivery_id": due.id, "number": due.number, "at": answered.at, "seconds": round(answered.seconds, 3)}
        insert_or_ignore(connection, delivery_attempt, {**row, "status": answered.status, "error": answered.error})


def after(due: Due, answered: Answered, first_distance_s: float) -> dict[str, Any]:
    """How a delivery stands after an attempt."""
    if answered.accepted:
        return {"state": DELIVERED, "ended_at": now()}
    if answered.status == GONE or due.number > len(DISTANCES):
        return {"state": GIVEN_UP, "ended_at": now()}
    distance_s = first_distance_s * DISTANCES[due.number - 1] * random.uniform(1 - JITTER, 1 + JITTER)
    return {"next_at": now(distance_s)}


class Postman(threading.Thread):
    """Delivers until the process ends."""

    def __init__(self, settings: Settings, database: sa.Engine) -> None:
        super().__init__(daemon=True, name="postman")
        self._settings, self._database = settings, database
        self._secret = own_secret(settings)
        self._hands: dict[asyncio.Task[None], str] = {}  # attempts under way → whose they are

    def run(self) -> None:
        """Looks for due deliveries and makes their attempts, several at once."""
        asyncio.run(self._rounds())

    async def _rounds(self) -> None:
        async with outside(self._settings.allow_private_urls, TIME_LIMIT_S) as client:
            while True:
                for due in await self._taken():
                    hand = asyncio.create_task(self._deliver(client, due))
                    self._hands[hand] = due.account_id
                    hand.add_done_callback(self._hands.pop)
                await asyncio.sleep(self._settings.poll_s)

    async def _taken(self) -> list[Due]:
        busy: dict[str, int] = {}
        for account in self._hands.values():
            busy[account] = busy.get(account, 0) + 1
        if len(self._hands) >= AT_ONCE:
            return []
        try:
            return await asyncio.to_thread(take, self._database, AT_ONCE - len(self._hands), busy)
        except sa.exc.SQLAlchemyError:  # the database is away or busy: looked at again in the next round
            return []

    async def _deliver(self, client: httpx.AsyncClient, due: Due) -> None:
        answered = await attempt(client, due, due.secret or self._secret)
        try:
            await asyncio.to_thread(record, self._database, due, answered, self._settings.webhook_retry_s)
        except sa.exc.SQLAlchemyError as error:  # the attempt is made again, under the same id
            print(f"troubadour: webhook {due.id} could not be recorded: {error}", flush=True)


async def attempt(client: httpx.AsyncClient, due: Due, secret: str) -> Answered:
    """Posts a delivery once."""
    at, began = datetime.now(UTC), time.monotonic()
    body = due.payload.encode()
    status, error = None, None
    try:
        async with asyncio.timeout(TIME_LIMIT_S):
            headers = signed(due.id, due.event, secret, body, at)
            async with client.stream("POST", due.url, content=body, headers=headers) as answer:
                status = answer.status_code
    except TimeoutError:
        error = f"no answer within {TIME_LIMIT_S:g} s"
    except Unreachable as found:
        error = str(found)
    except (httpx.HTTPError, httpx.InvalidURL) as found:
        error = reason(found)
    shown = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Answered(shown, time.monotonic() - began, status, error and error[:LONGEST_ERROR])
