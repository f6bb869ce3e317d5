"""`with_vocals`, `with_band`: a singer for a recording without one, a band for a recorded voice; both on the recording's own beats.

What is added is written in whole bars and laid onto the recording's grid, so that it goes faster and slower with it; the
recording stands on the desk as one more stem, and the mix is mastered anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from troubadour.brief import Brief
from troubadour.edit.material import has_words, in_range
from troubadour.edit.pieces import since
from troubadour.edit.recording import NAMELESS, tempo_of
from troubadour.edit.source import Progress, Source
from troubadour.edit.value import AddInstrumental, AddVocals
from troubadour.edit.wish import asked
from troubadour.errors import BadRequest, LyricsTooLong
from troubadour.make import Song
from troubadour.mix.balance import balance
from troubadour.mix.desk import RECORDING
from troubadour.mix.pcm import FULL_24
from troubadour.plan import PhrasePlan, Plan, SectionPlan, form
from troubadour.plan.band import choose_band
from troubadour.plan.decide import filled, lead_voice
from troubadour.score import Chord, Note, Part, Score
from troubadour.score.compose import arranged, form_of
from troubadour.score.harmony import harmonised
from troubadour.score.melody import Melody, compose_melody
from troubadour.stems import Stems
from troubadour.stems.render import render
from troubadour.styles import blend
from troubadour.units import SAMPLE_RATE_HZ, seconds_of_ticks

TIGHTNESS = (-1.0, 0.0, 0.35, 0.7, 1.0)
VOICE = "vocals"  # the stem that a recorded voice stands as
TURNS = ("verse", "verse", "chorus")  # of a form that nothing is known of
TURN_BARS, TURN_ENERGY = 8, {"verse": 0.5, "chorus": 0.7}


def with_vocals(source: Source, command: AddVocals, progress: Progress) -> Song:
    """The recording with its new singer."""
    return _mixed(source, sung_over(source, command), RECORDING, progress)


def with_band(source: Source, command: AddInstrumental, progress: Progress) -> Song:
    """The recorded voice with its new band."""
    return _mixed(source, played_under(source, command), VOICE, progress)


def sung_over(source: Source, command: AddVocals) -> Song:
    """The new voice as plan and score. Raises BadRequest for a wish without words and for a window outside the recording,
    LyricsTooLong for words that the window cannot hold."""
    if not has_words(command.request) and not command.request.text:
        raise BadRequest("add_vocals needs words to sing: send them as prompt")
    brief = asked(command.request, source.plan)
    score, style = source.score, blend(brief.styles)
    first, last = _bars(score, command.start_s, command.end_s)
    tempo_bpm = tempo_of(score)
    pace = form.pace_of(style, tempo_bpm, score.metre.bar_ticks)
    blocks = next((made for each in TIGHTNESS if (made := filled(brief, last - first, style, pace, each))), None)
    if blocks is None:
        raise LyricsTooLong(
            f"these words need more than the {last - first} bars at {tempo_bpm:.0f} bpm between the two times: "
            "make the window longer or shorten the words"
        )
    sections = (*_silent("Before", first), *form.sections_of(blocks, style, brief), *_silent("After", _all_bars(score) - last))
    plan = _plan(source, brief, sections, lead_voice(brief, style))
    melody = compose_melody(plan, *form_of(plan), from_bar_line(score))
    composed = since(arranged(replace(plan, band=()), from_bar_line(score), melody), score.skipped)
    return _on_grid(replace(composed, parts=()), source, plan)


def played_under(source: Source, command: AddInstrumental, tune: Sequence[Note] = ()) -> Song:
    """The new band as plan and score, its lead with a tune (ticks of the source's score) where one is given. Raises BadRequest
    for a window outside the recording."""
    request = replace(command.request, instrumental=True, lyrics=None)
    brief = replace(asked(request, source.plan), lyrics=None)
    score, style = source.score, blend(brief.styles)
    first, last = _bars(score, command.start_s, command.end_s)
    sections = (*_silent("Before", first), *_turns(source, first, last), *_silent("After", _all_bars(score) - last))
    plan = replace(_plan(source, brief, sections, None), band=choose_band(brief, style))
    chords = from_bar_line(score) if source.heard is None or source.heard.chords else harmonised(plan, style)
    lead = in_range([replace(note, start=note.start + score.skipped) for note in tune], plan.band)
    composed = arranged(plan, chords, Melody((), lead))
    bar = score.metre.bar_ticks
    parts = tuple(_inside(part, first * bar, last * bar) for part in composed.parts)
    composed = since(replace(composed, parts=tuple(part for part in parts if part.notes)), score.skipped)
    return _on_grid(composed, source, plan)


def _mixed(source: Source, written: Song, tape: str, progress: Progress) -> Song:
    """What was written, played beside the recording."""
    stems = render(written.score, progress)
    sound = source.mix().master.astype(np.float32) / np.float32(FULL_24)
    tracks = {tape: sound, **stems.tracks}
    mix = balance(Stems(tracks, stems.dry), written.plan, written.score)
    return Song(written.plan, written.score, replace(stems, tracks={}, dry={}), mix)


# The window ---------------------------------------------------------------------------------------------------------------


def _bars(score: Score, start_s: float, end_s: float | None) -> tuple[int, int]:
    """The whole bars inside a window."""
    length_s = score.frames / SAMPLE_RATE_HZ
    end = length_s if end_s is None else end_s
    if not 0.0 <= start_s < end <= length_s + 0.5:
        raise BadRequest(
            f"the window must lie inside the recording, which lasts {length_s:.1f} s: {start_s:g} to {end:g} s was asked for"
        )
    bar = score.metre.bar_ticks
    first = max(0, -int(-(score.tick_at(start_s) + score.skipped) // bar))
    last = int((score.tick_at(min(end, length_s)) + score.skipped) // bar)
    if last - first < 1:
        raise BadRequest(f"the window of {end - start_s:.1f} s holds no whole bar of the recording: make it longer")
    return first, last


def _all_bars(score: Score) -> int:
    return score.sections[-1].start_bar + score.sections[-1].bars


def _silent(name: str, bars: int) -> tuple[SectionPlan, ...]:
    """Bars in which nothing is added."""
    return (SectionPlan(name, "interlude", 0.3, (PhrasePlan(NAMELESS, bars),)),) if bars else ()


def _turns(source: Source, first: int, last: int) -> tuple[SectionPlan, ...]:
    """The form that the band plays: the recording's own, or turns of eight bars."""
    heard = source.heard
    if heard is None or heard.sections:
        spans = [(max(first, s.start_bar), min(last, s.start_bar + s.bars), s.kind) for s in source.score.sections]
    else:
        starts = range(first, last, TURN_BARS)
        spans = [(at, min(last, at + TURN_BARS), TURNS[turn % len(TURNS)]) for turn, at in enumerate(starts)]
    kept = [span for span in spans if span[0] < span[1]]
    return tuple(
        SectionPlan(
            f"{kind.title()} {number + 1}", kind, TURN_ENERGY.get(kind, 0.55), form.band_phrases(kind, end - start, False)
        )
        for number, (start, end, kind) in enumerate(kept)
    )


# Laid onto the grid -------------------------------------------------------------------------------------------------------


def _plan(source: Source, brief: Brief, sections: Sequence[SectionPlan], voice: str | None) -> Plan:
    """The plan in whole bars, long enough to hold them all."""
    style, score = blend(brief.styles), source.score
    tempo_bpm = tempo_of(score)
    bars_s = seconds_of_ticks(_all_bars(score) * score.metre.bar_ticks, tempo_bpm)
    frames = round((bars_s + 1.0) * SAMPLE_RATE_HZ)
    return Plan(brief, style.id, brief.title, tempo_bpm, score.metre, score.key, frames, tuple(sections), (), voice, style.swing,
                1920 // style.swing_unit)  # fmt: skip


def from_bar_line(score: Score) -> tuple[Chord, ...]:
    """The recording's chords counted from the line of its first bar."""
    first, *others = score.chords
    moved = [replace(chord, start=chord.start + score.skipped) for chord in others]
    return (replace(first, start=0, length=first.length + score.skipped), *moved)


def _inside(part: Part, start: int, end: int) -> Part:
    """What a part plays between two ticks."""
    notes = (replace(note, length=min(note.length, end - note.start)) for note in part.notes if start <= note.start < end)
    return replace(part, notes=tuple(notes))


def _on_grid(composed: Score, source: Source, plan: Plan) -> Song:
    """What was written, with the times of the recording."""
    score = replace(composed, tempos=source.score.tempos, frames=source.score.frames, skipped=source.score.skipped)
    return Song(replace(plan, frames=score.frames), score)
