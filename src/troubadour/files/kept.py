"""A finished mix, put away so that nothing need be rendered again: pieces of two seconds, beside the desk's settings.

    desk.json    pieces/00000.zip  00001.zip  …     in each: stems/NAME.flac  dry/NAME.flac, those that sound in it

Reading gives back every sample: FLAC is lossless, and the master is the sum of the stems. A piece knows nothing of its song
or its place: where an edit changes a few bars, all other pieces are the source's own, and only those it touches are read and
written.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import soundfile
from pydantic import TypeAdapter

from troubadour.mix import Desk, Loudness, Mix
from troubadour.mix.splice import PIECE_FRAMES, Patched, Stretch
from troubadour.mix.value import Pcm
from troubadour.tape import Tape
from troubadour.units import SAMPLE_RATE_HZ

VERSION = 3
DESK_FILE = "desk.json"
STEMS, DRY = "stems", "dry"
COMPRESSION = 0.125  # measured: as quick as none, a twelfth smaller; more makes it no smaller
BITS_24_IN_32 = 8
NO_DATE = (1980, 1, 1, 0, 0, 0)  # equal pieces are equal bytes

Piece = Callable[[int], bytes]


@dataclass(frozen=True)
class Facts:
    """What is kept beside the samples: the desk, what the record owes and says, the files that were made of it."""

    version: int
    frames: int
    loudness: Loudness
    desk: Desk
    credits: tuple[str, ...]
    notes: tuple[str, ...]
    stems: Mapping[str, int]  # name: channels
    dry: Mapping[str, int]
    files: Mapping[str, str] = field(default_factory=dict)  # format: name


def facts_of(sound: Mix | Patched, credits: tuple[str, ...], notes: tuple[str, ...], files: Mapping[str, str]) -> Facts:
    """What is to be kept beside a mix."""
    if isinstance(sound, Patched):
        frames, stems, dry = sound.old.frames, _channels(sound.new.stems), _channels(sound.new.dry)
        if isinstance(sound.old, KeptReel):
            stems, dry = {**sound.old.facts.stems, **stems}, {**sound.old.facts.dry, **dry}
    else:
        frames, stems, dry = len(sound.master), _channels(sound.stems), _channels(sound.dry)
    return Facts(VERSION, frames, sound.loudness, sound.desk, credits, notes, stems, dry, files)


def facts_json(facts: Facts) -> bytes:
    """The facts as `desk.json` holds them."""
    return TypeAdapter(Facts).dump_json(facts)


def kept_facts(text: str | bytes) -> Facts | None:
    """The facts in `desk.json`; None when another version wrote them."""
    if json.loads(text).get("version") != VERSION:
        return None
    return TypeAdapter(Facts).validate_json(text)


def piece_name(number: int) -> str:
    """What a piece is called."""
    return f"pieces/{number:05d}.zip"


def piece_count(frames: int) -> int:
    """How many pieces a mix has."""
    return -(-frames // PIECE_FRAMES)


def stretches(mix: Mix) -> Iterator[Stretch]:
    """A mix, piece by piece."""
    for start in range(0, len(mix.master), PIECE_FRAMES):
        end = min(start + PIECE_FRAMES, len(mix.master))
        stems, dry = ({name: group[name][start:end] for name in group} for group in (mix.stems, mix.dry))
        yield Stretch(start, end, stems, dry)


def pieces_outside(sound: Patched) -> Iterator[str]:
    """The names of the pieces that a new passage leaves as they are."""
    first, after = sound.new.start // PIECE_FRAMES, piece_count(sound.new.end)
    return (piece_name(number) for number in range(piece_count(sound.old.frames)) if not first <= number < after)


def pieces_of(stretch: Stretch) -> Iterator[tuple[str, bytes]]:
    """The pieces of a stretch that begins with one, by name."""
    for start in range(stretch.start, stretch.end, PIECE_FRAMES):
        yield piece_name(start // PIECE_FRAMES), _packed(stretch.part(start, min(start + PIECE_FRAMES, stretch.end)))


@dataclass(frozen=True)
class KeptReel:
    """A kept mix, read piece by piece. `folder` says where it lies to those who put it there."""

    facts: Facts
    piece: Piece
    folder: str = ""

    @property
    def frames(self) -> int:
        """How long it is."""
        return self.facts.frames

    @property
    def desk(self) -> Desk:
        """The settings it was mixed with."""
        return self.facts.desk

    @property
    def loudness(self) -> Loudness:
        """What was measured of it."""
        return self.facts.loudness

    def stretch(self, start: int, end: int) -> Stretch:
        """What sounds between two frames."""
        groups: dict[str, dict[str, Pcm]] = {STEMS: {}, DRY: {}}
        for at, group, name, pcm in self._tracks(start, end):
            track = groups[group].setdefault(name, np.zeros((end - start, pcm.shape[1]), np.int32))
            track[at - start : at - start + len(pcm)] = pcm
        return Stretch(start, end, groups[STEMS], groups[DRY])

    def mix(self) -> Mix:
        """All of it, its tracks on tape."""
        stems, dry = Tape(), Tape()
        for tape, names in ((stems, self.facts.stems), (dry, self.facts.dry)):
            for name, channels in names.items():
                tape.new(name, (self.frames, channels), np.int32)
        master = np.zeros((self.frames, 2), np.int32)
        for at, group, name, pcm in self._tracks(0, self.frames):
            (stems if group == STEMS else dry)[name][at : at + len(pcm)] = pcm
            if group == STEMS:
                master[at : at + len(pcm)] += pcm
        return Mix(master, stems, self.desk, self.loudness, dry)

    def _tracks(self, start: int, end: int) -> Iterator[tuple[int, str, str, Pcm]]:
        """What sounds between two frames: its first frame, its group, its name, its samples."""
        for number in range(start // PIECE_FRAMES, piece_count(end)):
            first = number * PIECE_FRAMES
            skipped = max(0, start - first)
            with zipfile.ZipFile(io.BytesIO(self.piece(number))) as packed:
                for entry in packed.namelist():
                    group, _, name = entry.removesuffix(".flac").partition("/")
                    yield first + skipped, group, name, _read(packed.read(entry))[skipped : end - first]


def _channels(tracks: Mapping[str, Pcm]) -> dict[str, int]:
    return {name: tracks[name].shape[1] for name in tracks}


def _packed(stretch: Stretch) -> bytes:
    """A piece; what is silent in it is left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for group, tracks in ((STEMS, stretch.stems), (DRY, stretch.dry)):
            for name, pcm in tracks.items():
                if pcm.any():
                    packed.writestr(zipfile.ZipInfo(f"{group}/{name}.flac", NO_DATE), _flac(pcm))
    return out.getvalue()


def _flac(pcm: Pcm) -> bytes:
    out = io.BytesIO()
    samples = np.left_shift(pcm, BITS_24_IN_32)
    soundfile.write(out, samples, SAMPLE_RATE_HZ, "PCM_24", format="FLAC", compression_level=COMPRESSION)
    return out.getvalue()


def _read(data: bytes) -> Pcm:
    samples, _ = soundfile.read(io.BytesIO(data), dtype="int32", always_2d=True)
    return np.asarray(np.right_shift(samples, BITS_24_IN_32, out=samples), np.int32)
