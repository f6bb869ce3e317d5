"""The task engine, DBOS Transact, behind one page: all that the service knows of it is here.

What experiments showed (design notes, `docs/decisions/0003-tasks-on-dbos.md`): executor ids must be unique for each process
start; the version is a constant raised by hand, else every release strands what is in flight; arguments travel as JSON; on
SQLite the file must be in WAL mode before DBOS opens it (`storage.database.connect` sees to that), and a launch that finds
the file locked for 30 s, as when another worker is frozen in the middle of a write, fails for good, so DBOS is given
connections that wait; nobody but us takes up the work of a dead executor (`tasks.lease`).
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Sequence

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig
from dbos._serialization import DBOSPortableJSONSerializer

from troubadour_server.storage.database import WORKERS_PATIENCE_MS, connect

APP, VERSION = "troubadour", "1"
QUEUE, WORKFLOW = "render", "render_clip"
ATTEMPTS = 25  # how many dead workers a clip may leave behind before it is given up
CLIPS_AT_ONCE_PER_ACCOUNT = 64
GIVEN_UP = ("MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ERROR", "CANCELLED")

logging.getLogger("dbos").setLevel(logging.ERROR)


def executor_id(part: str) -> str:
    """A name that no other process has, has had, or will have."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{part}-{secrets.token_hex(4)}"


def migrate(url: str) -> None:
    """Creates the engine's tables."""
    DBOS.migrate(url)


def client(engine: sa.Engine) -> DBOSClient:
    """What the API enqueues with, on its own connections. An outage raises at once instead of waiting."""
    return DBOSClient(
        system_database_engine=engine,
        serializer=DBOSPortableJSONSerializer(),
        application_name=APP,
        retry_connection_errors=False,
        lazy=True,
    )


def enqueue(dbos: DBOSClient, connection: sa.Connection, clip_id: str, account_id: str) -> None:
    """Puts a clip into the queue, inside the caller's transaction."""
    dbos.enqueue_in_transaction(
        connection,
        {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": clip_id,
            "queue_partition_key": account_id,
            "app_version": VERSION,
        },
        clip_id,
    )


def configure(url: str, executor: str) -> None:
    """Makes this process an executor, not yet started: workflows are registered next, then `launch` is called."""
    config: DBOSConfig = {
        "name": APP,
        "system_database_url": url,
        "application_version": VERSION,
        "executor_id": executor,
        "serializer": DBOSPortableJSONSerializer(),
        "run_migrations": False,
        "use_listen_notify": False,
        "log_level": "ERROR",
        "sys_db_pool_size": 4,
    }
    if url.startswith("sqlite"):
        config["system_database_engine"] = connect(url, busy_timeout_ms=WORKERS_PATIENCE_MS)
    DBOS(config=config)


def launch(poll_s: float) -> None:
    """Begins to take clips from the queue, one at a time."""
    DBOS.listen_queues([QUEUE])
    DBOS.launch()
    DBOS.register_queue(
        QUEUE,
        worker_concurrency=1,
        partition_concurrency=CLIPS_AT_ONCE_PER_ACCOUNT,
        polling_interval_sec=poll_s,
        on_conflict="always_update",
    )


def recover(dead: Sequence[str]) -> int:
    """Puts the clips of dead executors back into the queue: a conditional update, so that many may call it."""
    return len(DBOS._recover_pending_workflows(list(dead)))


def stop() -> None:
    """Ends this executor; what it had in hand is taken up by another."""
    DBOS.destroy(workflow_completion_timeout_sec=0)


def status_table(connection: sa.Connection) -> sa.TableClause:
    """The engine's table of workflows."""
    columns: list[sa.ColumnClause[str]] = [
        sa.column(name) for name in ("workflow_uuid", "status", "name", "executor_id", "updated_at")
    ]
    schema = None if connection.dialect.name == "sqlite" else "dbos"
    return sa.table("workflow_status", *columns, schema=schema)


def busy_executors(connection: sa.Connection) -> set[str]:
    """Executors that have work in hand, or had when they died."""
    rows = status_table(connection)
    return {
        str(name)
        for name in connection.execute(sa.select(rows.c.executor_id).where(rows.c.status == "PENDING").distinct()).scalars()
    }
