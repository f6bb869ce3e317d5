"""The account."""

from __future__ import annotations

from troubadour_server.reference.routes import API, Answer, Family, Route

CREDITS = Family(
    "Credits",
    (
        Route(
            "get-credits",
            "Get credits",
            "GET",
            f"{API}/get-credits",
            intro="What is left for songs: `extra_credits` are spent first, then `credits`.",
            answers=(Answer(200, "What is left", {"credits": 480, "extra_credits": 25}),),
            notes="Credits of tasks that are being made are taken already, and come back when a task fails. An account without limit shows 1000000. Lyrics credits are not reported here.",
            see=("credits",),
        ),
    ),
)
