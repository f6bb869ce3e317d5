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
MP3_EFFORT = ("-compression_level", "5")  # measured: as near to the original as ffmpeg's own 3, in 0.8 of its time
SOUNDFILE_192_KBITS = 0.4  # libsndfile's compression level for it
WITHOUT_FFMPEG = "ffmpeg is missing: MP3s take longer, and M4A, Opus and video cannot be made; run `apt-get install ffmpeg`"
BITEXACT = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-threads", "1")


def _ffmpeg(arguments: tuple[str, ...], data: bytes) -> bytes:
    """Run ffmpeg from bytes to bytes. Raises ToolMissing when it is not installed."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise ToolMissing("this format needs the program ffmpeg, which is not installed: run `apt-get install ffmpeg`")
    done = subprocess.run([program, "-v", "error", "-nostdin", *arguments], input=data, capture_output=True, check=False)
    if done.returncode:
        raise ToolMissing(f"ffmpeg failed ({done.returncode}): {done.stderr.decode(errors='replace').strip()[:300]}")
    return done.stdout


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
        level = gain(-turned_down_db) * 256.0  # 24 bits of 32
        encoded = _encoded(np.rint(pcm * level).astype("<i4"), kbits)
        over_db = true_peak_dbtp(decoded_mp3(encoded)) - MP3_CEILING_DBTP
        if over_db <= 0.0:
            break
        turned_down_db += over_db + MARGIN_DB
    return encoded


def has_ffmpeg() -> bool:
    """Whether the program is installed."""
    return shutil.which("ffmpeg") is not None


def _encoded(samples: NDArray[np.int32], kbits: int) -> bytes:
    if not has_ffmpeg():
        out = io.BytesIO()
        soundfile.write(out, samples, SAMPLE_RATE_HZ, format="MP3", subtype="MPEG_LAYER_III", bitrate_mode="CONSTANT",
                        compression_level=SOUNDFILE_192_KBITS)  # fmt: skip
        return out.getvalue()
    # The Info tag is written last, over a place that was kept free: that needs a real file.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "song.mp3"
        _ffmpeg(("-f", "s32le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "2", "-i", "pipe:0", *BITEXACT, "-c:a", "libmp3lame",
                 *MP3_EFFORT, "-b:a", f"{kbits}k", "-id3v2_version", "0", "-write_xing", "1", "-f", "mp3", str(path)), samples.tobytes())  # fmt: skip
        return path.read_bytes()


def decoded_mp3(encoded: bytes) -> NDArray[np.float32]:
    """An MP3's audio as float32 [frames, 2], without the encoder's padding."""
    if not has_ffmpeg():
        return np.asarray(soundfile.read(io.BytesIO(encoded), dtype="float32", always_2d=True)[0], np.float32)
    raw = _ffmpeg(("-f", "mp3", "-i", "pipe:0", "-f", "f32le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "2", "pipe:1"), encoded)
    return np.frombuffer(raw, dtype="<f4").reshape(-1, 2)


def waveform(pcm: NDArray[np.integer], points: int = 800) -> list[float]:
    """Peaks for a player's waveform: the largest |sample| of each of `points` equal stretches, 0-1."""
    full = 2.0**15 if pcm.dtype == np.int16 else 2.0**23
    edges = np.linspace(0, len(pcm), points + 1).astype(int)
    stretches = (np.abs(pcm[a : max(b, a + 1)]).max(initial=0) for a, b in pairwise(edges))
    return [round(float(peak) / full, 4) for peak in stretches]
