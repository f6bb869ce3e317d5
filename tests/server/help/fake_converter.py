"""A child process that behaves like the converter: its files are text, and each of them leaves a mark that it was made.

The format says what happens: `opus` takes a second, `flac` ends the process the first time, `lrc` is refused.
"""

import os
import sys
import time
from pathlib import Path

from troubadour.errors import BadRequest
from troubadour_server.storage.blobs import Blobs
from troubadour_server.tasks.renderer import serve


def file(order, tell):
    blobs, kind = Blobs(order["storage"]), order["kind"]
    marks = f"{order['folder']}/{kind}-began"
    first = not blobs.has(marks)
    blobs.put_text(f"{marks}-{os.getpid()}-{time.time_ns()}", "")
    blobs.put_text(marks, "")
    if kind == "lrc":
        raise BadRequest("nobody sings in this song")
    if kind == "flac" and first:
        os._exit(9)
    if kind == "opus":
        time.sleep(1.0)
    path = Path(order["scratch"]) / f"{order['stem']}.{kind}"
    path.write_text(f"{kind} of {order['folder']}")
    return vars(blobs.put_file(f"{order['folder']}/{path.name}", path))


if __name__ == "__main__":
    assert sys.argv[1] in ("sheets", "sounds")
    serve(lambda: None, {"file": file})
