"""Credits: reserved at submit, settled or released with the task, each exactly once.

A ledger entry's key is (reference, kind, pool), so a repeated settle or release does nothing. Songs are paid from the extra
pool first, then from the subscription; lyrics from a pool of their own. A pool without limit is never debited, but its
entries are written all the same.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from troubadour_server.billing.prices import LYRICS
from troubadour_server.storage.database import insert_or_ignore, ledger, now, pool

SHOWN_WITHOUT_LIMIT = 1_000_000  # what get-credits shows for an account without limit: clients expect a whole number


class InsufficientCredits(Exception):
    """An account cannot pay; the message says what is there and what is needed."""


def order_of_pools(paid_with: str) -> tuple[str, ...]:
    """The pools that a price is taken from, in order."""
    return ("lyrics",) if paid_with == LYRICS else ("extra", "subscription")


def reserve(connection: sa.Connection, owner: str, reference: str, item: str, credits: int, paid_with: str) -> None:
    """Takes credits out of the pools until the task ends. Raises InsufficientCredits, and then nothing was taken."""
    for name, part in _split(connection, owner, credits, paid_with).items():
        _write(connection, owner, reference, "reserve", name, part, item)


def charge(connection: sa.Connection, owner: str, reference: str, item: str, credits: int, paid_with: str) -> None:
    """Takes credits for what is done already. Raises InsufficientCredits."""
    for name, part in _split(connection, owner, credits, paid_with).items():
        _write(connection, owner, reference, "charge", name, part, item)


def charge_once(connection: sa.Connection, owner: str, reference: str, item: str, credits: int, paid_with: str) -> bool:
    """Charges unless this reference was charged before; whether it was now. Raises InsufficientCredits."""
    connection.execute(_pool_of(owner, order_of_pools(paid_with)[0]).values(balance=pool.c.balance))  # one at a time
    if was_charged(connection, reference):
        return False
    charge(connection, owner, reference, item, credits, paid_with)
    return True


def was_charged(connection: sa.Connection, reference: str) -> bool:
    """Whether something was charged under this reference."""
    paid = sa.select(ledger.c.kind).where(ledger.c.reference == reference, ledger.c.kind == "charge")
    return connection.execute(paid).first() is not None


def check(connection: sa.Connection, owner: str, credits: int, paid_with: str) -> None:
    """Raises InsufficientCredits when the account could not pay now."""
    left = _balances(connection, owner, order_of_pools(paid_with))
    if None not in left.values() and sum(balance or 0 for balance in left.values()) < credits:
        raise InsufficientCredits(_shortage(left, credits))


def settle(connection: sa.Connection, reference: str) -> bool:
    """Keeps what was reserved. False when the task had been settled or released before."""
    return _close(connection, reference, "settle")


def release(connection: sa.Connection, reference: str) -> bool:
    """Gives back what was reserved. False when the task had been settled or released before."""
    return _close(connection, reference, "release")


def grant(connection: sa.Connection, owner: str, name: str, credits: int) -> int | None:
    """Adds credits to a pool; what it holds then (None: it has no limit)."""
    connection.execute(_pool_of(owner, name).values(balance=pool.c.balance + credits))
    _write(connection, owner, f"grant-{uuid.uuid4()}", "grant", name, credits, "grant")
    return connection.execute(sa.select(pool.c.balance).where(pool.c.account_id == owner, pool.c.name == name)).scalar()


def shown(balance: int | None) -> int:
    """A pool's content as get-credits shows it."""
    return SHOWN_WITHOUT_LIMIT if balance is None else balance


def _pool_of(owner: str, name: str) -> sa.Update:
    return sa.update(pool).where(pool.c.account_id == owner, pool.c.name == name)


def _balances(connection: sa.Connection, owner: str, names: tuple[str, ...]) -> dict[str, int | None]:
    rows = sa.select(pool.c.name, pool.c.balance).where(pool.c.account_id == owner, pool.c.name.in_(names))
    if connection.dialect.name != "sqlite":  # SQLite's immediate transaction holds the only write lock already
        rows = rows.order_by(pool.c.name).with_for_update()
    found = {row.name: row.balance for row in connection.execute(rows)}
    return {name: found[name] for name in names}


def _split(connection: sa.Connection, owner: str, credits: int, paid_with: str) -> dict[str, int]:
    """Debits the pools in their order; what each of them paid."""
    names = order_of_pools(paid_with)
    connection.execute(_pool_of(owner, names[0]).values(balance=pool.c.balance))  # takes SQLite's write lock before reading
    left = _balances(connection, owner, names)
    parts: dict[str, int] = {}
    missing = credits
    for name in names:
        balance = left[name]
        part = missing if balance is None else min(balance, missing)
        if part > 0 or (missing == 0 and not parts):
            parts[name] = part
            missing -= part
    if missing > 0:
        raise InsufficientCredits(_shortage(left, credits))
    for name, part in parts.items():
        connection.execute(_pool_of(owner, name).values(balance=pool.c.balance - part))
    return parts


def _shortage(left: dict[str, int | None], credits: int) -> str:
    there = sum(balance or 0 for balance in left.values())
    kind = "lyrics credits" if "lyrics" in left else "credits"
    return f"insufficient credits: this call costs {credits} {kind} and {there} are left"


def _write(connection: sa.Connection, owner: str, reference: str, kind: str, name: str, credits: int, item: str) -> bool:
    row = {"reference": reference, "kind": kind, "pool": name, "account_id": owner}
    return insert_or_ignore(connection, ledger, {**row, "credits": credits, "item": item, "created_at": now()})


def _close(connection: sa.Connection, reference: str, kind: str) -> bool:
    closed = sa.select(ledger.c.kind).where(ledger.c.reference == reference, ledger.c.kind.in_(("settle", "release")))
    if connection.execute(closed).first() is not None:
        return False
    reserved = connection.execute(
        sa.select(ledger).where(ledger.c.reference == reference, ledger.c.kind == "reserve")
    ).mappings()
    for entry in reserved.all():
        written = _write(connection, entry["account_id"], reference, kind, entry["pool"], entry["credits"], entry["item"])
        if written and kind == "release":
            connection.execute(_pool_of(entry["account_id"], entry["pool"]).values(balance=pool.c.balance + entry["credits"]))
    return True
