"""Bodies and answers of the wire, as the API reference shows them.

Bodies are read liberally where it harms nobody: unknown fields are left alone, `null` is as good as absent, 30.0 is a whole
number, a seed or a weight may be written as text. A boolean is a boolean, text is text, a length in seconds is a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictStr, ValidationError
from pydantic_core import PydanticCustomError

from troubadour_server.request.errors import Invalid
from troubadour_server.request.limits import DURATION_S, MODELS, TASK_TYPES

Model = TypeVar("Model", bound=BaseModel)


def _no_truth(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("float_type", "a boolean is no number")
    return value


def _no_text(value: Any) -> Any:
    if isinstance(value, str):
        raise PydanticCustomError("int_type", "text is no number")
    return value


Whole = Annotated[int, BeforeValidator(_no_truth)]
Real = Annotated[float, BeforeValidator(_no_truth), Field(allow_inf_nan=False)]
Part = Annotated[Real, Field(ge=0, le=1)]
Seconds = Annotated[Real, Field(ge=0)]
Seed = Annotated[Whole, Field(ge=0, lt=2**63)]
SongId = Annotated[StrictStr, Field(max_length=80)]

WHERE_MODELS = ", ".join(MODELS)


class Body(BaseModel):
    """A body of which only the named fields are read."""

    model_config = ConfigDict(extra="ignore")


class Called(Body):
    """The part of a body that says where the task's events are to be told."""

    webhook_url: StrictStr | None = Field(
        None, description="https, up to 1024 characters: told when the first song plays, when all are done, and of failure."
    )
    webhook_secret: Annotated[StrictStr, Field(min_length=1, max_length=1024)] | None = Field(
        None, description="Signs the deliveries; without it the server's own secret does."
    )


class SonicCreate(Called):
    """`POST /api/v1/sonic/create`"""

    custom_mode: StrictBool = Field(description="true: you write the lyrics (`prompt`); false: you describe the song.")
    mv: StrictStr = Field(description=f"Model: {WHERE_MODELS}. It sets the limits; the musician is the same.")
    prompt: StrictStr | None = Field(None, description="The lyrics, with marks such as [Verse] and [Chorus]. Custom mode.")
    lyrics: StrictStr | None = Field(None, description="Another name for `prompt`, which wins.")
    gpt_description_prompt: StrictStr | None = Field(
        None, description="What the song is to be. Description mode; `prompt` is read where this is absent."
    )
    title: StrictStr | None = Field(None, description="Up to 80 characters; found in the words when absent.")
    tags: StrictStr | None = Field(None, description="Style words, comma separated.")
    negative_tags: StrictStr | None = Field(None, description="Styles and instruments to leave out.")
    make_instrumental: StrictBool | None = Field(None, description="No singer.")
    auto_lyrics: StrictBool | None = Field(
        None, description="Custom mode: `prompt` is a description from which lyrics are written."
    )
    task_type: StrictStr | None = Field(
        None, description=f"What is made, one of: {', '.join(TASK_TYPES)}. create_music if absent."
    )
    continue_clip_id: SongId | None = Field(
        None, description="The source clip of every task type but create_music and persona_music."
    )
    clip_id: SongId | None = Field(None, description="Another name for `continue_clip_id`, which wins.")
    continue_at: Seconds | None = Field(
        None, description="Extend: seconds of the source at which the new part goes on; the nearest beat is taken."
    )
    persona_id: SongId | None = Field(None, description="persona_music: whose voice and taste to keep.")
    variation_category: Literal["subtle", "normal", "high"] | None = Field(None, description="remaster: how much may change.")
    overpainting_start_s: Seconds | None = Field(None, description="add_vocals, add_instrumental: where it begins.")
    overpainting_end_s: Seconds | None = Field(None, description="add_vocals, add_instrumental: where it ends.")
    underpainting_start_s: Seconds | None = Field(None, description="add_instrumental: another name for the same.")
    underpainting_end_s: Seconds | None = Field(None, description="add_instrumental: another name for the same.")
    vocal_gender: Literal["f", "m"] | None = Field(None, description="f or m.")
    voice: SongId | None = Field(
        None,
        description="The id of a singer (`GET /voices`), or a voice made from one (`rowan:formant=0.9,range=42-60`): exact, or refused. It "
        "wins over `vocal_gender`.",
    )
    style_weight: Part | None = Field(None, description="0-1: how closely the style words are followed.")
    weirdness_constraint: Part | None = Field(None, description="0-1: how far the song may leave the usual.")
    audio_weight: Part | None = Field(None, description="cover: 0-0.3 loose, 0.4-0.6 balanced, 0.7-1 close to the source.")
    use_suno_cdn: StrictBool | None = Field(None, description="Read and without effect: files are served from here.")
    duration: Annotated[Whole, BeforeValidator(_no_text), Field(ge=DURATION_S[0], le=DURATION_S[1])] | None = Field(
        None, description="Length in whole seconds, 10-360, met to the sample."
    )
    seed: Seed | None = Field(None, description="Equal seeds give equal songs; shown on the clip.")
    bpm: Annotated[Real, Field(ge=20, le=400)] | None = Field(None, description="Quarter notes a minute: exact, or refused.")
    key: Annotated[StrictStr, Field(max_length=40)] | None = Field(None, description='Such as "A minor": exact, or refused.')
    time_signature: Annotated[StrictStr, Field(max_length=10)] | None = Field(
        None, description='Such as "3/4": exact, or refused.'
    )
    language: Annotated[StrictStr, Field(max_length=40)] | None = Field(
        None,
        description="Of the lyrics: en, zh, ja, es, de, fr, it, pt, or its name. Absent: as their script shows. Refused when no "
        "voice sings it.",
    )
    nearest_voice: StrictBool | None = Field(
        None, description="true: a language that no voice sings is sung as well as can be, and the song's notes say so."
    )


