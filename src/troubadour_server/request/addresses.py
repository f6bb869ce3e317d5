"""Addresses of recordings: what may stand in a body as one."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from troubadour_server.request.errors import Invalid

LONGEST_URL = 4096


def check_source_url(url: str, field: str = "url") -> str:
    """A recording's address, of http or https. Raises Invalid."""
    url = url.strip()
    if not url.lower().startswith(("http://", "https://")):
        raise Invalid(f"{field} must begin with http:// or https://")
    if len(url) > LONGEST_URL:
        raise Invalid(f"{field} has {len(url)} characters; at most {LONGEST_URL} are allowed")
    try:
        named = httpx.URL(url).host and urlsplit(url).hostname
    except (httpx.InvalidURL, ValueError) as error:
        raise Invalid(f"{field} is not a URL: {str(error).lower()}") from None
    if not named:
        raise Invalid(f"{field} names no host")
    return url
