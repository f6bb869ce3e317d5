"""Accounts, their keys, and the Studio's sign-in.

Keys, links and cookies are random and stored only as their SHA-256. An account that was opened without a number of credits
has no limit: its pools hold NULL.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from troubadour_server.storage.database import account, api_key, now, pool, session

POOLS = ("subscription", "extra", "lyrics")
KEY_PREFIX = "tr_"
LINK_LIFE = timedelta(hours=12)
COOKIE_LIFE = timedelta(days=30)
FIRST_KEY, FIRST_ACCOUNT = "first-key", "home"


class UnknownAccount(Exception):
    """No account has this name; the message says what to do."""


@dataclass(frozen=True)
class NewKey:
    """A key that was just made: the only time it is seen."""

    id: str
    key: str
    name: str
    account: str
    credits: int | None


def hashed(secret: str) -> str:
    """What is stored of a secret. Secrets are 256 bits of chance, so one round is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def find_account(connection: sa.Connection, name: str) -> str | None:
    """The id of the account with this name or id."""
    found = connection.execute(sa.select(account.c.id).where((account.c.name == name) | (account.c.id == name))).scalar()
    return None if found is None else str(found)


def open_account(connection: sa.Connection, name: str, credits: int | None) -> str:
    """A new account; `credits` fill the song pool and the lyrics pool, None leaves it without limit."""
    new = str(uuid.uuid4())
    connection.execute(account.insert().values(id=new, name=name, created_at=now()))
    start = {"subscription": credits, "extra": 0, "lyrics": credits}
    for each in POOLS:
        connection.execute(pool.insert().values(account_id=new, name=each, balance=start[each]))
    return new


def create_key(connection: sa.Connection, name: str, credits: int | None = None, account_name: str | None = None) -> NewKey:
    """A key for the account that is named (opened when it does not exist), else for a new account of its own."""
    owner = find_account(connection, account_name) if account_name else None
    title = account_name or name
    if owner is None:
        if find_account(connection, title) is not None:
            title = f"{title} {secrets.token_hex(3)}"
        owner = open_account(connection, title, credits)
    elif credits is not None:
        set_pools = sa.update(pool).where(pool.c.account_id == owner, pool.c.name.in_(("subscription", "lyrics")))
        connection.execute(set_pools.values(balance=credits))
    key, new = KEY_PREFIX + secrets.token_urlsafe(32), str(uuid.uuid4())
    row = {"id": new, "account_id": owner, "name": name, "hash": hashed(key), "ending": key[-4:], "created_at": now()}
    connection.execute(api_key.insert().values(row))
    return NewKey(new, key, name, title, credits)


def list_keys(connection: sa.Connection) -> list[dict[str, Any]]:
    """All keys with their accounts and what is left in the pools; the keys themselves are not known."""
    rows = connection.execute(
        sa.select(api_key, account.c.name.label("account")).join(account).order_by(api_key.c.created_at, api_key.c.id)
    ).mappings()
    return [
        {
            "id": row["id"],
            "name": row["name"],
            "account": row["account"],
            "ending": row["ending"],
            "created_at": row["created_at"],
            "revoked_at": row["revoked_at"],
            "pools": balances(connection, row["account_id"]),
        }
        for row in rows
    ]


def revoke_key(connection: sa.Connection, named: str) -> int:
    """Revokes the keys with this id, name or value; how many there were."""
    named_so = (api_key.c.id == named) | (api_key.c.name == named) | (api_key.c.hash == hashed(named))
    return int(
        connection.execute(sa.update(api_key).where(named_so, api_key.c.revoked_at.is_(None)).values(revoked_at=now())).rowcount
    )


def owner_of_key(connection: sa.Connection, key: str) -> str | None:
    """The account that a key opens; None for an unknown or revoked one."""
    found = sa.select(api_key.c.account_id).where(api_key.c.hash == hashed(key), api_key.c.revoked_at.is_(None))
    return connection.execute(found).scalar()


def balances(connection: sa.Connection, owner: str) -> dict[str, int | None]:
    """What is left in an account's pools; None: without limit."""
    return {
        row.name: row.balance
        for row in connection.execute(sa.select(pool.c.name, pool.c.balance).where(pool.c.account_id == owner))
    }


def ensure_first_key(engine: sa.Engine, data: Path) -> str:
    """The key that `serve` shows: made once, kept in the data folder for its owner's eyes only, made anew if it was revoked."""
    place = data / FIRST_KEY
    kept = place.read_text(encoding="utf-8").strip() if place.is_file() else ""
    with engine.begin() as connection:
        if kept and owner_of_key(connection, kept) is not None:
            return kept
        made = create_key(connection, FIRST_ACCOUNT, account_name=FIRST_ACCOUNT).key
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(made + "\n")
    return made


def new_link(connection: sa.Connection, owner: str) -> str:
    """A secret that signs a browser in once."""
    return _new_session(connection, owner, "link", LINK_LIFE)


def use_link(connection: sa.Connection, secret: str) -> str | None:
    """Exchanges a link's secret for a cookie's; None when it was used before, is too old, or never was."""
    used = sa.delete(session).where(session.c.hash == hashed(secret), session.c.kind == "link", session.c.expires_at > now())
    owner = connection.execute(used.returning(session.c.account_id)).scalar()
    return None if owner is None else _new_session(connection, owner, "cookie", COOKIE_LIFE)


def owner_of_cookie(connection: sa.Connection, secret: str) -> str | None:
    """The account that a cookie opens."""
    found = sa.select(session.c.account_id).where(
        session.c.hash == hashed(secret), session.c.kind == "cookie", session.c.expires_at > now()
    )
    return connection.execute(found).scalar()


def _new_session(connection: sa.Connection, owner: str, kind: str, life: timedelta) -> str:
    connection.execute(sa.delete(session).where(session.c.expires_at <= now()))
    secret = secrets.token_urlsafe(32)
    ends = (datetime.now(UTC) + life).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    connection.execute(session.insert().values(hash=hashed(secret), account_id=owner, kind=kind, expires_at=ends))
    return secret
