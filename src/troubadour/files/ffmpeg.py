"""The program ffmpeg: what it is asked, what it is fed, what it answers."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from troubadour.errors import ToolMissing
from troubadour.units import SAMPLE_RATE_HZ

PIECE_FRAMES = 1 << 18
WITHOUT_FFMPEG = "ffmpeg is missing: MP3s take longer, and M4A, Opus and video cannot be made; run `apt-get install ffmpeg`"
BITEXACT = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-threads", "1")
RAW = ("-f", "s32le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "2", "-i", "pipe:0")  # what `fed` hands over


def has_ffmpeg() -> bool:
    """Whether the program is installed."""
    return shutil.which("ffmpeg") is not None


def ffmpeg(arguments: tuple[str, ...], data: bytes | Iterator[bytes]) -> bytes:
    """Run ffmpeg from bytes to bytes; given in pieces, what it makes goes to a file. Raises ToolMissing when it is not installed."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise ToolMissing("this format needs the program ffmpeg, which is not installed: run `apt-get install ffmpeg`")
    command = [program, "-v", "error", "-nostdin", *arguments]
    if isinstance(data, bytes):
        done = subprocess.run(command, input=data, capture_output=True, check=False)
    else:
        done = _fed(command, data)
    if done.returncode:
        raise ToolMissing(f"ffmpeg failed ({done.returncode}): {done.stderr.decode(errors='replace').strip()[:300]}")
    return done.stdout


def fed(pcm: NDArray[np.int32]) -> Iterator[bytes]:
    """24-bit samples as 32-bit ones, in pieces: a whole song of them is 21 MB a minute."""
    for start in range(0, len(pcm), PIECE_FRAMES):
        yield np.left_shift(pcm[start : start + PIECE_FRAMES], 8).astype("<i4", copy=False).tobytes()


def _fed(command: list[str], pieces: Iterator[bytes]) -> subprocess.CompletedProcess[bytes]:
    """A command that takes its input piece by piece and says nothing but errors."""
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said) as process:
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # it ended early: its exit code says so
            for piece in pieces:
                process.stdin.write(piece)
        with suppress(BrokenPipeError):
            process.stdin.close()
        code = process.wait()
        said.seek(0)
        return subprocess.CompletedProcess(command, code, b"", said.read())
