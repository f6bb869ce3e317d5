"""Loudness, peaks, spectrum, clicks, holes and exact sums of songs of every style: sung and played, short and long.

Loudness is pyloudnorm's, true peak that of a fourfold oversampling by scipy: neither is ours. The spectrum is held against
Pestana et al. 2013 and the offsets of the style's family (`mix.tone`); a click is a sample that the second difference of its
surroundings does not explain; a hole is silence of half a second inside the song. Which styles, seeds and lengths: see `SONGS`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyloudnorm
from scipy.signal import resample_poly

from troubadour.brief import Request
from troubadour.make import make
from troubadour.mix import Mix
from troubadour.mix.desk import family_of, sound_of
from troubadour.mix.pcm import sixteen_bit
from troubadour.mix.tone import distance_db, octave_powers
from troubadour.styles import STYLES
from troubadour.units import SAMPLE_RATE_HZ

LENGTHS_S = (30.0, 10.0, 60.0, 180.0)  # by turns; one of 480 s at the end
LUFS, WITHIN_LU, CEILING_DBTP, WITHIN_DB = -14.0, 0.3, -1.0, 4.0
HOLE_S, HOLE_DBFS = 0.5, -75.0
CLICK_RATIO, CLICK_LEAST = 40.0, 0.02


@dataclass(frozen=True)
class Row:
    """What was measured of one song."""

    name: str
    lufs: float
    peak_dbtp: float
    octaves_db: np.ndarray[tuple[int], np.dtype[np.float64]]
    clicks: int
    holes: int
    exact: bool
    voice_db: float
    seconds: float

    @property
    def failings(self) -> list[str]:
        """What is not as it must be."""
        found = {
            "loudness": abs(self.lufs - LUFS) > WITHIN_LU,
            "peak": self.peak_dbtp > CEILING_DBTP,
            "spectrum": bool(np.nanmax(np.abs(self.octaves_db), initial=0.0) > WITHIN_DB),
            "clicks": self.clicks > 0,
            "holes": self.holes > 0,
            "sums": not self.exact,
        }
        return [name for name, wrong in found.items() if wrong]


def songs() -> Iterator[tuple[str, Request]]:
    """One song of every style, sung and played by turns, and one of eight minutes."""
    for turn, style in enumerate(STYLES):
        wanted = Request(
            tags=style.replace("_", " "), instrumental=turn % 2 == 1, seed=100 + turn, duration_s=LENGTHS_S[turn % 4]
        )
        yield style, wanted
    yield "pop, 8 minutes", Request(tags="pop", instrumental=True, seed=99, duration_s=480.0)


def measured(name: str, request: Request) -> Row:
    """A song, made and measured."""
    began = time.process_time()
    song = make(request)
    seconds = time.process_time() - began
    assert song.mix is not None
    master = sixteen_bit(song.mix)[0] / 2.0**15
    sound = sound_of(song.plan.style)
    return Row(
        name,
        float(pyloudnorm.Meter(SAMPLE_RATE_HZ).integrated_loudness(master)),
        float(20.0 * np.log10(max(np.abs(resample_poly(master, 4, 1, axis=0)).max(), 1e-9))),
        distance_db(octave_powers(master.astype(np.float32)), sound.family),
        clicks(master),
        holes(master),
        adds_up(song.mix),
        voice_over_band_db(song.mix),
        seconds,
    )


def clicks(audio: np.ndarray) -> int:
    """Lone samples whose second difference is far beyond that of those just before and just after them."""
    bend = np.abs(np.diff(audio.mean(axis=1), 2))
    found = 0
    for i in np.flatnonzero(bend > CLICK_LEAST):
        before, after = bend[max(0, i - 27) : max(0, i - 2)], bend[i + 3 : i + 28]
        usual = max(float(np.median(side)) if len(side) else 0.0 for side in (before, after))
        found += bend[i] > CLICK_RATIO * usual
    return int(found)


def holes(audio: np.ndarray) -> int:
    """Silences of half a second between the first sound and the last."""
    hop = SAMPLE_RATE_HZ // 20
    level = np.abs(audio[: len(audio) // hop * hop]).reshape(-1, hop * 2).max(axis=1)
    silent = level < 10.0 ** (HOLE_DBFS / 20.0)
    sounds = np.flatnonzero(~silent)
    inside = silent[sounds[0] : sounds[-1]] if len(sounds) else silent[:0]
    span = round(HOLE_S * 20)
    return int((np.convolve(inside, np.ones(span), "valid") >= span).any()) if len(inside) >= span else 0


def adds_up(mix: Mix) -> bool:
    """The stems add up to the master in 24 and in 16 bits, and none of them wraps."""
    master, stems = sixteen_bit(mix)
    total = np.zeros(mix.master.shape, np.int64)
    narrow = np.zeros(mix.master.shape, np.int64)
    for name in mix.stems:
        total += mix.stems[name]
        narrow += stems[name]
    return bool((total == mix.master).all() and (narrow == master).all() and np.abs(mix.master).max(initial=0) < 2**23)


def voice_over_band_db(mix: Mix) -> float:
    """How far the voice stands over everything else between 1 and 4 kHz, where it sings; NaN when nobody does."""
    sung = [mix.stems[name] for name in mix.stems if family_of(name) == "vocals"]
    if not sung:
        return float("nan")
    voice = sum(sung[1:], start=sung[0].astype(np.float64)).mean(axis=1)
    band = mix.master.mean(axis=1) - voice
    size = 4096
    powers = []
    for part in (voice, band):
        frames = part[: len(part) // size * size].reshape(-1, size) * np.hanning(size)
        spectrum = np.abs(np.fft.rfft(frames, axis=1)) ** 2
        powers.append(spectrum[:, round(1000 * size / SAMPLE_RATE_HZ) : round(4000 * size / SAMPLE_RATE_HZ)].sum(axis=1))
    sings = powers[0] > 0.03 * powers[0].max()
    return float(10.0 * np.log10(powers[0][sings].mean() / max(powers[1][sings].mean(), 1e-9)))


def main() -> None:
    """Prints a row a song, and what failed."""
    print(f"{'song':24}{'LUFS':>8}{'dBTP':>7}  octaves off (63 … 8000 Hz, dB){'':13}{'voice':>6}{'CPU s':>7}")
    rows = []
    for name, request in songs():
        row = measured(name, request)
        rows.append(row)
        off = " ".join(f"{value:+4.1f}" if np.isfinite(value) else "   ." for value in row.octaves_db)
        print(f"{name:24}{row.lufs:8.2f}{row.peak_dbtp:7.2f}  {off} {row.voice_db:6.1f}{row.seconds:7.1f}  {', '.join(row.failings)}",
              flush=True)  # fmt: skip
    for failing in ("loudness", "peak", "spectrum", "clicks", "holes", "sums"):
        print(f"{failing:10} {sum(failing in row.failings for row in rows)} of {len(rows)} songs fall short")


if __name__ == "__main__":
    main()
