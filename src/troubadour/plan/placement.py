"""Where a piece stands in a notional song, and where in it the words are sung.

`song` is the part of a whole song that the piece is: one that begins after its beginning has no introduction, one that ends before
its end no ending of its own, and the nearer to the end, the stronger it is. `words` is the part of the piece in which somebody
sings: before and after it the band plays alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor

from troubadour.brief import Brief, Placement
from troubadour.plan import form
from troubadour.plan.form import Block, Pace
from troubadour.plan.value import SectionPlan
from troubadour.styles import Style

BEGINNING, END = 0.1, 0.9  # of the notional song
RISE = 0.3  # how much stronger its end is than its beginning
NATURAL_LEAD_BARS, LONG_BARS = 4, 16


def sung_form(brief: Brief, style: Style, pace: Pace, tightness: float, bars: int, bar_s: float) -> list[Block] | None:
    """The words in their part of `bars` bars, the band alone around it; None when they don't fit."""
    place, whole_s = brief.request.placement or Placement(), brief.duration_s or bars * bar_s
    pickup_s = bar_s / 4 if place.words[0] else 0.0  # a line may begin a beat before its bar
    lead = ceil((place.words[0] * whole_s + pickup_s) / bar_s - 1e-6)
    last = min(bars, floor(place.words[1] * whole_s / bar_s + 1e-6))
    core = form.around_words(brief, style, pace, tightness)
    core = core[1:] if not core[0].sung and core[0].kind == "intro" else core
    core = core[:-1] if not core[-1].sung and core[-1].kind == "outro" else core
    core = [block if block.sung else replace(block, least=0) for block in core]
    room = last - lead
    if room <= 0:
        return None
    used = sum(block.bars for block in core if block.sung)
    if used > room:
        return None
    fitted = form.fitted(core, min(room, sum(block.bars for block in core)))
    if fitted is None:
        return None
    spare = room - sum(block.bars for block in fitted)
    if spare > 2:
        fitted, spare = _filled(fitted, room, style)
    before, after = lead + _natural_lead(lead, spare, place), 0
    after = bars - before - sum(block.bars for block in fitted)
    return [*_before(_first(place), before, style), *fitted, *_after(_last(place), after, style)]


def _filled(fitted: Sequence[Block], room: int, style: Style) -> tuple[list[Block], int]:
    """The stanzas with passages of the band between them, when the words are few; and the bars that are left."""
    if sum(block.sung for block in fitted) < 2:
        return list(fitted), room - sum(block.bars for block in fitted)
    lead = min(NATURAL_LEAD_BARS, max(0, (room - sum(b.bars for b in fitted)) // 3))
    grown = form.padded(fitted, room - lead, style)
    while sum(block.bars for block in grown) > room:
        loose = next((i for i in reversed(range(len(grown))) if not grown[i].sung), None)
        if loose is None:
            break
        excess = sum(block.bars for block in grown) - room
        left = max(0, grown[loose].bars - excess)
        grown = [*grown[:loose], *([form.resized(grown[loose], left)] if left else []), *grown[loose + 1 :]]
    return grown, room - sum(block.bars for block in grown)


def _natural_lead(lead: int, spare: int, place: Placement) -> int:
    """Bars before the first word beside those that were asked for: a short introduction where there is room for one."""
    if lead or place.song[0] >= BEGINNING:
        return 0
    return min(NATURAL_LEAD_BARS, spare)


def _first(place: Placement) -> str:
    return "intro" if place.song[0] < BEGINNING else "interlude"


def _last(place: Placement) -> str:
    return "outro" if place.song[1] > END else "solo"


def _before(kind: str, bars: int, style: Style) -> list[Block]:
    """What the band plays before the words: an introduction; a long one goes on with passages of its own."""
    if bars <= LONG_BARS:
        return [form.band_block(kind, bars, tuneful=bars > 8)] if bars > 0 else []
    return [form.band_block(kind, 8), *form.passage(bars - 8, style, 0)]


def _after(kind: str, bars: int, style: Style) -> list[Block]:
    """What it plays after them."""
    if bars <= LONG_BARS:
        return [form.band_block(kind, bars, tuneful=kind == "solo" or bars > 8)] if bars > 0 else []
    return [*form.passage(bars - 8, style, 0), form.band_block(kind, 8)]


def keeps(blocks: Sequence[Block], place: Placement, whole_s: float, bar_s: float) -> bool:
    """Whether a song's natural form has its words where they are to be sung, and is a whole song."""
    if place.song != (0.0, 1.0) or place.words[0]:
        return False
    last = max((i for i, block in enumerate(blocks) if block.sung), default=0)
    return sum(block.bars for block in blocks[: last + 1]) * bar_s <= place.words[1] * whole_s


def too_long(place: Placement, whole_s: float) -> str:
    """What to tell the author of words that do not fit."""
    room_s = (place.words[1] - place.words[0]) * whole_s
    return (
        f"these words need more than the {room_s:.0f} s in which they may be sung "
        f"({place.words[0]:g} to {place.words[1]:g} of {whole_s:g} s): give them more room or shorten them"
    )


def excerpt(blocks: Sequence[Block], place: Placement | None) -> list[Block]:
    """The sections of a whole form that lie in a part of it; all of them without one."""
    if place is None or place.song == (0.0, 1.0):
        return list(blocks)
    whole, at, kept = sum(block.bars for block in blocks), 0, []
    for block in blocks:
        middle = (at + block.bars / 2) / whole
        if place.song[0] <= middle <= place.song[1]:
            kept.append(block)
        at += block.bars
    nearest = min(range(len(blocks)), key=lambda i: abs((i + 0.5) / len(blocks) - sum(place.song) / 2))
    return kept or [blocks[nearest]]


def placed(sections: Sequence[SectionPlan], place: Placement | None) -> tuple[SectionPlan, ...]:
    """The sections with the energy of their place in the notional song."""
    if place is None or place.song == (0.0, 1.0):
        return tuple(sections)
    rise = RISE * (sum(place.song) / 2 - 0.5)
    return tuple(replace(section, energy=round(min(1.0, max(0.08, section.energy + rise)), 3)) for section in sections)
