"""Who is alive: each worker beats in the database; whoever falls silent is taken for dead, and its clips are taken up.

Each observer measures silence on its own monotonic clock, so clocks need not agree. An interrupted view (a database that was
away or busy, a process that stood still) clears the memory, so an outage does not look like a row of deaths. A wrong guess
wastes work and records nothing twice: the engine fences every claim.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping

import sqlalchemy as sa

from troubadour_server.storage.database import clip, executor_lease
from troubadour_server.tasks import engine as task_engine
from troubadour_server.tasks.finish import Outcome, finish
from troubadour_server.tasks.states import FAILURE, OPEN

BEAT_S = 1.0
SWEEP_EVERY = 5  # beats
GIVEN_UP = "the song could not be made: it was given up after too many interruptions; your credits were returned"


class Watch:
    """Remembers when each executor's beat last changed, on this process's own clock."""

    def __init__(self, silence_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._silence_s, self._clock = silence_s, clock
        self._seen: dict[str, tuple[int, float]] = {}
        self._fresh: set[str] = set()
        self._looked_at: float | None = None

    def look(self, beats: Mapping[str, int], expected: Iterable[str] = ()) -> None:
        """Takes in the beats of now. `expected` executors count as silent when they have no beat at all."""
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at > self._silence_s:
            self.forget()
        for name in {*beats, *expected}:
            beat = beats.get(name, 0)
            known = self._seen.get(name)
            if known is None or known[0] != beat:
                self._seen[name] = (beat, now)
                if known is not None or self._looked_at is not None:
                    self._fresh.add(name)
        self._looked_at = now

    def forget(self) -> None:
        """Begins anew, after a look that failed."""
        self._seen.clear()
        self._fresh.clear()
        self._looked_at = None

    def dead(self, names: Iterable[str]) -> list[str]:
        """Those of `names` that have been silent for too long."""
        return sorted(name for name in names if self._silent(name))

    def any_alive(self) -> bool:
        """Some executor has been seen to beat, not too long ago."""
        return any(name in self._seen and not self._silent(name) for name in self._fresh)

    def _silent(self, name: str) -> bool:
        return name in self._seen and self._clock() - self._seen[name][1] > self._silence_s


def read_beats(connection: sa.Connection) -> dict[str, int]:
    """All leases."""
    return {row.executor_id: row.beat for row in connection.execute(sa.select(executor_lease))}


def beat(connection: sa.Connection, me: str) -> None:
    """One more beat of this executor."""
    changed = connection.execute(
        sa.update(executor_lease).where(executor_lease.c.executor_id == me).values(beat=executor_lease.c.beat + 1)
    )
    if changed.rowcount == 0:
        connection.execute(executor_lease.insert().values(executor_id=me, beat=1))


def bury(connection: sa.Connection, dead: Iterable[str]) -> None:
    """Removes the leases of the dead."""
    connection.execute(sa.delete(executor_lease).where(executor_lease.c.executor_id.in_(list(dead))))


def bury_all_but(connection: sa.Connection, living: Iterable[str]) -> None:
    """Removes every other lease: for the one server that owns the data folder."""
    connection.execute(sa.delete(executor_lease).where(executor_lease.c.executor_id.not_in(list(living))))


def fail_given_up(database: sa.Engine) -> int:
    """Ends the clips that the engine has given up, so that they are refunded; how many there were."""
    with database.connect() as connection:
        rows = task_engine.status_table(connection)
        lost = sa.select(clip.c.id).join(rows, rows.c.workflow_uuid == clip.c.id)
        lost = lost.where(clip.c.state.in_(OPEN), rows.c.status.in_(task_engine.GIVEN_UP))
        given_up = list(connection.execute(lost).scalars())
    for clip_id in given_up:
        finish(database, clip_id, Outcome(error_type=FAILURE, error_message=GIVEN_UP))
    return len(given_up)


class LeaseKeeper(threading.Thread):
    """The thread of a worker that beats, buries and sweeps."""

    def __init__(self, database: sa.Engine, me: str, silence_s: float) -> None:
        super().__init__(daemon=True, name="lease")
        self._database, self._me = database, me
        self._watch = Watch(silence_s)
        self._ending = threading.Event()

    def run(self) -> None:
        """Beats until it is told to stop."""
        turn = 0
        while not self._ending.wait(BEAT_S if turn else 0.0):
            try:
                self._turn(turn)
            except sa.exc.SQLAlchemyError:
                self._watch.forget()
            turn += 1

    def stop(self) -> None:
        """Ends the thread and gives the lease back."""
        self._ending.set()
        self.join(5.0)
        with self._database.begin() as connection:
            bury(connection, [self._me])

    def _turn(self, turn: int) -> None:
        with self._database.begin() as connection:
            beat(connection, self._me)
            beats = read_beats(connection)
            busy = task_engine.busy_executors(connection) - {self._me}
        self._watch.look(beats, busy)
        if dead := self._watch.dead({*beats, *busy} - {self._me}):
            task_engine.recover(dead)
            with self._database.begin() as connection:
                bury(connection, dead)
        if turn % SWEEP_EVERY == 0:
            fail_given_up(self._database)
