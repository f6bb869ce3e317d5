"""Personas: the singer and the taste of a song, kept under a name for new songs. Both generations of field names are read."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from troubadour_server.billing.ledger import charge, check
from troubadour_server.billing.prices import PRICES
from troubadour_server.request.access import Owner, base_url
from troubadour_server.request.body import read_json
from troubadour_server.request.errors import Invalid
from troubadour_server.request.family import EXAMPLE_ID, SOURCE_ERRORS
from troubadour_server.request.limits import PERSONA_DESCRIPTION, PERSONA_NAME
from troubadour_server.request.shapes import PersonaBody, PersonaMade, as_schema, read_as
from troubadour_server.request.sources import find_sources
from troubadour_server.settings import Settings
from troubadour_server.storage.database import now, persona
from troubadour_server.storage.lineage import Sources
from troubadour_server.tasks.order import Order

router = APIRouter(tags=["sonic"])

ITEM = "persona"
EXAMPLE = {"name": "Harbour voice", "clip_id": EXAMPLE_ID, "describe": "warm, close, a little rough"}


@router.post(
    "/sonic/persona",
    response_model=PersonaMade,
    responses=SOURCE_ERRORS,
    summary="Create a persona",
    openapi_extra=as_schema(PersonaBody, EXAMPLE),
)
async def create_persona(request: Request, owner: Owner) -> JSONResponse:
    """Keeps who sings in a song, and its taste, for `task_type: persona_music`. Costs 1 credit."""
    state = request.app.state
    given = _read(await read_json(request, state.settings.body_limit_bytes))
    clip_id = given.clip_id or given.continue_clip_id or ""
    order = Order("sonic", ITEM, ITEM, (), base_url(request, state.settings.public_url), sources=(clip_id,))
    sources = await run_in_threadpool(_ready, state.database, state.settings, owner, order)
    taste = await state.reader.taste(sources, given.styles or "", state.settings.storage)
    persona_id = await run_in_threadpool(_keep, state.database, state.settings, owner, given, clip_id, taste)
    return JSONResponse({"code": 200, "message": "success", "persona_id": persona_id})


def _read(fields: dict[str, object]) -> PersonaBody:
    given = read_as(PersonaBody, fields)
    if not given.name.strip():
        raise Invalid("name is required")
    if not (given.clip_id or given.continue_clip_id):
        raise Invalid("clip_id (in 2025: continue_clip_id) is required")
    for name, value, longest in (
        ("name", given.name, PERSONA_NAME),
        ("description", given.describe or given.description or "", PERSONA_DESCRIPTION),
    ):
        if len(value) > longest:
            raise Invalid(f"{name} has {len(value)} characters; it must have fewer than {longest + 1}")
    return given


def _ready(database: sa.Engine, settings: Settings, owner: str, order: Order) -> Sources:
    with database.begin() as connection:
        sources = find_sources(connection, owner, order)
        check(connection, owner, settings.price(ITEM), PRICES[ITEM].pool)
    return sources


def _keep(database: sa.Engine, settings: Settings, owner: str, given: PersonaBody, clip_id: str, taste: str) -> str:
    persona_id = str(uuid.uuid4())
    row = {
        "id": persona_id,
        "account_id": owner,
        "name": given.name.strip(),
        "describe": given.describe or given.description or "",
        "clip_id": clip_id,
        "taste": taste,
        "created_at": now(),
    }
    with database.begin() as connection:
        charge(connection, owner, f"persona-{persona_id}", ITEM, settings.price(ITEM), PRICES[ITEM].pool)
        connection.execute(persona.insert().values(row))
    return persona_id
