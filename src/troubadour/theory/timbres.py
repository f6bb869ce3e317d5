"""Colours of a singing voice that a caller may ask for: who sings so, in what manner, and what the desk adds.

The bands are those of the desk (`mix.filters`): kind, frequency, gain in decibels, Q. They follow what vocal engineers do for
each word (B. Owsinski, "The Mixing Engineer's Handbook", chapter on EQ): warmth and chest at 150-300 Hz, nose at 800-1200,
presence at 3-5 kHz, air above 9.
"""

from __future__ import annotations

from dataclasses import dataclass

Band = tuple[str, float, float, float]  # as in `mix.filters`


@dataclass(frozen=True)
class Timbre:
    """One colour. `words` are those of singers that suit it; `drive` 0 clean … 1 saturated; `metal` 0 … 1 how electric."""

    words: tuple[str, ...]
    bands: tuple[Band, ...]
    manner: tuple[str, ...] = ()  # ways of singing, as in `Brief.singing`
    level_lu: float = 0.0
    send_db: float = 0.0
    drive: float = 0.0
    metal: float = 0.0


TIMBRES: dict[str, Timbre] = {
    "warm": Timbre(("warm", "soulful"), (("low_shelf", 260.0, 3.0, 0.7), ("high_shelf", 7000.0, -3.0, 0.7)), drive=0.15),
    "bright": Timbre(("bright", "clear", "light"), (("low_shelf", 250.0, -2.5, 0.7), ("high_shelf", 5000.0, 4.0, 0.7))),
    "husky": Timbre(("husky", "smoky", "rough"), (("bell", 420.0, 2.5, 0.9), ("bell", 3000.0, -2.5, 0.8)), ("rough",), drive=0.75),
    "electrified": Timbre(
        ("electronic", "robotic"), (("bell", 1800.0, 3.5, 1.2), ("low_shelf", 220.0, -4.0, 0.7)), ("autotune",), drive=0.4, metal=0.8
    ),
    "sweet": Timbre(("sweet", "clear", "young"), (("bell", 900.0, -2.5, 0.9), ("high_shelf", 9000.0, 3.0, 0.7)), send_db=2.0),
    "cute": Timbre(
        ("young", "sweet", "high"), (("low_shelf", 400.0, -5.0, 0.7), ("bell", 2400.0, 3.5, 1.0), ("high_shelf", 8000.0, 2.0, 0.7))
    ),
    "sonorous": Timbre(("baritone", "alto", "warm"), (("bell", 180.0, 4.5, 0.8), ("bell", 1200.0, 3.5, 0.9)), ("belt",),
                       level_lu=2.0, send_db=5.0),
    "powerful": Timbre(("rock", "sturdy", "dark"), (("bell", 220.0, 2.0, 0.9), ("bell", 3800.0, 3.5, 0.8)), ("belt",),
                       level_lu=1.5, send_db=-3.0, drive=0.5),
    "lazy": Timbre(("breathy", "intimate", "low"), (("bell", 320.0, 1.5, 0.8), ("bell", 2600.0, -3.0, 0.7),
                                                   ("high_shelf", 10000.0, 4.0, 0.7)), ("soft",), level_lu=-0.5, send_db=-4.0),
}  # fmt: skip
