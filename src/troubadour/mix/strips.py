"""A strip per stem: which one, and a stem's way through it: high-pass, EQ, compression, de-essing, the shared room."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from troubadour.mix.desk import (
    ASKED_LU,
    INSTRUMENTAL_LEAD_LU,
    ROLES_LU,
    SIDES,
    STRIPS,
    Sound,
    Strip,
    clarity_of,
    cleared,
    family_of,
)
from troubadour.mix.dynamics import compress, de_ess
from troubadour.mix.filters import Band, section, sections
from troubadour.mix.lanes import NONE, NOWHERE, run
from troubadour.mix.levels import Channel
from troubadour.mix.loudness import K_WEIGHTING, MIDRANGE, SILENCE_LUFS, gated
from troubadour.mix.room import ROOMS, Room, add_room
from troubadour.mix.timbre import driven, electric
from troubadour.mix.tone import octave_powers
from troubadour.mix.value import Fader
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.stems import Audio, Stems
from troubadour.stems.band.sounds import SOUNDS as PLAYED
from troubadour.theory.timbres import TIMBRES, Timbre
from troubadour.units import gain

SIBILANCE = section("band_pass", 7000.0, 0.0, 0.9)
SILENT_SEND_DB = -50.0
UNMEASURED = np.zeros((0, 0))


@dataclass(frozen=True)
class Space:
    """What a stem sounds in: its room; of a lead voice also its colour, and the window's first frame."""

    room: Room
    timbre: Timbre | None = None
    start: int = 0


def strips(stems: Stems, plan: Plan, score: Score, sound: Sound) -> dict[str, Strip]:
    """A strip per stem: its family's, moved by the part's role, the style, what was asked for, and its siblings' places."""
    roles = {part.name: part.role for part in score.parts}
    own_room_db = {part.name: PLAYED[part.instrument].room_db for part in score.parts}
    asked = {part.name for part in score.parts if part.instrument in plan.brief.instruments}
    timbre, clarity = TIMBRES.get(plan.brief.request.timbre or ""), clarity_of(plan.brief.request.strengths)
    siblings: dict[str, int] = {}
    made = {}
    for name in stems.tracks:
        family = family_of(name)
        strip = STRIPS[family]
        place = siblings[family] = siblings.get(family, -1) + 1
        role = roles.get(name, "")
        level = strip.level_lu + sound.levels_lu.get(family, 0.0) + ROLES_LU.get(role, 0.0)
        level += ASKED_LU if name in asked else 0.0
        if family == "vocals" and timbre is not None:
            strip = replace(strip, bands=(*strip.bands, *timbre.bands), send_db=strip.send_db + timbre.send_db)
            level += timbre.level_lu
        if clarity:
            drier_db = 10.0 * clarity if family == "vocals" else 0.0
            strip = replace(strip, bands=(*strip.bands, *cleared(family, clarity)), send_db=strip.send_db - drier_db)
        if role == "lead" and not score.sung:
            level = INSTRUMENTAL_LEAD_LU
        pan = strip.pan * SIDES[place % len(SIDES)] if role != "lead" else 0.3 * strip.pan
        if family == "backing_vocals":
            pan = 0.45 * SIDES[(place + 1) % len(SIDES)]
        send = strip.send_db + own_room_db.get(name, 0.0) + (sound.sends_db if family not in ("vocals", "bass") else 0.0)
        made[name] = replace(strip, level_lu=level, pan=pan, send_db=send)
    return made


def rooms(sound: Sound, score: Score) -> tuple[Room, Room]:
    """The band's room and the voice's, with its echoes."""
    beat_s = 60.0 / score.tempos[0].bpm
    echoes = tuple((beats * beat_s, sound.echo_gain / gain(STRIPS["vocals"].send_db) * 0.6**k)
                   for k, beats in enumerate(sound.echo_beats))  # fmt: skip
    return ROOMS[sound.room], replace(ROOMS[sound.voice_room], echoes=echoes)


def played_through(track: Audio, out: Audio, name: str, strip: Strip, space: Space, known: Fader | None) -> Channel:
    """A stem behind its strip, written to `out`, which is silent before; and what is measured of it.

    Its compressor goes by the loudness that is known of it, else by its own.
    """
    head: tuple[Band, ...] = (("high_pass", strip.high_pass_hz, 0.0, 0.7071), *strip.bands)
    loudness = gated(run(track, out, sections(head), (K_WEIGHTING,))[0])
    loudness = known.strip_lufs if known else loudness
    family = family_of(name)
    if loudness > SILENCE_LUFS:
        power = 10.0 ** ((loudness + 0.691) / 10.0)
        if space.timbre is not None:
            electric(out, space.start, space.timbre.metal)
            driven(out, power / 2.0, space.timbre.drive)
        compress(out, power * 10.0 ** (strip.threshold_lu / 10.0), strip.ratio, strip.attack_s, strip.release_s)
        if family in ("vocals", "backing_vocals"):
            de_ess(out, SIBILANCE, power * 10.0**-1.0)
        add_room(out, space.room, gain(strip.send_db) if strip.send_db > SILENT_SEND_DB else 0.0)
    heard, midrange = run(out, NOWHERE, NONE, (K_WEIGHTING, MIDRANGE))
    after = known.stem_lufs if known else gated(heard)
    octaves = UNMEASURED if known else octave_powers(out)  # the tilt of a known desk is known too
    return Channel(name, family, strip, loudness, after, heard, midrange, octaves)
