"""A song is the same in every process, on one core or on all of them."""

import os
import subprocess
import sys

SING = """
import hashlib, sys
from pathlib import Path
from troubadour.brief import Request
from troubadour.files.write import write
from troubadour.make import make

words = "[Verse]\\nPaper boats are sailing\\n[Chorus]\\nCarry me home"
song = make(Request(text="a folk song with drums", lyrics=words, duration_s=12, seed=int(sys.argv[1])))
wav = write(song, Path(sys.argv[2]), ["wav"])["wav"]
print(hashlib.sha256(wav.read_bytes()).hexdigest())
"""


def sung(folder, seed, threads, cores):
    """The hash of a song's WAV file, made by a fresh process on these cores."""
    everything = {**os.environ, "OMP_NUM_THREADS": threads}
    kept = lambda: os.sched_setaffinity(0, cores)  # noqa: E731
    command = [sys.executable, "-c", SING, str(seed), str(folder)]
    done = subprocess.run(command, env=everything, check=True, capture_output=True, text=True, preexec_fn=kept)
    return done.stdout.split()[-1]


def test_one_core_makes_the_bytes_that_all_cores_make(tmp_path):
    cores = os.sched_getaffinity(0)
    alone = sung(tmp_path / "alone", 5, "1", {min(cores)})
    assert sung(tmp_path / "together", 5, str(len(cores)), cores) == alone
    assert sung(tmp_path / "other", 6, "1", {min(cores)}) != alone
