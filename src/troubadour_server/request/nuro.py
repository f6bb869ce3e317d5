"""The nuro family: a song from lyrics and chosen words, background music in two versions, get music.

Its enumerations mean style words to the musician: `tables/nuro.toml`. A song's genre, mood, gender and timbre are guessed from its
lyrics where they are not sent. Its errors have manners of their own (8.5), its tasks are flat objects (8.6).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StrictStr

import troubadour.brief as musician
from troubadour.chance import Chance
from troubadour_server.request.access import Owner
from troubadour_server.request.errors import Invalid
from troubadour_server.request.family import ERRORS, FAILED_SILENTLY, found, no_task_id, submitted, task_route
from troubadour_server.request.rules import alias, drawn
from troubadour_server.request.shapes import Called, Error, Real, Seed, Whole, as_schema, read_as
from troubadour_server.request.shown import nuro_task
from troubadour_server.storage.songs import TaskView
from troubadour_server.tasks.order import Order
from troubadour_server.tasks.states import FAILED, FAILURE, OPEN

router = APIRouter(tags=["nuro"])

VOCAL, BGM = "vocal", "bgm"
V1, V2 = "v1.0", "v2.0"
PRICE = "nuro"
LONGEST_LYRICS, LONGEST_DESCRIPTION = 2000, {V1: 2000, V2: 200}
MOST_VALUES = 5
# (from, to, when absent) in seconds; None: as long as the words need
DURATIONS_S: dict[str, tuple[int, int, int | None]] = {VOCAL: (30, 240, None), V1: (1, 60, 60), V2: (30, 120, 60)}
SEGMENT_S, TOTAL_S, ALONE_S = (5, 120), (30, 120), 30
SEGMENTS = ("intro", "verse", "chorus", "inst", "bridge", "outro")
GENDERS = {"Female": "f", "Male": "m"}
TIMBRES = {  # nuro's name → the musician's
    "Warm": "warm", "Bright": "bright", "Husky": "husky", "Electrified voice": "electrified", "Sweet_AUDIO_TIMBRE": "sweet",
    "Cute_AUDIO_TIMBRE": "cute", "Loud and sonorous": "sonorous", "Powerful": "powerful", "Sexy/Lazy": "lazy",
}  # fmt: skip
SUNG_SCRIPTS, SCRIPT_SHARE = (
    ("LATIN", "CJK", "HIRAGANA", "KATAKANA"),
    0.2,
)  # Unicode's names of scripts; how much of the lyrics may be in others (a name, a word)
HAN, CHINESE = (
    re.compile(r"[\u3400-\u9fff]"),
    ("Chinese Style", "Pop", "GuFeng Music"),
)  # what such lyrics are sung to where no genre is sent
LISTS = ("genre", "mood", "instrument", "theme")  # of background music
ALIASES = {"scenario": "theme", "prompt": "description"}


@cache
def tables() -> dict[str, Any]:
    """What the enumerations mean."""
    return tomllib.loads((files("troubadour_server.request") / "tables/nuro.toml").read_text("utf-8"))


def values(kind: str, field: str) -> tuple[str, ...]:
    """The values of an enumeration."""
    own = {"gender": tuple(GENDERS), "timbre": tuple(TIMBRES)}
    return own[field] if field in own else tuple(tables()[kind][field])


class NuroSegment(BaseModel):
    """A section of background music."""

    name: Literal[SEGMENTS]  # type: ignore[valid-type]
    duration: Annotated[Real, Field(ge=SEGMENT_S[0], le=SEGMENT_S[1])]


Values = StrictStr | list[StrictStr]


class NuroCreate(Called):
    """`POST /api/v1/nuro/create`"""

    type: Literal["vocal", "bgm"] | None = Field(
        None, description="vocal: a song of your lyrics; bgm: background music. Absent: vocal when there are lyrics."
    )
    lyrics: StrictStr | None = Field(
        None,
        description="vocal: the words, with marks such as [verse] and [chorus].",
        json_schema_extra={"maxLength": LONGEST_LYRICS},
    )
    gender: StrictStr | None = Field(None, description=f"vocal: {', '.join(GENDERS)}.")
    timbre: StrictStr | None = Field(None, description=f"vocal: the voice's colour: {', '.join(TIMBRES)}.")
    genre: Values | None = Field(None, description="vocal: one value; bgm: up to 5. The lists are in the instructions.")
    mood: Values | None = Field(None, description="vocal: one value; bgm: up to 5.")
    description: StrictStr | None = Field(
        None,
        description=f"bgm: what the music is for; with v2.0 {LONGEST_DESCRIPTION[V2]} characters are the most.",
        json_schema_extra={"maxLength": LONGEST_DESCRIPTION[V1]},
    )
    instrument: Values | None = Field(None, description="bgm: up to 5 instruments that are heard.")
    theme: Values | None = Field(None, description="bgm: up to 5 themes; `scenario` is another name of it.")
    duration: Whole | None = Field(
        None,
        description=(
            "Length in whole seconds, met to the sample: vocal 30-240 (absent: what the words need), bgm v1.0 1-60 (absent: 60), "
            "v2.0 30-120 (absent: 60, or the sum of `segments`)."
        ),
    )
    version: Literal["v1.0", "v2.0"] | None = Field(None, description="bgm: v1.0 (absent), or v2.0, which takes `segments`.")
    segments: list[NuroSegment] | None = Field(
        None,
        description="bgm v2.0: the form; each section begins on its sample. 5-120 s each (one alone at least 30), 30-120 s in all.",
    )
    seed: Seed | None = Field(None, description="Equal seeds give equal music.")


class NuroTask(BaseModel):
    """A task: a flat object."""

    task_id: str
    status: Literal["pending", "running", "succeeded", "failed"]
    progress: int = Field(description="0 to 100.")
    audio_url: str = Field(description="The music as WAV; empty until it is there.")
    lyrics: str = Field(description="The words, with lower-case marks.")
    duration: float = Field(description="Seconds.")
    genre: str = Field(description="As sent, or guessed.")
    mood: str = Field(description="As sent, or guessed.")
    gender: str = Field(description="As sent, or guessed.")
    timbre: str = Field(description="As sent, or guessed.")
    clip_id: str
    title: str
    image_url: str
    created_at: str
    seed: int
    share_url: str
    stage: str


EXAMPLE_VOCAL = {
    "type": VOCAL,
    "lyrics": "[verse]\nMorning tram, empty seats\n[chorus]\nCarry me over the river",
    "gender": "Female",
    "genre": "Pop",
    "mood": "Romantic",
    "timbre": "Warm",
    "duration": 60,
}
EXAMPLE_BGM = {
    "type": BGM,
    "description": "a calm start into the day",
    "genre": ["acoustic"],
    "mood": ["hopeful"],
    "duration": 30,
}
EXAMPLE_SEGMENTS = {
    "type": BGM,
    "version": V2,
    "description": "quiet rain on a city window",
    "segments": [{"name": "intro", "duration": 15}, {"name": "verse", "duration": 30}, {"name": "outro", "duration": 15}],
}
NURO_ERRORS: dict[int | str, dict[str, Any]] = {
    400: ERRORS[400],
    401: ERRORS[401],
    403: {"model": Error, "description": "Not enough credits, or too many unfinished tasks (`forbidden`)."},
    503: ERRORS[503],
}


@task_route(
    router,
    "/nuro/create",
    "Create a song or background music",
    as_schema(NuroCreate, vocal=EXAMPLE_VOCAL, bgm=EXAMPLE_BGM, segments=EXAMPLE_SEGMENTS),
    NURO_ERRORS,
)
async def create(request: Request, owner: Owner) -> JSONResponse:
    """One song. Costs 10 credits, reserved now and kept only if it comes out."""
    return await submitted(request, owner, read_create)


@router.get(
    "/nuro/task/{task_id}",
    response_model=NuroTask,
    responses={**NURO_ERRORS, 202: {"model": NuroTask, "description": "Not finished."}, 404: {"model": Error}},
    summary="Get music",
)
async def get_music(task_id: str, request: Request, owner: Owner) -> JSONResponse:
    """The task as a flat object: 202 until it is final. A failed one answers 200 with `status` failed, `type` and `message`."""
    return told(await found(request, owner, task_id))


@router.get("/nuro/task", include_in_schema=False)
@router.get("/nuro/task/", include_in_schema=False)
async def id_forgotten(owner: Owner) -> JSONResponse:
    """The id was forgotten."""
    raise no_task_id("/api/v1/nuro/task")


def told(task: TaskView) -> JSONResponse:
    """A task as an answer of this family."""
    body = nuro_task(task)
    if task.state == FAILED:
        message = task.error_message or FAILED_SILENTLY
        kind = "api_error" if task.error_type in ("", FAILURE) else task.error_type
        body |= {"type": kind, "error": message, "message": message, "refund_processed": True}
    return JSONResponse(body, status_code=202 if task.state in OPEN else 200)


# Reading ------------------------------------------------------------------------------------------------------------------


def read_create(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """A create's body as an order. Raises Invalid."""
    given = read_as(NuroCreate, alias(fields, ALIASES))
    kind = given.type or (VOCAL if (given.lyrics or "").strip() else BGM if given.description else None)
    if kind is None:
        raise Invalid("type must be vocal or bgm")
    seed = drawn(given.seed)
    return READERS[kind](given, seed, base, key)


