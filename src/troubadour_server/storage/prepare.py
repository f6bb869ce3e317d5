"""Brings the database to the shape that this version needs: our tables by Alembic, the task engine's by its own migrations."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from troubadour_server.settings import Settings
from troubadour_server.storage.database import opened

STEPS = Path(__file__).parent / "migrations"
STAMP = "schema"


def alembic_config() -> Config:
    """Alembic's configuration without a file."""
    config = Config()
    config.set_main_option("script_location", str(STEPS))
    config.set_main_option("path_separator", "os")
    return config


def wanted() -> str:
    """What the stamp says when nothing is left to do."""
    return f"{ScriptDirectory.from_config(alembic_config()).get_current_head()} dbos-{version('dbos')}"


def prepare(settings: Settings, engine_tables: bool = True) -> None:
    """Creates or migrates the database. In the data folder a stamp saves the time when nothing is to be done."""
    stamp = settings.data / STAMP
    file = settings.data / "troubadour.db"
    if settings.embedded and file.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted():
        return
    with one_at_a_time(settings.data):
        with opened(settings.database) as engine, engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                _whole_or_not_at_all(connection)
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        if not engine_tables:
            return
        from troubadour_server.tasks.engine import migrate

        migrate(settings.database)
        if settings.embedded:
            stamp.write_text(wanted(), encoding="utf-8")


def _whole_or_not_at_all(connection: sa.Connection) -> None:
    """Makes a migration one transaction, which Python's SQLite driver does not begin for CREATE and DROP by itself, and lets a
    table be replaced by its new form while rows of others point at it: SQLite's own advice for such changes."""
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def one_at_a_time(data: Path) -> Iterator[None]:
    """Waits until no other process of this machine prepares the same database."""
    with (data / "prepare.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
