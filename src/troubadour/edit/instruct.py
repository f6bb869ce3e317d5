"""`instructed_song`: an instruction in plain words, done to a finished song: everywhere, or between two times.

Everywhere: the changed score is played, sung and mixed anew. Between two times every sample outside stays as it was.
"""

from __future__ import annotations

from dataclasses import replace

from troubadour.brief import Request
from troubadour.brief.instruction import understood
from troubadour.edit.replace import end_of, replaced_song, rewritten, window_of
from troubadour.edit.source import Progress, Source, recorded
from troubadour.edit.value import Instruct, Replace
from troubadour.errors import BadRequest
from troubadour.make import Song, performed
from troubadour.mix.splice import replaced
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.score.revise import revised
from troubadour.stems import Window
from troubadour.units import SAMPLE_RATE_HZ


def instructed_song(source: Source, command: Instruct, progress: Progress) -> Song:
    """The song as the instruction wants it."""
    if understood(command.instruction).anew:
        return replaced_song(source, as_replacement(command), progress)
    plan, score = instructed(source.plan, source.score, command)
    if not command.windowed:
        return performed(Song(plan, score), progress=progress)
    start, end = window_of(source.score, as_replacement(command))
    last = score.frames if end >= score.bar_start(score.bars) else score.frame_at(end)
    window = Window(score.frame_at(start), min(last, round(end_of(source.score, as_replacement(command)) * SAMPLE_RATE_HZ)))
    new, said = recorded(source, plan, score, window, progress)
    kept = replace(plan, moves=source.plan.moves)  # outside the window nothing was moved
    return Song(kept, score, said, replaced(source.reel, new, window.start, window.end))


def instructed(plan: Plan, score: Score, command: Instruct) -> tuple[Plan, Score]:
    """The song with the changes, written. Raises BadRequest when nothing of the instruction could be done."""
    found = understood(command.instruction)
    if found.anew:
        made = rewritten(plan, score, as_replacement(command))
        return made.plan, made.score
    window = window_of(score, as_replacement(command)) if command.windowed else None
    title = command.request.title
    changed, written = revised(replace(plan, heeded=()), score, found, window)
    if written == score and len(changed.moves) == len(plan.moves):
        raise BadRequest("; ".join(f"“{effect.word}”: {effect.effect}" for effect in changed.heeded))
    if window is not None and written.frames != score.frames:
        raise BadRequest("the tempo is the whole song's: leave the window out, or the tempo")
    return (replace(changed, title=title), replace(written, title=title)) if title else (changed, written)


def as_replacement(command: Instruct) -> Replace:
    """The window, as new music in it is asked for."""
    anew = understood(command.instruction).anew
    request = replace(command.request, text=anew or command.request.text)
    return Replace(_unsung(request) if anew else request, command.start_s or 0.0, command.end_s)


def _unsung(request: Request) -> Request:
    """What "an interlude" asks for: nobody sings in it, unless words are sent."""
    return request if request.lyrics or "interlude" not in request.text else replace(request, instrumental=True)
