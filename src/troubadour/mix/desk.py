"""What an engineer sets up before the tape rolls: a channel strip per family of stems, a sound per family of styles.

Levels are loudness relative to the lead voice in LU (BS.1770, gated, over where the stem plays), so a preset's own level
does not matter. The figures are studio practice (B. Owsinski, "The Mixing Engineer's Handbook"; R. Izhaki, "Mixing Audio"),
settled by measuring songs of every style.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from troubadour.brief import Strengths
from troubadour.mix.filters import Band
from troubadour.styles import STYLES
from troubadour.theory.instruments import STEMS


@dataclass(frozen=True)
class Strip:
    """One channel. `threshold_lu` counts from the stem's own loudness; `pan` -1 left … 1 right; `width` 1 as recorded."""

    level_lu: float
    high_pass_hz: float
    bands: tuple[Band, ...] = ()
    ratio: float = 1.0
    threshold_lu: float = 0.0
    attack_s: float = 0.01
    release_s: float = 0.12
    pan: float = 0.0
    width: float = 1.0
    send_db: float = -18.0
    duck_db: float = 0.0  # how far it steps back while the voice sings
    pump_share: float = 0.0  # how much of the style's kick-driven ducking it takes


RECORDING = "recording"  # the stem of sound that was brought here: no instrument, so it has no family but its own
TAPE = Strip(-4.0, 20.0, width=1.0, send_db=-60.0)  # its strip leaves it as it is

STRIPS: dict[str, Strip] = {
    RECORDING: TAPE,
    "vocals": Strip(0.0, 90.0, (("bell", 280.0, -2.0, 1.0), ("bell", 3200.0, 2.5, 0.8), ("high_shelf", 9500.0, 2.5, 0.7)),
                    ratio=3.0, threshold_lu=-1.0, attack_s=0.008, release_s=0.12, width=0.6, send_db=-15.0),
    "backing_vocals": Strip(-7.0, 150.0, (("bell", 350.0, -2.0, 1.0), ("bell", 2800.0, -1.0, 0.8),
                                     ("high_shelf", 9000.0, 2.0, 0.7)),
                            ratio=3.5, threshold_lu=-2.0, attack_s=0.006, release_s=0.15, width=1.0, send_db=-11.0,
                            pump_share=0.3),
    "drums": Strip(-3.5, 30.0, (("bell", 65.0, 1.5, 1.0), ("bell", 380.0, -2.5, 1.0), ("high_shelf", 8000.0, 1.0, 0.7)),
                   ratio=2.0, threshold_lu=4.0, attack_s=0.02, release_s=0.12, send_db=-26.0),
    "bass": Strip(-5.0, 32.0, (("bell", 90.0, 1.0, 0.9), ("bell", 250.0, -2.0, 1.0), ("bell", 900.0, 1.5, 0.9)),
                  ratio=3.5, threshold_lu=-1.0, attack_s=0.02, release_s=0.15, width=0.3, send_db=-60.0, pump_share=0.8),
    "guitar": Strip(-7.0, 95.0, (("bell", 260.0, -1.5, 1.0), ("bell", 3000.0, -1.5, 0.8)),
                    ratio=2.0, threshold_lu=1.0, pan=-0.3, width=1.1, send_db=-20.0, duck_db=1.5, pump_share=0.4),
    "keyboard": Strip(-7.5, 70.0, (("bell", 300.0, -1.5, 1.0), ("bell", 3000.0, -1.0, 0.8)),
                      ratio=1.8, threshold_lu=1.0, pan=0.2, width=1.0, send_db=-19.0, duck_db=1.5, pump_share=0.7),
    "percussion": Strip(-11.0, 120.0, (("high_shelf", 9000.0, 1.0, 0.7),), ratio=1.5, threshold_lu=4.0, pan=0.35,
                        send_db=-18.0),
    "strings": Strip(-9.5, 70.0, (("bell", 350.0, -1.5, 1.0), ("bell", 2600.0, -1.0, 0.8)),
                     ratio=1.5, threshold_lu=2.0, width=1.2, send_db=-13.0, duck_db=2.0, pump_share=0.8),
    "synth": Strip(-9.0, 110.0, (("bell", 320.0, -1.5, 1.0), ("bell", 2800.0, -1.0, 0.8)),
                   ratio=1.5, threshold_lu=2.0, width=1.2, send_db=-17.0, duck_db=2.0, pump_share=1.0),
    "effects": Strip(-17.0, 60.0, send_db=-18.0, duck_db=1.0),
    "brass": Strip(-8.5, 90.0, (("bell", 450.0, -1.0, 1.0), ("bell", 2500.0, -1.0, 0.8)),
                   ratio=2.0, threshold_lu=1.0, pan=0.25, send_db=-15.0, duck_db=1.5, pump_share=0.4),
    "woodwinds": Strip(-8.5, 120.0, ratio=2.0, threshold_lu=1.0, pan=-0.2, send_db=-15.0, duck_db=1.5, pump_share=0.4),
}  # fmt: skip

