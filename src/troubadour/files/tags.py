"""Tags in the audio files: who, what, how fast, in which key, the words (with their times), chapters, cover, provenance."""

from __future__ import annotations

import io
import struct
from typing import Any

from mutagen import flac, id3, wave
from mutagen.mp3 import MP3

from troubadour.files.facts import ARTIST
from troubadour.files.names import is_minor, spelled
from troubadour.score import Score


def _comment(facts: dict[str, Any]) -> str:
    made = f"Made by Troubadour {facts['version']}, seed {facts['seed']}, take {facts['take']}."
    return " ".join([made, *facts["credits"]])


def _genre(facts: dict[str, Any]) -> str:
    return ", ".join(style.replace("_", " ").title() for style in facts["styles"])


def _initial_key(score: Score) -> str:
    return spelled(score.key.tonic, score.key) + ("m" if is_minor(score.key) else "")


def tagged_mp3(encoded: bytes, score: Score, facts: dict[str, Any], cover_jpeg: bytes) -> bytes:
    """The MP3 with an ID3v2.3 tag in front (the version that every player reads)."""
    out = io.BytesIO(encoded)
    _id3(id3.ID3(), score, facts, cover_jpeg).save(out, v1=0, v2_version=3, padding=lambda info: 0)
    return out.getvalue()


def _info(score: Score, facts: dict[str, Any]) -> dict[str, str]:
    """RIFF's own names: https://www.recordingblogs.com/wiki/list-chunk-of-a-wave-file."""
    program = f"Troubadour {facts['version']}"
    return {"INAM": score.title, "IART": ARTIST, "IGNR": _genre(facts), "ICMT": _comment(facts), "ISFT": program}


def tagged_wav(encoded: bytes, score: Score, facts: dict[str, Any], cover_jpeg: bytes) -> bytes:
    """The WAV with its names in a LIST chunk, for those who read no more, and the whole ID3 tag in a chunk of its own."""
    names = b"INFO" + b"".join(_chunk(name.encode(), text.encode() + b"\0") for name, text in _info(score, facts).items())
    with_names = encoded + _chunk(b"LIST", names)
    stream = io.BytesIO(with_names[:4] + struct.pack("<I", len(with_names) - 8) + with_names[8:])
    file = wave.WAVE(stream)
    file.add_tags()
    _id3(file.tags, score, facts, cover_jpeg)
    stream.seek(0)
    file.save(stream, v2_version=3, padding=lambda info: 0)
    return stream.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    """A RIFF chunk; one of odd length is followed by a byte of nothing."""
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _id3(tag: id3.ID3, score: Score, facts: dict[str, Any], cover_jpeg: bytes) -> id3.ID3:
    """All that is known of the song, in the frames of ID3v2.3."""
    text = {"encoding": id3.Encoding.UTF16}
    tag.add(id3.TIT2(**text, text=score.title))
    tag.add(id3.TPE1(**text, text=ARTIST))
    tag.add(id3.TCON(**text, text=_genre(facts)))
    tag.add(id3.TBPM(**text, text=str(round(score.tempos[0].bpm))))
    tag.add(id3.TKEY(**text, text=_initial_key(score)))
    tag.add(id3.TLEN(**text, text=str(round(facts["duration"] * 1000))))
    tag.add(id3.TSSE(**text, text=f"Troubadour {facts['version']}"))
    tag.add(id3.COMM(**text, lang="eng", desc="", text=_comment(facts)))
    if facts["lyrics"]:
        tag.add(id3.USLT(**text, lang="eng", desc="", text=facts["lyrics"]))
    sung = [(word["text"] + " ", round(word["start_s"] * 1000)) for word in facts["words"] if word["part"] == "vocals"]
    if sung:
        tag.add(id3.SYLT(**text, lang="eng", format=2, type=1, desc="", text=sung))
    names = []
    for k, section in enumerate(facts["sections"]):
        names.append(f"section{k}")
        times = (round(section["start_s"] * 1000), round(section["end_s"] * 1000))
        tag.add(id3.CHAP(element_id=names[-1], start_time=times[0], end_time=times[1], start_offset=0xFFFFFFFF,
                         end_offset=0xFFFFFFFF, sub_frames=[id3.TIT2(**text, text=section["name"])]))  # fmt: skip
    if names:
        flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
        tag.add(id3.CTOC(element_id="form", flags=flags, child_element_ids=names, sub_frames=[]))
    tag.add(id3.APIC(encoding=id3.Encoding.LATIN1, mime="image/jpeg", type=3, desc="Cover", data=cover_jpeg))
    return tag


def tagged_flac(encoded: bytes, score: Score, facts: dict[str, Any], cover_jpeg: bytes) -> bytes:
    """The FLAC with Vorbis comments and a picture."""
    stream = io.BytesIO(encoded)
    file = flac.FLAC(stream)
    values = {
        "title": score.title, "artist": ARTIST, "genre": _genre(facts), "bpm": str(round(score.tempos[0].bpm)),
        "key": _initial_key(score), "lyrics": facts["lyrics"], "comment": _comment(facts),
    }  # fmt: skip
    for name, value in values.items():
        if value:
            file[name] = value
    picture = flac.Picture()
    picture.type, picture.mime, picture.desc, picture.data = 3, "image/jpeg", "Cover", cover_jpeg
    file.add_picture(picture)
    stream.seek(0)
    file.save(stream, padding=lambda info: 0)
    return stream.getvalue()


def read_mp3(path: str) -> MP3:
    """A tagged MP3, opened."""
    return MP3(path)
