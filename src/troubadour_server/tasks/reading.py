"""The musician's quick work at submit: reading a request, writing lyrics. In a warm child process, with a time limit.

What the musician refuses is refused before anything is charged. If the reader is not there or too slow, the request is
accepted: the worker reads it again, and refunds what it cannot make.
"""

from __future__ import annotations

import asyncio
from typing import Any

from troubadour import codec
from troubadour.brief import Request
from troubadour_server.request.errors import Busy
from troubadour_server.storage.lineage import Sources
from troubadour_server.tasks.child import Child, ChildDied, ChildFailed
from troubadour_server.tasks.order import Command

LONGEST_LINE = 8  # more requests than this are not kept waiting for the reader


class Reader:
    """One child that reads."""

    def __init__(self, child: Child, timeout_s: float) -> None:
        self._child, self._timeout_s = child, timeout_s
        self._waiting = 0

    async def check(self, command: Command, sources: Sources, storage: str) -> None:
        """Raises what the musician refuses."""
        if self._waiting >= LONGEST_LINE:
            return
        try:
            await self._ask(
                {
                    "do": "read",
                    "command": codec.dumps(command),
                    "sources": list(sources.folders),
                    "at_s": list(sources.at_s),
                    "storage": storage,
                }
            )
        except (TimeoutError, ChildDied, ChildFailed):
            return

    async def taste(self, sources: Sources, styles: str, storage: str) -> str:
        """A song's singer and taste, as they are stored. Raises Busy when the reader does not answer."""
        try:
            order = {"do": "taste", "sources": list(sources.folders), "styles": styles, "storage": storage}
            answer = await self._ask(order)
        except (TimeoutError, ChildDied) as error:
            raise Busy("the reader is busy or starting; try again in a few seconds") from error
        return str(answer["taste"])

    async def lyrics(self, description: str, seed: int, count: int) -> list[dict[str, str]]:
        """Words for a description. Raises Busy when the reader does not answer."""
        try:
            answer = await self._ask({"do": "lyrics", "description": description, "seed": seed, "count": count})
        except (TimeoutError, ChildDied) as error:
            raise Busy("the lyricist is busy or starting; try again in a few seconds") from error
        results: list[dict[str, str]] = answer["results"]
        return results

    async def draft(self, request: Request) -> dict[str, str]:
        """Title and words that would be written for a request; nothing where none would be, or the reader does not answer."""
        if self._waiting >= LONGEST_LINE:
            return {}
        try:
            answer = await self._ask({"do": "draft", "command": codec.dumps(request)})
        except (TimeoutError, ChildDied, ChildFailed):
            return {}
        return {name: str(text) for name, text in answer.items()}

    async def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        self._waiting += 1
        try:
            async with asyncio.timeout(2 * self._timeout_s):
                return await self._child.ask(order, self._timeout_s)
        finally:
            self._waiting -= 1
