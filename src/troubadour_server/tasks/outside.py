"""The way to addresses that others chose: the recordings that are uploaded by URL, and webhooks.

A name is looked up once, every address that it has is checked, and the connection is made to the very address that was
checked (TLS still asks for a certificate of the name), so a name cannot point elsewhere between check and use. Redirects come
by the same way. Proxies of the environment are not used: behind them nothing could be checked. Certificates are the system's,
or those of `SSL_CERT_FILE`.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from functools import cache

import httpx

from troubadour import __version__

AGENT = f"Troubadour/{__version__}"
MOST_REDIRECTS = 5
PLATFORM_ADDRESSES = frozenset({"168.63.129.16"})  # public by its number, and yet a cloud's own (Azure's host)
HOW_TO_ALLOW = "TROUBADOUR_ALLOW_PRIVATE_URLS=1 allows one's own network"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Not global by the registries of special-purpose addresses (RFC 6890), but so in Python before 3.11.9 and 3.12.4.
SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "64:ff9b:1::/48", "3fff::/20", "5f00::/16")))


class Unreachable(Exception):
    """An address cannot be reached, or may not be; the message says which and why."""


def is_public(address: Address) -> bool:
    """Somewhere on the internet: not this machine, its networks, its cloud's services, or a group of machines."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    if any(address in network for network in SPECIAL) or str(address) in PLATFORM_ADDRESSES:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def literal(host: str) -> Address | None:
    """The address that a host is, when it is one and no name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


async def looked_up(host: str, port: int) -> Sequence[str]:
    """All addresses of a name. Raises Unreachable."""
    try:
        rows = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(f"the host {host} is not known") from None
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


@cache
def certificates() -> ssl.SSLContext:
    """The authorities that are trusted; read once."""
    return ssl.create_default_context()


class Guarded(httpx.AsyncBaseTransport):
    """Connects to checked addresses only."""

    def __init__(self, allow_private: bool, resolve: Resolve = looked_up) -> None:
        self._allow_private, self._resolve = allow_private, resolve
        self._inner = httpx.AsyncHTTPTransport(verify=certificates(), trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request to the address that was checked. Raises Unreachable."""
        url = request.url
        if url.scheme not in ("http", "https") or not url.host:
            raise Unreachable(f"{url} is no address of http or https")
        name = url.raw_host.decode("ascii")
        address = await self._checked(name, url.port or (443 if url.scheme == "https" else 80))
        pinned = httpx.Request(
            request.method,
            url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": name},
        )
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._inner.aclose()

    async def _checked(self, name: str, port: int) -> str:
        addresses = await self._resolve(name, port)
        for each in () if self._allow_private else addresses:
            found = literal(each)
            if found is None or not is_public(found):
                raise Unreachable(f"{name} leads to {each}, which is not on the public internet ({HOW_TO_ALLOW})")
        return addresses[0]


def outside(allow_private: bool, time_limit_s: float, resolve: Resolve = looked_up) -> httpx.AsyncClient:
    """A client for such addresses. It follows no redirects unless a call asks for it."""
    return httpx.AsyncClient(
        transport=Guarded(allow_private, resolve),
        timeout=httpx.Timeout(time_limit_s),
        max_redirects=MOST_REDIRECTS,
        headers={"User-Agent": AGENT},
        trust_env=False,
    )


def reason(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    """Why a request failed, for whoever sent the address."""
    if isinstance(error, httpx.TimeoutException):
        return "it did not answer in time"
    if isinstance(error, httpx.TooManyRedirects):
        return f"it redirects more than {MOST_REDIRECTS} times"
    return str(error).strip() or type(error).__name__
