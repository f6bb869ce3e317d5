"""Stems as a listener asks for them: two (voices, the rest) or up to twelve families. They add up to the mix."""

from __future__ import annotations

from troubadour.mix.desk import family_of
from troubadour.mix.pcm import Pcm16, grouped, sixteen_bit
from troubadour.mix.value import Mix
from troubadour.theory.instruments import STEMS

VOICES = ("vocals", "backing_vocals")
BASIC, FULL = "basic", "full"


def split(mix: Mix, kind: str) -> dict[str, Pcm16]:
    """16-bit stems of a mix by name, which add up to its 16-bit master exactly.

    `basic`: `vocals` (silent when nobody sings) and `instrumental`. `full`: the families that sound, in their usual order.
    """
    groups: dict[str, list[Pcm16]] = {"vocals": [], "instrumental": []} if kind == BASIC else {name: [] for name in STEMS}
    for name, pcm in sixteen_bit(mix)[1].items():
        family = family_of(name)
        groups[family if kind == FULL else "vocals" if family in VOICES else "instrumental"].append(pcm)
    kept = {name: grouped(members, mix.master.shape) for name, members in groups.items()}
    return kept if kind == BASIC else {name: pcm for name, pcm in kept.items() if pcm.any()}
