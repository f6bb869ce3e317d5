"""`retold_song`: the cover of a recording, in its key, at its tempo, as long as it is.

Where its tune was heard, that is covered like a song's own. Where not, a new tune takes its place in the same key, tempo and
length, to the words that were sent: a recording's own words are not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from troubadour.brief import Brief, Stanza
from troubadour.edit.cover import covered
from troubadour.edit.heard import Heard
from troubadour.edit.material import wished
from troubadour.edit.recording import along, plan_of, tempo_of
from troubadour.edit.source import Progress, Source
from troubadour.edit.value import Cover
from troubadour.errors import BadRequest, LyricsTooLong
from troubadour.listen.value import MUSIC
from troubadour.make import Song, performed, work_now
from troubadour.plan import Plan, form
from troubadour.plan.decide import SHORTEST_S, decide
from troubadour.score import Score, Tempo
from troubadour.score.compose import compose


def retold_song(source: Source, command: Cover, progress: Progress) -> Song:
    """The cover with its sound."""
    return performed(retold(source, command), work_now, progress)


def retold(source: Source, command: Cover) -> Song:
    """The cover as plan and score. Raises BadRequest for a recording that is no music, LyricsTooLong for words that the
    length asked for cannot hold."""
    heard = source.heard
    assert heard is not None
    if heard.kind != MUSIC:
        raise BadRequest(f"this recording sounds like {heard.kind}, not music: there is no tune and no beat in it to cover")
    if heard.melody:
        return _covered(heard, command)
    request = command.request
    sung = bool(request.lyrics or request.text) and not request.instrumental
    plan = _decided(_kept(wished(request, own_words=not sung), heard, source.score), heard)
    return Song(plan, compose(plan))


def _covered(heard: Heard, command: Cover) -> Song:
    """The cover of a tune that was heard; as long as the recording where the words let it be."""
    score = _steady(along(heard, with_tune=True))
    plan, request = plan_of(heard, score), command.request
    brief = wished(request, own_words=True)
    if brief.tempo_bpm is None and brief.tempo_range_bpm is None and heard.tempo_bpm:
        request = replace(request, bpm=round(heard.tempo_bpm, 2))
    if brief.duration_s is None:
        for duration_s in _lengths(heard):
            with suppress(BadRequest, LyricsTooLong):
                return covered(plan, score, replace(command, request=replace(request, duration_s=duration_s)))
    return covered(plan, score, replace(command, request=request))


def _steady(score: Score) -> Score:
    """The score at one tempo."""
    return replace(score, tempos=(Tempo(0, tempo_of(score)),))


def _kept(brief: Brief, heard: Heard, score: Score) -> Brief:
    """What was asked for, and what the recording says of the rest."""
    tempo_bpm = brief.tempo_bpm or (round(heard.tempo_bpm, 2) if heard.tempo_bpm else None)
    title = brief.request.title or heard.title
    brief = replace(brief, title=title, tempo_bpm=tempo_bpm, key=brief.key or heard.key, metre=brief.metre or heard.metre)
    return brief if brief.lyrics or brief.form else replace(brief, form=_form(score))


def _form(score: Score) -> tuple[Stanza, ...]:
    """The recording's parts as marks, where they were told apart."""
    kinds = [section.kind for section in score.sections]
    return tuple(form.stanza_of(kind, ()) for kind in kinds) if len(kinds) > 1 else ()


def _decided(brief: Brief, heard: Heard) -> Plan:
    """The plan, as long as the recording where its words let it be and no length was asked for."""
    if brief.duration_s is not None:
        return decide(brief)
    for duration_s in _lengths(heard):
        with suppress(LyricsTooLong):
            return decide(replace(brief, duration_s=duration_s))
    return decide(brief)


def _lengths(heard: Heard) -> Sequence[float]:
    return (round(heard.duration_s, 3),) if heard.duration_s >= SHORTEST_S else ()
