"""Finished songs for tests of what is done with them: rows as the service writes them, files as they are put away."""

import secrets
import uuid

from troubadour import codec
from troubadour.brief import Request
from troubadour.files.names import safe_name
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.database import clip, file, now, task
from troubadour_server.tasks.states import SUCCEEDED


def put_clip(database, settings, owner, title="Harbour Lights", lyrics="", state=SUCCEEDED, request=None, duration_s=10.0):
    """A clip of this account that has only an MP3; its id and its folder."""
    task_id, clip_id = str(uuid.uuid4()), str(uuid.uuid4())
    folder = f"songs/{task_id}/{clip_id}"
    row = {
        "id": task_id,
        "account_id": owner,
        "family": "sonic",
        "operation": "create_music",
        "state": state,
        "created_at": now(),
    }
    told = {"title": title, "tags": "folk", "lyrics": lyrics, "seed": "5", "duration_s": duration_s, "place": 0}
    named = {"id": clip_id, "task_id": task_id, "account_id": owner, "token": secrets.token_urlsafe(24), "state": state}
    ordered = codec.dumps(request or Request(title=title, lyrics=lyrics))
    with database.begin() as connection:
        connection.execute(task.insert().values(**row, base_url="http://here", wire={"mv": "sonic-v5"}))
        connection.execute(clip.insert().values(**named, **told, request=ordered, created_at=now()))
    put_file(database, settings, clip_id, folder, "mp3", f"{safe_name(title)}.mp3", b"ID3 sound")
    return clip_id, folder


def put_file(database, settings, clip_id, folder, kind, name, data):
    """A file of a clip."""
    place = settings.data / name
    place.write_bytes(data)
    stored = Blobs(settings.storage).put_file(f"{folder}/{name}", place)
    with database.begin() as connection:
        connection.execute(file.insert().values(clip_id=clip_id, kind=kind, **vars(stored)))


def path_of(url):
    """A link's path on whatever server it is asked of."""
    return url.removeprefix("http://here")
