"""Make the band ready: build the sound bank, compile the inner loops.

    python -m troubadour.stems.band.prepare

Both are kept; a second run only looks. `make setup` calls it.
"""

from __future__ import annotations

import sys
import time

from troubadour.brief import Key, Metre
from troubadour.errors import SoundsMissing
from troubadour.score import Feel, Note, Part, Score, Section, Tempo
from troubadour.stems.band import bank
from troubadour.stems.band.record import record
from troubadour.stems.band.sounds import SOUNDS, presets
from troubadour.stems.value import Window


def warm() -> None:
    """Play one bar on instruments that between them use every compiled loop, so that numba's cache holds them all."""
    notes = (Note(0, 240, 48), Note(240, 240, 50, 90, "slide"))
    for name in ("grand_piano", "distorted_guitar", "supersaw", "fm_keys", "sub_bass", "house_kit", "riser", "vinyl_noise"):
        part = Part(name, "warm", name, notes)
        score = Score(
            "", 0, 0, "", (Tempo(0, 120.0),), Metre(), Key(0), 88_200, Feel(), (Section("A", "verse", 0, 1, 0.5),), (), (),
            (part,), (),
        )  # fmt: skip
        record(part, score, Window(0, score.frames))


def main() -> int:
    """Build and warm, with one line of progress; 1 when the sounds could not be found."""
    began = time.perf_counter()

    def tell(what: str, done: float) -> None:
        sys.stderr.write(f"\r\033[Ksounds {done:4.0%}  {what}")
        sys.stderr.flush()

    try:
        folder = bank.build(presets(), tell)
        remark = f"{len(presets())} presets in {folder}"
    except SoundsMissing as missing:
        remark = f"{missing}; until then all {len(SOUNDS)} instruments are synthesised"
    tell("compiling the inner loops", 1.0)
    warm()
    sys.stderr.write(f"\r\033[Ksounds ready: {remark} ({time.perf_counter() - began:.1f} s)\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
