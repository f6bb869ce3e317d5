"""Clips as the families show them: the same view, each family's names and kinds of value.

Webhooks tell of clips in these shapes too, so nothing of the HTTP edge is needed here.
"""

from __future__ import annotations

import re
from typing import Any

from troubadour_server.storage.songs import ClipView, TaskView
from troubadour_server.tasks.order import VOICE
from troubadour_server.tasks.states import FAILED, SUCCEEDED

INSTRUMENTAL = "[Instrumental]"
MARK = re.compile(r"\[[^\]\n]*\]")


def clip_of(view: ClipView) -> dict[str, Any]:
    """A clip as this family shows it (4.12.1). A link is shown when its file plays to its end."""
    wire = view.wire
    failed = {"error_message": view.error_message} if view.state == FAILED else {}
    stem = {"stem_type": view.stem_type, "wav_url": view.links.get("wav")} if view.stem_type else {}
    return {
        "clip_id": view.id,
        "state": view.state,
        "title": view.title,
        "tags": view.tags,
        "lyrics": view.lyrics,
        "image_url": view.links.get("cover", ""),
        "audio_url": view.links.get("mp3", ""),
        "video_url": view.links.get("mp4") or view.on_demand.get("mp4"),
        "created_at": view.created_at,
        "mv": wire.get("mv"),
        "gpt_description_prompt": wire.get("gpt_description_prompt"),
        "duration": round(view.duration_s, 2),
        "negative_tags": wire.get("negative_tags") or "",
        "style_weight": wire.get("style_weight"),
        "weirdness_constraint": wire.get("weirdness_constraint"),
        "share_url": view.share_url,
        "seed": view.seed,
        "task_id": view.task_id,
        "operation": view.operation,
        "stage": view.stage,
        "progress": round(view.done, 3),
        **stem,
        **failed,
    }


def persona_of(task: TaskView) -> dict[str, str]:
    """The persona that a finished task made of a voice (4.12.4); empty for every other task. Its id is its recording's."""
    return next(({"persona_id": view.id, "name": view.title} for view in task.clips if view.operation == VOICE), {})


# nuro: one flat object for a task ---------------------------------------------------------------------------------------


def nuro_task(task: TaskView) -> dict[str, Any]:
    """A task of nuro's (8.6), with what its song is called here."""
    view = task.clips[0]
    done = view.state == SUCCEEDED
    used = {name: view.wire.get(name) or "" if done else "" for name in ("genre", "mood", "gender", "timbre")}
    return {
        "task_id": task.id,
        "status": task.state,
        "progress": 100 if done else min(99, int(100 * task.done)),
        "audio_url": view.links.get("wav") or view.on_demand.get("wav", ""),
        "lyrics": _lower_marks(view.lyrics) if done else "",
        "duration": view.duration_s if done else 0,
        **{name: ", ".join(value) if isinstance(value, list) else value for name, value in used.items()},
        "clip_id": view.id,
        "title": view.title,
        "image_url": view.links.get("cover", ""),
        "created_at": view.created_at,
        "seed": view.seed,
        "share_url": view.share_url,
        "stage": view.stage,
    }


def nuro_payload(task: TaskView) -> dict[str, Any]:
    """What webhooks tell of a task of nuro's (section 10)."""
    wire = task.clips[0].wire
    more = {
        "prompt": wire.get("description") or "",
        "theme": wire.get("theme") or [],
        "instrument": wire.get("instrument") or [],
    }
    return {**nuro_task(task), **more}


def _lower_marks(lyrics: str) -> str:
    """Lyrics with lower-case section marks; of music without words, nothing."""
    return "" if lyrics == INSTRUMENTAL else MARK.sub(lambda mark: mark.group().lower(), lyrics)


# riffusion ----------------------------------------------------------------------------------------------------------------


def riffusion_clip(view: ClipView) -> dict[str, Any]:
    """A clip of riffusion's (6.10); `timestamp` is filled in by whoever has the song's facts."""
    failed = {"error_message": view.error_message} if view.state == FAILED else {}
    return {
        "clip_id": view.id,
        "state": view.state,
        "title": view.title,
        "sound": view.wire.get("sound") or view.tags,
        "lyrics": view.lyrics,
        "image_url": view.links.get("cover", ""),
        "audio_url": view.links.get("mp3", ""),
        "video_url": None,
        "created_at": view.created_at,
        "mv": view.wire.get("mv"),
        "vocal_variation": view.wire.get("vocal_variation"),
        "duration": round(view.duration_s, 3),
        "timestamp": None,
        **_ours(view),
        **failed,
    }


# studio -------------------------------------------------------------------------------------------------------------------


def studio_song(view: ClipView) -> dict[str, Any]:
    """A song of studio's (7.7)."""
    extended = view.operation != "create_music"
    return {
        "id": view.id,
        "tags": [tag.strip() for tag in view.tags.split(",") if tag.strip()],
        "liked": False,
        "likes": 0,
        "plays": 0,
        "title": f"{view.title} ext" if extended else view.title,
        "artist": "Troubadour",
        "lyrics": "" if view.lyrics == INSTRUMENTAL else view.lyrics,
        "prompt": view.wire.get("prompt") or "",
        "song_path": view.links.get("mp3", "") if view.state == SUCCEEDED else "",
        "image_path": view.links.get("cover", ""),
        "duration": round(view.duration_s, 3),
        "created_at": view.created_at,
        "finished": view.state == SUCCEEDED,
    }


# producer -----------------------------------------------------------------------------------------------------------------


def producer_clip(view: ClipView) -> dict[str, Any]:
    """A clip of producer's (11.4); timing and what was understood are filled in by whoever has the song's facts."""
    wire = view.wire
    failed = {"error_message": view.error_message} if view.state == FAILED else {}
    return {
        "clip_id": view.id,
        "title": view.title,
        "sound": wire.get("sound") or view.tags,
        "lyrics": view.lyrics,
        "lyrics_id": None,
        "lyrics_timing_markers": None,
        "image_url": wire.get("cover_url") or view.links.get("cover", ""),
        "audio_url": view.links.get("m4a") or view.on_demand.get("m4a", ""),
        "wav_url": view.links.get("wav") or view.on_demand.get("wav"),
        "video_url": view.links.get("mp4") or view.on_demand.get("mp4"),
        "created_at": view.created_at,
        "mv": wire.get("mv"),
        "duration": round(view.duration_s, 3),
        "state": view.state,
        "instruction": wire.get("instruction"),
        "understood": [],
        **_ours(view),
        "seed": view.seed if wire.get("seed") is None else wire["seed"],
        **failed,
    }


def _ours(view: ClipView) -> dict[str, Any]:
    """What every family's clips have beyond the vendor's keys."""
    return {
        "seed": view.seed,
        "share_url": view.share_url,
        "operation": view.operation,
        "stage": view.stage,
        "progress": round(view.done, 3),
    }
