"""Fetches a recording from a URL into a file: with a limit of size and of time, from public addresses only (`outside`)."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from troubadour_server.tasks.outside import Resolve, Unreachable, looked_up, outside, reason

BLOCK_BYTES = 1 << 20
CONNECT_LIMIT_S = 15.0
OK = 200

NAMED = re.compile(r"""filename\*?\s*=\s*(?:UTF-8'[^']*')?"?([^";]+)""", re.IGNORECASE)


async def fetch(
    url: str, into: Path, limit_bytes: int, time_limit_s: float, allow_private: bool, resolve: Resolve = looked_up
) -> str:
    """Writes what lies at `url` into a file; the name that it has there. Raises Unreachable."""
    try:
        async with asyncio.timeout(time_limit_s), outside(allow_private, CONNECT_LIMIT_S, resolve) as client:
            wanted = client.stream("GET", url, headers={"Accept-Encoding": "identity"}, follow_redirects=True)
            async with wanted as answer:
                if answer.status_code != OK:
                    raise Unreachable(f"{_short(url)} answered with status {answer.status_code}")
                await _keep(answer, into, limit_bytes)
                return _name(answer)
    except TimeoutError:
        raise Unreachable(f"{_short(url)} took longer than {time_limit_s:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(f"{_short(url)} cannot be reached: {reason(error)}") from None


async def _keep(answer: httpx.Response, into: Path, limit_bytes: int) -> None:
    too_large = Unreachable(f"the file is larger than {limit_bytes} bytes")
    told = answer.headers.get("content-length", "")
    if told.isdigit() and int(told) > limit_bytes:
        raise too_large
    size = 0
    with await asyncio.to_thread(into.open, "wb") as file:
        async for block in answer.aiter_bytes(BLOCK_BYTES):
            size += len(block)
            if size > limit_bytes:
                raise too_large
            await asyncio.to_thread(file.write, block)
    if size == 0:
        raise Unreachable("the file is empty")


def _name(answer: httpx.Response) -> str:
    named = NAMED.search(answer.headers.get("content-disposition", ""))
    return unquote(named[1].strip()) if named else name_in(str(answer.url))


def name_in(url: str) -> str:
    """The last part of a URL's path."""
    return unquote(urlsplit(url).path.rpartition("/")[2])


def _short(url: str) -> str:
    """A URL for a message: without what is secret in it."""
    bare = url.partition("?")[0]
    bare = re.sub(r"//[^/@]*@", "//", bare)
    return bare if len(bare) <= 120 else bare[:117] + "..."