def _vocal(given: NuroCreate, seed: int, base: str, key: str | None) -> Order:
    lyrics = given.lyrics or ""
    if not lyrics.strip():
        raise Invalid("lyrics is required when type is vocal")
    if len(lyrics) > LONGEST_LYRICS:
        raise Invalid(f"lyrics has {len(lyrics)} characters; it takes at most {LONGEST_LYRICS}")
    _refuse_scripts(lyrics)
    sent = {name: _one(VOCAL, name, getattr(given, name)) for name in ("genre", "mood", "gender", "timbre")}
    used = predicted(lyrics, seed, sent)
    request = musician.Request(
        tags=f"{tables()[VOCAL]['genre'][used['genre']]}, {tables()[VOCAL]['mood'][used['mood']]}",
        lyrics=lyrics,
        voice=GENDERS[used["gender"]],
        timbre=TIMBRES[used["timbre"]],
        seed=seed,
        duration_s=_duration(given.duration, VOCAL),
    )
    return Order("nuro", "vocal_music", PRICE, (request,), base, used, key)


def _refuse_scripts(lyrics: str) -> None:
    """Raises Invalid for words in a script that no voice here can sing."""
    letters = [unicodedata.name(letter, "?").split()[0] for letter in lyrics if letter.isalpha()]
    unsung = [script for script in letters if script not in SUNG_SCRIPTS]
    if len(unsung) > SCRIPT_SHARE * len(letters):
        script = max(set(unsung), key=unsung.count).title()
        raise Invalid(
            f"language not supported: most of these lyrics are written in {script} letters, which no voice here can sing; send English or Chinese ones"
        )


