"""Songs for tests of edits: written, not recorded."""

from __future__ import annotations

from functools import cache

from troubadour.brief import Request
from troubadour.make import Song, write_score
from troubadour.score import Note, Score

WORDS = """[Verse]
Boats come home at dusk again
Silver on the water
Lanterns on the harbour wall
Calling every daughter
[Chorus]
Oh we sing it loud tonight
Let the river carry
[Verse]
Morning finds an empty shore
Footprints leading nowhere
Someone knocking at the door
Someone who can go there
[Chorus]
Oh we sing it loud tonight
Let the river carry"""


@cache
def song(**wish: object) -> Song:
    """A song with words in pop, or as it is wished."""
    usual = {"tags": "pop", "lyrics": WORDS, "voice": "willow", "seed": 5, "title": "Boats", "duration_s": 80.0}
    return write_score(Request(**{**usual, **wish}))  # type: ignore[arg-type]


@cache
def instrumental() -> Song:
    """A short tune without words."""
    return write_score(Request(tags="lofi", instrumental=True, seed=3, title="Rain", duration_s=50.0))


def sung(score: Score, voice: str | None = None) -> list[Note]:
    """The lead's notes in order (those of one singer)."""
    lines = [line for part in score.sung if part.name == "vocals" and voice in (None, part.voice) for line in part.lines]
    return [note for line in sorted(lines, key=lambda one: one.start) for group in line.notes for note in group]


def words(score: Score) -> list[str]:
    """The sung syllables in order."""
    return [syllable.text for line in score.lead_lines for word in line.words for syllable in word.syllables]


def lead(score: Score) -> list[Note]:
    """The tune that an instrument plays."""
    return [note for part in score.parts if part.role == "lead" for note in part.notes]
