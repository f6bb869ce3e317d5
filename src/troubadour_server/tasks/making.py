"""What a clip's command makes, inside the child: a song, an edit of songs, or a song's stems.

A command makes one clip or several: a song and the part of it that is new (`auto_concat`), a stem for each voice. The first
is the clip that was ordered; the others get ids that follow from its own, so that a repetition after a crash makes the same.
Every song's values are put away with its files, so that what is asked of it later renders nothing again.
"""

from __future__ import annotations

import json
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from troubadour import codec
from troubadour.brief import Request
from troubadour.edit import Extend, Join, Replace
from troubadour.edit.apply import edit
from troubadour.edit.replace import part_of
from troubadour.edit.source import Source, source_of
from troubadour.edit.unmix import unmixed
from troubadour.errors import BadRequest
from troubadour.files.audio import wav_bytes
from troubadour.files.kept import KeptReel
from troubadour.files.mp3 import mp3_bytes
from troubadour.files.picture import cover_jpeg
from troubadour.files.write import Before, write
from troubadour.make import Song, make
from troubadour.mix.splice import Patched
from troubadour.mix.split import split
from troubadour_server.storage.blobs import Blobs, Stored
from troubadour_server.storage.pieces import put_piece
from troubadour_server.storage.shelf import made_before, open_source, put_song, stage_key
from troubadour_server.tasks.order import Split

T = TypeVar("T")
Tell = Callable[[str, float], None]

PEAKS, PEAKS_FILE = 1200, "peaks.json"
INSTRUMENTAL = "[Instrumental]"
STEM_NAMES = {"vocals": "Vocals", "instrumental": "Instrumental", "backing_vocals": "Backing Vocals"}


@dataclass(frozen=True)
class Job:
    """A clip's order as the child gets it: the command, the folders of the songs it is done to, where the clip's files go."""

    clip_id: str
    command: Any
    sources: tuple[str, ...]  # folders; of a continuation: the song, its continuations in order
    at_s: tuple[float, ...]
    joined: bool  # the whole song as a second clip
    folder: str
    formats: tuple[str, ...]
    scratch: Path
    tell: Tell = field(compare=False)
    playable: Callable[[dict[str, Any]], None] = field(default=lambda facts: None, compare=False)


