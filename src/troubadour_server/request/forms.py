"""Bodies and answers of the calls that give a finished song in another form. The answers' keys are exact (section 17.2)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr

from troubadour_server.request.shapes import Body, Real, as_schema
from troubadour_server.storage.songs import MADE_ON_DEMAND

AN_ID = "7d0f4c0a-0a55-4a8e-9d0f-2d0a57f0b6aa"
A_LINK = "https://music.example.org/files/k3…/Harbour%20Lights"
FORMATS = tuple(MADE_ON_DEMAND)
MOST_FORMATS = 20

LONGEST_LYRICS = 20_000
ClipId = Annotated[StrictStr, Field(description="A finished song of yours.", examples=[AN_ID])]
Seconds = Annotated[Real, Field(ge=0, le=3600)]


def _shown(**example: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": example})


def _answer(data: dict[str, Any]) -> ConfigDict:
    return _shown(code=200, message="success", data=data)


def described(model: type[BaseModel]) -> dict[str, Any]:
    """The request body of one of these calls for the API reference, with its example."""
    return as_schema(model, model.model_json_schema()["example"])


class OfClip(Body):
    """A call about one song."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"example": {"clip_id": AN_ID}})

    clip_id: ClipId


class AlignedBody(OfClip):
    """`POST /api/v1/sonic/aligned-lyrics`"""

    lyrics: StrictStr = Field(
        "",
        max_length=LONGEST_LYRICS,
        description="Of a recording that was uploaded: its words, line by line, as they are sung.",
    )


class VoxBody(Body):
    """`POST /api/v1/sonic/vox`"""

    model_config = ConfigDict(
        extra="ignore", json_schema_extra={"example": {"clip_id": AN_ID, "vocal_start_s": 12.5, "vocal_end_s": 30}}
    )

    clip_id: ClipId
    vocal_start_s: Seconds | None = Field(None, description="Where the window begins; by default just before the first word.")
    vocal_end_s: Seconds | None = Field(None, description="Where it ends, at most 30 s later; by default as late as it may be.")


class TagsBody(Body):
    """`POST /api/v1/sonic/upsample-tags`"""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"example": {"tags": "indie folk, warm"}})

    tags: StrictStr = Field(description="Style words, comma separated; up to 1000 characters.")


class DownloadBody(Body):
    """`POST /api/v1/sonic/download`"""

    model_config = ConfigDict(
        extra="ignore", json_schema_extra={"example": {"clip_id": AN_ID, "formats": ["mp3", "m4a", "wav"]}}
    )

    clip_id: ClipId
    formats: Annotated[list[StrictStr], Field(min_length=1, max_length=MOST_FORMATS)] = Field(
        default=["mp3"], description=f"Any of {', '.join(FORMATS)}."
    )


class ShareBody(Body):
    """`POST /api/v1/suno/get-song`"""

    model_config = ConfigDict(
        extra="ignore", json_schema_extra={"example": {"share_link": f"https://music.example.org/song/{AN_ID}"}}
    )

    share_link: StrictStr = Field(description="The address of a song's page on this server (`share_url` of a clip).")


class WordsBody(Body):
    """`POST /api/v1/suno/make-lyrics`"""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"example": {"prompt": "a lighthouse keeper's letters"}})

    prompt: StrictStr = Field(description="What the words are about: under 120 characters.")


class WavData(BaseModel):
    """Where the master lies."""

    wav_url: str = Field(description="The lossless master, 16 bit at 44.1 kHz.")


class WavDone(BaseModel):
    """The answer has no `code`."""

    model_config = _shown(message="success", data={"wav_url": f"{A_LINK}.wav"})

    message: str
    data: WavData


class BpmData(BaseModel):
    """Quarter notes a minute, as written."""

    avg_bpm: float = Field(description="The mean over the song's time.")
    min_bpm: float
    max_bpm: float


class BpmDone(BaseModel):
    """The tempo."""

    model_config = _answer({"avg_bpm": 118.0, "min_bpm": 118.0, "max_bpm": 118.0})

    code: Literal[200]
    message: str
    data: BpmData


class Wave(BaseModel):
    """The isolated voice."""

    audio_url: str = Field(description="The window as a WAV file.")
    duration_s: float


class VoxData(BaseModel):
    """A window of the lead voice."""

    vox_audio_id: str = Field(
        description="Names this window wherever a `vox_audio_id` is taken. The same window has the same id."
    )
    status: Literal["complete"]
    source_clip_id: str
    vocal_start_s: float
    vocal_end_s: float
    wave_response: Wave


