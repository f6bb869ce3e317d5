"""The sonic family: songs, edits of songs, one's own recordings, and other forms of a song."""

from __future__ import annotations

from troubadour_server.reference.entries.examples import (
    CLIP,
    FAILED,
    LYRICS,
    MEASURED_SUBMITTED,
    OTHER_CLIP,
    PERSONA,
    RECORDING,
    SUBMITTED,
    TAGS,
    TASK,
    UPLOADED,
    VERSE,
    WAITING,
    brought,
    clip,
    done,
)
from troubadour_server.reference.routes import API, SUNG, Answer, Example, Family, Guide, Refusal, Route, create
from troubadour_server.request.limits import MODELS, PERSONA_NAME, TASK_TYPES
from troubadour_server.request.sonic import MOST_IN_A_BATCH
from troubadour_server.tasks.recording import LONGEST_S, SHORTEST_S

ACCEPTED = (Answer(200, "Accepted", SUBMITTED),)
STYLE = ("title", "tags", "negative_tags", "style_weight", "weirdness_constraint")
SINGER = ("vocal_gender", "voice", "language", "nearest_voice")
EXACT = ("duration", "bpm", "key", "time_signature", "seed")
CALLED = ("webhook_url", "webhook_secret")
IGNORED = ("use_suno_cdn",)
SOURCE = ("continue_clip_id", "clip_id")
POLL = ("sonic/get-music",)

CUSTOM = {"custom_mode": True, "mv": "sonic-v5", "title": "Harbour Lights", "tags": TAGS, "prompt": LYRICS}
DESCRIBED = {"custom_mode": False, "mv": "sonic-v5", "gpt_description_prompt": "a slow piano waltz about winter trains"}
NO_MODEL = f"mv must be one of {', '.join(MODELS)}"
NO_SUCH_MODEL = Refusal({"mv": "sonic-v0"}, 400, "bad_request", NO_MODEL, "The model is none of this server's")
EXACT_NOTE = (
    "`duration`, `bpm`, `key`, `time_signature`, `language` and `voice` are extras of this server. Each is met exactly, or the request is "
    "refused with the reason; none is quietly ignored. Two requests that are alike, `seed` included, give the same song."
)


def stranger(field: str) -> Refusal:
    """A source that the account does not have."""
    return Refusal(
        {field: "not-one-of-yours"}, 404, "not_found", "clip not-one-of-yours not found", "A source that is not yours"
    )


TAKEN_APART = (
    "A recording that was uploaded is taken apart by its sound, without a trained model: `vocals`, and in full `drums`, `bass` and "
    "`other`. What is in one may be heard faintly in another; together they are the recording, to the last bit of its WAV."
)

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
            notes=f"`prompt` and `lyrics` belong to the other mode and are not read. {EXACT_NOTE}",
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

