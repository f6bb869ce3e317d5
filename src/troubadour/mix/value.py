"""One stereo master, the stems that add up to it, and its loudness facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from troubadour.mix.filters import Band

Pcm = NDArray[np.int32]


@dataclass(frozen=True)
class Tenths:
    """What was measured of every tenth of a second: K-weighted energy, and the true peak (of full scale)."""

    energies: tuple[float, ...]
    peaks: tuple[float, ...]


@dataclass(frozen=True)
class Loudness:
    """Measured on the finished master: ITU-R BS.1770-4 integrated loudness and true peak; and what they were told from."""

    integrated_lufs: float
    true_peak_dbtp: float
    tenths: Tenths = Tenths((), ())


@dataclass(frozen=True)
class Fader:
    """Where a stem stands on the desk: what was measured of it before and after its strip, and its gain from there."""

    strip_lufs: float
    stem_lufs: float
    gain_db: float


@dataclass(frozen=True)
class Master:
    """The master's settings: the bus compressor's threshold (power), the make-up gain, the limiter's release."""

    threshold: float
    makeup: float
    release_s: float


@dataclass(frozen=True)
class Contour:
    """How loud the song's sections are: `lufs` at `energy`, and the gain that brought each section to its place."""

    energy: float
    lufs: float
    sections_db: Mapping[str, float]


@dataclass(frozen=True)
class Desk:
    """The settings that were found for a song. With them a window of it, or an edit, sounds like the rest of it."""

    faders: Mapping[str, Fader]
    accompaniment_db: float  # how far the accompaniment was moved to its place under the voice
    sections_db: Mapping[str, float]  # and in each section beyond that
    contour: Contour
    voice_power: float  # of the voice's loudest tenth of a second
    kick_power: float  # of a full kick: what the pump goes by
    tilt: tuple[Band, ...]
    master: Master
    room: str = ""  # the band's room, where it is not the style's own


@dataclass(frozen=True)
class Mix:
    """The mastered song, as whole numbers, so that sums are exact.

    `stems` maps names to int32 [frames, 2] holding 24-bit samples (-2^23 … 2^23-1); `master` is exactly their sum. The
    16-bit files come from `sixteen_bit`, where the mix is the sum of its rounded stems: there too they add up to it.
    `desk` are the settings it was made with.
    """

    master: Pcm
    stems: Mapping[str, Pcm]
    desk: Desk
    loudness: Loudness
    dry: Mapping[str, Pcm] = field(default_factory=dict)
