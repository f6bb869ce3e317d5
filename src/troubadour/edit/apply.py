"""`edit`: one command, the songs that it is done to, the song that comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from troubadour.edit.extend import extended_song, rehearsed
from troubadour.edit.join import joined_song
from troubadour.edit.replace import replaced_song, rewritten
from troubadour.edit.source import Progress, Source
from troubadour.edit.value import Command, Extend, Join, Replace
from troubadour.errors import BadRequest
from troubadour.make import Song

Edit = Callable[..., Song]


def edit(
    command: Command, sources: Sequence[Source], at_s: Sequence[float] = (), progress: Progress = lambda stage, done: None
) -> Song:
    """Does what the command says. `at_s` are the points at which sources that continue each other are joined.

    Raises Refused when it cannot be done as asked.
    """
    if isinstance(command, Extend):
        return extended_song(sources, at_s, command, progress)
    if isinstance(command, Join):
        return joined_song(sources, command.at_s)
    if isinstance(command, Replace):
        return replaced_song(sources[0], command, progress)
    raise BadRequest(f"{type(command).__name__} is not done by this version")


def rehearse(command: Command, sources: Sequence[Source], at_s: Sequence[float] = ()) -> None:
    """Writes what the command asks for without recording it. Raises Refused when it cannot be done as asked."""
    if isinstance(command, Extend):
        rehearsed(sources, at_s, command)
    elif isinstance(command, Replace):
        rewritten(sources[0].plan, sources[0].score, command)