def _background(given: NuroCreate, seed: int, base: str, key: str | None) -> Order:
    version = given.version or V1
    description = (given.description or "").strip()
    if not description:
        raise Invalid("description is required when type is bgm")
    if len(description) > LONGEST_DESCRIPTION[version]:
        raise Invalid(f"description has {len(description)} characters; {version} takes at most {LONGEST_DESCRIPTION[version]}")
    chosen = {name: _several(name, getattr(given, name)) for name in LISTS}
    segments = _segments(given, version)
    words = [tables()[BGM][name][value] for name in LISTS for value in chosen[name]]
    request = musician.Request(
        text=description,
        tags=", ".join(words),
        instrumental=True,
        seed=seed,
        duration_s=None if segments else _duration(given.duration, version),
        segments=segments,
        instruction=", ".join(f"louder {tables()[BGM]['instrument'][value]}" for value in chosen["instrument"]),
    )
    shown = {**chosen, "description": given.description, "version": version}
    return Order("nuro", "instrument_music", PRICE, (request,), base, shown, key)


READERS: dict[str, Callable[[NuroCreate, int, str, str | None], Order]] = {VOCAL: _vocal, BGM: _background}


def _duration(given: int | None, kind: str) -> float | None:
    least, most, usual = DURATIONS_S[kind]
    if given is not None and not least <= given <= most:
        raise Invalid(
            f"duration must be between {least} and {most} seconds for {'vocal songs' if kind == VOCAL else f'bgm {kind}'}"
        )
    return usual if given is None else given


