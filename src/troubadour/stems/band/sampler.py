"""Sampled instruments: one note of a SoundFont preset as a pure function.

Velocity has two parts. Loudness follows the note exactly; timbre (which zone, how open the filter, where the sample
starts) moves in steps of eight, so that notes can share a source. That is the definition of the instrument, not an
approximation. Sources interpolate with a 16-point windowed sinc (inharmonic energy -69 dB at seven semitones' shift) and
filter with a state-variable filter (Zavalishin's topology-preserving transform: stable when its cutoff jumps).

SoundFont rules that matter here (specification 2.04, sections 8.1 to 8.4 and 9.5): initial attenuation counts 0.4 of
what is written, as everywhere since the first hardware; controllers stand at their defaults (volume 100, pan 64,
expression 127) and are normalised by 128; modulators may move the sample's start.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from troubadour.stems.band.bank import Sampled
from troubadour.stems.band.compiled import compiled, weighted16
from troubadour.stems.band.voices import BLOCK, CHOKE_RELEASE_FRAMES, VOICE, Cents, Records, rising, triangle

RATE = 44_100.0
VELOCITY_STEP = 8
VARIANT_CENTS = (0.0, -2.5, 2.5, 4.0, -4.0)  # round robin: the sample slightly detuned,
VARIANT_KEYS = (0, 1, -1, 0, 2)  # or that of a neighbouring key, where the instrument may borrow it
SOFTEST_CENTS, SOFTEST_ABOVE_CENTS = 7_500.0, 1_500.0  # how dark touch can make a note: 620 Hz, 1 1/4 octaves over its own
NEVER = 1 << 40
FIXED = 2.0**32  # a phase is a 32.32 fixed-point number of sample frames
TAPS, PHASES = 16, 512
GAIN = 0.2  # of full scale, for a sample at full velocity: fluidsynth's own
OPEN_CENTS = 13_500.0
BRIGHTEST_CENTS = 12_300  # 10 kHz: where darkening begins for a filter that is written wide open
LAYERS_APART = 0.25
LOUDEST_CENTIBELS = -120.0  # the specification stops at 0, where some presets would no longer answer to velocity

SOURCE = np.dtype(
    [
        ("start", "i8"), ("end", "i8"), ("loop_start", "i8"), ("loop_end", "i8"), ("looped", "i8"), ("increment", "f8"),
        ("cutoff_cents", "f8"), ("q", "f8"), ("mod_delay", "f8"), ("mod_attack", "f8"), ("mod_hold", "f8"), ("mod_decay", "f8"),
        ("mod_sustain", "f8"), ("mod_to_pitch", "f8"), ("mod_to_cutoff", "f8"), ("lfo_cycles", "f8"), ("lfo_delay", "f8"),
        ("lfo_to_pitch", "f8"), ("lfo_to_cutoff", "f8"), ("vibrato_cycles", "f8"), ("vibrato_delay", "f8"),
        ("vibrato_to_pitch", "f8"), ("curve", "i8"), ("curve_blocks", "i8"),
    ]
)  # fmt: skip


def _sinc() -> NDArray[np.float32]:
    """Kaiser-windowed sinc, one row of taps per phase, each row summing to one."""
    phase = np.arange(PHASES)[:, None] / PHASES
    distance = np.arange(TAPS)[None, :] - (TAPS // 2 - 1) - phase
    window = np.i0(9.0 * np.sqrt(np.maximum(0.0, 1.0 - (distance / (TAPS / 2)) ** 2))) / np.i0(9.0)
    rows = np.sinc(distance) * window
    return np.asarray(rows / rows.sum(axis=1, keepdims=True), np.float32)


SINC = _sinc()


@compiled
def concave(x: float) -> float:
    """The concave curve of section 9.5.3, for 0 ≤ x ≤ 1."""
    n = 127.0 - 127.0 * x
    return 1.0 if n <= 0.0 else min(1.0, 400.0 / 960.0 * math.log10(127.0 / n))


@compiled
def controller(source: int, key: int, velocity: int) -> float:
    """Value of a modulator's source (section 8.2) for a note, with all controllers at their defaults."""
    index = source & 127
    if source & 0x80:
        x = 0.0
        if index == 7:
            x = 100.0 / 128.0
        elif index == 10:
            x = 64.0 / 128.0
        elif index == 11:
            x = 127.0 / 128.0
    elif index == 0:
        return 1.0
    elif index == 2:
        x = velocity / 128.0
    elif index == 3:
        x = key / 128.0
    elif index == 14:
        x = 0.5  # the pitch wheel at rest
    elif index == 16:
        x = 2.0 / 128.0  # pitch-wheel range: two semitones
    else:
        x = 0.0
    shape, falling, bipolar = source >> 10, (source >> 8) & 1, (source >> 9) & 1
    if falling:
        x = 1.0 - x
    if shape == 1:
        x = concave(x)
    elif shape == 2:
        x = 1.0 - concave(1.0 - x)
    elif shape == 3:
        x = 1.0 if x >= 0.5 else 0.0
    return 2.0 * x - 1.0 if bipolar else x


