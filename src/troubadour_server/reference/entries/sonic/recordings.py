"""One's own recordings: brought here, and what can be made of them."""

from __future__ import annotations

from troubadour_server.reference.entries.examples import (
    MEASURED_SUBMITTED,
    RECORDING,
    SUBMITTED,
    UPLOADED,
    VERSE,
    brought,
)
from troubadour_server.reference.entries.sonic.shared import (
    ACCEPTED,
    CALLED,
    EXACT,
    NO_SUCH_MODEL,
    SINGER,
    SOURCE,
    STYLE,
    stranger,
)
from troubadour_server.reference.routes import API, SUNG, Answer, Example, Family, Refusal, Route, create
from troubadour_server.tasks.recording import LONGEST_S, SHORTEST_S

MEASURED_ACCEPTED = (Answer(200, "Accepted", MEASURED_SUBMITTED),)
BY_EAR = "The answer's `warning` says what was known of the recording."
BOTH_STEPS = (
    "`steps` says how each step went; when one cannot be done, the answer is an error with `failed_step`, nothing is charged and "
    "nothing of the recording stays here. The recording is a clip of its own afterwards, at no further price."
)
WITH_FULL = " With `auto_concat` each item of the result has `extended`, the new part, and `full`, the recording with it."
NO_ADDRESS = Refusal(
    {"url": "ftp://example.org/demo.mp3"}, 400, "bad_request", "url must begin with http:// or https://", "No web address"
)

