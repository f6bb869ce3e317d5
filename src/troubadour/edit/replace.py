"""`replaced_song`: new music and words between two times; every sample outside stays as it was.

The window begins on the first beat and ends on the last beat inside the times asked for; where a sung line lies across an
edge, the edge moves past it by up to a bar, so that the line stays whole; a longer one is left off at the edge. Inside stands new
material in the song's key, tempo, metre and band, over new chords: the words that were sent, else the song's own, sung to
another tune.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from troubadour.brief import Brief, Line
from troubadour.edit.fresh import fresh_letters
from troubadour.edit.pieces import joined, shifted_line, since, sung_together, until
from troubadour.edit.recording import between, on_grid
from troubadour.edit.source import Progress, Source, recorded
from troubadour.edit.value import CLOSE, Replace
from troubadour.edit.wish import asked, band_for, voice_for
from troubadour.errors import BadRequest, LyricsTooLong
from troubadour.make import Song
from troubadour.mix.splice import Patched, begun, replaced
from troubadour.plan import PhrasePlan, Plan, SectionPlan, form
from troubadour.score import Score, SungLine, SungPart
from troubadour.score.compose import compose, heard
from troubadour.score.melody.metre import beat_ticks
from troubadour.stems import Window
from troubadour.styles import blend
from troubadour.units import SAMPLE_RATE_HZ

LEAST_S = 1.0
LED_BARS = 4  # written before the passage and left off again: by then every player has come to where the song is
TIGHTNESS = (0.0, 0.35, 0.7, 1.0)


@dataclass(frozen=True)
class Rewritten:
    """A song with a new passage between two ticks."""

    plan: Plan
    score: Score
    start: int
    end: int


def replaced_song(source: Source, command: Replace, progress: Progress) -> Song:
    """The whole song with its new passage, in sound."""
    source = in_window(source, command)
    made = rewritten(source.plan, source.score, command)
    closing = made.end == made.score.bar_start(made.score.bars)  # then the new ending rings as far as the window goes
    end = round(end_of(made.score, command) * SAMPLE_RATE_HZ) if closing else made.score.frame_at(made.end)
    window = Window(made.score.frame_at(made.start), min(end, made.score.frames))
    new, said = recorded(source, made.plan, made.score, window, progress)
    return Song(made.plan, made.score, said, replaced(source.reel, new, window.start, window.end))


def in_window(source: Source, command: Replace) -> Source:
    """The source as the window sees it: a recording counts on a steady grid through the window's first and last beats."""
    if source.heard is None:
        return source
    return on_grid(source, between(source.heard, command.start_s, end_of(source.score, command)))


def rewritten(plan: Plan, score: Score, command: Replace) -> Rewritten:
    """The score with new material in the window. Raises BadRequest for a window outside the song or too short for a bar's
    worth of music, LyricsTooLong for words that it cannot hold."""
    start, end = window_of(score, command)
    request = command.request
    brief = asked(replace(request, duration_s=None), plan)
    lines = _lines_between(plan, score, start, end) if request.lyrics is None and not request.instrumental else ()
    first, last = score.bar_at(start), score.bar_at(end - 1)
    letters = [*_own_letters(score, first, last, command), *fresh_letters(brief.request, plan)]
    passage = _passage(brief, lines, plan, last + 1 - first, _kind(score, start), letters)
    sections = _form_around(score, first, last, passage, _lift(brief))
    wide = replace(plan, brief=replace(brief, request=plan.brief.request), sections=sections, band=band_for(brief, plan),
                   voice=voice_for(brief, plan))  # fmt: skip
    if score.skipped:
        wide = replace(wide, frames=plan.frames + score.frame_at(0) + round(_skipped_s(score) * SAMPLE_RATE_HZ))
    composed = compose(wide, heard(score), range(first - LED_BARS, last + 1))
    composed = since(composed, score.skipped) if score.skipped else composed
    closing = end == score.bar_start(score.bars)
    inside = since(composed, start) if closing else until(since(composed, start), end - start)
    inside = replace(inside, sung=_fitting(composed.sung, start, end))
    whole = joined(until(score, start), inside) if start else inside
    whole = whole if closing else joined(whole, since(score, end))
    whole = replace(whole, frames=score.frames, title=request.title or score.title)
    return Rewritten(_plan(plan, brief, whole, request.title), whole, start, end)


