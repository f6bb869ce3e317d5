"""Finished songs as values: a clip's plan, score and mix under its folder, so that nothing is rendered twice.

    stages/plan.json  stages/score.json     by `troubadour.codec`
    kept/desk.json  kept/stems/…  kept/dry/…     by `troubadour.files.kept`

A recording that was brought here has stages/analysis.json instead (what was heard in it), analysis.json, which says that to
people and names its sound, and that sound as FLAC.

This module is imported by the children that make music; it needs the musician.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
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
from troubadour.files.kept import DESK_FILE, Facts, keep_mix, kept_facts, kept_mix
from troubadour.listen import Analysis
from troubadour.make import Song
from troubadour.mix import Mix
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


def put_song(blobs: Blobs, folder: str, song: Song, scratch: Path) -> None:
    """Puts a finished song's plan, score and mix away."""
    blobs.put_text(stage_key(folder, "plan"), codec.dumps(song.plan))
    blobs.put_text(stage_key(folder, "score"), codec.dumps(song.score))
    if song.mix is None:
        return
    credits, notes = (song.stems.credits, song.stems.notes) if song.stems else ((), ())
    with tempfile.TemporaryDirectory(dir=scratch, prefix="kept-") as place:
        for path in keep_mix(song.mix, Path(place), credits, notes):
            blobs.put_file(f"{folder}/{KEPT}/{path.relative_to(place).as_posix()}", path)


def open_source(blobs: Blobs, folder: str, scratch: Path) -> Source:
    """A finished song, or a recording; its samples are read when they are asked for. Raises BadRequest when its values are not
    readable."""
    analysis = blobs.get_text(f"{folder}/{ANALYSIS}")
    if analysis is not None:
        return _recording(blobs, folder, json.loads(analysis), scratch)
    facts = _facts(blobs, folder)

    @cache
    def mix() -> Mix:
        return _mix(blobs, folder, facts, scratch)

    plan, score = _stage(blobs, folder, "plan", Plan), _stage(blobs, folder, "score", Score)
    return Source(plan, score, facts.desk, mix, facts.credits, facts.notes, taped=is_taped(facts.stems, score))


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


def _facts(blobs: Blobs, folder: str) -> Facts:
    text = blobs.get_text(f"{folder}/{KEPT}/{DESK_FILE}")
    facts = None if text is None else kept_facts(text)
    if facts is None:
        raise BadRequest(GONE)
    return facts


def _stage(blobs: Blobs, folder: str, name: str, kind: type[T]) -> T:
    text = blobs.get_text(stage_key(folder, name))
    if text is None:
        raise BadRequest(GONE)
    try:
        return codec.loads(text, kind)
    except (BadRequest, ValueError):
        raise BadRequest(GONE) from None


def _mix(blobs: Blobs, folder: str, facts: Facts, scratch: Path) -> Mix:
    """The kept mix: read in place from a folder, fetched first from an object store."""
    there = blobs.path_of(f"{folder}/{KEPT}")
    if there is not None:
        return kept_mix(there)
    names = [DESK_FILE, *(f"stems/{name}.flac" for name in facts.stems), *(f"dry/{name}.flac" for name in facts.dry)]
    with tempfile.TemporaryDirectory(dir=scratch, prefix="fetched-") as place:
        for name in names:
            blobs.get_file(f"{folder}/{KEPT}/{name}", Path(place) / name)
        return kept_mix(Path(place))
