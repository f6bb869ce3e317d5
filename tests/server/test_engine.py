"""Real workers, real kill -9; only the music is fake."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from troubadour_server.billing.accounts import balances
from troubadour_server.storage.database import clip, ledger
from troubadour_server.storage.songs import find_task
from troubadour_server.tasks import engine as task_engine

WORKER = Path(__file__).parent / "help" / "fake_worker.py"
pytestmark = pytest.mark.xdist_group("engine")


@pytest.fixture
def start_worker(settings):
    """Starts workers; the ones that still live are killed at the end."""
    started = []

    def start(name, *living):
        process = subprocess.Popen([sys.executable, str(WORKER), name, *living], env=settings.environment())
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(condition, seconds=40):
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return result


def running_clips(database):
    with database.connect() as connection:
        return connection.execute(sa.select(clip.c.id).where(clip.c.state == "running")).scalars().all()


def final(database, owner, task_id):
    with database.connect() as connection:
        task = find_task(connection, owner, task_id)
        return task if task.state in ("succeeded", "failed") else None


def entries(database, task_id):
    with database.connect() as connection:
        return sorted(connection.execute(sa.select(ledger.c.kind).where(ledger.c.reference == task_id)).scalars())


def renders(settings, task_id):
    return len(list((settings.data / "files" / "songs" / task_id).glob("*/ran-*")))


def test_a_clip_of_a_killed_worker_is_taken_up_by_another_that_lives(
    settings, database, new_account, order_songs, start_worker
):
    owner, _ = new_account(credits=100)
    first = start_worker("first")
    task_id = order_songs(owner, "wait 2")
    wait_for(lambda: running_clips(database))
    start_worker("second")
    time.sleep(0.3)
    first.kill()
    task = wait_for(lambda: final(database, owner, task_id))
    assert [each.state for each in task.clips] == ["succeeded"]
    assert entries(database, task_id) == ["reserve", "settle"]
    assert renders(settings, task_id) == 1
    with database.connect() as connection:
        assert balances(connection, owner)["subscription"] == 85


def test_the_next_start_takes_up_everything_at_once(settings, database, new_account, order_songs, start_worker):
    owner, _ = new_account(credits=100)
    first = start_worker("first", "first")
    task_id = order_songs(owner, "wait 1", "")
    wait_for(lambda: running_clips(database))
    first.kill()
    first.wait()
    start_worker("second", "second")
    task = wait_for(lambda: final(database, owner, task_id))
    assert [each.state for each in task.clips] == ["succeeded", "succeeded"]
    assert entries(database, task_id) == ["reserve", "settle"]


def test_a_frozen_worker_that_comes_back_records_nothing_twice(database, new_account, order_songs, start_worker):
    owner, _ = new_account(credits=100)
    first = start_worker("first")
    task_id = order_songs(owner, "wait 1")
    wait_for(lambda: running_clips(database))
    first.send_signal(signal.SIGSTOP)
    start_worker("second")
    task = wait_for(lambda: final(database, owner, task_id))
    first.send_signal(signal.SIGCONT)
    time.sleep(2.0)
    assert task.state == "succeeded"
    assert entries(database, task_id) == ["reserve", "settle"]


def test_a_killed_worker_takes_its_child_with_it(database, new_account, order_songs, start_worker):
    owner, _ = new_account()
    worker = start_worker("first")
    order_songs(owner, "hang")
    wait_for(lambda: running_clips(database))
    time.sleep(0.5)
    children = Path(f"/proc/{worker.pid}/task").glob("*/children")
    pids = [int(pid) for file in children for pid in file.read_text().split()]
    assert pids
    worker.kill()
    worker.wait()
    wait_for(lambda: not any(alive(pid) for pid in pids), 5)


def alive(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_songs_that_cannot_be_made_fail_with_a_reason_and_are_refunded(
    settings, database, new_account, order_songs, start_worker
):
    owner, _ = new_account(credits=100)
    start_worker("only")
    refused, broken, deadly = (order_songs(owner, text) for text in ("refuse", "break", "die"))
    ended = [wait_for(lambda task_id=task_id: final(database, owner, task_id)) for task_id in (refused, broken, deadly)]
    assert [task.state for task in ended] == ["failed"] * 3
    assert ended[0].error_message == "no voice can sing this"
    assert "internal error" in ended[1].error_message
    with database.connect() as connection:
        assert balances(connection, owner)["subscription"] == 100


def test_a_clip_that_the_engine_gave_up_is_failed_and_refunded(database, new_account, order_songs, start_worker):
    owner, _ = new_account(credits=100)
    task_id = order_songs(owner, "")
    with database.begin() as connection:
        rows = task_engine.status_table(connection)
        connection.execute(sa.update(rows).values(status="MAX_RECOVERY_ATTEMPTS_EXCEEDED"))
    start_worker("only")
    task = wait_for(lambda: final(database, owner, task_id))
    assert (task.state, entries(database, task_id)) == ("failed", ["release", "reserve"])


def test_a_worker_ends_when_asked_and_gives_its_lease_back(database, start_worker):
    worker = start_worker("only")
    lease = sa.text("select count(*) from executor_lease")

    def leases():
        with database.connect() as connection:
            return connection.execute(lease).scalar()

    wait_for(leases)
    worker.terminate()
    assert worker.wait(10) == 0
    assert leases() == 0


def test_executor_names_never_repeat():
    assert len({task_engine.executor_id("x") for _ in range(100)}) == 100
    assert str(os.getpid()) in task_engine.executor_id("x")
