"""`whole_of`: a song and its continuations as one score; `joined_song`: the same with its sound, nothing rendered again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from troubadour.brief import Lyrics
from troubadour.edit.pieces import joined, nearest_beat, until
from troubadour.edit.recording import around, on_grid
from troubadour.edit.source import Source
from troubadour.make import Song
from troubadour.mix.splice import continued
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.stems import Stems
from troubadour.units import SAMPLE_RATE_HZ


@dataclass(frozen=True)
class Whole:
    """A song with its continuations: the score, and the frame at which each source begins in it."""

    score: Score
    begins: tuple[int, ...]


def whole_of(scores: Sequence[Score], at_s: Sequence[float]) -> Whole:
    """Scores one after the other; `scores[i + 1]` goes on from `at_s[i]` seconds of `scores[i]`."""
    score, begins = scores[0], [0]
    for following, seconds in zip(scores[1:], at_s, strict=True):
        tick = join_tick(score, begins[-1] / SAMPLE_RATE_HZ + seconds)
        begins.append(score.frame_at(tick))
        score = joined(until(score, tick), following)
    return Whole(score, tuple(begins))


def on_beat(sources: Sequence[Source], at_s: Sequence[float]) -> tuple[Source, ...]:
    """The sources as they are joined at `at_s`: a recording that they begin with counts on the beat that is nearest to the join."""
    first, *others = sources
    if first.heard is None:
        return tuple(sources)
    return (on_grid(first, around(first.heard, at_s[0])), *others)


def join_tick(score: Score, seconds: float) -> int:
    """Where a continuation joins: the nearest beat, the song's very first one excluded."""
    return max(nearest_beat(score, seconds), 1)


def joined_song(sources: Sequence[Source], at_s: Sequence[float]) -> Song:
    """The whole song; every sample before a join is that of the part it comes from."""
    sources = on_beat(sources, at_s)
    whole = whole_of([source.score for source in sources], at_s)
    mix = sources[0].mix()
    for source, begin in zip(sources[1:], whole.begins[1:], strict=True):
        mix = continued(mix, source.mix(), begin)
    credits = tuple(dict.fromkeys(credit for source in sources for credit in source.credits))
    notes = tuple(dict.fromkeys(note for source in sources for note in source.notes))
    return Song(_plan([source.plan for source in sources], whole.score), whole.score, Stems({}, {}, credits, notes), mix)


def _plan(plans: Sequence[Plan], score: Score) -> Plan:
    """The first part's plan with the words and the form of all."""
    briefs = [plan.brief for plan in plans]
    lyrics = [brief.lyrics for brief in briefs if brief.lyrics is not None]
    words = Lyrics("\n\n".join(each.text for each in lyrics), tuple(s for each in lyrics for s in each.stanzas), True)
    brief = replace(briefs[0], lyrics=words if lyrics else None)
    sections = tuple(section for plan in plans for section in plan.sections)
    voice = next((plan.voice for plan in plans if plan.voice), None)
    return replace(plans[0], brief=brief, frames=score.frames, sections=sections, voice=voice)
