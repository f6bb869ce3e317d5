"""The warm child process in which the musician works: `python -m troubadour_server.tasks.renderer song|read`.

It imports the musician once, says `{"result": "ready"}`, then takes orders as JSON lines from standard input (see `child`):

- `song`: makes a clip, stage by stage; what a stage made is saved, so that a clip that was interrupted goes on there;
- `read`: reads a request and plans its song, so that what cannot be sung is refused before anything is charged;
- `lyrics`: writes words for a description.

It ends when its standard input closes, which it does when the parent dies.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, TypeVar

from troubadour import codec
from troubadour.brief import Request
from troubadour.errors import BadRequest, TroubadourError
from troubadour_server.storage.blobs import Blobs, Stored
from troubadour_server.tasks.process import ignore_interrupts
from troubadour_server.tasks.states import overall

T = TypeVar("T")
Tell = Callable[[str, float], None]

PROGRESS_STEP = 0.03
PEAKS = 1200
INSTRUMENTAL = "[Instrumental]"


class SavedStages:
    """The server's `keep`: loads what a stage made before, or runs it and saves what it made."""

    def __init__(self, blobs: Blobs, folder: str, tell: Tell) -> None:
        self.seconds: dict[str, float] = {}
        self._blobs, self._folder, self._tell = blobs, folder, tell

    def __call__(self, name: str, kind: type[T], work: Callable[[], T]) -> T:
        """The value of the stage."""
        self._tell(name, 0.0)
        if kind.__name__ not in codec.VERSIONS:
            return self._timed(name, work)
        key = f"{self._folder}/{name}.json"
        saved = self._blobs.get_text(key)
        if saved is not None:
            try:
                return codec.loads(saved, kind)
            except (BadRequest, ValueError):  # written by another version: made anew
                pass
        value = self._timed(name, work)
        self._blobs.put_text(key, codec.dumps(value))
        return value

    def _timed(self, name: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        value = work()
        self.seconds[name] = round(time.perf_counter() - began, 3)
        return value


def make_song(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Makes one clip and puts its files away; what the service must know of it."""
    from troubadour.files.write import write
    from troubadour.make import make

    blobs, request = Blobs(order["storage"]), codec.loads(order["request"], Request)
    keep = SavedStages(blobs, f"{order['folder']}/stages", tell)
    song = make(request, keep, tell)
    tell("files", 0.0)
    with tempfile.TemporaryDirectory(dir=order.get("scratch"), prefix="song-") as folder:
        paths = write(song, Path(folder), order["formats"], timings=keep.seconds)
        peaks = Path(folder) / "peaks.json"
        peaks.write_text(json.dumps(peaks_of(song.mix.master if song.mix else [])), encoding="utf-8")
        files = {
            kind: stored(blobs, order["folder"], path) for kind, path in {**paths, "peaks": peaks}.items() if path.is_file()
        }
    return {**told(song), "files": {kind: vars(each) for kind, each in files.items()}}


def stored(blobs: Blobs, folder: str, path: Path) -> Stored:
    """A file, put away under the clip's folder."""
    return blobs.put_file(f"{folder}/{path.name}", path)


def told(song: Any) -> dict[str, Any]:
    """A song's facts that the lists of songs show."""
    brief, score = song.plan.brief, song.score
    styles = ", ".join([*(style.replace("_", " ") for style, _ in brief.styles), *brief.moods])
    return {
        "title": score.title,
        "tags": brief.request.tags or styles,
        "lyrics": INSTRUMENTAL if brief.lyrics is None else brief.lyrics.text,
        "duration_s": score.frames / 44_100,
    }


def peaks_of(master: Any) -> list[float]:
    """Largest absolute values of the master, mono, in equal pieces, 0-1: what a waveform is drawn from."""
    import numpy as np

    samples = np.abs(np.asarray(master)).max(axis=1) if len(master) else np.zeros(1)
    edges = np.linspace(0, len(samples), min(PEAKS, len(samples)) + 1).astype(int)[:-1]
    return [round(float(peak) / 2**23, 4) for peak in np.maximum.reduceat(samples, edges)]


def read_request(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Reads a request and plans its song. Raises what the musician refuses."""
    from troubadour.brief.read import read
    from troubadour.plan.decide import decide

    brief = read(codec.loads(order["request"], Request))
    decide(brief)
    return {"title": brief.title}


def write_words(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Words for a description, as many candidates as asked for."""
    from troubadour.brief.lyricist import write_lyrics

    drafts = [write_lyrics(order["description"], order["seed"], take) for take in range(order["count"])]
    return {"results": [{"title": draft.title, "lyrics": draft.lyrics} for draft in drafts]}


ORDERS: dict[str, Callable[[Mapping[str, Any], Tell], dict[str, Any]]] = {
    "song": make_song,
    "read": read_request,
    "lyrics": write_words,
}


def warm_for_songs() -> None:
    """Imports everything that makes a song."""
    import troubadour.files.write
    import troubadour.make  # noqa: F401


def warm_for_reading() -> None:
    """Imports what reads a request, and reads one, so that tables and dictionaries are loaded."""
    from troubadour.brief.read import read
    from troubadour.plan.decide import decide

    decide(read(Request(text="a quiet folk song about rain", lyrics="[Verse]\nRain on the roof tonight")))


ROLES: dict[str, Callable[[], None]] = {"song": warm_for_songs, "read": warm_for_reading}


class Pipe:
    """The child's end of the pipes. What other code prints goes to standard error."""

    def __init__(self) -> None:
        self._out: IO[str] = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self._orders: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self._orders.put(line)
        os._exit(0)  # the parent is gone: whatever is being made is nobody's

    def order(self) -> dict[str, Any]:
        """Waits for the next order."""
        order: dict[str, Any] = json.loads(self._orders.get())
        return order

    def say(self, message: Mapping[str, Any]) -> None:
        """Sends one line."""
        self._out.write(json.dumps(message) + "\n")
        self._out.flush()


def progress_teller(pipe: Pipe) -> Tell:
    """Tells the parent where the work stands: at each new stage, and at each step of some per cent."""
    last: tuple[str, float] = ("", -1.0)

    def tell(stage: str, done: float) -> None:
        nonlocal last
        whole = overall(stage, done)
        if stage != last[0] or whole - last[1] >= PROGRESS_STEP:
            last = (stage, whole)
            pipe.say({"event": {"stage": stage, "done": round(whole, 4)}})

    return tell


def answer(pipe: Pipe, order: Mapping[str, Any], orders: Mapping[str, Any]) -> None:
    """Does one order and says how it ended. The edge of the process: every error becomes an answer."""
    try:
        pipe.say({"result": orders[order["do"]](order, progress_teller(pipe))})
    except TroubadourError as error:
        pipe.say({"error": {"kind": type(error).__name__, "message": str(error)}})
    except Exception as error:
        traceback.print_exc()
        pipe.say({"error": {"kind": type(error).__name__, "message": str(error)}})


def serve(warm: Callable[[], None], orders: Mapping[str, Any]) -> None:
    """Answers orders until the parent closes the pipe."""
    ignore_interrupts()
    pipe = Pipe()
    warm()
    pipe.say({"result": "ready"})
    while True:
        answer(pipe, pipe.order(), orders)


def main() -> None:
    """Runs as the role that the command line names."""
    serve(ROLES[sys.argv[1]], ORDERS)


if __name__ == "__main__":
    main()
