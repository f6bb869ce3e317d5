"""The songs that an operation is done to: they must be the caller's, finished, and of the kind that the operation takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from troubadour_server.request.errors import Invalid, UnknownSong
from troubadour_server.storage.database import clip
from troubadour_server.storage.lineage import Sources, continues, sources_for
from troubadour_server.tasks.order import Order
from troubadour_server.tasks.states import SUCCEEDED

UPLOADED = "upload"
RECORDINGS = (UPLOADED, "create_voice")  # operations that bring a recording here
STEMS = ("stems_basic", "stems_full")
OF_UPLOADS = {  # and what it is called for own songs
    "extend_upload_music": "extend_music",
    "cover_upload_music": "cover_music",
    "replace_upload_music": "replace_music",
    "swap_upload_music_sound": "swap_music_sound",
    "swap_upload_music_vocals": "swap_music_vocals",
}
OF_SONGS = {own: upload for upload, own in OF_UPLOADS.items()}


def find_sources(connection: sa.Connection, owner: str, order: Order) -> Sources:
    """What the order's job needs of its sources. Raises UnknownSong and Invalid."""
    uploaded = False
    for clip_id in order.sources:
        wanted = sa.select(clip.c.id, clip.c.state, clip.c.operation, clip.c.ordered_id, clip.c.request)
        row = connection.execute(wanted.where(clip.c.id == clip_id, clip.c.account_id == owner)).first()
        if row is None:
            raise UnknownSong(f"clip {clip_id} not found")
        if row.state != SUCCEEDED:
            raise Invalid(f"clip {clip_id} is {row.state}: only a finished song can be used")
        _check_kind(order.operation, row)
        uploaded |= row.operation in RECORDINGS
    return replace(sources_for(connection, order.operation, order.sources), uploaded=uploaded)


def _check_kind(operation: str, row: Any) -> None:
    source = row.operation
    if operation == "concat_music" and not continues(row):
        raise Invalid("concat_music takes a clip that was made by extend_music; this one was not")
    if source in RECORDINGS and operation in OF_SONGS:
        raise Invalid(f"this clip was uploaded: use task_type {OF_SONGS[operation]}")
    if source not in RECORDINGS and operation in OF_UPLOADS:
        raise Invalid(f"this clip was made here: use task_type {OF_UPLOADS[operation]}")
    if source in STEMS:
        raise Invalid("this clip is a stem; use the song that it was taken from")
