"""What can be asked of songs that exist already: one frozen command per operation.

A command says what is to be done, in the caller's words; the songs that it is done to are handed in beside it. Times are
seconds of the (first) source. `request` holds what the caller asks of the new music: words, tags, voice, seed, take.
"""

from __future__ import annotations

from dataclasses import dataclass

from troubadour.brief import Request

CLOSE = 0.7  # from here on a new arrangement keeps much of the old


@dataclass(frozen=True)
class Extend:
    """A new part that goes on at the beat nearest to `at_s`: one source, with everything that it continues itself.

    `context_s`: how much of the song before that point it may recall (None: all of it); what lies further back is forgotten.
    """

    request: Request
    at_s: float
    context_s: float | None = None


@dataclass(frozen=True)
class Join:
    """A song and its continuations, each joined to what stands before it at the beat nearest to `at_s[i]`."""

    at_s: tuple[float, ...]


@dataclass(frozen=True)
class Cover:
    """The same melody and words in another style. `closeness` 0-1: how much of the source's arrangement stays."""

    request: Request
    closeness: float = 0.5


@dataclass(frozen=True)
class Replace:
    """New music and words between two times (`end_s` None: to the song's end); every sample outside stays as it was.

    `closeness` 0-1: from `CLOSE` on the passage keeps its own tunes and chords, and is played and sung anew.
    """

    request: Request
    start_s: float
    end_s: float | None
    closeness: float = 0.5


@dataclass(frozen=True)
class Mash:
    """Two songs in one key and tempo: the tunes of both over one band."""

    request: Request


@dataclass(frozen=True)
class Remaster:
    """The same notes, mixed and mastered anew. `variation`: subtle, normal, high."""

    variation: str = "normal"


@dataclass(frozen=True)
class AddVocals:
    """A singer for music without one, between two times (None: as far as it goes)."""

    request: Request
    start_s: float = 0.0
    end_s: float | None = None


@dataclass(frozen=True)
class AddInstrumental:
    """A band for a voice alone."""

    request: Request
    start_s: float = 0.0
    end_s: float | None = None


@dataclass(frozen=True)
class Sample:
    """A new song built on a piece of the source, which is heard in it again and again."""

    request: Request
    start_s: float = 0.0
    end_s: float | None = None


@dataclass(frozen=True)
class SwapSound:
    """Another band around the same voices, which keep every sample. `closeness` 0-1: how much of the old band stays."""

    request: Request
    closeness: float = 0.5


@dataclass(frozen=True)
class SwapVocals:
    """Another singer, or other words, over the same band, which keeps every sample. `variation` 0-1: how far the new singer
    is from the old (None: whom the tune and the request suit best)."""

    request: Request
    variation: float | None = None


@dataclass(frozen=True)
class Prolong:
    """The song until `at_s` (None: until its ending), then a new part: as one song. `context_s` as in `Extend`."""

    request: Request
    at_s: float | None = None
    context_s: float | None = None


@dataclass(frozen=True)
class Precede:
    """A new part before the song, as long as the request says; the song follows as it was. `context_s`: how much of the song's
    beginning the new part may tell before (None: all of the song)."""

    request: Request
    context_s: float | None = None


@dataclass(frozen=True)
class Instruct:
    """Changes in plain words, everywhere or between two times; then every sample outside stays as it was. `request` holds what
    new music may need: seed, take, title, words."""

    request: Request
    instruction: str
    start_s: float | None = None
    end_s: float | None = None

    @property
    def windowed(self) -> bool:
        """Whether only a part of the song is to be changed."""
        return self.start_s is not None or self.end_s is not None


@dataclass(frozen=True)
class Vary:
    """Another song of the same kind: words, style, tempo, key, length and singer stay, notes and form are new."""

    request: Request


Command = (
    Extend
    | Join
    | Cover
    | Replace
    | Mash
    | Remaster
    | AddVocals
    | AddInstrumental
    | Sample
    | SwapSound
    | SwapVocals
    | Prolong
    | Precede
    | Vary
    | Instruct
)
