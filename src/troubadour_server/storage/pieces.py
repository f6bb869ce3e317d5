"""The sound of a song that is being made, in pieces: raw 16-bit stereo, in order, for whoever listens while it grows.

    streams/CLIP/00000.pcm  00001.pcm  …  end     `end` holds the number of pieces, once all are there

A while after the song is finished, when nobody can still be following it, they are removed.
"""

from __future__ import annotations

import shutil

from troubadour_server.storage.blobs import Blobs

FOLDER = "streams"
ENCODER = (  # of pieces into MP3, as they come
    "ffmpeg", "-v", "error", "-nostdin", "-probesize", "32", "-analyzeduration", "0", "-f", "s16le", "-ar", "44100", "-ac", "2",
    "-i", "pipe:0", "-threads", "1", "-c:a", "libmp3lame", "-compression_level", "7", "-b:a", "192k", "-write_xing", "0",
    "-id3v2_version", "0", "-flush_packets", "1", "-f", "mp3", "pipe:1",
)  # fmt: skip
KEPT_S = 120.0  # after the song has ended


def put_piece(blobs: Blobs, clip_id: str, number: int, data: bytes, last: bool) -> None:
    """Puts the next piece away."""
    blobs.put_bytes(_key(clip_id, number), data)
    if last:
        blobs.put_text(_end(clip_id), str(number + 1))


def get_piece(blobs: Blobs, clip_id: str, number: int) -> bytes | None:
    """A piece, if it is there yet."""
    return blobs.get_bytes(_key(clip_id, number))


def is_end(blobs: Blobs, clip_id: str, number: int) -> bool:
    """All pieces before this number are all there are."""
    return blobs.get_text(_end(clip_id)) == str(number)


def remove_pieces(blobs: Blobs, clip_id: str) -> None:
    """Removes all pieces of a song."""
    blobs.remove(_end(clip_id))
    number = 0
    while blobs.has(_key(clip_id, number)):
        blobs.remove(_key(clip_id, number))
        number += 1


def remove_all(blobs: Blobs) -> None:
    """Removes what an earlier run of the server left behind, where files lie in a folder of its own."""
    place = blobs.path_of(FOLDER)
    if place is not None:
        shutil.rmtree(place, ignore_errors=True)


def _key(clip_id: str, number: int) -> str:
    return f"{FOLDER}/{clip_id}/{number:05d}.pcm"


def _end(clip_id: str) -> str:
    return f"{FOLDER}/{clip_id}/end"
