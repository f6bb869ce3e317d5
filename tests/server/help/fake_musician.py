"""A child process that behaves like the renderer and makes no music: for tests of everything around it.

The request's text says what happens: `wait 3` takes three seconds, `die` ends the process, `refuse` cannot be sung, `break` has
a bug, `hang` never ends. The song is the seed and the take as text.
"""

import os
import sys
import time
from pathlib import Path

from troubadour.errors import Unsingable
from troubadour_server.storage.blobs import Blobs
from troubadour_server.tasks.order import read_command, request_of
from troubadour_server.tasks.renderer import serve


def song(order, tell):
    request = request_of(read_command(order["command"]))
    behave(request.text, tell)
    scratch = Path(order["scratch"])
    blobs = Blobs(order["storage"])
    blobs.put_text(f"{order['folder']}/ran-{os.getpid()}-{time.time_ns()}", "")
    files = {}
    for kind in ("mp3", "json", "peaks", "cover"):
        path = scratch / f"{os.getpid()}.{'jpg' if kind == 'cover' else kind}"
        path.write_text(
            '{"tempo_bpm": 120}' if kind == "json" else "[0, 1]" if kind == "peaks" else f"{request.seed}/{request.take}" * 100
        )
        files[kind] = vars(blobs.put_file(f"{order['folder']}/{kind}{path.suffix}", path))
        path.unlink()
    return {
        "title": request.title or "Untitled",
        "tags": request.tags,
        "lyrics": request.lyrics or "",
        "duration_s": 10.0,
        "files": files,
    }


def behave(text, tell):
    word, _, number = text.partition(" ")
    if word == "die":
        os._exit(9)
    if word == "refuse":
        raise Unsingable("no voice can sing this")
    if word == "break":
        raise RuntimeError("a bug")
    seconds = {"wait": float(number or 1), "hang": 3600.0}.get(word, 0.0)
    for step in range(10):
        tell("stems", step / 10)
        time.sleep(seconds / 10)


def read(order, tell):
    text = request_of(read_command(order["command"]))
    if "unsingable" in (text.lyrics or ""):
        raise Unsingable("no voice can sing this")
    if text.text == "reader dies":
        os._exit(9)
    return {"title": ""}


def lyrics(order, tell):
    return {
        "results": [{"title": f"Words {take}", "lyrics": f"{order['description']} {take}"} for take in range(order["count"])]
    }


if __name__ == "__main__":
    assert sys.argv[1] in ("song", "read")
    serve(lambda: None, {"song": song, "read": read, "lyrics": lyrics})
