"""Clips as the families show them: the same view, each family's names and kinds of value.

Webhooks tell of clips in these shapes too, so nothing of the HTTP edge is needed here.
"""

from __future__ import annotations

from typing import Any

from troubadour_server.storage.songs import ClipView
from troubadour_server.tasks.states import FAILED


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