def window_of(score: Score, command: Replace) -> tuple[int, int]:
    """The window in ticks, on beats inside the times asked for, moved past lines that lie across an edge."""
    length_s, end_s = score.frames / SAMPLE_RATE_HZ, end_of(score, command)
    if not 0.0 <= command.start_s < end_s <= length_s + 0.01:
        raise BadRequest(
            f"the window must lie inside the song, which lasts {length_s:.1f} s: {command.start_s:g} to {end_s:g} s was asked for"
        )
    beat, skipped = beat_ticks(score.metre), score.skipped
    start = -((-score.tick_at(command.start_s) - skipped) // beat) * beat - skipped
    end = (score.tick_at(min(end_s, length_s)) + skipped) // beat * beat - skipped
    low, high = max(0, int(start)), min(int(end), score.bar_start(score.bars))
    if score.seconds_at(high) - score.seconds_at(low) < LEAST_S:
        raise BadRequest(
            f"the window of {end_s - command.start_s:.1f} s holds less than {LEAST_S:g} s of whole beats inside the song's form: ask for more"
        )
    lines = [line for part in score.sung for line in part.lines]
    late = max((line.end for line in lines if line.start < low < line.end), default=low)
    early = min((line.start for line in lines if line.start < high < line.end), default=high)
    later = -(-(late + skipped) // beat) * beat - skipped
    earlier = (early + skipped) // beat * beat - skipped
    most = min(score.metre.bar_ticks, (high - low) // 3)
    if later - low <= most:
        low = later
    if high - earlier <= most:
        high = earlier
    return low, high


def end_of(score: Score, command: Replace) -> float:
    """Where the window ends: the song's end, when no time was named."""
    return score.frames / SAMPLE_RATE_HZ if command.end_s is None else command.end_s


def _skipped_s(score: Score) -> float:
    return score.skipped / 480 * 60 / score.tempos[0].bpm


def _kind(score: Score, start: int) -> str:
    return score.section_at(start).kind


def _lines_between(plan: Plan, score: Score, start: int, end: int) -> tuple[Line, ...]:
    """The song's own words in the window."""
    lead = next((part.lines for part in score.sung if part.name == "vocals"), ())
    return tuple(
        Line("".join(w.text for w in line.words), line.words) for line in lead if line.start >= start and line.end <= end
    )


def _own_letters(score: Score, first: int, last: int, command: Replace) -> list[str]:
    """The labels of the tunes in the window's bars, where a close passage is to keep them."""
    if command.closeness < CLOSE:
        return []
    inside = (p.label for p in score.phrases if p.start_bar <= last and p.start_bar + p.bars > first and p.label.isupper())
    return list(dict.fromkeys(inside))


def _passage(
    brief: Brief, lines: Sequence[Line], plan: Plan, bars: int, kind: str, letters: Sequence[str]
) -> tuple[PhrasePlan, ...]:
    """Phrases with the window's words, in exactly its bars; what the words leave is played."""
    if brief.lyrics is not None:
        lines = tuple(line for stanza in brief.lyrics.stanzas for line in stanza.lines)
    if not lines:
        return _played(bars, letters)
    style = blend(brief.styles)
    pace = form.pace_of(style, plan.tempo_bpm, plan.metre.bar_ticks)
    for tightness in TIGHTNESS:
        phrases = form.stanza_phrases(form.stanza_of(kind, lines), letters, pace, tightness)
        used = sum(phrase.bars for phrase in phrases)
        if used <= bars:
            rest = bars - used
            grown = replace(phrases[-1], bars=phrases[-1].bars + rest) if 0 < rest <= 2 else phrases[-1]
            return (*phrases[:-1], grown, *(_played(rest, letters[2:]) if rest > 2 else ()))
    raise LyricsTooLong(f"these words need more than the {bars} bars of the window: make it longer or shorten them")


def _played(bars: int, letters: Sequence[str]) -> tuple[PhrasePlan, ...]:
    sizes = [8] * (bars // 8) + ([bars % 8] if bars % 8 else [])
    return tuple(PhrasePlan(letters[i % 2], size) for i, size in enumerate(sizes))


def _form_around(score: Score, first: int, last: int, passage: Sequence[PhrasePlan], lift: float) -> tuple[SectionPlan, ...]:
    """The song's form without words, the passage in its bars: composed once more so that everything leads into everything."""
    made: list[SectionPlan] = []
    done = False
    for section in score.sections:
        begin, end = section.start_bar, section.start_bar + section.bars
        if end <= first or begin > last:
            made.append(_silent(section.name, section.kind, section.energy, score, begin, end))
            continue
        if begin < first:
            made.append(_silent(section.name, section.kind, section.energy, score, begin, first))
        if not done:
            energy = round(min(1.0, max(0.08, section.energy + lift)), 3)
            made.append(SectionPlan(f"{section.name} (new)", section.kind, energy, tuple(passage)))
            done = True
        if end > last + 1:
            made.append(_silent(section.name, section.kind, section.energy, score, last + 1, end))
    return tuple(made)


def _lift(brief: Brief) -> float:
    """How much stronger the new passage is than what stood there, by the words that ask for it."""
    asked_for = brief.request.text or brief.request.tags
    return 0.9 * (brief.energy - 0.5) if brief.energy is not None and asked_for else 0.0


def _silent(name: str, kind: str, energy: float, score: Score, begin: int, end: int) -> SectionPlan:
    """Bars of the song as a section without words."""
    phrases = []
    for phrase in score.phrases:
        low, high = max(begin, phrase.start_bar), min(end, phrase.start_bar + phrase.bars)
        if high > low:
            phrases.append(PhrasePlan(phrase.label, high - low))
    return SectionPlan(name, kind, energy, tuple(phrases) or (PhrasePlan("x", end - begin),))


def _fitting(sung: Sequence[SungPart], start: int, end: int) -> tuple[SungPart, ...]:
    """The new lines inside the window: a pickup that would come before it is pushed behind its edge."""
    from troubadour.edit.extend import not_before

    parts = []
    for part in sung:
        lines = [shifted_line(not_before(line, start), -start) for line in part.lines]
        parts.append(replace(part, lines=tuple(_ended(line, end - start) for line in lines)))
    return sung_together((), [part for part in parts if part.lines])


def _ended(line: SungLine, end: int) -> SungLine:
    """A line whose last note ends with the window at the latest."""
    groups = tuple(tuple(replace(n, length=max(1, min(n.length, end - n.start))) for n in group) for group in line.notes)
    return replace(line, notes=groups)


def _plan(plan: Plan, brief: Brief, score: Score, title: str) -> Plan:
    """The plan of the rewritten song: its own, with the words that are sung in it now."""
    lyrics = plan.brief.lyrics
    text = "\n".join(
        "".join(word.text for word in line.words).strip() for part in score.sung if part.name == "vocals" for line in part.lines
    )
    if text and lyrics is not None and brief.lyrics is not None:
        lyrics = replace(lyrics, text=text)
    elif text and lyrics is None:
        lyrics = brief.lyrics
    return replace(plan, brief=replace(plan.brief, lyrics=lyrics), title=title or plan.title)


def part_of(source: Source, song: Song, command: Replace) -> Song:
    """The new passage of a rewritten song as a song of its own."""
    source = in_window(source, command)
    start, end = window_of(source.score, command)
    closing = end == source.score.bar_start(source.score.bars)
    score, sound = song.score, song.sound
    if not isinstance(sound, Patched):
        raise ValueError("only a song with a new passage has one to cut out")
    first, last = score.frame_at(start), round(end_of(score, command) * SAMPLE_RATE_HZ) if closing else score.frame_at(end)
    last = min(last, score.frames)
    inside = since(score, start)
    inside = inside if closing else until(inside, end - start)
    words = "\n".join(
        "".join(w.text for w in line.words).strip() for p in inside.sung if p.name == "vocals" for line in p.lines
    )
    lyrics = song.plan.brief.lyrics
    brief = replace(song.plan.brief, lyrics=replace(lyrics, text=words) if lyrics and words else None)
    inside = replace(inside, frames=last - first)
    return Song(replace(song.plan, brief=brief, frames=last - first), inside, song.stems, begun(sound.part(first, last)))
