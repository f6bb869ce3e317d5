"""Files on demand, with a converter that makes none: who waits for whom, what is kept, what is told when it fails."""

import asyncio
import sys
from pathlib import Path

import pytest

from troubadour.errors import BadRequest
from troubadour_server.request.errors import Busy, UnknownSong
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.conversions import claim, find_convertible, let_go, made
from troubadour_server.storage.database import clip, making
from troubadour_server.tasks.conversions import Conversions

from .finished import put_clip

FAKE = (sys.executable, str(Path(__file__).parent / "help" / "fake_converter.py"))


@pytest.fixture
def song(database, settings, new_account):
    owner, _ = new_account()
    clip_id, folder = put_clip(database, settings, owner)
    Blobs(settings.storage).put_text(f"{folder}/stages/score.json", "{}")
    with database.connect() as connection:
        return find_convertible(connection, clip.c.id == clip_id)


@pytest.fixture
def makers(database, settings):
    """As many API processes as asked for, and a way to run them."""

    def run(work, count=1):
        async def done():
            each = [Conversions(settings, database, Blobs(settings.storage), FAKE) for _ in range(count)]
            try:
                return await work(*each)
            finally:
                for one in each:
                    await one.close()

        return asyncio.run(done())

    return run


def times_made(settings, song, kind):
    return len(list((Blobs(settings.storage).folder / song.folder).glob(f"{kind}-began-*")))


def test_a_file_is_made_once_and_then_found(makers, settings, song):
    first, second = makers(lambda one: twice(one, song, "wav"))
    assert first == second
    assert times_made(settings, song, "wav") == 1


async def twice(makers, song, kind):
    return await makers.file(song, kind), await makers.file(song, kind)


def test_those_who_ask_at_once_wait_for_one_file(makers, settings, song):
    async def ask(one):
        return await asyncio.gather(*(one.file(song, "opus") for _ in range(5)))

    assert len({each.sha256 for each in makers(ask)}) == 1
    assert times_made(settings, song, "opus") == 1


def test_two_processes_do_not_make_the_same_file(makers, settings, song):
    async def ask(one, other):
        return await asyncio.gather(one.file(song, "opus"), other.file(song, "opus"))

    first, second = makers(ask, count=2)
    assert first == second
    assert times_made(settings, song, "opus") == 1


def test_it_is_finished_although_the_one_who_asked_has_gone(makers, database, song):
    async def leave(one):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(one.file(song, "opus"), 0.2)
        await one.file(song, "wav")  # the same child's next work
        with database.connect() as connection:
            return made(connection, song.id, "opus")

    assert makers(leave) is not None


def test_a_dead_converter_is_started_again(makers, settings, song):
    makers(lambda one: one.file(song, "flac"))
    assert times_made(settings, song, "flac") == 2


def test_what_a_dead_process_left_half_done_is_taken_over(makers, database, song):
    with database.begin() as connection:
        assert claim(connection, song.id, "wav", "somebody")
        assert not claim(connection, song.id, "wav", "another")
        connection.execute(making.update().values(until="2020-01-01T00:00:00.000Z"))
    makers(lambda one: one.file(song, "wav"))
    with database.connect() as connection:
        assert made(connection, song.id, "wav") is not None
        assert connection.execute(making.select()).all() == []


def test_only_the_holder_lets_go(database, song):
    with database.begin() as connection:
        claim(connection, song.id, "wav", "somebody")
        let_go(connection, song.id, "wav", "another")
        assert not claim(connection, song.id, "wav", "another")


def test_a_refusal_reaches_everyone_and_leaves_nothing_behind(makers, database, song):
    async def ask(one):
        return await asyncio.gather(*(one.file(song, "lrc") for _ in range(2)), return_exceptions=True)

    assert [(type(each), str(each)) for each in makers(ask)] == [(BadRequest, "nobody sings in this song")] * 2
    with database.connect() as connection:
        assert connection.execute(making.select()).all() == []


def test_a_song_without_its_score_is_gone(makers, settings, song):
    (Blobs(settings.storage).folder / song.folder / "stages" / "score.json").unlink()
    with pytest.raises(UnknownSong, match="no longer here"):
        makers(lambda one: one.file(song, "mid"))


def test_a_video_is_made_with_every_song_where_one_wants_that(settings):
    assert "mp4" not in settings.song_formats
    assert "mp4" in settings.model_copy(update={"video": "always"}).song_formats


def test_what_takes_too_long_is_told_and_ended(makers, settings, song, database):
    hasty = settings.model_copy(update={"convert_timeout_s": 0.3})

    async def ask():
        one = Conversions(hasty, database, Blobs(settings.storage), FAKE)
        await one._sounds.warm()
        try:
            await one.file(song, "opus")
        finally:
            await one.close()

    with pytest.raises(Busy, match=r"longer than 0\.3 s"):
        asyncio.run(ask())
