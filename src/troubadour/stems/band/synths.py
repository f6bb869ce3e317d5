"""Synthesised instruments: oscillators, frequency modulation, plucked strings, the 808, noise.

A patch (`patches`) is a row of numbers; seven loops turn rows into sound:

- `analog`: band-limited wavetables, detuned in unison across the stereo image, a state-variable low-pass with its own
  envelope and a slow wave on it;
- `fm`: two operators and a struck partial (Chowning 1973);
- `string`: Karplus-Strong with an all-pass for the pitch (Jaffe and Smith 1983);
- `sub`: a sine that falls into its pitch, bent gently: the 808's bass;
- `sweep`, `impact`, `worn`: what happens between sections, and what lies under them.

All amplitudes are about 1 at full velocity; the volume envelope is the voice's. Drum machines live in `machines`.
"""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from troubadour.stems.band import machines
from troubadour.stems.band.colour import LOW_PASS, bend
from troubadour.stems.band.compiled import compiled
from troubadour.stems.band.patches import ANALOG, IMPACT, NOISE, PATCHES, RATE, SWEEP, Patch, wavetables
from troubadour.stems.band.sampler import NEVER, pan_gains, timbre_step
from troubadour.stems.band.voices import BLOCK, CHOKE_RELEASE_FRAMES, VOICE, Cents, Records

DECIBELS = 96.0  # of a whole envelope, from 1 to 0

ROW = np.dtype([(f.name, "f8") for f in fields(Patch)])
SOURCE = np.dtype(
    [("hz", "f8"), ("velocity", "f8"), ("side", "f8"), ("seed", "i8"), ("length", "i8"), ("drum", "i8"), ("curve", "i8"),
     ("curve_blocks", "i8")]
)  # fmt: skip


@compiled
def noise(state: int) -> tuple[int, float]:
    """A step of a 64-bit linear congruential generator (Knuth's MMIX) and a number in -1 … 1."""
    state = state * 6364136223846793005 + 1442695040888963407
    return state, ((state >> 33) & 0x3FFFFFFF) / 536870912.0 - 1.0


