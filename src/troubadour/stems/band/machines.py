"""Drum machines: each drum a row of numbers, all made by one loop.

A stroke is a falling sine (kick, tom, the head of a snare), two more modes, noise in a band (wires, claps, shakers), six
square-wave oscillators at the 808's cymbal frequencies through a high-pass (hats, cymbals), and a click. Rows are drawn
after the circuits of the TR-808 and TR-909 (Werner, Abel and Smith, DAFx-14, on the bass drum and the cymbals).
Keys are General MIDI percussion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from troubadour.stems.band.compiled import compiled
from troubadour.stems.band.patches import SQUARE, wavetables

RATE = 44_100.0

DRUM = np.dtype(
    [(name, "f8") for name in (
        "level", "length_s", "place",  # level: the peak of a full stroke
        "hz", "fall", "fall_s", "body", "body_s", "drive",  # hz·(1 + fall·e^(-t/fall_s)), level and decay
        "mode_ratio", "mode", "mode_s", "third_ratio", "third", "third_s",
        "noise", "noise_s", "noise_low_hz", "noise_high_hz", "bursts", "burst_s", "gate_s",
        "metal", "metal_s", "metal_hz", "metal_high_hz", "click", "hold",
    )]
)  # fmt: skip

Rows = dict[tuple[int, ...], dict[str, float]]  # keys of General MIDI -> what differs from the defaults

METAL = np.array([263.0, 400.0, 421.0, 474.0, 587.0, 845.0]) / 400.0  # the 808's six oscillators, as ratios


def _row(**values: float) -> Any:
    row = np.zeros(1, DRUM)
    defaults = {
        "level": 0.5, "length_s": 0.5, "hz": 100.0, "fall_s": 0.03, "body_s": 0.2, "mode_ratio": 1.6, "mode_s": 0.1, "third_ratio": 2.3, "third_s": 0.08,
        "noise_s": 0.1, "noise_low_hz": 200.0, "noise_high_hz": 16_000.0, "burst_s": 0.011, "gate_s": 9.0, "metal_s": 0.1,
        "metal_hz": 400.0, "metal_high_hz": 7_000.0,
    }  # fmt: skip
    for name, value in (defaults | values).items():
        row[name] = value
    return row[0]


# The base every machine shares; a machine replaces rows.
COMMON: Rows = {
    (37,): {"level": 0.35, "length_s": 0.12, "hz": 820.0, "body": 0.5, "body_s": 0.012, "mode_ratio": 2.1, "mode": 0.6,
            "mode_s": 0.01, "noise": 0.4, "noise_s": 0.006, "noise_low_hz": 1500.0, "place": 0.08},
    (39,): {"level": 0.5, "length_s": 0.5, "noise": 1.5, "noise_s": 0.11, "noise_low_hz": 900.0, "noise_high_hz": 3200.0,
            "bursts": 3.0, "place": 0.05},
    (42,): {"level": 0.28, "length_s": 0.2, "metal": 0.9, "metal_s": 0.028, "metal_high_hz": 7500.0, "noise": 0.35,
            "noise_s": 0.022, "noise_low_hz": 8000.0, "place": 0.22},
    (44,): {"level": 0.22, "length_s": 0.2, "metal": 0.9, "metal_s": 0.04, "metal_high_hz": 7000.0, "noise": 0.3,
            "noise_s": 0.03, "noise_low_hz": 7000.0, "place": 0.22},
    (46,): {"level": 0.3, "length_s": 1.4, "metal": 0.9, "metal_s": 0.24, "metal_high_hz": 7000.0, "noise": 0.35,
            "noise_s": 0.2, "noise_low_hz": 7500.0, "place": 0.22},
    (49, 55, 57): {"level": 0.34, "length_s": 3.2, "metal": 0.7, "metal_s": 0.75, "metal_hz": 520.0, "metal_high_hz": 4200.0,
                   "noise": 0.55, "noise_s": 0.6, "noise_low_hz": 5000.0, "place": -0.3},
    (52,): {"level": 0.34, "length_s": 2.2, "metal": 1.0, "metal_s": 0.5, "metal_hz": 380.0, "metal_high_hz": 2500.0,
            "noise": 0.4, "noise_s": 0.4, "noise_low_hz": 3000.0, "place": 0.35},
    (51, 59): {"level": 0.2, "length_s": 2.4, "metal": 0.8, "metal_s": 0.5, "metal_hz": 610.0, "metal_high_hz": 5200.0,
               "noise": 0.15, "noise_s": 0.3, "noise_low_hz": 7000.0, "hz": 3100.0, "body": 0.12, "body_s": 0.08,
               "place": 0.35},
    (53,): {"level": 0.25, "length_s": 2.0, "metal": 0.4, "metal_s": 0.4, "metal_hz": 610.0, "metal_high_hz": 3000.0,
            "hz": 2150.0, "body": 0.4, "body_s": 0.3, "mode_ratio": 1.5, "mode": 0.3, "mode_s": 0.2, "place": 0.35},
    (41, 43): {"level": 0.6, "length_s": 0.9, "hz": 78.0, "fall": 0.7, "fall_s": 0.06, "body": 1.0, "body_s": 0.22,
               "noise": 0.1, "noise_s": 0.02, "click": 0.1, "place": -0.35},
    (45, 47): {"level": 0.6, "length_s": 0.8, "hz": 112.0, "fall": 0.7, "fall_s": 0.05, "body": 1.0, "body_s": 0.19,
               "noise": 0.1, "noise_s": 0.02, "click": 0.1, "place": 0.0},
    (48, 50): {"level": 0.6, "length_s": 0.7, "hz": 158.0, "fall": 0.7, "fall_s": 0.045, "body": 1.0, "body_s": 0.16,
               "noise": 0.1, "noise_s": 0.02, "click": 0.1, "place": 0.3},
    (54,): {"level": 0.22, "length_s": 0.4, "metal": 0.8, "metal_s": 0.06, "metal_hz": 1450.0, "metal_high_hz": 6500.0,
            "noise": 0.5, "noise_s": 0.05, "noise_low_hz": 7000.0, "bursts": 2.0, "burst_s": 0.018, "place": -0.3},
    (56,): {"level": 0.3, "length_s": 0.4, "hz": 540.0, "body": 0.5, "body_s": 0.07, "mode_ratio": 1.48, "mode": 0.6,
            "mode_s": 0.05, "drive": 2.0, "place": 0.2},
    (58, 60, 61, 62, 63, 64, 65, 66): {"level": 0.45, "length_s": 0.5, "hz": 260.0, "fall": 0.15, "fall_s": 0.02, "body": 1.0,
                                       "body_s": 0.09, "noise": 0.15, "noise_s": 0.008, "click": 0.15, "place": -0.2},
    (67, 68): {"level": 0.3, "length_s": 0.5, "hz": 880.0, "body": 0.6, "body_s": 0.1, "mode_ratio": 1.6, "mode": 0.4,
               "place": 0.25},
    (69, 70, 82): {"level": 0.22, "length_s": 0.2, "noise": 1.0, "noise_s": 0.035, "noise_low_hz": 5000.0,
                   "noise_high_hz": 12_000.0, "bursts": 2.0, "burst_s": 0.012, "place": 0.4},
    (75, 76, 77): {"level": 0.3, "length_s": 0.2, "hz": 1750.0, "body": 0.8, "body_s": 0.025, "mode_ratio": 1.5, "mode": 0.2,
                   "place": -0.15},
    (80, 81): {"level": 0.2, "length_s": 1.5, "hz": 3950.0, "body": 0.4, "body_s": 0.35, "mode_ratio": 1.46, "mode": 0.3,
               "mode_s": 0.3, "place": 0.3},
}  # fmt: skip

KICK_909 = {"level": 0.95, "length_s": 0.6, "hz": 49.0, "fall": 4.2, "fall_s": 0.022, "body": 1.0, "body_s": 0.17,
            "drive": 1.6, "click": 0.5, "noise": 0.06, "noise_s": 0.008}  # fmt: skip
SNARE_909 = {"level": 0.62, "length_s": 0.45, "hz": 182.0, "fall": 0.9, "fall_s": 0.02, "body": 0.6, "body_s": 0.07,
             "mode_ratio": 1.78, "mode": 0.35, "mode_s": 0.05, "noise": 0.75, "noise_s": 0.11, "noise_low_hz": 900.0,
             "noise_high_hz": 11_000.0, "click": 0.2}  # fmt: skip
KICK_808 = {"level": 1.0, "length_s": 1.4, "hz": 46.0, "fall": 2.2, "fall_s": 0.012, "body": 1.0, "body_s": 0.42,
            "drive": 1.2, "click": 0.2}  # fmt: skip
SNARE_808 = {"level": 0.6, "length_s": 0.4, "hz": 192.0, "fall": 0.4, "fall_s": 0.01, "body": 0.6, "body_s": 0.055,
             "mode_ratio": 2.0, "mode": 0.4, "mode_s": 0.04, "noise": 0.8, "noise_s": 0.075, "noise_low_hz": 1800.0,
             "noise_high_hz": 14_000.0, "click": 0.3}  # fmt: skip
KICK_GATED = {"level": 0.9, "length_s": 0.4, "hz": 58.0, "fall": 3.0, "fall_s": 0.018, "body": 1.0, "body_s": 0.12,
              "drive": 1.8, "click": 0.6, "noise": 0.2, "noise_s": 0.012, "noise_high_hz": 5000.0}  # fmt: skip
SNARE_GATED = {"level": 0.72, "length_s": 0.42, "hz": 172.0, "fall": 0.6, "fall_s": 0.03, "body": 0.7, "body_s": 0.11,
               "mode_ratio": 1.6, "mode": 0.3, "mode_s": 0.09, "noise": 0.8, "noise_s": 0.5, "noise_low_hz": 350.0,
               "noise_high_hz": 8500.0, "gate_s": 0.21, "drive": 1.2, "click": 0.2}  # fmt: skip
KICK_DUSTY = {"level": 0.9, "length_s": 0.4, "hz": 60.0, "fall": 1.6, "fall_s": 0.025, "body": 1.0, "body_s": 0.11,
              "drive": 1.5, "noise": 0.15, "noise_s": 0.015, "noise_high_hz": 2500.0}  # fmt: skip
SNARE_DUSTY = {"level": 0.6, "length_s": 0.3, "hz": 205.0, "fall": 0.5, "fall_s": 0.015, "body": 0.5, "body_s": 0.06,
               "mode_ratio": 1.6, "mode": 0.3, "mode_s": 0.05, "noise": 0.7, "noise_s": 0.08, "noise_low_hz": 600.0,
               "noise_high_hz": 5500.0}  # fmt: skip


KICK_TECHNO = {"level": 0.95, "length_s": 0.7, "hz": 45.0, "fall": 6.0, "fall_s": 0.03, "body": 1.0, "body_s": 0.2,
               "drive": 4.0, "click": 0.7, "noise": 0.12, "noise_s": 0.02, "noise_high_hz": 6000.0}  # fmt: skip
KICK_STEEL = {"level": 0.95, "length_s": 0.6, "hz": 52.0, "fall": 5.0, "fall_s": 0.02, "body": 1.0, "body_s": 0.14,
              "drive": 6.0, "click": 0.9, "noise": 0.5, "noise_s": 0.03, "noise_low_hz": 400.0}  # fmt: skip
SNARE_STEEL = {"level": 0.6, "length_s": 0.5, "hz": 230.0, "fall": 0.8, "fall_s": 0.02, "body": 0.5, "body_s": 0.05,
               "mode_ratio": 2.76, "mode": 0.6, "mode_s": 0.14, "third_ratio": 5.4, "third": 0.4, "third_s": 0.1, "noise": 1.0,
               "noise_s": 0.13, "noise_low_hz": 500.0, "noise_high_hz": 9000.0, "drive": 3.0, "gate_s": 0.24}  # fmt: skip
KICK_CHIP = {"level": 0.8, "length_s": 0.25, "hz": 60.0, "fall": 5.0, "fall_s": 0.035, "body": 1.0, "body_s": 0.09,
             "drive": 5.0}  # fmt: skip
SNARE_CHIP = {"level": 0.5, "length_s": 0.25, "noise": 1.0, "noise_s": 0.06, "noise_low_hz": 20.0, "noise_high_hz": 18_000.0,
              "hold": 5.0}  # fmt: skip
CHIP_HAT = {"level": 0.3, "length_s": 0.1, "noise": 0.7, "noise_s": 0.012, "noise_low_hz": 2000.0, "hold": 2.0, "metal": 0.0}
CHIP_OPEN = CHIP_HAT | {"length_s": 0.4, "noise_s": 0.07}
CHIP_TOM = {"level": 0.6, "length_s": 0.3, "fall": 2.5, "fall_s": 0.05, "body": 1.0, "body_s": 0.1, "drive": 4.0, "noise": 0.0}

# Hand drums, after the modes of their heads (Fletcher and Rossing, "The Physics of Musical Instruments", chapter 18): plain
# heads stand at 1 : 1.59 : 2.14, the tabla's loaded head at 1 : 2 : 3.
CAJON: Rows = {
    (35, 36): {"level": 0.9, "length_s": 0.4, "hz": 74.0, "fall": 0.25, "fall_s": 0.02, "body": 1.0, "body_s": 0.09, "mode": 0.4,
               "mode_ratio": 2.3, "mode_s": 0.05, "noise": 0.25, "noise_s": 0.012, "noise_high_hz": 2500.0},
    (38, 39, 40): {"level": 0.6, "length_s": 0.3, "hz": 210.0, "body": 0.4, "body_s": 0.04, "mode": 0.35, "mode_ratio": 1.9,
                   "mode_s": 0.03, "noise": 1.0, "noise_s": 0.05, "noise_low_hz": 900.0, "noise_high_hz": 9000.0},
    (37,): {"level": 0.4, "length_s": 0.15, "hz": 330.0, "body": 0.5, "body_s": 0.02, "mode": 0.0, "noise": 0.5, "noise_s": 0.012,
            "noise_low_hz": 1200.0},
}  # fmt: skip
DJEMBE: Rows = {
    (64,): {"level": 0.95, "length_s": 0.7, "hz": 72.0, "fall": 0.35, "fall_s": 0.03, "body": 1.0, "body_s": 0.16, "mode": 0.2,
            "mode_ratio": 2.1, "mode_s": 0.06, "noise": 0.1, "click": 0.05},
    (60, 63): {"level": 0.6, "length_s": 0.5, "hz": 290.0, "fall": 0.1, "body": 0.9, "body_s": 0.1, "mode": 0.5, "mode_ratio": 1.59,
               "mode_s": 0.07, "third": 0.3, "third_ratio": 2.14, "third_s": 0.05, "noise": 0.2, "click": 0.2},
    (61, 62): {"level": 0.6, "length_s": 0.4, "hz": 390.0, "fall": 0.15, "body": 0.5, "body_s": 0.06, "mode": 0.6,
               "mode_ratio": 2.14, "mode_s": 0.06, "third": 0.6, "third_ratio": 3.5, "third_s": 0.05, "noise": 0.7,
               "noise_s": 0.03, "noise_low_hz": 1800.0, "click": 0.3},
    (86,): {"level": 0.7, "length_s": 0.4, "hz": 88.0, "fall": 0.2, "body": 1.0, "body_s": 0.06, "noise": 0.1},
    (87,): {"level": 0.9, "length_s": 1.0, "hz": 66.0, "fall": 0.25, "body": 1.0, "body_s": 0.22, "noise": 0.1},
}  # fmt: skip
TABLA: Rows = {
    (64,): {"level": 0.9, "length_s": 1.2, "hz": 88.0, "fall": -0.25, "fall_s": 0.12, "body": 1.0, "body_s": 0.28, "mode": 0.25,
            "mode_ratio": 2.0, "mode_s": 0.1, "noise": 0.1, "click": 0.1},  # the heel of the hand bends it upward
    (61,): {"level": 0.6, "length_s": 0.2, "hz": 110.0, "body": 1.0, "body_s": 0.025, "noise": 0.4, "noise_s": 0.02,
            "noise_high_hz": 2500.0},
    (60,): {"level": 0.6, "length_s": 1.2, "hz": 311.0, "body": 0.25, "body_s": 0.3, "mode": 0.9, "mode_ratio": 2.0, "mode_s": 0.3,
            "third": 0.5, "third_ratio": 3.0, "third_s": 0.2, "noise": 0.2, "noise_low_hz": 2500.0, "noise_s": 0.008,
            "click": 0.3},
    (63,): {"level": 0.6, "length_s": 1.2, "hz": 311.0, "body": 0.9, "body_s": 0.35, "mode": 0.5, "mode_ratio": 2.0, "mode_s": 0.25,
            "third": 0.15, "third_ratio": 3.0, "third_s": 0.15, "click": 0.15},
    (62,): {"level": 0.5, "length_s": 0.15, "hz": 420.0, "body": 0.6, "body_s": 0.018, "mode": 0.3, "noise": 0.7, "noise_s": 0.012,
            "noise_low_hz": 1500.0},
}  # fmt: skip
SURDO: Rows = {
    (87,): {"level": 1.0, "length_s": 1.3, "hz": 62.0, "fall": 0.2, "fall_s": 0.04, "body": 1.0, "body_s": 0.32, "mode": 0.3,
            "mode_ratio": 1.59, "mode_s": 0.12, "noise": 0.08, "click": 0.1},
    (86,): {"level": 0.8, "length_s": 0.4, "hz": 70.0, "fall": 0.2, "body": 1.0, "body_s": 0.07, "mode": 0.2, "mode_ratio": 1.59,
            "mode_s": 0.04, "noise": 0.1, "click": 0.1},
}  # fmt: skip
PANDEIRO: Rows = {
    (64,): {"level": 0.8, "length_s": 0.6, "hz": 105.0, "fall": 0.2, "body": 1.0, "body_s": 0.14, "mode": 0.2, "metal": 0.15,
            "metal_hz": 1450.0, "metal_high_hz": 6500.0, "metal_s": 0.05},
    (62,): {"level": 0.55, "length_s": 0.3, "hz": 340.0, "body": 0.5, "body_s": 0.03, "mode": 0.3, "noise": 0.6, "noise_s": 0.02,
            "noise_low_hz": 1500.0, "metal": 0.4, "metal_hz": 1450.0, "metal_high_hz": 6500.0, "metal_s": 0.05},
}  # fmt: skip
TAMBORIM: Rows = {
    (65,): {"level": 0.6, "length_s": 0.3, "hz": 620.0, "fall": 0.1, "body": 0.8, "body_s": 0.035, "mode": 0.6, "mode_ratio": 1.59,
            "mode_s": 0.03, "third": 0.4, "third_ratio": 2.3, "third_s": 0.02, "noise": 0.4, "noise_s": 0.012,
            "noise_low_hz": 2000.0},
    (66,): {"level": 0.4, "length_s": 0.15, "hz": 580.0, "body": 0.6, "body_s": 0.012, "mode": 0.3, "noise": 0.3, "noise_s": 0.008,
            "noise_low_hz": 1500.0},
}  # fmt: skip
HANDS: Rows = {
    (26,): {"level": 0.5, "length_s": 0.15, "hz": 1250.0, "body": 0.25, "body_s": 0.012, "mode": 0.2, "mode_ratio": 1.7,
            "mode_s": 0.01, "noise": 1.0, "noise_s": 0.018, "noise_low_hz": 1400.0, "noise_high_hz": 4500.0, "bursts": 1.0,
            "burst_s": 0.006},
    (83,): {"level": 0.3, "length_s": 0.6, "metal": 0.9, "metal_s": 0.1, "metal_hz": 2100.0, "metal_high_hz": 7500.0,
            "bursts": 3.0, "noise": 0.3, "noise_low_hz": 8000.0, "noise_s": 0.08},
    (85,): {"level": 0.4, "length_s": 0.1, "hz": 1450.0, "body": 0.8, "body_s": 0.012, "mode": 0.5, "mode_ratio": 1.8,
            "mode_s": 0.01, "noise": 0.3, "noise_s": 0.006},
    (73,): {"level": 0.35, "length_s": 0.25, "noise": 1.0, "noise_s": 0.05, "noise_low_hz": 2500.0, "noise_high_hz": 8000.0,
            "bursts": 9.0, "burst_s": 0.009},
    (74,): {"level": 0.35, "length_s": 0.5, "noise": 1.0, "noise_s": 0.06, "noise_low_hz": 2200.0, "noise_high_hz": 8000.0,
            "bursts": 22.0, "burst_s": 0.012},
    (78,): {"level": 0.4, "length_s": 0.3, "hz": 520.0, "fall": 0.35, "fall_s": 0.08, "body": 0.8, "body_s": 0.12, "drive": 2.0,
            "noise": 0.15, "noise_s": 0.1},
    (79,): {"level": 0.45, "length_s": 0.35, "hz": 330.0, "fall": -0.2, "fall_s": 0.1, "body": 0.8, "body_s": 0.14, "drive": 2.0,
            "noise": 0.15, "noise_s": 0.1},
}  # fmt: skip


@dataclass(frozen=True)
class Kit:
    """A drum machine: its drums, and which of them each MIDI key strikes."""

    drums: NDArray[Any]
    drum_of: NDArray[np.int64]

    @cached_property
    def heights(self) -> NDArray[np.float64]:
        """The peak of each drum's stroke before its `level`, so that a row's level is what is heard of it."""
        squares, stroke = wavetables()[SQUARE], np.zeros(round(0.4 * RATE), np.float32)
        peaks = np.ones(len(self.drums))
        for i, row in enumerate(self.drums):
            strike(row, i * 16, 0.9, len(stroke), stroke, squares)
            peaks[i] = max(float(np.abs(stroke).max()), 1e-3)
        return peaks


def _kit(kick: dict[str, float], snare: dict[str, float], changes: Rows) -> Kit:
    """A machine from its kick, its snare, and what else differs from the common rows. Unnamed keys strike the nearest row."""
    table = COMMON | {(35, 36): kick, (38, 40): snare}
    for keys, row in changes.items():
        table[keys] = table.get(keys, {}) | row
    drums = np.array([_row(**row) for row in table.values()], DRUM)
    known = {key: i for i, keys in enumerate(table) for key in keys}
    nearest = [known[min(known, key=lambda k: (abs(k - key), k))] for key in range(128)]
    return Kit(drums, np.array(nearest, np.int64))


KITS = {
    "house_kit": _kit(KICK_909, SNARE_909, {}),
    "trap_kit": _kit(KICK_808, SNARE_808, {
        (42,): {"metal_s": 0.018, "noise_s": 0.014, "metal_high_hz": 8500.0},
        (39,): {"noise_s": 0.15, "noise_low_hz": 700.0, "noise_high_hz": 2600.0},
    }),
    "synthwave_kit": _kit(KICK_GATED, SNARE_GATED, {
        (41, 43): {"body_s": 0.3, "gate_s": 0.3, "noise": 0.35, "noise_s": 0.3, "noise_high_hz": 3500.0},
        (45, 47): {"body_s": 0.28, "gate_s": 0.28, "noise": 0.35, "noise_s": 0.3, "noise_high_hz": 4000.0},
        (48, 50): {"body_s": 0.26, "gate_s": 0.26, "noise": 0.35, "noise_s": 0.3, "noise_high_hz": 4500.0},
    }),
    "lofi_kit": _kit(KICK_DUSTY, SNARE_DUSTY, {
        (42,): {"metal_high_hz": 5000.0, "noise_low_hz": 4000.0, "noise_high_hz": 9000.0, "level": 0.22},
        (46,): {"metal_high_hz": 5000.0, "noise_low_hz": 4000.0, "noise_high_hz": 9000.0, "level": 0.22},
    }),
    "tr808_kit": _kit(KICK_808 | {"body_s": 0.2, "length_s": 0.9}, SNARE_808, {
        (37,): {"hz": 1700.0, "body_s": 0.008, "noise": 0.1},
        (42,): {"metal_s": 0.03, "noise": 0.0, "metal_high_hz": 7000.0},
        (46,): {"metal_s": 0.3, "noise": 0.0},
    }),
    "techno_kit": _kit(KICK_TECHNO, SNARE_909, {
        (39,): {"noise_s": 0.09, "noise_low_hz": 1100.0, "noise_high_hz": 4200.0},
        (42,): {"metal_s": 0.02, "noise": 0.6, "noise_low_hz": 9000.0},
        (46,): {"metal_s": 0.16, "noise": 0.7, "noise_s": 0.14},
    }),
    "industrial_kit": _kit(KICK_STEEL, SNARE_STEEL, {
        (37,): {"hz": 560.0, "mode_ratio": 2.76, "mode_s": 0.08, "third": 0.5, "third_ratio": 5.4, "third_s": 0.06, "drive": 3.0},
        (42,): {"metal_hz": 900.0, "metal_high_hz": 4500.0, "drive": 2.0},
        (41, 43): {"hz": 96.0, "mode": 0.6, "mode_ratio": 2.76, "mode_s": 0.2, "drive": 4.0},
        (45, 47): {"hz": 140.0, "mode": 0.6, "mode_ratio": 2.76, "mode_s": 0.18, "drive": 4.0},
        (48, 50): {"hz": 190.0, "mode": 0.6, "mode_ratio": 2.76, "mode_s": 0.16, "drive": 4.0},
    }),
    "chip_kit": _kit(KICK_CHIP, SNARE_CHIP, {
        (37,): CHIP_HAT | {"noise_s": 0.02, "hold": 4.0}, (39,): SNARE_CHIP | {"hold": 3.0, "bursts": 0.0},
        (42,): CHIP_HAT, (44,): CHIP_HAT, (46,): CHIP_OPEN, (51, 59): CHIP_HAT | {"noise_s": 0.03}, (53,): CHIP_HAT,
        (49, 55, 57): CHIP_OPEN | {"length_s": 1.5, "noise_s": 0.3}, (52,): CHIP_OPEN | {"noise_s": 0.2},
        (41, 43): CHIP_TOM | {"hz": 90.0}, (45, 47): CHIP_TOM | {"hz": 130.0}, (48, 50): CHIP_TOM | {"hz": 180.0},
    }),
    "hands": _kit(KICK_DUSTY, SNARE_DUSTY, HANDS | SURDO | TAMBORIM),
    "cajon": _kit(KICK_DUSTY, SNARE_DUSTY, CAJON),
    "djembe": _kit(KICK_DUSTY, SNARE_DUSTY, HANDS | DJEMBE),
    "tabla": _kit(KICK_DUSTY, SNARE_DUSTY, TABLA),
    "pandeiro": _kit(KICK_DUSTY, SNARE_DUSTY, PANDEIRO),
}  # fmt: skip
NO_DRUMS = np.zeros(1, DRUM)


@compiled
def strike(d: Any, seed: int, velocity: float, n: int, y: Any, squares: Any) -> None:
    """One stroke, `n` frames. `squares` holds a band-limited square wave for each third of an octave."""
    state = seed * 7621 + 977
    hz = d.hz * (1.0 + 0.004 * ((seed % 16) - 1.0))  # round robin: no two strokes quite alike
    low_step = 1.0 - math.exp(-2.0 * math.pi * min(d.noise_high_hz, 19_000.0) / RATE)
    high_step = 1.0 - math.exp(-2.0 * math.pi * d.noise_low_hz / RATE)
    metal_step = 1.0 - math.exp(-2.0 * math.pi * d.metal_high_hz / RATE)
    phase = mode = third_phase = held = low = high1 = high2 = m1 = m2 = m3 = 0.0
    metal = np.zeros(6)
    rows = np.zeros(6, np.int64)
    for k in range(6):
        metal[k] = 0.17 * k
        rows[k] = min(max(math.floor(math.log2(max(d.metal_hz * METAL[k], 17.0) / 16.0) * 3.0), 0), 29)
    bright = 0.4 + 0.6 * velocity  # soft strokes have less skin and wire
    decay_body, decay_mode = math.exp(-1.0 / (d.body_s * RATE)), math.exp(-1.0 / (d.mode_s * RATE))
    decay_noise, decay_metal = math.exp(-1.0 / (d.noise_s * RATE)), math.exp(-1.0 / (d.metal_s * RATE))
    decay_third, hold = math.exp(-1.0 / (d.third_s * RATE)), int(d.hold)
    decay_fall, decay_burst = math.exp(-1.0 / (d.fall_s * RATE)), math.exp(-1.0 / (0.0035 * RATE))
    body, second, third, wires = d.body, d.mode, d.third * bright, d.noise * bright
    ring, fall, burst = d.metal * bright, d.fall, 1.0
    gate = int(d.gate_s * RATE)
    last_burst = int(d.bursts * d.burst_s * RATE)
    spacing = max(int(d.burst_s * RATE), 1)
    for j in range(n):
        out = 0.0
        if body > 1e-6 or second > 1e-6:
            phase += hz * (1.0 + fall) / RATE
            mode += hz * d.mode_ratio / RATE
            out = body * math.sin(2.0 * math.pi * phase) + second * math.sin(2.0 * math.pi * mode)
            if third > 1e-6:
                third_phase += hz * d.third_ratio / RATE
                out += third * math.sin(2.0 * math.pi * third_phase)
                third *= decay_third
            body *= decay_body
            second *= decay_mode
            fall *= decay_fall
        if d.drive > 0.0:
            out = math.tanh(out * (0.5 + d.drive)) / math.tanh(0.5 + d.drive)
        if wires > 1e-6:
            state = state * 6364136223846793005 + 1442695040888963407
            w = ((state >> 33) & 0x3FFFFFFF) / 536870912.0 - 1.0
            if hold > 1:  # an old sound chip's noise: each value stands for a while
                if j % hold == 0:
                    held = 1.0 if w > 0.0 else -1.0
                w = held
            low += low_step * (w - low)
            high1 += high_step * (low - high1)
            high2 += high_step * (low - high1 - high2)
            if j < last_burst:  # a clap is several hands
                if j % spacing == 0:
                    burst = 1.0
                burst *= decay_burst
                out += wires * burst * (low - high1 - high2)
            else:
                out += wires * (low - high1 - high2)
                wires *= decay_noise
        if ring > 1e-6:
            total = 0.0
            for k in range(6):
                metal[k] += d.metal_hz * METAL[k] / RATE
                metal[k] -= math.floor(metal[k])
                where = metal[k] * 4096.0
                i = int(where)
                total += squares[rows[k], i] + (where - i) * (squares[rows[k], i + 1] - squares[rows[k], i])
            total /= 3.0
            m1 += metal_step * (total - m1)
            m2 += metal_step * (total - m1 - m2)
            m3 += metal_step * (total - m1 - m2 - m3)
            out += ring * (total - m1 - m2 - m3)
            ring *= decay_metal
        if d.click > 0.0 and j < 90:
            out += d.click * velocity * math.exp(-j / 18.0) * math.sin(j * 0.55)
        if j > gate:  # the gate closes within 12 ms
            out *= max(0.0, 1.0 - (j - gate) / 530.0)
        if j > n - 400:
            out *= (n - j) / 400.0
        y[j] = out
