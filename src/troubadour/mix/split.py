"""Stems as a listener asks for them: two (voices, the rest) or up to twelve families. They add up to the mix.

A recording in the mix is no family of instruments: it is a stem of its own, called `instrumental`.
"""

from __future__ import annotations

from troubadour.mix.desk import RECORDING, family_of
from troubadour.mix.pcm import Pcm16, grouped, sixteen_bit
from troubadour.mix.value import Mix
from troubadour.theory.instruments import STEMS

VOICES = ("vocals", "backing_vocals")
BASIC, FULL = "basic", "full"
REST = "instrumental"


def split(mix: Mix, kind: str) -> dict[str, Pcm16]:
    """16-bit stems of a mix by name, which add up to its 16-bit master exactly.

    `basic`: `vocals` (silent when nobody sings) and `instrumental`. `full`: the families that sound, in their usual order.
    """
    groups: dict[str, list[Pcm16]] = {name: [] for name in (("vocals", REST) if kind == BASIC else (*STEMS, REST))}
    for name, pcm in sixteen_bit(mix)[1].items():
        family = family_of(name)
        if kind == BASIC:
            groups["vocals" if family in VOICES else REST].append(pcm)
        else:
            groups[REST if family == RECORDING else family].append(pcm)
    kept = {name: grouped(members, mix.master.shape) for name, members in groups.items()}
    return kept if kind == BASIC else {name: pcm for name, pcm in kept.items() if pcm.any()}
