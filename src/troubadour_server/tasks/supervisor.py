"""`serve` and `work`: one parent that keeps the API process and the workers running.

A child that dies is started again, later each time it dies young. Children die with the parent (`process`), and the next
start takes up what they had in hand. The parent holds a lock on the data folder, which the kernel drops with its life: who
gets the lock knows that nobody else lives. The listening socket belongs to the parent, so requests wait while the API
process is started again.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from troubadour_server.settings import Settings
from troubadour_server.tasks.process import die_with_parent, one_thread_each

PATIENCE_S = 8.0  # how long children may take to end before they are killed
LONG_LIFE_S = 60.0  # a child that lived so long starts without delay
DELAYS_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)
LOOK_EVERY_S = 0.1
BACKLOG = 512


class CannotStart(Exception):
    """The server cannot start; the message says why and what to do."""


@dataclass
class Kept:
    """A child that is to be running. `command` is asked anew for each start, since an executor's name is used once."""

    name: str
    command: Callable[[], Sequence[str]]
    sockets: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    early_deaths: int = field(default=0)


class Supervisor:
    """Starts its children, and starts them again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._children: list[Kept] = []
        self._ending = False
        self.on_turn: Callable[[], None] = lambda: None

    def keep(self, name: str, command: Callable[[], Sequence[str]], sockets: tuple[int, ...] = ()) -> None:
        """Adds a child that is to be running."""
        self._children.append(Kept(name, command, sockets))

    def run(self) -> None:
        """Runs until Ctrl-C or SIGTERM, then ends the children."""
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, self._end)
        try:
            while not self._ending:
                for child in self._children:
                    self._look_after(child)
                self.on_turn()
                time.sleep(LOOK_EVERY_S)
        finally:
            self._end_children()

    def once(self, command: Sequence[str]) -> None:
        """Starts a child that may end by itself."""
        self._children.append(Kept("guest", lambda: command, process=self._spawn(command, ()), start_at=float("inf")))

    def _end(self, _signal: int, _frame: FrameType | None) -> None:
        self._ending = True

    def _look_after(self, child: Kept) -> None:
        now = time.monotonic()
        if child.process is not None:
            code = child.process.poll()
            if code is None:
                return
            child.process = None
            if child.name == "guest":
                return
            child.early_deaths = 0 if now - child.started_at > LONG_LIFE_S else child.early_deaths + 1
            child.start_at = now + DELAYS_S[min(child.early_deaths, len(DELAYS_S)) - 1] if child.early_deaths else now
            print(f"troubadour: {child.name} ended ({_how(code)}); it is started again", file=sys.stderr, flush=True)
        if now >= child.start_at and not self._ending:
            child.process = self._spawn(child.command(), child.sockets)
            child.started_at = now

    def _spawn(self, command: Sequence[str], sockets: tuple[int, ...]) -> subprocess.Popen[bytes]:
        environment = {**self._settings.environment(), **one_thread_each()}
        return subprocess.Popen(
            command,
            env=environment,
            pass_fds=sockets,
            stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent,  # noqa: PLW1509  this process has no other threads
        )

    def _end_children(self) -> None:
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + PATIENCE_S
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def prepare_folder(data: Path) -> None:
    """The data folder, made and tried. Raises CannotStart."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / f".probe-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"the data folder {data} cannot be written ({error.strerror}): make it writable, or choose another with --data."
        ) from None


def hold(place: Path, exclusive: bool) -> IO[bytes] | None:
    """A lock on a file for the life of this process; None when another process has it."""
    file = place.open("ab")
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def own_folder(data: Path) -> IO[bytes]:
    """The lock that makes this server the data folder's only one. Raises CannotStart."""
    held = hold(data / "server.lock", exclusive=True)
    if held is None:
        raise CannotStart(f"another Troubadour server uses {data}: stop it, or choose another folder with --data.")
    shutil.rmtree(data / "scratch", ignore_errors=True)  # what a killed render left behind
    return held


def alone(data: Path) -> bool:
    """No `troubadour work` is running on this data folder either."""
    held = hold(data / "workers.lock", exclusive=True)
    if held is None:
        return False
    held.close()
    return True


def listen(host: str, port: int) -> socket.socket:
    """The listening socket. Raises CannotStart."""
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError:
        raise CannotStart(f"the host {host!r} is not an address of this machine: choose another with --host.") from None
    made = socket.socket(kind, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(address)
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        raise CannotStart(_cannot_bind(host, port, error)) from None
    made.set_inheritable(True)
    return made


def _cannot_bind(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use: stop what uses it, or choose another with --port (make run PORT={port + 1})."
    if error.errno == errno.EACCES:
        return f"port {port} may not be used without being root: choose one above 1023 with --port."
    return f"{host}:{port} cannot be listened on ({error.strerror}): choose others with --host and --port."


class Workers:
    """The names of the running workers of this machine, new ones for each start."""

    def __init__(self, settings: Settings, owner: bool) -> None:
        self._settings, self._owner = settings, owner
        self._names: dict[int, str] = {}

    def command(self, place: int) -> list[str]:
        """The command line of the worker in this place."""
        from secrets import token_hex

        for each in range(self._settings.workers):
            if each == place or each not in self._names:
                self._names[each] = f"{socket.gethostname()[:40]}-{os.getpid()}-{each}-{token_hex(4)}"
        command = [sys.executable, "-m", "troubadour_server.tasks.worker", "--executor", self._names[place]]
        if self._owner and self._settings.embedded and alone(self._settings.data):
            command += ["--living", *self._names.values()]
        return command


def keep_workers(supervisor: Supervisor, settings: Settings, owner: bool) -> None:
    """Adds the workers of this machine."""
    workers = Workers(settings, owner)
    for place in range(settings.workers):
        supervisor.keep(f"worker {place + 1}", lambda place=place: workers.command(place))  # type: ignore[misc]
