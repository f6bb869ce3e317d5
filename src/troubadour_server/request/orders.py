"""Bodies of the sonic family as orders: which operation, with which commands, on which clips, at what price.

Only reading: whether the clips exist and are fit for the operation is looked up by `request.sources`.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import troubadour.brief as musician
from troubadour.edit import AddInstrumental, AddVocals, Cover, Extend, Join, Mash, Remaster, Replace, Sample
from troubadour_server.request.addresses import check_source_url
from troubadour_server.request.errors import Invalid
from troubadour_server.request.limits import CLIPS_OF_A_CREATE, MODELS, REARRANGING, TASK_TYPES, Limits, limits_of
from troubadour_server.request.shapes import (
    MashupBody,
    ReplaceBody,
    SampleBody,
    SonicCreate,
    StemsBody,
    UploadCoverBody,
    UploadExtendBody,
    VoiceBody,
    read_as,
)
from troubadour_server.tasks.order import VOICE, Command, Order, Split, Upload

CUSTOM_ONLY = ("prompt", "lyrics", "auto_lyrics")
DESCRIPTION_ONLY = ("gpt_description_prompt",)
DRAWN_SEEDS = 2**31
SHOWN = ("mv", "gpt_description_prompt", "negative_tags", "style_weight", "weirdness_constraint")


def read_create(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """A create's body as an order. Raises Invalid by the rules of section 3.3."""
    kind = _task_type(fields)
    if kind in MODELLESS:
        fields = {"custom_mode": True, "mv": next(iter(MODELS)), **fields}
    given = read_as(SonicCreate, _of_its_mode(_of_its_kind(fields, kind)))
    _check_lengths(given, _limits(given.mv))
    _check_timed(given, kind)
    reader = READERS[kind]
    seed = secrets.randbelow(DRAWN_SEEDS) if given.seed is None else given.seed
    commands = tuple(reader.command(given, musician_request(given, seed, take, reader)) for take in range(reader.clips))
    shown = {name: getattr(given, name) for name in SHOWN}
    if kind in MODELLESS:
        shown["mv"] = fields.get("mv") if "mv" in fields else None
    sources = (_required(given.continue_clip_id or given.clip_id, "continue_clip_id", kind),) if reader.source else ()
    order = Order("sonic", kind, reader.price, commands, base, shown, key, sources=sources)
    return replace(order, persona_id=given.persona_id) if kind == "persona_music" else order


def musician_request(given: SonicCreate, seed: int, take: int, reader: Reader) -> musician.Request:
    """What the caller asks of new music."""
    text, lyrics = _words(given, reader)
    return musician.Request(
        text=text,
        tags=given.tags or "",
        negative_tags=given.negative_tags or "",
        lyrics=lyrics,
        title=(given.title or "").strip(),
        instrumental=bool(given.make_instrumental),
        voice=given.voice or given.vocal_gender,
        seed=seed,
        take=take,
        duration_s=given.duration,
        bpm=given.bpm,
        key=given.key,
        metre=given.time_signature,
        language=given.language,
        nearest_voice=bool(given.nearest_voice),
        style_weight=given.style_weight,
        weirdness=given.weirdness_constraint,
    )


def read_stems(fields: Mapping[str, Any], kind: str, base: str, key: str | None) -> Order:
    """A song's stems as an order."""
    given = read_as(StemsBody, fields)
    return Order("sonic", f"stems_{kind}", f"stems_{kind}", (Split(kind),), base, {}, key, sources=(given.clip_id,))


