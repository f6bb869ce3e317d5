"""Words without music."""

from __future__ import annotations

from troubadour_server.reference.routes import API, Answer, Example, Family, Refusal, Route
from troubadour_server.request.limits import LYRICS_DESCRIPTION

TOO_LONG = LYRICS_DESCRIPTION + 1
LYRICS = Family(
    "Lyrics generation",
    (
        Route(
            "sonic/lyrics",
            "Make lyrics",
            "POST",
            f"{API}/sonic/lyrics",
            intro="Two different sets of lyrics about what you describe, at once.",
            price="lyrics",
            examples=(Example("About a lighthouse", {"description": "a lighthouse keeper who writes to the moon"}),),
            answers=(
                Answer(
                    200,
                    "Two candidates",
                    {
                        "code": 200,
                        "message": "success",
                        "results": [
                            {
                                "title": "Letters to the Moon",
                                "lyrics": "[Verse]\nThe lamp goes round\n[Chorus]\nI write to you",
                            },
                            {"title": "Keeper", "lyrics": "[Verse]\nSalt upon the window\n[Chorus]\nMoon, are you reading?"},
                        ],
                    },
                ),
            ),
            refusals=(
                Refusal({"description": None}, 400, "bad_request", "description is required", "Nothing is described"),
                Refusal(
                    {"description": "x" * TOO_LONG},
                    400,
                    "bad_request",
                    f"description has {TOO_LONG} characters; it must have fewer than {TOO_LONG}",
                    "The description is too long",
                ),
            ),
            notes="Lyrics have credits of their own, which songs do not use. Send one of the results to {{page:sonic/create-custom}} as `prompt`.",
            see=("sonic/create-custom",),
        ),
    ),
)
