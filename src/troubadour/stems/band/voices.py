"""A voice: one mono sound under one envelope, placed at an exact frame and added as whole numbers.

Everything the band plays ends here. An instrument turns played notes into *voices* (when, how loud, where, which
envelope) over *sources* (a sample at one key, an oscillator patch at one pitch); notes that need the same source share
it. A source sounds as if its note never ended, so a longer rendering begins with the shorter one, and sharing it saves
time without changing a byte.

Sums are int32 with a last place of 2^-26 (full scale is ±32): integer addition has no order, so neither sections,
threads nor processes can change a sample. Envelopes move on a 64-frame grid that starts with the note, linear in
between; levels of the envelope fall 96 dB from 1 to 0, as SoundFont 2.04 section 8.1.2 has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from troubadour.stems.band.compiled import compiled

Records = NDArray[Any]
Bus = NDArray[np.int32]  # [2, frames], left and right
Cents = NDArray[np.float32]  # pitch curves, one value per 64 frames of their note

BLOCK = 64
ONE = 2.0**26  # full scale in a bus
LONGEST_FRAMES = 60 * 44_100  # a single note
STORE_FRAMES = 24_000_000  # sources held at once: 96 MB of float32
INAUDIBLE_GAIN = 0.004
CHOKE_RELEASE_FRAMES = 2_000.0  # 96 dB in 45 ms: a hi-hat closes within 10 ms to the ear
EDGE_FRAMES = 8.0  # the shortest attack: softer than a click, sharper than the envelope's grid

PLAYED = np.dtype(
    [
        ("start", "i8"), ("length", "i8"), ("pitch", "i4"), ("velocity", "i4"), ("variant", "i4"), ("choked", "i4"),
        ("pan", "f4"), ("curve", "i8"), ("curve_blocks", "i8"), ("soft", "f4"), ("swell_frames", "f4"),
        ("swell_start_db", "f4"), ("swell_end_db", "f4"),
    ]
)  # fmt: skip

VOICE = np.dtype(
    [
        ("note", "i8"), ("start", "i8"), ("length", "i8"), ("natural", "i8"), ("amplitude", "f8"), ("left", "f8"),
        ("right", "f8"), ("delay", "f8"), ("attack", "f8"), ("hold", "f8"), ("decay", "f8"), ("sustain", "f8"),
        ("release", "f8"), ("tremolo_cycles", "f8"), ("tremolo_delay", "f8"), ("tremolo_centibels", "f8"), ("floor", "f8"),
        ("swell_frames", "f8"), ("swell_start_db", "f8"), ("swell_end_db", "f8"),
    ]
)  # fmt: skip


class Instrument(Protocol):
    """Something that makes voices out of played notes."""

    def voices(self, played: Records) -> tuple[Records, Records, NDArray[np.int64]]:
        """Voices, the source of each, and a key per source: equal keys mean equal sound."""
        ...

    def fill(self, sources: Records, frames: NDArray[np.int64], offsets: NDArray[np.int64], store: Any, curves: Cents) -> None:
        """Render each source from its note-on for `frames` frames into `store` at `offsets`."""
        ...


@compiled
def rising(t: float, delay: float, attack: float, hold: float, decay: float, sustain: float) -> tuple[float, bool]:
    """Value of an envelope whose note has not ended, and whether it is still in its (linear) attack."""
    t -= delay
    if t < 0.0:
        return 0.0, True
    if t < attack:
        return t / attack, True
    t -= attack + hold
    if t <= 0.0:
        return 1.0, False
    value = 1.0 - t / decay if decay > 0.0 else sustain
    return max(value, sustain), False


@compiled
def loudness(t: float, v: Any) -> float:
    """Amplitude of a voice's envelope `t` frames after its start."""
    if t <= v.length:
        value, attacking = rising(t, v.delay, v.attack, v.hold, v.decay, v.sustain)
        return value if attacking else 10.0 ** (-4.8 * (1.0 - value))
    value, attacking = rising(float(v.length), v.delay, v.attack, v.hold, v.decay, v.sustain)
    if attacking:
        value = 0.0 if value <= 1.6e-5 else 1.0 + math.log10(value) / 4.8
    value -= (t - v.length) / v.release
    return 10.0 ** (-4.8 * (1.0 - value)) if value > 0.0 else 0.0


