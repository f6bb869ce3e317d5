"""Ids, links and answers that several pages show. All invented; one harbour, one song."""

from __future__ import annotations

from typing import Any

from troubadour_server.request.family import MEASURED

TASK = "0c3c7c52-3d2c-4a43-9a65-7f0a3c9d1e11"
CLIP = "7d0f4c0a-0a55-4a8e-9d0f-2d0a57f0b6aa"
OTHER_CLIP = "c9b6d5b0-6a1f-4a53-8f0d-93c2a1d7e0cc"
PERSONA = "5e2f0e7a-5c3c-4d2b-8a7a-1b1d9f8e7c66"
UPLOADED = "a1c4d0de-52c1-4d5a-8b5f-0f4f3b6c9d21"
HOST = "https://music.example.org"
RECORDING = "https://example.org/recordings/harbour-demo.mp3"
VERSE = "[Verse]\nBoats come home at dusk\nNets are full of stars"
LYRICS = f"{VERSE}\n[Chorus]\nHarbour lights, keep burning"
TAGS = "indie folk, acoustic guitar, warm"

SUBMITTED: dict[str, Any] = {"message": "success", "task_id": TASK}
MEASURED_SUBMITTED: dict[str, Any] = {**SUBMITTED, "warning": MEASURED}


def brought(step: str) -> dict[str, Any]:
    """A recording was taken in, and the work on it accepted."""
    steps = {"upload": {"success": True, "clip_id": UPLOADED}, step: {"success": True, "task_id": TASK}}
    return {"code": 200, "message": "success", "task_id": TASK, "steps": steps, "warning": MEASURED}


KEEP_ASKING = "still being made, ask again later"


def clip(clip_id: str = CLIP, **more: Any) -> dict[str, Any]:
    """A finished clip."""
    token = "k3vJ0mS1" if clip_id == CLIP else "Zq8_tW4x"
    return {
        "clip_id": clip_id,
        "state": "succeeded",
        "title": "Harbour Lights",
        "tags": TAGS,
        "lyrics": LYRICS,
        "image_url": f"{HOST}/files/{token}/Harbour%20Lights.jpg",
        "audio_url": f"{HOST}/files/{token}/Harbour%20Lights.mp3",
        "video_url": f"{HOST}/files/{token}/Harbour%20Lights.mp4",
        "created_at": "2026-11-24T10:00:00.000Z",
        "mv": "sonic-v5",
        "gpt_description_prompt": None,
        "duration": 163.2 if clip_id == CLIP else 171.05,
        "negative_tags": "",
        "style_weight": None,
        "weirdness_constraint": None,
        "share_url": f"{HOST}/song/{clip_id}",
        "seed": 424242,
        "task_id": TASK,
        "operation": "create_music",
        "stage": "done",
        "progress": 1.0,
        **more,
    }


def running(clip_id: str, **more: Any) -> dict[str, Any]:
    """A clip in the making."""
    empty = {"image_url": "", "audio_url": "", "video_url": None, "duration": 0.0}
    return clip(clip_id, **{**empty, "state": "running", "stage": "stems", "progress": 0.55, **more})


def done(*clips: dict[str, Any]) -> dict[str, Any]:
    """The task is final."""
    return {"code": 200, "message": "success", "data": list(clips)}


WAITING: dict[str, Any] = {
    "error": KEEP_ASKING,
    "message": KEEP_ASKING,
    "type": "not_ready",
    "code": 202,
    "progress": 0.775,
    "stage": "stems",
    "data": [clip(), running(OTHER_CLIP)],
}
UNSINGABLE = "no voice can sing this"
FAILED: dict[str, Any] = {
    "type": "unsingable",
    "error": UNSINGABLE,
    "message": UNSINGABLE,
    "data": [
        running(each, state="failed", stage="brief", progress=0.0, error_message=UNSINGABLE) for each in (CLIP, OTHER_CLIP)
    ],
}
