"""A server for a whole module of tests, and its database. A module may say more of its settings in `SETTINGS`."""

import shutil

import pytest

from troubadour_server.settings import Settings
from troubadour_server.storage.database import connect


@pytest.fixture(scope="module")
def settings(request, tmp_path_factory, prepared_folder):
    data = tmp_path_factory.mktemp("wire") / "data"
    shutil.copytree(prepared_folder, data)
    return Settings(data=data, **getattr(request.module, "SETTINGS", {}))


@pytest.fixture(scope="module")
def database(settings):
    engine = connect(settings.database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def address(settings, serve_app):
    return serve_app(settings)
