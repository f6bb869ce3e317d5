"""The producer family: one song a call, its edits, instructions in plain words, other forms."""

from __future__ import annotations

from typing import Any

from troubadour_server.reference.entries.examples import CLIP, HOST, RECORDING, SUBMITTED, TASK, WAITING
from troubadour_server.reference.routes import API, SUNG, Answer, Example, Family, Guide, Refusal, Route
from troubadour_server.request.producer import EXAMPLE, MODELS, TASKS

ACCEPTED = (Answer(200, "Accepted", SUBMITTED),)
CALLED = ("webhook_url", "webhook_secret")
COMMON = ("task_type", "mv", "title", "seed", "cover_url")
WEIGHTS = ("lyrics_strength", "sound_strength", "weirdness")


def clip(**more: Any) -> dict[str, Any]:
    """A finished clip."""
    return {
        "clip_id": CLIP,
        "title": "City Dreams",
        "sound": EXAMPLE["sound"],
        "lyrics": EXAMPLE["lyrics"],
        "lyrics_id": None,
        "lyrics_timing_markers": {"words": [{"word": "Walking", "start": 8.02, "end": 8.61}]},
        "image_url": f"{HOST}/files/k3vJ0mS1/City%20Dreams.jpg",
        "audio_url": f"{HOST}/files/k3vJ0mS1/City%20Dreams.m4a",
        "wav_url": f"{HOST}/files/k3vJ0mS1/City%20Dreams.wav",
        "video_url": f"{HOST}/files/k3vJ0mS1/City%20Dreams.mp4",
        "created_at": "2026-11-24T10:00:00.000Z",
        "mv": "FUZZ-2.0",
        "seed": "city-1",
        "duration": 163.2,
        "state": "succeeded",
        "instruction": None,
        "understood": [],
        "share_url": f"{HOST}/song/{CLIP}",
        "operation": "create_music",
        "stage": "done",
        "progress": 1.0,
        **more,
    }


def done(*clips: dict[str, Any]) -> dict[str, Any]:
    """The task is final."""
    return {"code": 200, "message": "success", "status": "SUCCESS", "data": list(clips)}


def use(slug: str, title: str, body: dict[str, Any], **more: Any) -> Route:
    """A use of producer's create."""
    return Route(
        f"producer/{slug}", title, "POST", f"{API}/producer/create", price="producer", answers=ACCEPTED,
        examples=(Example(title, body),), may=SUNG, see=("producer/get-music",), **more,
    )  # fmt: skip


STRANGER = Refusal(
    {"clip_id": "not-one-of-yours"}, 404, "not_found", "clip not-one-of-yours not found", "A source that is not yours"
)
NO_SONG = (Refusal({"clip_id": "none-of-yours"}, 404, "not_found", "no song of yours has this clip_id", "An unknown clip"),)

