"""A worker process: `python -m troubadour_server.tasks.worker --executor ID [--living ID …]`.

It takes clips from the queue one at a time and has them made by its warm child. `--living` is given by the supervisor that
owns the data folder: every executor that is not named there is dead, so its clips are taken up at once.
"""

from __future__ import annotations

import argparse
import os
import signal
import threading
from collections.abc import Sequence

from troubadour_server.settings import Settings, load
from troubadour_server.storage.database import WORKERS_PATIENCE_MS, connect
from troubadour_server.tasks import engine as task_engine
from troubadour_server.tasks.child import RENDERER, Child
from troubadour_server.tasks.lease import LeaseKeeper, bury_all_but
from troubadour_server.tasks.postman import Postman
from troubadour_server.tasks.process import ignore_interrupts
from troubadour_server.tasks.workshop import Workshop, register


def work(settings: Settings, executor: str, living: Sequence[str], renderer: Sequence[str] = RENDERER) -> None:
    """Makes clips until the process is told to end."""
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    ignore_interrupts()
    parent = os.getppid()
    database = connect(settings.database, busy_timeout_ms=WORKERS_PATIENCE_MS)
    child = Child("song", settings.environment(), renderer)
    task_engine.configure(settings.database, executor)
    shop = Workshop(settings, database, child)
    shop.open()
    register(shop, database)
    task_engine.launch(settings.poll_s)
    keeper = LeaseKeeper(database, executor, settings.lease_s)
    keeper.start()
    Postman(settings, database).start()
    if living:
        with database.begin() as connection:
            bury_all_but(connection, living)
            dead = task_engine.busy_executors(connection) - set(living)
        if dead:
            task_engine.recover(sorted(dead))
    while not ending.wait(1.0) and os.getppid() == parent:
        pass
    keeper.stop()
    os._exit(0)  # the child ends with its pipe; the clip in hand is taken up by the next worker


def main() -> None:
    """Reads the command line; the settings come from the environment."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--executor", required=True)
    parser.add_argument("--living", nargs="*", default=[])
    options = parser.parse_args()
    work(load(), options.executor, options.living)


if __name__ == "__main__":
    main()
