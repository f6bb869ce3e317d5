"""A persona: what a song's singer and taste are, and how a new song keeps them.

The singer is kept with his timbre, the range and the manner of the song; styles and moods are kept where the new request names none of
its own; of a recorded voice, a voice made like it (`voice_like`). The taste travels inside the new song's request, so the taste of a song that a persona sang is the persona's.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from troubadour.brief import Request, Taste
from troubadour.edit.source import Source
from troubadour.edit.voice import heard_voice, roomy, voice_like
from troubadour.errors import BadRequest
from troubadour.mix.pcm import FULL_24
from troubadour.stems.sing.voices import VOICES


def taste_of(source: Source) -> Taste:
    """Who sings in a song and how, and what music it is."""
    brief, score = source.plan.brief, source.score
    if source.heard is not None:
        return _taste_of_voice(source)
    if brief.request.taste is not None:
        return brief.request.taste
    voice = next((part.voice for part in score.sung if part.name == "vocals"), None)
    pitches = [n.pitch for part in score.sung if part.voice == voice and part.name == "vocals"
               for line in part.lines for group in line.notes for n in group]  # fmt: skip
    sung = roomy(min(pitches), max(pitches), VOICES[voice]) if voice is not None and pitches else None
    return Taste(voice, brief.styles, brief.moods, brief.singing, sung)


def _taste_of_voice(source: Source) -> Taste:
    """A voice made like a recorded one. Raises BadAudio when no voice can be heard."""
    voice = voice_like(heard_voice(source.mix().master.astype(np.float32) / np.float32(FULL_24)))
    return Taste(voice, source.plan.brief.styles, sung_range=(VOICES[voice].low, VOICES[voice].high))


def with_taste(request: Request, taste: Taste) -> Request:
    """A request for a new song that a persona sings. Its own tags may ask for another style, but for no other singer.

    Raises BadRequest when the request names another singer by id.
    """
    if taste.voice and request.voice in VOICES and request.voice != taste.voice:
        raise BadRequest(f"this persona sings as {taste.voice}; {request.voice} was asked for: leave the voice out")
    return replace(request, taste=taste, voice=taste.voice or request.voice)
