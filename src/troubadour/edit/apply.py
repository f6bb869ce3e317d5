"""`edit`: one command, the songs that it is done to, the song that comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from troubadour.edit import value as do
from troubadour.edit.cover import covered, covered_song
from troubadour.edit.extend import extended_song, rehearsed
from troubadour.edit.instruct import instructed, instructed_song
from troubadour.edit.join import joined_song
from troubadour.edit.mash import mashed, mashed_song
from troubadour.edit.overdub import played_under, sung_over, with_band, with_vocals
from troubadour.edit.precede import preceded, preceded_song
from troubadour.edit.prolong import as_extension, prolonged_song
from troubadour.edit.recast import rebanded, rebanded_song, resung, resung_song
from troubadour.edit.remaster import remastered_song, revised
from troubadour.edit.remix import remixed, remixed_song
from troubadour.edit.replace import in_window, replaced_song, rewritten
from troubadour.edit.retold import retold, retold_song
from troubadour.edit.sample import built_on, sampled_song
from troubadour.edit.source import Progress, Source
from troubadour.edit.swap import resounded, resounded_song, revoiced, revoiced_song
from troubadour.edit.vary import variation
from troubadour.errors import BadRequest
from troubadour.make import Song, performed
from troubadour.plan import Plan
from troubadour.score import Score

Sources = Sequence[Source]
Times = Sequence[float]

# How each command is done: (command, sources, the points at which they are joined, progress) → song.
EDITS: dict[type, Callable[[Any, Sources, Times, Progress], Song]] = {
    do.Extend: lambda command, sources, at_s, progress: extended_song(sources, at_s, command, progress),
    do.Join: lambda command, sources, at_s, progress: joined_song(sources, command.at_s),
    do.Cover: lambda command, sources, at_s, progress: covered_song(sources[0], command, progress),
    do.Replace: lambda command, sources, at_s, progress: replaced_song(sources[0], command, progress),
    do.Mash: lambda command, sources, at_s, progress: mashed_song(sources[0], sources[1], command, progress),
    do.Remaster: lambda command, sources, at_s, progress: remastered_song(sources[0], command, progress),
    do.SwapSound: lambda command, sources, at_s, progress: resounded_song(sources[0], command, progress),
    do.SwapVocals: lambda command, sources, at_s, progress: revoiced_song(sources[0], command, progress),
    do.Prolong: lambda command, sources, at_s, progress: prolonged_song(sources, at_s, command, progress),
    do.Precede: lambda command, sources, at_s, progress: preceded_song(sources[0], command, progress),
    do.Instruct: lambda command, sources, at_s, progress: instructed_song(sources[0], command, progress),
    do.Vary: lambda command, sources, at_s, progress: performed(variation(sources[0].plan, command), progress=progress),
    do.AddVocals: lambda command, sources, at_s, progress: with_vocals(sources[0], command, progress),
    do.AddInstrumental: lambda command, sources, at_s, progress: with_band(sources[0], command, progress),
    do.Sample: lambda command, sources, at_s, progress: sampled_song(sources[0], command, progress),
}
# What each of them writes before anything is recorded: enough to know whether it can be done.
REHEARSALS: dict[type, Callable[[Any, Sources, Times], object]] = {
    do.Extend: lambda command, sources, at_s: rehearsed(sources, at_s, command),
    do.Cover: lambda command, sources, at_s: covered(*_written(sources[0]), command),
    do.Replace: lambda command, sources, at_s: rewritten(*_written(in_window(sources[0], command)), command),
    do.Mash: lambda command, sources, at_s: mashed(_written(sources[0]), _written(sources[1]), command),
    do.Remaster: lambda command, sources, at_s: revised(sources[0].plan, sources[0].score, command),
    do.SwapSound: lambda command, sources, at_s: resounded(*_written(sources[0]), command),
    do.SwapVocals: lambda command, sources, at_s: revoiced(*_written(sources[0]), command),
    do.Prolong: lambda command, sources, at_s: rehearsed(sources, at_s, as_extension(command, sources)),
    do.Precede: lambda command, sources, at_s: preceded(*_written(sources[0]), command),
    do.Instruct: lambda command, sources, at_s: instructed(*_written(sources[0]), command),
    do.Vary: lambda command, sources, at_s: variation(sources[0].plan, command),
    do.AddVocals: lambda command, sources, at_s: sung_over(sources[0], command),
    do.AddInstrumental: lambda command, sources, at_s: played_under(sources[0], command),
    do.Sample: lambda command, sources, at_s: built_on(sources[0], command),
}
# How a recording is dealt with, where that is another matter.
OF_RECORDINGS: dict[type, Callable[[Source, Any, Progress], Song]] = {
    do.Cover: retold_song,
    do.SwapSound: rebanded_song,
    do.SwapVocals: resung_song,
    do.Instruct: remixed_song,
}
REHEARSALS_OF_RECORDINGS: dict[type, Callable[[Source, Any], object]] = {
    do.Cover: retold,
    do.SwapSound: rebanded,
    do.SwapVocals: resung,
    do.Instruct: remixed,
}
NEEDED: dict[type, int] = {do.Mash: 2}  # sources
NEEDS_NOTES: dict[type, str] = {  # what no recording can be
    do.Mash: "a mash-up moves notes",
    do.Precede: "a part before a song is made of its notes",
    do.Vary: "a variation is made from a song's plan",
}


def edit(command: do.Command, sources: Sources, at_s: Times = (), progress: Progress = lambda stage, done: None) -> Song:
    """Does what the command says. `at_s` are the points at which sources that continue each other are joined.

    Raises Refused when it cannot be done as asked.
    """
    _check(command, sources)
    if sources[0].heard is not None and type(command) in OF_RECORDINGS:
        return OF_RECORDINGS[type(command)](sources[0], command, progress)
    return EDITS[type(command)](command, sources, at_s, progress)


def rehearse(command: do.Command, sources: Sources, at_s: Times = ()) -> None:
    """Writes what the command asks for without recording it. Raises Refused when it cannot be done as asked."""
    _check(command, sources)
    if sources[0].heard is not None and type(command) in OF_RECORDINGS:
        REHEARSALS_OF_RECORDINGS[type(command)](sources[0], command)
    elif type(command) in REHEARSALS:
        REHEARSALS[type(command)](command, sources, at_s)


def _written(source: Source) -> tuple[Plan, Score]:
    return source.plan, source.score


def _check(command: do.Command, sources: Sources) -> None:
    needed = NEEDED.get(type(command), 1)
    if type(command) not in EDITS:
        raise BadRequest(f"{type(command).__name__} is not done by this version")
    if type(command) in NEEDS_NOTES and any(source.heard is not None for source in sources):
        why = NEEDS_NOTES[type(command)]
        raise BadRequest(f"{why}, and a recording that was brought here has none: take songs that were made here")
    if len(sources) < needed:
        raise BadRequest(f"{type(command).__name__} needs {needed} songs; {len(sources)} were given")
