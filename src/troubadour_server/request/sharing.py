"""A song's own page, for anyone who knows its address; and what such an address says.

The page needs no key: a clip's id cannot be guessed, and its owner gives the address away. It plays the song, shows its words
lit as they are sung, and tells the sites that show previews what it is (Open Graph). Nothing on it comes from elsewhere.
"""

from __future__ import annotations

import html
import json
import re
import secrets
from collections.abc import Mapping
from importlib.resources import files
from string import Template
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, Response

from troubadour_server.request import forms
from troubadour_server.request.access import Owner
from troubadour_server.request.body import read_json
from troubadour_server.request.downloads import ERRORS
from troubadour_server.request.errors import Invalid, UnknownSong
from troubadour_server.request.shapes import read_as
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.songs import ClipView, find_shared, key_of

router = APIRouter(tags=["sonic"])
pages = APIRouter(tags=["service"])

AUTHOR = "Troubadour"
INSTRUMENTAL = "[Instrumental]"
PAGE = Template(files("troubadour_server.web").joinpath("song.html").read_text(encoding="utf-8"))
SHARED = re.compile(r"/song/([0-9a-fA-F-]{36})/?")
POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' {files}; media-src 'self' {files}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors *"
)
HEADERS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
}
LONGEST_LINK = 2000
LONGEST_SUMMARY = 200
PAUSE_S = 1.2  # between words of different lines, where the words' own lines are not known


@router.post(
    "/suno/get-song",
    response_model=forms.SharedSong,
    responses=ERRORS,
    summary="Read a share link",
    openapi_extra=forms.described(forms.ShareBody),
)
async def get_song(request: Request, owner: Owner) -> JSONResponse:
    """What is behind the address of a song's page on this server. Free."""
    given = read_as(forms.ShareBody, await read_json(request, request.app.state.settings.body_limit_bytes))
    song, _ = await run_in_threadpool(_find, request.app.state.database, request.app.state.blobs, shared_id(given.share_link))
    told = {
        "audio_url": song.links.get("mp3", ""),
        "video_url": song.links.get("mp4") or song.on_demand.get("mp4"),
        "cover_image": song.links.get("cover", ""),
        "song_title": song.title,
        "song_author": AUTHOR,
        "music_styles": song.tags,
    }
    return JSONResponse({"code": 200, "message": "success", **told})


@pages.api_route("/song/{clip_id}", methods=["GET", "HEAD"], include_in_schema=False)
async def song_page(clip_id: str, request: Request) -> Response:
    """The page of a finished song."""
    song, facts = await run_in_threadpool(_find, request.app.state.database, request.app.state.blobs, clip_id)
    nonce = secrets.token_urlsafe(16)
    headers = {**HEADERS, "Content-Security-Policy": POLICY.format(nonce=nonce, files=origin(song.base_url))}
    return HTMLResponse(page_of(song, facts, nonce), headers=headers)


def shared_id(link: str) -> str:
    """The clip that a share link names. Raises Invalid for what is no share link of this server's kind."""
    if len(link) > LONGEST_LINK:
        raise Invalid(f"share_link has {len(link)} characters; it takes at most {LONGEST_LINK}")
    try:
        path = unquote(urlsplit(link.strip()).path)
    except ValueError:
        path = ""
    found = SHARED.fullmatch(path)
    if found is None:
        raise Invalid("share_link must be the address of a song's page on this server: …/song/{clip_id}")
    return found[1].lower()


