"""The songs' files: a folder, or an object store, by one URL and one set of calls.

A key is a path such as `songs/<task>/<clip>/<name>`; it carries the task and the clip, so a repeated upload is the same
object. Whole files appear at once or not at all (obstore writes beside and renames).
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import LocalStore, from_url

CHUNK_BYTES = 512 * 1024

CONTENT_TYPES = {  # beside those that Python's table knows
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".opus": "audio/ogg",
    ".mid": "audio/midi",
    ".musicxml": "application/vnd.recordare.musicxml+xml",
    ".lrc": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".mp4": "video/mp4",
}


def content_type(name: str) -> str:
    """The media type of a file, by its ending."""
    ending = Path(name).suffix.lower()
    return CONTENT_TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"


@dataclass(frozen=True)
class Stored:
    """A file that has been put away."""

    key: str
    name: str
    content_type: str
    bytes: int
    sha256: str


class Blobs:
    """Where files lie."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.folder = Path(unquote(parts.path)) if parts.scheme == "file" else None
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(prefix=self.folder)
        else:
            options = {"client_options": {"allow_http": True}} if "endpoint=http:" in url else {}
            self._store = from_url(url, **options)

    def put_file(self, key: str, path: Path) -> Stored:
        """Puts a file away under `key`."""
        digest = hashlib.sha256()
        with path.open("rb") as source:
            while block := source.read(1 << 20):
                digest.update(block)
        kind = content_type(path.name)
        attributes = {} if self.folder is not None else {"attributes": {"Content-Type": kind}}
        obstore.put(self._store, key, path, **attributes)
        return Stored(key, path.name, kind, path.stat().st_size, digest.hexdigest())

    def get_file(self, key: str, path: Path) -> None:
        """Copies the file under `key` to `path`. Raises FileNotFoundError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as target:
            for block in obstore.get(self._store, key).stream(min_chunk_size=CHUNK_BYTES):
                target.write(block)

    def put_bytes(self, key: str, data: bytes) -> None:
        """Puts bytes away under `key`."""
        obstore.put(self._store, key, data)

    def get_bytes(self, key: str) -> bytes | None:
        """The bytes under `key`, None when there are none."""
        try:
            return bytes(obstore.get(self._store, key).bytes())
        except FileNotFoundError:
            return None

    def copy(self, key: str, other: str) -> None:
        """Makes what lies under `key` lie under `other` too: in a folder by a link, in an object store on its side. Either may be
        removed without the other. Raises FileNotFoundError."""
        obstore.copy(self._store, key, other)

    def put_text(self, key: str, text: str) -> None:
        """Puts text away under `key`."""
        self.put_bytes(key, text.encode("utf-8"))

    def get_text(self, key: str) -> str | None:
        """The text under `key`, None when there is none."""
        data = self.get_bytes(key)
        return None if data is None else data.decode("utf-8")

    def remove(self, key: str) -> None:
        """Removes the file under `key`, if it is there."""
        with suppress(FileNotFoundError):
            obstore.delete(self._store, key)

    def has(self, key: str) -> bool:
        """Whether something lies under `key`."""
        try:
            obstore.head(self._store, key)
        except FileNotFoundError:
            return False
        return True

    def path_of(self, key: str) -> Path | None:
        """Where a file lies on this machine; None in an object store."""
        return None if self.folder is None else self.folder / key

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Bytes `start` to `end` (exclusive) of a file, in pieces."""
        for at in range(start, end, CHUNK_BYTES):
            yield bytes(await obstore.get_range_async(self._store, key, start=at, end=min(at + CHUNK_BYTES, end)))