@compiled
def triangle(t: float, delay: float, cycles: float) -> float:
    """A triangle wave from -1 to 1 that begins at 0 after `delay`."""
    if t < delay:
        return 0.0
    x = (t - delay) * cycles + 0.25
    x -= math.floor(x)
    return 1.0 - 4.0 * abs(x - 0.5)


@compiled
def swollen(t: float, v: Any) -> float:
    """Gain of a held note that grows until `swell_frames` and recedes until its end."""
    if t < v.swell_frames:
        return float(10.0 ** (v.swell_start_db * (1.0 - t / v.swell_frames) / 20.0))
    return float(10.0 ** (v.swell_end_db * min(1.0, (t - v.swell_frames) / max(v.length - v.swell_frames, 1.0)) / 20.0))


@compiled
def sounding_frames(voices: Any) -> Any:
    """How long each voice is heard, in whole blocks: until it falls under its floor or its source ends."""
    frames = np.empty(len(voices), np.int64)
    for i in range(len(voices)):
        v = voices[i]
        at_end = max(loudness(float(v.length), v), 1e-6)
        level, floor = 1.0 + math.log10(at_end) / 4.8, 1.0 + math.log10(max(min(v.floor, 1.0), 1e-5)) / 4.8
        end = v.length + max(0.0, level - floor) * v.release + BLOCK
        if v.decay > 0.0 and floor > v.sustain:  # it may have died away before the note ends
            end = min(end, v.delay + v.attack + v.hold + (1.0 - floor) * v.decay + BLOCK)
        n = min(int(end), v.natural, LONGEST_FRAMES)
        frames[i] = (max(n, 0) + BLOCK - 1) // BLOCK * BLOCK
    return frames


@compiled
def add_side(out: Any, at: int, sound: Any, b: int, first: float, step: float) -> None:
    """Add one block of a sound to one side of a bus, under a gain that goes on by `step` per frame."""
    low, high = max(0, -at), min(BLOCK, len(out) - at)
    gain, slope, half = np.float32(first), np.float32(step), np.float32(0.5)
    if low == 0 and high == BLOCK:
        o, s = out[at : at + BLOCK], sound[b : b + BLOCK]
        for j in range(BLOCK):
            o[j] += np.int32(np.floor((gain + slope * np.float32(j)) * s[j] + half))
    else:
        for j in range(low, high):
            out[at + j] += np.int32(np.floor((gain + slope * np.float32(j)) * sound[b + j] + half))


@compiled
def add_onset(out: Any, at: int, sound: Any, edge: float, gain: float) -> None:
    """Add the first block of a sound whose attack ends within it."""
    for j in range(max(0, -at), min(BLOCK, len(out) - at)):
        g = np.float32(gain * min(1.0, (j + 1) / edge))
        out[at + j] += np.int32(np.floor(g * sound[j] + np.float32(0.5)))


@compiled
def place(voices: Any, frames: Any, slots: Any, offsets: Any, store: Any, left: Any, right: Any, origin: int) -> None:
    """Add each voice, under its envelope, to a bus that begins at frame `origin` of the song."""
    for i in range(len(voices)):
        v, n = voices[i], frames[i]
        if slots[i] < 0 or n <= 0:
            continue
        sound = store[offsets[slots[i]] : offsets[slots[i]] + n]
        to_left, to_right = v.amplitude * v.left * ONE, v.amplitude * v.right * ONE
        before = loudness(0.0, v)
        swells = v.swell_frames > 0.0
        if swells:
            before *= swollen(0.0, v)
        for b in range(0, n, BLOCK):
            after = loudness(float(b + BLOCK), v)
            if v.tremolo_centibels != 0.0:
                after *= 10.0 ** (triangle(float(b + BLOCK), v.tremolo_delay, v.tremolo_cycles) * v.tremolo_centibels / 200.0)
            if swells:
                after *= swollen(float(b + BLOCK), v)
            if b + BLOCK >= n:
                after = 0.0
            at, step = v.start + b - origin, (after - before) / BLOCK
            sharp = b == 0 and v.delay < 1.0 and v.attack < BLOCK and n > BLOCK
            edge = max(v.attack, EDGE_FRAMES)
            if v.left > INAUDIBLE_GAIN:
                if sharp:
                    add_onset(left, at, sound, edge, after * to_left)
                else:
                    add_side(left, at, sound, b, before * to_left, step * to_left)
            if v.right > INAUDIBLE_GAIN:
                if sharp:
                    add_onset(right, at, sound, edge, after * to_right)
                else:
                    add_side(right, at, sound, b, before * to_right, step * to_right)
            before = after


