"""Stems as a listener asks for them: two (voices, the rest) or up to twelve families. They add up to the mix."""

from __future__ import annotations

import numpy as np

from troubadour.mix.desk import family_of
from troubadour.mix.pcm import Pcm16, sixteen_bit
from troubadour.mix.value import Mix, Pcm
from troubadour.theory.instruments import STEMS

VOICES = ("vocals", "backing_vocals")
BASIC, FULL = "basic", "full"


def split(mix: Mix, kind: str) -> dict[str, Pcm16]:
    """16-bit stems of a mix by name, which add up to its 16-bit master exactly.

    `basic`: `vocals` (silent when nobody sings) and `instrumental`. `full`: the families that sound, in their usual order.
    """
    groups: dict[str, list[Pcm]] = {"vocals": [], "instrumental": []} if kind == BASIC else {name: [] for name in STEMS}
    for name, pcm in mix.stems.items():
        family = family_of(name)
        groups[family if kind == FULL else "vocals" if family in VOICES else "instrumental"].append(pcm)
    silence = np.zeros_like(mix.master)
    kept = {name: np.asarray(sum(members, start=silence)) for name, members in groups.items()}
    if kind == FULL:
        kept = {name: pcm for name, pcm in kept.items() if pcm.any()}
    return sixteen_bit(Mix(mix.master, kept, mix.desk, mix.loudness))[1]