class BatchBody(Body):
    """`POST /api/v1/sonic/batch`"""

    requests: list[SonicCreate] = Field(min_length=1, max_length=10, description="Bodies of create.")


class BatchSubmitted(BaseModel):
    """For each create, in order: `message` and `task_id`, or the error that it was refused with."""

    code: Literal[200]
    message: str
    results: list[dict[str, Any]]


class StemsBody(Body):
    """`POST /api/v1/sonic/stems/basic` and `/full`"""

    clip_id: SongId = Field(description="A finished song.")


class ReplaceBody(Called):
    """`POST /api/v1/sonic/replace-section`"""

    clip_id: SongId = Field(description="A finished song.")
    mv: StrictStr | None = Field(None, description=f"Model: {WHERE_MODELS}.")
    infill_start_s: Seconds = Field(description="Where the window begins: the first beat inside it is taken.")
    infill_end_s: Seconds = Field(description="Where it ends: the last beat inside it is taken.")
    prompt: StrictStr | None = Field(None, description="The words of the surrounding song; read and not needed here.")
    infill_lyrics: StrictStr | None = Field(None, description="The words of the window; absent: its own words to new music.")
    gpt_description_prompt: StrictStr | None = Field(None, description="Shown on the clip; the window's style is `tags`.")
    title: StrictStr | None = Field(None, description="Up to 80 characters.")
    tags: StrictStr | None = Field(None, description="Style words for the window; absent: the song's own style.")
    negative_tags: StrictStr | None = Field(None, description="Styles and instruments to leave out.")
    style_weight: Part | None = Field(None, description="0-1: how closely the style words are followed.")
    weirdness_constraint: Part | None = Field(None, description="0-1: how far the passage may leave the usual.")
    audio_weight: Part | None = Field(
        None, description="0-1: from 0.7 on the passage keeps its own tune and chords, and is played and sung anew."
    )
    vocal_gender: Literal["f", "m"] | None = Field(None, description="f or m.")
    auto_concat: StrictBool | None = Field(
        None, description="true: each item has the new passage (`replaced`) and the `full` song."
    )
    seed: Seed | None = Field(None, description="Equal seeds give equal music.")


class MashupBody(SonicCreate):
    """`POST /api/v1/sonic/mashup`"""

    mashup_clip_ids: Annotated[list[StrictStr], Field(min_length=2, max_length=2)] = Field(
        description="Exactly two finished songs."
    )


WHERE_RECORDING = "Direct, public address of a recording; its content decides what it is, not its name."


class SampleBody(SonicCreate):
    """`POST /api/v1/sonic/sample`"""

    url: StrictStr | None = Field(None, description=f"{WHERE_RECORDING} Or `sample_clip_id`.")
    sample_clip_id: SongId | None = Field(None, description="A finished song, or a recording that was uploaded. Or `url`.")
    chop_sample_start_s: Seconds | None = Field(
        None, description="Where the piece begins, on the nearest beat; the beginning when absent."
    )
    chop_sample_end_s: Seconds | None = Field(
        None, description="Where it ends, on the nearest beat; the end when absent. A piece lasts a minute at most."
    )


class UploadCoverBody(SonicCreate):
    """`POST /api/v1/sonic/upload-cover`"""

    url: StrictStr = Field(description=WHERE_RECORDING)


class UploadExtendBody(UploadCoverBody):
    """`POST /api/v1/sonic/upload-extend`"""

    continue_at: Seconds | None = Field(
        None, description="Seconds of the recording at which the new part goes on, on the nearest beat; its end when absent."
    )
    auto_concat: StrictBool | None = Field(
        None, description="true: each item has the new part (`extended`) and the `full` song."
    )


class VoiceBody(Called):
    """`POST /api/v1/sonic/create-voice`"""

    audio_url: StrictStr = Field(description=f"{WHERE_RECORDING} One voice alone is heard best.")
    name: Annotated[StrictStr, Field(max_length=79)] | None = Field(
        None, description="What the persona is called; the recording's title when absent."
    )