ROLES_LU = {
    "lead": 3.5,
    "riff": 1.5,
    "chords": 0.0,
    "pad": -2.5,
    "arpeggio": -1.0,
    "counter": -1.0,
}  # on top of the family's level
ASKED_LU = 1.5  # an instrument that was asked for is heard
INSTRUMENTAL_LEAD_LU = -1.0  # the tune of a song without a voice stands nearly where the voice would

# Two stems of one family (guitar, guitar_2 …) stand on opposite sides.
SIDES = (1.0, -1.0, 0.5, -0.5)


@dataclass(frozen=True)
class Sound:
    """How one family of styles likes its records. `levels_lu` and `sends_db` are added to the strips'."""

    family: str = "pop"  # of styles: what the spectrum is held against
    room: str = "studio"
    voice_room: str = "plate"
    echo_beats: tuple[float, ...] = ()  # echoes of the voice, in beats
    echo_gain: float = 0.0
    voice_over_lu: float = 0.5  # the voice above the accompaniment's midrange, where it sings
    levels_lu: dict[str, float] = field(default_factory=dict)
    sends_db: float = 0.0
    pump_db: float = 0.0
    bus_ratio: float = 1.6
    width: float = 1.0
    dynamics_db: float = 8.0  # between a section of no energy and one of all


BAND = Sound()
SOUNDS: dict[str, Sound] = {
    "pop": replace(BAND, echo_beats=(0.5, 1.0), echo_gain=0.10, voice_over_lu=1.0, levels_lu={"drums": 0.5}),
    "rock": replace(BAND, room="live", echo_beats=(0.25,), echo_gain=0.10, voice_over_lu=0.0, dynamics_db=9.0,
                    levels_lu={"drums": 0.5, "guitar": 2.0}, bus_ratio=1.8),
    "metal": replace(BAND, room="studio", voice_over_lu=-0.5, bus_ratio=2.0, sends_db=-4.0,
                     levels_lu={"drums": 1.0, "guitar": 3.5, "bass": 0.5}),
    "folk": replace(BAND, room="studio", voice_over_lu=1.0, bus_ratio=1.3, dynamics_db=9.0,
                    levels_lu={"drums": -4.0, "percussion": -4.0, "bass": -1.0, "guitar": 2.5, "strings": 1.5}),
    "jazz": replace(BAND, room="club", voice_room="club", bus_ratio=1.25, dynamics_db=8.0, sends_db=1.0,
                    levels_lu={"drums": -4.5, "bass": 0.0, "keyboard": 2.0, "woodwinds": 2.0, "brass": 2.0, "guitar": 1.0}),
    "hip_hop": replace(BAND, room="booth", echo_beats=(0.5,), echo_gain=0.08, levels_lu={"drums": 1.5, "bass": 2.0},
                       pump_db=1.5),
    "house": replace(BAND, room="studio", echo_beats=(0.75, 1.5), echo_gain=0.14, pump_db=5.0, voice_over_lu=0.0, width=1.15,
                     levels_lu={"drums": 2.5, "bass": 1.5, "synth": 1.5, "keyboard": 0.5}, bus_ratio=1.8),
    "synthwave": replace(BAND, room="live", echo_beats=(0.75, 1.5), echo_gain=0.16, pump_db=3.5, width=1.15,
                         levels_lu={"drums": 1.0, "bass": 1.0, "synth": 2.0}),
    "lofi": replace(BAND, room="booth", pump_db=2.5, bus_ratio=2.0, dynamics_db=6.0,
                    levels_lu={"drums": -0.5, "keyboard": 2.0, "guitar": 1.0, "effects": -14.0}),
    "orchestral": replace(BAND, room="hall", voice_room="hall", bus_ratio=1.15, sends_db=3.0, dynamics_db=11.0, width=1.1,
                          levels_lu={"drums": -3.0, "percussion": 4.0, "strings": 4.0, "brass": 2.0, "woodwinds": 1.5,
                                     "bass": -1.0}),
}  # fmt: skip