def read_replace(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """New music in a window as an order. `infill_lyrics` are the words of the window; without them its own are sung anew."""
    given = read_as(ReplaceBody, fields)
    _limits(given.mv or next(iter(MODELS)))
    if given.infill_end_s <= given.infill_start_s:
        raise Invalid("infill_end_s must be more than infill_start_s")
    seed = secrets.randbelow(DRAWN_SEEDS) if given.seed is None else given.seed
    closeness = 0.5 if given.audio_weight is None else given.audio_weight
    commands = []
    for take in range(CLIPS_OF_A_CREATE):
        request = musician.Request(
            tags=given.tags or "", negative_tags=given.negative_tags or "", lyrics=given.infill_lyrics, title=(given.title or "").strip(),
            voice=given.vocal_gender, seed=seed, take=take, style_weight=given.style_weight, weirdness=given.weirdness_constraint,
        )  # fmt: skip
        commands.append(Replace(request, given.infill_start_s, given.infill_end_s, closeness))
    shown = {name: getattr(given, name, None) for name in SHOWN}
    return Order(
        "sonic", "replace_section", "replace_section", tuple(commands), base, shown, key, sources=(given.clip_id,),
        joined=bool(given.auto_concat),
    )  # fmt: skip


def read_mashup(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """Two songs in one as an order."""
    given = read_as(MashupBody, _of_its_mode(fields))
    return _new_song("mashup", given, Mash, base, key, tuple(given.mashup_clip_ids))


def read_sample(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """A new song on a piece of another one as an order; without a source when that comes from an address."""
    given = read_as(SampleBody, _of_its_mode(fields))
    if (given.url is None) == (given.sample_clip_id is None):
        raise Invalid("send either url or sample_clip_id, and not both")
    start_s, end_s = given.chop_sample_start_s or 0.0, given.chop_sample_end_s
    if end_s is not None and end_s <= start_s:
        raise Invalid("chop_sample_end_s must be more than chop_sample_start_s")
    sources = (given.sample_clip_id,) if given.sample_clip_id is not None else ()
    return _new_song("sample", given, lambda request: Sample(request, start_s, end_s), base, key, sources)


def read_upload_extend(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """What goes on after a recording that is yet to come, as an order; from its end (`inf`) when no time is named."""
    given = read_as(UploadExtendBody, _of_its_mode(fields))
    at_s = math.inf if given.continue_at is None else given.continue_at
    order = _new_song("extend_upload_music", given, lambda request: Extend(request, at_s), base, key)
    return replace(order, joined=bool(given.auto_concat))


def read_upload_cover(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """The cover of a recording that is yet to come, as an order."""
    given = read_as(UploadCoverBody, _of_its_mode(fields))
    closeness = 0.5 if given.audio_weight is None else given.audio_weight
    return _new_song("cover_upload_music", given, lambda request: Cover(request, closeness), base, key)


def _new_song(
    operation: str, given: SonicCreate, command: Callable[[musician.Request], Command], base: str, key: str | None,
    sources: tuple[str, ...] = (),
) -> Order:  # fmt: skip
    """Two takes of a command at the price of a create."""
    _check_lengths(given, _limits(given.mv, operation in OTHERS))
    _check_timed(given, operation)
    reader = {**READERS, **OTHERS}[operation]
    seed = secrets.randbelow(DRAWN_SEEDS) if given.seed is None else given.seed
    commands = tuple(command(musician_request(given, seed, take, reader)) for take in range(CLIPS_OF_A_CREATE))
    shown = {name: getattr(given, name) for name in SHOWN}
    return Order("sonic", operation, reader.price, commands, base, shown, key, sources=sources)


def read_voice(fields: Mapping[str, Any], base: str, key: str | None) -> Order:
    """A persona of a recorded voice as an order."""
    given = read_as(VoiceBody, fields)
    return Order(
        "sonic", VOICE, VOICE, (Upload(check_source_url(given.audio_url, "audio_url"), given.name or ""),), base, {}, key
    )


@dataclass(frozen=True)
class Reader:
    """How a `task_type` is read: the command that it becomes, its price, and what its body must have."""

    command: Callable[[SonicCreate, musician.Request], Command]
    price: str = "create"
    clips: int = CLIPS_OF_A_CREATE
    source: bool = True
    words: bool = True  # lyrics or a description are required


def _extend(given: SonicCreate, request: musician.Request) -> Command:
    return Extend(request, _required(given.continue_at, "continue_at", "extend_music"))


def _cover(given: SonicCreate, request: musician.Request) -> Command:
    return Cover(request, 0.5 if given.audio_weight is None else given.audio_weight)


def _add_vocals(given: SonicCreate, request: musician.Request) -> Command:
    return AddVocals(request, given.overpainting_start_s or 0.0, given.overpainting_end_s)


def _add_instrumental(given: SonicCreate, request: musician.Request) -> Command:
    start, end = given.overpainting_start_s, given.overpainting_end_s
    start, end = start or given.underpainting_start_s or 0.0, end if end is not None else given.underpainting_end_s
    return AddInstrumental(request, start, end)


READERS: dict[str, Reader] = {
    "create_music": Reader(lambda given, request: request, source=False),
    "persona_music": Reader(lambda given, request: request, source=False),
    "extend_music": Reader(_extend),
    "extend_upload_music": Reader(_extend),
    "concat_music": Reader(lambda given, request: Join(()), "concat", clips=1, words=False),
    "cover_music": Reader(_cover, words=False),
    "cover_upload_music": Reader(_cover, words=False),
    "remaster": Reader(lambda given, request: Remaster(given.variation_category or "normal"), "remaster", words=False),
    "add_vocals": Reader(_add_vocals, "add_vocals"),
    "add_instrumental": Reader(_add_instrumental, "add_instrumental", words=False),
}
OTHERS = {  # operations with routes of their own
    "mashup": Reader(lambda given, request: request, "mashup", words=False),
    "sample": Reader(lambda given, request: request),
}
_WITH_SOURCE = tuple(kind for kind, reader in READERS.items() if reader.source)
_PAINTED = ("add_vocals", "add_instrumental")
FIELDS_OF_KINDS: dict[str, tuple[str, ...]] = {
    "continue_clip_id": _WITH_SOURCE,
    "clip_id": _WITH_SOURCE,
    "continue_at": ("extend_music", "extend_upload_music"),
    "persona_id": ("persona_music",),
    "variation_category": ("remaster",),
    "overpainting_start_s": _PAINTED,
    "overpainting_end_s": _PAINTED,
    "underpainting_start_s": _PAINTED,
    "underpainting_end_s": _PAINTED,
}
MODELLESS = ("concat_music", "remaster")  # they need neither a model nor a mode
TIMED = ("create_music", "persona_music", "extend_music", "extend_upload_music", "cover_music", "cover_upload_music")


def _task_type(fields: Mapping[str, Any]) -> str:
    kind = fields.get("task_type")
    if kind is None:
        return "create_music"
    if not isinstance(kind, str) or kind not in TASK_TYPES:
        raise Invalid(f"task_type must be one of {', '.join(TASK_TYPES)}")
    if kind == "persona_music" and not fields.get("persona_id"):
        raise Invalid("persona_id is required when task_type is persona_music")
    return kind


def _required(value: Any, name: str, kind: str) -> Any:
    if value is None or value == "":
        raise Invalid(f"{name} is required when task_type is {kind}")
    return value


def _of_its_kind(fields: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The fields without those of other task types, which are ignored whatever they hold."""
    own = {name for name, kinds in FIELDS_OF_KINDS.items() if kind in kinds}
    return {name: value for name, value in fields.items() if name in own or name not in FIELDS_OF_KINDS}


def _of_its_mode(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without those of the other mode, which are ignored whatever they hold.

    Programs that describe a song in `prompt` alone mean that.
    """
    custom, described = fields.get("custom_mode"), {}
    others = DESCRIPTION_ONLY if custom is True else CUSTOM_ONLY if custom is False else ()
    if custom is False and not fields.get("gpt_description_prompt") and isinstance(fields.get("prompt"), str):
        described = {"gpt_description_prompt": fields["prompt"]}
    return {**{name: value for name, value in fields.items() if name not in others}, **described}


def _words(given: SonicCreate, reader: Reader) -> tuple[str, str | None]:
    """What is described, and what is sung (None: the words are to be written, or they are the source's). Raises Invalid."""
    if not given.custom_mode:
        description = given.gpt_description_prompt
        if reader.words and (description is None or not description.strip()):
            raise Invalid("gpt_description_prompt is required when custom_mode is false")
        return description or "", None
    lyrics = given.prompt if given.prompt is not None else given.lyrics
    if given.make_instrumental:
        return "", None
    if lyrics is None or not lyrics.strip():
        if reader.words:
            raise Invalid("prompt (the lyrics) is required when custom_mode is true, unless make_instrumental is true")
        return "", None
    return (lyrics, None) if given.auto_lyrics else ("", lyrics)


def _limits(mv: str, rearranging: bool = False) -> Limits:
    """The limits of a model. Raises Invalid for one that is not known."""
    limits = limits_of(mv, rearranging)
    if limits is None:
        raise Invalid(f"mv must be one of {', '.join((*MODELS, *(REARRANGING if rearranging else ())))}")
    return limits


def _check_timed(given: SonicCreate, operation: str) -> None:
    if given.duration is not None and operation not in TIMED:
        raise Invalid(f"duration is not taken by {operation}, only by {', '.join(TIMED)}")


def _check_lengths(given: SonicCreate, limits: Limits) -> None:
    prompt = given.prompt if given.prompt is not None else given.lyrics
    description = given.gpt_description_prompt
    rows = (
        ("prompt", prompt if given.custom_mode else None, limits.prompt),
        ("gpt_description_prompt", None if given.custom_mode else description, limits.description),
        ("tags", given.tags, limits.tags),
        ("negative_tags", given.negative_tags, limits.tags),
        ("title", given.title, limits.title),
    )
    for name, value, longest in rows:
        if value is not None and len(value) > longest:
            raise Invalid(f"{name} has {len(value)} characters; {given.mv} takes at most {longest}")
