import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from troubadour_server.tasks.supervisor import CannotStart, Supervisor, Workers, alone, hold, listen, own_folder, prepare_folder

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_port_in_use_is_one_sentence_that_says_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"port {port} on 127.0.0.1 is in use: .*--port"):
            listen("127.0.0.1", port)


def test_an_unknown_host_is_one_sentence():
    with pytest.raises(CannotStart, match="--host"):
        listen("no.such.host.invalid", 0)


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match=r"cannot be written .*--data"):
        prepare_folder(tmp_path / "file" / "data")


def test_two_servers_do_not_share_a_folder(tmp_path):
    held = own_folder(tmp_path)
    with pytest.raises(CannotStart, match="another Troubadour server"):
        own_folder(tmp_path)
    held.close()
    own_folder(tmp_path).close()


def test_a_server_is_alone_unless_workers_share_its_folder(tmp_path):
    assert alone(tmp_path)
    workers = hold(tmp_path / "workers.lock", exclusive=False)
    assert not alone(tmp_path)
    workers.close()
    assert alone(tmp_path)


def test_every_start_of_a_worker_has_a_new_name_and_knows_who_lives(settings):
    object.__setattr__(settings, "workers", 2)
    workers = Workers(settings, owner=True)
    first, second, again = workers.command(0), workers.command(1), workers.command(0)
    name = [command[command.index("--executor") + 1] for command in (first, second, again)]
    assert len(set(name)) == 3
    assert again[again.index("--living") + 1 :] == [name[2], name[1]]


@pytest.fixture
def supervised(settings, monkeypatch):
    """A supervisor in a thread of its own, with one child that sleeps."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    supervisor = Supervisor(settings)
    supervisor.keep("sleeper", lambda: SLEEP)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    yield supervisor._children[0]
    supervisor._end(signal.SIGTERM, None)
    thread.join(20)
    assert not thread.is_alive()


def process_of(child):
    deadline = time.monotonic() + 10
    while child.process is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return child.process


def test_a_child_that_dies_is_started_again(supervised):
    first = process_of(supervised)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    deadline = time.monotonic() + 10
    while process_of(supervised).pid == first.pid:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert process_of(supervised).poll() is None


def test_children_die_with_a_killed_parent():
    code = (
        "import subprocess, sys, time\n"
        "from troubadour_server.tasks.process import die_with_parent\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], preexec_fn=die_with_parent)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 5
    while running(child):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
