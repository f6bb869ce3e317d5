"""Who sings which line: the lead, a partner in a duet, answers, second voices, doubles and a choir.

Every singer is a part, and so a stem of its own. Marks in the lyrics (`[Male]`, `[Female]`, `[Both]`) and words about the
singing (duet, harmony, choir, double) decide; where nothing does, choruses of enough energy get a second voice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from troubadour.chance import Chance
from troubadour.score.melody.backing import Singer, harmonised, partner_of, second_singer, spread, voice_of
from troubadour.score.melody.pitch import Ground
from troubadour.score.value import SungLine, SungPart

CHOIR = (
    ("", "f", 1),
    ("", "m", 0),
    ("above", "f", 2),
    ("below", "m", 1),
)  # above or below the tune, and which voice of a gender


@dataclass(frozen=True)
class Songbook:
    """All that is sung: the lead's lines, each with who has it ("": the lead, "f", "m", "both"), answers, and choruses."""

    lead: tuple[SungLine, ...]
    turns: tuple[str, ...]
    answers: tuple[SungLine, ...]
    choruses: tuple[SungLine, ...]  # what second voices may join
    ground: Ground
    singer: Singer
    chance: Chance
    singing: tuple[str, ...]


def parts_of(book: Songbook) -> tuple[SungPart, ...]:
    """The parts, the lead first; the others are numbered in this order."""
    partner = partner_of(book.singer)
    parts = [
        SungPart("vocals", singer.voice, lines)
        for singer, lines in ((book.singer, own_lines(book, partner)), (partner, partner_lines(book, partner)))
        if lines
    ]
    others = [part for part in (answering(book), duet(book, partner), *second_voices(book), *doubles(book)) if part]
    names = ["backing_vocals", *(f"backing_vocals_{n}" for n in range(2, len(others) + 1))]
    return tuple(
        replace(part, name=name, manner=book.singing)
        for part, name in zip((*parts, *others), (*["vocals"] * len(parts), *names), strict=False)
    )


def own_lines(book: Songbook, partner: Singer) -> tuple[SungLine, ...]:
    """What the lead sings."""
    return tuple(line for line, turn in zip(book.lead, book.turns, strict=True) if turn != partner.gender)


def partner_lines(book: Songbook, partner: Singer) -> tuple[SungLine, ...]:
    """What the partner sings alone, in the octave that suits."""
    return tuple(moved(line, partner) for line, turn in zip(book.lead, book.turns, strict=True) if turn == partner.gender)


def moved(line: SungLine, singer: Singer) -> SungLine:
    """The line in the octave that lies best for a singer."""
    low, high = spread([line])

    def strain(step: int) -> tuple[int, int]:
        return max(0, singer.low - low - step) + max(0, high + step - singer.high), abs(step)

    step = min((-24, -12, 0, 12, 24), key=strain)
    return replace(line, notes=tuple(tuple(note.transposed(step) for note in group) for group in line.notes))


def answering(book: Songbook) -> SungPart | None:
    """The voice of the bracketed lines."""
    if not book.answers:
        return None
    low, high = spread(book.answers)
    singer = second_singer(book.singer, low, high, book.chance, 0)
    return SungPart("", singer.voice, in_turn(book.answers))


def duet(book: Songbook, partner: Singer) -> SungPart | None:
    """The partner's second voice where both sing."""
    both = [line for line, turn in zip(book.lead, book.turns, strict=True) if turn == "both"]
    if not both:
        return None
    lines = tuple(harmonised(moved(line, partner), book.ground, partner.low, partner.high, above=False) for line in both)
    return SungPart("", partner.voice, lines)


def second_voices(book: Songbook) -> list[SungPart]:
    """A second voice under the choruses; for a choir four singers, two of them with the tune."""
    lines = [line for line in book.choruses if line not in _shared(book)]
    if "choir" in book.singing:
        return choir(book, list(book.choruses) or list(book.lead))
    if not lines:
        return []
    low, high = spread(lines)
    singer = second_singer(book.singer, low - 4, high - 3, book.chance, 1 if book.answers else 0)
    return [SungPart("", singer.voice, tuple(harmonised(x, book.ground, singer.low, singer.high, above=False) for x in lines))]


def _shared(book: Songbook) -> list[SungLine]:
    return [line for line, turn in zip(book.lead, book.turns, strict=True) if turn == "both"]


def choir(book: Songbook, lines: Sequence[SungLine]) -> list[SungPart]:
    """Four singers, women and men."""
    parts = []
    for place, gender, which in CHOIR:
        singer = voice_of(gender, which)
        tune = [moved(line, singer) for line in lines]
        if place:
            above = place == "above"
            tune = [harmonised(x, book.ground, singer.low - 2, singer.high + 2, above=above) for x in tune]
        parts.append(SungPart("", singer.voice, tuple(tune)))
    return parts


def doubles(book: Songbook) -> list[SungPart]:
    """The lead once more in the choruses: another take, which sways and breathes by itself."""
    return [SungPart("", book.singer.voice, book.choruses)] if "double" in book.singing and book.choruses else []


def in_turn(lines: Sequence[SungLine]) -> tuple[SungLine, ...]:
    """Lines of one singer, in order of time; a line that begins too early cuts the one before."""
    ordered = sorted(lines, key=lambda line: line.start)
    cut = [_cut(line, after.start) for line, after in pairwise(ordered)]
    return (*cut, ordered[-1])


def _cut(line: SungLine, limit: int) -> SungLine:
    last = line.notes[-1][-1]
    if last.end <= limit or last.start >= limit:
        return line
    return replace(line, notes=(*line.notes[:-1], (*line.notes[-1][:-1], replace(last, length=limit - last.start))))
