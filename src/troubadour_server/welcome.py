"""The first song: `make run` orders it over HTTP, as any client would, and shows how it is made.

`python -m troubadour_server.welcome BASE KEY`. The song is remembered in the data folder: the second start shows where
it lies and makes no other.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from troubadour_server.settings import Settings, load
from troubadour_server.storage.database import opened
from troubadour_server.storage.songs import key_of

WORDS = "a warm folk-pop song about the first light over a harbour town"
MEMORY = "first-song.json"
POLL_S = 0.5
NAMES = {
    "queued": "waiting",
    "brief": "reading",
    "plan": "planning",
    "score": "composing",
    "mix": "mixing",
    "files": "writing files",
}


def welcome(base: str, key: str, settings: Settings, console: Console) -> None:
    """Orders the first song and shows it, or shows the one that was made before."""
    memory = settings.data / MEMORY
    if memory.is_file():
        kept = json.loads(memory.read_text(encoding="utf-8"))
        console.print(f"Your first song, {kept['title']!r}, lies at\n  {kept['path']}", soft_wrap=True)
        console.print(f"  (delete {memory} and start again for another; the Studio makes as many as you like)", soft_wrap=True)
    else:
        song = order(base, key, console)
        if song is None:
            return
        path = place_of(settings, song)
        memory.write_text(json.dumps({"title": song["title"], "path": path, "clip_id": song["clip_id"]}), encoding="utf-8")
        console.print(f"\nYour first song, {song['title']!r} ({song['duration']:.0f} s), lies at\n  {path}", soft_wrap=True)


def order(base: str, key: str, console: Console) -> dict[str, Any] | None:
    """Sends the request and polls the task; the first of its songs."""
    body = {"custom_mode": False, "mv": "sonic-v5", "gpt_description_prompt": WORDS, "seed": 1}
    headers = {"Authorization": f"Bearer {key}"}
    console.print(
        f"A first request, as any client would send it:\n  POST {base}/api/v1/sonic/create\n  {json.dumps(body)}",
        soft_wrap=True,
    )
    columns = (
        TextColumn("  {task.description:<16}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with httpx.Client(headers=headers, timeout=60) as client, Progress(*columns, console=console) as bar:
        shown = bar.add_task("waiting", total=1.0)
        task_id = client.post(f"{base}/api/v1/sonic/create", json=body).raise_for_status().json()["task_id"]
        while True:
            answer = client.get(f"{base}/api/v1/sonic/task/{task_id}")
            told = answer.json()
            if answer.status_code != 202:
                break
            bar.update(shown, completed=told["progress"], description=NAMES.get(told["stage"], "playing, singing"))
            time.sleep(POLL_S)
        bar.update(shown, completed=1.0, description="done")
    finished = [clip for clip in told.get("data", []) if clip["state"] == "succeeded"]
    if not finished:
        console.print(
            f"The first song could not be made: {told.get('error', 'no reason was given')}", style="red", markup=False
        )
        return None
    song: dict[str, Any] = finished[0]
    return song


def place_of(settings: Settings, song: dict[str, Any]) -> str:
    """Where the song's MP3 lies: a path when files are kept in a folder, else its link."""
    with opened(settings.database) as engine, engine.connect() as connection:
        key = key_of(connection, song["clip_id"], "mp3")
    parts = urlsplit(settings.storage)
    return str(Path(unquote(parts.path)) / key) if parts.scheme == "file" and key else str(song["audio_url"])


def main() -> None:
    """Runs as a child of `serve`."""
    base, key = sys.argv[1:3]
    console = Console(highlight=False)
    try:
        welcome(base, key, load(), console)
    except (httpx.HTTPError, KeyboardInterrupt) as error:
        console.print(f"The first song was not waited for ({type(error).__name__}); it goes on in the server.", markup=False)


if __name__ == "__main__":
    main()
