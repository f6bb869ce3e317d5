"""How loud each instrument is before the desk.

A typical phrase at velocity 90 has about -20 LUFS (ITU-R BS.1770-4), pads -24, drum kits -18; the desk balances from
there. Trims in decibels were measured so: of the sound itself, and of its understudy.
"""

from __future__ import annotations

from troubadour.stems.band.sounds import SOUNDS

TARGETS_LUFS = {"kit": -18.0, "machine": -18.0, "pad": -24.0}
TARGETS_OF_EFFECTS_LUFS = {"vinyl_noise": -42.0, "riser": -24.0, "impact": -20.0}
TARGET_LUFS = -20.0


def target_lufs(name: str) -> float:
    """The loudness that an instrument's typical phrase should have."""
    return TARGETS_OF_EFFECTS_LUFS.get(name, TARGETS_LUFS.get(SOUNDS[name].manner, TARGET_LUFS))


TRIMS_DB: dict[str, tuple[float, float]] = {
    "acoustic_kit": (21.8, -1.8),
    "rock_kit": (18.1, -1.8),
    "brush_kit": (17.5, 0.0),
    "house_kit": (-1.6, 0.0),
    "trap_kit": (-3.2, 0.0),
    "lofi_kit": (17.4, -17.3),
    "synthwave_kit": (-1.7, 0.0),
    "orchestral_percussion": (22.0, -2.0),
    "hand_percussion": (24.0, 7.0),
    "timpani": (22.0, 6.7),
    "vibraphone": (13.7, -0.8),
    "glockenspiel": (20.3, 5.5),
    "marimba": (21.5, 11.4),
    "finger_bass": (15.3, 1.2),
    "pick_bass": (16.7, 1.2),
    "upright_bass": (14.5, 1.2),
    "synth_bass": (5.4, 0.0),
    "sub_bass": (-3.9, 0.0),
    "steel_guitar": (16.8, 0.9),
    "nylon_guitar": (12.2, 1.3),
    "clean_guitar": (6.1, -8.7),
    "jazz_guitar": (12.2, -11.4),
    "distorted_guitar": (-10.9, -8.3),
    "banjo": (15.0, 2.3),
    "ukulele": (14.9, 2.6),
    "grand_piano": (14.9, -2.8),
    "electric_piano": (10.3, -0.3),
    "organ": (15.6, -11.0),
    "church_organ": (13.8, -11.0),
    "harpsichord": (17.0, 1.8),
    "accordion": (14.8, -8.5),
    "string_section": (12.9, -6.9),
    "pizzicato_strings": (19.7, 1.8),
    "violin": (15.9, -1.7),
    "cello": (15.2, -0.9),
    "harp": (13.3, 2.3),
    "brass_section": (10.3, -7.4),
    "trumpet": (13.8, -1.9),
    "muted_trumpet": (15.0, -2.7),
    "trombone": (10.0, -0.9),
    "french_horn": (15.0, -1.1),
    "flute": (13.5, 3.1),
    "clarinet": (15.9, -2.8),
    "saxophone": (15.4, -2.2),
    "oboe": (13.2, -3.2),
    "harmonica": (17.6, -3.3),
    "saw_lead": (-1.3, 0.0),
    "square_lead": (-1.1, 0.0),
    "supersaw": (-9.4, 0.0),
    "warm_pad": (-11.3, 0.0),
    "pluck": (0.8, 0.0),
    "fm_keys": (-3.6, 0.0),
    "choir_pad": (8.5, -16.3),
    "vinyl_noise": (8.3, 0.0),
    "riser": (-1.3, 0.0),
    "impact": (-0.8, 0.0),
}