RECORDINGS = Family(
    "Sonic: your recordings",
    (
        Route(
            "sonic/upload",
            "Upload music",
            "POST",
            f"{API}/sonic/upload",
            intro="Takes a recording in from a public address, and answers with a clip id for extend, cover and the others.",
            price="upload",
            examples=(Example("By address", {"url": RECORDING}),),
            may=("bad_audio", "unreachable_url"),
            answers=(
                Answer(200, "Taken in", {"code": 200, "message": "success", "clip_id": UPLOADED}),
                Answer(200, "With callback_url: accepted, the result is sent there", SUBMITTED),
            ),
            refusals=(
                Refusal(
                    {"url": "ftp://example.org/demo.mp3"},
                    400,
                    "bad_request",
                    "url must begin with http:// or https://",
                    "No web address",
                ),
            ),
            notes=f"""A recording lasts {SHORTEST_S:g} to {LONGEST_S:g} seconds and has at most {{{{setting:upload_limit_bytes}}}} bytes. MP3, WAV, FLAC,
OGG and M4A are read, by their content and not by their name. An uploaded clip wants the task types with `upload` in their names.

A file need not lie at a public address: send it as a form.

```bash
curl '{{{{base}}}}/api/v1/sonic/upload' -H 'Authorization: Bearer YOUR_API_KEY' -F file=@demo.mp3
```

With `callback_url` the answer comes at once and the result is sent there as a webhook, `upload.completed` or `upload.failed`; a
form takes the same field.""",
            see=("sonic/extend-upload", "sonic/cover-upload"),
        ),
        create(
            "sonic/extend-upload",
            "Extend an upload",
            task_type="extend_upload_music",
            intro="What comes after a recording of your own: in its key, on its beat, as loud as it is, with a band that fits.",
            price="create",
            fields=(
                "task_type",
                "custom_mode",
                "mv",
                "continue_clip_id",
                "clip_id",
                "continue_at",
                "prompt",
                "lyrics",
                *STYLE,
                *EXACT,
                *CALLED,
            ),
            required=("task_type", "continue_clip_id", "continue_at", "prompt"),
            refusals=(stranger("continue_clip_id"),),
            notes=f"The new part begins on the beat nearest to `continue_at`; {{{{page:sonic/concat}}}} joins both, and every sample of the recording before the join stays. {BY_EAR}",
            examples=(
                Example(
                    "Go on from the end",
                    {
                        "task_type": "extend_upload_music",
                        "custom_mode": True,
                        "mv": "sonic-v5",
                        "continue_clip_id": UPLOADED,
                        "continue_at": 20.5,
                        "prompt": "[Chorus]\nHarbour lights, keep burning",
                    },
                ),
            ),
            answers=MEASURED_ACCEPTED,
            see=("sonic/upload",),
        ),
        create(
            "sonic/cover-upload",
            "Cover an upload",
            task_type="cover_upload_music",
            intro="A recording of your own in another style: its key, its tempo and its length stay.",
            price="create",
            fields=(
                "task_type",
                "custom_mode",
                "mv",
                *SOURCE,
                "continue_at",
                "prompt",
                "lyrics",
                *STYLE,
                "audio_weight",
                "make_instrumental",
                *SINGER,
                *EXACT,
                *CALLED,
            ),
            required=("task_type", "continue_clip_id"),
            refusals=(stranger("continue_clip_id"),),
            notes=f"The words are those of `prompt`; without any it is an instrumental. `continue_at` is read and not needed. {BY_EAR}",
            examples=(
                Example(
                    "Your demo as synth pop",
                    {
                        "task_type": "cover_upload_music",
                        "custom_mode": True,
                        "mv": "sonic-v5",
                        "continue_clip_id": UPLOADED,
                        "prompt": VERSE,
                        "tags": "synth pop",
                    },
                ),
            ),
            answers=MEASURED_ACCEPTED,
            see=("sonic/upload",),
        ),
        Route(
            "sonic/upload-extend",
            "Upload and extend",
            "POST",
            f"{API}/sonic/upload-extend",
            intro="Upload and extend in one call, at the price of a create.",
            price="create",
            may=(*SUNG, "bad_audio", "unreachable_url"),
            examples=(
                Example(
                    "A recording goes on",
                    {
                        "url": RECORDING,
                        "continue_at": 20.5,
                        "custom_mode": True,
                        "mv": "sonic-v5",
                        "prompt": "[Chorus]\nHarbour lights, keep burning",
                    },
                ),
            ),
            answers=(Answer(200, "Taken in and accepted", brought("extend")),),
            refusals=(NO_SUCH_MODEL, NO_ADDRESS),
            notes=BOTH_STEPS + WITH_FULL,
            see=("sonic/upload",),
        ),
        Route(
            "sonic/upload-cover",
            "Upload and cover",
            "POST",
            f"{API}/sonic/upload-cover",
            intro="Upload and cover in one call, at the price of a create.",
            price="create",
            may=(*SUNG, "bad_audio", "unreachable_url"),
            examples=(
                Example(
                    "A recording in another style",
                    {
                        "url": RECORDING,
                        "custom_mode": True,
                        "mv": "sonic-v5",
                        "prompt": VERSE,
                        "tags": "synth pop",
                        "audio_weight": 0.6,
                    },
                ),
            ),
            answers=(Answer(200, "Taken in and accepted", brought("cover")),),
            refusals=(NO_SUCH_MODEL, NO_ADDRESS),
            notes=BOTH_STEPS,
            see=("sonic/upload",),
        ),
        create(
            "sonic/add-vocals",
            "Add vocals",
            task_type="add_vocals",
            intro="Your words, sung over a recording of your own: in its key, on its beats, as fast and slow as it goes.",
            price="add_vocals",
            fields=(
                "task_type",
                "custom_mode",
                "mv",
                *SOURCE,
                "prompt",
                "lyrics",
                "overpainting_start_s",
                "overpainting_end_s",
                *STYLE,
                "audio_weight",
                *SINGER,
                "seed",
                *CALLED,
            ),
            required=("task_type", "continue_clip_id", "prompt"),
            refusals=(stranger("continue_clip_id"),),
            notes=f"The window holds whole bars; it is the whole recording where no times are named. Words that it cannot hold are refused. {BY_EAR}",
            examples=(
                Example(
                    "A singer for a backing track",
                    {
                        "task_type": "add_vocals",
                        "custom_mode": True,
                        "mv": "sonic-v5",
                        "continue_clip_id": UPLOADED,
                        "prompt": VERSE,
                        "overpainting_start_s": 8,
                        "overpainting_end_s": 24,
                    },
                ),
            ),
            answers=MEASURED_ACCEPTED,
            see=("sonic/upload",),
        ),
        create(
            "sonic/add-instrumental",
            "Add instrumental",
            task_type="add_instrumental",
            intro="A band behind a recorded voice of your own; `tags` say what it plays.",
            price="add_instrumental",
            fields=(
                "task_type",
                "custom_mode",
                "mv",
                *SOURCE,
                "overpainting_start_s",
                "overpainting_end_s",
                "underpainting_start_s",
                "underpainting_end_s",
                *STYLE,
                "audio_weight",
                "seed",
                *CALLED,
            ),
            required=("task_type", "continue_clip_id"),
            refusals=(stranger("continue_clip_id"),),
            notes=f"The recording is mixed like a singer: the band plays under it, in its key and on its beats. {BY_EAR}",
            examples=(
                Example(
                    "A band for a voice",
                    {
                        "task_type": "add_instrumental",
                        "custom_mode": True,
                        "mv": "sonic-v5",
                        "continue_clip_id": UPLOADED,
                        "tags": "indie folk, brushes, upright bass",
                    },
                ),
            ),
            answers=MEASURED_ACCEPTED,
            see=("sonic/upload",),
        ),
        Route(
            "sonic/create-voice",
            "Create voice",
            "POST",
            f"{API}/sonic/create-voice",
            intro="A persona from a recorded voice: the singer of this server who is nearest to it, kept in the range that was heard.",
            price="create_voice",
            may=("bad_audio", "unreachable_url"),
            examples=(Example("From an address", {"audio_url": RECORDING}),),
            answers=ACCEPTED,
            refusals=(
                Refusal({"audio_url": None}, 400, "bad_request", "audio_url is required", "The address is missing"),
                Refusal(
                    {"audio_url": "ftp://example.org/voice.wav"},
                    400,
                    "bad_request",
                    "audio_url must begin with http:// or https://",
                    "No web address",
                ),
            ),
            notes='When the task is done its `data` is `{"persona_id": …, "name": …}`: send that id with `persona_music`. Nobody\'s voice is copied.',
            see=("sonic/persona", "sonic/create-persona"),
        ),
    ),
)
