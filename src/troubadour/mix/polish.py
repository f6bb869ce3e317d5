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
from troubadour.tape import Tape, sounding
from troubadour.units import gain


def polished(mix: Mix, moves_db: Mapping[str, float], tone: Sequence[Band], bus_ratio: float) -> Mix:
    """The mix with its families of stems moved by `moves_db`, through the filters of `tone`, and mastered anew."""
    total = np.zeros(mix.master.shape, np.float32)
    largest = np.zeros(len(total), np.float32)
    tape = Tape()
    for name, pcm in mix.stems.items():
        audio = tape.new(name, pcm.shape, np.float32)
        np.multiply(pcm, np.float32(gain(moves_db.get(family_of(name), 0.0)) / FULL_24), out=audio, casting="unsafe")
        filter_in_place(audio, sections(tuple(tone)))
        total += audio
        np.maximum(largest, np.abs(audio).max(axis=1), out=largest)
    curve, master = master_curve(total, largest, bus_ratio, 0)
    mastered = np.zeros(total.shape, np.int32)
    for name in tape:
        audio = tape[name]
        settle(audio, sounding(audio), curve, FULL_24, audio.view(np.int32), mastered)
        tape.reread(name, np.int32)
    faders = {
        name: Fader(fader.strip_lufs, fader.stem_lufs, fader.gain_db + moves_db.get(family_of(name), 0.0))
        for name, fader in mix.desk.faders.items()
    }
    return mix_of(tape, mix.dry, replace(mix.desk, faders=faders, tilt=(*mix.desk.tilt, *tone), master=master))