class VoxDone(BaseModel):
    """The lead voice alone."""

    model_config = _answer(
        {
            "vox_audio_id": "2f6c1a52-7d0e-5c43-9a51-8a0d2b1f6e11",
            "status": "complete",
            "source_clip_id": AN_ID,
            "vocal_start_s": 12.5,
            "vocal_end_s": 30.0,
            "wave_response": {"audio_url": f"{A_LINK}%20vocals.wav", "duration_s": 17.5},
        }
    )

    code: Literal[200]
    message: str
    data: VoxData


class MidiNote(BaseModel):
    """A note as written. Times in seconds, pitch and velocity as in MIDI."""

    pitch: int
    start: float
    end: float
    velocity: int


class MidiInstrument(BaseModel):
    """A part; the name is that of its track."""

    name: str
    notes: list[MidiNote]


class MidiData(BaseModel):
    """The score."""

    midi_url: str
    instruments: list[MidiInstrument]


class MidiDone(BaseModel):
    """The score as a MIDI file and as notes."""

    model_config = _answer(
        {
            "midi_url": f"{A_LINK}.mid",
            "instruments": [{"name": "vocals", "notes": [{"pitch": 64, "start": 8.17, "end": 8.43, "velocity": 92}]}],
        }
    )

    code: Literal[200]
    message: str
    data: MidiData


class AlignedWord(BaseModel):
    """A sung word and its time."""

    word: str
    start_s: float
    end_s: float
    p_align: float = Field(description="1: the time was written, not guessed; of a recording, how likely it is right.")
    success: bool


class AlignedData(BaseModel):
    """The lead voice's words in order; empty where nobody sings."""

    alignment: list[AlignedWord]


class AlignedDone(BaseModel):
    """When each word is sung."""

    model_config = _answer({"alignment": [{"word": "Boats", "start_s": 8.02, "end_s": 8.4, "p_align": 1.0, "success": True}]})

    code: Literal[200]
    message: str
    data: AlignedData


class TagsData(BaseModel):
    """Style words at length."""

    upsampled_tags: str


class TagsDone(BaseModel):
    """What the band makes of the tags: the words that were sent, then tempo, metre, mood, instruments and form."""

    model_config = _answer(
        {"upsampled_tags": "indie folk, warm, acoustic, mid-tempo 100 bpm, 4/4 time, gentle, fiddle, upright bass"}
    )

    code: Literal[200]
    message: str
    data: TagsData


class NamedFile(BaseModel):
    """A file in a format."""

    format: str
    url: str


class Files(BaseModel):
    """The files that were asked for, in order."""

    files: list[NamedFile]


class DownloadDone(BaseModel):
    """All files are there."""

    model_config = _answer({"files": [{"format": "m4a", "url": f"{A_LINK}.m4a"}]})

    code: Literal[200]
    message: str
    data: Files


class SharedSong(BaseModel):
    """What a share link shows."""

    model_config = _shown(
        code=200,
        message="success",
        audio_url=f"{A_LINK}.mp3",
        video_url=f"{A_LINK}.mp4",
        cover_image=f"{A_LINK}.jpg",
        song_title="Harbour Lights",
        song_author="Troubadour",
        music_styles="indie folk, acoustic guitar, warm",
    )

    code: Literal[200]
    message: str
    audio_url: str
    video_url: str | None
    cover_image: str
    song_title: str
    song_author: str
    music_styles: str


class TaskId(BaseModel):
    """What to ask for."""

    task_id: str


class WordsSubmitted(BaseModel):
    """Lyrics are being written."""

    model_config = _answer({"task_id": "0c3c7c52-3d2c-4a43-9a65-7f0a3c9d1e11"})

    code: Literal[200]
    message: str
    data: TaskId


class Written(BaseModel):
    """The first candidate, and all of them."""

    task_id: str
    status: Literal["complete"]
    title: str
    text: str
    results: list[dict[str, str]] = Field(description="Every candidate: `title` and `lyrics`.")


class WordsDone(BaseModel):
    """Lyrics that were written."""

    model_config = _answer(
        {
            "task_id": "0c3c7c52-3d2c-4a43-9a65-7f0a3c9d1e11",
            "status": "complete",
            "title": "Letters to the Moon",
            "text": "[Verse]\nThe lamp goes round\n[Chorus]\nI write to you",
            "results": [{"title": "Letters to the Moon", "lyrics": "[Verse]\nThe lamp goes round\n[Chorus]\nI write to you"}],
        }
    )

    code: Literal[200]
    message: str
    data: Written
