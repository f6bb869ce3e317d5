"""The tables of the reference: a family a module, in the order of the navigation."""

from __future__ import annotations

from troubadour_server.reference.entries import account, guides, lyrics, nuro, server, sonic, suno
from troubadour_server.reference.routes import Family

FAMILIES: tuple[Family, ...] = (
    guides.START,
    sonic.SONGS,
    sonic.EDITS,
    sonic.RECORDINGS,
    sonic.FORMS,
    nuro.NURO,
    lyrics.LYRICS,
    suno.SUNO,
    account.CREDITS,
    server.WEBHOOKS,
    server.SERVER,
)
