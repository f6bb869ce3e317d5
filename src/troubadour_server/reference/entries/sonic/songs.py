"""Songs: creates in their modes, a batch of them, and how far a task is."""

from __future__ import annotations

from troubadour_server.reference.entries.examples import (
    FAILED,
    OTHER_CLIP,
    SUBMITTED,
    TASK,
    WAITING,
    clip,
    done,
)
from troubadour_server.reference.entries.sonic.shared import (
    ACCEPTED,
    CALLED,
    CUSTOM,
    DESCRIBED,
    EXACT,
    EXACT_NOTE,
    IGNORED,
    NO_MODEL,
    NO_SUCH_MODEL,
    POLL,
    SINGER,
    STYLE,
)
from troubadour_server.reference.routes import API, SUNG, Answer, Example, Family, Guide, Refusal, Route, create
from troubadour_server.request.limits import MODELS, TASK_TYPES
from troubadour_server.request.sonic import MOST_IN_A_BATCH

SONGS = Family(
    "Sonic: songs",
    (
        Guide("sonic/instructions", "Instructions", "sonic.md"),
        create(
            "sonic/create-custom",
            "Create music: your own lyrics",
            task_type="create_music",
            intro="You write the words and name the style; two different songs are made of them.",
            price="create",
            fields=("custom_mode", "mv", "prompt", "lyrics", *STYLE, *SINGER, *EXACT, "task_type", *CALLED, *IGNORED),
            required=("prompt",),
            examples=(Example("Lyrics and style", CUSTOM),),
            answers=ACCEPTED,
            refusals=(
                NO_SUCH_MODEL,
                Refusal(
                    {"prompt": None},
                    400,
                    "bad_request",
                    "prompt (the lyrics) is required when custom_mode is true, unless make_instrumental is true",
                    "There are no lyrics",
                ),
                Refusal(
                    {"custom_mode": "yes"}, 400, "bad_request", "custom_mode must be true or false", "Text instead of a boolean"
                ),
                Refusal(
                    {"title": "x" * (MODELS["sonic-v5"].title + 1)},
                    400,
                    "bad_request",
                    f"title has {MODELS['sonic-v5'].title + 1} characters; sonic-v5 takes at most {MODELS['sonic-v5'].title}",
                    "The title is too long",
                ),
                Refusal({"style_weight": 1.01}, 400, "bad_request", "style_weight must be at most 1", "Out of its range"),
                Refusal(
                    {"task_type": "make_tea"},
                    400,
                    "bad_request",
                    f"task_type must be one of {', '.join(TASK_TYPES)}",
                    "An unknown task type",
                ),
            ),
            notes=f"Marks such as `[Verse]` and `[Chorus]` give the song its form; see {{{{page:sonic/instructions}}}}. {EXACT_NOTE}",
            see=("sonic/get-music", "sonic/instructions"),
        ),
        create(
            "sonic/create-described",
            "Create music: a description",
            task_type="create_music",
            intro="You say in a sentence what the song is to be; words, style and title are found for it.",
            price="create",
            fields=(
                "custom_mode",
                "mv",
                "gpt_description_prompt",
                *STYLE,
                "make_instrumental",
                *SINGER,
                *EXACT,
                *CALLED,
                *IGNORED,
            ),
            required=("gpt_description_prompt",),
            examples=(Example("A description", DESCRIBED),),
            answers=ACCEPTED,
            refusals=(
                Refusal(
                    {"gpt_description_prompt": None},
                    400,
                    "bad_request",
                    "gpt_description_prompt is required when custom_mode is false",
                    "There is no description",
                ),
                NO_SUCH_MODEL,
            ),
            notes=f"`prompt` is read as the description where that is absent; else it and `lyrics` belong to the other mode and are not read. {EXACT_NOTE}",
            see=POLL,
        ),
        create(
            "sonic/create-instrumental",
            "Create music: without a singer",
            task_type="create_music",
            intro="Style words alone make an instrumental; lyrics are not needed.",
            price="create",
            fields=("custom_mode", "mv", "make_instrumental", "prompt", *STYLE, *EXACT, *CALLED, *IGNORED),
            required=("make_instrumental",),
            examples=(
                Example(
                    "An instrumental of one minute",
                    {
                        "custom_mode": True,
                        "mv": "sonic-v5",
                        "tags": "synthwave, 110 bpm",
                        "make_instrumental": True,
                        "duration": 60,
                    },
                ),
            ),
            answers=ACCEPTED,
            refusals=(
                Refusal({"duration": 5}, 400, "bad_request", "duration must be at least 10", "Too short"),
                Refusal(
                    {"make_instrumental": "yes"},
                    400,
                    "bad_request",
                    "make_instrumental must be true or false",
                    "Text instead of a boolean",
                ),
            ),
            notes="The clip's `lyrics` is then `[Instrumental]`.",
            see=POLL,
        ),
        create(
            "sonic/create-auto-lyrics",
            "Create music: lyrics written for you",
            task_type="create_music",
            intro="Custom mode with `auto_lyrics`: `prompt` says what the words are about, and lyrics are written from it.",
            price="create",
            fields=("custom_mode", "mv", "auto_lyrics", "prompt", *STYLE, *SINGER, *EXACT, *CALLED, *IGNORED),
            required=("prompt", "auto_lyrics"),
            examples=(
                Example(
                    "Words about something",
                    {
                        "custom_mode": True,
                        "mv": "sonic-v5",
                        "auto_lyrics": True,
                        "prompt": "a lighthouse keeper who writes to the moon",
                        "tags": "sea shanty, accordion",
                    },
                ),
            ),
            answers=ACCEPTED,
            see=("sonic/lyrics", "sonic/get-music"),
        ),
        Route(
            "sonic/batch",
            "Batch",
            "POST",
            f"{API}/sonic/batch",
            intro="Several creates in one call; each is a task of its own at its usual price.",
            price="create",
            may=SUNG,
            examples=(Example("Two creates", {"requests": [CUSTOM, DESCRIBED]}),),
            answers=(
                Answer(
                    200,
                    "One accepted, one refused",
                    {
                        "code": 200,
                        "message": "success",
                        "results": [SUBMITTED, {"error": NO_MODEL, "message": NO_MODEL, "type": "bad_request", "code": 400}],
                    },
                ),
            ),
            refusals=(
                Refusal(
                    {"requests": []},
                    400,
                    "bad_request",
                    f"requests must be a list of 1 to {MOST_IN_A_BATCH} bodies of create",
                    "Nothing to make",
                ),
            ),
            notes="`results` answers in the order of `requests`: a task, or the error with which that one was refused. The others go on. The price is that of **each** create.",
            see=POLL,
        ),
        Route(
            "sonic/get-music",
            "Get music",
            "GET",
            f"{API}/sonic/task/{{task_id}}",
            intro="Asks how a task is doing. As long as a clip is in the making the answer is HTTP 202; ask again in a few seconds, for nothing.",
            examples=(Example("A task", path={"task_id": TASK}),),
            answers=(
                Answer(200, "All clips are final", done(clip(), clip(OTHER_CLIP))),
                Answer(202, "One song is there, the other is being played", WAITING),
                Answer(200, "The task failed; the credits are back", FAILED),
            ),
            refusals=(Refusal({}, 400, "not_found", "task not found", "No task of yours has this id"),),
            notes="""An `audio_url` that is not empty plays to its end at that moment, also while the other clip is in the making.
`duration` is a number of seconds. `stage` and `progress` (0 to 1) are extras of this server.

A task fails only as a whole: when one of two songs could not be made and the other could, the task succeeds and that clip's
`state` is `failed`, with an `error_message`.""",
            see=("sonic/create-custom", "webhooks/guide"),
        ),
    ),
)
