"""The database: SQLite in the data folder, or PostgreSQL; the same statements on both.

The task engine keeps its own tables in the same database, so that a task's row, its reserved credits and its place in the
queue are written in one transaction. SQLite runs in WAL mode (set before anything else opens the file) with immediate
transactions and a long busy timeout: several processes write to it. Times are ISO 8601 in UTC.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

metadata = sa.MetaData()
BUSY_TIMEOUT_MS = 30_000
WORKERS_PATIENCE_MS = 3_600_000  # a worker has nothing better to do than to wait for its turn to write

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False, unique=True),
    sa.Column("created_at", sa.String(32), nullable=False),
)

pool = sa.Table(  # balance NULL: without limit
    "pool",
    metadata,
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("name", sa.String(20), primary_key=True),  # subscription, extra, lyrics
    sa.Column("balance", sa.BigInteger, nullable=True),
)

api_key = sa.Table(
    "api_key",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),  # SHA-256 of the key; the key itself is kept nowhere
    sa.Column("ending", sa.String(8), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("revoked_at", sa.String(32), nullable=True),
)

session = sa.Table(  # Studio sign-in: a one-time link, then a cookie
    "session",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),  # link, cookie
    sa.Column("expires_at", sa.String(32), nullable=False),
)

task = sa.Table(
    "task",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False),
    sa.Column("family", sa.String(20), nullable=False),
    sa.Column("operation", sa.String(40), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("base_url", sa.Text, nullable=False),
    sa.Column("wire", sa.JSON, nullable=False),  # what the family shows back as it was sent
    sa.Column("idempotency_key", sa.String(255), nullable=True),
    sa.Column("webhook_url", sa.Text, nullable=True),
    sa.Column("webhook_secret", sa.Text, nullable=True),  # as it was sent; NULL: this server's own signs
    sa.Column("error_type", sa.String(40), nullable=True),
    sa.Column("error_message", sa.Text, nullable=True),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("finished_at", sa.String(32), nullable=True),
    sa.UniqueConstraint("account_id", "idempotency_key", name="one_task_per_idempotency_key"),
    sa.Index("task_by_account_and_state", "account_id", "state"),
)

clip = sa.Table(
    "clip",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("task_id", sa.String(40), sa.ForeignKey("task.id"), nullable=False, index=True),
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("request", sa.Text, nullable=False),  # the command that makes it, by troubadour.codec
    sa.Column("operation", sa.String(40), nullable=False, server_default="create_music"),
    sa.Column("joined", sa.Boolean, nullable=False, server_default=sa.false()),  # its job makes the whole song as well
    sa.Column("ordered_id", sa.String(40), nullable=True),  # of a further clip of a job: the clip that was ordered
    sa.Column("stem_type", sa.String(40), nullable=True),
    sa.Column("token", sa.String(64), nullable=False, unique=True),  # the unguessable part of its file links
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("tags", sa.Text, nullable=False),
    sa.Column("lyrics", sa.Text, nullable=False),
    sa.Column("seed", sa.String(24), nullable=False),
    sa.Column("duration_s", sa.Float, nullable=True),
    sa.Column("error_type", sa.String(40), nullable=True),
    sa.Column("error_message", sa.Text, nullable=True),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("finished_at", sa.String(32), nullable=True),
    sa.Index("clip_by_account_newest", "account_id", "created_at", "id"),
)

source = sa.Table(  # what a clip was made from: the lineage
    "source",
    metadata,
    sa.Column("clip_id", sa.String(40), sa.ForeignKey("clip.id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("source_id", sa.String(40), sa.ForeignKey("clip.id"), nullable=False, index=True),
)

persona = sa.Table(
    "persona",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("describe", sa.Text, nullable=False),
    sa.Column("clip_id", sa.String(40), sa.ForeignKey("clip.id"), nullable=False),
    sa.Column("taste", sa.Text, nullable=False),  # by troubadour.codec
    sa.Column("created_at", sa.String(32), nullable=False),
)

progress = sa.Table(
    "progress",
    metadata,
    sa.Column("clip_id", sa.String(40), primary_key=True),
    sa.Column("stage", sa.String(40), nullable=False),
    sa.Column("done", sa.Float, nullable=False),
)

file = sa.Table(
    "file",
    metadata,
    sa.Column("clip_id", sa.String(40), sa.ForeignKey("clip.id"), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),  # mp3, wav, mid, cover, json, peaks …
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("content_type", sa.String(80), nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
)

making = sa.Table(  # a file that is being made: by whom, and until when it is theirs unless they say so again
    "making",
    metadata,
    sa.Column("clip_id", sa.String(40), sa.ForeignKey("clip.id"), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("holder", sa.String(40), nullable=False),
    sa.Column("until", sa.String(32), nullable=False),
)

vox = sa.Table(  # a window of a clip's lead voice that was cut out
    "vox",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("clip_id", sa.String(40), sa.ForeignKey("clip.id"), nullable=False),
    sa.Column("start_s", sa.Float, nullable=False),
    sa.Column("end_s", sa.Float, nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
)

words = sa.Table(  # lyrics that were written as a task
    "words",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False),
    sa.Column("results", sa.JSON, nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
)

ledger = sa.Table(  # at most one entry of a kind for each task and pool: charging twice is impossible
    "ledger",
    metadata,
    sa.Column("reference", sa.String(60), primary_key=True),
    sa.Column("kind", sa.String(12), primary_key=True),  # reserve, settle, release, charge, grant
    sa.Column("pool", sa.String(20), primary_key=True),
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("credits", sa.BigInteger, nullable=False),
    sa.Column("item", sa.String(40), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
)

executor_lease = sa.Table(
    "executor_lease",
    metadata,
    sa.Column("executor_id", sa.String(120), primary_key=True),
    sa.Column("beat", sa.BigInteger, nullable=False),
)

delivery = sa.Table(  # webhooks: written in the transaction that the event happens in, delivered by the workers' postmen
    "delivery",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),  # wh-<task>-<event>: an event is told once
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False),
    sa.Column("task_id", sa.String(40), sa.ForeignKey("task.id"), nullable=False),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("secret", sa.Text, nullable=True),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),  # waiting, delivered, given_up
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", sa.String(32), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("ended_at", sa.String(32), nullable=True),
    sa.Index("delivery_due", "state", "next_at"),
    sa.Index("delivery_by_account_newest", "account_id", "created_at"),
)

delivery_attempt = sa.Table(
    "delivery_attempt",
    metadata,
    sa.Column("delivery_id", sa.String(80), sa.ForeignKey("delivery.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("status", sa.Integer, nullable=True),
    sa.Column("error", sa.Text, nullable=True),
    sa.Column("seconds", sa.Float, nullable=False),
)


def now(after_s: float = 0.0) -> str:
    """The time as it is stored and shown, or the time so many seconds later: `2026-11-23T22:10:00.123Z`."""
    at = datetime.now(UTC) + timedelta(seconds=after_s)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def connect(url: str, pool_size: int = 5, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> sa.Engine:
    """An engine for the database, SQLite or PostgreSQL. Closes nothing by itself: `dispose` it."""
    if url.startswith("sqlite"):
        return _connect_sqlite(url, busy_timeout_ms)
    address = sa.make_url(url)
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    return sa.create_engine(address, pool_size=pool_size, max_overflow=5, pool_pre_ping=True)


def _connect_sqlite(url: str, busy_timeout_ms: int) -> sa.Engine:
    path = sa.make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        first = sqlite3.connect(path, timeout=busy_timeout_ms / 1000)
        try:
            first.execute("PRAGMA journal_mode=WAL")
        finally:
            first.close()
    engine = sa.create_engine(url)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        connection.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine


@contextmanager
def opened(url: str) -> Iterator[sa.Engine]:
    """An engine for the time of a command."""
    engine = connect(url)
    try:
        yield engine
    finally:
        engine.dispose()


def taken_up(connection: sa.Connection, statement: sa.Insert | sa.Update | sa.Delete) -> int:
    """Runs a statement and says how many rows it touched."""
    return int(connection.execute(statement).rowcount)


def insert_or_ignore(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> bool:
    """Inserts a row unless its key is there; True when it was inserted."""
    return taken_up(connection, _insert(connection, table).values(values).on_conflict_do_nothing()) == 1


def upsert(connection: sa.Connection, table: sa.Table, key: str, values: dict[str, Any]) -> None:
    """Inserts a row, or changes the one with the same key."""
    others = {name: value for name, value in values.items() if name != key}
    connection.execute(_insert(connection, table).values(values).on_conflict_do_update(index_elements=[key], set_=others))


def _insert(connection: sa.Connection, table: sa.Table) -> Any:
    from sqlalchemy.dialects import postgresql, sqlite

    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
