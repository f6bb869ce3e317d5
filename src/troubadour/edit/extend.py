"""`extended`: the part that comes after a song, in its key, tempo, metre, band and voice.

The new part begins on the beat nearest to the point asked for. What is left of that bar is the song's own; then new sections
follow: those of the words that were sent, or what songs do next. A label that was heard returns with its tune and its
chords, so a new verse is sung to the verse's tune; of two takes the second looks for other tunes, except in choruses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from troubadour.brief import Brief, Lyrics, Stanza
from troubadour.chance import Chance
from troubadour.edit.fresh import fresh_letters, labels_outside, relabelled
from troubadour.edit.join import join_tick, on_beat, whole_of
from troubadour.edit.pieces import joined, shifted_line, since, sung_together, until
from troubadour.edit.source import Progress, Source, recorded
from troubadour.edit.value import Extend
from troubadour.edit.wish import asked, band_for, voice_for
from troubadour.errors import BadRequest, LyricsTooLong
from troubadour.make import Song
from troubadour.mix.splice import begun
from troubadour.plan import PhrasePlan, Plan, SectionPlan, form
from troubadour.plan.form import Block
from troubadour.score import Score, SungLine, SungPart
from troubadour.score.compose import compose, heard
from troubadour.stems import Window
from troubadour.styles import Style, blend
from troubadour.units import SAMPLE_RATE_HZ

BEST_TAIL_S, LEAST_TAIL_S = 2.8, 1.5
TIGHTNESS = (0.0, 0.35, 0.7, 1.0)
PEAKS = ("chorus", "hook", "drop", "climax")
PUSHED_TICKS = 60  # syllables that must wait for the join follow it in thirty-seconds
# What comes after a section when the words do not say; after a second chorus something new, and then the chorus again.
NEXT = {"intro": "verse", "verse": "chorus", "pre_chorus": "chorus", "bridge": "chorus", "solo": "chorus", "break": "chorus",
        "interlude": "verse", "chorus": "verse", "hook": "verse", "outro": "verse"}  # fmt: skip


@dataclass(frozen=True)
class Continued:
    """A continuation: its own plan and score, and the whole up to its end, which it was composed and is rendered in."""

    plan: Plan
    score: Score
    whole: Score
    join: int  # tick of `whole` at which the continuation begins


def extended(plan: Plan, score: Score, command: Extend) -> Continued:
    """The continuation of a song (with everything that it continues itself already joined to it).

    Raises LyricsTooLong for words that the length asked for cannot hold.
    """
    join = join_tick(score, command.at_s)
    before = until(score, join)
    brief = asked(command.request, plan)
    style = blend(brief.styles)
    line = score.bar_start(before.sections[-1].start_bar + before.sections[-1].bars)
    rest_s = score.seconds_at(line) - score.seconds_at(join)
    blocks = _relabelled(_blocks(brief, plan, style, before, rest_s), brief, plan, _forgotten(score, join, command.context_s))
    kept, new = _kept(before), _named(blocks, before, style, brief)
    bar_s = plan.metre.bar_ticks / 480 * 60 / plan.tempo_bpm
    new_s = brief.duration_s or rest_s + sum(block.bars for block in blocks) * bar_s + BEST_TAIL_S
    frames = score.frame_at(join) + round(new_s * SAMPLE_RATE_HZ)
    own = Chance(plan.seed, plan.take)
    wide = replace(plan, brief=replace(brief, request=replace(brief.request, seed=own.seed, take=own.take)), style=style.id,
                   title=brief.title, frames=frames, sections=(*kept, *new), band=band_for(brief, plan), voice=voice_for(brief, plan))  # fmt: skip
    composed = _aligned(compose(_on_whole_bars(wide, score), heard(score)), score)
    part = replace(since(composed, join), sung=_sung(composed, score, line, join), title=brief.title,
                   frames=frames - score.frame_at(join))  # fmt: skip
    own_plan = replace(wide, brief=brief, frames=part.frames, sections=new)
    return Continued(own_plan, part, joined(before, part), join)


def extended_song(sources: Sequence[Source], at_s: Sequence[float], command: Extend, progress: Progress) -> Song:
    """The new part with its sound. `sources` are the song and its continuations so far, joined at `at_s`; the last is extended."""
    made = rehearsed(sources, at_s, command)
    window = Window(made.whole.frame_at(made.join), made.whole.frames)
    mix, said = recorded(sources[-1], made.plan, made.whole, window, progress)
    return Song(made.plan, made.score, said, begun(mix))


def rehearsed(sources: Sequence[Source], at_s: Sequence[float], command: Extend) -> Continued:
    """The new part as a score. Raises BadRequest for a point outside the song."""
    sources = on_beat(sources, (*at_s, command.at_s))
    last = sources[-1]
    whole = whole_of([source.score for source in sources], at_s)
    begin_s = whole.begins[-1] / SAMPLE_RATE_HZ
    inside = last.score.frames / SAMPLE_RATE_HZ
    if not 0.0 < command.at_s <= inside + 0.5:
        raise BadRequest(f"continue_at is {command.at_s:g} s; this song lasts {inside:.1f} s")
    return extended(last.plan, whole.score, replace(command, at_s=begin_s + command.at_s))


def _on_whole_bars(plan: Plan, score: Score) -> Plan:
    """The plan with the audio of whole bars: a score that begins inside a bar is composed as if it began with it."""
    if not score.skipped:
        return plan
    before_s = score.skipped / 480 * 60 / plan.tempo_bpm
    return replace(plan, frames=plan.frames + round(before_s * SAMPLE_RATE_HZ))


def _aligned(composed: Score, score: Score) -> Score:
    return since(composed, score.skipped) if score.skipped else composed


def _kept(before: Score) -> tuple[SectionPlan, ...]:
    """The form so far, without words: those are written already."""
    made = []
    for section in before.sections:
        inside = [p for p in before.phrases if section.start_bar <= p.start_bar < section.start_bar + section.bars]
        phrases = tuple(PhrasePlan(p.label, p.bars) for p in inside) or (PhrasePlan("x", section.bars),)
        missing = section.bars - sum(p.bars for p in phrases)
        if missing:
            phrases = (*phrases[:-1], replace(phrases[-1], bars=phrases[-1].bars + missing))
        made.append(SectionPlan(section.name, section.kind, section.energy, phrases))
    return tuple(made)


# The new form -------------------------------------------------------------------------------------------------------------


def _blocks(brief: Brief, plan: Plan, style: Style, before: Score, rest_s: float) -> list[Block]:
    """The new sections, in the length that was asked for or that the words need."""
    kinds = [section.kind for section in before.sections]
    bar_s = plan.metre.bar_ticks / 480 * 60 / plan.tempo_bpm
    pace = form.pace_of(style, plan.tempo_bpm, plan.metre.bar_ticks)
    brief = _with_words(brief, plan, kinds)
    wanted = None if brief.duration_s is None else max(1, round((brief.duration_s - rest_s - BEST_TAIL_S) / bar_s))
    if wanted is not None and brief.duration_s is not None:
        while wanted > 1 and brief.duration_s - rest_s - wanted * bar_s < LEAST_TAIL_S:
            wanted -= 1
    for tightness in TIGHTNESS:
        blocks = _form(brief, style, pace, tightness, kinds)
        if wanted is None:
            return blocks
        if sum(block.bars if block.sung else block.least for block in blocks) <= wanted:
            blocks = form.padded(blocks, wanted, style) if any(b.sung for b in blocks) else form.lengthened(blocks, wanted)
            fitting = form.fitted(blocks, wanted)
            if fitting:
                return fitting
            return [*blocks[:-1], form.resized(blocks[-1], max(1, wanted - sum(b.bars for b in blocks[:-1])))]
    raise LyricsTooLong(
        f"these words need more than the {brief.duration_s:g} s asked for at {plan.tempo_bpm:g} bpm: "
        "ask for more time or shorten them"
    )


def _form(brief: Brief, style: Style, pace: form.Pace, tightness: float, kinds: Sequence[str]) -> list[Block]:
    """Sections around the words; without words, those that songs play next. There is no new intro."""
    if brief.lyrics is not None and any(stanza.lines for stanza in brief.lyrics.stanzas):
        blocks = form.around_words(brief, style, pace, tightness)
        first = brief.lyrics.stanzas[0].kind
        return blocks[1:] if blocks[0].kind == "intro" and first != "intro" else blocks
    if brief.form:
        return form.from_marks(brief.form)
    following = _following(kinds)
    second = "chorus" if following not in PEAKS else "solo"
    return [form.band_block(kind, 8, most=64, tuneful=True) for kind in (following, second)] + [
        form.band_block("outro", 4, least=1)
    ]


def _with_words(brief: Brief, plan: Plan, kinds: Sequence[str]) -> Brief:
    """Unmarked words take the part that is due; an unsung wish without words for a sung song brings its chorus back."""
    lyrics, own = brief.lyrics, plan.brief.lyrics
    if lyrics is not None and lyrics.stanzas and "[" not in (brief.request.lyrics or "["):
        first = replace(lyrics.stanzas[0], kind=_following(kinds))
        return replace(brief, lyrics=replace(lyrics, stanzas=(first, *lyrics.stanzas[1:]), marked=True))
    if lyrics is None and own is not None and not brief.request.instrumental and not brief.form:
        chorus = next((stanza for stanza in own.stanzas if stanza.kind in PEAKS and stanza.lines), None)
        if chorus is not None:
            words: tuple[Stanza, ...] = (Stanza("solo", "Solo", ()), chorus)
            return replace(brief, lyrics=Lyrics("\n".join(line.text for line in chorus.lines), words, True))
    return brief


def _following(kinds: Sequence[str]) -> str:
    """What comes next: a bridge after the second chorus, the chorus after the bridge."""
    last = kinds[-1] if kinds else "intro"
    if last in PEAKS and sum(kind in PEAKS for kind in kinds) >= 2 and "bridge" not in kinds:
        return "bridge"
    return NEXT.get(last, "chorus")


def _forgotten(score: Score, join: int, context_s: float | None) -> frozenset[str]:
    """The labels that the new part may not recall: none, or those that do not sound in the last seconds before the join."""
    if context_s is None:
        return frozenset()
    join_s = score.seconds_at(join)
    return labels_outside(score, join_s - context_s, join_s)


def _relabelled(blocks: Sequence[Block], brief: Brief, plan: Plan, forgotten: frozenset[str]) -> list[Block]:
    """New letters for what is not to be recalled, and for the second take's blocks but choruses: other tunes and chords, drawn by
    the request's seed."""
    second = brief.take % 2 == 1
    return relabelled(
        blocks,
        fresh_letters(brief.request, plan),
        lambda block, label: label in forgotten or (second and block.kind not in PEAKS),
    )


