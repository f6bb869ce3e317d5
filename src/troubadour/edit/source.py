"""A song that an edit starts from, and how a part of an edited song is recorded.

A source knows its plan, its score and its desk; its samples are read only when an edit needs them. A recording is a source
too (`edit.recording`): then `heard` says what is known of it, and its score is a grid without notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from troubadour.edit.heard import Heard
from troubadour.edit.pieces import since, until
from troubadour.make import Song
from troubadour.mix import Desk, Mix
from troubadour.mix.balance import balance, balance_like
from troubadour.mix.desk import RECORDING
from troubadour.mix.loudness import integrated
from troubadour.mix.splice import Held, Reel, copied, sliced
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.stems import Stems, Window
from troubadour.stems.band.record import LONGEST_RING_FRAMES
from troubadour.stems.render import render
from troubadour.units import SAMPLE_RATE_HZ

Progress = Callable[[str, float], None]

PREROLL_FRAMES = 3 * SAMPLE_RATE_HZ  # recorded before a window, so that rooms and compressors are in their places
LISTENED_FRAMES, QUIETEST_LUFS = 30 * SAMPLE_RATE_HZ, -30.0  # of a recording, to be as loud as it is
CONTROL_FRAMES = 64  # the desk's curves count in these


@dataclass(frozen=True)
class Source:
    """A finished song. `mix` reads its samples: whoever calls it may write into them. A `kept` song can be read in part."""

    plan: Plan
    score: Score
    desk: Desk
    mix: Callable[[], Mix]
    credits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    heard: Heard | None = None
    taped: bool = False  # its sound holds more than its score says: a recording, or a piece of one
    kept: Reel | None = None

    @property
    def reel(self) -> Reel:
        """Its samples, to be read in part."""
        return self.kept or Held(self.mix)


def source_of(song: Song) -> Source:
    """A song in memory as a source. Raises ValueError for one that has not been mixed."""
    mix = song.mix
    if mix is None:
        raise ValueError("only a finished song can be edited")
    credits, notes = (song.stems.credits, song.stems.notes) if song.stems else ((), ())
    return Source(song.plan, song.score, mix.desk, lambda: copied(mix), credits, notes, taped=is_taped(mix.stems, song.score))


def is_taped(stems: Iterable[str], score: Score) -> bool:
    """Whether stems of these names hold more than the score says: a recording, or a recorded voice."""
    names = set(stems)
    return RECORDING in names or ("vocals" in names and not score.sung)


def recorded(source: Source, plan: Plan, score: Score, window: Window, progress: Progress) -> tuple[Mix, Stems]:
    """A window of an edited song, played, sung and mixed like the song it comes from; and what the record owes and says.

    In another style only the singers keep their places on the desk. Beside a recording, whose desk nobody knows, the window
    is mixed afresh, as loud as the recording is there.
    """
    if source.heard is not None:
        return _beside_recording(source, plan, score, window, progress)
    desk = source.desk
    if plan.style != source.plan.style:
        singers = {name: fader for name, fader in desk.faders.items() if "vocals" in name}
        desk = replace(desk, faders=singers, sections_db={}, contour=replace(desk.contour, sections_db={}))
    first = max(0, window.start - PREROLL_FRAMES) // CONTROL_FRAMES * CONTROL_FRAMES
    wide = Window(first, window.end)
    stems = render(near(score, wide), progress, wide)
    mix = balance_like(desk, stems, plan, score, wide)
    credits = tuple(dict.fromkeys((*source.credits, *stems.credits)))
    notes = tuple(dict.fromkeys((*source.notes, *stems.notes)))
    return sliced(mix, window.start - first, window.end - first), Stems({}, {}, credits, notes)


def near(score: Score, window: Window) -> Score:
    """The score with those notes alone that may be heard in a window, in whole bars: the others need not be played."""
    first = score.bar_start(score.bar_at(round(score.tick_at(max(0, window.start - LONGEST_RING_FRAMES) / SAMPLE_RATE_HZ))))
    after = score.bar_start(score.bar_at(round(score.tick_at(window.end / SAMPLE_RATE_HZ))) + 2)
    parts = (replace(part, notes=tuple(n for n in part.notes if first < n.end and n.start < after)) for part in score.parts)
    return replace(score, parts=tuple(parts))


def _beside_recording(source: Source, plan: Plan, score: Score, window: Window, progress: Progress) -> tuple[Mix, Stems]:
    """A window of what is played after a recording, or inside it."""
    start, end = (round(score.tick_at(frame / SAMPLE_RATE_HZ)) for frame in (window.start, window.end))
    part = since(score, start)
    part = replace(until(part, end - start) if window.end < score.frames else part, frames=window.frames)
    stems = render(part, progress)
    sound = source.mix().master
    before = sound[max(0, window.start - LISTENED_FRAMES) : window.start]
    near = before if len(before) > LISTENED_FRAMES // 10 else sound[: window.end + LISTENED_FRAMES]
    mix = balance(stems, plan, part, lufs=max(integrated(near), QUIETEST_LUFS))
    return mix, Stems({}, {}, stems.credits, stems.notes)
