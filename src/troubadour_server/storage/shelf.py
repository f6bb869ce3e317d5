"""Finished songs as values: a clip's plan, score and mix under its folder, so that nothing is rendered twice.

    stages/plan.json  stages/score.json     by `troubadour.codec`
    kept/desk.json  kept/pieces/…                by `troubadour.files.kept`

A recording that was brought here has stages/analysis.json instead (what was heard in it), analysis.json, which says that to
people and names its sound, and that sound as FLAC.

This module is imported by the children that make music; it needs the musician.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import soundfile

from troubadour import codec
from troubadour.edit.heard import heard_by_edits
from troubadour.edit.recording import along, source_of_recording
from troubadour.edit.source import Source, is_taped
from troubadour.errors import BadRequest
from troubadour.files.kept import (
    DESK_FILE,
    KeptReel,
    facts_json,
    facts_of,
    kept_facts,
    piece_name,
    pieces_of,
    pieces_outside,
    stretches,
)
from troubadour.files.write import Before
from troubadour.listen import Analysis
from troubadour.make import Song
from troubadour.mix.splice import Patched, Stretch
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.stems import Audio
from troubadour_server.storage.blobs import Blobs

T = TypeVar("T")

STAGES, KEPT, ANALYSIS = "stages", "kept", "analysis.json"
GONE = "the source song was made by another version of this server and cannot be edited any more: make it again"


def stage_key(folder: str, name: str) -> str:
    """Where the value of a stage lies."""
    return f"{folder}/{STAGES}/{name}.json"


def put_song(blobs: Blobs, folder: str, song: Song, files: Mapping[str, str] | None = None) -> None:
    """Puts a finished song's plan, score and mix away; `files` names what was made of it, by format.

    Of a song of which only a passage is new, the pieces outside it are those of its source.
    """
    blobs.put_text(stage_key(folder, "plan"), codec.dumps(song.plan))
    blobs.put_text(stage_key(folder, "score"), codec.dumps(song.score))
    sound = song.sound
    if sound is None:
        return
    if isinstance(sound, Patched) and isinstance(sound.old, KeptReel):
        for name in pieces_outside(sound):
            blobs.copy(_kept(sound.old.folder, name), _kept(folder, name))
        new: Iterable[Stretch] = (sound.new,)
    else:
        new = stretches(sound.whole if isinstance(sound, Patched) else sound)
    for stretch in new:
        for name, data in pieces_of(stretch):
            blobs.put_bytes(_kept(folder, name), data)
    credits, notes = (song.stems.credits, song.stems.notes) if song.stems else ((), ())
    blobs.put_bytes(_kept(folder, DESK_FILE), facts_json(facts_of(sound, credits, notes, files or {})))


def is_kept(blobs: Blobs, folder: str) -> bool:
    """Whether a song's mix is there, as this version keeps it."""
    text = blobs.get_text(_kept(folder, DESK_FILE))
    return text is not None and kept_facts(text) is not None


def made_before(blobs: Blobs, song: Song, source: Source) -> Before:
    """What was made of a song's source and holds for it too: the MP3 around a new passage, the cover of a song of the same title,
    length, style, key and moods."""
    reel = source.kept
    if not isinstance(reel, KeptReel):
        return Before()
    mp3 = _made(blobs, reel, "mp3") if isinstance(song.sound, Patched) else None
    return Before(mp3, _made(blobs, reel, "cover") if _looks(song) == _looks(source) else None)


def _made(blobs: Blobs, reel: KeptReel, form: str) -> bytes | None:
    name = reel.facts.files.get(form)
    return None if name is None else blobs.get_bytes(f"{reel.folder}/{name}")


def _looks(song: Song | Source) -> tuple[object, ...]:
    """What a song's cover goes by, but for the course of its tune."""
    score = song.score
    return score.title, score.style, score.key, score.frames, score.seed, score.take, song.plan.brief.moods


def open_source(blobs: Blobs, folder: str, scratch: Path) -> Source:
    """A finished song, or a recording; its samples are read when they are asked for. Raises BadRequest when its values are not
    readable."""
    analysis = blobs.get_text(f"{folder}/{ANALYSIS}")
    if analysis is not None:
        return _recording(blobs, folder, json.loads(analysis), scratch)
    reel = _reel(blobs, folder)
    facts = reel.facts
    plan, score = _stage(blobs, folder, "plan", Plan), _stage(blobs, folder, "score", Score)
    taped = is_taped(facts.stems, score)
    return Source(plan, score, facts.desk, cache(reel.mix), facts.credits, facts.notes, taped=taped, kept=reel)


def heard_score(blobs: Blobs, folder: str) -> Score | None:
    """The tune that was heard in a recording, on its own beats; None where there is no recording."""
    analysis = blobs.get_text(f"{folder}/{ANALYSIS}")
    if analysis is None:
        return None
    heard = heard_by_edits(json.loads(analysis)["title"], _stage(blobs, folder, "analysis", Analysis))
    return along(heard, with_tune=True)


def _recording(blobs: Blobs, folder: str, analysis: Mapping[str, Any], scratch: Path) -> Source:
    """A recording. Raises BadRequest for one of which only the analysis is left."""
    name = analysis.get("sound")
    if not name:
        raise BadRequest(GONE)

    def sound() -> Audio:
        with tempfile.TemporaryDirectory(dir=scratch, prefix="recording-") as place:
            path = Path(place) / "sound.flac"
            blobs.get_file(f"{folder}/{name}", path)
            return np.asarray(soundfile.read(path, dtype="float32", always_2d=True)[0])

    return source_of_recording(heard_by_edits(analysis["title"], _stage(blobs, folder, "analysis", Analysis)), sound)


def _reel(blobs: Blobs, folder: str) -> KeptReel:
    text = blobs.get_text(_kept(folder, DESK_FILE))
    facts = None if text is None else kept_facts(text)
    if facts is None:
        raise BadRequest(GONE)

    def piece(number: int) -> bytes:
        data = blobs.get_bytes(_kept(folder, piece_name(number)))
        if data is None:
            raise BadRequest(GONE)
        return data

    return KeptReel(facts, piece, folder)


def _kept(folder: str, name: str) -> str:
    return f"{folder}/{KEPT}/{name}"


def _stage(blobs: Blobs, folder: str, name: str, kind: type[T]) -> T:
    text = blobs.get_text(stage_key(folder, name))
    if text is None:
        raise BadRequest(GONE)
    try:
        return codec.loads(text, kind)
    except (BadRequest, ValueError):
        raise BadRequest(GONE) from None
