"""A finished mix, mastered anew from its stems: levels and tone moved a little, the performance as it is.

The stems went through strips and master once; their sum is brought to -14 LUFS again by a new gain curve, which all share,
so they still add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from troubadour.mix.balance import mix_of
from troubadour.mix.desk import family_of
from troubadour.mix.filters import Band, filter_in_place, sections
from troubadour.mix.master import master_curve
from troubadour.mix.pcm import FULL_24, settle
from troubadour.mix.value import Fader, Mix
from troubadour.units import gain


def polished(mix: Mix, moves_db: Mapping[str, float], tone: Sequence[Band], bus_ratio: float) -> Mix:
    """The mix with its families of stems moved by `moves_db`, through the filters of `tone`, and mastered anew."""
    total = np.zeros(mix.master.shape, np.float32)
    largest = np.zeros(len(total), np.float32)
    audios = {}
    for name, pcm in mix.stems.items():
        audio = pcm.astype(np.float32) * np.float32(gain(moves_db.get(family_of(name), 0.0)) / FULL_24)
        filter_in_place(audio, sections(tuple(tone)))
        total += audio
        np.maximum(largest, np.abs(audio).max(axis=1), out=largest)
        audios[name] = audio
    curve, master = master_curve(total, largest, bus_ratio, 0)
    total[:] = 0.0
    stems = {}
    for name in list(audios):
        out = np.empty(total.shape, np.int32)
        settle(audios.pop(name), curve, total, FULL_24, out)
        stems[name] = out
    faders = {
        name: Fader(fader.strip_lufs, fader.stem_lufs, fader.gain_db + moves_db.get(family_of(name), 0.0))
        for name, fader in mix.desk.faders.items()
    }
    return mix_of(stems, mix.dry, replace(mix.desk, faders=faders, tilt=(*mix.desk.tilt, *tone), master=master))
