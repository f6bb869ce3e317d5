"""M4A (AAC, for phones and players that want no MP3) and Opus (the smallest at its quality), by ffmpeg, with tags and cover.

As with MP3, quantising lets peaks overshoot; where it does, the music is lowered (`ceiling`). Both begin at the song's first
sample; where the music ends, Ogg's last page says and MPEG-4's edit list (programs that ignore it play up to 1023 samples of silence
more, the rest of the last packet).
"""

from __future__ import annotations

import base64
import io
import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from mutagen import mp4
from mutagen.flac import Picture
from mutagen.oggopus import OggOpus
from numpy.typing import NDArray

from troubadour.files.ceiling import under_the_ceiling
from troubadour.files.facts import ARTIST
from troubadour.files.ffmpeg import BITEXACT, RAW, fed, ffmpeg
from troubadour.files.tags import _comment, _genre, _initial_key
from troubadour.mix.value import Pcm
from troubadour.score import Score
from troubadour.units import SAMPLE_RATE_HZ

AAC_KBITS, OPUS_KBITS = 224, 128
# the "fast" coder at 224 kbit/s is as near to the original as the slow one at 180, in a third of the time
AAC = ("-c:a", "aac", "-aac_coder", "fast", "-b:a", f"{AAC_KBITS}k", "-movflags", "+faststart", "-f", "ipod")
OPUS = ("-c:a", "libopus", "-b:a", f"{OPUS_KBITS}k", "-f", "ogg")


def m4a_bytes(pcm: Pcm) -> bytes:
    """A 24-bit mix [frames, 2] as AAC in an MPEG-4 file, its true peak under -1 dBTP."""
    return _of_length(_under_the_ceiling(pcm, AAC), len(pcm))


def _of_length(encoded: bytes, frames: int) -> bytes:
    """An MPEG-4 file of one track that says its length in frames, not in milliseconds: players stop where the music does.

    ISO/IEC 14496-12, boxes of version 0: movie header, track header, edit list.
    """
    made = bytearray(encoded)
    for box, place, values in (
        (b"mvhd", 12, (SAMPLE_RATE_HZ, frames)),
        (b"tkhd", 20, (frames,)),
        (b"elst", 8, (frames,)),
    ):
        struct.pack_into(f">{len(values)}I", made, encoded.index(box) + len(box) + place, *values)
    return bytes(made)


def opus_bytes(pcm: Pcm) -> bytes:
    """A 24-bit mix [frames, 2] as Opus in Ogg (at 48 kHz, as Opus always is), its true peak under -1 dBTP."""
    return _under_the_ceiling(pcm, OPUS)


def _under_the_ceiling(pcm: Pcm, encoder: tuple[str, ...]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:  # both containers are finished at their beginning: a real file

        def encoded(pcm: Pcm) -> Path:
            path = Path(folder) / "song"
            ffmpeg((*RAW, *BITEXACT, *encoder, "-y", str(path)), fed(pcm))
            return path

        return under_the_ceiling(pcm, encoded, decoded).read_bytes()


def decoded(path: Path) -> NDArray[np.float32]:
    """A file's audio as float32 [frames, 2] at 44.1 kHz."""
    raw = ffmpeg(("-i", str(path), "-vn", "-f", "f32le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "2", "pipe:1"), b"")
    return np.frombuffer(raw, dtype="<f4").reshape(-1, 2)


def tagged_mp4(encoded: bytes, score: Score, facts: dict[str, Any], cover_jpeg: bytes) -> bytes:
    """An MPEG-4 file, of sound or of pictures, with title, words, tempo and cover where players look for them."""
    stream = io.BytesIO(encoded)
    file = mp4.MP4(stream)
    tags = {
        "\xa9nam": [score.title], "\xa9ART": [ARTIST], "\xa9gen": [_genre(facts)], "\xa9cmt": [_comment(facts)],
        "\xa9lyr": [facts["lyrics"]], "\xa9too": [f"Troubadour {facts['version']}"],
    }  # fmt: skip
    for name, value in tags.items():
        if value[0]:
            file[name] = value
    file["tmpo"] = [round(score.tempos[0].bpm)]
    file["----:com.apple.iTunes:initialkey"] = [_initial_key(score).encode()]
    file["covr"] = [mp4.MP4Cover(cover_jpeg, imageformat=mp4.MP4Cover.FORMAT_JPEG)]
    stream.seek(0)
    file.save(stream, padding=lambda info: 0)
    return stream.getvalue()


def tagged_opus(encoded: bytes, score: Score, facts: dict[str, Any], cover_jpeg: bytes) -> bytes:
    """The Opus file with Vorbis comments and a picture in one of them."""
    stream = io.BytesIO(encoded)
    file = OggOpus(stream)
    picture = Picture()
    picture.type, picture.mime, picture.desc, picture.data = 3, "image/jpeg", "Cover", cover_jpeg
    values = {
        "title": score.title, "artist": ARTIST, "genre": _genre(facts), "bpm": str(round(score.tempos[0].bpm)),
        "key": _initial_key(score), "lyrics": facts["lyrics"], "comment": _comment(facts),
        "metadata_block_picture": base64.b64encode(picture.write()).decode(),
    }  # fmt: skip
    for name, value in values.items():
        if value:
            file[name] = [value]
    stream.seek(0)
    file.save(stream, padding=lambda info: 0)
    return stream.getvalue()
