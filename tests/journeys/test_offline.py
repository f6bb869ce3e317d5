"""After `make setup` nothing asks the network: a song is made in a network namespace that has no way out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNSHARE = shutil.which("unshare") or "unshare"
WAYS = ([UNSHARE, "--net"], [UNSHARE, "--net", "--map-root-user"])  # as root; as a user, or as root in a container
CUT = next((way for way in WAYS if subprocess.run([*way, "true"], capture_output=True, check=False).returncode == 0), WAYS[0])

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")


def cut_off(*command: str) -> str:
    """What a command prints in a network namespace of its own."""
    done = subprocess.run([*CUT, *command], capture_output=True, text=True, timeout=240, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_network_is_cut() -> None:
    devices = cut_off("cat", "/proc/net/dev").splitlines()[2:]
    assert [line.split(":")[0].strip() for line in devices] == ["lo"]


def test_a_song_is_made_with_the_network_cut(tmp_path: Path) -> None:
    sing = [sys.executable, "-m", "troubadour", "sing", "a short pop song", "--duration", "10", "--seed", "3", "--json"]
    made = json.loads(cut_off(*sing, "--out", str(tmp_path)))
    assert Path(made[0]["files"]["mp3"]).stat().st_size > 50_000


def test_the_service_makes_a_song_with_the_network_cut(tmp_path: Path) -> None:
    answer = json.loads(cut_off(sys.executable, "-m", "tests.journeys.cut_off", str(tmp_path / "data")))
    assert answer["state"] == "succeeded"
    assert answer["bytes"] > 50_000
