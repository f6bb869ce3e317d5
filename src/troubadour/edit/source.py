"""A song that an edit starts from, and how a part of an edited song is recorded.

A source knows its plan, its score and its desk; its samples are read only when an edit needs them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from troubadour.make import Song
from troubadour.mix import Desk, Mix
from troubadour.mix.balance import balance_like
from troubadour.mix.splice import sliced
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.stems import Stems, Window
from troubadour.stems.render import render
from troubadour.units import SAMPLE_RATE_HZ

Progress = Callable[[str, float], None]

PREROLL_FRAMES = 3 * SAMPLE_RATE_HZ  # recorded before a window, so that rooms and compressors are in their places
CONTROL_FRAMES = 64  # the desk's curves count in these


@dataclass(frozen=True)
class Source:
    """A finished song. `mix` reads its samples."""

    plan: Plan
    score: Score
    desk: Desk
    mix: Callable[[], Mix]
    credits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def source_of(song: Song) -> Source:
    """A song in memory as a source. Raises ValueError for one that has not been mixed."""
    mix = song.mix
    if mix is None:
        raise ValueError("only a finished song can be edited")
    credits, notes = (song.stems.credits, song.stems.notes) if song.stems else ((), ())
    return Source(song.plan, song.score, mix.desk, lambda: mix, credits, notes)


def recorded(source: Source, plan: Plan, score: Score, window: Window, progress: Progress) -> tuple[Mix, Stems]:
    """A window of an edited song, played, sung and mixed like the song it comes from; and what the record owes and says.

    In another style only the singers keep their places on the desk.
    """
    desk = source.desk
    if plan.style != source.plan.style:
        singers = {name: fader for name, fader in desk.faders.items() if "vocals" in name}
        desk = replace(desk, faders=singers, sections_db={}, contour=replace(desk.contour, sections_db={}))
    first = max(0, window.start - PREROLL_FRAMES) // CONTROL_FRAMES * CONTROL_FRAMES
    wide = Window(first, window.end)
    stems = render(score, progress, wide)
    mix = balance_like(desk, stems, plan, score, wide)
    credits = tuple(dict.fromkeys((*source.credits, *stems.credits)))
    notes = tuple(dict.fromkeys((*source.notes, *stems.notes)))
    return sliced(mix, window.start - first, window.end - first), Stems({}, {}, credits, notes)
