import asyncio
import os
import time

import pytest

from troubadour import codec
from troubadour.brief import Request
from troubadour.errors import Unsingable
from troubadour_server.tasks.child import Child, ChildDied, ChildFailed


def order(text, tmp_path):
    request = codec.dumps(Request(text=text, seed=3))
    return {"do": "song", "command": request, "storage": (tmp_path / "f").as_uri(), "folder": "x", "scratch": str(tmp_path)}


@pytest.fixture
def with_child(fake_musician):
    def do(work):
        async def run():
            child = Child("song", dict(os.environ), fake_musician)
            try:
                return await work(child)
            finally:
                await child.kill()

        return asyncio.run(run())

    return do


def test_a_result_comes_back_with_its_progress(with_child, tmp_path):
    heard = []
    result = with_child(lambda child: child.ask(order("", tmp_path), 20, heard.append))
    assert result["duration_s"] == 10.0
    assert heard[0]["stage"] == "stems"
    assert [each["done"] for each in heard] == sorted(each["done"] for each in heard)


def test_the_musicians_refusals_are_raised_as_they_were(with_child, tmp_path):
    with pytest.raises(Unsingable, match="no voice can sing this"):
        with_child(lambda child: child.ask(order("refuse", tmp_path), 20))


def test_a_bug_is_told_and_the_child_lives_on(with_child, tmp_path):
    async def twice(child):
        with pytest.raises(ChildFailed, match="a bug"):
            await child.ask(order("break", tmp_path), 20)
        before = child._process.pid
        await child.ask(order("", tmp_path), 20)
        assert child._process.pid == before

    with_child(twice)


def test_a_dead_child_is_told_and_replaced(with_child, tmp_path):
    async def twice(child):
        with pytest.raises(ChildDied, match="exit code 9"):
            await child.ask(order("die", tmp_path), 20)
        assert await child.ask(order("", tmp_path), 20)

    with_child(twice)


def test_what_takes_too_long_is_killed(with_child, tmp_path):
    async def hang(child):
        await child.warm()
        process = child._process
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            await child.ask(order("hang", tmp_path), 0.3)
        assert time.monotonic() - began < 5
        assert process.returncode == -9

    with_child(hang)


def test_a_cancelled_order_kills_the_work(with_child, tmp_path):
    async def cancel(child):
        await child.warm()
        process = child._process
        asked = asyncio.create_task(child.ask(order("hang", tmp_path), 60))
        await asyncio.sleep(0.2)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert process.returncode == -9

    with_child(cancel)