def _named(blocks: Sequence[Block], before: Score, style: Style, brief: Brief) -> tuple[SectionPlan, ...]:
    """Sections of the new part, counted on from those before."""
    counts: dict[str, int] = {}
    for past in before.sections:
        counts[past.kind] = counts.get(past.kind, 0) + 1
    made = []
    for section in form.sections_of(blocks, style, brief):
        counts[section.kind] = counts.get(section.kind, 0) + 1
        base = form.NAMES.get(section.kind, section.kind.replace("_", " ").title())
        made.append(replace(section, name=f"{base} {counts[section.kind]}" if counts[section.kind] > 1 else base))
    return tuple(made)


# The words at the join ------------------------------------------------------------------------------------------------------


def _sung(composed: Score, before: Score, line: int, join: int) -> tuple[SungPart, ...]:
    """The new lines, and before them what the song still sings in the bar of the join. No new syllable comes before that."""
    rest = since(until(before, line), join).sung if line > join else ()
    free = {part.name: max(each.end for each in part.lines) + join for part in rest}
    new = [
        replace(part, lines=tuple(not_before(each, free.get(part.name, join)) for each in part.lines)) for part in composed.sung
    ]
    shifted_new = [replace(part, lines=tuple(shifted_line(each, -join) for each in part.lines)) for part in new]
    return sung_together(rest, shifted_new)


def not_before(line: SungLine, tick: int) -> SungLine:
    """The line with the syllables that would come before `tick` pushed together behind it."""
    if line.start >= tick:
        return line
    groups = []
    for index, group in enumerate(line.notes):
        earliest = tick + index * PUSHED_TICKS
        start = max(group[0].start, earliest)
        end = max(group[-1].end, start + PUSHED_TICKS)
        groups.append((replace(group[0], start=start, length=end - start),) if group[0].start < earliest else group)
    ends = [group[0].start for group in groups[1:]] + [groups[-1][-1].end]
    return replace(line, notes=tuple(
        (*group[:-1], replace(group[-1], length=min(group[-1].length, end - group[-1].start)))
        for group, end in zip(groups, ends, strict=True)
    ))  # fmt: skip
