import shutil
import socket
import sys
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from troubadour.brief import Request
from troubadour_server.app import create_app
from troubadour_server.billing.accounts import create_key, find_account
from troubadour_server.settings import Settings
from troubadour_server.storage.database import connect
from troubadour_server.storage.prepare import prepare
from troubadour_server.tasks.engine import client as engine_client
from troubadour_server.tasks.order import Order
from troubadour_server.tasks.submit import submit

HELP = Path(__file__).parent / "help"
FAKE_MUSICIAN = (sys.executable, str(HELP / "fake_musician.py"))


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    prepare(Settings(data=folder))
    return folder


@pytest.fixture
def settings(tmp_path, prepared_folder):
    shutil.copytree(prepared_folder, tmp_path / "data")
    return Settings(data=tmp_path / "data", workers=1, lease_s=2.0, poll_s=0.1)


@pytest.fixture
def database(settings):
    engine = connect(settings.database)
    yield engine
    engine.dispose()


@pytest.fixture
def dbos(database):
    return engine_client(database)


@pytest.fixture
def new_account(database):
    def make(name="tester", credits=None):
        with database.begin() as connection:
            key = create_key(connection, name, credits)
            return find_account(connection, key.account), key.key

    return make


@pytest.fixture
def order_songs(database, dbos, settings):
    """Submits tasks; the texts say what the fake musician does with each clip."""

    def order(owner, *texts, key=None, item="create"):
        requests = tuple(Request(text=text, seed=7, take=take, title=f"Song {take}") for take, text in enumerate(texts))
        made = Order("sonic", "create_music", item, requests, "http://here", {"mv": "sonic-v5"}, key)
        return submit(database, dbos, settings, owner, made)

    return order


@pytest.fixture
def fake_musician():
    """The command of a child that makes no music."""
    return FAKE_MUSICIAN


@pytest.fixture(scope="module")
def serve_app():
    """Runs an application on a real socket; calling it with settings gives the address."""
    running = []

    def start(settings):
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(settings, FAKE_MUSICIAN), log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        running.append((server, thread, listening))
        while not server.started:
            time.sleep(0.01)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for server, thread, listening in running:
        server.should_exit = True
        thread.join()
        listening.close()
