"""`preceded_song`: a new part that leads into a song's beginning; every sample of the song follows as it was.

The new part is in the song's key, metre, band and voice, and ends where the song begins, on its bar line. It begins on a beat,
inside a bar where its length asks for that; its tempo is the song's, moved by less than a hundredth so that the length is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from troubadour.brief import Brief, Lyrics
from troubadour.edit.extend import not_before
from troubadour.edit.fresh import fresh_letters, labels_outside, relabelled
from troubadour.edit.pieces import joined, since, until
from troubadour.edit.source import Progress, Source, recorded
from troubadour.edit.value import Precede
from troubadour.edit.wish import asked, voice_for
from troubadour.errors import LyricsTooLong
from troubadour.make import Song
from troubadour.mix import Mix
from troubadour.mix.balance import mix_of
from troubadour.mix.beside import moved
from troubadour.mix.master import TARGET_LUFS
from troubadour.mix.splice import RETURN_FRAMES, continued
from troubadour.mix.value import Pcm
from troubadour.plan import Plan, SectionPlan, form
from troubadour.plan.form import Block
from troubadour.score import Score, Tempo
from troubadour.score.compose import compose, heard
from troubadour.score.melody.metre import beat_ticks
from troubadour.score.revise import own_sections
from troubadour.stems import Window
from troubadour.styles import blend
from troubadour.units import SAMPLE_RATE_HZ

USUAL_S = 16.0
PASSES, STEEPNESS, MOST_STEP_DB, TOLERABLE_LU = 4, 2.5, 3.0, 0.2  # how the new part's level is found
TIGHTNESS = (0.0, 0.35, 0.7, 1.0)


@dataclass(frozen=True)
class Preceded:
    """The whole song with its new beginning, and the frame at which the old one begins."""

    plan: Plan
    score: Score
    begin: int


def preceded_song(source: Source, command: Precede, progress: Progress) -> Song:
    """The song with a new part before it, in sound."""
    made = preceded(source.plan, source.score, command)
    new, said = recorded(source, made.plan, made.score, Window(0, made.begin), progress)
    whole = continued(_ended(new), source.mix(), made.begin)
    for _ in range(PASSES):  # a quiet beginning must not make the whole too quiet: the song itself stays as it is
        short = TARGET_LUFS - whole.loudness.integrated_lufs
        if abs(short) < TOLERABLE_LU:
            break
        new = moved(new, min(max(STEEPNESS * short, -MOST_STEP_DB), MOST_STEP_DB))
        whole = continued(_ended(new), source.mix(), made.begin)
    return Song(made.plan, made.score, said, whole)


def preceded(plan: Plan, score: Score, command: Precede) -> Preceded:
    """The whole as plan and score. Raises BadRequest for a tempo, key or metre that is not the song's, LyricsTooLong for words
    that the new part cannot hold."""
    brief = asked(replace(command.request, duration_s=None), plan)
    length_s = command.request.duration_s or USUAL_S
    beat, bar, bpm = beat_ticks(score.metre), score.metre.bar_ticks, score.tempos[0].bpm
    beats = max(1, round(length_s * bpm / 60 * 480 / beat))
    ticks = beats * beat
    bars = -(-(ticks + score.skipped) // bar)
    skipped = bars * bar - score.skipped - ticks
    tempo = ticks / 480 * 60 / length_s
    blocks = _blocks(brief, plan, bars)
    if command.context_s is not None:
        forgotten = labels_outside(score, 0.0, command.context_s)
        blocks = relabelled(blocks, fresh_letters(brief.request, plan), lambda block, label: label in forgotten)
    sections = _named(blocks, plan, brief)
    following = own_sections(score)[:1]
    wide = replace(
        plan,
        brief=replace(brief, request=replace(brief.request, seed=command.request.seed, take=command.request.take)),
        tempo_bpm=tempo,
        tempo_changes=(),
        frames=round((bars + following[0].bars) * bar / 480 * 60 / tempo * SAMPLE_RATE_HZ),
        sections=(*sections, *following),
        voice=voice_for(brief, plan),
    )
    composed = until(compose(wide, heard(score)), bars * bar - score.skipped)
    part = since(composed, skipped)
    sung = tuple(replace(p, lines=tuple(not_before(line, 0) for line in p.lines)) for p in part.sung)
    part = replace(
        part, sung=sung, frames=round(length_s * SAMPLE_RATE_HZ), tempos=(Tempo(0, tempo),), seed=plan.seed, take=plan.take
    )
    whole = replace(joined(part, score), title=command.request.title or score.title)
    return Preceded(_plan(plan, brief, whole, sections), whole, part.frames)


def _blocks(brief: Brief, plan: Plan, bars: int) -> list[Block]:
    """The new sections: around the words where some were sent, else an introduction that builds."""
    style = blend(brief.styles)
    if brief.lyrics is None or not any(stanza.lines for stanza in brief.lyrics.stanzas):
        if bars < 8:
            return [form.band_block("intro", bars)]
        return [form.band_block("intro", bars // 2), form.band_block("verse", bars - bars // 2, tuneful=True)]
    pace = form.pace_of(style, plan.tempo_bpm, plan.metre.bar_ticks)
    for tightness in TIGHTNESS:
        blocks = form.around_words(brief, style, pace, tightness)
        blocks = blocks[:-1] if not blocks[-1].sung else blocks  # no ending: the song follows
        fitting = form.fitted([replace(b, least=0) if not b.sung else b for b in blocks], bars)
        if fitting is None and sum(block.bars for block in blocks) < bars:
            fitting = form.fitted([form.band_block("intro", 4, most=bars), *blocks], bars)
        if fitting:
            return fitting
    raise LyricsTooLong(f"these words need more than the {bars} bars of the new part: ask for more time or shorten them")


def _named(blocks: Sequence[Block], plan: Plan, brief: Brief) -> tuple[SectionPlan, ...]:
    """Sections with names that the song does not use."""
    return tuple(
        replace(section, name=f"{section.name} (before)") for section in form.sections_of(blocks, blend(brief.styles), brief)
    )


def _plan(plan: Plan, brief: Brief, whole: Score, sections: Sequence[SectionPlan]) -> Plan:
    """The plan of the whole: the song's own, with the new words before its own."""
    both = [each for each in (brief.lyrics, plan.brief.lyrics) if each is not None]
    words = Lyrics("\n\n".join(each.text for each in both), tuple(s for each in both for s in each.stanzas), True)
    told = replace(plan.brief, lyrics=words if both else None)
    return replace(
        plan, brief=told, frames=whole.frames, sections=(*sections, *plan.sections), title=whole.title, voice=plan.voice or None
    )


def _ended(mix: Mix) -> Mix:
    """The new part faded out over its last hundredths of a second, where the song begins."""
    stems = {name: _faded(pcm) for name, pcm in mix.stems.items()}
    return mix_of(stems, {name: _faded(pcm) for name, pcm in mix.dry.items()}, mix.desk)


def _faded(pcm: Pcm) -> Pcm:
    length = min(RETURN_FRAMES, len(pcm))
    fall = 0.5 + 0.5 * np.cos(np.pi * (np.arange(length) + 1) / length)
    out = pcm.copy()
    out[len(pcm) - length :] = np.rint(pcm[len(pcm) - length :] * fall[:, None]).astype(np.int32)
    return out
