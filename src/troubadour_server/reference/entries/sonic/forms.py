"""A finished song in another form, or told: WAV, MIDI, tempo, the times of its words …"""

from __future__ import annotations

from troubadour_server.reference.entries.examples import clip
from troubadour_server.reference.routes import API, Answer, Family, Refusal, Route


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
            "When each word is sung. Exact: the times were written, not guessed. Of a recording that was uploaded: send its `lyrics`, and each word is told where it is heard, as surely as its `p_align`.",
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