def _segments(given: NuroCreate, version: str) -> tuple[musician.Segment, ...]:
    """The form that was asked for. Raises Invalid."""
    if not given.segments:
        return ()
    if version != V2:
        raise Invalid(f"segments are taken by version {V2} only")
    total = sum(each.duration for each in given.segments)
    if len(given.segments) == 1 and given.segments[0].duration < ALONE_S:
        raise Invalid(f"a single segment must last at least {ALONE_S} seconds")
    if not TOTAL_S[0] <= total <= TOTAL_S[1]:
        raise Invalid(f"the segments last {total:g} seconds together; {TOTAL_S[0]} to {TOTAL_S[1]} are allowed")
    if given.duration is not None and given.duration != total:
        raise Invalid(f"the segments last {total:g} seconds together, but duration is {given.duration}: leave duration out")
    return tuple(musician.Segment(each.name, each.duration) for each in given.segments)


def _one(kind: str, field: str, given: Sequence[str] | str | None) -> str | None:
    """A value of an enumeration, however its letters are written; a list of one is as good. Raises Invalid."""
    if given is None or given in ("", []):
        return None
    each = [given] if isinstance(given, str) else list(given)
    known = {value.lower(): value for value in values(kind, field)}
    if len(each) != 1 or each[0].strip().lower() not in known:
        raise Invalid(f"{field} must be one of {', '.join(known.values())}")
    return known[each[0].strip().lower()]


def _several(field: str, given: Sequence[str] | str | None) -> list[str]:
    """Up to five values of an enumeration; a value that stands alone is as good as a list. Raises Invalid."""
    each = [given] if isinstance(given, str) else list(given or ())
    if len(each) > MOST_VALUES:
        raise Invalid(f"{field} takes at most {MOST_VALUES} values")
    return [value for value in (_one(BGM, field, one) for one in each) if value is not None]


# Guessing -----------------------------------------------------------------------------------------------------------------


def predicted(lyrics: str, seed: int, sent: Mapping[str, str | None]) -> dict[str, str]:
    """Genre, mood, gender and timbre: as sent, else guessed from the words, else by chance."""
    table = tables()["predict"]
    mood = sent["mood"] or _guess(lyrics, table["mood"], values(VOCAL, "mood"), seed, "mood")
    usual = CHINESE if HAN.search(lyrics) else ("Pop", "Folk", "Pop Rock", "Rock")
    genre = sent["genre"] or _guess(lyrics, table["genre"], usual, seed, "genre")
    gender = sent["gender"] or str(Chance(seed).stream("nuro", "gender").choice(tuple(GENDERS)))
    return {"genre": genre, "mood": mood, "gender": gender, "timbre": sent["timbre"] or table["timbre"][mood]}


def _guess(lyrics: str, table: Mapping[str, str], else_one_of: Sequence[str], seed: int, what: str) -> str:
    """The value whose words come most often; by chance where none does, or where several do as often."""
    words = re.findall(r"[a-z]+", lyrics.lower())
    counts = {value: sum(word in named.split() for word in words) for value, named in table.items()}
    most = max(counts.values())
    options = [value for value, count in counts.items() if count == most] if most else list(else_one_of)
    return options[int(Chance(seed).stream("nuro", what).integers(len(options)))]
