"""The Studio page at `/`, and what the API reference at `/docs` is framed with, served from built files alone.

The pages are written in TypeScript under `web/` at the top of the repository and built into `static/` beside this module
(`python -m troubadour_server.web.build`, which `make setup` calls). They use only the public API, and nothing outside this
server: the Content-Security-Policy forbids it. An asset's name carries the hash of its content, so it is cached for ever;
the pages that name the assets are asked for anew each time.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

STATIC = Path(__file__).parent / "static"
PLACE = re.compile(r"\{\{(\w+)\}\}")

TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}

# Neither page sets styles in its markup; wavesurfer puts one style element into its shadow tree, which the nonce admits.
POLICIES: Mapping[str, Mapping[str, str]] = {
    "index.html": {"style-src": "'self' 'nonce-{nonce}'", "img-src": "'self'", "media-src": "'self' blob:"},
    "reference.html": {"style-src": "'self'", "img-src": "'self'"},
}
COMMON_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ASSET_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}

NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Troubadour</title>
<h1>The pages have not been built</h1>
<p>Run <code>make setup</code> in Troubadour's folder, then load this page again. The API works without them: its description is
at <a href="/openapi.json">/openapi.json</a>.</p></html>
"""


def mount(app: FastAPI, static: Path = STATIC) -> None:
    """Adds `/`, `/licences.txt` and `/assets/…` to the application. `static` is the folder that the build wrote."""

    def studio() -> Response:
        return page(static, "index.html")

    def asset(name: str, request: Request) -> Response:
        return built_asset(static, name, request.headers.get("accept-encoding", ""))

    def licences() -> Response:
        return notices(static)

    for path, endpoint in (("/", studio), ("/licences.txt", licences), ("/assets/{name}", asset)):
        app.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False)


def page(static: Path, name: str, places: Mapping[str, str] = MappingProxyType({})) -> Response:
    """A built page with its headers, its `places` filled with HTML; a word of advice when the pages have not been built."""
    file = static / name
    if not file.is_file():
        headers = {**PAGE_HEADERS, "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
        return HTMLResponse(NOT_BUILT, status_code=503, headers=headers)
    nonce = secrets.token_urlsafe(16)
    policy = "; ".join(f"{key} {value}" for key, value in {**COMMON_POLICY, **POLICIES[name]}.items())
    headers = {**PAGE_HEADERS, "Content-Security-Policy": policy.replace("{nonce}", nonce)}
    text = PLACE.sub(lambda found: {"nonce": nonce, **places}[found[1]], file.read_text(encoding="utf-8"))
    return HTMLResponse(text, headers=headers)


def notices(static: Path) -> Response:
    """The licences of what is bundled: a minified script carries none of them, and each asks to go along."""
    file = static / "licences.txt"
    if not file.is_file():
        raise HTTPException(status_code=404, detail="no such file: /licences.txt")
    return FileResponse(file, media_type="text/plain; charset=utf-8", headers=PAGE_HEADERS)


def built_asset(static: Path, name: str, accept_encoding: str) -> Response:
    """A built file, compressed when the client reads that. Raises a 404 for anything that the build did not make."""
    file = static / "assets" / name
    kind = TYPES.get(file.suffix)
    if kind is None or file.parent != static / "assets" or not file.is_file():
        raise HTTPException(status_code=404, detail=f"no such file: /assets/{name}")
    compressed = file.with_name(f"{file.name}.gz")
    if "gzip" in accept_encoding and compressed.is_file():
        return FileResponse(compressed, media_type=kind, headers={**ASSET_HEADERS, "Content-Encoding": "gzip"})
    return FileResponse(file, media_type=kind, headers=ASSET_HEADERS)
