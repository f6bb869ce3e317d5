"""The whole mix moved towards the average of published records, by filters that every stem passes alike.

P. Pestana, Z. Ma, J. Reiss, A. Barbosa, D. Black, "Spectral Characteristics of Popular Commercial Recordings 1950-2010"
(135th AES Convention, 2013): the long-term spectrum of number-one hits falls by about 5 dB per octave between 100 Hz and
4 kHz, faster above, and turns down under 60 Hz. `OFFSETS_DB` says, per family of styles, by how much its records are known
to differ from that (in octave bands, so a fall of 5 dB an octave in density is one of 2 dB here).

What lies within `FREE_DB` of the target is left to the arrangement, what lies further off is brought back to there, as far
as `LIMIT_DB` allows. A band in which nearly nothing sounds is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from troubadour.mix.filters import Band, response_db, sections
from troubadour.units import SAMPLE_RATE_HZ

OCTAVES_HZ = (63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)
TARGET_DB = (7.0, 6.5, 4.5, 2.0, 0.0, -2.5, -5.0, -8.5)  # power in an octave, relative to the one at 1 kHz
OFFSETS_DB: Mapping[str, tuple[float, ...]] = {  # of a style's family; one that is not named has none
    "electronic": (3.0, 1.5, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),  # a kick and a bass that are the song; bright hats
    "dance": (2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    "hip hop": (4.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),  # the 808
    "caribbean": (3.0, 2.0, 0.0, 0.0, 0.0, -0.5, -1.0, -1.0),  # the bass is the song
    "rock": (-1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0),  # guitars and snare
    "country": (-2.0, 0.0, 0.5, 0.0, 0.0, 0.5, 0.5, 0.0),
    "blues": (-2.0, 0.0, 1.0, 0.5, 0.0, 0.0, -0.5, -1.0),
    "latin": (-2.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 1.0),  # bells, shakers, nylon strings
    "african": (0.0, 0.5, 0.0, 0.0, 0.0, 0.5, 0.5, 1.0),
    "folk": (-7.0, -2.0, 1.0, 0.5, 0.0, -0.5, -1.0, -2.0),  # no kick drum, often no bass
    "jazz": (-4.0, 0.0, 1.0, 0.5, 0.0, -1.0, -2.0, -3.0),  # an upright bass, brushes
    "asian": (-3.0, -0.5, 0.5, 0.5, 0.0, 0.0, 0.0, -0.5),
    "orchestral": (-4.0, -1.0, 1.0, 1.0, 0.0, -2.0, -5.0, -8.0),  # halls swallow the treble
    "classical": (-4.0, -1.0, 1.0, 1.0, 0.0, -2.0, -5.0, -8.0),
}
NO_OFFSET = (0.0,) * len(OCTAVES_HZ)
FILTERS: tuple[tuple[str, float, float], ...] = (  # kind, corner, q
    ("low_shelf", 75.0, 0.7), ("bell", 125.0, 1.0), ("bell", 250.0, 1.0), ("bell", 500.0, 1.0), ("bell", 2000.0, 1.0),
    ("bell", 4000.0, 1.0), ("high_shelf", 6500.0, 0.7),
)  # fmt: skip
FREE_DB, LIMIT_DB = 1.5, 6.0
LEAST_DB = -12.0  # a band that lies so far under its target holds no music that could be raised: no bass plays
LEAST_MOVE_DB = 0.25  # smaller moves are not worth a filter
RIDGE = 0.15  # how much small gains are preferred to an exact fit
WINDOW, WINDOWS = 8192, 64

Powers = NDArray[np.float64]  # [windows, octaves]


def octave_powers(audio: NDArray[np.float32]) -> Powers:
    """Power of the middle of stereo audio in every octave, in up to 64 windows that lie evenly over it."""
    taper = np.hanning(WINDOW).astype(np.float32)
    found = np.zeros((len(_starts(len(audio))), len(OCTAVES_HZ)))
    for k, start in enumerate(_starts(len(audio))):
        window = audio[start : start + WINDOW].sum(axis=1) * np.float32(0.5)
        if window.any():
            power = np.abs(np.fft.rfft(window * taper[: len(window)], WINDOW)) ** 2
            found[k] = np.add.reduceat(power, _EDGES)[::2]
    return found


def _starts(frames: int) -> NDArray[np.int64]:
    return np.asarray(np.linspace(0, max(frames - WINDOW, 0), min(WINDOWS, max(1, frames // WINDOW))), np.int64)


def window_centres(frames: int) -> NDArray[np.int64]:
    """The middle frame of each window of a recording of this length."""
    return np.minimum(_starts(frames) + WINDOW // 2, frames)


def _edges() -> list[int]:
    hz = np.fft.rfftfreq(WINDOW, 1.0 / SAMPLE_RATE_HZ)
    return [int(np.searchsorted(hz, centre * edge)) for centre in OCTAVES_HZ for edge in (2**-0.5, 2**0.5)]


_EDGES = _edges()


def octaves_db(powers: Powers) -> NDArray[np.float64]:
    """Long-term power per octave, in dB relative to the mean of all bands. Quiet windows do not count."""
    loudness = powers.sum(axis=1)
    mean = powers[loudness >= 0.05 * loudness.max(initial=0.0)].mean(axis=0) if len(powers) else np.zeros(len(OCTAVES_HZ))
    return np.asarray(10.0 * np.log10(np.maximum(mean, 1e-20)))


def target_db(family: str) -> NDArray[np.float64]:
    """The long-term spectrum that a family of styles should have, per octave."""
    return np.add(TARGET_DB, OFFSETS_DB.get(family, NO_OFFSET), dtype=np.float64)


def distance_db(powers: Powers, family: str) -> NDArray[np.float64]:
    """How far each octave lies over the family's target when the whole is as loud; NaN where nearly nothing sounds."""
    off = octaves_db(powers) - target_db(family)
    off -= np.median(off)
    kept = off > LEAST_DB
    off -= off[kept].mean()
    return np.asarray(np.where(kept, off, np.nan))


def correction(powers: Powers, family: str) -> tuple[Band, ...]:
    """The filters that bring the mix within `FREE_DB` of its target, each by at most `LIMIT_DB`."""
    if not powers.any():
        return ()
    off = distance_db(powers, family)
    kept = ~np.isnan(off)
    wanted = np.where(kept, -np.sign(off) * np.maximum(np.abs(off) - FREE_DB, 0.0), 0.0)
    shapes = _SHAPES * kept[:, None]
    gains = np.linalg.solve(shapes.T @ shapes + RIDGE * np.eye(len(FILTERS)), shapes.T @ wanted)
    gains = np.clip(gains, -LIMIT_DB, LIMIT_DB)
    return tuple(
        (kind, hz, round(float(db), 2), q) for (kind, hz, q), db in zip(FILTERS, gains, strict=True) if abs(db) >= LEAST_MOVE_DB
    )


# What a decibel of each filter does to each octave
_SHAPES = np.array([response_db(sections([(kind, hz, 1.0, q)]), np.array(OCTAVES_HZ)) for kind, hz, q in FILTERS]).T
