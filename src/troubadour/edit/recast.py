"""`rebanded_song`: another band around a recording's voice; `resung_song`: another singer over a recording's band.

The recording is taken apart by its sound (`edit.unmix`), and what is kept are its stems as they are handed out, sample for sample:
the voice (in a close swap its drums too), or all but the voice. The new band plays the chords and the form that were heard, on the
recording's own beats. The new singer sings the words that were sent to the tune that was heard, note for note; where it was not
heard surely, to a tune of their own in the same key and over the same chords. A recording's own words are not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from troubadour.brief import Brief
from troubadour.chance import Chance
from troubadour.edit.heard import Heard
from troubadour.edit.material import has_words
from troubadour.edit.overdub import played_under, sung_over
from troubadour.edit.passages import lead_of
from troubadour.edit.recording import along
from troubadour.edit.singers import strain
from troubadour.edit.source import Progress, Source
from troubadour.edit.swap import around, cast_with, singer_of
from troubadour.edit.underlay import underlaid
from troubadour.edit.unmix import unmixed
from troubadour.edit.value import CLOSE, AddInstrumental, AddVocals, SwapSound, SwapVocals
from troubadour.edit.wish import asked
from troubadour.errors import BadRequest
from troubadour.listen.value import MUSIC
from troubadour.make import Song, performed
from troubadour.mix.desk import RECORDING
from troubadour.mix.split import BASIC, REST
from troubadour.mix.value import Pcm
from troubadour.score import Note, SungPart
from troubadour.stems.render import render
from troubadour.stems.sing.voices import HOUSE
from troubadour.styles import blend
from troubadour.theory.instruments import INSTRUMENTS

VOICE, DRUMS = "vocals", "drums"


# The band -----------------------------------------------------------------------------------------------------------------


def rebanded_song(source: Source, command: SwapSound, progress: Progress) -> Song:
    """The recording with another band; its voice keeps every sample."""
    written = rebanded(source, command)
    kept = _stems(source, (VOICE, DRUMS) if _keeps_drums(command) else (VOICE,))
    if not kept:
        return performed(written, progress=progress)
    return around(source, written, kept, render(written.score, progress))


def rebanded(source: Source, command: SwapSound) -> Song:
    """The new band, written. Where nobody sings, its lead has the tune that was heard."""
    heard = _music(source)
    tune = () if heard.has_voice else lead_of(along(heard, with_tune=True))
    made = played_under(source, AddInstrumental(command.request), tune)
    if not _keeps_drums(command):
        return made
    others = tuple(part for part in made.score.parts if INSTRUMENTS[part.instrument].stem != DRUMS)
    return replace(made, score=replace(made.score, parts=others))


def _keeps_drums(command: SwapSound) -> bool:
    return command.closeness >= CLOSE


# The singer ---------------------------------------------------------------------------------------------------------------


def resung_song(source: Source, command: SwapVocals, progress: Progress) -> Song:
    """The recording with another singer; all but the voice keeps every sample."""
    written = resung(source, command)
    kept = {RECORDING: _wide(unmixed(source, BASIC)[REST])}
    return around(source, written, kept, render(written.score, progress))


def resung(source: Source, command: SwapVocals) -> Song:
    """The new singer, written. Raises BadRequest for a recording in which nobody sings and for a wish without words,
    LyricsTooLong for words that the tune is too short for."""
    heard, request = _music(source), command.request
    if not heard.has_voice:
        raise BadRequest("nobody sings in this recording, so there is no voice to swap: add vocals to it")
    if not has_words(request):
        raise BadRequest("the words of a recording are not known here: send what is to be sung as lyrics")
    tune = lead_of(along(heard, with_tune=True))
    if not tune:
        return sung_over(source, AddVocals(request))
    brief = asked(request, source.plan)
    lines = [line for stanza in brief.lyrics.stanzas for line in stanza.lines] if brief.lyrics else []
    sung = (SungPart(VOICE, "", underlaid(lines, tune), brief.singing),)
    own = _like(tune)
    voice = singer_of(brief, sung, own, command.variation)
    cast = cast_with(sung, voice, own, Chance(request.seed, request.take))
    return _written(source, brief, voice, cast)


def _like(tune: Sequence[Note]) -> str:
    """The singer of ours in whose range a recorded voice lies best: who is nearest to whoever sang it."""
    return min(HOUSE, key=lambda name: (strain(tune, name), name))


def _written(source: Source, brief: Brief, voice: str, sung: tuple[SungPart, ...]) -> Song:
    style = blend(brief.styles).id
    title = brief.title or source.plan.title
    score = replace(source.score, title=title, seed=brief.seed, take=brief.take, style=style, sung=sung)
    return Song(replace(source.plan, brief=brief, style=style, title=title, voice=voice), score)


# Both ---------------------------------------------------------------------------------------------------------------------


def _music(source: Source) -> Heard:
    heard = source.heard
    assert heard is not None
    if heard.kind != MUSIC:
        raise BadRequest(f"this recording sounds like {heard.kind}, not music: there is no band and no tune in it to keep")
    return heard


def _stems(source: Source, names: Sequence[str]) -> dict[str, Pcm]:
    """The stems of these names that are not silent."""
    apart = unmixed(source, "full")
    return {name: _wide(apart[name]) for name in names if name in apart}


def _wide(stem: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> Pcm:
    return stem.astype(np.int32) << 8