@compiled
def time_frames(cents: float, least: float) -> float:
    """Frames of a time in timecents; -12000 and less is no time at all."""
    if cents <= -12000.0 and least <= -12000.0:
        return 0.0
    return float(2.0 ** (min(max(cents, least), 8000.0) / 1200.0) * RATE)


@compiled
def count_voices(zones: Any, chosen: Any, timbre: Any) -> int:
    """How many zones all notes together sound."""
    n = 0
    for i in range(len(chosen)):
        for z in range(len(zones)):
            zone = zones[z]
            if zone.key_low <= chosen[i] <= zone.key_high and zone.velocity_low <= timbre[i] <= zone.velocity_high:
                n += 1
    return n


@compiled
def resolve(
    zones: Any, generators: Any, modulators: Any, played: Any, chosen: Any, timbre: Any, detune: Any, touch: float, voices: Any,
    sources: Any, keys: Any,
) -> None:  # fmt: skip
    """Zones and modulators of each note, worked out into voices and sources. `chosen` is the key whose zone is played."""
    n = 0
    total = np.zeros(128, np.float64)
    for i in range(len(played)):
        note = played[i]
        for z in range(len(zones)):
            zone = zones[z]
            if not (zone.key_low <= chosen[i] <= zone.key_high and zone.velocity_low <= timbre[i] <= zone.velocity_high):
                continue
            key = generators[z, 46] if generators[z, 46] >= 0 else note.pitch
            total[:] = 0.0
            for m in range(zone.first_modulator, zone.first_modulator + zone.modulators):
                source, to, amount, by, absolute = modulators[m]
                if amount == 0 or to >= 61:
                    continue
                # loudness follows the exact velocity, everything else the step
                velocity = note.velocity if to == 48 else timbre[i]
                if generators[z, 47] >= 0:
                    velocity = generators[z, 47]
                y = controller(source, key, velocity) * amount
                if by != 0:
                    y *= controller(by, key, velocity)
                total[to] += abs(y) if absolute == 2 else y
            attenuation = min(max(generators[z, 48] * 0.4 + total[48], LOUDEST_CENTIBELS), 1440.0)
            for g in range(61):
                total[g] += generators[z, g]
            v, s = voices[n], sources[n]
            v.note, v.start, v.length = i, note.start, note.length
            v.amplitude = 10.0 ** (-attenuation / 200.0) * GAIN / 32768.0
            pan = min(max(total[17], -500.0), 500.0)
            v.left, v.right = pan, pan  # gains are worked out later, with the instrument's place
            v.delay, v.attack = time_frames(total[33], -12000.0), time_frames(total[34], -12000.0)
            v.attack = max(v.attack, note.soft)
            v.swell_frames, v.swell_start_db, v.swell_end_db = note.swell_frames, note.swell_start_db, note.swell_end_db
            v.hold = time_frames(total[35] + total[39] * (60 - key), -12000.0)
            v.decay = time_frames(total[36] + total[40] * (60 - key), -12000.0)
            v.sustain = min(max(1.0 - 0.001 * total[37], 0.0), 1.0)
            v.release = CHOKE_RELEASE_FRAMES if note.choked else time_frames(total[38], -7200.0)
            v.tremolo_cycles = 8.176 * 2.0 ** (min(max(total[22], -16000.0), 4500.0) / 1200.0) / RATE
            v.tremolo_delay, v.tremolo_centibels = time_frames(total[21], -12000.0), total[13]
            v.floor = 3e-5 / max(zone.peak, 1) / (v.amplitude + 1e-12)
            s.start = zone.start + max(0, int(total[0] - generators[z, 0] + zone.start_offset))
            s.end, s.loop_start, s.loop_end, s.looped = zone.end, zone.loop_start, zone.loop_end, zone.looped
            cents = (key - zone.root) * total[56] + 100.0 * total[51] + total[52] + zone.correction_cents + detune[i]
            s.increment = 2.0 ** (cents / 1200.0) * zone.rate / RATE
            v.natural = NEVER if zone.looped else int((s.end - s.start) / s.increment * 1.06) + BLOCK
            s.cutoff_cents = min(max(total[8], 1500.0), OPEN_CENTS)
            if touch > 0.0:  # softer is darker
                dark = max(100.0 * key + SOFTEST_ABOVE_CENTS, SOFTEST_CENTS)
                gentle = touch * max(0.0, 1.0 - timbre[i] / 100.0)
                s.cutoff_cents = min(s.cutoff_cents, max(dark, OPEN_CENTS - gentle * (OPEN_CENTS - dark)))
            s.q = 10.0 ** ((min(max(total[9] / 10.0, 0.0), 96.0) - 3.01) / 20.0)
            s.mod_delay, s.mod_attack = time_frames(total[25], -12000.0), time_frames(total[26], -12000.0)
            s.mod_hold = time_frames(total[27] + total[31] * (60 - key), -12000.0)
            s.mod_decay = time_frames(total[28] + total[32] * (60 - key), -12000.0)
            s.mod_sustain = min(max(1.0 - 0.001 * total[29], 0.0), 1.0)
            s.mod_to_pitch, s.mod_to_cutoff = total[7], total[11]
            s.lfo_cycles, s.lfo_delay, s.lfo_to_pitch, s.lfo_to_cutoff = v.tremolo_cycles, v.tremolo_delay, total[5], total[10]
            s.vibrato_cycles = 8.176 * 2.0 ** (min(max(total[24], -16000.0), 4500.0) / 1200.0) / RATE
            s.vibrato_delay, s.vibrato_to_pitch = time_frames(total[23], -12000.0), total[6]
            s.curve, s.curve_blocks = note.curve, note.curve_blocks
            keys[n] = ((z * 128 + note.pitch) * 128 + timbre[i]) * 16 + note.variant
            if note.curve_blocks > 0:  # a bent note shares with nobody
                keys[n] = -1 - n
            n += 1


