"""The riffusion family: two songs a call, covers, extensions, replaced sections, swaps."""

from __future__ import annotations

from typing import Any

from troubadour_server.reference.entries.examples import CLIP, HOST, OTHER_CLIP, RECORDING, SUBMITTED, TASK, UPLOADED, WAITING
from troubadour_server.reference.routes import API, SUNG, Answer, Example, Family, Guide, Refusal, Route
from troubadour_server.request.riffusion import DESCRIBED, LIMITS, MODELS, TASKS, WITH_LYRICS

ACCEPTED = (Answer(200, "Accepted", SUBMITTED),)
CALLED = ("webhook_url", "webhook_secret")
COMMON = ("mv", "custom_mode", "title", "make_instrumental", "task_type")
WEIGHTS = ("vocal_variation", "lyrics_strength", "sound_strength", "weirdness")
EXACT = ("duration", "seed")
LYRICS = WITH_LYRICS["lyrics"]


def clip(clip_id: str = CLIP, **more: Any) -> dict[str, Any]:
    """A finished clip."""
    token = "k3vJ0mS1" if clip_id == CLIP else "Zq8_tW4x"
    return {
        "clip_id": clip_id,
        "state": "succeeded",
        "title": "Starlit Road",
        "sound": WITH_LYRICS["sound"],
        "lyrics": LYRICS,
        "image_url": f"{HOST}/files/{token}/Starlit%20Road.jpg",
        "audio_url": f"{HOST}/files/{token}/Starlit%20Road.mp3",
        "video_url": None,
        "created_at": "2026-11-24T10:00:00.000Z",
        "mv": "FUZZ-1.1 Pro",
        "vocal_variation": None,
        "duration": 163.2,
        "timestamp": {
            "words": [{"word": "Headlights", "start": 8.02, "end": 8.61}, {"word": "on", "start": 8.61, "end": 8.83}]
        },
        "seed": 424242,
        "share_url": f"{HOST}/song/{clip_id}",
        "operation": "create_music",
        "stage": "done",
        "progress": 1.0,
        **more,
    }


def use(slug: str, title: str, body: dict[str, Any], **more: Any) -> Route:
    """A use of riffusion's create."""
    example = (Example(title, {"mv": MODELS[0], "custom_mode": True, **body}),)
    return Route(
        f"riffusion/{slug}", title, "POST", f"{API}/riffusion/create", price="riffusion", answers=ACCEPTED, examples=example,
        may=SUNG, see=("riffusion/get-music",), **more,
    )  # fmt: skip


STRANGER = Refusal(
    {"continue_clip_id": "not-one-of-yours"}, 404, "not_found", "clip not-one-of-yours not found", "A source that is not yours"
)
NO_MODEL = Refusal({"mv": "FUZZ-9"}, 400, "bad_request", f"mv must be one of {', '.join(MODELS)}", "No such model")