def ending(instrument: Instrument, played: Records) -> int:
    """The frame of the song after which nothing of these notes is heard."""
    voices, _, _ = instrument.voices(played)
    return int((voices["start"] + sounding_frames(voices)).max(initial=0)) if len(voices) else 0


class Memory:
    """Sources of one instrument, kept from one call to the next (sections, takes) up to a bound."""

    def __init__(self, most_frames: int = STORE_FRAMES // 2) -> None:
        self._sounds: dict[int, NDArray[np.float32]] = {}
        self._free = most_frames

    def recall(self, key: int, frames: int) -> NDArray[np.float32] | None:
        """The beginning of a source, if it is known for so long."""
        sound = self._sounds.get(key)
        return sound[:frames] if sound is not None and len(sound) >= frames else None

    def keep(self, key: int, sound: NDArray[np.float32]) -> None:
        """Remember a source; a bent one (its key is negative) belongs to one note alone."""
        if key >= 0 and len(sound) <= self._free:
            self._free -= len(sound) - len(self._sounds.get(key, ()))
            self._sounds[key] = sound.copy()


def add_notes(
    instrument: Instrument, played: Records, curves: Cents, bus: Bus, origin: int = 0, store_frames: int = STORE_FRAMES,
    memory: Memory | None = None,
) -> None:  # fmt: skip
    """Play notes onto a bus that begins at frame `origin`. `store_frames` and `memory` cost and save; they change no sample."""
    if not len(played):
        return
    voices, sources, keys = instrument.voices(played)
    if not len(voices):
        return
    frames = sounding_frames(voices)
    unique, first, slots = np.unique(keys, return_index=True, return_inverse=True)
    need = np.zeros(len(unique), np.int64)
    np.maximum.at(need, slots, frames)
    for low, high in _batches(need, store_frames):
        offsets = np.concatenate([[0], np.cumsum(need[low:high])])
        store = np.zeros(int(offsets[-1]), np.float32)
        fresh = _recalled(memory, unique[low:high], need[low:high], offsets, store)
        instrument.fill(sources[first[low:high][fresh]], need[low:high][fresh], offsets[:-1][fresh], store, curves)
        if memory is not None:
            for i in fresh:
                memory.keep(int(unique[low + i]), store[offsets[i] : offsets[i + 1]])
        mine = (slots >= low) & (slots < high)
        place(voices[mine], frames[mine], slots[mine] - low, offsets, store, bus[0], bus[1], origin)


def _recalled(
    memory: Memory | None,
    keys: NDArray[np.int64],
    need: NDArray[np.int64],
    offsets: NDArray[np.int64],
    store: NDArray[np.float32],
) -> NDArray[np.int64]:
    """Copy what is remembered into the store; the places of what is not."""
    if memory is None:
        return np.arange(len(keys))
    fresh = []
    for i, key in enumerate(keys):
        known = memory.recall(int(key), int(need[i]))
        if known is None:
            fresh.append(i)
        else:
            store[offsets[i] : offsets[i + 1]] = known
    return np.array(fresh, np.int64)


def _batches(need: NDArray[np.int64], most: int) -> Iterator[tuple[int, int]]:
    """Cut a row of sources where the store would grow beyond `most` frames."""
    low, held = 0, 0
    for i, frames in enumerate(need):
        if held and held + frames > most:
            yield low, i
            low, held = i, 0
        held += int(frames)
    yield low, len(need)