PRODUCER = Family(
    "Producer",
    (
        Guide("producer/instructions", "Instructions", "producer.md"),
        use(
            "create",
            "Create music",
            EXAMPLE,
            intro="One song from a sound, from lyrics, or from both; as M4A.",
            fields=(*COMMON, "sound", "lyrics", "make_instrumental", *WEIGHTS, "bpm", "length", "instruction", *CALLED),
            refusals=(
                Refusal({"sound": None, "lyrics": None}, 400, "bad_request", "sound or lyrics is required", "Nothing to go on"),
                Refusal({"mv": "FUZZ-9"}, 400, "bad_request", f"mv must be one of {', '.join(MODELS)}", "No such model"),
                Refusal({"sound_strength": 0.1}, 400, "bad_request", "sound_strength must be at least 0.2", "Out of its range"),
                Refusal(
                    {"task_type": "make_tea"},
                    400,
                    "bad_request",
                    f"task_type must be one of {', '.join(TASKS)}",
                    "An unknown task type",
                ),
            ),
            notes="`bpm` and `length` are met exactly or refused. An `instruction` is done to the song once it is written.",
        ),
        use(
            "extend",
            "Extend music",
            {
                "task_type": "extend_music",
                "clip_id": CLIP,
                "sound": "add soaring strings",
                "lyrics": "[Outro]\nJust the beginning",
                "starts_at": 45,
                "extend_s": 30,
            },
            intro="The song until `starts_at`, then a new part; the result is the whole song.",
            fields=(
                *COMMON,
                "clip_id",
                "starts_at",
                "extend_s",
                "sound",
                "lyrics",
                "make_instrumental",
                "instruction",
                *CALLED,
            ),
            required=("task_type", "clip_id"),
            refusals=(STRANGER,),
        ),
        use(
            "cover",
            "Cover music",
            {"task_type": "cover_music", "clip_id": CLIP, "sound": "acoustic folk with fingerstyle guitar", "strength": 0.8},
            intro="The same melody and words in another sound.",
            fields=(*COMMON, "clip_id", "sound", "lyrics", "strength", *CALLED),
            required=("task_type", "clip_id"),
            refusals=(STRANGER,),
        ),
        use(
            "replace",
            "Replace a section",
            {
                "task_type": "replace_music",
                "clip_id": CLIP,
                "starts_at": 30,
                "ends_at": 45,
                "instruction": "make this part a quiet harp interlude",
            },
            intro="New music between two times, or changes of what is there; every sample outside stays as it was.",
            fields=(*COMMON, "clip_id", "starts_at", "ends_at", "instruction", "sound", "lyrics", *CALLED),
            required=("task_type", "clip_id"),
            refusals=(Refusal({"ends_at": 20}, 400, "bad_request", "ends_at must be more than starts_at", "An empty window"),),
            notes="With an `instruction` and neither time, the whole song is changed.",
        ),
        use(
            "swap-vocals",
            "Swap music vocals",
            {"task_type": "swap_music_vocals", "clip_id": CLIP, "sound": "smooth male vocals"},
            intro="Another singer, or other words, over the same band, which stays sample for sample.",
            fields=(*COMMON, "clip_id", "sound", "lyrics", *CALLED),
            required=("task_type", "clip_id"),
            refusals=(STRANGER,),
        ),
        use(
            "swap-sound",
            "Swap music sound",
            {"task_type": "swap_music_sound", "clip_id": CLIP, "sound": "ambient pads with soft piano", "strength": 0.6},
            intro="Another band around the same singer, who stays sample for sample.",
            fields=(*COMMON, "clip_id", "sound", "strength", *CALLED),
            required=("task_type", "clip_id"),
            refusals=(STRANGER,),
        ),
        use(
            "variation",
            "Music variation",
            {"task_type": "music_variation", "clip_id": CLIP},
            intro="Another song of the same kind: words, style, tempo, key, length and singer stay, the notes are new.",
            fields=(*COMMON, "clip_id", *CALLED),
            required=("task_type", "clip_id"),
            refusals=(STRANGER,),
        ),
        use(
            "instruct",
            "Follow an instruction",
            {"task_type": "instruct_music", "clip_id": CLIP, "instruction": "make the drums harder, drop the piano in verse 2"},
            intro="Changes in plain words, done to the whole song; what was understood is said back in `understood`.",
            fields=(*COMMON, "clip_id", "instruction", *CALLED),
            required=("task_type", "clip_id", "instruction"),
            refusals=(
                Refusal(
                    {"instruction": None},
                    400,
                    "bad_request",
                    "instruction is required when task_type is instruct_music",
                    "There is no instruction",
                ),
            ),
            notes="This task type is an extra of this server.",
        ),
        Route(
            "producer/upload",
            "Upload a recording",
            "POST",
            f"{API}/producer/upload",
            intro="A recording becomes a clip; its task tells the id.",
            price="upload",
            examples=(Example("By its address", {"audio_url": RECORDING}),),
            answers=ACCEPTED,
            refusals=(Refusal({"audio_url": None}, 400, "bad_request", "audio_url is required", "No address"),),
            see=("producer/get-music",),
        ),
        Route(
            "producer/download",
            "Download a song",
            "POST",
            f"{API}/producer/download",
            intro="A finished song as MP3 or WAV; its task has the link.",
            price="download",
            answers=(Answer(200, "Accepted", {"message": "success", "task_id": f"form~{CLIP}~wav"}),),
            refusals=NO_SONG,
            see=("producer/get-music",),
        ),
        Route(
            "producer/video-clip",
            "Make a video clip",
            "POST",
            f"{API}/producer/video-clip",
            intro="A film of a finished song, its words lit as they are sung; its task has the `video_url`.",
            price="producer_video",
            answers=(Answer(200, "Accepted", {"message": "success", "task_id": f"form~{CLIP}~mp4"}),),
            refusals=NO_SONG,
            see=("producer/get-music",),
        ),
        Route(
            "producer/lyrics-create",
            "Write lyrics",
            "POST",
            f"{API}/producer/lyrics-create",
            intro="Two candidates for a description, at once; and under a task's id.",
            price="producer_lyrics",
            answers=(
                Answer(
                    200,
                    "Two candidates",
                    {
                        "code": 200,
                        "message": "success",
                        "task_id": TASK,
                        "data": [
                            {
                                "lyrics_id": f"{TASK}-0",
                                "title": "Letters to the Moon",
                                "lyrics": "[Verse]\nThe lamp goes round",
                            },
                            {"lyrics_id": f"{TASK}-1", "title": "Keeper", "lyrics": "[Verse]\nSalt upon the window"},
                        ],
                    },
                ),
            ),
            refusals=(Refusal({"prompt": None}, 400, "bad_request", "prompt is required", "Nothing is described"),),
        ),
        Route(
            "producer/get-music",
            "Get music",
            "GET",
            f"{API}/producer/task/{{task_id}}",
            intro="How far a task is, and what came out: a song, a recording, a file, or words.",
            examples=(Example("A task", path={"task_id": TASK}),),
            answers=(
                Answer(202, "Not finished", WAITING),
                Answer(200, "Finished", done(clip())),
                Answer(
                    200,
                    "An instruction",
                    done(
                        clip(
                            operation="instruct_music",
                            instruction="make the drums harder",
                            understood=[{"said": "make the drums harder", "done": "drums: played harder, everywhere"}],
                        )
                    ),
                ),
            ),
            refusals=(Refusal({}, 400, "not_found", "task not found", "No task of yours has this id"),),
        ),
    ),
)
