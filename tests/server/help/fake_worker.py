"""A worker whose child is the fake musician: `fake_worker.py EXECUTOR [LIVING …]`."""

import sys
from pathlib import Path

from troubadour_server.settings import load
from troubadour_server.tasks.worker import work

if __name__ == "__main__":
    work(load(), sys.argv[1], sys.argv[2:], (sys.executable, str(Path(__file__).with_name("fake_musician.py"))))
