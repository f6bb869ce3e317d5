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

HIBARI = "hibari-tts by the hibari authors, Apache-2.0; distilled from Kokoro-82M by hexgrad, Apache-2.0"
FLITE = "Flite and CMU ARCTIC, Carnegie Mellon University, BSD-like"


@dataclass(frozen=True)
class Voice:
    """A singer. `engine` neural: the network sings; spoken: recorded speech is made to sing."""

    id: str
    name: str
    gender: Literal["f", "m"]
    low: int
    high: int
    weak_high: int
    character: str
    words: tuple[str, ...]  # words of a wish that point to this singer
    licence: str
    credit: str
    engine: Literal["neural", "spoken"]
    speaker: str
    formant: float = 1.0
    breath: float = 0.0
    vibrato_cents: float = 28.0


def _neural(id: str, name: str, gender: Literal["f", "m"], span: tuple[int, int, int], character: str, words: str, *,
            formant: float = 1.0, breath: float = 0.0, vibrato_cents: float = 28.0) -> Voice:  # fmt: skip
    return Voice(id, name, gender, *span, character, tuple(words.split()), "Apache-2.0", HIBARI, "neural", "heart", formant, breath,
                 vibrato_cents)  # fmt: skip


def _spoken(id: str, name: str, gender: Literal["f", "m"], span: tuple[int, int, int], character: str, words: str, speaker: str, *,
            formant: float = 1.0) -> Voice:  # fmt: skip
    return Voice(id, name, gender, *span, character, tuple(words.split()), "BSD-like", FLITE, "spoken", speaker, formant)


VOICES = {
    voice.id: voice
    for voice in (
        _neural("linnea", "Linnea", "f", (53, 69, 74), "clear, close, a pop lead", "clear bright pop young sweet"),
        _neural("willow", "Willow", "f", (52, 67, 72), "breathy and soft", "breathy airy soft whisper whispered dreamy ethereal intimate gentle",
                breath=0.9, vibrato_cents=20.0),
        _neural("maren", "Maren", "f", (48, 66, 71), "a darker alto", "alto dark husky smoky mature warm soulful jazz contralto", formant=0.93),
        _neural("rowan", "Rowan", "m", (40, 62, 65), "a warm baritone", "baritone warm rock folk", formant=0.84),
        _neural("anders", "Anders", "m", (43, 64, 67), "a light tenor", "tenor high light young", formant=0.9, vibrato_cents=24.0),
        _neural("silas", "Silas", "m", (38, 60, 63), "low and breathy", "deep low bass intimate crooner breathy whisper", formant=0.81, breath=0.7),
        _spoken("bram", "Bram", "m", (43, 62, 67), "plain and sturdy, very clear words", "sturdy plain robotic vocoder clear rap hip hop spoken", "rms"),
        _spoken("corin", "Corin", "m", (48, 64, 69), "a reedy tenor", "reedy nasal country", "rms", formant=1.15),
        _spoken("tilda", "Tilda", "f", (53, 66, 69), "even and cool, a little electronic", "cool electronic retro synthetic android", "slt"),
    )
}  # fmt: skip

GENDERS = {
    "f": ["f", "female", "woman", "women", "girl", "lady", "soprano", "mezzo", "mezzo-soprano", "alto", "contralto", "feminine", "she", "her", "diva"],
    "m": ["m", "male", "man", "men", "boy", "guy", "tenor", "baritone", "bass", "masculine", "he", "his", "dude"],
}
DEFAULT = {"f": "linnea", "m": "rowan", "": "linnea"}


def gender_in(words: Iterable[str]) -> str:
    """ "f" or "m" by the first word that says so; "" when none does."""
    return next((gender for word in words for gender, names in GENDERS.items() if word.lower() in names), "")


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
        (v for v in VOICES.values() if not gender or v.gender == gender),
        key=lambda v: (-sum(word in v.words for word in said), v.engine != "neural", v.id != default),
    )
    return ranked[0].id if any(word in ranked[0].words for word in said) else default