@compiled
def interpolate(pcm: Any, phase: Any, increment: Any, n: int, out: Any, sinc: Any) -> None:
    """`n` frames of a sample, read at `phase` and every `increment` after it."""
    for i in range(n):
        p = phase + i * increment
        out[i] = weighted16(pcm, (p >> 32) - 7, sinc, (p >> 23) & 511)


@compiled
def sustain(pcm: Any, s: Any, n: int, y: Any, curves: Any, sinc: Any) -> None:
    """The first `n` frames of a source: interpolation, loop, pitch movement and filter, never the volume envelope."""
    block = np.empty(BLOCK, np.float32)
    loop, loop_end, end = (s.loop_end - s.loop_start) << 32, s.loop_end << 32, s.end << 32
    bends = s.mod_to_pitch != 0.0 or s.lfo_to_pitch != 0.0 or s.vibrato_to_pitch != 0.0 or s.curve_blocks > 0
    sweeps = s.mod_to_cutoff != 0.0 or s.lfo_to_cutoff != 0.0
    filters = sweeps or s.cutoff_cents < OPEN_CENTS - 1.0 or s.q > 0.7072
    phase, increment, last = s.start << 32, np.int64(s.increment * FIXED), -1e9
    z1 = z2 = a1 = a2 = a3 = 0.0
    gain = 1.0 / math.sqrt(s.q)
    for b in range(0, n, BLOCK):
        swing, _ = rising(float(b + BLOCK // 2), s.mod_delay, s.mod_attack, s.mod_hold, s.mod_decay, s.mod_sustain)
        if bends:
            cents = s.mod_to_pitch * swing
            cents += s.lfo_to_pitch * triangle(float(b), s.lfo_delay, s.lfo_cycles)
            cents += s.vibrato_to_pitch * triangle(float(b), s.vibrato_delay, s.vibrato_cycles)
            if s.curve_blocks > 0:
                cents += curves[s.curve + min(b // BLOCK, s.curve_blocks - 1)]
            increment = np.int64(s.increment * 2.0 ** (cents / 1200.0) * FIXED)
        i = 0
        while i < BLOCK:
            m = BLOCK - i
            if s.looped:
                if phase >= loop_end:
                    phase -= loop
                    continue
                m = min(m, (loop_end - phase + increment - 1) // increment)
            else:
                m = min(m, max((end - phase) // increment, 0))
                if m == 0:
                    block[i:] = np.float32(0.0)
                    break
            interpolate(pcm, phase, increment, m, block[i:], sinc)
            phase += increment * m
            i += m
        if not filters:
            y[b : b + BLOCK] = block
            continue
        cents = s.cutoff_cents + s.mod_to_cutoff * swing
        cents += s.lfo_to_cutoff * triangle(float(b), s.lfo_delay, s.lfo_cycles)
        if abs(cents - last) > 0.01:
            g = math.tan(math.pi * min(max(8.176 * 2.0 ** (cents / 1200.0), 5.0), 0.45 * RATE) / RATE)
            a1 = 1.0 / (1.0 + g * (g + 1.0 / s.q))
            a2 = g * a1
            a3 = g * a2
            last = cents
        for j in range(BLOCK):
            v3 = block[j] - z2
            v1 = a1 * z1 + a2 * v3
            v2 = z2 + a2 * z1 + a3 * v3
            z1, z2 = 2.0 * v1 - z1, 2.0 * v2 - z2
            y[b + j] = np.float32(v2 * gain)


@compiled
def fill_all(pcm: Any, sources: Any, frames: Any, offsets: Any, store: Any, curves: Any, sinc: Any) -> None:
    """Render every source into its place of the store."""
    for i in range(len(sources)):
        sustain(pcm, sources[i], frames[i], store[offsets[i] : offsets[i] + frames[i]], curves, sinc)


def timbre_step(velocity: NDArray[Any], step: int = VELOCITY_STEP) -> NDArray[np.int32]:
    """The velocity whose timbre a note has: the middle of its step."""
    return np.asarray(np.clip(velocity // step * step + step // 2, 1, 127), np.int32)


class Sampler:
    """A preset of the bank as an instrument. `place` -1 left … 1 right; `width` scales the preset's own stereo image.

    Every layer sounds the preset once more, so many cents away; `dark_octaves` closes the filter; `touch` (about 1) makes
    soft notes darker; an instrument that `borrows` has neighbouring keys' samples for its round robin.
    """

    def __init__(
        self, preset: Sampled, trim_gain: float = 1.0, place: float = 0.0, width: float = 1.0,
        layers: tuple[float, ...] = (0.0,), dark_octaves: float = 0.0, touch: float = 0.0, borrows: bool = False,
    ) -> None:  # fmt: skip
        self.preset, self.trim_gain, self.place, self.width, self.layers = preset, trim_gain, place, width, layers
        self._generators = np.ascontiguousarray(preset.zones["generators"])
        if dark_octaves:
            self._generators = self._generators.copy()
            self._generators[:, 8] = np.minimum(self._generators[:, 8], BRIGHTEST_CENTS) - round(1200.0 * dark_octaves)
        self._zones = np.ascontiguousarray(preset.zones[[n for n in preset.zones.dtype.names or () if n != "generators"]])
        packed = np.dtype([(n, preset.zones.dtype[n]) for n in self._zones.dtype.names or ()])
        self._zones = self._zones.astype(packed)
        self.touch, self._known = touch, np.zeros(128, np.bool_)
        for zone in self._zones if borrows else ():
            self._known[zone["key_low"] : zone["key_high"] + 1] = True

    def voices(self, played: Records) -> tuple[Records, Records, NDArray[np.int64]]:
        """One to six voices a note and layer."""
        made = [self._layer(played, number, cents) for number, cents in enumerate(self.layers)]
        return made[0] if len(made) == 1 else tuple(np.concatenate(column) for column in zip(*made, strict=True))  # type: ignore[return-value]

    def _layer(self, played: Records, number: int, cents: float) -> tuple[Records, Records, NDArray[np.int64]]:
        timbre = timbre_step(played["velocity"])
        variant = played["variant"] % len(VARIANT_CENTS)
        other = np.clip(played["pitch"] + np.array(VARIANT_KEYS)[variant], 0, 127)
        chosen = np.where(self._known[other], other, played["pitch"])
        n = count_voices(self._zones, chosen, timbre)
        voices, sources, keys = np.zeros(n, VOICE), np.zeros(n, SOURCE), np.zeros(n, np.int64)
        detune = np.array(VARIANT_CENTS)[variant] + cents
        resolve(
            self._zones,
            self._generators,
            self.preset.modulators,
            played,
            chosen,
            timbre,
            detune,
            self.touch,
            voices,
            sources,
            keys,
        )
        count = len(self.layers)
        voices["amplitude"] *= self.trim_gain / math.sqrt(count)
        pan = voices["left"] / 500.0 * self.width + self.place + played["pan"][voices["note"]]
        if count > 1:  # layers stand a little apart
            pan = pan + LAYERS_APART * self.width * (2.0 * number / (count - 1) - 1.0)
            keys = np.where(keys >= 0, keys * count + number, keys * count - number)
        voices["left"], voices["right"] = pan_gains(pan)
        return voices, sources, keys

    def fill(self, sources: Records, frames: NDArray[np.int64], offsets: NDArray[np.int64], store: Any, curves: Cents) -> None:
        """Interpolate and filter each source."""
        fill_all(self.preset.pcm, sources, frames, offsets, store, curves, SINC)


def pan_gains(pan: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Equal-power gains of places from -1 (left) to 1 (right)."""
    angle = (np.clip(pan, -1.0, 1.0) + 1.0) * math.pi / 4.0
    return np.cos(angle), np.sin(angle)
