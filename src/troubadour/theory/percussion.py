"""Percussion: which key each stroke has, and what each instrument plays when nobody wrote it a part.

Keys are General MIDI's (35-81), extended as GM2 and GS do it (26 finger snap, 82 shaker, 83 sleigh bells, 84 bell tree,
85 castanets, 86-87 surdo). Drums that those do not know use the keys of their nearest relatives, so that a MIDI file
sounds alike anywhere: a djembe speaks with conga keys, a cajon with those of kick and snare.

Rhythms are one bar of 4/4 in sixteenths: `-` ghost, `o` soft, `x` struck, `X` accent.
"""

from __future__ import annotations

from collections.abc import Mapping

KIT: dict[str, int] = {
    "kick": 36, "rim": 37, "snare": 38, "clap": 39, "hat": 42, "pedal": 44, "open": 46, "tom_low": 43, "tom_mid": 47,
    "tom_high": 50, "crash": 49, "ride": 51, "bell": 53, "tambourine": 54, "splash": 55, "cowbell": 56,
}  # fmt: skip

HAND: dict[str, int] = {
    "snap": 26, "handclap": 39, "tambourine": 54, "cowbell": 56, "bongo_high": 60, "bongo_low": 61, "conga_mute": 62,
    "conga_high": 63, "conga_low": 64, "timbale_high": 65, "timbale_low": 66, "agogo_high": 67, "agogo_low": 68, "cabasa": 69,
    "shaker": 70, "guiro": 73, "guiro_long": 74, "claves": 75, "woodblock": 76, "woodblock_low": 77, "cuica_high": 78,
    "cuica_low": 79, "triangle_mute": 80, "triangle": 81, "egg": 82, "sleigh_bells": 83, "bell_tree": 84, "castanets": 85,
    "surdo_mute": 86, "surdo": 87,
}  # fmt: skip

CAJON = {"cajon_bass": 36, "cajon_slap": 38, "cajon_tap": 37}
DJEMBE = {"djembe_bass": 64, "djembe_tone": 63, "djembe_slap": 62}
TABLA = {"bayan": 64, "bayan_mute": 61, "dayan_na": 60, "dayan_tin": 63, "dayan_te": 62}
PANDEIRO = {"pandeiro_bass": 64, "pandeiro_slap": 62, "pandeiro_jingle": 54}
TAIKO = {"taiko_low": 41, "taiko": 43, "taiko_high": 47, "taiko_rim": 37}
TAMBORIM = {"tamborim": 65, "tamborim_mute": 66}


def _of(*voices: str) -> dict[str, int]:
    return {voice: HAND[voice] for voice in voices}


# What each instrument without a kit's voices can be asked for; `hand_percussion` answers to every hand voice.
STROKES: dict[str, Mapping[str, int]] = {
    "hand_percussion": HAND,
    "latin_percussion": HAND,
    "brazilian_percussion": HAND | TAMBORIM,
    "african_percussion": DJEMBE | _of("shaker", "cowbell", "agogo_high", "agogo_low", "woodblock", "surdo", "surdo_mute"),
    "taiko": TAIKO,
    "congas": _of("conga_mute", "conga_high", "conga_low"),
    "bongos": _of("bongo_high", "bongo_low"),
    "timbales": _of("timbale_high", "timbale_low", "cowbell"),
    "cajon": CAJON,
    "djembe": DJEMBE,
    "tabla": TABLA,
    "surdo": _of("surdo", "surdo_mute"),
    "tamborim": TAMBORIM,
    "cuica": _of("cuica_high", "cuica_low"),
    "pandeiro": PANDEIRO,
    "shaker": _of("shaker", "egg"),
    "maracas": _of("shaker"),
    "tambourine": _of("tambourine"),
    "claves": _of("claves"),
    "cowbell": _of("cowbell"),
    "agogo": _of("agogo_high", "agogo_low"),
    "guiro": _of("guiro", "guiro_long"),
    "woodblock": _of("woodblock", "woodblock_low"),
    "castanets": _of("castanets"),
    "triangle": _of("triangle", "triangle_mute"),
    "sleigh_bells": _of("sleigh_bells"),
    "handclaps": _of("handclap"),
    "finger_snaps": _of("snap"),
}

_SHAKEN = "o-x-o-x-o-x-o-x-"
_BACKBEAT = "....x.......x..."

