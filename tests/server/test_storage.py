import asyncio
import sqlite3

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from troubadour_server.settings import Settings
from troubadour_server.storage.blobs import Blobs, content_type
from troubadour_server.storage.database import metadata, opened
from troubadour_server.storage.prepare import alembic_config, prepare

ENGINES_TABLES = {"alembic_version"}


def test_the_migrations_make_the_tables_that_the_code_uses(database):
    ours = set(metadata.tables)

    def include(thing, name, kind, reflected, compare_to):
        return name in ours if kind == "table" else True

    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": include})
        assert compare_metadata(context, metadata) == []


def test_the_database_is_in_wal_mode(settings, database):
    connection = sqlite3.connect(settings.data / "troubadour.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_preparing_twice_changes_nothing(settings):
    before = (settings.data / "schema").read_text()
    prepare(settings)
    assert (settings.data / "schema").read_text() == before


def test_a_file_comes_back_byte_for_byte_in_any_part(tmp_path):
    blobs = Blobs((tmp_path / "files").as_uri())
    source = tmp_path / "a song.mp3"
    source.write_bytes(bytes(range(256)) * 5000)
    stored = blobs.put_file("songs/t/c/a song.mp3", source)
    assert (stored.bytes, stored.content_type) == (1_280_000, "audio/mpeg")

    async def part(start, end):
        return b"".join([block async for block in blobs.stream(stored.key, start, end)])

    assert asyncio.run(part(0, stored.bytes)) == source.read_bytes()
    assert asyncio.run(part(700_000, 700_010)) == source.read_bytes()[700_000:700_010]


def test_text_that_was_never_put_is_none(tmp_path):
    assert Blobs((tmp_path / "files").as_uri()).get_text("songs/t/c/score.json") is None


def test_every_format_has_its_media_type():
    kinds = {"mp3": "audio/mpeg", "wav": "audio/wav", "mid": "audio/midi", "jpg": "image/jpeg", "json": "application/json"}
    assert {ending: content_type(f"x.{ending}") for ending in kinds} == kinds


def test_a_database_of_the_first_version_keeps_its_songs(tmp_path):
    settings = Settings(data=tmp_path)
    with opened(settings.database) as engine, engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for row in (
            "account values ('a', 'ann', '')",
            "task (id, account_id, family, operation, state, base_url, wire, created_at)"
            " values ('t', 'a', 'sonic', 'create_music', 'succeeded', '', '{}', '')",
            "clip (id, task_id, account_id, place, request, token, state, title, tags, lyrics, seed, created_at)"
            " values ('c', 't', 'a', 0, '{}', 'x', 'succeeded', 'Old Song', '', '', '1', '')",
            "file values ('c', 'mp3', 'n', 'k', 'audio/mpeg', 1, '')",
        ):
            connection.exec_driver_sql(f"insert into {row}")
    prepare(settings)
    with opened(settings.database) as engine, engine.connect() as connection:
        assert connection.exec_driver_sql("select title from clip").scalars().all() == ["Old Song"]
        assert connection.exec_driver_sql("pragma foreign_key_check").all() == []
