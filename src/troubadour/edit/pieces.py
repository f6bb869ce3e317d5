"""Scores cut and joined: the part until a tick, the part since a tick, one after the other.

Cutting keeps every note's pitch, and its place relative to its bar: an excerpt that begins inside a bar says so
(`Score.skipped`). `joined(until(s, t), since(s, t))` has the notes of `s`, those that lay across `t` cut in two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from troubadour.score import Note, Part, Phrase, Score, Section, SungLine, SungPart, Tempo
from troubadour.score.melody.metre import beat_ticks
from troubadour.units import SAMPLE_RATE_HZ
from troubadour.words import Word

Span = TypeVar("Span", Section, Phrase)


def nearest_beat(score: Score, seconds: float) -> int:
    """The tick of the beat nearest to a time, inside the form."""
    beat = beat_ticks(score.metre)
    tick = score.tick_at(min(max(seconds, 0.0), score.seconds_at(score.bar_start(score.bars))))
    return max(0, round((tick + score.skipped) / beat) * beat - score.skipped)


def until(score: Score, tick: int) -> Score:
    """Everything that begins before `tick`, cut off there; the audio ends there too."""
    bars = score.bar_at(tick - 1) + 1
    sections = tuple(replace(s, bars=min(s.bars, bars - s.start_bar)) for s in score.sections if s.start_bar < bars)
    phrases = tuple(replace(p, bars=min(p.bars, bars - p.start_bar)) for p in score.phrases if p.start_bar < bars)
    return replace(
        score,
        frames=score.frame_at(tick),
        tempos=tuple(t for t in score.tempos if t.start < tick) or score.tempos[:1],
        sections=sections,
        phrases=phrases,
        chords=tuple(replace(c, length=min(c.length, tick - c.start)) for c in score.chords if c.start < tick),
        parts=_sounding(replace(p, notes=_cut(p.notes, tick)) for p in score.parts),
        sung=_singing(replace(p, lines=tuple(_lines_until(p.lines, tick))) for p in score.sung),
    )


def since(score: Score, tick: int) -> Score:
    """Everything that begins at `tick` or later, with `tick` as its first; chords that last across it begin there."""
    first = score.bar_at(tick)
    sung = (replace(p, lines=tuple(line for line in p.lines if line.end > tick)) for p in score.sung)
    parts = (replace(p, notes=tuple(n for n in p.notes if n.start >= tick)) for p in score.parts)
    later = shifted(replace(score, parts=tuple(parts), sung=tuple(sung)), -tick)
    return replace(
        later,
        frames=score.frames - score.frame_at(tick),
        tempos=_tempos_since(later.tempos),
        sections=tuple(_begun(s, first) for s in score.sections if s.start_bar + s.bars > first),
        phrases=tuple(_begun(p, first) for p in score.phrases if p.start_bar + p.bars > first),
        chords=tuple(replace(c, start=max(0, c.start), length=c.end - max(0, c.start)) for c in later.chords if c.end > 0),
        parts=_sounding(later.parts),
        sung=_singing(replace(p, lines=tuple(_lines_since(p.lines))) for p in later.sung),
        skipped=score.in_bar(tick),
    )


def joined(first: Score, second: Score) -> Score:
    """One score after the other: `first` ends (`frames`) where `second` begins, in the same bar. The title is the first's."""
    tick = end_tick(first)
    if first.in_bar(tick) != second.skipped:
        raise ValueError("the second score does not begin where the bar of the first one stands")
    bars, later = first.bar_at(tick), shifted(second, tick)
    return replace(
        first,
        frames=first.frames + second.frames,
        tempos=(*first.tempos, *(t for t in later.tempos if t.bpm != first.tempos[-1].bpm or t.start > tick)),
        sections=_sections(first.sections, [replace(s, start_bar=s.start_bar + bars) for s in second.sections]),
        phrases=_phrases(first.phrases, [replace(p, start_bar=p.start_bar + bars) for p in second.phrases]),
        chords=(*first.chords, *later.chords),
        parts=_together(first.parts, later.parts),
        sung=sung_together(first.sung, later.sung),
    )


def end_tick(score: Score) -> int:
    """The tick at which the audio of a cut score ends."""
    return round(score.tick_at(score.frames / SAMPLE_RATE_HZ))


def shifted(score: Score, ticks: int) -> Score:
    """All that stands in ticks, later by `ticks`; bars stay as they are counted."""
    return replace(
        score,
        tempos=tuple(replace(t, start=t.start + ticks) for t in score.tempos),
        chords=tuple(replace(c, start=c.start + ticks) for c in score.chords),
        parts=tuple(replace(p, notes=tuple(replace(n, start=n.start + ticks) for n in p.notes)) for p in score.parts),
        sung=tuple(replace(p, lines=tuple(shifted_line(line, ticks) for line in p.lines)) for p in score.sung),
    )


