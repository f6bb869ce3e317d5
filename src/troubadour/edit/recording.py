"""A recording as a source of edits: its sound, and a score without notes that says where its bars, beats and chords are.

Recorded beats keep no exact time, so the score has a tempo for every bar where they stray. An edit that goes on after a
recording, or takes a part of it, needs a steady grid there: `around` a point, `between` two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from troubadour.brief import Brief, Key, Request
from troubadour.edit.heard import Heard
from troubadour.edit.source import Source
from troubadour.mix import Desk, Mix
from troubadour.mix.balance import mix_of
from troubadour.mix.desk import RECORDING
from troubadour.mix.master import UNITY
from troubadour.mix.pcm import FULL_24
from troubadour.mix.splice import copied
from troubadour.mix.value import Contour
from troubadour.plan import PhrasePlan, Plan, SectionPlan
from troubadour.score import Chord, Feel, Note, Part, Phrase, Score, Section, Tempo
from troubadour.stems import Audio
from troubadour.theory.scales import family
from troubadour.units import TICKS_PER_BEAT

Seconds = NDArray[np.float64]

SCALE_24 = 2.0**23
USUAL_BPM = 100.0  # of music in which nothing beats
STEADY_S = 0.015  # beats that stay this near to even ones are even
NEARBY_BEATS = 16  # by which the tempo at a point is measured
ENERGY = 0.6
STYLE = "pop"  # where no words ask for one
NAMELESS = "r"  # the label of bars of which nothing but the beat is known
CHORUS_LABEL, OTHER_LABELS = "C", "ABGHKLMNPQ"  # of the form's parts, as songs label theirs
GRID_TICKS = 120  # notes of a tune are written in sixteenths


def source_of_recording(heard: Heard, sound: Callable[[], Audio]) -> Source:
    """A recording as a source. `sound` gives its samples, float32 [frames, 2] at 44.1 kHz, full scale 1."""
    desk = Desk({}, 0.0, {}, Contour(ENERGY, 0.0, {}), 0.0, 1.0, (), UNITY)

    @cache
    def taken() -> Mix:
        pcm = np.rint(np.asarray(sound()[: heard.frames], np.float64) * SCALE_24)  # what had 16 bits keeps them exactly
        return mix_of({RECORDING: np.minimum(pcm, FULL_24).astype(np.int32)}, {}, desk)

    def mix() -> Mix:
        return copied(taken())

    score = along(heard)
    return Source(plan_of(heard, score), score, desk, mix, heard=heard, taped=True)


def on_grid(source: Source, score: Score) -> Source:
    """A recording with another grid."""
    return replace(source, plan=plan_of(source.heard, score), score=score) if source.heard else source


def plan_of(heard: Heard, score: Score) -> Plan:
    """The plan of a recording: its key, metre, length and the tempo of its grid; nobody of ours plays in it."""
    brief = Brief(Request(title=heard.title), heard.title, ((STYLE, 1.0),))
    sections = tuple(
        SectionPlan(section.name, section.kind, section.energy, (PhrasePlan(phrase.label, phrase.bars),))
        for section, phrase in zip(score.sections, score.phrases, strict=True)
    )
    return Plan(brief, STYLE, heard.title, tempo_of(score), heard.metre, score.key, heard.frames, sections, (), None)


def tempo_of(score: Score) -> float:
    """The tempo that prevails in a recording's score; what comes before its first beat does not count."""
    bpms = [tempo.bpm for tempo in score.tempos[-max(1, len(score.tempos) - 1) :]]
    return float(np.median(bpms))


# Grids --------------------------------------------------------------------------------------------------------------------


