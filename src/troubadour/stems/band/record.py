"""One part, recorded: its played notes on a bus of whole numbers.

A part's bus is the sum of its sections' buses. Where nothing but addition happens the notes of all sections are placed
at once; a colour (an amplifier) is applied to each section alone, so that there too the sum of the sections is the part.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np

from troubadour.errors import SoundsMissing
from troubadour.score import Part, Score
from troubadour.stems.band.bank import HOW_TO_INSTALL, open_preset
from troubadour.stems.band.colour import COLOURS, coloured
from troubadour.stems.band.levels import TRIMS_DB
from troubadour.stems.band.manners import MANNERS
from troubadour.stems.band.play import Performance, perform
from troubadour.stems.band.sampler import Sampler
from troubadour.stems.band.sounds import SOUNDS, Sound
from troubadour.stems.band.synths import Synth
from troubadour.stems.band.voices import ONE, STORE_FRAMES, Bus, Instrument, Memory, add_notes, ending
from troubadour.stems.value import Window
from troubadour.units import gain

LONGEST_RING_FRAMES = 10 * 44_100  # how long a sound may go on after its note
BEYOND_FRAMES = 4_410  # a colour is given so much more than the window: its filters look ahead
TAKE_VARIANTS = 1  # the second take of a doubled part is another detuning of the same samples


@cache
def instrument(name: str, articulation: str = "") -> tuple[Instrument, str]:
    """The instrument that plays notes of this articulation, and a note to the listener if it is an understudy."""
    sound = SOUNDS[name]
    preset = sound.articulations.get(articulation, sound.preset)
    own, understudy = (gain(trim_db) for trim_db in TRIMS_DB[name])
    if sound.colour:  # the level is set behind the colour
        own = 1.0
    if preset is None:
        return Synth(sound.patch, own, sound.place, sound.width), ""
    try:
        return Sampler(open_preset(*preset), own, sound.place, sound.width, sound.layers, sound.dark_octaves,
                       sound.brightening, sound.borrows), ""  # fmt: skip
    except SoundsMissing:
        player = Synth(sound.patch, understudy, sound.place, sound.width)
        return player, f"the recorded instruments were synthesised, because the sound bank is missing: {HOW_TO_INSTALL}"


def record(
    part: Part, score: Score, window: Window, only: int | None = None, store_frames: int = STORE_FRAMES
) -> tuple[Bus, tuple[str, ...]]:
    """A part (or its section number `only`) in a window of the song; and notes to the listener.

    int32 [2, frames], full scale 2^26. Sections add up to the whole exactly, and a window has the whole's samples.
    """
    bus = np.zeros((2, window.frames), np.int32)
    if not part.notes:
        return bus, ()
    sound, remarks = SOUNDS[part.instrument], []
    memories: dict[str, Memory] = defaultdict(Memory)
    takes = (-sound.doubled, sound.doubled) if sound.doubled else (0.0,)
    for take, pan in enumerate(takes):
        performance = perform(part, score, MANNERS[sound.manner], take, take * TAKE_VARIANTS)
        wanted = performance.sections >= 0 if only is None else performance.sections == only
        near = wanted & _near(performance, window)
        if sound.colour:
            for section in np.unique(performance.sections[near]):
                mine = wanted & (performance.sections == section)
                remarks += _add_coloured(
                    bus, window.start, part.instrument, sound, performance, mine, pan, store_frames, memories
                )
        elif near.any():
            remarks += _add(bus, window.start, part.instrument, performance, near, store_frames)
    return bus, tuple(dict.fromkeys(remarks))


def _near(performance: Performance, window: Window) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The notes that may be heard in a window."""
    start = performance.played["start"]
    return np.asarray((start < window.end) & (start + performance.played["length"] + LONGEST_RING_FRAMES > window.start))


def _groups(name: str, performance: Performance, mine: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> dict[str, list[int]]:
    """Indices of notes by the articulation that chooses their instrument."""
    special = SOUNDS[name].articulations
    groups: dict[str, list[int]] = {}
    for i in np.flatnonzero(mine):
        said = performance.articulations[i]
        groups.setdefault(said if said in special else "", []).append(int(i))
    return groups


def _add(
    bus: Bus, origin: int, name: str, performance: Performance, mine: np.ndarray[tuple[int], np.dtype[np.bool_]],
    store_frames: int, memories: dict[str, Memory] | None = None,
) -> list[str]:  # fmt: skip
    """Play the chosen notes onto a bus. `memories` hold the sources of each articulation."""
    remarks = []
    for said, members in _groups(name, performance, mine).items():
        player, remark = instrument(name, said)
        played = performance.played[members]
        if isinstance(player, Sampler):
            for key, other in SOUNDS[name].keys.items():
                played["pitch"][performance.played["pitch"][members] == key] = other
        add_notes(
            player, played, performance.curves, bus, origin, store_frames, memories[said] if memories is not None else None
        )
        remarks += [remark] if remark else []
    return remarks


def _add_coloured(
    bus: Bus, origin: int, name: str, sound: Sound, performance: Performance, mine: np.ndarray[tuple[int], np.dtype[np.bool_]],
    pan: float, store_frames: int, memories: dict[str, Memory],
) -> list[str]:  # fmt: skip
    """Play one section's notes on a bus of their own, send it through the colour, add it."""
    if not mine.any():
        return []
    colour = COLOURS[sound.colour]
    level = ONE * gain(TRIMS_DB[name][0])
    start = int(performance.played["start"][mine].min())
    end = max(
        ending(instrument(name, said)[0], performance.played[members])
        for said, members in _groups(name, performance, mine).items()
    )
    low, high = origin, origin + bus.shape[1]
    end = min(end + round(colour.tail_s * 44_100), high + BEYOND_FRAMES)
    if end <= max(start, low):
        return []
    own = np.zeros((2, end - start), np.int32)
    remarks = _add(own, start, name, performance, mine, store_frames, memories)
    if sound.doubled:  # one microphone per take, panned
        mono = coloured((own[0].astype(np.float32) + own[1]) * np.float32(0.5 / ONE), colour)
        angle = (pan + 1.0) * np.pi / 4.0
        sides = (mono * np.float32(np.cos(angle)), mono * np.float32(np.sin(angle)))
    else:
        left, right = (coloured(side.astype(np.float32) * np.float32(1.0 / ONE), colour) for side in own)
        sides = (left, right)
    for side, out in zip(sides, bus, strict=True):
        heard = side[max(low - start, 0) : high - start]
        out[max(start - low, 0) : end - low] += np.rint(heard.astype(np.float64) * level).astype(np.int32)
    return remarks
