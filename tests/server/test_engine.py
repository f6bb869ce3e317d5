"""Real workers, real kill -9; only the music is fake."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from troubadour_server.billing.accounts import balances
from troubadour_server.storage.database import WORKERS_PATIENCE_MS, clip, connect, executor_lease, ledger
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


def leases(database):
    with database.connect() as connection:
        return connection.execute(sa.select(executor_lease.c.executor_id)).scalars().all()


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


def test_a_frozen_worker_that_comes_back_records_nothing_twice(settings, database, new_account, order_songs, start_worker):
    owner, _ = new_account(credits=100)
    first = start_worker("first")
    task_id = order_songs(owner, "wait 2")
    wait_for(lambda: running_clips(database))
    freeze(first, settings)
    start_worker("second")
    task = wait_for(lambda: final(database, owner, task_id))
    assert "first" not in leases(database)
    first.send_signal(signal.SIGCONT)
    wait_for(lambda: "first" in leases(database))
    time.sleep(1.0)
    assert task.state == "succeeded"
    assert entries(database, task_id) == ["reserve", "settle"]


def freeze(process, settings):
    """Stops a worker, but not in the middle of a write: that would lock everybody out."""
    while True:
        process.send_signal(signal.SIGSTOP)
        wait_for(lambda: state_of(process.pid) == "T")
        if writable(settings.data / "troubadour.db"):
            return
        process.send_signal(signal.SIGCONT)
        time.sleep(0.02)


def writable(file):
    with closing(sqlite3.connect(file, timeout=0)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True


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
    wait_for(lambda: not any(state_of(pid) not in "ZX" for pid in pids), 5)


def state_of(pid):
    """R, S, D, T, Z as in `man proc`; X when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


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
    wait_for(lambda: leases(database))
    worker.terminate()
    assert worker.wait(10) == 0
    assert leases(database) == []


def test_a_worker_waits_for_a_database_that_is_busy_for_long(settings):
    patient = connect(settings.database, busy_timeout_ms=WORKERS_PATIENCE_MS)
    with patient.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() > 600_000
    patient.dispose()


def test_executor_names_never_repeat():
    assert len({task_engine.executor_id("x") for _ in range(100)}) == 100
    assert str(os.getpid()) in task_engine.executor_id("x")