FAMILIES: dict[str, Sound] = {  # of styles that are like none of these
    "dance": replace(BAND, echo_beats=(0.5,), echo_gain=0.10, pump_db=1.5, voice_over_lu=0.5, width=1.1,
                     levels_lu={"drums": 1.5, "bass": 1.0, "strings": 1.0}, bus_ratio=1.7),
    "soul": replace(BAND, voice_over_lu=1.0, echo_beats=(0.5,), echo_gain=0.08, levels_lu={"drums": 0.5, "bass": 1.5, "brass": 1.0}),
    "blues": replace(BAND, room="live", bus_ratio=1.4, levels_lu={"drums": -1.0, "guitar": 1.5, "keyboard": 0.5}),
    "country": replace(BAND, voice_over_lu=1.0, bus_ratio=1.5, levels_lu={"drums": -1.0, "guitar": 1.5, "strings": 0.5}),
    "latin": replace(BAND, bus_ratio=1.5, levels_lu={"drums": -2.0, "percussion": 4.0, "brass": 1.0, "guitar": 1.0}),
    "caribbean": replace(BAND, echo_beats=(0.75, 1.5), echo_gain=0.12, voice_over_lu=0.0, levels_lu={"drums": 1.0, "bass": 3.0}),
    "african": replace(BAND, bus_ratio=1.5, levels_lu={"percussion": 3.0, "bass": 1.5, "guitar": 1.0}),
    "asian": replace(BAND, voice_over_lu=1.0, sends_db=1.0, levels_lu={"strings": 1.5, "woodwinds": 1.5, "percussion": 2.0}),
}  # fmt: skip


def asked_of(sound: Sound, strengths: Strengths) -> Sound:
    """A sound as a caller's strengths move it: the voice before the band, the rooms, the width."""
    words = 0.0 if strengths.words is None else strengths.words - 0.5
    finish = 0.0 if strengths.finish is None else strengths.finish - 0.75
    return replace(
        sound,
        voice_over_lu=sound.voice_over_lu + 6.0 * words + 1.5 * clarity_of(strengths),
        sends_db=sound.sends_db - 14.0 * clarity_of(strengths),
        width=sound.width * (1.0 + 0.9 * min(finish, 0.1)),
    )


def clarity_of(strengths: Strengths) -> float:
    """How much clearer than usual: -0.33 … 1."""
    return 0.0 if strengths.clarity is None else (strengths.clarity - 0.25) / 0.75


def cleared(family: str, clarity: float) -> tuple[Band, ...]:
    """What clarity adds to a strip: presence to a voice, less mud in the others."""
    if family in ("vocals", "backing_vocals"):
        return (("bell", 3800.0, 4.0 * clarity, 0.8),)
    return () if family in ("bass", "effects", RECORDING) else (("bell", 320.0, -3.0 * clarity, 0.8),)


def family_of(name: str) -> str:
    """The family of a stem's name: `guitar_2` is a guitar, `backing_vocals_low` a backing voice."""
    if name.startswith(RECORDING):
        return RECORDING
    return next((f for f in sorted(STEMS, key=len, reverse=True) if name.startswith(f)), "synth")


def sound_of(style: str) -> Sound:
    """The sound of a style: its own, or that of the style that it is like, moved by what its file says of the mix; else its
    family's. A style that nothing is known of sounds like a band in a studio."""
    family = STYLES[style].family if style in STYLES else "pop"
    return replace(_sound_of(style, FAMILIES.get(family, BAND)), family=family)


def _sound_of(style: str, usual: Sound) -> Sound:
    name = next((name for name in STYLES.kin(style) if name in SOUNDS), None)
    if name is None or name == style:
        return SOUNDS[style] if name else usual
    kin, said, its = SOUNDS[name], STYLES[style].desk, STYLES[name].desk
    lower = 3.0 * (said.low_end - its.low_end)
    return replace(
        kin,
        voice_over_lu=kin.voice_over_lu + 0.7 * (said.voice_db - its.voice_db),
        pump_db=max(0.0, kin.pump_db + 7.0 * (said.pump - its.pump)),
        sends_db=kin.sends_db + 8.0 * (said.room - its.room),
        width=kin.width + 0.3 * (said.width - its.width),
        levels_lu=kin.levels_lu | {stem: kin.levels_lu.get(stem, 0.0) + lower for stem in ("bass", "drums")},
    )