RIFFUSION = Family(
    "Riffusion",
    (
        Guide("riffusion/instructions", "Instructions", "riffusion.md"),
        use(
            "create-lyrics",
            "Create music: with lyrics",
            WITH_LYRICS,
            intro="Two songs of your words, in the sound that you name.",
            fields=(*COMMON, "lyrics", "sound", *WEIGHTS, *EXACT, *CALLED),
            required=("lyrics",),
            refusals=(
                NO_MODEL,
                Refusal(
                    {"lyrics": None},
                    400,
                    "bad_request",
                    "lyrics is required when task_type is create_music and custom_mode is true, unless make_instrumental is true",
                    "There are no lyrics",
                ),
                Refusal(
                    {"sound": "x" * (LIMITS["sound"] + 1)},
                    400,
                    "bad_request",
                    f"sound has {LIMITS['sound'] + 1} characters; it takes at most {LIMITS['sound']}",
                    "Too many style words",
                ),
                Refusal(
                    {"task_type": "make_tea"},
                    400,
                    "bad_request",
                    f"task_type must be one of {', '.join(TASKS)}",
                    "An unknown task type",
                ),
            ),
        ),
        Route(
            "riffusion/create-described",
            "Create music: with a description",
            "POST",
            f"{API}/riffusion/create",
            intro="Two songs from a sentence; the words are written for it.",
            price="riffusion",
            fields=(*COMMON, "prompt", *WEIGHTS, *EXACT, *CALLED),
            required=("prompt",),
            examples=(Example("A description", DESCRIBED),),
            answers=ACCEPTED,
            refusals=(
                Refusal(
                    {"prompt": None}, 400, "bad_request", "prompt is required when custom_mode is false", "Nothing is described"
                ),
            ),
            may=SUNG,
            see=("riffusion/get-music",),
        ),
        use(
            "cover",
            "Cover music",
            {"task_type": "cover_music", "continue_clip_id": CLIP, "sound": "bossa nova, nylon guitar"},
            intro="The same melody and words in another sound.",
            fields=(*COMMON, "continue_clip_id", "lyrics", "sound", "strength", *EXACT, *CALLED),
            required=("task_type", "continue_clip_id"),
            refusals=(STRANGER,),
        ),
        use(
            "extend",
            "Extend music",
            {
                "task_type": "extend_music",
                "continue_clip_id": CLIP,
                "continue_at": 90,
                "sound": "dream pop",
                "lyrics": "[Bridge]\nAll the way down",
            },
            intro="The song until a point, then a new part: each of the two results is the whole song.",
            fields=(*COMMON, "continue_clip_id", "continue_at", "lyrics", "sound", *EXACT, *CALLED),
            required=("task_type", "continue_clip_id", "continue_at", "lyrics"),
            refusals=(
                Refusal(
                    {"continue_at": None},
                    400,
                    "bad_request",
                    "continue_at is required when task_type is extend_music",
                    "No point is named",
                ),
                STRANGER,
            ),
        ),
        use(
            "replace",
            "Replace a section",
            {
                "task_type": "replace_music",
                "continue_clip_id": CLIP,
                "replace_start_time": 30,
                "replace_end_time": 45,
                "lyrics": "New words for the turn",
            },
            intro="New music and words between two times; every sample outside stays as it was.",
            fields=(*COMMON, "continue_clip_id", "replace_start_time", "replace_end_time", "lyrics", "sound", "seed", *CALLED),
            required=("task_type", "continue_clip_id", "replace_start_time"),
            refusals=(
                Refusal(
                    {"replace_end_time": 20},
                    400,
                    "bad_request",
                    "replace_end_time must be more than replace_start_time",
                    "An empty window",
                ),
            ),
        ),
        use(
            "swap-sound",
            "Swap music sound",
            {"task_type": "swap_music_sound", "continue_clip_id": CLIP, "sound": "punk, distorted guitars"},
            intro="Another band around the same singer: melody, words and voice stay sample for sample.",
            fields=(*COMMON, "continue_clip_id", "sound", "strength", "seed", *CALLED),
            required=("task_type", "continue_clip_id", "sound"),
            refusals=(STRANGER,),
            notes="Tempo, key, form and length stay. `strength` says how much of the old band goes.",
        ),
        use(
            "swap-vocals",
            "Swap music vocals",
            {"task_type": "swap_music_vocals", "continue_clip_id": CLIP, "sound": "warm male vocals"},
            intro="Another singer, or other words, over the same band, which stays sample for sample.",
            fields=(*COMMON, "continue_clip_id", "lyrics", "sound", "vocal_variation", "seed", *CALLED),
            required=("task_type", "continue_clip_id"),
            refusals=(STRANGER,),
            notes="New words are sung to the song's tunes and must fit its phrases. `vocal_variation` says how far the new singer is from the old.",
        ),
        Route(
            "riffusion/upload",
            "Upload a recording",
            "POST",
            f"{API}/riffusion/upload",
            intro="A recording becomes a clip for the upload task types.",
            price="upload",
            examples=(Example("By its address", {"url": RECORDING}),),
            answers=(Answer(200, "Taken in", {"code": 200, "clip_id": UPLOADED, "message": "success"}),),
            see=("sonic/upload",),
        ),
        Route(
            "riffusion/get-music",
            "Get music",
            "GET",
            f"{API}/riffusion/task/{{task_id}}",
            intro="How far a task is, and its two songs with their words' times.",
            examples=(Example("A task", path={"task_id": TASK}),),
            answers=(
                Answer(202, "Not finished", WAITING),
                Answer(200, "Finished", {"code": 200, "message": "success", "data": [clip(), clip(OTHER_CLIP)]}),
            ),
            refusals=(Refusal({}, 400, "not_found", "task not found", "No task of yours has this id"),),
            notes="`timestamp.words` tells when each word is sung, exact because it was written.",
        ),
    ),
)
