"""`variation`: another song of the same kind: the same words, style, tempo, key, metre, length and singer, all else new."""

from __future__ import annotations

from dataclasses import replace

from troubadour.edit.value import Vary
from troubadour.make import Song
from troubadour.plan import Plan
from troubadour.plan.decide import decide
from troubadour.score.compose import compose
from troubadour.units import SAMPLE_RATE_HZ


def variation(plan: Plan, command: Vary) -> Song:
    """The other song, written. Its form is drawn anew, so the sections between the words may differ."""
    asked = command.request
    own = plan.brief
    request = replace(own.request, seed=asked.seed, take=asked.take, title=asked.title or own.request.title)
    wish = replace(
        own,
        request=replace(request, segments=()),
        title=asked.title or plan.title,
        tempo_bpm=round(plan.tempo_bpm, 2),
        key=plan.key,
        metre=plan.metre,
        duration_s=plan.frames / SAMPLE_RATE_HZ,
        voice=plan.voice or own.voice,
    )
    made = decide(wish)
    return Song(made, compose(made))
