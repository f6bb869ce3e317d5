"""How each instrument of `theory.instruments` sounds: one row per id.

`preset` is a preset of the sound bank (SoundFont bank, program); `patch` a synthesised sound: the instrument itself when
there is no preset, else the understudy that plays when the bank is not installed. `place`
runs from -1 (left) to 1 (right), `width` scales the sound's own stereo image. `articulations` are keyswitches: notes
played so come from another preset. `layers` sound a preset several times, so many cents away; `dark_octaves` closes its
filter (negative: opens it). `keys` says where a struck key lies in the preset when it is not General MIDI's place.
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
    layers: tuple[float, ...] = (0.0,)
    dark_octaves: float = 0.0
    keys: Mapping[int, int] = field(default_factory=dict)
    room_db: float = 0.0  # more (or less) of the room than its family has
    touch: float | None = None  # how much darker soft notes are; None: as its manner has it

    @property
    def brightening(self) -> float:
        """How much velocity shows in the brightness of a sample that was recorded at one loudness."""
        return TOUCH.get(self.manner, 0.0) if self.touch is None else self.touch

    @property
    def borrows(self) -> bool:
        """Whether its round robin may use the samples of neighbouring keys."""
        return self.manner in BORROWERS

    @property
    def licence(self) -> str:
        """The licence of the sound itself: what the programme synthesises belongs to nobody."""
        return LICENCE if self.preset else "CC0-1.0"

    @property
    def credit(self) -> str:
        """The line that the licence asks for."""
        return CREDIT if self.preset else ""


TOUCH = {"mallets": 1.2, "picked": 1.1, "mandolin": 1.1, "guitar": 1.0, "solo_guitar": 0.8, "slide_guitar": 0.8, "bass": 1.0, "keys": 1.1, "piano": 1.1,
         "bowed": 0.8, "fiddled": 0.8, "blown": 0.6, "brass": 0.8, "hand": 0.8, "pad": 0.5}  # fmt: skip
BORROWERS = ("guitar", "mandolin", "solo_guitar", "slide_guitar", "picked", "bass", "mallets", "fiddled")

MUTED_GUITAR: Preset = (0, 28)
MUTES: dict[str, Preset] = {"mute": MUTED_GUITAR, "chug": MUTED_GUITAR}
STRINGS_APART: dict[str, Preset] = {"pizzicato": (0, 45), "tremolo": (0, 44)}
STANDARD: Preset = (128, 0)  # its keys outside the kit hold the hand percussion
SNAP_IS_CLAP = {26: 39}
ORCHESTRA_KEYS = {49: 57, 52: 57, 55: 57, 51: 59, 53: 59, 46: 59, 42: 37, 44: 37}  # its crash and ride lie elsewhere
TAIKO_KEYS = {41: 54, 43: 60, 47: 66, 37: 84}

SOUNDS: dict[str, Sound] = {
    # drum kits
    "acoustic_kit": Sound(STANDARD, "house_kit", "kit"),
    "rock_kit": Sound((128, 16), "house_kit", "kit"),
    "brush_kit": Sound((128, 40), "lofi_kit", "kit"),
    "jazz_kit": Sound((128, 32), "lofi_kit", "kit"),
    "room_kit": Sound((128, 10), "house_kit", "kit", width=1.2),
    "metal_kit": Sound((128, 17), "house_kit", "kit"),
    "breakbeat_kit": Sound((128, 5), "lofi_kit", "kit", colour="break"),
    "electronic_kit": Sound((128, 24), "synthwave_kit", "kit"),
    "house_kit": Sound(None, "house_kit", "machine"),
    "techno_kit": Sound(None, "techno_kit", "machine"),
    "trap_kit": Sound(None, "trap_kit", "machine"),
    "tr808_kit": Sound(None, "tr808_kit", "machine"),
    "lofi_kit": Sound((128, 8), "lofi_kit", "kit", colour="dust"),
    "synthwave_kit": Sound(None, "synthwave_kit", "machine"),
    "industrial_kit": Sound(None, "industrial_kit", "machine"),
    "chip_kit": Sound(None, "chip_kit", "machine"),
    # percussion
    "orchestral_percussion": Sound((128, 48), "synthwave_kit", "kit", keys=ORCHESTRA_KEYS, room_db=2.0),
    "hand_percussion": Sound(STANDARD, "hands", "hand", keys=SNAP_IS_CLAP),
    "latin_percussion": Sound(STANDARD, "hands", "hand", keys=SNAP_IS_CLAP, width=1.2),
    "brazilian_percussion": Sound(None, "hands", "hand"),
    "african_percussion": Sound(None, "djembe", "hand"),
    "taiko": Sound((0, 116), "synthwave_kit", "hand", keys=TAIKO_KEYS, layers=(-6.0, 0.0, 7.0), room_db=3.0),
    "congas": Sound(STANDARD, "hands", "hand", place=-0.25),
    "bongos": Sound(STANDARD, "hands", "hand", place=0.2),
    "timbales": Sound(STANDARD, "hands", "hand", place=0.3),
    "cajon": Sound(None, "cajon", "hand"),
    "djembe": Sound(None, "djembe", "hand", place=-0.1),
    "tabla": Sound(None, "tabla", "hand"),
    "surdo": Sound(None, "hands", "hand", place=-0.05),
    "tamborim": Sound(None, "hands", "hand", place=0.3),
    "cuica": Sound(STANDARD, "hands", "hand", place=0.25),
    "pandeiro": Sound(None, "pandeiro", "hand", place=0.1),
    "shaker": Sound(STANDARD, "hands", "hand", keys={70: 82}, place=0.3),
    "maracas": Sound(STANDARD, "hands", "hand", place=-0.3),
    "tambourine": Sound(STANDARD, "hands", "hand", place=-0.35),
    "claves": Sound(STANDARD, "hands", "hand", place=-0.25),
    "cowbell": Sound(STANDARD, "hands", "hand", place=0.2),
    "agogo": Sound(STANDARD, "hands", "hand", place=-0.3),
    "guiro": Sound(STANDARD, "hands", "hand", place=0.3),
    "woodblock": Sound(STANDARD, "hands", "hand", place=0.25),
    "castanets": Sound(STANDARD, "hands", "hand", place=-0.25),
    "triangle": Sound(STANDARD, "hands", "hand", place=0.35),
    "sleigh_bells": Sound(STANDARD, "hands", "hand", place=-0.2),
    "handclaps": Sound(STANDARD, "hands", "hand", room_db=2.0),
    "finger_snaps": Sound(None, "hands", "hand", room_db=3.0),
    # mallets and bells
    "timpani": Sound((0, 47), "timpani", "mallets", room_db=3.0),
    "vibraphone": Sound((0, 11), "vibes", "mallets"),
    "glockenspiel": Sound((0, 9), "bells", "mallets", room_db=2.0),
    "marimba": Sound((0, 12), "marimba", "mallets"),
    "xylophone": Sound((0, 13), "marimba", "mallets"),
    "tubular_bells": Sound((0, 14), "bells", "mallets", layers=(12.0,), room_db=3.0),
    "music_box": Sound((0, 10), "bells", "mallets"),
    "kalimba": Sound((0, 108), "marimba", "mallets"),
    "steel_drums": Sound((0, 114), "bells", "mallets"),
    "dulcimer": Sound((0, 15), "string", "mallets"),
    # basses
    "finger_bass": Sound((0, 33), "bass_string", "bass", articulations={"slap": (0, 36)}),
    "pick_bass": Sound((0, 34), "bass_string", "bass"),
    "slap_bass": Sound((0, 36), "bass_string", "bass", articulations={"pop": (0, 37)}),
    "fretless_bass": Sound((0, 35), "bass_string", "bass"),
    "upright_bass": Sound((0, 32), "bass_string", "bass"),
    "synth_bass": Sound(None, "synth_bass", "bass"),
    "sub_bass": Sound(None, "sub_bass", "sub", room_db=-20.0),
    "distorted_808": Sound(None, "distorted_808", "sub", room_db=-20.0),
    "acid_bass": Sound(None, "acid_bass", "bass"),
    "reese_bass": Sound(None, "reese_bass", "bass", width=0.5),
    "wobble_bass": Sound(None, "wobble_bass", "bass", width=0.5),
    "fm_bass": Sound(None, "fm_bass", "bass"),
    "chip_bass": Sound(None, "chip_bass", "bass"),
    # guitars and other plucked strings
    "steel_guitar": Sound((0, 25), "string", "guitar", articulations={"mute": MUTED_GUITAR}),
    "nylon_guitar": Sound((0, 24), "soft_string", "guitar"),
    "twelve_string": Sound((8, 25), "string", "guitar"),
    "clean_guitar": Sound((0, 27), "string", "guitar", colour="clean", articulations=MUTES),
    "jazz_guitar": Sound((0, 26), "soft_string", "guitar", colour="dark"),
    "funk_guitar": Sound((8, 28), "string", "guitar", colour="clean", articulations=MUTES, room_db=-3.0),
    "muted_guitar": Sound(MUTED_GUITAR, "soft_string", "guitar", colour="clean"),
    "overdriven_guitar": Sound((0, 27), "string", "guitar", colour="crunch", doubled=0.6, articulations=MUTES),
    "distorted_guitar": Sound((0, 27), "string", "guitar", colour="high_gain", doubled=0.75, articulations=MUTES, room_db=-2.0),
    "lead_guitar": Sound((0, 27), "string", "solo_guitar", colour="singing", articulations=MUTES),
    "slide_guitar": Sound((0, 25), "string", "slide_guitar", colour="clean"),
    "pedal_steel": Sound((8, 26), "soft_string", "slide_guitar", colour="dark", room_db=3.0),
    "mandolin": Sound((16, 25), "string", "mandolin"),
    "banjo": Sound((0, 105), "string", "picked", room_db=-1.0),
    "ukulele": Sound((8, 24), "soft_string", "guitar"),
    "sitar": Sound((0, 104), "string", "picked"),
    "koto": Sound((0, 107), "string", "picked"),
    "shamisen": Sound((0, 106), "string", "picked"),
    "oud": Sound((0, 24), "soft_string", "picked", dark_octaves=-0.5, layers=(-3.0, 4.0)),
    # keyboards
    "grand_piano": Sound((0, 0), "piano", "piano", width=0.8, touch=0.0),
    "upright_piano": Sound((0, 0), "piano", "piano", width=0.5, layers=(-3.0, 2.0), dark_octaves=0.4, touch=0.0),
    "felt_piano": Sound((0, 0), "piano", "piano", width=0.7, dark_octaves=1.6, touch=0.0, room_db=2.0),
    "honky_tonk_piano": Sound((0, 0), "piano", "piano", width=0.6, layers=(-11.0, 0.0, 9.0), dark_octaves=-0.5, touch=0.0),
    "electric_grand": Sound((0, 2), "piano", "piano", touch=0.0),
    "house_piano": Sound((0, 0), "piano", "keys", width=1.0, layers=(-4.0, 4.0), dark_octaves=-1.0, touch=0.0),
    "toy_piano": Sound(None, "toy_piano", "keys"),
    "electric_piano": Sound((0, 4), "tines", "piano"),
    "wurlitzer": Sound((0, 4), "tines", "keys", colour="bark"),
    "clavinet": Sound((0, 7), "string", "keys", colour="clean", room_db=-4.0),
    "celesta": Sound((0, 8), "bells", "keys", room_db=2.0),
    "harpsichord": Sound((0, 6), "string", "keys", touch=0.0),
    "organ": Sound((0, 16), "organ", "organ", articulations={"full": (0, 18)}),
    "percussive_organ": Sound((0, 17), "organ", "organ", articulations={"full": (0, 18)}),
    "rock_organ": Sound((0, 18), "organ", "organ"),
    "church_organ": Sound((0, 19), "organ", "organ", room_db=4.0),
    "harmonium": Sound((0, 20), "reed", "organ"),
    "accordion": Sound((0, 21), "reed", "blown"),
    "concertina": Sound((0, 21), "reed", "blown", layers=(-5.0, 6.0), dark_octaves=-0.5),
    "bandoneon": Sound((0, 23), "reed", "blown"),
    "melodica": Sound((0, 22), "reed", "blown", dark_octaves=0.5),
    "mellotron": Sound((0, 48), "strings", "pad", colour="dust", width=0.3),
    # bowed strings and harp
    "string_section": Sound((0, 48), "strings", "bowed", articulations=STRINGS_APART, room_db=1.5),
    "pizzicato_strings": Sound((0, 45), "soft_string", "picked"),
    "tremolo_strings": Sound((0, 44), "strings", "bowed", room_db=1.5),
    "violin": Sound((0, 40), "strings", "bowed", articulations={"pizzicato": (0, 45)}, place=-0.2),
    "fiddle": Sound((0, 40), "strings", "fiddled", dark_octaves=-0.4),
    "viola": Sound((0, 41), "strings", "bowed", articulations={"pizzicato": (0, 45)}, place=0.12),
    "cello": Sound((0, 42), "strings", "bowed", articulations={"pizzicato": (0, 45)}, place=0.2),
    "contrabass": Sound((0, 43), "strings", "bowed", articulations={"pizzicato": (0, 32)}, place=0.25),
    "harp": Sound((0, 46), "soft_string", "picked", place=-0.3, room_db=2.0),
    # brass
    "brass_section": Sound((0, 61), "brass", "brass", articulations={"muted": (0, 59)}),
    "trumpet": Sound((0, 56), "brass", "brass", articulations={"muted": (0, 59)}, place=-0.05),
    "muted_trumpet": Sound((0, 59), "reed", "brass"),
    "cornet": Sound((0, 56), "brass", "brass", dark_octaves=0.8, place=-0.05),
    "trombone": Sound((0, 57), "brass", "brass", place=0.1),
    "french_horn": Sound((0, 60), "brass", "brass", place=-0.3, room_db=3.0),
    "tuba": Sound((0, 58), "brass", "brass", place=0.15),
    # woodwinds
    "flute": Sound((0, 73), "flute", "blown", place=-0.05),
    "piccolo": Sound((0, 72), "flute", "blown", place=-0.05),
    "recorder": Sound((0, 74), "flute", "blown"),
    "tin_whistle": Sound((0, 74), "flute", "blown", dark_octaves=-0.7),
    "whistling": Sound((0, 78), "flute", "blown", room_db=2.0),
    "pan_flute": Sound((0, 75), "flute", "blown", room_db=2.0),
    "shakuhachi": Sound((0, 77), "flute", "blown", room_db=3.0),
    "ocarina": Sound((0, 79), "flute", "blown"),
    "clarinet": Sound((0, 71), "reed", "blown", place=0.05),
    "oboe": Sound((0, 68), "reed", "blown", place=0.1),
    "english_horn": Sound((0, 69), "reed", "blown", place=0.1),
    "bassoon": Sound((0, 70), "reed", "blown", place=0.15),
    "soprano_sax": Sound((0, 64), "reed", "brass"),
    "alto_sax": Sound((0, 65), "reed", "brass"),
    "saxophone": Sound((0, 66), "reed", "brass"),
    "baritone_sax": Sound((0, 67), "reed", "brass"),
    "harmonica": Sound((0, 22), "reed", "blown"),
    "bagpipe": Sound((0, 109), "reed", "organ"),
    "shehnai": Sound((0, 111), "reed", "blown"),
    # synthesisers
    "saw_lead": Sound(None, "saw_lead", "synth"),
    "sync_lead": Sound(None, "sync_lead", "synth"),
    "sine_lead": Sound(None, "sine_lead", "synth"),
    "square_lead": Sound(None, "square_lead", "synth"),
    "chip_pulse": Sound(None, "chip_pulse", "chip", room_db=-8.0),
    "chip_arp": Sound(None, "chip_arp", "chip", room_db=-8.0),
    "voice_lead": Sound((0, 85), "voice_lead", "synth"),
    "supersaw": Sound(None, "supersaw", "synth"),
    "stab": Sound(None, "stab", "synth"),
    "polysynth": Sound(None, "polysynth", "synth"),
    "synth_brass": Sound(None, "synth_brass", "synth"),
    "synth_strings": Sound(None, "synth_strings", "pad"),
    "warm_pad": Sound(None, "warm_pad", "pad"),
    "sweep_pad": Sound(None, "sweep_pad", "pad"),
    "glass_pad": Sound(None, "glass_pad", "pad", room_db=3.0),
    "dark_pad": Sound(None, "dark_pad", "pad"),
    "choir_pad": Sound((0, 52), "choir", "pad", room_db=3.0),
    "choir_oohs": Sound((0, 53), "choir", "pad", room_db=3.0),
    "pluck": Sound(None, "pluck", "synth"),
    "bell_pluck": Sound(None, "bell_pluck", "synth"),
    "sequence": Sound(None, "sequence", "synth"),
    "fm_keys": Sound(None, "fm_keys", "synth"),
    "fm_bell": Sound(None, "fm_bell", "synth"),
    # effects
    "vinyl_noise": Sound(None, "vinyl_noise", "effect"),
    "tape_noise": Sound(None, "tape_noise", "effect"),
    "sea": Sound(None, "sea", "effect"),
    "riser": Sound(None, "riser", "effect"),
    "sweep": Sound(None, "sweep", "effect"),
    "downlifter": Sound(None, "downlifter", "effect"),
    "reverse_cymbal": Sound((0, 119), "sweep", "effect"),
    "impact": Sound(None, "impact", "effect"),
    "sub_drop": Sound(None, "sub_drop", "effect"),
}  # fmt: skip


def presets() -> tuple[Preset, ...]:
    """Every preset that some instrument needs."""
    wanted = {sound.preset for sound in SOUNDS.values() if sound.preset is not None}
    return tuple(sorted(wanted.union(*(sound.articulations.values() for sound in SOUNDS.values()))))
