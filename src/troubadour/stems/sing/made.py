"""Voices made from other voices: a base and what differs, written as one word.

`rowan:formant=0.88,breath=0.4,vibrato=20,range=42-60` is Rowan with a shorter throat, more air, less vibrato and a range of his own.
The word is the voice: it stands wherever a singer's id may stand (requests, scores, personas), so it needs no file and
goes from song to song. Figures are those of `Voice`: `formant` below 1 is a longer throat, `breath` is added air, `vibrato`
is in cents, `range` is of MIDI pitches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from troubadour.errors import BadRequest
from troubadour.stems.sing.value import Voice

LEAST, MOST = {"formant": 0.75, "breath": 0.0, "vibrato": 0.0}, {"formant": 1.2, "breath": 1.5, "vibrato": 60.0}
FIELDS = {"formant": "formant", "breath": "breath", "vibrato": "vibrato_cents"}
LOWEST, HIGHEST, LEAST_SPAN = 33, 81, 7  # MIDI pitches; semitones that a tune needs
WEAK = 4  # semitones above a range in which the pitch holds and words blur


class Singers(dict[str, Voice]):
    """Singers by id, made ones included: they are read when they are asked for, and not listed."""

    def __missing__(self, id: str) -> Voice:
        if ":" not in id:
            raise KeyError(id)
        return read(id, self)

    def __contains__(self, id: object) -> bool:
        """Whether somebody has this id. Raises BadRequest for a made voice that makes no sense."""
        return super().__contains__(id) or (isinstance(id, str) and ":" in id and bool(read(id, self)))


def read(word: str, singers: Mapping[str, Voice]) -> Voice:
    """The voice of a word. Raises BadRequest, with what may be said, for one that makes no sense."""
    base_id, _, rest = word.partition(":")
    if base_id not in singers:
        raise BadRequest(f"a voice is made from one of {', '.join(singers)}, not from {base_id[:20]!r}")
    voice = replace(singers[base_id], id=word, words=())
    for part in rest.split(","):
        name, _, figure = part.partition("=")
        if name == "range":
            voice = _ranged(voice, figure)
        elif name in FIELDS:
            changed: dict[str, Any] = {FIELDS[name]: _figure(name, figure)}
            voice = replace(voice, **changed)
        else:
            raise BadRequest(
                f"a made voice has {', '.join(FIELDS)} and range, not {name[:20]!r}: rowan:formant=0.9,range=42-60"
            )
    return voice


def written(base: Voice, formant: float, breath: float, vibrato_cents: float, span: tuple[int, int]) -> str:
    """The word of a voice made from `base`: its figures, held inside the limits, where they differ from the base's."""
    base_id = base.id.partition(":")[0]
    wanted = {"formant": formant, "breath": breath, "vibrato": vibrato_cents}
    said = []
    for name, wish in wanted.items():
        figure = round(min(max(wish, LEAST[name]), MOST[name]), 2)
        if figure != round(getattr(base, FIELDS[name]), 2):
            said.append(f"{name}={figure:g}")
    if span != (base.low, base.high):
        said.append(f"range={span[0]}-{span[1]}")
    return f"{base_id}:{','.join(said)}" if said else base.id


def _figure(name: str, text: str) -> float:
    try:
        figure = float(text)
    except ValueError:
        figure = float("nan")
    if not LEAST[name] <= figure <= MOST[name]:
        raise BadRequest(f"{name}={text[:12]} is no {name} of a voice: {LEAST[name]:g} to {MOST[name]:g}")
    return figure


def _ranged(voice: Voice, text: str) -> Voice:
    low, _, high = text.partition("-")
    if not (low.isdecimal() and high.isdecimal() and LOWEST <= int(low) <= int(high) - LEAST_SPAN <= HIGHEST - LEAST_SPAN):
        raise BadRequest(
            f"range={text[:12]} is no range of a voice: two MIDI pitches from {LOWEST} to {HIGHEST}, {LEAST_SPAN} semitones apart or more"
        )
    return replace(voice, low=int(low), high=int(high), weak_high=min(int(high) + WEAK, max(voice.weak_high, int(high))))
