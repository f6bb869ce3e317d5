"""A finished song in other forms: WAV, tempo, the voice alone, MIDI, words with their times, any file; and tags at length.

These calls answer at once, or as soon as what they ask for has been made. They are charged when it is there: nothing that
failed costs anything, and what was paid for once (WAV, MIDI, the words' times of a clip) is free from then on.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse, Response

from troubadour_server.billing.ledger import charge, charge_once, check, was_charged
from troubadour_server.billing.prices import PRICES
from troubadour_server.request import forms
from troubadour_server.request.access import Owner
from troubadour_server.request.body import read_json
from troubadour_server.request.errors import Invalid, UnknownSong, body
from troubadour_server.request.limits import MODELS
from troubadour_server.request.shapes import Error, read_as
from troubadour_server.storage.conversions import Convertible, find_convertible, keep_vox, name_of
from troubadour_server.storage.database import clip
from troubadour_server.storage.songs import MADE_ON_DEMAND
from troubadour_server.tasks.states import FAILED, SUCCEEDED

router = APIRouter(tags=["sonic"])

T = TypeVar("T")

PATIENCE_S = 20.0  # how long a download waits for its files before it answers 202
LONGEST_TAGS = max(limits.tags for limits in MODELS.values())
PREPARING = "the files are being made; ask again in a few seconds (asking is free)"

ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Error, "description": "A field breaks a rule, or the song is not finished; nothing is charged."},
    401: {"model": Error, "description": "No API key, or an unknown one."},
    403: {"model": Error, "description": "Not enough credits (`insufficient_credits`)."},
    404: {"model": Error, "description": "No song of yours has this id, or its source is gone."},
    503: {"model": Error, "description": "Too much is being made just now; `Retry-After` says when to try again."},
}


@router.post(
    "/sonic/wav", response_model=forms.WavDone, responses=ERRORS, summary="Get WAV", openapi_extra=forms.described(forms.OfClip)
)
async def wav(request: Request, owner: Owner) -> JSONResponse:
    """The lossless master. Costs 1 credit the first time, nothing after."""
    song = await _song_of(request, owner, forms.OfClip)
    url = await _paid_once(request, owner, "wav", song, lambda: _link(request, song, "wav"))
    return JSONResponse({"message": "success", "data": {"wav_url": url}})


@router.post(
    "/sonic/bpm", response_model=forms.BpmDone, responses=ERRORS, summary="Get BPM", openapi_extra=forms.described(forms.OfClip)
)
async def bpm(request: Request, owner: Owner) -> JSONResponse:
    """The tempo, exact: it is read from the score. Costs 1 credit."""
    song = await _song_of(request, owner, forms.OfClip)
    return _told(await _paid(request, owner, "bpm", lambda: request.app.state.conversions.sheet(song, "bpm")))


@router.post(
    "/sonic/vox",
    response_model=forms.VoxDone,
    responses=ERRORS,
    summary="Get VOX",
    openapi_extra=forms.described(forms.VoxBody),
)
async def vox(request: Request, owner: Owner) -> JSONResponse:
    """The lead voice alone, a window of at most 30 s. Costs 1 credit."""
    given = read_as(forms.VoxBody, await _fields(request))
    song = await _find(request, owner, given.clip_id)
    makers = request.app.state.conversions

    async def cut() -> dict[str, Any]:
        window = await makers.sheet(song, "vox window", start_s=given.vocal_start_s, end_s=given.vocal_end_s)
        start_s, end_s = window["start_s"], window["end_s"]
        kind = await makers.vox(song, start_s, end_s)
        wave = {"audio_url": await _url(request, song, kind), "duration_s": round(end_s - start_s, 3)}
        return {
            "vox_audio_id": await _in_database(request, partial(keep_vox, clip_id=song.id, start_s=start_s, end_s=end_s)),
            "status": "complete",
            "source_clip_id": song.id,
            "vocal_start_s": start_s,
            "vocal_end_s": end_s,
            "wave_response": wave,
        }

    return _told(await _paid(request, owner, "vox", cut))


@router.post(
    "/sonic/midi",
    response_model=forms.MidiDone,
    responses=ERRORS,
    summary="Get MIDI",
    openapi_extra=forms.described(forms.OfClip),
)
async def midi(request: Request, owner: Owner) -> JSONResponse:
    """The score as a MIDI file and as notes in seconds. Costs 1 credit the first time, nothing after."""
    song = await _song_of(request, owner, forms.OfClip)

    async def written() -> dict[str, Any]:
        notes = await request.app.state.conversions.sheet(song, "notes")
        return {"midi_url": await _link(request, song, "mid"), **notes}

    return _told(await _paid_once(request, owner, "midi", song, written))


@router.post(
    "/sonic/aligned-lyrics",
    response_model=forms.AlignedDone,
    responses=ERRORS,
    summary="Get the lyrics' timeline",
    openapi_extra=forms.described(forms.AlignedBody),
)
async def aligned_lyrics(request: Request, owner: Owner) -> JSONResponse:
    """When each word is sung, exact: it was written. Of a recording, where the `lyrics` sent are heard, each word as surely as its
    `p_align`. Costs 1 credit the first time, nothing after."""
    given = read_as(forms.AlignedBody, await _fields(request))
    song = await _find(request, owner, given.clip_id)
    timed = partial(request.app.state.conversions.alignment, song, given.lyrics)
    return _told(await _paid_once(request, owner, "aligned_lyrics", song, timed))


@router.post(
    "/sonic/upsample-tags",
    response_model=forms.TagsDone,
    responses=ERRORS,
    summary="Say tags at length",
    openapi_extra=forms.described(forms.TagsBody),
)
async def upsample_tags(request: Request, owner: Owner) -> JSONResponse:
    """A longer style text: the same words, then the tempo, metre, mood, instruments and form that they mean here. 1 credit."""
    given = read_as(forms.TagsBody, await _fields(request))
    if not given.tags.strip():
        raise Invalid("tags is required")
    if len(given.tags) > LONGEST_TAGS:
        raise Invalid(f"tags has {len(given.tags)} characters; it takes at most {LONGEST_TAGS}")
    return _told(await _paid(request, owner, "upsample_tags", lambda: request.app.state.conversions.upsampled(given.tags)))


@router.post(
    "/sonic/download",
    response_model=forms.DownloadDone,
    responses={**ERRORS, 202: {"model": Error, "description": "The files are being made: ask again. Not charged."}},
    summary="Download files",
    openapi_extra=forms.described(forms.DownloadBody),
)
async def download(request: Request, owner: Owner) -> JSONResponse:
    """Links to a song's files in the formats asked for. Costs 2 credits when they are there; 202 until then is free."""
    given = read_as(forms.DownloadBody, await _fields(request))
    wanted = tuple(dict.fromkeys(_format(name) for name in given.formats))
    song = await _find(request, owner, given.clip_id)
    await _in_database(request, _can_pay(request, owner, "download"))
    files = asyncio.gather(*(_link(request, song, kind) for kind in wanted))
    try:
        links = await asyncio.wait_for(files, PATIENCE_S)
    except TimeoutError:
        return JSONResponse(body(202, "not_ready", PREPARING), status_code=202)
    await _in_database(request, _charged(request, owner, "download"))
    return _told({"files": [{"format": kind, "url": url} for kind, url in zip(wanted, links, strict=True)]})


