"""Audio files: WAV and FLAC by libsndfile, MP3 by ffmpeg's LAME (with the Info tag that makes it decode to the exact length),
or by libsndfile's, two to three times as slow, where there is no ffmpeg.

An MP3 is not its WAV: quantising in the frequency domain lets peaks overshoot. So a finished MP3 is decoded and its true
peak measured; where it passes -1 dBTP it is made again, lower by as much.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from troubadour.errors import ToolMissing
from troubadour.mix.loudness import true_peak_dbtp
from troubadour.units import SAMPLE_RATE_HZ, gain

MP3_KBITS = 192
MP3_CEILING_DBTP = -1.0
MARGIN_DB = 0.05
RETRIES = 3
PIECE_FRAMES = 1 << 18
MP3_EFFORT = ("-compression_level", "5")  # measured: as near to the original as ffmpeg's own 3, in 0.8 of its time
SOUNDFILE_192_KBITS = 0.4  # libsndfile's compression level for it
WITHOUT_FFMPEG = "ffmpeg is missing: MP3s take longer, and M4A, Opus and video cannot be made; run `apt-get install ffmpeg`"
BITEXACT = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-threads", "1")


def _ffmpeg(arguments: tuple[str, ...], data: bytes | Iterator[bytes]) -> bytes:
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


def scaled(pcm: NDArray[np.int32], gain: float) -> Iterator[bytes]:
    """24-bit samples as 32-bit ones, at another level, in pieces: a whole song of them is 21 MB a minute."""
    for start in range(0, len(pcm), PIECE_FRAMES):
        yield np.rint(pcm[start : start + PIECE_FRAMES] * (gain * 256.0)).astype("<i4").tobytes()


def wav_bytes(pcm: NDArray[np.integer]) -> bytes:
    """int16 as a 16-bit WAV file, int32 (24-bit numbers) as a 24-bit one."""
    return _by_soundfile(pcm, "WAV")


def flac_bytes(pcm: NDArray[np.integer]) -> bytes:
    """int16 as 16-bit FLAC, int32 (24-bit numbers) as 24-bit."""
    return _by_soundfile(pcm, "FLAC")


def _by_soundfile(pcm: NDArray[np.integer], container: str) -> bytes:
    out = io.BytesIO()
    if pcm.dtype == np.int16:
        soundfile.write(out, pcm, SAMPLE_RATE_HZ, format=container, subtype="PCM_16")
    else:
        soundfile.write(out, np.asarray(pcm, dtype=np.int32) << 8, SAMPLE_RATE_HZ, format=container, subtype="PCM_24")
    return out.getvalue()


def mp3_bytes(pcm: NDArray[np.int32], kbits: int = MP3_KBITS) -> bytes:
    """A 24-bit mix [frames, 2] as MP3; decodes to the same number of frames, its true peak under -1 dBTP."""
    turned_down_db = 0.0
    for _ in range(RETRIES):
        encoded = _encoded(scaled(pcm, gain(-turned_down_db)), kbits)
        over_db = true_peak_dbtp(decoded_mp3(encoded)) - MP3_CEILING_DBTP
        if over_db <= 0.0:
            break
        turned_down_db += over_db + MARGIN_DB
    return encoded


def has_ffmpeg() -> bool:
    """Whether the program is installed."""
    return shutil.which("ffmpeg") is not None


def _encoded(pieces: Iterator[bytes], kbits: int) -> bytes:
    if not has_ffmpeg():
        samples = np.frombuffer(b"".join(pieces), "<i4").reshape(-1, 2)
        out = io.BytesIO()
        soundfile.write(out, samples, SAMPLE_RATE_HZ, format="MP3", subtype="MPEG_LAYER_III", bitrate_mode="CONSTANT",
                        compression_level=SOUNDFILE_192_KBITS)  # fmt: skip
        return out.getvalue()
    # The Info tag is written last, over a place that was kept free: that needs a real file.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "song.mp3"
        _ffmpeg(("-f", "s32le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "2", "-i", "pipe:0", *BITEXACT, "-c:a", "libmp3lame",
                 *MP3_EFFORT, "-b:a", f"{kbits}k", "-id3v2_version", "0", "-write_xing", "1", "-f", "mp3", str(path)), pieces)  # fmt: skip
        return path.read_bytes()


def decoded_mp3(encoded: bytes) -> NDArray[np.float32]:
    """An MP3's audio as float32 [frames, 2], without the encoder's padding."""
    if not has_ffmpeg():
        return np.asarray(soundfile.read(io.BytesIO(encoded), dtype="float32", always_2d=True)[0], np.float32)
    with tempfile.NamedTemporaryFile() as file:  # mapped, not read: the whole need not be in memory
        _ffmpeg(("-f", "mp3", "-i", "pipe:0", "-f", "f32le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "2", "-y", file.name), encoded)
        if not Path(file.name).stat().st_size:
            return np.zeros((0, 2), np.float32)
        return np.memmap(file.name, "<f4", "r").reshape(-1, 2)


def waveform(pcm: NDArray[np.integer], points: int = 800) -> list[float]:
    """Peaks for a player's waveform: the largest |sample| of each of `points` equal stretches, 0-1."""
    full = 2.0**15 if pcm.dtype == np.int16 else 2.0**23
    edges = np.linspace(0, len(pcm), points + 1).astype(int)
    stretches = (np.abs(pcm[a : max(b, a + 1)]).max(initial=0) for a, b in pairwise(edges))
    return [round(float(peak) / full, 4) for peak in stretches]
