"""`taken_apart`: a recording as voice, drums, bass and the rest, which add up to it; `unmixed`: as stems of sixteen bits that do.

By masks over its spectrum: expect leakage.
"""

from __future__ import annotations

import numpy as np

from troubadour.edit.source import Source
from troubadour.listen.separate import separated
from troubadour.mix.pcm import Pcm16
from troubadour.mix.split import BASIC, REST
from troubadour.mix.value import Pcm

VOICE, OTHER = "vocals", "other"
TAKEN = {BASIC: (VOICE,), "full": (VOICE, "drums", "bass")}  # what is taken out of a recording; what is left is the last stem
LEFT = {BASIC: REST, "full": OTHER}
SCALE_24 = np.float32(2.0**23)


def taken_apart(source: Source) -> dict[str, Pcm]:
    """A recording's parts, 24-bit [frames, 2], by name: `vocals` (silent where nobody sings), `drums`, `bass`, `other`."""
    parts = separated(source.mix().master.astype(np.float32) / SCALE_24)
    if source.heard is not None and not source.heard.has_voice:
        parts[OTHER] += parts[VOICE]
        parts[VOICE] = np.zeros_like(parts[VOICE])
    return parts


def unmixed(source: Source, kind: str) -> dict[str, Pcm16]:
    """Stems of a recording by name: `basic` two (`vocals` is silent where nobody sings), `full` those that sound."""
    parts = taken_apart(source)
    whole = (sum(parts.values(), start=np.zeros_like(parts[VOICE])) + 128) >> 8
    taken = {name: ((parts[name] + 128) >> 8).clip(-(2**15), 2**15 - 1) for name in TAKEN[kind]}
    left = whole - sum(taken.values(), start=np.zeros_like(whole))
    stems = {name: pcm.astype(np.int16) for name, pcm in {**taken, LEFT[kind]: left}.items()}
    return stems if kind == BASIC else {name: pcm for name, pcm in stems.items() if pcm.any()}
