"""The karaoke video: the song's own picture, its words lit as they are sung, its notes passing by.

1280 x 720 at 25 frames a second, H.264 and AAC in MPEG-4. From top to bottom: the cover, title, section and clock; a lane
in which the written notes run towards a line and light up as they cross it, a ball riding on the tune; the line that is
sung and the next one (an instrumental's lane takes their place); the whole song as a waveform with its sections.

What does not move is drawn once. A frame is put together from finished pieces by copying: the lit and the unlit picture of
a line meet where the voice is, those of the waveform where the song is. The lane is drawn in tiles as they are needed.
Encoding takes the largest part of the time, so x264 works with its quickest searches: little moves, and evenly.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from troubadour.errors import ToolMissing
from troubadour.files.ffmpeg import BITEXACT
from troubadour.files.video.layout import FPS, HEIGHT, WIDTH
from troubadour.files.video.screen import Bytes
from troubadour.files.video.show import Show
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.units import SAMPLE_RATE_HZ

ENCODER = (
    "-c:v", "libx264", "-preset", "ultrafast", "-x264-params", "cabac=1:deblock=0,0:aq-mode=1:keyint=250", "-crf", "21",
    "-profile:v", "high", "-pix_fmt", "yuv420p", "-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709",
    "-color_trc", "bt709",
)  # fmt: skip


def video_bytes(plan: Plan, score: Score, master: NDArray[np.int32], sound: bytes, scene: Image.Image) -> bytes:
    """The whole file. `sound` is the song as M4A, `scene` its picture without letters. Raises ToolMissing without ffmpeg."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise ToolMissing("a video needs the program ffmpeg, which is not installed: run `apt-get install ffmpeg`")
    with tempfile.TemporaryDirectory() as folder:
        heard, seen, said = (Path(folder) / name for name in ("sound.m4a", "video.mp4", "errors"))
        heard.write_bytes(sound)
        command = (
            program, "-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS),
            "-i", "pipe:0", "-i", str(heard), "-map", "0:v", "-map", "1:a", *ENCODER, "-c:a", "copy", *BITEXACT,
            "-movflags", "+faststart", "-f", "mp4", "-y", str(seen),
        )  # fmt: skip
        with said.open("wb") as errors, subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors) as encoder:
            assert encoder.stdin is not None
            try:
                for frame in frames(plan, score, master, scene):
                    encoder.stdin.write(frame.data)
                encoder.stdin.close()
            except BrokenPipeError:
                pass  # it has said why
        if encoder.returncode:
            raise ToolMissing(f"ffmpeg failed ({encoder.returncode}): {said.read_text(errors='replace').strip()[:300]}")
        return seen.read_bytes()


def frames(plan: Plan, score: Score, master: NDArray[np.int32], scene: Image.Image) -> Iterator[Bytes]:
    """Every frame in turn, as the encoder reads it; the memory is used again for the next one."""
    show = Show(plan, score, master, scene)
    for number in range(math.ceil(score.frames / SAMPLE_RATE_HZ * FPS)):
        yield show.frame(number)
