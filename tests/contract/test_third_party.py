"""THIRD_PARTY.md names everything that runs."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOTICES = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
ROWS = {cells[0]: cells[1:] for line in NOTICES.splitlines() if (cells := [c.strip() for c in line.strip("|").split("|")])}


def test_every_locked_runtime_package_is_listed_with_its_version_and_a_licence():
    lock = (ROOT / "locks/run.txt").read_text(encoding="utf-8")
    packages = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, re.MULTILINE)
    assert packages
    for name, version in packages:
        versions, licence = ROWS[name]
        assert version in versions.split(", "), f"{name}: run scripts/third_party.py"
        assert licence


def test_every_npm_package_in_the_pages_is_listed_with_its_version_and_licence():
    bundled = re.search(r"BUNDLED = \[(.*?)\]", (ROOT / "web/build.mjs").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert bundled
    for name in re.findall(r'"([^"]+)"', bundled[1]):
        about = lock[f"node_modules/{name}"]
        assert ROWS[name] == [about["version"], about["license"]]


def test_every_debian_package_that_runs_need_is_listed():
    lines = (ROOT / "scripts/apt-run.txt").read_text(encoding="utf-8").splitlines()
    assert [name for line in lines if (name := line.split("#")[0].strip()) and name not in ROWS] == []