# One bar that belongs to the instrument: for a guest in a style that wrote it nothing.
RHYTHMS: dict[str, Mapping[str, str]] = {
    "hand_percussion": {"shaker": _SHAKEN},
    "latin_percussion": {  # tumbao, cascara, two-three son clave, guiro
        "conga_mute": "o-x-....o-x-....", "conga_high": "......xx......xx", "conga_low": "................",
        "claves": "....x.x.....x..x", "guiro": "x...x.o.x...x.o.", "cowbell": "x...x...x...x...",
    },
    "brazilian_percussion": {
        "surdo_mute": "x.......x.......", "surdo": "....X.......X...", "tamborim": "x.x.xx.x.x.xx.x.", "shaker": "xoxxxoxxxoxxxoxx",
        "agogo_high": "x.x...x.x..x.x..", "agogo_low": "....x.....x.....",
    },
    "african_percussion": {
        "djembe_bass": "x.....x.x.......", "djembe_tone": "...xx......xx.x.", "djembe_slap": "..o...X...o...X.",
        "agogo_high": "x..x..x...x.x...", "shaker": "x.xxx.xxx.xxx.xx",
    },
    "taiko": {"taiko_low": "X.......x.....x.", "taiko": "....x.x.....x.xx", "taiko_rim": "..o...o...o...o."},
    "congas": {"conga_mute": "o-x-..o-o-x-..o-", "conga_high": "......x.......x.", "conga_low": "...............x"},
    "bongos": {"bongo_high": "x-o-x-o-x-o-x-o-", "bongo_low": "............x..."},  # martillo
    "timbales": {"timbale_high": "x.x.xx.x.xx.x.xx", "cowbell": "x...x...x...x..."},  # cascara
    "cajon": {"cajon_bass": "x.....x...x.....", "cajon_slap": "....x.......x...", "cajon_tap": "..o.-.o.-.o.-.oo"},
    "djembe": {"djembe_bass": "x.....x.x.......", "djembe_tone": "...xx......xx.x.", "djembe_slap": "..o...X...o...X."},
    "tabla": {  # keherwa
        "bayan": "x.........x.....", "bayan_mute": "....o.........o.", "dayan_na": "..x...x.....x...", "dayan_tin": "......x.....x...",
        "dayan_te": "....o-......o.-o",
    },
    "surdo": {"surdo_mute": "x.......x.......", "surdo": "....X.......X..."},
    "tamborim": {"tamborim": "x.x.xx.x.x.xx.x.", "tamborim_mute": "-o-o..o-o-o..o-o"},
    "cuica": {"cuica_high": "x..x......x..x..", "cuica_low": "......x........."},
    "pandeiro": {"pandeiro_bass": "x.....x.x.....x.", "pandeiro_slap": "....x.......x...", "pandeiro_jingle": "-oo-.oo--oo-.oo-"},
    "shaker": {"shaker": _SHAKEN},
    "maracas": {"shaker": "x.xxx.xxx.xxx.xx"},
    "tambourine": {"tambourine": "o-o-x-o-o-o-x-o-"},
    "claves": {"claves": "x..x..x...x.x..."},
    "cowbell": {"cowbell": "x...x...x...x..."},
    "agogo": {"agogo_high": "x.x...x.x..x.x..", "agogo_low": "....x.....x....."},
    "guiro": {"guiro_long": "x.......x.......", "guiro": "....o.o.....o.o."},
    "woodblock": {"woodblock": "x.....x.....x...", "woodblock_low": "...x.....x......"},
    "castanets": {"castanets": "x..xxx..x..x.xx."},
    "triangle": {"triangle": "....x.......x...", "triangle_mute": "x.o...o.x.o...o."},
    "sleigh_bells": {"sleigh_bells": "x.o.x.o.x.o.x.o."},
    "handclaps": {"handclap": _BACKBEAT},
    "finger_snaps": {"snap": _BACKBEAT},
}  # fmt: skip

# The stroke with which each ends a song.
LAST_STROKE: dict[str, str] = {
    "hand_percussion": "tambourine", "latin_percussion": "timbale_low", "brazilian_percussion": "surdo",
    "african_percussion": "djembe_bass", "taiko": "taiko_low", "cajon": "cajon_bass", "djembe": "djembe_bass", "tabla": "bayan",
    "pandeiro": "pandeiro_bass", "congas": "conga_low", "bongos": "bongo_low", "timbales": "timbale_low",
}  # fmt: skip
