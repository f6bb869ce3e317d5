"""Webhooks: reads where a task's events are to be told, and tells what became of the deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from troubadour_server.request.access import Owner
from troubadour_server.request.errors import Invalid
from troubadour_server.request.shapes import Called, Error, read_as
from troubadour_server.settings import Settings
from troubadour_server.storage.database import delivery, delivery_attempt
from troubadour_server.tasks.order import Order
from troubadour_server.tasks.webhooks import check_url

router = APIRouter(tags=["webhooks"])

PER_PAGE, MOST_PER_PAGE = 50, 200


class Attempt(BaseModel):
    """One attempt of a delivery: the receiver's status, or why there is none."""

    number: int = Field(examples=[1])
    at: str = Field(examples=["2026-11-24T04:05:06.789Z"])
    status: int | None = Field(examples=[500])
    error: str | None = Field(examples=[None])
    seconds: float = Field(examples=[0.21])


class Delivery(BaseModel):
    """An event, where it is delivered to, and what came of it."""

    id: str = Field(
        description="The `X-Webhook-Id` of every attempt.", examples=["wh-0c3c7c52-3d2c-4a43-9a65-7f0a3c9d1e11-completed"]
    )
    event: str = Field(examples=["song.completed"])
    task_id: str
    url: str = Field(examples=["https://example.org/songs"])
    state: Literal["waiting", "delivered", "given_up"]
    created_at: str
    next_attempt_at: str | None = Field(description="Null when it has been delivered or given up.")
    attempts: list[Attempt]


class Deliveries(BaseModel):
    """Deliveries, newest first."""

    code: Literal[200]
    message: str
    data: list[Delivery]


def with_webhook(order: Order, fields: Mapping[str, Any], settings: Settings) -> Order:
    """The order with the address and the secret that its body names. Raises Invalid."""
    given = read_as(Called, {name: fields.get(name) for name in Called.model_fields})
    if given.webhook_url is None:
        return order
    url = address_of(given.webhook_url, "webhook_url", settings)
    return replace(order, webhook_url=url, webhook_secret=given.webhook_secret)


def address_of(url: str, field: str, settings: Settings) -> str:
    """An address that may be called. Raises Invalid."""
    try:
        return check_url(url.strip(), settings.allow_private_urls)
    except ValueError as error:
        raise Invalid(f"{field} {error}") from None


@router.get(
    "/webhooks/deliveries",
    response_model=Deliveries,
    responses={400: {"model": Error}, 401: {"model": Error}},
    summary="List webhook deliveries",
)
async def deliveries(
    request: Request,
    owner: Owner,
    limit: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = PER_PAGE,
    task_id: Annotated[str | None, Query(max_length=40, description="Only those of one task.")] = None,
) -> JSONResponse:
    """Your events, newest first, with every attempt at delivering them. Free."""
    rows = await run_in_threadpool(_list, request.app.state.database, owner, limit, task_id)
    return JSONResponse({"code": 200, "message": "success", "data": rows})


def _list(database: sa.Engine, owner: str, limit: int, task_id: str | None) -> list[dict[str, Any]]:
    wanted = sa.select(delivery).where(delivery.c.account_id == owner)
    if task_id is not None:
        wanted = wanted.where(delivery.c.task_id == task_id)
    with database.connect() as connection:
        newest = wanted.order_by(delivery.c.created_at.desc(), delivery.c.id).limit(limit)
        rows = connection.execute(newest).mappings().all()
        mine = delivery_attempt.c.delivery_id.in_([row["id"] for row in rows])
        tried = connection.execute(sa.select(delivery_attempt).where(mine).order_by(delivery_attempt.c.number)).mappings().all()
    return [_told(row, [each for each in tried if each["delivery_id"] == row["id"]]) for row in rows]


def _told(row: Any, tried: list[Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("id", "event", "task_id", "url", "state", "created_at")},
        "next_attempt_at": row["next_at"] if row["state"] == "waiting" else None,
        "attempts": [{name: each[name] for name in ("number", "at", "status", "error", "seconds")} for each in tried],
    }
