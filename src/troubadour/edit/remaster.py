"""`remastered_song`: the same notes, mixed and mastered anew; words, tempo and length stay to the sample.

subtle    the same performance: the stems rebalanced, a touch of low end and air, a new master
normal    played and sung once more, with other small human differences, and mixed from the beginning
high      also other instruments of the same kind, where they hold all the notes, in another room

A recording has no players that could play it once more: there the three are three steps of a new tone and a new master.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from troubadour.chance import Chance
from troubadour.edit.source import Progress, Source
from troubadour.edit.value import Remaster
from troubadour.errors import BadRequest
from troubadour.make import Keep, Song, work_now
from troubadour.mix import Mix
from troubadour.mix.balance import balance
from troubadour.mix.desk import sound_of
from troubadour.mix.filters import Band
from troubadour.mix.pcm import FULL_24
from troubadour.mix.polish import polished
from troubadour.mix.tone import correction, octave_powers
from troubadour.plan import Plan, Player
from troubadour.score import Part, Score
from troubadour.stems import Stems
from troubadour.stems.render import render
from troubadour.theory.instruments import INSTRUMENTS

VARIATIONS = ("subtle", "normal", "high")
TOUCH = {"subtle": 0.5, "normal": 1.0, "high": 1.5}  # how much of the new tone a recording gets
MOVES_DB = {"vocals": 0.8, "backing_vocals": 0.4, "drums": 0.6, "bass": 0.5, "guitar": -0.5, "keyboard": -0.5, "synth": -0.6,
            "strings": -0.3}  # fmt: skip
TONE: tuple[Band, ...] = (("low_shelf", 95.0, 0.8, 0.7), ("bell", 330.0, -1.0, 0.8), ("high_shelf", 9000.0, 1.4, 0.7))
ROOMS = {"booth": "studio", "studio": "live", "live": "studio", "club": "live", "hall": "club"}  # another room for each
# Who plays instead: the first whose range holds all the notes. Drum kits stay among those that know the same drums.
UNDERSTUDIES: dict[str, tuple[str, ...]] = {
    "acoustic_kit": ("rock_kit",), "rock_kit": ("acoustic_kit",), "brush_kit": ("acoustic_kit",), "lofi_kit": ("acoustic_kit",),
    "house_kit": ("synthwave_kit",), "synthwave_kit": ("house_kit",), "finger_bass": ("pick_bass", "upright_bass"),
    "pick_bass": ("finger_bass",), "upright_bass": ("finger_bass",), "synth_bass": ("sub_bass", "finger_bass"),
    "sub_bass": ("synth_bass",), "steel_guitar": ("nylon_guitar",), "nylon_guitar": ("steel_guitar",),
    "clean_guitar": ("jazz_guitar", "steel_guitar"), "jazz_guitar": ("clean_guitar", "nylon_guitar"),
    "grand_piano": ("electric_piano",), "electric_piano": ("grand_piano",), "organ": ("church_organ",),
    "church_organ": ("organ",), "warm_pad": ("choir_pad",), "choir_pad": ("warm_pad",), "saw_lead": ("square_lead",),
    "square_lead": ("saw_lead",), "supersaw": ("fm_keys",), "pluck": ("fm_keys",), "fm_keys": ("pluck",),
    "trumpet": ("muted_trumpet",), "muted_trumpet": ("trumpet",), "flute": ("clarinet", "oboe"), "clarinet": ("oboe", "flute"),
    "oboe": ("clarinet", "flute"), "saxophone": ("clarinet",), "vibraphone": ("marimba",), "marimba": ("vibraphone",),
    "violin": ("string_section",), "cello": ("string_section",), "banjo": ("steel_guitar",), "accordion": ("organ",),
}  # fmt: skip


def remastered_song(source: Source, command: Remaster, progress: Progress, keep: Keep = work_now) -> Song:
    """The remaster. Raises BadRequest for an unknown variation."""
    if source.taped:
        return Song(source.plan, source.score, Stems({}, {}, source.credits, source.notes), _retouched(source, command))
    if command.variation == "subtle":
        mix = polished(source.mix(), MOVES_DB, TONE, sound_of(source.plan.style).bus_ratio)
        return Song(source.plan, source.score, Stems({}, {}, source.credits, source.notes), mix)
    written, room = revised(source.plan, source.score, command)
    stems = keep("stems", Stems, lambda: render(written.score, progress))
    return Song(written.plan, written.score, stems, keep("mix", Mix, lambda: balance(stems, written.plan, written.score, room)))


def _retouched(source: Source, command: Remaster) -> Mix:
    """A recording's sound with a new tone, towards the usual balance of records, and a new master."""
    _check(command)
    share, mix = TOUCH[command.variation], source.mix()
    powers = octave_powers(mix.master.astype(np.float32) / np.float32(FULL_24))
    towards = correction(powers, sound_of(source.plan.style).family)
    bands = tuple((kind, hz, share * gain_db, q) for kind, hz, gain_db, q in (*towards, *TONE))
    return polished(mix, {}, bands, 1.0 + 0.5 * share)


def revised(plan: Plan, score: Score, command: Remaster) -> tuple[Song, str]:
    """The song as it will be played again, and the room (\"\": its own). Not a note is changed."""
    _check(command)
    if command.variation == "subtle":
        return Song(plan, score), ""
    seed = int(Chance(score.seed, score.take).stream("remaster", command.variation).integers(1 << 31))
    score = replace(score, seed=seed)
    if command.variation == "normal":
        return Song(plan, score), ""
    without = frozenset(plan.brief.without)
    parts = tuple(_recast(part, without) for part in score.parts)
    band = tuple(_like(player, score.parts, parts) for player in plan.band)
    return Song(replace(plan, band=band), replace(score, parts=parts)), ROOMS[sound_of(plan.style).room]


def _check(command: Remaster) -> None:
    if command.variation not in VARIATIONS:
        raise BadRequest(f"variation “{command.variation[:20]}” is not known: {', '.join(VARIATIONS)} are allowed")


def _recast(part: Part, without: frozenset[str]) -> Part:
    """The same notes for another instrument of the same stem, if one can play them all."""
    for name in UNDERSTUDIES.get(part.instrument, ()):
        other = INSTRUMENTS[name]
        holds = all(other.low <= note.pitch <= other.high for note in part.notes)
        if holds and name not in without and other.stem == INSTRUMENTS[part.instrument].stem:
            return replace(part, instrument=name)
    return part


def _like(player: Player, before: tuple[Part, ...], after: tuple[Part, ...]) -> Player:
    """A player with the instrument that its part has now."""
    for old, new in zip(before, after, strict=True):
        if (old.role, old.instrument) == (player.role, player.instrument):
            return replace(player, instrument=new.instrument)
    return player
