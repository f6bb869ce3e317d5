"""What was put away with finished songs: when their words are sung, what became of an instruction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel

from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.songs import TaskView, key_of
from troubadour_server.tasks.states import SUCCEEDED


class TimedWord(BaseModel):
    """A sung word, in seconds from the song's first sample."""

    word: str
    start: float
    end: float


class Timed(BaseModel):
    """The lead voice's words in order; empty where nobody sings."""

    words: list[TimedWord]


def facts_of(database: sa.Engine, blobs: Blobs, task: TaskView) -> dict[str, dict[str, Any]]:
    """The facts of a task's finished songs, by clip."""
    ids = [view.id for view in task.clips if view.state == SUCCEEDED]
    if not ids:
        return {}
    with database.connect() as connection:
        keys = {id: key_of(connection, id, "json") for id in ids}
    texts = {id: blobs.get_text(key) for id, key in keys.items() if key is not None}
    return {id: json.loads(text) for id, text in texts.items() if text is not None}


def timed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A song's facts as word timing."""
    lead = [word for word in facts.get("words", ()) if word["part"] == "vocals"]
    return {"words": [{"word": word["text"], "start": word["start_s"], "end": word["end_s"]} for word in lead]}