@router.get(
    "/songs/{clip_id}/files/{format}",
    status_code=302,
    response_class=Response,
    responses={**ERRORS, 302: {"description": "The file's link, which needs no key."}},
    summary="Get a song's file",
    tags=["songs"],
)
async def song_file(clip_id: str, format: str, request: Request, owner: Owner) -> Response:
    """Redirects to the song in this format, made now if it is not there. Free."""
    kind = _format(format)
    song = await _find(request, owner, clip_id)
    return RedirectResponse(await _link(request, song, kind), status_code=302)


# What the calls share ---------------------------------------------------------------------------------------------------


def _told(data: Mapping[str, Any]) -> JSONResponse:
    return JSONResponse({"code": 200, "message": "success", "data": dict(data)})


async def _fields(request: Request) -> dict[str, Any]:
    return await read_json(request, request.app.state.settings.body_limit_bytes)


async def _song_of(request: Request, owner: str, model: type[forms.OfClip]) -> Convertible:
    return await _find(request, owner, read_as(model, await _fields(request)).clip_id)


async def _find(request: Request, owner: str, clip_id: str) -> Convertible:
    """A finished song of this account. Raises UnknownSong, and Invalid for one that is not finished."""
    wanted = (clip.c.id == clip_id, clip.c.account_id == owner)
    found = await _in_database(request, lambda connection: find_convertible(connection, *wanted))
    if found is None:
        raise UnknownSong("no song of yours has this clip_id")
    if found.state == FAILED:
        raise Invalid("this song could not be made, so there is nothing to give")
    if found.state != SUCCEEDED:
        raise Invalid("this song is still being made; wait until its state is succeeded")
    return found


def _format(name: str) -> str:
    kind = name.strip().lower()
    if kind not in MADE_ON_DEMAND:
        raise Invalid(f"unknown format {name!r}: choose from {', '.join(MADE_ON_DEMAND)}")
    return kind


async def _link(request: Request, song: Convertible, kind: str) -> str:
    """The link of a song's file, which is there then."""
    await request.app.state.conversions.file(song, kind)
    return await _url(request, song, kind)


async def _url(request: Request, song: Convertible, kind: str) -> str:
    name = await _in_database(request, lambda connection: name_of(connection, song.id, kind))
    return f"{song.base_url}/files/{song.token}/{quote(name)}"


async def _paid(request: Request, owner: str, item: str, work: Callable[[], Awaitable[T]]) -> T:
    """Does the work of a call that costs something each time: looks first whether it can be paid, charges when it is done."""
    await _in_database(request, _can_pay(request, owner, item))
    done = await work()
    await _in_database(request, _charged(request, owner, item))
    return done


async def _paid_once(request: Request, owner: str, item: str, song: Convertible, work: Callable[[], Awaitable[T]]) -> T:
    """The same for what costs something only the first time for a song."""
    reference = f"{item}-{song.id}"
    if not await _in_database(request, lambda connection: was_charged(connection, reference)):
        await _in_database(request, _can_pay(request, owner, item))
    done = await work()
    await _in_database(request, _charged(request, owner, item, reference))
    return done


def _can_pay(request: Request, owner: str, item: str) -> Callable[[sa.Connection], None]:
    price = request.app.state.settings.price(item)
    return lambda connection: check(connection, owner, price, PRICES[item].pool)


def _charged(request: Request, owner: str, item: str, once: str | None = None) -> Callable[[sa.Connection], object]:
    price, pool = request.app.state.settings.price(item), PRICES[item].pool
    if once is not None:
        return lambda connection: charge_once(connection, owner, once, item, price, pool)
    return lambda connection: charge(connection, owner, f"{item}-{uuid.uuid4()}", item, price, pool)


async def _in_database(request: Request, work: Callable[[sa.Connection], T]) -> T:
    database: sa.Engine = request.app.state.database

    def done() -> T:
        with database.begin() as connection:
            return work(connection)

    return await run_in_threadpool(done)
