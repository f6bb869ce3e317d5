"""The tables of the reference: a family a module, in the order of the navigation."""

from __future__ import annotations

from troubadour_server.reference.entries import account, guides, lyrics, nuro, producer, riffusion, server, sonic, studio, suno
from troubadour_server.reference.routes import Family

FAMILIES: tuple[Family, ...] = (
    guides.START,
    sonic.SONGS,
    sonic.EDITS,
    sonic.RECORDINGS,
    sonic.FORMS,
    riffusion.RIFFUSION,
    studio.STUDIO,
    nuro.NURO,
    producer.PRODUCER,
    lyrics.LYRICS,
    suno.SUNO,
    account.CREDITS,
    server.WEBHOOKS,
    server.SERVER,
)
