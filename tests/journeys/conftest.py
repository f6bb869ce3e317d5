import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

COMMAND = [sys.executable, "-m", "troubadour_server"]
READY_WITHIN_S = 90


def descendants(pid):
    """All processes below this one."""
    below = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            below += [child, *descendants(child)]
    return below


def running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def command_line(pid):
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


class Server:
    """A real `troubadour serve` on a free port, its folder, and a key."""

    def __init__(self, data, **settings):
        self.data = data
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "TROUBADOUR_FORMATS": "mp3,wav,json,cover", **settings}
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(self.port), "--data", str(self.data)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
        )
        self.wait_healthy()

    def wait_healthy(self):
        deadline = time.monotonic() + READY_WITHIN_S
        while not self.healthy():
            assert self.process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server did not become healthy"
            time.sleep(0.1)

    def healthy(self):
        try:
            return httpx.get(f"{self.base}/health", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def run(self, *arguments):
        """Another troubadour command on the same folder."""
        done = subprocess.run(
            [*COMMAND, *arguments, "--data", str(self.data)], check=False, capture_output=True, text=True, env=self.environment
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def new_client(self, credits="100"):
        key = self.run("keys", "create", "--name", "visitor", "--credits", credits)
        return httpx.Client(base_url=f"{self.base}/api/v1", headers={"authorization": f"Bearer {key}"}, timeout=60)

    def processes(self, part):
        """The process ids below the server whose command line has this in it."""
        return [pid for pid in descendants(self.process.pid) if part in command_line(pid)]

    def kill_tree(self):
        """kill -9 of everything, the parent last, so that nobody can clean up."""
        everyone = [*descendants(self.process.pid), self.process.pid]
        os.kill(self.process.pid, signal.SIGSTOP)
        for pid in everyone:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = Server(tmp_path_factory.mktemp("server") / "data")
    made.start()
    yield made
    made.stop()
