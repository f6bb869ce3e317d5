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
LOUDEST_16 = 2**15 - 1


def taken_apart(source: Source) -> dict[str, Pcm]:
    """A recording's parts, 24-bit [frames, 2], by name: `vocals` (silent where nobody sings), `drums`, `bass`, `other`.

    All but `other` are in steps of sixteen bits: rounded to sixteen, the parts add up to the recording rounded to sixteen, so that
    what an edit leaves alone is the same in every WAV.
    """
    parts = separated(source.mix().master.astype(np.float32) / SCALE_24)
    if source.heard is not None and not source.heard.has_voice:
        parts[OTHER] += parts[VOICE]
        parts[VOICE] = np.zeros_like(parts[VOICE])
    for name in parts.keys() - {OTHER}:
        stepped = _sixteen(parts[name]) << 8
        parts[OTHER] += parts[name] - stepped
        parts[name] = stepped
    return parts


def _sixteen(pcm: Pcm) -> Pcm:
    """24-bit samples rounded to sixteen bits, as numbers of sixteen."""
    return np.asarray(np.minimum((pcm + 128) >> 8, LOUDEST_16), np.int32)


def unmixed(source: Source, kind: str) -> dict[str, Pcm16]:
    """Stems of a recording by name: `basic` two (`vocals` is silent where nobody sings), `full` those that sound."""
    parts = taken_apart(source)
    whole = (sum(parts.values(), start=np.zeros_like(parts[VOICE])) + 128) >> 8
    taken = {name: _sixteen(parts[name]) for name in TAKEN[kind]}
    left = whole - sum(taken.values(), start=np.zeros_like(whole))
    stems = {name: pcm.astype(np.int16) for name, pcm in {**taken, LEFT[kind]: left}.items()}
    return stems if kind == BASIC else {name: pcm for name, pcm in stems.items() if pcm.any()}
