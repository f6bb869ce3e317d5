"""The cost of each stage and of a whole song, against the bare cost of playing and encoding the same notes.

The bare cost is one pass of the `fluidsynth` player over the song's own MIDI file (voices included, as instruments) plus
one LAME encode of what it played. Both are taken in the same run, as process CPU seconds, so that a noisy machine
disturbs both alike; the player's time to load its bank is measured with an empty file and taken off.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import mido

from troubadour.brief import Request
from troubadour.files.midi import midi_bytes
from troubadour.files.write import write
from troubadour.make import make

T = TypeVar("T")

BANK = Path("/usr/share/sounds/sf3/MuseScore_General.sf3")
WORDS = {
    "pop, sung": Request(text="an upbeat pop song about the last day of summer", seed=11, duration_s=180),
    "rock, sung": Request(text="a driving rock song about leaving town", seed=12, duration_s=180),
    "orchestral, instrumental": Request(text="epic orchestral adventure", instrumental=True, seed=13, duration_s=180),
}


class CpuClock:
    """A `keep` that notes the CPU seconds of every stage, children included."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, kind: type[T], work: Callable[[], T]) -> T:
        before = cpu_s()
        value = work()
        self.seconds[name] = cpu_s() - before
        return value


def cpu_s() -> float:
    """CPU seconds of this process and its finished children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def run_cost_s(command: list[str]) -> float:
    """CPU seconds that a command takes."""
    before = cpu_s()
    subprocess.run(command, check=True, capture_output=True)
    return cpu_s() - before


def bare_cost_s(midi: bytes, folder: Path) -> tuple[float, float]:
    """CPU seconds to play the notes with fluidsynth, and to encode what it played."""
    song, empty, wav = folder / "song.mid", folder / "empty.mid", folder / "bare.wav"
    song.write_bytes(midi)
    mido.MidiFile(type=1).save(empty)
    player = ["fluidsynth", "-ni", "-q", "-r", "44100", "-o", "synth.cpu-cores=1", "-F", str(wav), str(BANK)]
    loading = run_cost_s([*player, str(empty)])
    playing = run_cost_s([*player, str(song)])
    encoding = run_cost_s(
        ["ffmpeg", "-y", "-v", "error", "-threads", "1", "-i", str(wav), "-b:a", "192k", str(folder / "bare.mp3")]
    )
    return playing - loading, encoding


def main() -> None:
    if not shutil.which("fluidsynth"):
        sys.exit("benchmarks: the reference player is missing: run  apt-get install fluidsynth")
    make(Request(text="warm up", seed=1, duration_s=10))
    stages = ("brief", "plan", "score", "stems", "mix", "files")
    print("CPU seconds for a song of 3 minutes, MP3 only\n")
    print(f"{'song':26}" + "".join(f"{stage:>8}" for stage in stages) + f"{'whole':>8}{'bare':>8}{'ratio':>7}{'wall s':>8}")
    for name, request in WORDS.items():
        clock, began = CpuClock(), time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            song = make(request, clock)
            clock("files", dict, lambda song=song, folder=folder: write(song, Path(folder), ["mp3"]))
            wall = time.perf_counter() - began
            bare = sum(bare_cost_s(midi_bytes(song.score), Path(folder)))
        whole = sum(clock.seconds.values())
        row = "".join(f"{clock.seconds[stage]:8.2f}" for stage in stages)
        print(f"{name:26}{row}{whole:8.2f}{bare:8.2f}{whole / bare:7.2f}{wall:8.1f}")
    print(f"\npeak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
