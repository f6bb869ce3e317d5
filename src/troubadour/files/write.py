"""Write a song as files, side by side, under one safe name; nothing is ever overwritten, nothing is ever half there.

    TITLE.mp3 .wav .24bit.wav .float.wav .flac .m4a .opus .mp4 .mid .musicxml .json .lrc .jpg     TITLE.stems/NAME.wav     TITLE.dry/NAME.wav

When any file of that title is there already, all of this song's are called `TITLE 2`. A file is written beside its place
and moved there when it is complete.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from troubadour.errors import BadRequest
from troubadour.files.audio import flac_bytes, float_wav_bytes, wav_bytes
from troubadour.files.facts import ARTIST, facts
from troubadour.files.karaoke import lrc
from troubadour.files.lettering import lettered
from troubadour.files.lossy import m4a_bytes, opus_bytes, tagged_mp4, tagged_opus
from troubadour.files.midi import midi_bytes
from troubadour.files.mp3 import mp3_bytes, spliced
from troubadour.files.musicxml import musicxml_bytes
from troubadour.files.names import NAME_BYTES, safe_name
from troubadour.files.picture import jpeg, scene
from troubadour.files.tags import tagged_flac, tagged_mp3, tagged_wav
from troubadour.files.video import video_bytes
from troubadour.mix import Mix
from troubadour.mix.pcm import sixteen_bit
from troubadour.mix.splice import Patched

if TYPE_CHECKING:
    from troubadour.make import Song


@dataclass(frozen=True)
class Before:
    """What was made of a song before it was changed: of its MP3 all but the new passage stays, its cover wholly."""

    mp3: bytes | None = None
    cover: bytes | None = None


class _Sheet:
    """A song on its way to disk: what several formats need is made once."""

    def __init__(self, song: Song, timings_s: Mapping[str, float] | None, before: Before) -> None:
        self.plan, self.score, self._song, self._timings_s = song.plan, song.score, song, timings_s
        self._before = before

    @property
    def mix(self) -> Mix:
        if self._song.mix is None:
            raise BadRequest(f"a score alone has no sound: choose from {', '.join(SCORE_FORMATS)}")
        return self._song.mix

    @cached_property
    def facts(self) -> dict[str, Any]:
        sound = self._song.sound
        return facts(self.plan, self.score, self._song.stems, sound.loudness if sound else None)

    def facts_json(self) -> bytes:
        timings_s = {stage: round(seconds, 3) for stage, seconds in (self._timings_s or {}).items()}
        return (json.dumps({**self.facts, "timings_s": timings_s}, ensure_ascii=False, indent=2) + "\n").encode()

    @cached_property
    def cover(self) -> bytes:
        return self._before.cover or jpeg(lettered(self.scene, self.score.title, self.score.style))

    @cached_property
    def mp3(self) -> bytes:
        sound, before = self._song.sound, self._before.mp3
        made = None
        if isinstance(sound, Patched) and before is not None:
            made = spliced(before, sound.new.master, sound.new.start, sound.start, sound.end)
        return made or mp3_bytes(self.mix.master)

    @cached_property
    def scene(self) -> Image.Image:
        return scene(self.plan, self.score)

    @cached_property
    def m4a(self) -> bytes:
        return m4a_bytes(self.mix.master)

    def video(self) -> bytes:
        return video_bytes(self.plan, self.score, self.mix.master, self.m4a, self.scene)

    @cached_property
    def sixteen(self) -> tuple[NDArray[np.int16], dict[str, NDArray[np.int16]]]:
        return sixteen_bit(self.mix)


FILES: dict[str, tuple[str, Callable[[_Sheet], bytes]]] = {  # format: suffix, bytes
    "mp3": (".mp3", lambda s: tagged_mp3(s.mp3, s.score, s.facts, s.cover)),
    "wav": (".wav", lambda s: tagged_wav(wav_bytes(s.sixteen[0]), s.score, s.facts, s.cover)),
    "wav24": (".24bit.wav", lambda s: tagged_wav(wav_bytes(s.mix.master), s.score, s.facts, s.cover)),
    "wav32f": (".float.wav", lambda s: tagged_wav(float_wav_bytes(s.mix.master), s.score, s.facts, s.cover)),
    "flac": (".flac", lambda s: tagged_flac(flac_bytes(s.mix.master), s.score, s.facts, s.cover)),
    "m4a": (".m4a", lambda s: tagged_mp4(s.m4a, s.score, s.facts, s.cover)),
    "opus": (".opus", lambda s: tagged_opus(opus_bytes(s.mix.master), s.score, s.facts, s.cover)),
    "mp4": (".mp4", lambda s: tagged_mp4(s.video(), s.score, s.facts, s.cover)),
    "mid": (".mid", lambda s: midi_bytes(s.score)),
    "musicxml": (".musicxml", lambda s: musicxml_bytes(s.score)),
    "json": (".json", _Sheet.facts_json),
    "lrc": (".lrc", lambda s: lrc(s.score, ARTIST).encode()),
    "cover": (".jpg", lambda s: s.cover),
}
FOLDERS: dict[str, tuple[str, Callable[[_Sheet], Iterator[tuple[str, bytes]]]]] = {  # format: suffix, files inside
    "stems": (".stems", lambda s: ((f"{name}.wav", wav_bytes(pcm)) for name, pcm in s.sixteen[1].items())),
    "dry": (".dry", lambda s: ((f"{name}.wav", wav_bytes(pcm)) for name, pcm in s.mix.dry.items())),
}
FORMATS = (*FILES, *FOLDERS)
SCORE_FORMATS = ("mid", "musicxml", "json", "lrc", "cover")


def write(song: Song, folder: Path, formats: Sequence[str], stem: str | None = None,
          timings: Mapping[str, float] | None = None, before: Before = Before()) -> dict[str, Path]:  # fmt: skip
    """Write a song's files into `folder` (made if missing) and return where each format lies.

    `stem` replaces the title as their common name. `timings`, seconds per stage, are read when all else is written. `before` is
    used again where it holds. Raises BadRequest for an unknown format and for sound that the song
    does not have, ToolMissing without ffmpeg.
    """
    return _write(_Sheet(song, timings, before), folder, formats, stem)


def _write(sheet: _Sheet, folder: Path, formats: Sequence[str], stem: str | None) -> dict[str, Path]:
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise BadRequest(f"unknown format {unknown[0]!r}: choose from {', '.join(FORMATS)}")
    folder.mkdir(parents=True, exist_ok=True)
    name = free_name(folder, safe_name(stem if stem is not None else sheet.score.title))
    written = {}
    for chosen in sorted(dict.fromkeys(formats), key=lambda form: form == "json"):  # the facts tell how long the others took
        if chosen in FILES:
            suffix, made = FILES[chosen]
            written[chosen] = _placed(folder / f"{name}{suffix}", made(sheet))
        else:
            suffix, inside = FOLDERS[chosen]
            written[chosen] = _placed_folder(folder / f"{name}{suffix}", inside(sheet))
    return {chosen: written[chosen] for chosen in formats}


def free_name(folder: Path, name: str) -> str:
    """`name`, or `name 2`, `name 3` … : the first under which the folder holds nothing of a song."""
    suffixes = [suffix for suffix, _ in (*FILES.values(), *FOLDERS.values())]
    number, candidate = 1, name
    while any((folder / f"{candidate}{suffix}").exists() for suffix in suffixes):
        number += 1
        ending, kept = f" {number}", name
        while len((kept + ending).encode()) > NAME_BYTES:
            kept = kept[:-1]
        candidate = kept + ending
    return candidate


def _placed(path: Path, data: bytes) -> Path:
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(data)
    os.replace(beside, path)
    return path


def _placed_folder(path: Path, files: Iterator[tuple[str, bytes]]) -> Path:
    beside = path.with_name(f".{path.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    for name, data in files:
        (beside / name).write_bytes(data)
    os.replace(beside, path)
    return path