@compiled
def bend_at(p: Any, s: Any, curves: Any, b: int) -> float:
    """Cents away from the written pitch at frame `b` of a source."""
    t = b / RATE
    cents = p.scoop_cents * math.exp(-t / p.scoop_s) if p.scoop_cents != 0.0 and p.loop != 3 else 0.0
    if p.vibrato_cents != 0.0 and t > p.vibrato_delay_s:
        since = t - p.vibrato_delay_s
        cents += p.vibrato_cents * min(1.0, since / 0.4) * math.sin(2.0 * math.pi * p.vibrato_hz * since)
    if s.curve_blocks > 0:
        cents += curves[s.curve + min(b // BLOCK, s.curve_blocks - 1)]
    return cents


@compiled
def analog(p: Any, s: Any, n: int, y: Any, curves: Any, tables: Any, low_pass: Any) -> None:
    """Wavetable oscillators in unison through a swept low-pass."""
    unison, octave = int(p.unison), math.log2(s.hz / 261.63)
    count = unison + (1 if p.second_level > 0.0 else 0)
    phases, ratios, levels, waves = np.empty(count), np.empty(count), np.empty(count), np.empty(count, np.int64)
    state = s.seed * 2654435761 + 12345
    for k in range(count):
        state, x = noise(state)
        phases[k] = 0.5 + 0.5 * x if unison > 1 else 0.0
        x = 2.0 * k / (unison - 1) - 1.0 if unison > 1 else 0.0
        if k == unison:
            ratios[k], levels[k], waves[k] = 2.0 ** (p.second_semitones / 12.0), p.second_level, int(p.second_wave)
        else:
            ratios[k] = 2.0 ** (p.detune_cents * x * (0.7 + 0.3 * abs(x)) / 1200.0)
            alternating = x if k % 2 == 0 else -x  # neighbours in pitch stand on opposite sides
            levels[k] = (1.0 + s.side * 0.9 * alternating) / math.sqrt(unison)
            waves[k] = int(p.wave)
    phases -= np.floor(phases)
    block = np.empty(BLOCK)
    cutoff = p.cutoff_hz * p.cutoff_per_octave**octave * 2.0 ** ((s.velocity - 0.7) * p.velocity_octaves)
    filters = p.cutoff_hz < 19_000.0
    z1 = z2 = 0.0
    state += 99 + int(s.side)
    for b in range(0, n, BLOCK):
        hz = s.hz * 2.0 ** (bend_at(p, s, curves, b) / 1200.0)
        block[:] = 0.0
        for k in range(count):
            if levels[k] < 0.03:
                continue
            step = hz * ratios[k] / RATE
            bin_ = min(max(math.floor(math.log2(max(hz * ratios[k], 17.0) / 16.0) * 3.0), 0), 29)
            table, phase, level = tables[waves[k], bin_], phases[k], levels[k]
            for j in range(BLOCK):
                where = phase * 4096.0
                i = int(where)
                frac = where - i
                block[j] += level * (table[i] + frac * (table[i + 1] - table[i]))
                phase += step
                if phase >= 1.0:
                    phase -= 1.0
            phases[k] = phase
        if p.noise > 0.0:
            for j in range(BLOCK):
                state, x = noise(state)
                block[j] += p.noise * x
        y[b : b + BLOCK] = block
    if p.drive > 0.0:  # bent at four times the rate, or its harmonics would fold back
        y[:n] = bend(y[:n], 0.4 + p.drive, 0.0, low_pass) / np.float32(0.6 + 0.4 * p.drive)
    if not filters:
        return
    for b in range(0, n, BLOCK):
        t = b / RATE
        rise = min(1.0, t / p.sweep_attack_s) if p.sweep_attack_s > 0.0 else 1.0
        fall = math.exp(-max(0.0, t - p.sweep_attack_s) / p.sweep_decay_s)
        octaves = p.sweep_octaves * rise * fall
        if p.wobble_octaves != 0.0:
            octaves -= p.wobble_octaves * math.cos(2.0 * math.pi * p.wobble_hz * t)
        f = min(max(cutoff * 2.0**octaves, 30.0), 0.45 * RATE)
        g = math.tan(math.pi * f / RATE)
        a1 = 1.0 / (1.0 + g * (g + 1.0 / p.q))
        a2 = g * a1
        a3 = g * a2
        for j in range(BLOCK):
            v3 = y[b + j] - z2
            v1 = a1 * z1 + a2 * v3
            v2 = z2 + a2 * z1 + a3 * v3
            z1, z2 = 2.0 * v1 - z1, 2.0 * v2 - z2
            y[b + j] = v2


@compiled
def fm(p: Any, s: Any, n: int, y: Any, curves: Any) -> None:
    """A carrier, a modulator at `ratio`, and a struck partial."""
    detune = 2.0 ** (p.detune_cents * s.side / 1200.0)
    tilt = 2.0 ** (-0.5 * max(0.0, math.log2(s.hz / 261.63)))  # high notes are simpler, and alias less
    index = p.index * tilt * 2.0 ** ((s.velocity - 0.7) * p.velocity_octaves)
    folding = int((0.5 * RATE / s.hz - 1.0) / p.ratio) + 1  # the first sideband that would fold back: keep it under -60 dB
    factorial = 1.0
    for k in range(2, folding + 1):
        factorial *= k
    if folding < 12:
        index = min(index, 2.0 * (8e-4 * factorial) ** (1.0 / folding))  # J_n(x) is about (x/2)^n / n!
    carrier = modulator = strike = 0.0
    struck = p.strike_level * s.velocity if s.hz * p.strike_ratio < 0.42 * RATE else 0.0
    for b in range(0, n, BLOCK):
        hz = s.hz * detune * 2.0 ** (bend_at(p, s, curves, b) / 1200.0)
        t = b / RATE
        i0 = index * (p.index_floor + (1.0 - p.index_floor) * math.exp(-t / p.index_decay_s))
        i1 = index * (p.index_floor + (1.0 - p.index_floor) * math.exp(-(t + BLOCK / RATE) / p.index_decay_s))
        h0, h1 = struck * math.exp(-t / p.strike_decay_s), struck * math.exp(-(t + BLOCK / RATE) / p.strike_decay_s)
        up, along, above = hz * p.ratio / RATE, hz / RATE, hz * p.strike_ratio / RATE
        for j in range(BLOCK):
            x = j / BLOCK
            sound = math.sin(2.0 * math.pi * (carrier + (i0 + (i1 - i0) * x) * math.sin(2.0 * math.pi * modulator) / 6.2832))
            if h0 > 1e-5:
                sound += (h0 + (h1 - h0) * x) * math.sin(2.0 * math.pi * strike)
            y[b + j] = sound
            carrier += along
            modulator += up
            strike += above
        carrier -= math.floor(carrier)
        modulator -= math.floor(modulator)
        strike -= math.floor(strike)


@compiled
def string(p: Any, s: Any, n: int, y: Any, curves: Any) -> None:
    """A plucked string: filtered noise in a loop whose length, all-pass included, is one period."""
    hz = s.hz
    soft = min(max(p.softness + 0.35 * (0.7 - s.velocity), 0.02), 0.95)
    damp = 0.5 * (0.25 + 0.5 * soft)  # the loop's low-pass y = (1-d) x + d x', delay about d
    delay = RATE / hz - damp
    whole = int(delay - 0.3)
    frac = delay - whole
    pass_ = (1.0 - frac) / (1.0 + frac)
    keep = 10.0 ** (-3.0 / (hz * p.ring_s * (261.63 / hz) ** 0.5))
    line = np.zeros(whole)
    state, low = s.seed * 7919 + 17, 0.0
    mean = 0.0
    for i in range(whole):
        state, x = noise(state)
        low += (1.0 - soft * 0.9) * (x - low)
        line[i] = low
        mean += low
    for i in range(whole):
        line[i] -= mean / whole
    at = int(whole * p.pick)
    combed = np.empty(whole)
    peak = 1e-9
    for i in range(whole):  # plucked at a point: harmonics with a node there are missing
        combed[i] = line[i] - line[(i - at) % whole]
        peak = max(peak, abs(combed[i]))
    line[:] = combed / peak
    k, x1, y1, before = 0, 0.0, 0.0, 0.0
    for j in range(n):
        x = line[k]
        low = ((1.0 - damp) * x + damp * before) * keep
        before = x
        out = pass_ * low + x1 - pass_ * y1
        x1, y1 = low, out
        line[k] = out
        y[j] = x
        k += 1
        if k == whole:
            k = 0


@compiled
def sub(p: Any, s: Any, n: int, y: Any, curves: Any) -> None:
    """A sine that falls into its pitch, bent: the harmonics that a telephone can hear."""
    phase, drive, gentle = 0.0, p.drive * (0.5 + s.velocity), 0.35
    fall, fade = p.scoop_cents, 1.0
    fall_step, fade_step = math.exp(-1.0 / (p.scoop_s * RATE)), math.exp(-1.0 / (1.2 * RATE))
    for b in range(0, n, BLOCK):
        hz = s.hz * 2.0 ** (bend_at(p, s, curves, b) / 1200.0)
        for j in range(BLOCK):
            # the fall is faster than a block, so it is followed frame by frame
            step = hz * 2.0 ** (fall / 1200.0) / RATE if fall > 1.0 else hz / RATE
            phase += step
            bent = math.tanh((gentle + (drive - gentle) * fade) * math.sin(2.0 * math.pi * phase))
            y[b + j] = bent * (fade / math.tanh(drive) + (1.0 - fade) / math.tanh(gentle))
            fall *= fall_step
            fade *= fade_step  # the bend relaxes as the note dies
        phase -= math.floor(phase)


@compiled
def sweep(p: Any, s: Any, n: int, y: Any) -> None:
    """Noise through a band-pass that climbs (or falls) over the note's length, louder with its height, a tone under it."""
    state, z1, z2, phase = s.seed * 31 + 7 + int(s.side + 1.0) * 1009, 0.0, 0.0, 0.0
    length = max(s.length, 1)
    for b in range(0, n, BLOCK):
        x = min(b / length, 1.0)
        if p.rise < 0.0:
            x = 1.0 - x
        f = 250.0 * 2.0 ** (5.0 * x**1.4)
        g = math.tan(math.pi * min(f, 0.42 * RATE) / RATE)
        q = 1.2 + 1.5 * x
        a1 = 1.0 / (1.0 + g * (g + 1.0 / q))
        a2 = g * a1
        a3 = g * a2
        level = 0.03 + 0.97 * x**2.2
        pulse = 1.0 - 0.25 * (0.5 + 0.5 * math.sin(2.0 * math.pi * b / RATE * (3.0 + 9.0 * x))) if p.tone > 0.0 else 1.0
        step = 110.0 * 2.0 ** (3.0 * x) * (1.0 + 0.004 * s.side) / RATE
        for j in range(BLOCK):
            state, w = noise(state)
            v3 = w - z2
            v1 = a1 * z1 + a2 * v3
            v2 = z2 + a2 * z1 + a3 * v3
            z1, z2 = 2.0 * v1 - z1, 2.0 * v2 - z2
            phase += step
            y[b + j] = level * pulse * (v1 / q * 1.4 + p.tone * math.sin(2.0 * math.pi * phase))
        phase -= math.floor(phase)


@compiled
def impact(p: Any, s: Any, n: int, y: Any) -> None:
    """A deep boom, a crack, and a dark wash that rings out; with `tone`, nothing but a sine that sinks."""
    state, phase, low, lower = s.seed * 17 + 3 + int(s.side + 1.0) * 521, 0.0, 0.0, 0.0
    for j in range(n):
        t = j / RATE
        if p.tone > 0.0:
            phase += (28.0 + 62.0 * math.exp(-t / 0.55)) / RATE
            y[j] = math.tanh(1.6 * math.sin(2.0 * math.pi * phase)) * math.exp(-t / 1.1)
            continue
        phase += (38.0 + 70.0 * math.exp(-t / 0.06)) / RATE
        state, w = noise(state)
        open_ = 0.02 + 0.5 * math.exp(-t / 0.08)
        low += open_ * (w - low)
        lower += 0.35 * (low - lower)
        boom = math.tanh(1.8 * math.sin(2.0 * math.pi * phase) * math.exp(-t / 0.7))
        y[j] = 0.75 * boom + lower * (1.3 * math.exp(-t / 0.1) + 0.9 * math.exp(-t / 1.1))


@compiled
def worn(p: Any, s: Any, n: int, y: Any) -> None:
    """Hiss and rumble that may come and go, and crackle: sparse clicks with short dark tails."""
    state, low, rumble, click, tail = s.seed * 13 + 5 + int(s.side + 1.0) * 733, 0.0, 0.0, 0.0, 0.0
    level, open_ = 1.0, 0.35
    for j in range(n):
        if p.sway > 0.0 and j % BLOCK == 0:  # two slow waves that never meet, a little apart on either side
            t = j / RATE + 0.4 * s.side
            wave = 0.5 + 0.3 * math.sin(2.0 * math.pi * 0.11 * t) + 0.2 * math.sin(2.0 * math.pi * 0.173 * t + 1.0)
            level = 1.0 - p.sway * (1.0 - wave)
            open_ = 0.35 * (1.0 - 0.8 * p.sway * (1.0 - wave))
        state, w = noise(state)
        low += open_ * (w - low)
        rumble += 0.004 * (w - rumble)
        if p.crackle > 0.0:
            state, chance = noise(state)
            if chance > 0.9996:
                state, size = noise(state)
                click = size * abs(size) * abs(size)
            else:
                click *= 0.55
            tail += 0.45 * (click - tail)
        y[j] = level * (p.hiss * low + 0.25 * rumble) + p.crackle * tail


@compiled
def fill_all(
    p: Any, sources: Any, frames: Any, offsets: Any, store: Any, curves: Any, tables: Any, drums: Any, low_pass: Any
) -> None:
    """Render every source into its place of the store."""
    for i in range(len(sources)):
        s, n = sources[i], frames[i]
        y = store[offsets[i] : offsets[i] + n]
        if s.drum >= 0:
            machines.strike(drums[s.drum], s.seed, s.velocity, n, y, tables[2])
        elif p.loop == 0:
            analog(p, s, n, y, curves, tables, low_pass)
        elif p.loop == 1:
            fm(p, s, n, y, curves)
        elif p.loop == 2:
            string(p, s, n, y, curves)
        elif p.loop == 3:
            sub(p, s, n, y, curves)
        elif p.loop == 4:
            sweep(p, s, n, y)
        elif p.loop == 5:
            impact(p, s, n, y)
        else:
            worn(p, s, n, y)


class Synth:
    """A patch, or a drum machine, as an instrument."""

    def __init__(self, name: str, trim_gain: float = 1.0, place: float = 0.0, width: float = 1.0) -> None:
        self.trim_gain, self.place, self.width = trim_gain, place, width
        self.kit = machines.KITS.get(name)
        self.patch = PATCHES[name] if self.kit is None else Patch(ANALOG, 0.0, release_s=0.2, gain=1.0)
        row = np.zeros(1, ROW)
        for field in fields(Patch):
            row[field.name] = float(getattr(self.patch, field.name))
        self._row = row[0]

    def voices(self, played: Records) -> tuple[Records, Records, NDArray[np.int64]]:
        """One voice a note, or two: left and right."""
        if self.kit is not None:
            return self._strokes(played)
        sides = (-1.0, 1.0) if self.patch.stereo else (0.0,)
        made = [self._side(played, side) for side in sides]
        return tuple(np.concatenate(column) for column in zip(*made, strict=True))  # type: ignore[return-value]

    def _side(self, played: Records, side: float) -> tuple[Records, Records, NDArray[np.int64]]:
        patch, n = self.patch, len(played)
        timbre = timbre_step(played["velocity"], 16)
        octaves = (played["pitch"] - 60) / 12.0
        voices, sources = np.zeros(n, VOICE), np.zeros(n, SOURCE)
        voices["note"], voices["start"], voices["length"] = np.arange(n), played["start"], played["length"]
        voices["natural"] = NEVER
        voices["amplitude"] = (played["velocity"] / 127.0) ** 2 * patch.gain * self.trim_gain
        voices["left"], voices["right"] = pan_gains(side * self.width + self.place + played["pan"])
        voices["attack"] = np.maximum(patch.attack_s * RATE, played["soft"])
        for field in ("swell_frames", "swell_start_db", "swell_end_db"):
            voices[field] = played[field]
        whole = DECIBELS / 60.0 * RATE  # frames of a 96 dB fall that loses 60 dB in a second
        voices["decay"] = patch.decay_s * patch.decay_per_octave**octaves * whole
        voices["sustain"] = 1.0 + patch.sustain_db / DECIBELS
        voices["release"] = np.where(played["choked"] > 0, CHOKE_RELEASE_FRAMES, max(patch.release_s * whole, 400.0))
        voices["floor"] = 2e-5 / np.maximum(voices["amplitude"], 1e-6)
        sources["hz"] = 440.0 * 2.0 ** ((played["pitch"] - 69) / 12.0)
        sources["velocity"], sources["side"] = timbre / 127.0, side
        sources["seed"] = played["pitch"] * 16 + played["variant"]
        sources["drum"], sources["length"] = -1, played["length"]
        sources["curve"], sources["curve_blocks"] = played["curve"], played["curve_blocks"]
        keys = (played["pitch"].astype(np.int64) * 128 + timbre) * 16 + played["variant"]
        if patch.loop in (SWEEP, NOISE, IMPACT):  # these depend on how long they last
            keys = keys * (1 << 32) + played["length"]
        keys = keys * 2 + (side > 0.0)
        keys = np.where(played["curve_blocks"] > 0, -1 - 2 * np.arange(n) - (side > 0.0), keys)
        return voices, sources, keys

    def _strokes(self, played: Records) -> tuple[Records, Records, NDArray[np.int64]]:
        kit, n = self.kit, len(played)
        assert kit is not None
        drum = kit.drum_of[np.clip(played["pitch"], 0, 127)]
        row, height = kit.drums[drum], kit.heights[drum]
        timbre = timbre_step(played["velocity"], 16)
        voices, sources = np.zeros(n, VOICE), np.zeros(n, SOURCE)
        voices["note"], voices["start"], voices["length"] = np.arange(n), played["start"], played["length"]
        voices["natural"] = np.rint(row["length_s"] * RATE).astype(np.int64)
        voices["amplitude"] = (played["velocity"] / 127.0) ** 1.6 * row["level"] / height * self.trim_gain
        voices["left"], voices["right"] = pan_gains(row["place"] * self.width + self.place + played["pan"])
        voices["sustain"], voices["floor"] = 1.0, 2e-5
        voices["release"] = np.where(played["choked"] > 0, CHOKE_RELEASE_FRAMES, 0.3 * RATE)
        sources["velocity"], sources["drum"] = timbre / 127.0, drum
        sources["seed"] = drum * 16 + played["variant"]
        return voices, sources, (drum.astype(np.int64) * 128 + timbre) * 16 + played["variant"]

    def fill(self, sources: Records, frames: NDArray[np.int64], offsets: NDArray[np.int64], store: Any, curves: Cents) -> None:
        """Render each source."""
        drums = self.kit.drums if self.kit is not None else machines.NO_DRUMS
        fill_all(self._row, sources, frames, offsets, store, curves, wavetables(), drums, LOW_PASS)
