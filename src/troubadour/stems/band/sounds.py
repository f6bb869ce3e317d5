"""How each instrument of `theory.instruments` sounds: one row per id.

`preset` is a preset of the sound bank (SoundFont bank, program); `patch` a synthesised sound: the instrument itself when
there is no preset, else the understudy that plays when the bank is not installed. `place`
runs from -1 (left) to 1 (right), `width` scales the sound's own stereo image.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from troubadour.stems.band.bank import CREDIT, LICENCE, Preset


@dataclass(frozen=True)
class Sound:
    """One instrument's sound."""

    preset: Preset | None
    patch: str
    manner: str
    place: float = 0.0
    width: float = 1.0
    colour: str = ""
    doubled: float = 0.0  # played twice, this far apart
    articulations: Mapping[str, Preset] = field(default_factory=dict)

    @property
    def licence(self) -> str:
        """The licence of the sound itself: what the programme synthesises belongs to nobody."""
        return LICENCE if self.preset else "CC0-1.0"

    @property
    def credit(self) -> str:
        """The line that the licence asks for."""
        return CREDIT if self.preset else ""


MUTED_GUITAR: Preset = (0, 28)
STRINGS_APART: dict[str, Preset] = {"pizzicato": (0, 45), "tremolo": (0, 44)}

SOUNDS: dict[str, Sound] = {
    "acoustic_kit": Sound((128, 0), "house_kit", "kit"),
    "rock_kit": Sound((128, 16), "house_kit", "kit"),
    "brush_kit": Sound((128, 40), "lofi_kit", "kit"),
    "house_kit": Sound(None, "house_kit", "machine"),
    "trap_kit": Sound(None, "trap_kit", "machine"),
    "lofi_kit": Sound((128, 8), "lofi_kit", "kit", colour="dust"),
    "synthwave_kit": Sound(None, "synthwave_kit", "machine"),
    "orchestral_percussion": Sound((128, 48), "synthwave_kit", "kit"),
    "hand_percussion": Sound((128, 0), "house_kit", "kit"),
    "timpani": Sound((0, 47), "timpani", "mallets", articulations={}),
    "vibraphone": Sound((0, 11), "vibes", "mallets"),
    "glockenspiel": Sound((0, 9), "bells", "mallets"),
    "marimba": Sound((0, 12), "marimba", "mallets"),
    "finger_bass": Sound((0, 33), "bass_string", "bass"),
    "pick_bass": Sound((0, 34), "bass_string", "bass"),
    "upright_bass": Sound((0, 32), "bass_string", "bass"),
    "synth_bass": Sound(None, "synth_bass", "bass"),
    "sub_bass": Sound(None, "sub_bass", "bass"),
    "steel_guitar": Sound((0, 25), "string", "guitar", articulations={"mute": MUTED_GUITAR}),
    "nylon_guitar": Sound((0, 24), "soft_string", "guitar"),
    "clean_guitar": Sound((0, 27), "string", "guitar", colour="clean", articulations={"mute": MUTED_GUITAR}),
    "jazz_guitar": Sound((0, 26), "soft_string", "guitar", colour="dark"),
    "distorted_guitar": Sound(
        (0, 27), "string", "guitar", colour="high_gain", doubled=0.75,
        articulations={"mute": MUTED_GUITAR, "chug": MUTED_GUITAR},
    ),
    "banjo": Sound((0, 105), "string", "picked"),
    "ukulele": Sound((8, 24), "soft_string", "guitar"),
    "grand_piano": Sound((0, 0), "piano", "keys", width=0.8),
    "electric_piano": Sound((0, 4), "tines", "keys"),
    "organ": Sound((0, 16), "organ", "keys"),
    "church_organ": Sound((0, 19), "organ", "keys"),
    "harpsichord": Sound((0, 6), "string", "keys"),
    "accordion": Sound((0, 21), "reed", "blown"),
    "string_section": Sound((0, 48), "strings", "bowed", articulations=STRINGS_APART),
    "pizzicato_strings": Sound((0, 45), "soft_string", "picked"),
    "violin": Sound((0, 40), "strings", "bowed"),
    "cello": Sound((0, 42), "strings", "bowed"),
    "harp": Sound((0, 46), "soft_string", "picked"),
    "brass_section": Sound((0, 61), "brass", "blown"),
    "trumpet": Sound((0, 56), "brass", "blown"),
    "muted_trumpet": Sound((0, 59), "reed", "blown"),
    "trombone": Sound((0, 57), "brass", "blown"),
    "french_horn": Sound((0, 60), "brass", "blown"),
    "flute": Sound((0, 73), "flute", "blown"),
    "clarinet": Sound((0, 71), "reed", "blown"),
    "saxophone": Sound((0, 66), "reed", "blown"),
    "oboe": Sound((0, 68), "reed", "blown"),
    "harmonica": Sound((0, 22), "reed", "blown"),
    "saw_lead": Sound(None, "saw_lead", "synth"),
    "square_lead": Sound(None, "square_lead", "synth"),
    "supersaw": Sound(None, "supersaw", "synth"),
    "warm_pad": Sound(None, "warm_pad", "pad"),
    "pluck": Sound(None, "pluck", "synth"),
    "fm_keys": Sound(None, "fm_keys", "synth"),
    "choir_pad": Sound((0, 52), "choir", "pad"),
    "vinyl_noise": Sound(None, "vinyl_noise", "effect"),
    "riser": Sound(None, "riser", "effect"),
    "impact": Sound(None, "impact", "effect"),
}  # fmt: skip


def presets() -> tuple[Preset, ...]:
    """Every preset that some instrument needs."""
    wanted = {sound.preset for sound in SOUNDS.values() if sound.preset is not None}
    return tuple(sorted(wanted.union(*(sound.articulations.values() for sound in SOUNDS.values()))))