def along(heard: Heard, with_tune: bool = False) -> Score:
    """The score of a recording on its own beats: steady where they are, with a tempo for each bar where they stray."""
    beats = np.asarray(heard.beats_s, np.float64)
    if len(beats) < 2:
        return _framed(heard, ((0.0, 0.0),), 0, with_tune)
    slope, first = np.polyfit(np.arange(len(beats)), beats, 1)
    if first >= 0.0 and np.abs(beats - (first + slope * np.arange(len(beats)))).max() <= STEADY_S:
        return _framed(heard, ((float(first), 60.0 / float(slope)),), _phase(heard, 0), with_tune)
    edges = sorted({*range(0, len(beats) - 1, _beats_of_bar(heard)), len(beats) - 1})
    marks = tuple((float(beats[a]), 60.0 * (b - a) / float(beats[b] - beats[a])) for a, b in pairwise(edges))
    return _framed(heard, marks, _phase(heard, 0), with_tune)


def around(heard: Heard, at_s: float) -> Score:
    """The score of a recording as a steady grid through the beat nearest to a time, at the tempo that it has there."""
    beats = np.asarray(heard.beats_s, np.float64)
    if len(beats) < 2:
        return _framed(heard, ((max(at_s, 0.0), 0.0),), 0)
    nearest = int(np.abs(beats - at_s).argmin())
    low = max(0, min(nearest - NEARBY_BEATS // 2, len(beats) - NEARBY_BEATS))
    near = beats[low : low + NEARBY_BEATS]
    slope, first = (float(value) for value in np.polyfit(np.arange(len(near)), near, 1))
    beyond = round((at_s - float(beats[nearest])) / slope)  # the point may lie behind the last beat
    while (here := first + slope * (nearest - low + beyond)) < 0.0:
        beyond += 1
    return _framed(heard, ((here, round(60.0 / slope, 3)),), _phase(heard, nearest + beyond))


def between(heard: Heard, start_s: float, end_s: float) -> Score:
    """The score of a recording as a steady grid whose beats fall on the beats nearest to two times."""
    beats = np.asarray(heard.beats_s, np.float64)
    first, last = (int(np.abs(beats - at_s).argmin()) if len(beats) else 0 for at_s in (start_s, end_s))
    if last <= first:
        return around(heard, start_s)
    return _framed(
        heard, ((float(beats[first]), 60.0 * (last - first) / float(beats[last] - beats[first])),), _phase(heard, first)
    )


def _beats_of_bar(heard: Heard) -> int:
    return max(1, heard.metre.bar_ticks // TICKS_PER_BEAT)


def _phase(heard: Heard, beat: int) -> int:
    """Which beat of its bar a beat of the recording is, by most of its downbeats."""
    size = _beats_of_bar(heard)
    if not heard.downbeats_s:
        return beat % size
    beats = np.asarray(heard.beats_s)
    firsts = [int(np.abs(beats - down_s).argmin()) for down_s in heard.downbeats_s]
    return Counter((beat - first) % size for first in firsts).most_common(1)[0][0]


def _framed(heard: Heard, marks: Sequence[tuple[float, float]], phase: int, with_tune: bool = False) -> Score:
    """The score of a grid. `marks` are (seconds, bpm) of beats, the first of them beat `phase` of its bar; bpm 0 is the usual."""
    tempos, begin = _tempos([(at_s, bpm or heard.tempo_bpm or USUAL_BPM) for at_s, bpm in marks])
    bar = heard.metre.bar_ticks
    skipped = (phase * TICKS_PER_BEAT - begin) % bar
    key = heard.key or Key(0)
    bare = Score(heard.title, 0, 0, STYLE, tempos, heard.metre, key, heard.frames, Feel(), (), (), (), (), (), skipped)
    bars = max(1, -(-(int(bare.tick_at(heard.duration_s)) + skipped) // bar))
    sections, labels = _sections(heard, bare, bars)
    known = bool(heard.chords) or with_tune
    phrases = tuple(
        Phrase(label if known else NAMELESS, section.start_bar, section.bars)
        for section, label in zip(sections, labels, strict=True)
    )
    framed = replace(bare, sections=sections, phrases=phrases)
    framed = replace(framed, chords=_chords(heard, framed))
    tune = _tune(heard, framed) if with_tune else ()
    return replace(framed, parts=(Part("lead", "lead", "grand_piano", tune),)) if tune else framed


def _tempos(marks: Sequence[tuple[float, float]]) -> tuple[tuple[Tempo, ...], int]:
    """The tempos of a grid, and the tick of its first mark, which falls on its very time."""
    first_s, first_bpm = marks[0]
    begin = round(first_s * first_bpm / 60.0 * TICKS_PER_BEAT)  # [s] * [beats/min] / [60 s/min] * [ticks/beat] = [ticks]
    made = [Tempo(0, begin / TICKS_PER_BEAT * 60.0 / first_s)] if begin else []
    tick = begin
    for (at_s, bpm), following in zip(marks, (*marks[1:], None), strict=True):
        made.append(Tempo(tick, bpm))
        tick += 0 if following is None else round((following[0] - at_s) * bpm / 60.0) * TICKS_PER_BEAT
    return tuple(made), begin


# What was heard, in ticks ---------------------------------------------------------------------------------------------------


def _sections(heard: Heard, score: Score, bars: int) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """The parts of the form by bars, and a label for each. The letter that comes most often, and not first, is the chorus."""
    letters = [letter for _, letter in heard.sections]
    counts = Counter(letter for letter in letters if letter != letters[0])
    chorus = counts.most_common(1)[0][0] if counts and counts.most_common(1)[0][1] > 1 else ""
    starts = {min(max(0, _nearest_bar(score, at_s)), bars - 1): letter for at_s, letter in heard.sections} or {0: ""}
    if 0 not in starts:
        starts = {0: starts.pop(min(starts)), **starts}
    others = [letter for letter in dict.fromkeys(starts[at] for at in sorted(starts)) if letter != chorus or not letter]
    made, labels = [], []
    for number, (first, following) in enumerate(pairwise([*sorted(starts), bars])):
        is_chorus = bool(chorus) and starts[first] == chorus
        kind = "chorus" if is_chorus else "verse"
        made.append(Section(f"Recording {number + 1}", kind, first, following - first, ENERGY))
        labels.append(CHORUS_LABEL if is_chorus else OTHER_LABELS[others.index(starts[first]) % len(OTHER_LABELS)])
    return tuple(made), tuple(labels)


def _nearest_bar(score: Score, at_s: float) -> int:
    return round((score.tick_at(at_s) + score.skipped) / score.metre.bar_ticks)


def _chords(heard: Heard, score: Score) -> tuple[Chord, ...]:
    """The chords on their nearest beats, without gaps; the tonic alone where none were heard."""
    end = score.bar_start(score.sections[-1].start_bar + score.sections[-1].bars)
    mode = "maj" if family(score.key.mode) == "major" else "min"
    found: dict[int, tuple[int, str]] = {}
    for chord in heard.chords:
        tick = max(0, round((score.tick_at(chord.start_s) + score.skipped) / TICKS_PER_BEAT) * TICKS_PER_BEAT - score.skipped)
        if tick < end:
            found[tick] = (chord.root, chord.quality)
    found = {0: found.pop(min(found)) if found else (score.key.tonic, mode), **found}
    return tuple(
        Chord(start, following - start, found[start][0], found[start][1], found[start][0])
        for start, following in pairwise([*sorted(found), end])
    )


def _tune(heard: Heard, score: Score) -> tuple[Note, ...]:
    """The tune in sixteenths of the bar, one note at a time."""
    starts: dict[int, tuple[int, int]] = {}
    for note in heard.melody:
        start = _on_sixteenth(score, note.start_s)
        end = max(start + GRID_TICKS, _on_sixteenth(score, note.end_s))
        if start >= 0:
            starts[start] = (end, note.pitch)
    ordered = sorted(starts)
    limits = (*ordered[1:], 1 << 40)[: len(ordered)]
    return tuple(
        Note(start, min(starts[start][0], limit) - start, starts[start][1])
        for start, limit in zip(ordered, limits, strict=True)
    )


def _on_sixteenth(score: Score, at_s: float) -> int:
    return round((score.tick_at(at_s) + score.skipped) / GRID_TICKS) * GRID_TICKS - score.skipped
