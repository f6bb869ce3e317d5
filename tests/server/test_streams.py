"""A song that is heard while it is made: its link plays from the first piece to the last, then it is the file."""

import asyncio
import json
import threading
import time

import httpx
import numpy as np
import pytest
import sqlalchemy as sa
from tests.server.finished import path_of

from troubadour.files.mp3 import decoded_mp3
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.database import clip, delivery, file, task
from troubadour_server.storage.pieces import get_piece, put_piece, remove_pieces
from troubadour_server.storage.songs import find_task
from troubadour_server.tasks.finish import Outcome, begin, finish, playable
from troubadour_server.tasks.streams import Broken, Streams

FACTS = {"title": "Paper Moon", "tags": "folk", "lyrics": "", "duration_s": 2.0}
SECOND = np.rint(8000 * np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100)).astype(np.int16).repeat(2).tobytes()


@pytest.fixture
def heard(database, new_account, order_songs):
    """A running clip of which sound is there: (owner, task, clip, its path)."""
    owner, _ = new_account(credits=100)
    task_id = order_songs(owner, "")
    with database.begin() as connection:
        clip_id = connection.execute(sa.select(clip.c.id)).scalar_one()
        connection.execute(sa.update(task).values(webhook_url="https://example.org/hook", base_url="http://here"))
    begin(database, clip_id)
    playable(database, clip_id, FACTS)
    with database.connect() as connection:
        view = find_task(connection, owner, task_id).clips[0]
    return owner, task_id, clip_id, view


def test_a_running_clip_shows_a_link_once_it_can_be_heard(heard):
    view = heard[3]
    assert (view.state, view.title) == ("running", "Paper Moon")
    assert view.links["mp3"].endswith("/Paper%20Moon.mp3")


def test_whoever_wants_to_be_told_hears_of_it_once(database, heard):
    playable(database, heard[2], FACTS)
    with database.connect() as connection:
        events = connection.execute(sa.select(delivery.c.event, delivery.c.payload)).all()
    assert [each.event for each in events] == ["song.streaming"]
    assert json.loads(events[0].payload)["data"][0]["audio_url"] == heard[3].links["mp3"]


def test_a_link_plays_to_the_end_while_the_song_is_made(settings, heard, serve_app):
    blobs, clip_id = Blobs(settings.storage), heard[2]

    def make():
        put_piece(blobs, clip_id, 0, SECOND, last=False)
        time.sleep(0.3)
        put_piece(blobs, clip_id, 1, SECOND, last=True)

    threading.Thread(target=make).start()
    link = serve_app(settings) + path_of(heard[3].links["mp3"])
    answer = httpx.get(link, headers={"Range": "bytes=0-99"}, timeout=60.0)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")
    assert "content-length" not in answer.headers
    assert 2.0 <= len(decoded_mp3(answer.content)) / 44_100 < 2.1


def test_a_finished_song_is_its_file_under_the_same_link(database, settings, heard):
    owner, task_id, clip_id, view = heard
    place = settings.data / "Paper Moon.mp3"
    place.write_bytes(b"the file")
    stored = Blobs(settings.storage).put_file("songs/x/Paper Moon.mp3", place)
    finish(database, clip_id, Outcome(facts={**FACTS, "files": {"mp3": vars(stored)}}))
    with database.connect() as connection:
        assert find_task(connection, owner, task_id).clips[0].links["mp3"] == view.links["mp3"]
        assert connection.execute(sa.select(file.c.kind)).scalars().all() == ["mp3"]


def test_a_song_that_fails_breaks_the_connection(settings):
    blobs = Blobs(settings.storage)
    put_piece(blobs, "lost", 0, SECOND, last=False)

    async def listen():
        streams = Streams(blobs, alive=lambda clip_id: False)
        return [block async for block in streams.follow("lost")]

    with pytest.raises(Broken):
        asyncio.run(listen())


def test_pieces_are_removed(settings):
    blobs = Blobs(settings.storage)
    put_piece(blobs, "old", 0, SECOND, last=False)
    put_piece(blobs, "old", 1, SECOND, last=True)
    remove_pieces(blobs, "old")
    assert get_piece(blobs, "old", 0) is None
