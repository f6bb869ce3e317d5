"""After `make setup` nothing asks the network: a song is made in a network namespace that has no way out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CUT = [shutil.which("unshare") or "unshare", "--net", "--map-root-user"]


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_a_song_is_made_with_the_network_cut(tmp_path: Path) -> None:
    proof = subprocess.run([*CUT, "cat", "/proc/net/dev"], capture_output=True, text=True, check=True).stdout
    assert [line.split(":")[0].strip() for line in proof.splitlines()[2:]] == ["lo"]
    sing = [sys.executable, "-m", "troubadour", "sing", "a short pop song", "--duration", "10", "--seed", "3", "--json"]
    done = subprocess.run([*CUT, *sing, "--out", str(tmp_path)], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert Path(json.loads(done.stdout)[0]["files"]["mp3"]).stat().st_size > 50_000
