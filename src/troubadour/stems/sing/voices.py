"""The singers.

Ranges are MIDI pitches at which the words were still understood when measured (`benchmarks/voice.py`); up to `weak_high`
the pitch holds and words blur. One network or one recorded speaker serves several singers: `formant` moves the resonances
(below 1 a longer throat), `breath` adds air.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from troubadour.errors import BadRequest
from troubadour.stems.sing.folder import brought
from troubadour.stems.sing.made import Singers
from troubadour.stems.sing.value import Voice


@dataclass(frozen=True)
class Source:
    """Where a voice comes from."""

    engine: Literal["neural", "spoken"]
    speaker: str
    licence: str
    credit: str


HEART = Source("neural", "heart", "Apache-2.0", "Voice: hibari-tts, distilled from hexgrad's Kokoro-82M (both Apache-2.0)")
RMS = Source("spoken", "rms", "BSD-like", "Voice: CMU Flite and CMU ARCTIC, (c) Carnegie Mellon University")
SLT = Source("spoken", "slt", "BSD-like", "Voice: CMU Flite and CMU ARCTIC, (c) Carnegie Mellon University")


def singer(
    id: str, gender: Literal["f", "m"], span: tuple[int, int, int], character: str, words: str, source: Source, *,
    formant: float = 1.0, breath: float = 0.0, vibrato_cents: float = 28.0,
) -> Voice:  # fmt: skip
    """A row of the table."""
    return Voice(
        id, id.capitalize(), gender, *span, character, tuple(words.split()), source.licence, source.credit, source.engine,
        source.speaker, formant, breath, vibrato_cents,
    )  # fmt: skip


SINGERS = (
    singer("linnea", "f", (53, 69, 74), "clear and close, a pop lead", "clear bright pop young sweet", HEART),
    singer("willow", "f", (52, 67, 72), "breathy and soft", "breathy airy soft whisper dreamy ethereal intimate gentle", HEART,
           breath=0.9, vibrato_cents=20.0),
    singer("maren", "f", (48, 66, 71), "a darker alto", "alto dark husky smoky mature warm soulful jazz", HEART, formant=0.93),
    singer("rowan", "m", (40, 62, 65), "a warm baritone", "baritone warm rock folk", HEART, formant=0.84),
    singer("anders", "m", (43, 64, 67), "a light tenor", "tenor high light young", HEART, formant=0.9, vibrato_cents=24.0),
    singer("silas", "m", (38, 60, 63), "low and breathy", "deep low bass intimate crooner breathy whisper", HEART,
           formant=0.81, breath=0.7),
    singer("bram", "m", (43, 62, 67), "plain and sturdy, very clear words", "sturdy plain rough rapper rap spoken", RMS),
    singer("corin", "m", (48, 64, 69), "a reedy tenor", "reedy nasal country", RMS, formant=1.15),
    singer("tilda", "f", (53, 66, 69), "even and cool, a little electronic", "cool electronic robotic vocoder android", SLT),
)  # fmt: skip
HOUSE = {voice.id: voice for voice in SINGERS}  # chosen among, where nobody is named
VOICES: dict[str, Voice] = Singers(HOUSE | brought(HOUSE))  # all who can be asked for by name; made voices too (`made.py`)

GENDERS = {
    "f": "female woman women girl lady soprano mezzo mezzo-soprano alto contralto feminine she her diva",
    "m": "male man men boy guy tenor baritone bass-baritone masculine he his dude",
}
DEFAULT = {"f": "linnea", "m": "rowan", "": "linnea"}


def gender_in(words: Iterable[str]) -> str:
    """ "f" or "m" by the first word that says so; "" when none does."""
    return next((gender for word in words for gender, names in GENDERS.items() if word in (gender, *names.split())), "")


def choose(wish: str | None, words: Iterable[str] = ()) -> str:
    """The id of the singer for a wish (an id, a name, "f" or "m") and the words of a description.

    Raises BadRequest for a wish that names no singer.
    """
    said = [word.lower() for text in words for word in re.findall(r"[A-Za-z-]+", text)]
    wished = (wish or "").strip().lower()
    if wished in VOICES:
        return wished
    gender = gender_in([wished])
    if wished and not gender:
        raise BadRequest(f"there is no singer {wish!r}: choose f, m or one of {', '.join(VOICES)}")
    gender = gender or gender_in(said)
    default = DEFAULT[gender]
    ranked = sorted(
        (v for v in HOUSE.values() if not gender or v.gender == gender),
        key=lambda v: (-sum(word in v.words for word in said), v.engine != "neural", v.id != default),
    )
    return ranked[0].id if any(word in ranked[0].words for word in said) else default
