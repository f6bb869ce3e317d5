"""The studio family: pieces of 32 and 130 seconds, and extensions to both sides."""

from __future__ import annotations

from typing import Any

from troubadour_server.reference.entries.examples import CLIP, HOST, OTHER_CLIP, TASK
from troubadour_server.reference.routes import API, SUNG, Answer, Example, Family, Guide, Refusal, Route
from troubadour_server.request.studio import CUSTOM, REGULAR

ACCEPTED = (Answer(200, "Accepted", {"code": "success", "message": "", "data": TASK}),)
CALLED = ("webhook_url", "webhook_secret")
STRENGTHS = ("prompt_strength", "clarity_strength", "lyrics_strength", "generation_quality")
PLACES = ("song_section_start", "song_section_end", "lyrics_placement_start", "lyrics_placement_end")
ALL = (
    "prompt",
    "lyrics_type",
    "model_type",
    "negative_prompt",
    "bypass_prompt_optimization",
    "seed",
    *PLACES,
    *STRENGTHS,
    "config",
    *CALLED,
)
INSTRUMENTAL = {**REGULAR, "lyrics_type": "instrumental", "model_type": "studio32-v1.5"}
EXTENDED = {
    "prompt": "late night jazz trio",
    "lyrics_type": "user",
    "lyrics": "[Outro]\nClose the door",
    "model_type": "studio32-v1.5",
    "song_section_start": 0.9,
    "config": {"mode": "continuation", "source": {"song_id": CLIP}},
}
PRECEDED = {**INSTRUMENTAL, "song_section_start": 0, "config": {"mode": "precede", "source": {"song_id": CLIP}}}


def song(id: str) -> dict[str, Any]:
    """A finished song."""
    token = "k3vJ0mS1" if id == CLIP else "Zq8_tW4x"
    return {
        "id": id,
        "tags": ["jazz", "warm"],
        "liked": False,
        "likes": 0,
        "plays": 0,
        "title": "Close the Door",
        "artist": "Troubadour",
        "lyrics": "[Verse]\nLamps along the river",
        "prompt": "late night jazz trio",
        "song_path": f"{HOST}/files/{token}/Close%20the%20Door.mp3",
        "image_path": f"{HOST}/files/{token}/Close%20the%20Door.jpg",
        "duration": 130.0,
        "created_at": "2026-11-24T10:00:00.000Z",
        "finished": True,
    }


def task(status: str, progress: str, *songs: dict[str, Any]) -> dict[str, Any]:
    """A poll's answer."""
    told = {
        "task_id": TASK,
        "notify_hook": "",
        "action": "studio-generate",
        "status": status,
        "fail_reason": "",
        "submit_time": 1732240000,
        "start_time": 1732240000,
        "finish_time": 1732240060 if songs else 0,
        "progress": progress,
        "data": {"songs": list(songs)},
    }
    return {"code": "success", "message": "", "data": told}


def use(slug: str, title: str, **more: Any) -> Route:
    """A use of studio's create."""
    return Route(
        f"studio/{slug}",
        title,
        "POST",
        f"{API}/studio/create",
        price="studio",
        answers=ACCEPTED,
        may=SUNG,
        see=("studio/get-music",),
        **more,
    )


STUDIO = Family(
    "Studio",
    (
        Guide("studio/instructions", "Instructions", "studio.md"),
        use(
            "description",
            "Description mode",
            intro="Two pieces from a sentence; the words are written for it.",
            fields=ALL,
            examples=(Example("A description", REGULAR),),
            refusals=(
                Refusal({"prompt": " "}, 400, "bad_request", "prompt is required", "Nothing is described"),
                Refusal(
                    {"song_section_start": 1},
                    400,
                    "bad_request",
                    "song_section_end must be more than song_section_start",
                    "An empty place",
                ),
                Refusal({"prompt_strength": 1.5}, 400, "bad_request", "prompt_strength must be at most 1", "Out of its range"),
            ),
        ),
        use(
            "extend",
            "Extend mode",
            intro="A new part after a song (`continuation`) or before it (`precede`): 32 or 130 seconds to the sample, the song as it was.",
            fields=(*ALL, "lyrics", "context_length"),
            examples=(Example("An ending", EXTENDED), Example("A beginning", PRECEDED)),
            refusals=(
                Refusal(
                    {"config": {"mode": "continuation"}},
                    400,
                    "bad_request",
                    "config.source.song_id is required when config.mode is continuation",
                    "No song is named",
                ),
                Refusal(
                    {"config": {"mode": "continuation", "source": {"song_id": "not-one-of-yours"}}},
                    404,
                    "not_found",
                    "clip not-one-of-yours not found",
                    "A source that is not yours",
                ),
            ),
            notes='The result is the whole song; its title ends with "ext". A continuation goes on where the song\'s ending begins.',
        ),
        use(
            "custom",
            "Custom mode",
            intro="Your own words, and every strength in your hands.",
            fields=(*ALL, "lyrics"),
            required=("lyrics",),
            examples=(Example("Lyrics and strengths", CUSTOM),),
            refusals=(
                Refusal(
                    {"lyrics": None}, 400, "bad_request", "lyrics is required when lyrics_type is user", "There are no lyrics"
                ),
            ),
        ),
        use(
            "instrumental",
            "Instrumental mode",
            intro="Two pieces without a singer.",
            fields=ALL,
            examples=(Example("Half a minute", INSTRUMENTAL),),
        ),
        Route(
            "studio/get-music",
            "Get music",
            "GET",
            f"{API}/studio/task/{{task_id}}",
            intro="How far a task is, and its two songs, in this family's own envelope.",
            examples=(Example("A task", path={"task_id": TASK}),),
            answers=(
                Answer(202, "Not finished", task("IN_PROGRESS", "40%")),
                Answer(200, "Finished", task("SUCCESS", "100%", song(CLIP), song(OTHER_CLIP))),
            ),
            refusals=(Refusal({}, 400, "not_found", "task not found", "No task of yours has this id"),),
            notes="`status` runs from NOT_START over IN_PROGRESS to SUCCESS or FAILURE; then `fail_reason` says why.",
        ),
    ),
)
