"""The account: what credits are left."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from troubadour_server.billing.accounts import balances
from troubadour_server.billing.ledger import shown
from troubadour_server.request.access import Owner
from troubadour_server.request.shapes import Credits, Error

router = APIRouter(tags=["account"])


@router.get("/get-credits", response_model=Credits, responses={401: {"model": Error}}, summary="Get credits")
async def get_credits(request: Request, owner: Owner) -> JSONResponse:
    """Song credits left; extra ones are spent first. An account without limit shows 1000000."""
    left = await run_in_threadpool(_balances, request.app.state.database, owner)
    return JSONResponse({"credits": shown(left["subscription"]), "extra_credits": shown(left["extra"])})


def _balances(database: sa.Engine, owner: str) -> dict[str, int | None]:
    with database.connect() as connection:
        return balances(connection, owner)
