"""The pages' own logic and types, checked by Node and TypeScript."""

from __future__ import annotations

import subprocess

import pytest

from troubadour_server.web.build import SOURCES, install, node


@pytest.fixture(scope="module", autouse=True)
def packages():
    install()


def run(*arguments):
    done = subprocess.run([node(), *arguments], cwd=SOURCES, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_logic_of_the_studio_holds():
    assert "# fail 0" in run("--test", "--test-reporter=tap", "test/logic.test.ts")


def test_the_sources_pass_the_strict_type_checker():
    run("node_modules/typescript/bin/tsc", "--noEmit")
