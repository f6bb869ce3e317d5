"""`prolonged_song`: a song that goes on longer: everything until a point, then a new part; one whole song."""

from __future__ import annotations

from collections.abc import Sequence

from troubadour.edit.extend import extended_song
from troubadour.edit.join import joined_song
from troubadour.edit.source import Progress, Source, source_of
from troubadour.edit.value import Extend, Prolong
from troubadour.make import Song


def prolonged_song(sources: Sequence[Source], at_s: Sequence[float], command: Prolong, progress: Progress) -> Song:
    """The whole song with its new part. `sources` are the song and its continuations so far, joined at `at_s`."""
    part = as_extension(command, sources)
    new = extended_song(sources, at_s, part, progress)
    return joined_song([*sources, source_of(new)], (*at_s, part.at_s))


def as_extension(command: Prolong, sources: Sequence[Source]) -> Extend:
    """The new part alone, as it is asked for; without a point it goes on where the song's ending begins."""
    at_s = command.at_s if command.at_s is not None else ending_s(sources[-1])
    return Extend(command.request, at_s, command.context_s)


def ending_s(source: Source) -> float:
    """Where a song's ending begins: its outro, or the last bar where it has none."""
    score = source.score
    last = score.sections[-1]
    bar = last.start_bar if last.kind == "outro" and last.start_bar > 0 else score.bars - 1
    return score.seconds_at(max(score.bar_start(bar), 0)) or score.seconds_at(score.bar_start(score.bars))
