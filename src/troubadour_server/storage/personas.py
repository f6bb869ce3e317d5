"""Personas as they are stored: an order of `persona_music` becomes one for the persona's singer and taste."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from troubadour import codec
from troubadour.brief import Request, Taste
from troubadour_server.storage.database import persona
from troubadour_server.tasks.order import Order


class UnknownPersona(Exception):
    """No persona of this account has this id."""


def sung_by(connection: sa.Connection, owner: str, order: Order) -> Order:
    """The order with its persona's singer and taste. Raises UnknownPersona."""
    wanted = sa.select(persona.c.taste, persona.c.clip_id)
    row = connection.execute(wanted.where(persona.c.id == order.persona_id, persona.c.account_id == owner)).first()
    if row is None:
        raise UnknownPersona("persona not found")
    taste = codec.loads(row.taste, Taste)
    commands = tuple(
        replace(command, taste=taste, voice=taste.voice or command.voice)
        for command in order.commands
        if isinstance(command, Request)
    )
    return replace(order, commands=commands, sources=(row.clip_id,))
