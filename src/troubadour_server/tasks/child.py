"""The parent's end of a warm child process that does the heavy work: JSON lines over pipes.

A child answers one order at a time: any number of `{"event": …}` lines, then one `{"result": …}` or `{"error": …}`. It is
killed when its order is cancelled or takes too long, and a new one is started for the next. It is forked from the event
loop's thread, which lives as long as the process, because Linux's death signal follows the thread.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from troubadour import errors
from troubadour_server.tasks.process import die_with_parent, one_thread_each

LINE_LIMIT_BYTES = 64 * 1024 * 1024
RENDERER = (sys.executable, "-m", "troubadour_server.tasks.renderer")

Event = Callable[[dict[str, Any]], None]


class ChildDied(Exception):
    """The child ended in the middle of its work."""


class ChildFailed(Exception):
    """The work raised an error that is none of the musician's; the child lives on."""


class Child:
    """One warm child process. Its orders wait for each other."""

    def __init__(self, role: str, environment: Mapping[str, str], command: Sequence[str] = RENDERER) -> None:
        self._command = (*command, role)
        self._environment = {**environment, **one_thread_each()}
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def warm(self) -> None:
        """Starts the process and waits until its imports are done."""
        async with self._turn:
            await self._ready()

    async def ask(self, order: Mapping[str, Any], timeout_s: float, hear: Event = lambda event: None) -> dict[str, Any]:
        """Gives an order and waits for its result.

        Raises the musician's own errors as they were raised in the child; ChildFailed, ChildDied; TimeoutError, and then the
        child has been killed.
        """
        async with self._turn:
            await self._ready()
            finished = False
            try:
                async with asyncio.timeout(timeout_s):
                    answer = await self._answer(order, hear)
                finished = True
            finally:
                if not finished:
                    await self.kill()
        if "error" in answer:
            raise _raised(answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    async def kill(self) -> None:
        """Ends the process at once."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _ready(self) -> None:
        if self._process is not None and self._process.returncode is None:
            return
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=self._environment,
            limit=LINE_LIMIT_BYTES,
            preexec_fn=die_with_parent,
        )
        try:
            await self._line()
        except BaseException:
            await self.kill()
            raise

    async def _answer(self, order: Mapping[str, Any], hear: Event) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            await self._process.stdin.drain()
        except ConnectionError as error:
            raise ChildDied("the rendering process ended before its order arrived") from error
        while True:
            line = await self._line()
            if "event" not in line:
                return line
            hear(line["event"])

    async def _line(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line.endswith(b"\n"):
            code = await self._process.wait()
            raise ChildDied(f"the rendering process ended with exit code {code}")
        message: dict[str, Any] = json.loads(line)
        return message


def _raised(error: Mapping[str, str]) -> Exception:
    kind = getattr(errors, error["kind"], None)
    if isinstance(kind, type) and issubclass(kind, errors.TroubadourError):
        return kind(error["message"])
    return ChildFailed(f"{error['kind']}: {error['message']}")
