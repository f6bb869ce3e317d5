"""What the pages of the sonic family have in common: groups of fields, examples, refusals."""

from __future__ import annotations

from troubadour_server.reference.entries.examples import (
    LYRICS,
    SUBMITTED,
    TAGS,
)
from troubadour_server.reference.routes import Answer, Refusal
from troubadour_server.request.limits import MODELS

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
