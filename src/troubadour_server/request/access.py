"""Who is asking: an API key, or the Studio's cookie.

The cookie is HttpOnly and SameSite=Strict; with it, a POST must also say that it comes from our own page (`Sec-Fetch-Site`,
or a header that no foreign form can send). `/?token=…` exchanges a one-time link for the cookie.
"""

from __future__ import annotations

import re
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint

from troubadour_server.billing.accounts import COOKIE_LIFE, owner_of_cookie, owner_of_key, use_link
from troubadour_server.request.errors import Unauthorized

COOKIE = "troubadour_session"
OWN_PAGE_HEADER = "x-requested-with"
HOST = re.compile(r"[A-Za-z0-9._-]{1,255}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")

HOW = "send  Authorization: Bearer <API key>  (make one with: troubadour keys create --name me)"


async def owner(request: Request) -> str:
    """The account that asks. Raises Unauthorized."""
    header = request.headers.get("authorization")
    if header is not None:
        return await _by_key(request, header)
    cookie = request.cookies.get(COOKIE)
    if cookie and (request.method in ("GET", "HEAD") or _from_own_page(request)):
        found = await run_in_threadpool(_look_up, request.app.state.database, cookie, True)
        if found is not None:
            return found
        raise Unauthorized(f"the sign-in has ended; open the link that the server printed at its start, or {HOW}")
    raise Unauthorized(f"the Authorization header is missing; {HOW}")


Owner = Annotated[str, Depends(owner)]


async def _by_key(request: Request, header: str) -> str:
    scheme, _, key = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Unauthorized(f"the Authorization header is not of the form  Bearer <API key>; {HOW}")
    found = await run_in_threadpool(_look_up, request.app.state.database, key.strip(), False)
    if found is None:
        raise Unauthorized("this API key is unknown or revoked")
    return found


def _look_up(database: sa.Engine, secret: str, cookie: bool) -> str | None:
    with database.connect() as connection:
        return (owner_of_cookie if cookie else owner_of_key)(connection, secret)


def _from_own_page(request: Request) -> bool:
    return request.headers.get("sec-fetch-site") == "same-origin" or OWN_PAGE_HEADER in request.headers


def base_url(request: Request, public_url: str) -> str:
    """What file links of this request's songs begin with."""
    if public_url:
        return public_url.rstrip("/")
    host = request.headers.get("host", "")
    if not HOST.fullmatch(host):
        local = request.scope.get("server") or ("127.0.0.1", 80)
        host = f"{local[0]}:{local[1]}"
    return f"{request.url.scheme}://{host}"


def install(app: FastAPI) -> None:
    """Makes `/?token=…` sign a browser in."""

    async def sign_in(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path != "/" or request.method != "GET" or "token" not in request.query_params:
            return await call_next(request)
        cookie = await run_in_threadpool(_exchange, app.state.database, request.query_params["token"])
        answer = RedirectResponse("/", status_code=303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
        if cookie is not None:
            life = int(COOKIE_LIFE.total_seconds())
            answer.set_cookie(
                COOKIE, cookie, max_age=life, httponly=True, samesite="strict", secure=request.url.scheme == "https"
            )
        return answer

    app.add_middleware(BaseHTTPMiddleware, dispatch=sign_in)


def _exchange(database: sa.Engine, secret: str) -> str | None:
    with database.begin() as connection:
        return use_link(connection, secret)
