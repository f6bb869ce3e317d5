"""Patterns as events: a style's string becomes hits in ticks, carried from the style's metre into the song's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from troubadour.brief import Metre
from troubadour.theory.metre import borrowed_beats, groups, is_compound


@dataclass(frozen=True)
class Hit:
    """One event of a pattern: ticks from the bar's start, length in ticks (with its `=`), and the character."""

    start: int
    length: int
    sign: str


@cache
def bars_of(pattern: str, native: Metre, metre: Metre, light: bool = False, rolls: bool = False) -> tuple[tuple[Hit, ...], ...]:
    """The bars of a pattern, in the song's metre. `light` voices (hats, chords) go on through beats that are longer than
    the pattern's own; heavy ones (kick, snare) leave the rest of such a beat empty."""
    bars = [_read(bar, native) for bar in pattern.split("|")]
    if is_compound(metre) and not is_compound(native) and rolls and any(sign.isdigit() for sign in pattern):
        return tuple(_rolled(hits, metre) for hits in bars)
    return tuple(_carried(hits, native, metre, light) for hits in bars)


def _rolled(hits: tuple[Hit, ...], metre: Metre) -> tuple[Hit, ...]:
    """A picked or rolled figure in a compound metre: its notes one after another, an eighth each."""
    places = range(0, metre.bar_ticks, 240)
    if len(hits) < len(places) // 2:
        return tuple(Hit(at, 720, hits[i % len(hits)].sign) for i, at in enumerate(places[::3])) if hits else ()
    return tuple(Hit(at, 240, hits[i % len(hits)].sign) for i, at in enumerate(places))


def _read(bar: str, native: Metre) -> tuple[Hit, ...]:
    signs = bar.replace(" ", "")
    step = native.bar_ticks // len(signs)
    hits: list[Hit] = []
    for index, sign in enumerate(signs):
        if sign == "=" and hits and hits[-1].start + hits[-1].length == index * step:
            hits[-1] = Hit(hits[-1].start, hits[-1].length + step, hits[-1].sign)
        elif sign not in ".=":
            hits.append(Hit(index * step, step, sign))
    return tuple(hits)


def _carried(hits: tuple[Hit, ...], native: Metre, metre: Metre, light: bool) -> tuple[Hit, ...]:
    if native == metre:
        return hits
    made: dict[int, Hit] = {}
    at = 0
    own, sources = groups(native), borrowed_beats(metre)
    for group, source in zip(groups(metre), sources, strict=True):
        begin = sum(own[: source % len(own)])
        beat = own[source % len(own)]
        for offset, hit in _in_beat(hits, begin, beat, group, light):
            place = _bent(offset, beat, group) if is_compound(metre) and beat == 480 and group == 720 else offset
            if place < group:
                made.setdefault(at + place, Hit(at + place, hit.length, hit.sign))
        at += group
    return _trimmed([made[tick] for tick in sorted(made)], metre.bar_ticks)


@cache
def fill_of(pattern: str, metre: Metre) -> tuple[Hit, ...]:
    """A fill of a 4/4 bar in another metre: its end stays at the bar's end; in compound metres it is spread over the bar."""
    four = Metre(4, 4)
    hits = _read(pattern, four)
    if metre == four:
        return hits
    if is_compound(metre):
        places = {round(hit.start * metre.bar_ticks / four.bar_ticks / 240) * 240: hit for hit in reversed(hits)}
    else:
        shift = metre.bar_ticks - four.bar_ticks
        places = {hit.start + shift: hit for hit in hits if hit.start + shift >= 0}
    inside = [Hit(at, places[at].length, places[at].sign) for at in sorted(places) if at < metre.bar_ticks]
    return _trimmed(inside, metre.bar_ticks)


def _in_beat(hits: tuple[Hit, ...], begin: int, beat: int, group: int, light: bool) -> list[tuple[int, Hit]]:
    found = [(h.start - begin, h) for h in hits if begin <= h.start < begin + min(beat, group)]
    if group > beat and light and not (beat == 480 and group == 720 and not found):
        found += [(offset + beat, h) for offset, h in found if offset + beat < group]
    return found


def _bent(offset: int, beat: int, group: int) -> int:
    """A place in a beat of four sixteenths as a place in a beat of three eighths: the off-beat becomes the last third."""
    thirds = {0: 0, 120: 240, 240: 480, 360: 480, 480: 480}
    return thirds.get(offset, round(offset * group / beat / 240) * 240)


def _trimmed(hits: list[Hit], bar: int) -> tuple[Hit, ...]:
    ends = [*(hit.start for hit in hits[1:]), bar][: len(hits)]
    return tuple(Hit(h.start, max(60, min(h.length, end - h.start)), h.sign) for h, end in zip(hits, ends, strict=True))
