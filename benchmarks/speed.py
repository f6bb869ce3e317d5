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
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import mido

from troubadour.brief import Request
from troubadour.edit import Replace
from troubadour.files.midi import midi_bytes
from troubadour.files.write import write
from troubadour.make import make
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.shelf import open_source
from troubadour_server.tasks.making import Job, make_clips

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


def table() -> None:
    """Every stage of three songs, and the whole against the bare cost."""
    make(Request(text="warm up", seed=1, duration_s=10))
    stages = ("brief", "plan", "score", "stems", "mix", "files")
    print("CPU seconds for a song of 3 minutes, MP3 only, and each stage's share\n")
    print(f"{'song':26}" + "".join(f"{stage:>13}" for stage in stages) + f"{'whole':>8}{'bare':>8}{'ratio':>7}{'wall s':>8}")
    for name, request in WORDS.items():
        clock, began = CpuClock(), time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            song = make(request, clock)
            clock("files", dict, lambda song=song, folder=folder: write(song, Path(folder), ["mp3"]))
            wall = time.perf_counter() - began
            bare = sum(bare_cost_s(midi_bytes(song.score), Path(folder)))
        whole = sum(clock.seconds.values())
        row = "".join(f"{clock.seconds[stage]:7.2f} {clock.seconds[stage] / whole:4.0%} " for stage in stages)
        print(f"{name:26}{row}{whole:8.2f}{bare:8.2f}{whole / bare:7.2f}{wall:8.1f}")


def edits() -> None:
    """Four bars anew as the server does it, from the kept song to the files of the new one, against the song as it makes it."""
    print("\nCPU seconds on a warm server: 4 bars of a song of 3 minutes anew, with everything that is kept and encoded")
    print(f"{'song':26}{'bars':>8}{'song':>8}{'edit':>8}{'ratio':>7}")
    with tempfile.TemporaryDirectory() as place:
        blobs = Blobs(Path(place).as_uri())
        for number, (name, request) in enumerate(WORDS.items()):
            whole = job(blobs, place, f"{number}/song", request)
            score = open_source(blobs, f"{number}/song", Path(place)).score
            first = min(16, max(0, score.bars - 8))
            start_s, end_s = (score.seconds_at(score.bar_start(bar)) for bar in (first, first + 4))
            new = Request(seed=request.seed + 1, instrumental=request.instrumental)
            edit = job(blobs, place, f"{number}/edit", Replace(new, start_s, end_s), f"{number}/song")
            print(f"{name:26}{score.bars:8}{whole:8.2f}{edit:8.2f}{edit / whole:7.2f}")


def job(blobs: Blobs, place: str, folder: str, command: Request | Replace, *sources: str) -> float:
    """CPU seconds that the server's child takes for a command."""
    before = cpu_s()
    order = Job(
        str(uuid.uuid4()), command, sources, (), False, folder, ("mp3", "json", "cover"), Path(place), lambda *told: None
    )
    make_clips(blobs, order)
    return cpu_s() - before


def processes() -> None:
    """Fresh processes: the most memory they hold, a cold start, two at once."""
    command = [str(Path(sys.executable).with_name("troubadour")), "sing", "a pop song about the sea", "--seed", "5"]
    print(f"\n{'fresh process':26}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}")
    for name, more in (("10 s", ["--duration", "10"]), ("3 minutes", ["--duration", "180"]),
                       ("8 minutes, played", ["--duration", "480", "--instrumental"])):  # fmt: skip
        wall, cpu, peak = watched([command + more])
        print(f"{name:26}{wall:8.1f}{cpu:8.1f}{peak:9.0f}")
    alone, _, _ = watched([[*command, "--duration", "60"]])
    both, _, _ = watched([[*command, "--duration", "60"]] * 2)
    print(f"two songs at once take {both / alone:.2f} x one (of 60 s)")


def watched(commands: list[list[str]]) -> tuple[float, float, float]:
    """Runs commands side by side: wall seconds, CPU seconds, and the most memory that all their processes held together (MB)."""
    began, before, peak = time.perf_counter(), cpu_s(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        running = [
            subprocess.Popen([*command, "--out", f"{folder}/{k}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for k, command in enumerate(commands)
        ]
        while any(each.poll() is None for each in running):
            peak = max(peak, sum(resident_mb(each.pid) for each in running))
            time.sleep(0.02)
    return time.perf_counter() - began, cpu_s() - before, peak


def resident_mb(pid: int) -> float:
    """Memory that a process and its children hold, shared pages counted once each."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        status = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    own = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("Pss:")), 0)
    return own / 1024 + sum(resident_mb(int(child)) for child in children)


def main() -> None:
    """Prints the tables."""
    if not shutil.which("fluidsynth"):
        sys.exit("benchmarks: the reference player is missing: run  apt-get install fluidsynth")
    table()
    edits()
    processes()
