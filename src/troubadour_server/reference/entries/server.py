"""What this server has beside the vendor's calls: webhooks' deliveries, the list of songs, singers, health."""

from __future__ import annotations

from troubadour_server.reference.entries.examples import CLIP, OTHER_CLIP, TASK, clip
from troubadour_server.reference.routes import API, Answer, Example, Family, Guide, Refusal, Route

WEBHOOKS = Family(
    "Webhooks",
    (
        Guide("webhooks/guide", "Webhook integration guide", "webhooks.md"),
        Route(
            "webhooks/deliveries",
            "List webhook deliveries",
            "GET",
            f"{API}/webhooks/deliveries",
            intro="Your events, newest first, with every attempt at delivering them.",
            examples=(Example("Those of one task", query={"task_id": TASK}),),
            answers=(
                Answer(
                    200,
                    "Deliveries",
                    {
                        "code": 200,
                        "message": "success",
                        "data": [
                            {
                                "id": f"wh-{TASK}-completed",
                                "event": "song.completed",
                                "task_id": TASK,
                                "url": "https://example.org/songs",
                                "state": "delivered",
                                "created_at": "2026-11-24T10:02:00.000Z",
                                "next_attempt_at": None,
                                "attempts": [
                                    {
                                        "number": 1,
                                        "at": "2026-11-24T10:02:00.321Z",
                                        "status": 204,
                                        "error": None,
                                        "seconds": 0.21,
                                    }
                                ],
                            }
                        ],
                    },
                ),
            ),
            see=("webhooks/guide",),
        ),
    ),
)

NO_SONG = Refusal({}, 404, "not_found", "song not found", "No song of yours has this id")
SERVER = Family(
    "This server",
    (
        Route(
            "songs/list",
            "List your songs",
            "GET",
            f"{API}/songs",
            intro="Your songs, newest first, a page at a time.",
            examples=(Example("The newest five", query={"limit": 5}),),
            answers=(Answer(200, "A page", {"code": 200, "message": "success", "data": [clip()], "next_cursor": None}),),
            refusals=(),
            see=("songs/get",),
        ),
        Route(
            "songs/get",
            "Get a song",
            "GET",
            f"{API}/songs/{{clip_id}}",
            intro="A clip with everything that is known of it: `facts`, `peaks` for drawing its waveform, and `files`.",
            examples=(Example("A song", path={"clip_id": CLIP}),),
            answers=(
                Answer(
                    200,
                    "A song with its facts (shortened)",
                    {
                        "code": 200,
                        "message": "success",
                        "data": {
                            **clip(),
                            "facts": {"tempo_bpm": 118.0, "key": "D major", "metre": "4/4", "sections": [], "words": []},
                            "peaks": [0, 12, 87],
                            "files": {"mp3": {"url": clip()["audio_url"]}},
                        },
                    },
                ),
            ),
            refusals=(NO_SONG,),
        ),
        Route(
            "songs/history",
            "Get a song's history",
            "GET",
            f"{API}/songs/{{clip_id}}/history",
            intro="What a clip was made from and by which operation, and what that was made from: the clip itself first.",
            examples=(Example("A song", path={"clip_id": CLIP}),),
            answers=(
                Answer(
                    200,
                    "An extension and its source",
                    {
                        "code": 200,
                        "message": "success",
                        "data": [
                            {"clip_id": CLIP, "operation": "extend_music", "title": "Harbour Lights", "sources": [OTHER_CLIP]},
                            {"clip_id": OTHER_CLIP, "operation": "create_music", "title": "Harbour Lights", "sources": []},
                        ],
                    },
                ),
            ),
            refusals=(NO_SONG,),
        ),
        Route(
            "songs/file",
            "Get a song's file",
            "GET",
            f"{API}/songs/{{clip_id}}/files/{{format}}",
            intro="Redirects to the song in a format, which is made now if it is not there, once. Formats: {{formats:all}}.",
            examples=(Example("The score for a notation program", path={"clip_id": CLIP, "format": "musicxml"}),),
            refusals=(),
            binary=True,
        ),
        Route(
            "voices",
            "List the singers",
            "GET",
            f"{API}/voices",
            intro="Who sings here: `id` is what `voice` of a create takes.",
            answers=(
                Answer(
                    200,
                    "Singers (shortened)",
                    {
                        "code": 200,
                        "message": "success",
                        "data": [{"id": "linnea", "name": "Linnea", "gender": "f", "low": 53, "high": 69}],
                    },
                ),
            ),
        ),
        Route(
            "health",
            "Health",
            "GET",
            "/health",
            intro="200 when requests are accepted and a worker is alive. Needs no key.",
            answers=(Answer(200, "It works", {"status": "ok"}),),
            keyless=True,
        ),
    ),
)
