"""The warm child process in which the musician works: `python -m troubadour_server.tasks.renderer song|read`.

It imports the musician once, says `{"result": "ready"}`, then takes orders as JSON lines from standard input (see `child`):

- `song`: makes a clip, stage by stage; what a stage made is saved, so that a clip that was interrupted goes on there;
- `read`: reads a request and plans its song, so that what cannot be sung is refused before anything is charged;
- `taste`: reads a song's singer and taste, for a persona;
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
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from troubadour import codec
from troubadour.brief import Request
from troubadour.errors import TroubadourError
from troubadour_server.storage.blobs import Blobs
from troubadour_server.tasks.order import Split, Upload, read_command
from troubadour_server.tasks.process import ignore_interrupts
from troubadour_server.tasks.separator import use_the_separator
from troubadour_server.tasks.states import overall

Tell = Callable[[str, float], None]

PROGRESS_STEP = 0.03


def make_song(order: Mapping[str, Any], tell: Teller) -> dict[str, Any]:
    """Makes a clip, and what else its command brings; what the service must know of them."""
    from troubadour_server.tasks.making import Job, make_clips

    job = Job(
        clip_id=order["clip_id"],
        command=read_command(order["command"]),
        sources=tuple(order["sources"]),
        at_s=tuple(order["at_s"]),
        joined=order["joined"],
        folder=order["folder"],
        formats=tuple(order["formats"]),
        scratch=Path(order["scratch"]),
        tell=tell,
        playable=tell.playable,
    )
    ordered, *more = make_clips(Blobs(order["storage"]), job)
    return {**ordered, "more": more}


def read_command_well(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Reads a command and writes the plan of its song, or its edit as a score. Raises what the musician refuses."""
    from troubadour.brief.read import read
    from troubadour.plan.decide import decide

    command = read_command(order["command"])
    if isinstance(command, Request):
        decide(read(command))
    elif not isinstance(command, Split | Upload):
        from troubadour.edit.apply import rehearse
        from troubadour_server.storage.shelf import open_source

        blobs, scratch = Blobs(order["storage"]), Path(tempfile.gettempdir())
        rehearse(command, [open_source(blobs, folder, scratch) for folder in order["sources"]], order["at_s"])
    return {}


def read_taste(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """The singer and the taste of a song; style words of the caller's own stand in for the song's."""
    from troubadour.brief.read import read
    from troubadour.edit.persona import taste_of
    from troubadour_server.storage.shelf import open_source

    taste = taste_of(open_source(Blobs(order["storage"]), order["sources"][0], Path(tempfile.gettempdir())))
    if order["styles"].strip():
        brief = read(Request(tags=order["styles"], instrumental=True))
        taste = replace(taste, styles=brief.styles, moods=brief.moods)
    return {"taste": codec.dumps(taste)}


def draft_words(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Title and words as they would be written for a request, nothing if it brings its own or wants none."""
    from troubadour.brief.read import read

    request = read_command(order["command"])
    if not isinstance(request, Request) or request.lyrics or request.instrumental:
        return {}
    brief = read(request)
    return {"title": brief.title, "lyrics": brief.lyrics.text} if brief.lyrics else {}


def write_words(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Words for a description, as many candidates as asked for."""
    from troubadour.brief.lyricist import write_lyrics

    drafts = [write_lyrics(order["description"], order["seed"], take) for take in range(order["count"])]
    return {"results": [{"title": draft.title, "lyrics": draft.lyrics} for draft in drafts]}


ORDERS: dict[str, Callable[[Mapping[str, Any], Teller], dict[str, Any]]] = {
    "song": make_song,
    "read": read_command_well,
    "taste": read_taste,
    "lyrics": write_words,
    "draft": draft_words,
}


def warm_for_songs() -> None:
    """Imports everything that makes a song, and makes a short one, so that networks, sounds and compiled code are loaded."""
    import troubadour_server.tasks.making  # noqa: F401
    from troubadour.make import make

    lyrics = "[Verse]\nRain on the roof tonight"
    make(Request(text="a pop song", lyrics=lyrics, duration_s=10.0, seed=1), hear=lambda piece, last: None)


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


class Teller:
    """Tells the parent where the work stands: at each new stage, at each step of some per cent, and when sound is there."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe, self._stage, self._done = pipe, "", -1.0

    def __call__(self, stage: str, done: float) -> None:
        """So much of a stage is done, 0-1."""
        whole = overall(stage, done)
        if stage != self._stage or whole - self._done >= PROGRESS_STEP:
            self._stage, self._done = stage, whole
            self._pipe.say({"event": {"stage": stage, "done": round(whole, 4)}})

    def playable(self, facts: dict[str, Any]) -> None:
        """The clip can be heard while the rest of it is made."""
        self._pipe.say({"event": {"playable": facts}})


def answer(pipe: Pipe, order: Mapping[str, Any], orders: Mapping[str, Any]) -> None:
    """Does one order and says how it ended. The edge of the process: every error becomes an answer."""
    try:
        pipe.say({"result": orders[order["do"]](order, Teller(pipe))})
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
    use_the_separator()
    serve(ROLES[sys.argv[1]], ORDERS)


if __name__ == "__main__":
    main()
