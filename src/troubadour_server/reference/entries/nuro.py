"""The nuro family: songs and background music of an exact length."""

from __future__ import annotations

from typing import Any

from troubadour_server.reference.entries.examples import CLIP, HOST, SUBMITTED, TASK
from troubadour_server.reference.routes import API, SUNG, Answer, Example, Family, Guide, Refusal, Route
from troubadour_server.request.nuro import (
    DURATIONS_S,
    EXAMPLE_BGM,
    EXAMPLE_SEGMENTS,
    EXAMPLE_VOCAL,
    LONGEST_LYRICS,
    TOTAL_S,
    V1,
    VOCAL,
)

ACCEPTED = (Answer(200, "Accepted", SUBMITTED),)
CALLED = ("webhook_url", "webhook_secret")


def task(**more: Any) -> dict[str, Any]:
    """A task as it is told."""
    return {
        "task_id": TASK,
        "status": "succeeded",
        "progress": 100,
        "audio_url": f"{HOST}/files/k3vJ0mS1/Morning%20Tram.wav",
        "lyrics": EXAMPLE_VOCAL["lyrics"],
        "duration": 60.0,
        "genre": "Pop",
        "mood": "Romantic",
        "gender": "Female",
        "timbre": "Warm",
        "clip_id": CLIP,
        "title": "Morning Tram",
        "image_url": f"{HOST}/files/k3vJ0mS1/Morning%20Tram.jpg",
        "created_at": "2026-11-24T10:00:00.000Z",
        "seed": 424242,
        "share_url": f"{HOST}/song/{CLIP}",
        "stage": "done",
        **more,
    }


EMPTY = dict.fromkeys(("audio_url", "lyrics", "genre", "mood", "gender", "timbre", "image_url", "share_url"), "")
RUNNING = task(**EMPTY, status="running", progress=40, duration=0, stage="stems", title="")


def create(slug: str, title: str, **more: Any) -> Route:
    """A use of nuro's create."""
    return Route(f"nuro/{slug}", title, "POST", f"{API}/nuro/create", price="nuro", answers=ACCEPTED, **more)


NURO = Family(
    "Nuro",
    (
        Guide("nuro/instructions", "Instructions", "nuro.md"),
        Guide("nuro/errors", "Error handling", "nuro-errors.md"),
        create(
            "create-vocal",
            "Create vocal music",
            intro="One song of your lyrics, in a genre, a mood and a voice that you choose, as long as you say.",
            fields=("type", "lyrics", "gender", "genre", "mood", "timbre", "duration", "seed", *CALLED),
            required=("lyrics",),
            examples=(Example("A song of a minute", EXAMPLE_VOCAL),),
            refusals=(
                Refusal({"lyrics": None}, 400, "bad_request", "lyrics is required when type is vocal", "There are no lyrics"),
                Refusal(
                    {"lyrics": "x" * (LONGEST_LYRICS + 1)},
                    400,
                    "bad_request",
                    f"lyrics has {LONGEST_LYRICS + 1} characters; it takes at most {LONGEST_LYRICS}",
                    "The lyrics are too long",
                ),
                Refusal(
                    {"duration": DURATIONS_S[VOCAL][1] + 1},
                    400,
                    "bad_request",
                    f"duration must be between {DURATIONS_S[VOCAL][0]} and {DURATIONS_S[VOCAL][1]} seconds for vocal songs",
                    "Out of its range",
                ),
                Refusal({"gender": "Both"}, 400, "bad_request", "gender must be one of Female, Male", "No such value"),
            ),
            notes="Values that you leave out are guessed from the lyrics and told with the song. Lyrics have no lower limit.",
            may=SUNG,
            see=("nuro/get-music", "nuro/instructions"),
        ),
        create(
            "create-instrument",
            "Create instrument music",
            intro="Background music from a description and chosen words, up to a minute (v1.0), or with a form of your own (v2.0).",
            fields=(
                "type",
                "version",
                "description",
                "genre",
                "mood",
                "instrument",
                "theme",
                "duration",
                "segments",
                "seed",
                *CALLED,
            ),
            required=("description",),
            examples=(Example("Version 1.0", EXAMPLE_BGM), Example("Version 2.0 with segments", EXAMPLE_SEGMENTS)),
            refusals=(
                Refusal(
                    {"description": None},
                    400,
                    "bad_request",
                    "description is required when type is bgm",
                    "Nothing is described",
                ),
                Refusal(
                    {"duration": DURATIONS_S[V1][1] + 1},
                    400,
                    "bad_request",
                    f"duration must be between {DURATIONS_S[V1][0]} and {DURATIONS_S[V1][1]} seconds for bgm {V1}",
                    "Too long for version 1.0",
                ),
                Refusal(
                    {
                        "version": "v2.0",
                        "duration": None,
                        "segments": [{"name": "verse", "duration": 20}, {"name": "outro", "duration": 5}],
                    },
                    400,
                    "bad_request",
                    f"the segments last 25 seconds together; {TOTAL_S[0]} to {TOTAL_S[1]} are allowed",
                    "The segments are too short together",
                ),
            ),
            notes="Every segment begins on its sample: the song's facts at {{page:songs/get}} list each one's `first_sample`.",
            see=("nuro/get-music", "nuro/instructions"),
        ),
        Route(
            "nuro/get-music",
            "Get music",
            "GET",
            f"{API}/nuro/task/{{task_id}}",
            intro="How far a task is, and its music: one flat object.",
            examples=(Example("A task", path={"task_id": TASK}),),
            answers=(Answer(202, "Not finished", RUNNING), Answer(200, "Finished", task())),
            refusals=(Refusal({}, 404, "not_found", "task not found", "No task of yours has this id"),),
            notes="Polling is free. `progress` moves from 0 to 100. A failed task answers 200 with `status` failed: {{page:nuro/errors}}.",
            see=("nuro/errors",),
        ),
    ),
)
