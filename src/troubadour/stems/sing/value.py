"""What a singer is: a row of the table of voices, or a voice that a user brought."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Engine = Literal["neural", "spoken", "piper", "acoustic"]


@dataclass(frozen=True)
class Voice:
    """A singer. `engine` neural: the network sings; spoken, piper: speech is made to sing; acoustic: a user's own network.

    Pitches are MIDI; `words` of a wish point to this singer; `path` is a brought voice's file.
    """

    id: str
    name: str
    gender: Literal["f", "m"]
    low: int
    high: int
    weak_high: int
    character: str
    words: tuple[str, ...]
    licence: str
    credit: str
    engine: Engine
    speaker: str
    formant: float = 1.0
    breath: float = 0.0
    vibrato_cents: float = 28.0
    path: str = ""

    def shown(self) -> dict[str, Any]:
        """What callers are told: everything but where its file lies."""
        return {key: value for key, value in asdict(self).items() if key != "path"}