def origin(base_url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"


def page_of(song: ClipView, facts: Mapping[str, Any], nonce: str) -> str:
    """The page as HTML. Everything that people wrote is escaped."""
    lines = lines_of(song.lyrics, [word for word in facts.get("words", []) if word.get("part") == "vocals"])
    text = "\n".join("".join(part for part, _, _ in line) for line in lines)
    summary = " ".join((text or song.tags or "A song").split())
    values = {
        "title": song.title,
        "tags": song.tags,
        "summary": summary[: LONGEST_SUMMARY - 1] + "…" if len(summary) > LONGEST_SUMMARY else summary,
        "audio": song.links.get("mp3", ""),
        "video": song.links.get("mp4") or song.on_demand.get("mp4", ""),
        "cover": song.links.get("cover", ""),
        "address": song.share_url,
        "duration": str(round(song.duration_s)),
        "about": " · ".join(_about(song, facts)),
        "nonce": nonce,
    }
    escaped = {name: html.escape(value, quote=True) for name, value in values.items()}
    return PAGE.substitute(escaped, lyrics="\n".join(_line_html(line) for line in lines))


def lines_of(lyrics: str, words: list[Mapping[str, Any]]) -> list[list[tuple[str, float | None, float | None]]]:
    """The lyrics line by line: each a list of (text, start, end), times where a sung word could be matched in order.

    The words' times come from the score; the lines, marks and punctuation from the lyrics as they were sent. A line without
    any matched word (a mark, what was left out) has no times; words that are sung but not written there follow at the end.
    """
    if lyrics.strip() in ("", INSTRUMENTAL):
        return _lines_by_pauses(words)
    lines: list[list[tuple[str, float | None, float | None]]] = []
    at = 0
    for line in lyrics.splitlines():
        parts: list[tuple[str, float | None, float | None]] = []
        for token in re.findall(r"\s*\S+", line):
            timed = at < len(words) and not line.lstrip().startswith("[") and _same(token, str(words[at]["text"]))
            parts.append((token, words[at]["start_s"], words[at]["end_s"]) if timed else (token, None, None))
            at += timed
        lines.append(parts)
    return lines


def _same(token: str, word: str) -> bool:
    a, b = ("".join(c for c in text.casefold() if c.isalnum()) for text in (token, word))
    return a == b and bool(a)


def _lines_by_pauses(words: list[Mapping[str, Any]]) -> list[list[tuple[str, float | None, float | None]]]:
    lines: list[list[tuple[str, float | None, float | None]]] = []
    ended = -PAUSE_S
    for word in words:
        if word["start_s"] - ended >= PAUSE_S or not lines:
            lines.append([])
        lines[-1].append((f" {word['text']}", word["start_s"], word["end_s"]))
        ended = word["end_s"]
    return lines


def _line_html(line: list[tuple[str, float | None, float | None]]) -> str:
    text = "".join(part for part, _, _ in line).strip()
    if not text:
        return '<p class="gap"></p>'
    if text.startswith("[") and text.endswith("]"):
        return f'<p class="mark">{html.escape(text[1:-1])}</p>'
    spans = []
    for part, start, end in line:
        timed = f' data-s="{start:.3f}" data-e="{end:.3f}"' if start is not None and end is not None else ""
        spans.append(f"<span{timed}>{html.escape(part)}</span>")
    return f"<p>{''.join(spans).strip()}</p>"


def _about(song: ClipView, facts: Mapping[str, Any]) -> list[str]:
    tempo = facts.get("tempo")
    minutes, seconds = divmod(round(song.duration_s), 60)
    found = [
        f"{minutes}:{seconds:02d}",
        f"{tempo:.0f} bpm" if isinstance(tempo, int | float) else "",
        str(facts.get("key", "")),
    ]
    return [each for each in found if each]


def _find(database: sa.Engine, blobs: Blobs, clip_id: str) -> tuple[ClipView, dict[str, Any]]:
    """A finished song of anyone's, and its facts. Raises UnknownSong."""
    with database.connect() as connection:
        song = find_shared(connection, clip_id)
        key = key_of(connection, clip_id, "json") if song is not None else None
    if song is None:
        raise UnknownSong("there is no song at this address")
    text = None if key is None else blobs.get_text(key)
    facts = {} if text is None else json.loads(text)
    return song, facts if isinstance(facts, dict) else {}
