"""`edit`: one command, the songs that it is done to, the song that comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from troubadour.edit.cover import covered, covered_song
from troubadour.edit.extend import extended_song, rehearsed
from troubadour.edit.instruct import instructed, instructed_song
from troubadour.edit.join import joined_song
from troubadour.edit.mash import mashed, mashed_song
from troubadour.edit.overdub import played_under, sung_over, with_band, with_vocals
from troubadour.edit.precede import preceded, preceded_song
from troubadour.edit.prolong import as_extension, prolonged_song
from troubadour.edit.remaster import remastered_song, revised
from troubadour.edit.replace import in_window, replaced_song, rewritten
from troubadour.edit.retold import retold, retold_song
from troubadour.edit.sample import built_on, sampled_song
from troubadour.edit.source import Progress, Source
from troubadour.edit.swap import resounded, resounded_song, revoiced, revoiced_song
from troubadour.edit.value import (
    AddInstrumental,
    AddVocals,
    Command,
    Cover,
    Extend,
    Instruct,
    Join,
    Mash,
    Precede,
    Prolong,
    Remaster,
    Replace,
    Sample,
    SwapSound,
    SwapVocals,
    Vary,
)
from troubadour.edit.vary import variation
from troubadour.errors import BadRequest
from troubadour.make import Song, performed
from troubadour.plan import Plan
from troubadour.score import Score

Sources = Sequence[Source]
Times = Sequence[float]

# How each command is done: (command, sources, the points at which they are joined, progress) → song.
EDITS: dict[type, Callable[[Any, Sources, Times, Progress], Song]] = {
    Extend: lambda command, sources, at_s, progress: extended_song(sources, at_s, command, progress),
    Join: lambda command, sources, at_s, progress: joined_song(sources, command.at_s),
    Cover: lambda command, sources, at_s, progress: _covered_song(sources[0], command, progress),
    Replace: lambda command, sources, at_s, progress: replaced_song(sources[0], command, progress),
    Mash: lambda command, sources, at_s, progress: mashed_song(sources[0], sources[1], command, progress),
    Remaster: lambda command, sources, at_s, progress: remastered_song(sources[0], command, progress),
    SwapSound: lambda command, sources, at_s, progress: resounded_song(sources[0], command, progress),
    SwapVocals: lambda command, sources, at_s, progress: revoiced_song(sources[0], command, progress),
    Prolong: lambda command, sources, at_s, progress: prolonged_song(sources, at_s, command, progress),
    Precede: lambda command, sources, at_s, progress: preceded_song(sources[0], command, progress),
    Instruct: lambda command, sources, at_s, progress: instructed_song(sources[0], command, progress),
    Vary: lambda command, sources, at_s, progress: performed(variation(sources[0].plan, command), progress=progress),
    AddVocals: lambda command, sources, at_s, progress: with_vocals(sources[0], command, progress),
    AddInstrumental: lambda command, sources, at_s, progress: with_band(sources[0], command, progress),
    Sample: lambda command, sources, at_s, progress: sampled_song(sources[0], command, progress),
}
# What each of them writes before anything is recorded: enough to know whether it can be done.
REHEARSALS: dict[type, Callable[[Any, Sources, Times], object]] = {
    Extend: lambda command, sources, at_s: rehearsed(sources, at_s, command),
    Cover: lambda command, sources, at_s: _covered(sources[0], command),
    Replace: lambda command, sources, at_s: rewritten(*_written(in_window(sources[0], command)), command),
    Mash: lambda command, sources, at_s: mashed(_written(sources[0]), _written(sources[1]), command),
    Remaster: lambda command, sources, at_s: revised(sources[0].plan, sources[0].score, command),
    SwapSound: lambda command, sources, at_s: resounded(*_written(sources[0]), command),
    SwapVocals: lambda command, sources, at_s: revoiced(*_written(sources[0]), command),
    Prolong: lambda command, sources, at_s: rehearsed(sources, at_s, as_extension(command, sources)),
    Precede: lambda command, sources, at_s: preceded(*_written(sources[0]), command),
    Instruct: lambda command, sources, at_s: instructed(*_written(sources[0]), command),
    Vary: lambda command, sources, at_s: variation(sources[0].plan, command),
    AddVocals: lambda command, sources, at_s: sung_over(sources[0], command),
    AddInstrumental: lambda command, sources, at_s: played_under(sources[0], command),
    Sample: lambda command, sources, at_s: built_on(sources[0], command),
}
NEEDED: dict[type, int] = {Mash: 2}  # sources
NEEDS_NOTES: dict[type, str] = {  # what no recording can be
    Mash: "a mash-up moves notes",
    SwapSound: "another band plays the same notes",
    SwapVocals: "another singer sings the same notes",
    Precede: "a part before a song is made of its notes",
    Instruct: "an instruction changes notes",
    Vary: "a variation is made from a song's plan",
}


def edit(command: Command, sources: Sources, at_s: Times = (), progress: Progress = lambda stage, done: None) -> Song:
    """Does what the command says. `at_s` are the points at which sources that continue each other are joined.

    Raises Refused when it cannot be done as asked.
    """
    _check(command, sources)
    return EDITS[type(command)](command, sources, at_s, progress)


def rehearse(command: Command, sources: Sources, at_s: Times = ()) -> None:
    """Writes what the command asks for without recording it. Raises Refused when it cannot be done as asked."""
    _check(command, sources)
    if type(command) in REHEARSALS:
        REHEARSALS[type(command)](command, sources, at_s)


def _covered_song(source: Source, command: Cover, progress: Progress) -> Song:
    return (covered_song if source.heard is None else retold_song)(source, command, progress)


def _covered(source: Source, command: Cover) -> Song:
    return covered(source.plan, source.score, command) if source.heard is None else retold(source, command)


def _written(source: Source) -> tuple[Plan, Score]:
    return source.plan, source.score


def _check(command: Command, sources: Sources) -> None:
    needed = NEEDED.get(type(command), 1)
    if type(command) not in EDITS:
        raise BadRequest(f"{type(command).__name__} is not done by this version")
    if type(command) in NEEDS_NOTES and any(source.heard is not None for source in sources):
        why = NEEDS_NOTES[type(command)]
        raise BadRequest(f"{why}, and a recording that was brought here has none: take songs that were made here")
    if len(sources) < needed:
        raise BadRequest(f"{type(command).__name__} needs {needed} songs; {len(sources)} were given")
