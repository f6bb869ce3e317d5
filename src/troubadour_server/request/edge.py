"""What every answer has, whatever happened inside: an `x-request-id`, and a body even when the code broke."""

from __future__ import annotations

import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from troubadour_server.request.errors import answer

SANE_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")


class Edge:
    """The outermost layer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request through, with its id on the answer: a sane one that came with it, else a new one."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope).get("x-request-id", "")
        request_id = sent if SANE_ID.fullmatch(sent) else str(uuid.uuid4())
        began = False

        async def labelled(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, labelled)
        except Exception as error:
            if began:
                raise
            await answer(error, scope["path"])(scope, receive, labelled)
