"""Edits of songs, their stems, and personas."""

from __future__ import annotations

from troubadour_server.reference.entries.examples import (
    CLIP,
    LYRICS,
    OTHER_CLIP,
    PERSONA,
    SUBMITTED,
    VERSE,
)
from troubadour_server.reference.entries.sonic.shared import (
    ACCEPTED,
    CALLED,
    EXACT,
    POLL,
    SINGER,
    SOURCE,
    STYLE,
    stranger,
)
from troubadour_server.reference.routes import API, SUNG, Answer, Example, Family, Refusal, Route, create
from troubadour_server.request.limits import PERSONA_NAME

TAKEN_APART = (
    "A recording that was uploaded is taken apart by its sound, without a trained model: `vocals`, and in full `drums`, `bass` and "
    "`other`. What is in one may be heard faintly in another; together they are the recording, to the last bit of its WAV."
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
            notes="The window is drawn to the beats inside it. With an `audio_weight` from 0.7 on the passage keeps its own tune and chords and is played and sung anew. With `auto_concat` each item of the task has the new passage as `replaced` and the song as `full`; `full` is null until it is there.",
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
