"""What the synthesisers are set to: a patch per sound, and the waves that its oscillators read.

Waves are tables of harmonics, one per third of an octave, each with only what stays under 0.46 of the sample rate, so that
no oscillator aliases (a 3.5 kHz saw: under -75 dB, where polyBLEP has -26).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE = 44_100.0
SINE, SAW, SQUARE, TRIANGLE, ORGAN, PULSE, NASAL, THIN, STEPPED, SYNC, VOWEL = range(11)
WAVES = 11
TABLE, BINS_PER_OCTAVE, LOWEST_HZ, BINS = 4096, 3, 16.0, 30
ANALOG, FM, STRING, SUB, SWEEP, IMPACT, NOISE = range(7)


@dataclass(frozen=True)
class Patch:
    """One synthesised sound. Times in seconds; `decay_s` and `release_s` are for a fall of 60 dB."""

    loop: int
    attack_s: float = 0.002
    decay_s: float = 0.0
    sustain_db: float = 0.0
    release_s: float = 0.12
    decay_per_octave: float = 1.0  # decay times this for each octave up from middle C
    stereo: bool = False
    gain: float = 0.25
    # analog
    wave: int = SAW
    unison: int = 1
    detune_cents: float = 0.0
    second_wave: int = SINE
    second_level: float = 0.0
    second_semitones: float = 0.0
    noise: float = 0.0
    cutoff_hz: float = 20_000.0
    cutoff_per_octave: float = 1.0  # cutoff times this for each octave up from middle C
    sweep_octaves: float = 0.0  # the filter's envelope, at its peak
    sweep_attack_s: float = 0.0
    sweep_decay_s: float = 0.3
    wobble_octaves: float = 0.0  # a slow wave on the filter, up and down
    wobble_hz: float = 1.0
    velocity_octaves: float = 1.0  # of cutoff, or of brightness, between soft and loud
    q: float = 0.7
    drive: float = 0.0
    vibrato_cents: float = 0.0
    vibrato_hz: float = 5.2
    vibrato_delay_s: float = 0.3
    scoop_cents: float = 0.0  # starts this far away from its pitch
    scoop_s: float = 0.03
    # fm
    ratio: float = 1.0
    index: float = 1.0
    index_decay_s: float = 1.0
    index_floor: float = 0.2
    strike_ratio: float = 0.0  # a partial that dies soon: the hammer on the tine
    strike_level: float = 0.0
    strike_decay_s: float = 0.1
    # string
    ring_s: float = 4.0  # at middle C
    pick: float = 0.2  # where along the string
    softness: float = 0.3  # 0 steel and plectrum, 1 thumb
    # effects
    rise: float = 1.0  # of a sweep: 1 climbs over its note, -1 falls
    tone: float = 0.0  # how much of a sweep or an impact has a pitch
    crackle: float = 0.0  # of a noise: clicks
    hiss: float = 0.0
    sway: float = 0.0  # how far a noise comes and goes


PATCHES: dict[str, Patch] = {
    # leads
    "saw_lead": Patch(ANALOG, 0.008, release_s=0.18, wave=SAW, unison=2, detune_cents=6.0, second_wave=PULSE,
                      second_level=0.5, cutoff_hz=3200.0, cutoff_per_octave=1.5, sweep_octaves=1.5, sweep_decay_s=0.6, q=1.1,
                      vibrato_cents=14.0, vibrato_delay_s=0.35, drive=0.6, scoop_cents=-30.0, stereo=True),
    "square_lead": Patch(ANALOG, 0.004, release_s=0.1, wave=SQUARE, second_wave=SQUARE, second_level=0.25,
                         second_semitones=12.0, cutoff_hz=6000.0, cutoff_per_octave=1.4, sweep_octaves=0.6, vibrato_cents=16.0,
                         vibrato_hz=5.8, vibrato_delay_s=0.3, gain=0.22),
    "sync_lead": Patch(ANALOG, 0.004, release_s=0.16, wave=SYNC, unison=2, detune_cents=5.0, second_wave=SAW, second_level=0.3,
                       second_semitones=-12.0, cutoff_hz=3800.0, cutoff_per_octave=1.4, sweep_octaves=1.8, sweep_decay_s=0.5,
                       q=1.4, vibrato_cents=16.0, vibrato_delay_s=0.3, drive=0.5, scoop_cents=-60.0, stereo=True),
    "sine_lead": Patch(ANALOG, 0.03, release_s=0.16, wave=SINE, second_wave=TRIANGLE, second_level=0.35, vibrato_cents=24.0,
                       vibrato_hz=5.6, vibrato_delay_s=0.15, scoop_cents=-180.0, scoop_s=0.05, gain=0.3),
    "chip_pulse": Patch(ANALOG, 0.001, 0.5, -9.0, 0.04, wave=THIN, vibrato_cents=18.0, vibrato_hz=6.4, vibrato_delay_s=0.2,
                        gain=0.2),
    "chip_arp": Patch(ANALOG, 0.001, 0.28, -96.0, 0.05, wave=PULSE, gain=0.22),
    "voice_lead": Patch(ANALOG, 0.03, release_s=0.12, wave=VOWEL, unison=2, detune_cents=6.0, noise=0.01, cutoff_hz=2400.0,
                        cutoff_per_octave=1.2, vibrato_cents=16.0, scoop_cents=-90.0, scoop_s=0.04, stereo=True),
    # chords
    "supersaw": Patch(ANALOG, 0.006, release_s=0.35, stereo=True, wave=SAW, unison=7, detune_cents=17.0, noise=0.004,
                      cutoff_hz=5200.0, cutoff_per_octave=1.3, sweep_octaves=1.2, sweep_decay_s=0.5, gain=0.3),
    "stab": Patch(ANALOG, 0.002, 0.9, -96.0, 0.12, stereo=True, wave=SAW, unison=5, detune_cents=22.0, second_wave=PULSE,
                  second_level=0.7, second_semitones=-12.0, cutoff_hz=1100.0, cutoff_per_octave=1.3, sweep_octaves=2.8,
                  sweep_decay_s=0.18, q=1.3, drive=0.8, gain=0.32),
    "polysynth": Patch(ANALOG, 0.008, 4.0, -8.0, 0.4, stereo=True, wave=PULSE, unison=3, detune_cents=9.0, second_wave=SAW,
                       second_level=0.6, cutoff_hz=1700.0, cutoff_per_octave=1.4, sweep_octaves=1.6, sweep_decay_s=0.7, q=0.9),
    "synth_brass": Patch(ANALOG, 0.025, release_s=0.2, stereo=True, wave=SAW, unison=4, detune_cents=11.0, cutoff_hz=900.0,
                         cutoff_per_octave=1.5, sweep_octaves=2.4, sweep_attack_s=0.06, sweep_decay_s=0.9, q=0.9, drive=0.4,
                         velocity_octaves=1.8, scoop_cents=-25.0),
    "synth_strings": Patch(ANALOG, 0.09, release_s=0.6, stereo=True, wave=SAW, unison=7, detune_cents=14.0, second_wave=SAW,
                           second_level=0.35, second_semitones=12.0, cutoff_hz=3600.0, cutoff_per_octave=1.3,
                           vibrato_cents=4.0, vibrato_hz=4.6, vibrato_delay_s=0.0, noise=0.004),
    # pads
    "warm_pad": Patch(ANALOG, 0.45, release_s=1.6, stereo=True, wave=SAW, unison=5, detune_cents=13.0, second_wave=TRIANGLE,
                      second_level=0.6, second_semitones=-12.0, cutoff_hz=1100.0, cutoff_per_octave=1.5, sweep_octaves=1.2,
                      sweep_attack_s=0.9, sweep_decay_s=3.0, noise=0.01),
    "sweep_pad": Patch(ANALOG, 0.6, release_s=1.8, stereo=True, wave=SAW, unison=5, detune_cents=15.0, second_wave=PULSE,
                       second_level=0.5, cutoff_hz=700.0, cutoff_per_octave=1.4, sweep_octaves=3.0, sweep_attack_s=2.6,
                       sweep_decay_s=3.5, wobble_octaves=0.5, wobble_hz=0.21, q=1.6, noise=0.01),
    "glass_pad": Patch(FM, 0.35, 9.0, -20.0, 2.0, stereo=True, ratio=3.0, index=0.7, index_decay_s=3.0, index_floor=0.35,
                       strike_ratio=7.02, strike_level=0.05, strike_decay_s=2.0, detune_cents=9.0),
    "dark_pad": Patch(ANALOG, 0.9, release_s=2.4, stereo=True, wave=SAW, unison=6, detune_cents=19.0, second_wave=SINE,
                      second_level=0.8, second_semitones=-12.0, cutoff_hz=420.0, cutoff_per_octave=1.3, wobble_octaves=0.6,
                      wobble_hz=0.13, q=1.2, noise=0.02),
    "choir": Patch(ANALOG, 0.25, release_s=0.7, wave=VOWEL, unison=5, detune_cents=14.0, cutoff_hz=1300.0, q=1.2, noise=0.02,
                   vibrato_cents=8.0, stereo=True),
    # plucks, sequences, bells
    "pluck": Patch(ANALOG, 0.001, 1.4, -96.0, 0.25, 0.8, True, wave=SAW, unison=3, detune_cents=9.0, second_wave=SQUARE,
                   second_level=0.5, cutoff_hz=500.0, cutoff_per_octave=1.6, sweep_octaves=3.6, sweep_decay_s=0.22, q=1.3,
                   velocity_octaves=1.6, gain=0.4),
    "bell_pluck": Patch(FM, 0.001, 1.3, -96.0, 0.4, 0.8, True, ratio=3.5, index=1.1, index_decay_s=0.12, index_floor=0.05,
                        strike_ratio=7.0, strike_level=0.1, strike_decay_s=0.06, velocity_octaves=1.6, detune_cents=5.0),
    "sequence": Patch(ANALOG, 0.001, 0.5, -96.0, 0.1, wave=SAW, unison=2, detune_cents=6.0, second_wave=SQUARE, second_level=0.6,
                      second_semitones=-12.0, cutoff_hz=600.0, cutoff_per_octave=1.3, sweep_octaves=2.6, sweep_decay_s=0.14,
                      q=2.6, velocity_octaves=2.0, gain=0.35, stereo=True),
    "fm_keys": Patch(FM, 0.001, 6.0, -96.0, 0.35, 0.72, True, ratio=1.0, index=1.5, index_decay_s=0.9, index_floor=0.25,
                     strike_ratio=14.0, strike_level=0.12, strike_decay_s=0.14, velocity_octaves=1.8, detune_cents=4.0),
    "fm_bell": Patch(FM, 0.001, 5.0, -96.0, 1.2, 0.75, True, ratio=3.5, index=1.6, index_decay_s=1.1, index_floor=0.15,
                     strike_ratio=8.21, strike_level=0.1, strike_decay_s=0.4, detune_cents=3.0),
    "toy_piano": Patch(FM, 0.001, 1.6, -96.0, 0.3, 0.75, ratio=5.4, index=0.6, index_decay_s=0.12, index_floor=0.1,
                       strike_ratio=9.3, strike_level=0.18, strike_decay_s=0.05),
    # basses
    "synth_bass": Patch(ANALOG, 0.003, 2.5, -6.0, 0.09, wave=SAW, unison=2, detune_cents=7.0, second_wave=SQUARE,
                        second_level=0.8, second_semitones=-12.0, cutoff_hz=420.0, cutoff_per_octave=1.5, sweep_octaves=2.6,
                        sweep_decay_s=0.28, q=1.6, drive=1.4, velocity_octaves=1.4, gain=0.35),
    "acid_bass": Patch(ANALOG, 0.002, 1.2, -10.0, 0.05, wave=SAW, cutoff_hz=320.0, cutoff_per_octave=1.2, sweep_octaves=3.4,
                       sweep_decay_s=0.2, q=7.0, drive=0.9, velocity_octaves=2.4, gain=0.3),
    "reese_bass": Patch(ANALOG, 0.01, release_s=0.12, wave=SAW, unison=4, detune_cents=24.0, second_wave=SINE, second_level=0.7,
                        second_semitones=-12.0, cutoff_hz=620.0, cutoff_per_octave=1.2, wobble_octaves=0.7, wobble_hz=0.4, q=1.5,
                        drive=1.2, gain=0.32, stereo=True),
    "wobble_bass": Patch(ANALOG, 0.004, release_s=0.08, wave=SAW, unison=3, detune_cents=14.0, second_wave=SQUARE,
                         second_level=0.8, second_semitones=-12.0, cutoff_hz=480.0, wobble_octaves=1.7, wobble_hz=4.6, q=3.5,
                         drive=1.8, gain=0.3, stereo=True),
    "fm_bass": Patch(FM, 0.001, 1.6, -14.0, 0.08, ratio=1.0, index=2.6, index_decay_s=0.16, index_floor=0.2, strike_ratio=3.0,
                     strike_level=0.25, strike_decay_s=0.05, velocity_octaves=1.6, gain=0.4),
    "chip_bass": Patch(ANALOG, 0.001, release_s=0.03, wave=STEPPED, gain=0.45),
    "sub_bass": Patch(SUB, 0.002, 4.5, -96.0, 0.18, 0.8, drive=1.6, scoop_cents=1900.0, scoop_s=0.012, gain=0.6),
    "distorted_808": Patch(SUB, 0.002, 3.6, -96.0, 0.16, 0.8, drive=7.0, scoop_cents=2200.0, scoop_s=0.014, gain=0.5),
    # effects
    "riser": Patch(SWEEP, 0.01, release_s=0.08, stereo=True, gain=0.5, tone=0.12),
    "sweep": Patch(SWEEP, 0.01, release_s=0.2, stereo=True, gain=0.5),
    "downlifter": Patch(SWEEP, 0.004, release_s=0.5, stereo=True, gain=0.5, rise=-1.0, tone=0.1),
    "impact": Patch(IMPACT, 0.001, release_s=4.0, stereo=True, gain=0.8),
    "sub_drop": Patch(IMPACT, 0.004, release_s=4.0, gain=0.8, tone=1.0),
    "vinyl_noise": Patch(NOISE, 0.4, release_s=0.6, stereo=True, gain=0.3, crackle=0.9, hiss=0.035),
    "tape_noise": Patch(NOISE, 0.6, release_s=0.6, stereo=True, gain=0.3, hiss=0.09, sway=0.12),
    "sea": Patch(NOISE, 1.2, release_s=2.5, stereo=True, gain=0.4, hiss=0.3, sway=0.8),
    # understudies, and sounds without a better recording
    "piano": Patch(FM, 0.001, 7.0, -96.0, 0.3, 0.6, True, ratio=1.0, index=2.2, index_decay_s=0.8, index_floor=0.3,
                   strike_ratio=3.01, strike_level=0.1, strike_decay_s=0.3, detune_cents=2.0),
    "tines": Patch(FM, 0.001, 5.0, -96.0, 0.3, 0.7, ratio=1.0, index=1.0, index_decay_s=0.7, strike_ratio=7.0,
                   strike_level=0.15, strike_decay_s=0.2),
    "vibes": Patch(FM, 0.001, 5.0, -96.0, 0.8, 0.7, ratio=4.0, index=0.5, index_decay_s=0.4, index_floor=0.1),
    "bells": Patch(FM, 0.001, 3.5, -96.0, 1.5, 0.8, ratio=2.76, index=0.9, index_decay_s=0.3, strike_ratio=5.4,
                   strike_level=0.15, strike_decay_s=0.3),
    "marimba": Patch(FM, 0.001, 0.9, -96.0, 0.3, 0.6, ratio=4.0, index=0.7, index_decay_s=0.05, index_floor=0.0,
                     strike_ratio=9.9, strike_level=0.1, strike_decay_s=0.04),
    "timpani": Patch(FM, 0.001, 2.4, -96.0, 0.8, 0.8, ratio=1.504, index=1.1, index_decay_s=0.25, index_floor=0.15,
                     scoop_cents=40.0),
    "string": Patch(STRING, 0.001, 0.0, 0.0, 0.12, ring_s=5.0, pick=0.13, softness=0.15, gain=0.5),
    "soft_string": Patch(STRING, 0.001, 0.0, 0.0, 0.15, ring_s=3.5, pick=0.27, softness=0.6, gain=0.5),
    "bass_string": Patch(STRING, 0.001, 0.0, 0.0, 0.12, ring_s=3.0, pick=0.2, softness=0.7, gain=0.6),
    "organ": Patch(ANALOG, 0.006, release_s=0.06, wave=ORGAN, unison=2, detune_cents=3.0, vibrato_cents=5.0, vibrato_hz=6.2,
                   vibrato_delay_s=0.0, stereo=True, velocity_octaves=0.0),
    "reed": Patch(ANALOG, 0.04, release_s=0.1, wave=NASAL, cutoff_hz=3200.0, cutoff_per_octave=1.4, vibrato_cents=9.0,
                  noise=0.01),
    "flute": Patch(ANALOG, 0.06, release_s=0.14, wave=TRIANGLE, noise=0.03, cutoff_hz=3500.0, vibrato_cents=10.0),
    "brass": Patch(ANALOG, 0.05, release_s=0.12, wave=SAW, unison=3, detune_cents=7.0, cutoff_hz=900.0, cutoff_per_octave=1.6,
                   sweep_octaves=1.6, sweep_attack_s=0.07, sweep_decay_s=2.0, vibrato_cents=5.0, velocity_octaves=2.0,
                   stereo=True),
    "strings": Patch(ANALOG, 0.12, release_s=0.5, wave=SAW, unison=6, detune_cents=11.0, cutoff_hz=2600.0,
                     cutoff_per_octave=1.4, vibrato_cents=6.0, noise=0.006, stereo=True),
}  # fmt: skip


def _synced() -> NDArray[np.float64]:
    """Harmonics of a saw that starts anew 2.6 times as often as it would: the vowel of a hard sync."""
    x = np.arange(1 << 15) / (1 << 15)
    cycle = 2.0 * ((x * 2.6) % 1.0) - 1.0
    return np.abs(np.fft.rfft(cycle - cycle.mean()))[1:] * 2.0 / (1 << 15)


def _stepped() -> NDArray[np.float64]:
    """Harmonics of a triangle drawn in sixteen steps up and sixteen down, as a games console had."""
    steps = np.concatenate([np.arange(16), np.arange(15, -1, -1)]) / 7.5 - 1.0
    return np.abs(np.fft.rfft(np.repeat(steps, 1 << 10)))[1:] * 2.0 / (1 << 15)


def _harmonics(wave: int, n: NDArray[np.float64]) -> NDArray[np.float64]:
    """Amplitudes of a wave's sine harmonics."""
    if wave == SAW:
        return np.asarray(2.0 / np.pi / n)
    if wave == SQUARE:
        return np.where(n % 2 == 1, 4.0 / np.pi / n, 0.0)
    if wave == TRIANGLE:
        return np.where(n % 2 == 1, 8.0 / np.pi**2 / n**2 * np.where(n % 4 == 1, 1.0, -1.0), 0.0)
    if wave in (PULSE, THIN):  # a quarter or an eighth wide
        width = 0.25 if wave == PULSE else 0.125
        return np.asarray(2.0 / np.pi / n * np.sin(np.pi * n * width) * np.sqrt(2.0))
    if wave == ORGAN:  # drawbars 8', 4', 2 2/3', 2', 1 1/3', 1'
        drawn = {1: 0.8, 2: 0.55, 3: 0.35, 4: 0.3, 6: 0.12, 8: 0.15}
        return np.array([drawn.get(int(k), 0.0) for k in n])
    if wave == NASAL:  # a reed: strong third to fifth harmonics
        return np.exp(-(((n - 3.0) / 3.0) ** 2)) * 0.5 + 0.5 / n**1.3
    if wave == VOWEL:  # an open throat: a hump, and a second one an octave and a half above
        return 0.6 / n + 0.5 * np.exp(-(((n - 2.5) / 1.2) ** 2)) + 0.2 * np.exp(-(((n - 7.0) / 1.8) ** 2))
    if wave in (SYNC, STEPPED):
        return (_synced() if wave == SYNC else _stepped())[n.astype(np.int64) - 1]
    return np.where(n == 1, 1.0, 0.0)


@cache
def wavetables() -> NDArray[np.float32]:
    """[wave, third of an octave, TABLE + 1]: each table holds only harmonics that stay under 0.46 of the rate."""
    tables = np.zeros((WAVES, BINS, TABLE + 1), np.float32)
    for wave in range(WAVES):
        for step in range(BINS):
            top_hz = LOWEST_HZ * 2.0 ** ((step + 1) / BINS_PER_OCTAVE)
            count = max(1, min(TABLE // 3, int(0.46 * RATE / top_hz)))
            spectrum = np.zeros(TABLE // 2 + 1, np.complex128)
            n = np.arange(1.0, count + 1.0)
            spectrum[1 : count + 1] = -0.5j * TABLE * _harmonics(wave, n)
            tables[wave, step, :TABLE] = np.fft.irfft(spectrum, TABLE)
            tables[wave, step, TABLE] = tables[wave, step, 0]
    return tables
