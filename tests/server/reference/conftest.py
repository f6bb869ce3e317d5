"""A server with the fake musician, an account, a finished song and a lyrics task: what the reference's examples are sent to."""

import shutil
from dataclasses import dataclass

import httpx
import pytest
import sqlalchemy as sa

from troubadour_server.app import FAMILIES as ROUTERS
from troubadour_server.app import PREFIX, create_app
from troubadour_server.billing.accounts import create_key
from troubadour_server.reference.pages import Reference, aliases
from troubadour_server.reference.routes import Route
from troubadour_server.settings import Settings
from troubadour_server.storage.database import connect


@pytest.fixture(scope="module")
def data(tmp_path_factory, prepared_folder):
    folder = tmp_path_factory.mktemp("reference") / "data"
    shutil.copytree(prepared_folder, folder)
    return Settings(data=folder)


@pytest.fixture(scope="module")
def app(data):
    made = create_app(data)
    yield made
    made.state.database.dispose()


@pytest.fixture(scope="module")
def reference(app, data):
    return Reference(app.openapi(), data, aliases(ROUTERS, PREFIX))


@pytest.fixture(scope="module")
def routes(reference):
    return {slug: page.about for slug, page in reference.pages.items() if isinstance(page.about, Route)}


@dataclass(frozen=True)
class Server:
    """Where it is, and who asks."""

    address: str
    key: str
    task: str
    clip: str
    database: sa.Engine

    def client(self):
        return httpx.Client(base_url=self.address, headers={"authorization": f"Bearer {self.key}"}, timeout=60)


@pytest.fixture(scope="module")
def server(data, serve_app):
    address = serve_app(data)
    engine = connect(data.database)
    with engine.begin() as connection:
        key = create_key(connection, "reader", 1_000_000).key
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {key}"}, timeout=60) as client:
        song = {"custom_mode": True, "mv": "sonic-v5", "prompt": "la"}
        task = client.post("/api/v1/sonic/create", json=song).raise_for_status().json()["task_id"]
        clip = client.get(f"/api/v1/sonic/task/{task}").json()["data"][0]["clip_id"]
    yield Server(address, key, task, clip, engine)
    engine.dispose()
