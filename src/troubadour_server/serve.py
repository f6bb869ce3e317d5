"""`troubadour serve` and `troubadour work`: from settings to a running server."""

from __future__ import annotations

import json
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import obstore
import sqlalchemy as sa

from troubadour.errors import ToolMissing
from troubadour_server.billing.accounts import FIRST_ACCOUNT, ensure_first_key, find_account, new_link
from troubadour_server.settings import Settings
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.database import opened
from troubadour_server.storage.pieces import remove_all
from troubadour_server.storage.prepare import prepare
from troubadour_server.tasks.supervisor import CannotStart, Supervisor, hold, keep_workers, listen, own_folder, prepare_folder

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}
HEALTH_EVERY_S = 0.5


def serve(settings: Settings, welcome: bool = False) -> None:
    """The API and the workers, until Ctrl-C. Raises CannotStart."""
    prepare_folder(settings.data)
    with own_folder(settings.data), listen(settings.host, settings.port) as listening:
        prepare_stores(settings)
        if settings.embedded:
            remove_all(Blobs(settings.storage))
        base = local_address(settings, listening)
        key, link = sign_in(settings, base)
        print_addresses(base, link, key)
        supervisor = Supervisor(settings)
        api = [sys.executable, "-m", "troubadour_server.app", "--socket", str(listening.fileno())]
        supervisor.keep("the API", lambda: api, sockets=(listening.fileno(),))
        keep_workers(supervisor, settings, owner=True)

        def greet() -> None:
            print("Ready. Ctrl-C ends the server.", flush=True)
            if welcome:
                supervisor.once([sys.executable, "-m", "troubadour_server.welcome", base, key])

        supervisor.on_turn = WhenHealthy(base, greet)
        supervisor.run()
        print("Troubadour has stopped; songs in the making go on at the next start.", flush=True)


def work(settings: Settings) -> None:
    """Workers alone, until Ctrl-C. Raises CannotStart."""
    if settings.workers == 0:
        raise CannotStart("TROUBADOUR_WORKERS is 0: there is nothing to run.")
    prepare_folder(settings.data)
    with hold(settings.data / "workers.lock", exclusive=False) or nullcontext():
        prepare_stores(settings)
        supervisor = Supervisor(settings)
        keep_workers(supervisor, settings, owner=False)
        print(f"Troubadour: {settings.workers} workers make songs for {settings.data} (Ctrl-C ends them).", flush=True)
        supervisor.run()


def prepare_stores(settings: Settings) -> None:
    """The programs, the separator, the place for files and the database, each tried before anything is started.

    Raises Unready and CannotStart.
    """
    if shutil.which("ffmpeg") is None:
        raise ToolMissing("ffmpeg, which writes the MP3s, is not installed: run  apt-get install ffmpeg")
    if settings.separator:
        from troubadour.listen.networks.weights import read_weights

        read_weights(Path(settings.separator))
    try:
        Blobs(settings.storage)
    except (ValueError, obstore.exceptions.BaseError) as error:
        raise CannotStart(f"TROUBADOUR_STORAGE_URL cannot be used ({_first_line(error)}).") from None
    try:
        prepare(settings)
    except sa.exc.OperationalError as error:
        raise CannotStart(f"the database cannot be reached ({_first_line(error.orig)}): see TROUBADOUR_DATABASE_URL.") from None
    except (sa.exc.ArgumentError, ImportError) as error:
        raise CannotStart(f"TROUBADOUR_DATABASE_URL is not the address of a database ({_first_line(error)}).") from None


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")


def local_address(settings: Settings, listening: socket.socket) -> str:
    """Where this server is reached from this machine."""
    host = WILDCARDS.get(settings.host, f"[{settings.host}]" if ":" in settings.host else settings.host)
    return f"http://{host}:{listening.getsockname()[1]}"


def sign_in(settings: Settings, base: str) -> tuple[str, str]:
    """The first key, and a one-time link that signs a browser into its account."""
    with opened(settings.database) as engine:
        key = ensure_first_key(engine, settings.data)
        with engine.begin() as connection:
            owner = find_account(connection, FIRST_ACCOUNT)
            assert owner is not None
            return key, f"{base}/?token={new_link(connection, owner)}"


def print_addresses(base: str, link: str, key: str) -> None:
    """What a person needs to begin. Printed before the children run: requests that come early wait in the socket."""
    print(
        f"Troubadour is starting.\n\n"
        f"  Studio         {link}\n"
        f"  API reference  {base}/docs\n"
        f"  API            {base}/api/v1\n"
        f"  API key        {key}\n\n"
        f"The Studio's link signs one browser in, once; every start prints a new one. The key stays the same.\n",
        flush=True,
    )


class WhenHealthy:
    """Calls something once, when /health answers 200. Asked at each turn of the supervisor."""

    def __init__(self, base: str, then: Callable[[], None]) -> None:
        self._base, self._then = base, then
        self._next = time.monotonic() + HEALTH_EVERY_S
        self._done = False

    def __call__(self) -> None:
        """Looks, now and then."""
        if self._done or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + HEALTH_EVERY_S
        if healthy(self._base):
            self._done = True
            self._then()


def healthy(base: str) -> bool:
    """/health answers 200."""
    try:
        with urllib.request.urlopen(f"{base}/health", timeout=0.5) as answer:
            return bool(json.load(answer)["status"] == "ok")
    except (urllib.error.URLError, OSError, ValueError):
        return False
