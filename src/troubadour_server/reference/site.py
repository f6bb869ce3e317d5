"""The routes under `/docs`, and `/openapi.json` with the reference's examples."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from troubadour_server import web
from troubadour_server.reference.entries import FAMILIES
from troubadour_server.reference.openapi import described
from troubadour_server.reference.pages import HOME, TEMPLATES, Reference, aliases
from troubadour_server.reference.search import found
from troubadour_server.request.access import base_url

PAGE = "reference.html"
LONGEST_QUERY = 200


def mount(app: FastAPI, routers: Sequence[APIRouter], prefix: str, static: Path = web.STATIC) -> None:
    """Adds the reference to an application that has all its other routes: those of `routers`, under `prefix`, are the API."""
    kept: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if "openapi" not in kept:
            kept["openapi"] = described(app, FAMILIES, app.state.settings)
        told: dict[str, Any] = kept["openapi"]
        return told

    def reference() -> Reference:
        if "reference" not in kept:
            kept["reference"] = Reference(openapi(), app.state.settings, aliases(routers, prefix))
        made: Reference = kept["reference"]
        return made

    def read(slug: str, base: str) -> Response:
        try:
            body = reference().page(slug, base)
        except KeyError:
            raise HTTPException(404, f"there is no page /docs/{slug}; the tree of pages is at /docs") from None
        return shown(static, f"{reference().pages[slug].about.title} · Troubadour API", body)

    def find(query: str, base: str) -> Response:
        results = found(reference(), base, query)
        main = TEMPLATES.get_template("search.html").render(query=query, results=results)
        return shown(static, f"{query or 'Search'} · Troubadour API", reference().framed(main, None, query))

    async def home(request: Request) -> Response:
        return await run_in_threadpool(read, HOME, _base(request))

    async def search(request: Request) -> Response:
        query = request.query_params.get("q", "").strip()[:LONGEST_QUERY]
        return await run_in_threadpool(find, query, _base(request))

    async def page(slug: str, request: Request) -> Response:
        if slug == HOME:
            return RedirectResponse("/docs", status_code=308)
        return await run_in_threadpool(read, slug, _base(request))

    app.openapi = openapi  # type: ignore[method-assign]
    for path, endpoint in (("/docs", home), ("/docs/search", search), ("/docs/{slug:path}", page)):
        app.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False)


def _base(request: Request) -> str:
    return base_url(request, request.app.state.settings.public_url)


def shown(static: Path, title: str, body: str) -> Response:
    """A page in the frame that the build made, which names its style and script."""
    return web.page(static, PAGE, {"title": escape(title), "body": body})
