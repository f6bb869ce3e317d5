"""Songs that are heard while they are made: their pieces, encoded as MP3 as they come, for all who listen.

A song is encoded once for all its listeners, and only when somebody listens; whoever comes later gets it from the beginning.
The encoder ends with the song's last piece. When the song fails instead, the listeners' connections break.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.pieces import ENCODER, get_piece, is_end
from troubadour_server.tasks.process import die_with_parent

AT_ONCE = 4  # encoders
LOOK_EVERY_S = 0.05
ASK_EVERY_S = 2.0  # whether the song is still being made
BLOCK_BYTES = 8192


class Broken(Exception):
    """The song was not finished."""


class Streams:
    """The songs that are being heard. `alive(clip_id)` says whether one is still being made, or was made well."""

    def __init__(self, blobs: Blobs, alive: Callable[[str], bool]) -> None:
        self._blobs, self._alive = blobs, alive
        self._room = asyncio.Semaphore(AT_ONCE)
        self._heard: dict[str, _Encoding] = {}

    async def follow(self, clip_id: str) -> AsyncIterator[bytes]:
        """A song as MP3, from its beginning to its end. Raises Broken when it is not finished."""
        encoding = self._heard.get(clip_id)
        if encoding is None:
            encoding = self._heard[clip_id] = _Encoding(self._blobs, clip_id, self._alive, self._room)
        encoding.listeners += 1
        try:
            async for block in encoding.blocks():
                yield block
        finally:
            encoding.listeners -= 1
            if encoding.listeners == 0:
                self._heard.pop(clip_id, None)
                await encoding.end()

    async def close(self) -> None:
        """Ends all encoders."""
        for encoding in list(self._heard.values()):
            await encoding.end()


class _Encoding:
    """One song on its way through an encoder, and what has come out of it so far."""

    def __init__(self, blobs: Blobs, clip_id: str, alive: Callable[[str], bool], room: asyncio.Semaphore) -> None:
        self.listeners = 0
        self._blobs, self._clip_id, self._alive, self._room = blobs, clip_id, alive, room
        self._data = bytearray()
        self._grown = asyncio.Event()
        self._work = asyncio.create_task(self._encode())

    async def blocks(self) -> AsyncIterator[bytes]:
        """All of it, as it comes."""
        sent = 0
        while True:
            grown, done = self._grown, self._work.done()
            if sent < len(self._data):
                block = bytes(self._data[sent:])
                sent += len(block)
                yield block
            elif done:
                await self._work  # raises what went wrong
                return
            else:
                await grown.wait()

    async def end(self) -> None:
        """Ends the encoder, if it still runs."""
        self._work.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._work

    def _tell(self) -> None:
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    async def _encode(self) -> None:
        try:
            async with self._room:
                await self._run()
        finally:
            asyncio.get_running_loop().call_soon(self._tell)

    async def _run(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *ENCODER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, preexec_fn=die_with_parent
        )
        assert process.stdin is not None
        assert process.stdout is not None
        feeding = asyncio.create_task(self._feed(process.stdin))
        try:
            while block := await process.stdout.read(BLOCK_BYTES):
                self._data += block
                self._tell()
            await feeding
        finally:
            feeding.cancel()
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def _feed(self, sink: asyncio.StreamWriter) -> None:
        """The song's pieces, in order, as they come."""
        number, waited_s = 0, 0.0
        try:
            while True:
                piece = await asyncio.to_thread(get_piece, self._blobs, self._clip_id, number)
                if piece is not None:
                    sink.write(piece)
                    await sink.drain()
                    number, waited_s = number + 1, 0.0
                elif await asyncio.to_thread(is_end, self._blobs, self._clip_id, number):
                    return
                elif waited_s >= ASK_EVERY_S and not await asyncio.to_thread(self._alive, self._clip_id):
                    raise Broken(f"clip {self._clip_id} was not finished")
                else:
                    waited_s = (0.0 if waited_s >= ASK_EVERY_S else waited_s) + LOOK_EVERY_S
                    await asyncio.sleep(LOOK_EVERY_S)
        finally:
            sink.close()