class Step(BaseModel):
    """How one step of a call that does two things went."""

    success: bool
    clip_id: str | None = None
    task_id: str | None = None
    error: str | None = None


class Brought(BaseModel):
    """The recording was taken in, and the work on it accepted."""

    code: Literal[200]
    message: str
    task_id: str
    steps: dict[str, Step]
    warning: str | None = None


class PersonaBody(Body):
    """`POST /api/v1/sonic/persona`, with the field names of 2025 and of 2026."""

    name: StrictStr = Field(description="Under 80 characters.")
    clip_id: SongId | None = Field(None, description="The song whose singer and taste are kept.")
    continue_clip_id: SongId | None = Field(None, description="The name of 2025 for `clip_id`.")
    describe: StrictStr | None = Field(None, description="Under 200 characters.")
    description: StrictStr | None = Field(None, description="The name of 2025 for `describe`.")
    styles: Annotated[StrictStr, Field(max_length=2000)] | None = Field(
        None, description="Style words to keep instead of the song's."
    )
    vox_audio_id: StrictStr | None = Field(None, description="From get VOX; read and not needed here.")
    vocal_start_s: Seconds | None = Field(None, description="Where the voice begins; read and not needed here.")
    vocal_end_s: Seconds | None = Field(None, description="Where it ends; read and not needed here.")


class PersonaMade(BaseModel):
    """A persona was made."""

    code: Literal[200]
    message: str
    persona_id: str


class LyricsBody(Body):
    """`POST /api/v1/sonic/lyrics`"""

    description: StrictStr = Field(description="What the words are about: under 120 characters.")
    seed: Seed | None = Field(None, description="Equal seeds give equal words.")


class Submitted(BaseModel):
    """A task was accepted."""

    message: str = "success"
    task_id: str
    warning: str | None = None


class Clip(BaseModel):
    """A song, finished or in the making."""

    clip_id: str
    state: Literal["pending", "running", "succeeded", "failed"]
    title: str
    tags: str
    lyrics: str
    image_url: str
    audio_url: str
    video_url: str | None
    created_at: str
    mv: str | None
    gpt_description_prompt: str | None
    duration: float
    negative_tags: str
    style_weight: float | None
    weirdness_constraint: float | None
    share_url: str
    seed: int
    task_id: str
    operation: str
    stage: str
    progress: float
    stem_type: str | None = None
    wav_url: str | None = None
    error_message: str | None = None


class TaskDone(BaseModel):
    """All clips of a task are final."""

    code: Literal[200]
    message: str
    data: list[Clip]


class TaskNotReady(BaseModel):
    """HTTP 202: ask again later. `data` has the clips so far."""

    code: Literal[202]
    type: Literal["not_ready"]
    error: str
    message: str
    progress: float
    stage: str
    data: list[Clip]


class Error(BaseModel):
    """Every error, the framework's own included."""

    error: str
    message: str
    type: str
    code: int


class Credits(BaseModel):
    """What is left. An account without limit shows 1000000."""

    credits: int
    extra_credits: int


class Words(BaseModel):
    """One candidate."""

    title: str
    lyrics: str


class LyricsDone(BaseModel):
    """Two candidates."""

    code: Literal[200]
    message: str
    results: list[Words]


def read_as(model: type[Model], fields: Mapping[str, Any]) -> Model:
    """A body as one of these shapes. Raises Invalid with a sentence about the first field that is wrong."""
    try:
        return model.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        raise Invalid(_sentence(error.errors()[0])) from None


_SENTENCES = {
    "missing": "is required",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
}


def _sentence(error: Mapping[str, Any]) -> str:
    field = error["loc"][0]
    bounds = error.get("ctx", {})
    rule = _SENTENCES.get(error["type"])
    if rule is None and error["type"] == "literal_error":
        rule = f"must be one of {bounds['expected']}"
    if rule is None and error["type"].startswith(("greater_than", "less_than")):
        word, bound = next((name, value) for name, value in bounds.items() if name in ("ge", "gt", "le", "lt"))
        rule = {"ge": "must be at least", "gt": "must be more than", "le": "must be at most", "lt": "must be less than"}[
            word
        ] + f" {bound}"
    return f"{field} {rule or str(error['msg']).lower()}"


def as_schema(
    model: type[BaseModel], example: Mapping[str, Any] | None = None, **examples: Mapping[str, Any]
) -> dict[str, Any]:
    """The request body for the API reference of a route that reads its body by itself."""
    content: dict[str, Any] = {"schema": model.model_json_schema(ref_template="#/components/schemas/{model}")}
    if examples:
        content["examples"] = {name: {"value": value} for name, value in examples.items()}
    elif example:
        content["example"] = example
    return {"requestBody": {"required": True, "content": {"application/json": content}}}
