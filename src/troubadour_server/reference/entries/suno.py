"""Calls under the older prefix `suno`."""

from __future__ import annotations

from troubadour_server.reference.entries.examples import TASK
from troubadour_server.reference.routes import API, Example, Family, Guide, Refusal, Route

NOT_FOUND = Refusal({}, 400, "not_found", "task not found", "No task of yours has this id")
SUNO = Family(
    "Suno",
    (
        Guide("suno/aliases", "Other names", "aliases.md"),
        Route(
            "suno/make-lyrics",
            "Make lyrics as a task",
            "POST",
            f"{API}/suno/make-lyrics",
            intro="The lyrics of {{page:sonic/lyrics}} under an older name: the answer is a task's id.",
            price="lyrics",
            refusals=(Refusal({"prompt": None}, 400, "bad_request", "prompt is required", "Nothing is described"),),
            see=("suno/get-lyrics",),
        ),
        Route(
            "suno/get-lyrics",
            "Get lyrics",
            "GET",
            f"{API}/suno/get-lyrics/{{task_id}}",
            intro="The words that such a task wrote: the first candidate, and all of them.",
            examples=(Example("A lyrics task", path={"task_id": TASK}),),
            refusals=(NOT_FOUND,),
            see=("suno/make-lyrics",),
        ),
        Route(
            "suno/get-song",
            "Read a share link",
            "POST",
            f"{API}/suno/get-song",
            intro="What stands behind a `share_url` of this server: its sound, its cover, its title and its style.",
            refusals=(Refusal({"share_link": None}, 400, "bad_request", "share_link is required", "No link"),),
        ),
    ),
)