class SavedStages:
    """The server's `keep`: loads what a stage made before, or runs it and saves what it made."""

    def __init__(self, blobs: Blobs, folder: str, tell: Tell) -> None:
        self.seconds: dict[str, float] = {}
        self.values: dict[str, Any] = {}  # of the stages that can be written down
        self._blobs, self._folder, self._tell = blobs, folder, tell

    def __call__(self, name: str, kind: type[T], work: Callable[[], T]) -> T:
        """The value of the stage."""
        self._tell(name, 0.0)
        if kind.__name__ not in codec.VERSIONS:
            return self._timed(name, work)
        key = stage_key(self._folder, name)
        saved = self._blobs.get_text(key)
        if saved is not None:
            try:
                self.values[name] = codec.loads(saved, kind)
            except (BadRequest, ValueError):  # written by another version: made anew
                pass
            else:
                return cast(T, self.values[name])
        value = self.values[name] = self._timed(name, work)
        self._blobs.put_text(key, codec.dumps(value))
        return value

    def _timed(self, name: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        value = work()
        self.seconds[name] = round(time.perf_counter() - began, 3)
        return value


class Heard:
    """Puts the sound of a song away while it is made, and says when the first of it is there."""

    def __init__(self, blobs: Blobs, job: Job, stages: SavedStages) -> None:
        self._blobs, self._job, self._stages, self._number = blobs, job, stages, 0

    def __call__(self, piece: Any, last: bool) -> None:
        """The next samples."""
        put_piece(self._blobs, self._job.clip_id, self._number, piece.tobytes(), last)
        if self._number == 0:
            self._job.playable(told(Song(self._stages.values["plan"], self._stages.values["score"])))
        self._number += 1


def make_clips(blobs: Blobs, job: Job) -> list[dict[str, Any]]:
    """Everything that the job's command makes, put away; what the service must know of each clip, the ordered one first."""
    if isinstance(job.command, Request):
        keep = SavedStages(blobs, job.folder, job.tell)
        song = make(job.command, keep, job.tell, Heard(blobs, job, keep))
        return [put_away(blobs, job, 0, song, seconds=keep.seconds)]
    sources = [open_source(blobs, folder, job.scratch) for folder in job.sources]
    if isinstance(job.command, Split):
        return list(_stems(blobs, job, sources[0]))
    command = Join(job.at_s) if isinstance(job.command, Join) else job.command
    song = edit(command, sources, job.at_s, job.tell)
    return [put_away(blobs, job, place, each, sources[0]) for place, each in enumerate(_with_whole(job, sources, song))]


def _with_whole(job: Job, sources: Sequence[Source], song: Song) -> Iterator[Song]:
    """The song alone; or, joined: the new part, then the whole."""
    if job.joined and isinstance(job.command, Extend):
        yield song
        yield edit(Join((*job.at_s, job.command.at_s)), [*sources, source_of(song)], (), job.tell)
    elif job.joined and isinstance(job.command, Replace):
        yield part_of(sources[0], song, job.command)
        yield song
    else:
        yield song


def clip_id_of(clip_id: str, place: int) -> str:
    """The id of the clip that a job makes at `place`: its own, then ids that follow from it."""
    return clip_id if place == 0 else str(uuid.uuid5(uuid.UUID(clip_id), str(place)))


def put_away(
    blobs: Blobs, job: Job, place: int, song: Song, source: Source | None = None, seconds: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """A song's values and files, put away; what the service must know of it. What its source has and it keeps is used again."""
    job.tell("files", 0.0)
    id, folder = _place(job, place)
    before = made_before(blobs, song, source) if source else Before()
    with tempfile.TemporaryDirectory(dir=job.scratch, prefix="song-") as there:
        paths = write(song, Path(there), job.formats, timings=seconds, before=before)
        files = _stored(blobs, folder, Path(there), paths, _peaks(blobs, song))
    put_song(blobs, folder, song, {kind: each["name"] for kind, each in files.items()})
    return {"id": id, **told(song), "files": files}


def _peaks(blobs: Blobs, song: Song) -> list[float]:
    """A song's waveform; where only a passage is new, the rest of it is its source's."""
    sound = song.sound
    if isinstance(sound, Patched) and isinstance(sound.old, KeptReel):
        known = blobs.get_text(f"{sound.old.folder}/{PEAKS_FILE}")
        if known is not None:
            return peaks_around(sound.new.master, sound.new.start, sound.old.frames, json.loads(known))
    return peaks_of(song.mix.master if song.mix else [])


def _place(job: Job, place: int) -> tuple[str, str]:
    id = clip_id_of(job.clip_id, place)
    return id, job.folder if place == 0 else f"{job.folder.rpartition('/')[0]}/{id}"


def _stems(blobs: Blobs, job: Job, source: Source) -> Iterator[dict[str, Any]]:
    """A clip for each stem, 16-bit, adding up to the song's WAV exactly."""
    job.tell("stems", 0.0)
    stems = split(source.mix(), job.command.kind) if source.heard is None else unmixed(source, job.command.kind)
    facts = told(Song(source.plan, source.score))
    cover = cover_jpeg(source.plan, source.score)
    for place, (name, pcm) in enumerate(stems.items()):
        job.tell("files", place / len(stems))
        id, folder = _place(job, place)
        label = STEM_NAMES.get(name, name.replace("_", " ").title())
        with tempfile.TemporaryDirectory(dir=job.scratch, prefix="stem-") as there:
            made = {"mp3": mp3_bytes(pcm.astype("int32") << 8), "wav": wav_bytes(pcm), "cover": cover}
            paths = {kind: Path(there) / f"{name}.{'jpg' if kind == 'cover' else kind}" for kind in made}
            for kind, path in paths.items():
                path.write_bytes(made[kind])
            files = _stored(blobs, folder, Path(there), paths, peaks_of(pcm, 2.0**15))
        yield {**facts, "id": id, "title": f"{facts['title']} - {label}", "stem_type": name, "files": files}


def _stored(
    blobs: Blobs, folder: str, there: Path, paths: Mapping[str, Path], waveform: Sequence[float]
) -> dict[str, dict[str, Any]]:
    peaks = there / PEAKS_FILE
    peaks.write_text(json.dumps(waveform), encoding="utf-8")
    kept = {kind: path for kind, path in {**paths, "peaks": peaks}.items() if path.is_file()}
    return {kind: vars(stored(blobs, folder, path)) for kind, path in kept.items()}


def stored(blobs: Blobs, folder: str, path: Path) -> Stored:
    """A file, put away under the clip's folder."""
    return blobs.put_file(f"{folder}/{path.name}", path)


def told(song: Song) -> dict[str, Any]:
    """A song's facts that the lists of songs show."""
    brief, score = song.plan.brief, song.score
    styles = ", ".join([*(style.replace("_", " ") for style, _ in brief.styles), *brief.moods])
    return {
        "title": score.title,
        "tags": brief.request.tags or styles,
        "lyrics": INSTRUMENTAL if brief.lyrics is None else brief.lyrics.text,
        "duration_s": score.frames / 44_100,
    }


def peaks_of(master: Any, full_scale: float = 2.0**23) -> list[float]:
    """Largest absolute values of the master, mono, in equal pieces, 0-1: what a waveform is drawn from."""
    import numpy as np

    if not len(master):
        return [0.0]
    largest = np.maximum.reduceat(np.asarray(master), _edges(len(master))[:-1])
    smallest = np.minimum.reduceat(np.asarray(master), _edges(len(master))[:-1])
    return _shares(np.maximum(largest.astype(np.int64), -smallest.astype(np.int64)).max(axis=1), full_scale)


def peaks_around(part: Any, start: int, frames: int, known: Sequence[float]) -> list[float]:
    """The waveform of a song of `frames`, of which `part` is new from frame `start` on."""
    import numpy as np

    edges = _edges(frames)
    first, last = int(np.searchsorted(edges, start)), int(np.searchsorted(edges, start + len(part), "right")) - 1
    loud = np.abs(np.asarray(part)).max(axis=1)
    new = _shares(np.maximum.reduceat(loud[: edges[last] - start], edges[first:last] - start), 2.0**23)
    return [*known[:first], *new, *known[last:]]


def _edges(frames: int) -> Any:
    """The first frame of each piece of a waveform, and its end."""
    import numpy as np

    return np.linspace(0, frames, min(PEAKS, frames) + 1).astype(int)


def _shares(values: Any, full_scale: float) -> list[float]:
    return [round(float(value) / full_scale, 4) for value in values]
