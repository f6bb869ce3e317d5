"""The musician is a plain library: what it may not import, and what the service may read where."""

import ast
from pathlib import Path

import pytest

import troubadour
import troubadour_server
from troubadour_server.settings import PREFIX, Settings

MUSICIAN = Path(troubadour.__file__).parent
SERVICE = Path(troubadour_server.__file__).parent
FORBIDDEN = {
    "troubadour_server",
    "requests",
    "random",
    "httpx",
    "fastapi",
    "sqlalchemy",
    "dbos",
    "uvicorn",
    "socket",
    "urllib.request",
}
CLOCK_AND_ENVIRONMENT = {("os", "environ"), ("os", "getenv"), ("time", "time"), ("datetime", "now"), ("datetime", "utcnow")}
PREPARING = {"prepare.py"}  # run by `make setup`, not by a song


def files(root):
    return [file for file in sorted(root.rglob("*.py")) if file.name not in PREPARING]


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def attributes(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.value.id, node.attr


@pytest.mark.parametrize("file", files(MUSICIAN), ids=lambda file: str(file.relative_to(MUSICIAN)))
def test_the_musician_knows_no_service_no_network_and_no_chance_but_its_own(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = set(imported(tree))
    crossed = {name for name in names if name in FORBIDDEN or name.split(".")[0] in FORBIDDEN}
    assert not crossed
    if file.name != "cli.py":
        assert not CLOCK_AND_ENVIRONMENT & set(attributes(tree))


def test_only_the_settings_read_the_services_environment():
    for file in files(SERVICE):
        text = file.read_text(encoding="utf-8")
        if file.name != "settings.py" and "web" not in file.parts:
            assert "os.environ" not in text, file
            assert "getenv" not in text, file


def test_every_setting_says_what_it_means():
    assert PREFIX == "TROUBADOUR_"
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
