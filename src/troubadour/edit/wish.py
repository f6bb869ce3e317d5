"""What a caller asks of new music for a song that exists: the song's own brief where nothing else is asked.

Tempo, key, metre and form belong to the song; an edit that asks for others is refused by name, not ignored.
"""

from __future__ import annotations

from dataclasses import replace

from troubadour.brief import Brief, Request
from troubadour.brief.exact import key_name
from troubadour.brief.read import read
from troubadour.edit.material import names_style
from troubadour.errors import BadRequest
from troubadour.plan import Plan, Player
from troubadour.plan.band import choose_band, guest
from troubadour.plan.decide import lead_voice
from troubadour.stems.sing.voices import VOICES
from troubadour.styles import blend
from troubadour.theory.instruments import INSTRUMENTS


def asked(request: Request, plan: Plan) -> Brief:
    """The brief of new music inside the song of `plan`. Raises BadRequest for a tempo, key or metre that is not the song's."""
    brief = read(replace(request, lyrics=_once(request)))
    _refuse_changes(brief, plan)
    own = plan.brief
    if not (request.text or request.tags):
        brief = replace(brief, styles=own.styles, moods=own.moods, energy=own.energy, brightness=own.brightness)
        brief = replace(brief, instruments=own.instruments, without=own.without, singing=own.singing)
    elif not names_style(brief, request):  # "a quiet harp interlude" is one in the song's own style
        brief = replace(brief, styles=own.styles)
    return replace(brief, title=request.title or plan.title)


def _once(request: Request) -> str | None:
    """The words to read: unmarked ones are marked, so that nothing of them is repeated; none are written for a wish without any."""
    if request.lyrics is None:
        return None if request.text or request.instrumental else "[Instrumental]"
    return request.lyrics if "[" in request.lyrics or not request.lyrics.strip() else f"[Verse]\n{request.lyrics}"


def voice_for(brief: Brief, plan: Plan) -> str | None:
    """The song's own singer, unless another voice or another gender is asked for, or nobody sings in it."""
    if brief.voice in VOICES:
        return brief.voice
    if plan.voice is not None and brief.voice in (None, VOICES[plan.voice].gender):
        return plan.voice
    return lead_voice(brief, blend(brief.styles))


def band_for(brief: Brief, plan: Plan) -> tuple[Player, ...]:
    """The song's own band with the players that are asked for; one of the wished style when another style is asked for, or when
    nobody of ours plays in it yet."""
    if not plan.band or brief.styles != plan.brief.styles:
        return choose_band(brief, blend(brief.styles))
    there = {player.instrument for player in plan.band}
    guests = [guest(name) for name in brief.instruments if name in INSTRUMENTS and name not in there]
    return (*plan.band, *guests)


def _refuse_changes(brief: Brief, plan: Plan) -> None:
    wishes = (
        ("tempo", brief.tempo_bpm and f"{brief.tempo_bpm:g} bpm", f"{plan.tempo_bpm:g} bpm"),
        ("key", brief.key and key_name(brief.key), key_name(plan.key)),
        ("metre", brief.metre and str(brief.metre), str(plan.metre)),
    )
    for name, wish, has in wishes:
        if wish and wish != has:
            raise BadRequest(
                f"the song's {name} is {has} and this operation keeps it; {wish} was asked for: leave the {name} out, or make a new song"
            )
