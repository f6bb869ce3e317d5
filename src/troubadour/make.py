"""The whole path on one page: request → brief → plan → score → stems → mix.

One seam joins it to a service: `keep(name, kind, work)`. The library's own just calls `work()`; the server's loads a
stage that was saved, or runs it and saves the value, tells the progress and honours cancellation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from troubadour.brief import Brief, Request
from troubadour.brief.instruction import understood
from troubadour.brief.read import read
from troubadour.mix import Mix
from troubadour.mix.balance import balance
from troubadour.mix.splice import Patched
from troubadour.opening import Feed, Hear, openings
from troubadour.plan import Plan
from troubadour.plan.decide import decide
from troubadour.score import Score
from troubadour.score.compose import compose
from troubadour.score.revise import revised
from troubadour.stems import Stems
from troubadour.stems.render import render

T = TypeVar("T")
Progress = Callable[[str, float], None]


class Keep(Protocol):
    """Runs a stage, or finds what it made before. `name` is the stage, `kind` the type of its value."""

    def __call__(self, name: str, kind: type[T], work: Callable[[], T]) -> T:
        """The value of the stage."""
        ...


def work_now(name: str, kind: type[T], work: Callable[[], T]) -> T:
    """The simplest `keep`: do the work, keep nothing."""
    return work()


@dataclass(frozen=True)
class Song:
    """A song with everything that led to it. One of which only the score was written has no stems and no mix.

    Of the stems there is what the record owes and says; their sound is in the mix.
    """

    plan: Plan
    score: Score
    stems: Stems | None = None
    sound: Mix | Patched | None = None

    @property
    def mix(self) -> Mix | None:
        """The whole mix, also where only a part of it is new."""
        return self.sound.whole if isinstance(self.sound, Patched) else self.sound


def write_score(request: Request, keep: Keep = work_now) -> Song:
    """The first half of the path: a request becomes a plan and a score. Raises Refused when it cannot be met."""
    brief = keep("brief", Brief, lambda: read(request))
    plan = keep("plan", Plan, lambda: decide(brief))
    song = Song(plan, keep("score", Score, lambda: compose(plan)))
    if not request.instruction:
        return song
    return Song(*revised(song.plan, song.score, understood(request.instruction)))


def make(
    request: Request, keep: Keep = work_now, progress: Progress = lambda stage, done: None, hear: Hear | None = None
) -> Song:
    """A request becomes a song. Equal requests give equal samples. `progress` hears (what is done, 0-1); `hear` gets the
    song's own sound while it is made (`opening`)."""
    written = write_score(request, keep)
    if hear is None:
        return performed(written, keep, progress)
    feed = Feed(hear)
    for opening in openings(written.plan, written.score):
        feed.add(opening)
    song = performed(written, keep, progress)
    assert song.mix is not None
    feed.add(song.mix.master, last=True)
    return song


def performed(written: Song, keep: Keep = work_now, progress: Progress = lambda stage, done: None) -> Song:
    """The second half: a written song is played, sung and mixed."""
    plan, score = written.plan, written.score
    stems = keep("stems", Stems, lambda: render(score, progress))
    mix = keep("mix", Mix, lambda: balance(stems, plan, score))
    return Song(plan, score, replace(stems, tracks={}, dry={}), mix)  # the desk recorded over them