EDITS = Family(
    "Sonic: edits",
    (
        create(
            "sonic/extend",
            "Extend music",
            task_type="extend_music",
            intro="Goes on from a moment of a song, in its key, tempo, band and voice. The result is **the new part only**.",
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
            examples=(
                Example(
                    "A bridge after 92 seconds",
                    {
                        "task_type": "extend_music",
                        "custom_mode": True,
                        "mv": "sonic-v5",
                        "continue_clip_id": CLIP,
                        "continue_at": 92,
                        "prompt": "[Bridge]\nThe tide turns slow",
                    },
                ),
            ),
            answers=ACCEPTED,
            refusals=(
                stranger("continue_clip_id"),
                Refusal(
                    {"continue_clip_id": None},
                    400,
                    "bad_request",
                    "continue_clip_id is required when task_type is extend_music",
                    "No source",
                ),
            ),
            notes="""The join falls on the beat nearest to `continue_at`. The form goes on sensibly: what comes after a second chorus is
not a third one. New `tags` may change the style from there on.

To hear both parts as one song, send the **extension's** clip id to {{page:sonic/concat}}.""",
            see=("sonic/concat", "special-scenarios"),
        ),
        create(
            "sonic/concat",
            "Concat music",
            task_type="concat_music",
            intro="The whole song, from its first part to the end of an extension. Nothing is rendered again: every sample before the join is the source's.",
            price="concat",
            fields=("task_type", *SOURCE, *CALLED),
            required=("task_type", "continue_clip_id"),
            may=(),
            examples=(
                Example("Join an extension to its source", {"task_type": "concat_music", "continue_clip_id": OTHER_CLIP}),
            ),
            answers=ACCEPTED,
            refusals=(stranger("continue_clip_id"),),
            notes="The clip must come from an **extend**; a first-generation song has nothing to be joined to and is refused. Neither `mv` nor `custom_mode` is needed.",
            see=("sonic/extend",),
        ),
        create(
            "sonic/cover",
            "Cover music",
            task_type="cover_music",
            intro="The same melody and words in another style: harmony, rhythm and band are made anew.",
            price="create",
            fields=(
                "task_type",
                "custom_mode",
                "mv",
                *SOURCE,
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
            examples=(
                Example(
                    "A swing version",
                    {
                        "task_type": "cover_music",
                        "custom_mode": True,
                        "mv": "sonic-v5",
                        "continue_clip_id": CLIP,
                        "prompt": VERSE,
                        "tags": "swing jazz, brass",
                        "audio_weight": 0.7,
                    },
                ),
            ),
            answers=ACCEPTED,
            refusals=(
                stranger("continue_clip_id"),
                Refusal(
                    {"continue_clip_id": None},
                    400,
                    "bad_request",
                    "continue_clip_id is required when task_type is cover_music",
                    "No source",
                ),
                Refusal({"audio_weight": 2}, 400, "bad_request", "audio_weight must be at most 1", "Out of its range"),
            ),
            notes="`audio_weight` says how close the cover stays to its source: up to 0.3 loosely, 0.4 to 0.6 balanced, from 0.7 on closely.",
        ),
        Route(
            "sonic/replace-section",
            "Replace section",
            "POST",
            f"{API}/sonic/replace-section",
            intro="New music, and new words if you like, in a window of a song. Every sample outside the window stays as it was.",
            price="replace_section",
            may=SUNG,
            examples=(
                Example(
                    "New words between 0:30 and 0:45",
                    {
                        "clip_id": CLIP,
                        "mv": "sonic-v5",
                        "infill_start_s": 30,
                        "infill_end_s": 45,
                        "prompt": LYRICS,
                        "infill_lyrics": "Lanterns on the water",
                    },
                ),
            ),
            answers=ACCEPTED,
            refusals=(
                stranger("clip_id"),
                Refusal(
                    {"infill_end_s": 20},
                    400,
                    "bad_request",
                    "infill_end_s must be more than infill_start_s",
                    "The window ends before it begins",
                ),
            ),
            notes="The window is drawn to the beats inside it. With `auto_concat` each item of the task has the new passage as `replaced` and the song as `full`; `full` is null until it is there.",
            see=POLL,
        ),
        create(
            "sonic/remaster",
            "Remaster",
            task_type="remaster",
            intro="The same notes, played and mixed anew; `variation_category` says how far the new master may go.",
            price="remaster",
            fields=("task_type", *SOURCE, "mv", "variation_category", *CALLED),
            required=("task_type", "continue_clip_id"),
            may=(),
            examples=(
                Example(
                    "A fresh master",
                    {"task_type": "remaster", "continue_clip_id": CLIP, "mv": "sonic-v5", "variation_category": "normal"},
                ),
            ),
            answers=ACCEPTED,
            refusals=(
                stranger("continue_clip_id"),
                Refusal(
                    {"continue_clip_id": None},
                    400,
                    "bad_request",
                    "continue_clip_id is required when task_type is remaster",
                    "No source",
                ),
            ),
            notes="Songs of any age are accepted.",
        ),
        Route(
            "sonic/mashup",
            "Mashup",
            "POST",
            f"{API}/sonic/mashup",
            intro="Two songs in one: brought into one key and one tempo by moving notes, not by stretching sound.",
            price="mashup",
            fields=(
                "mashup_clip_ids",
                "custom_mode",
                "mv",
                "prompt",
                "lyrics",
                "gpt_description_prompt",
                *STYLE,
                "make_instrumental",
                *SINGER,
                *EXACT,
                *CALLED,
            ),
            may=SUNG,
            examples=(
                Example(
                    "Two of your songs",
                    {"mashup_clip_ids": [CLIP, OTHER_CLIP], "custom_mode": True, "mv": "sonic-v5", "tags": "disco"},
                ),
            ),
            answers=ACCEPTED,
            see=POLL,
        ),
        Route(
            "sonic/sample",
            "Sample",
            "POST",
            f"{API}/sonic/sample",
            intro="A new song around a piece of an existing one: one of your clips, or a recording at a public address.",
            price="create",
            may=(*SUNG, "bad_audio", "unreachable_url"),
            examples=(
                Example(
                    "Eight seconds of a song",
                    {
                        "sample_clip_id": CLIP,
                        "chop_sample_start_s": 30,
                        "chop_sample_end_s": 38,
                        "custom_mode": True,
                        "mv": "sonic-v5",
                        "prompt": "[Verse]\nCut the tape and start again",
                        "tags": "boom bap, vinyl",
                    },
                ),
            ),
            answers=(Answer(200, "Accepted", {"code": 200, **SUBMITTED}),),
            refusals=(
                Refusal(
                    {"sample_clip_id": None}, 400, "bad_request", "send either url or sample_clip_id, and not both", "No source"
                ),
                Refusal(
                    {"chop_sample_end_s": 20},
                    400,
                    "bad_request",
                    "chop_sample_end_s must be more than chop_sample_start_s",
                    "The end before the beginning",
                ),
            ),
            notes="The piece is cut on its nearest beats and lasts a minute at most. The song takes its tempo, metre and key, so nothing is stretched; calm sections play it as it is, strong ones chop it. With `url` the recording is taken in first, and the answer has `steps` as in {{page:sonic/upload-cover}}.",
            see=POLL,
        ),
        Route(
            "sonic/stems-basic",
            "Stems: basic",
            "POST",
            f"{API}/sonic/stems/{{kind}}",
            intro="Two clips, `vocals` (silent in an instrumental) and `instrumental`. They come from the score itself and add up to the song.",
            price="stems_basic",
            examples=(Example("Split a song in two", {"clip_id": CLIP}, path={"kind": "basic"}),),
            answers=ACCEPTED,
            refusals=(stranger("clip_id"),),
            notes=f"The task's clips are told apart by `stem_type`, and by the end of their `title`; `wav_url` has each without loss. {TAKEN_APART}",
            see=POLL,
        ),
        Route(
            "sonic/stems-full",
            "Stems: full",
            "POST",
            f"{API}/sonic/stems/{{kind}}",
            intro="""Up to twelve clips: vocals, backing vocals, drums, bass, guitar, keyboard, percussion, strings, synth, effects, brass,
woodwinds. A stem that the song does not have is left out; those that come add up to the song.""",
            price="stems_full",
            examples=(Example("Every part by itself", {"clip_id": CLIP}, path={"kind": "full"}),),
            answers=ACCEPTED,
            refusals=(stranger("clip_id"),),
            notes=f"The task's clips are told apart by `stem_type`, and by the end of their `title`; `wav_url` has each without loss. {TAKEN_APART}",
            see=POLL,
        ),
        Route(
            "sonic/persona",
            "Create persona",
            "POST",
            f"{API}/sonic/persona",
            intro="Keeps the singer (timbre, range, manner) and the taste of a song under a name, for songs to come. Answers at once.",
            price="persona",
            examples=(
                Example(
                    "A voice to keep", {"name": "Harbour voice", "clip_id": CLIP, "describe": "warm, close to the microphone"}
                ),
                Example(
                    "The field names of 2025",
                    {"name": "Harbour voice", "continue_clip_id": CLIP, "description": "warm, close to the microphone"},
                ),
            ),
            answers=(Answer(200, "Made", {"code": 200, "message": "success", "persona_id": PERSONA}),),
            refusals=(
                stranger("clip_id"),
                Refusal({"name": None}, 400, "bad_request", "name is required", "No name"),
                Refusal({"clip_id": None}, 400, "bad_request", "clip_id (in 2025: continue_clip_id) is required", "No song"),
                Refusal(
                    {"name": "x" * (PERSONA_NAME + 1)},
                    400,
                    "bad_request",
                    f"name has {PERSONA_NAME + 1} characters; it must have fewer than {PERSONA_NAME + 1}",
                    "The name is too long",
                ),
            ),
            notes="Both generations of field names are read: `clip_id` and `describe` of 2026, `continue_clip_id` and `description` of 2025. A program that does not know which it meets may send both.",
            see=("sonic/create-persona",),
        ),
        create(
            "sonic/create-persona",
            "Create music with persona",
            task_type="persona_music",
            intro="New words and music, sung by the singer of a persona, in its taste.",
            price="create",
            fields=("task_type", "custom_mode", "mv", "persona_id", "prompt", "lyrics", *STYLE, *EXACT, *CALLED),
            required=("task_type", "persona_id", "prompt"),
            examples=(
                Example(
                    "The same voice, another song",
                    {
                        "task_type": "persona_music",
                        "custom_mode": True,
                        "mv": "sonic-v5",
                        "persona_id": PERSONA,
                        "prompt": "[Verse]\nNew words, same voice",
                    },
                ),
            ),
            answers=ACCEPTED,
            refusals=(
                Refusal(
                    {"persona_id": None},
                    400,
                    "bad_request",
                    "persona_id is required when task_type is persona_music",
                    "No persona",
                ),
            ),
            see=("sonic/persona",),
        ),
    ),
)

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


def form(slug: str, title: str, intro: str, price: str, notes: str = "") -> Route:
    """Another form of a finished song, answered at once; its examples stand with its schema."""
    return Route(f"sonic/{slug}", title, "POST", f"{API}/sonic/{slug}", intro, price, refusals=NO_SONG, notes=notes)


NO_SONG = (
    Refusal({"clip_id": "none-of-yours"}, 404, "not_found", "no song of yours has this clip_id", "An unknown clip"),
    Refusal({"clip_id": None}, 400, "bad_request", "clip_id is required", "The clip is missing"),
)
ONCE = "Charged the first time for each song; repetitions are free."

FORMS = Family(
    "Sonic: forms of a song",
    (
        form("wav", "Get WAV", "The lossless master.", "wav", ONCE),
        form(
            "bpm",
            "Get BPM",
            "The tempo in quarter notes a minute. Exact: it is read from the score, not guessed from the sound.",
            "bpm",
        ),
        form(
            "vox",
            "Get VOX",
            "The lead voice alone, a window of at most 30 seconds. Of a recording that was uploaded: what can be told from the rest.",
            "vox",
        ),
        form(
            "midi",
            "Get MIDI",
            "The score as a MIDI file, and its notes in seconds. Of a recording that was uploaded: the tune that was heard.",
            "midi",
            ONCE,
        ),
        form(
            "aligned-lyrics",
            "Get the lyrics' timeline",
            "When each word is sung. Exact: the times were written, not guessed.",
            "aligned_lyrics",
            ONCE,
        ),
        Route(
            "sonic/upsample-tags",
            "Upsample tags",
            "POST",
            f"{API}/sonic/upsample-tags",
            intro="Style words at length: yours, then the tempo, metre, mood, instruments and form that they mean here.",
            price="upsample_tags",
            refusals=(Refusal({"tags": ""}, 400, "bad_request", "tags is required", "There are no tags"),),
        ),
        Route(
            "sonic/download",
            "Download",
            "POST",
            f"{API}/sonic/download",
            intro="Links to a song's files in the formats that you name. Formats: {{formats:all}}.",
            price="download",
            answers=(
                Answer(
                    200,
                    "All files are there",
                    {"code": 200, "message": "success", "data": {"files": [{"format": "mp3", "url": clip()["audio_url"]}]}},
                ),
            ),
            refusals=NO_SONG,
            notes="HTTP 202 means that the files are being made; ask again in a few seconds. Only the answer that has the links is charged. The same files cost nothing at {{page:songs/file}}.",
        ),
    ),
)