def shifted_line(line: SungLine, ticks: int) -> SungLine:
    """A sung line, later by `ticks`."""
    return replace(line, notes=tuple(tuple(replace(n, start=n.start + ticks) for n in group) for group in line.notes))


# Cutting ------------------------------------------------------------------------------------------------------------------


def _cut(notes: Iterable[Note], tick: int) -> tuple[Note, ...]:
    return tuple(replace(n, length=min(n.length, tick - n.start)) for n in notes if n.start < tick)


def _lines_until(lines: Iterable[SungLine], tick: int) -> Iterator[SungLine]:
    """Lines before `tick`; of a line that lies across it, the syllables that have begun."""
    for line in lines:
        if line.end <= tick:
            yield line
        elif line.start < tick:
            groups = tuple(_cut(group, tick) for group in line.notes if group[0].start < tick)
            yield SungLine(_first_syllables(line.words, len(groups)), groups)


def _lines_since(lines: Iterable[SungLine]) -> Iterator[SungLine]:
    """Lines from tick 0 on; of a line that lies across it, the syllables that begin later."""
    for line in lines:
        if line.start >= 0:
            yield line
        elif line.notes[-1][0].start >= 0:
            groups = tuple(group for group in line.notes if group[0].start >= 0)
            yield SungLine(_last_syllables(line.words, len(groups)), groups)


def _first_syllables(words: Sequence[Word], count: int) -> tuple[Word, ...]:
    kept = []
    for word in words:
        if count <= 0:
            break
        kept.append(word if len(word.syllables) <= count else replace(word, syllables=word.syllables[:count]))
        count -= len(word.syllables)
    return tuple(kept)


def _last_syllables(words: Sequence[Word], count: int) -> tuple[Word, ...]:
    kept: list[Word] = []
    for word in reversed(words):
        if count <= 0:
            break
        kept.insert(0, word if len(word.syllables) <= count else replace(word, syllables=word.syllables[-count:]))
        count -= len(word.syllables)
    return tuple(kept)


def _begun(span: Span, first: int) -> Span:
    """A section or phrase counted from bar `first`; of one that lies across it, what is left."""
    start = max(0, span.start_bar - first)
    return replace(span, start_bar=start, bars=span.start_bar + span.bars - first - start)


def _tempos_since(tempos: Sequence[Tempo]) -> tuple[Tempo, ...]:
    running = [t for t in tempos if t.start <= 0][-1:]
    return (*(replace(t, start=0) for t in running), *(t for t in tempos if t.start > 0))


def _sounding(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.notes)


def _singing(parts: Iterable[SungPart]) -> tuple[SungPart, ...]:
    return tuple(part for part in parts if part.lines)


# Joining ------------------------------------------------------------------------------------------------------------------


def _sections(before: Sequence[Section], after: Sequence[Section]) -> tuple[Section, ...]:
    """Sections in turn; one that was cut at the join and goes on behind it is whole again."""
    last, first = before[-1], after[0]
    if last.name == first.name:
        return (*before[:-1], replace(last, bars=first.start_bar + first.bars - last.start_bar), *after[1:])
    late = last.start_bar + last.bars - first.start_bar  # they meet inside a bar, which is the first one's
    kept = [replace(first, start_bar=first.start_bar + late, bars=first.bars - late)] if first.bars > late else []
    return (*before, *kept, *after[1:])


def _phrases(before: Sequence[Phrase], after: Sequence[Phrase]) -> tuple[Phrase, ...]:
    """Phrases in turn; one that was cut inside a bar is whole again."""
    last, first = before[-1], after[0]
    late = last.start_bar + last.bars - first.start_bar
    if late and last.label == first.label:
        return (*before[:-1], replace(last, bars=first.start_bar + first.bars - last.start_bar), *after[1:])
    kept = [replace(first, start_bar=first.start_bar + late, bars=first.bars - late)] if first.bars > late else []
    return (*before, *kept, *after[1:])


def _together(before: Sequence[Part], after: Sequence[Part]) -> tuple[Part, ...]:
    """Parts of one name and instrument are one part; the others stand beside each other."""
    added = {(part.name, part.instrument): part.notes for part in after}
    grown = tuple(replace(p, notes=(*p.notes, *added.pop((p.name, p.instrument), ()))) for p in before)
    return (*grown, *(part for part in after if (part.name, part.instrument) in added))


def sung_together(before: Sequence[SungPart], after: Sequence[SungPart]) -> tuple[SungPart, ...]:
    """Sung parts of one name and voice are one part; the others stand beside each other."""
    added = {(part.name, part.voice): part.lines for part in after}
    grown = tuple(replace(p, lines=(*p.lines, *added.pop((p.name, p.voice), ()))) for p in before)
    return (*grown, *(part for part in after if (part.name, part.voice) in added))
