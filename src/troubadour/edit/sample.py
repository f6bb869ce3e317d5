"""`sampled_song`: a new song built on a piece of another one, which is heard in it again and again.

The piece is cut on its beats; the song takes its tempo, metre and key, so nothing is stretched. It sounds as a whole in calm
sections and chopped in strong ones: its quarters in another order, drawn for each section kind and take.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from troubadour.brief import Brief
from troubadour.brief.exact import key_name
from troubadour.brief.read import read
from troubadour.chance import Chance
from troubadour.edit.pieces import nearest_beat
from troubadour.edit.recording import between
from troubadour.edit.source import Progress, Source
from troubadour.edit.value import Sample
from troubadour.errors import BadRequest
from troubadour.make import Song
from troubadour.mix.balance import balance
from troubadour.mix.desk import RECORDING
from troubadour.mix.pcm import FULL_24
from troubadour.plan.decide import decide
from troubadour.score import Score
from troubadour.score.compose import compose
from troubadour.score.melody.metre import beat_ticks
from troubadour.stems import Audio, Stems
from troubadour.stems.render import render
from troubadour.units import SAMPLE_RATE_HZ

LONGEST_S = 60.0
STRONG = 0.62  # energy from which a section chops the piece
EDGE_FRAMES = 176  # 4 ms: every slice is faded in and out
ORDERS = ((0, 0, 2, 3), (0, 1, 0, 1), (0, 2, 0, 3), (2, 2, 0, 1), (0, 1, 2, 2), (0, 0, 0, 1))  # of the piece's quarters


@dataclass(frozen=True)
class Piece:
    """What is sampled: frames of the source, a whole number of its beats."""

    start: int
    end: int
    beats: int
    beat_ticks: int
    bpm: float


@dataclass(frozen=True)
class Slice:
    """A stretch of the piece in the new song: from `start` on, the frames `first` to `last` of the source."""

    start: int
    first: int
    last: int


def sampled_song(source: Source, command: Sample, progress: Progress) -> Song:
    """The new song with its sound."""
    written, piece = built_on(source, command)
    stems = render(written.score, progress)
    sound = source.mix().master[piece.start : piece.end].astype(np.float32) / np.float32(FULL_24)
    tracks = {RECORDING: _played(written.score, piece, sound), **stems.tracks}
    mix = balance(Stems(tracks, stems.dry), written.plan, written.score)
    return Song(written.plan, written.score, replace(stems, tracks={}, dry={}), mix)


def built_on(source: Source, command: Sample) -> tuple[Song, Piece]:
    """The new song as plan and score, and what is sampled. Raises BadRequest for a window outside the source or without a
    beat, and for another tempo, metre or key than the piece's."""
    start_s, end_s = _window(source, command)
    score = source.score if source.heard is None else between(source.heard, start_s, end_s)
    piece = _piece(score, start_s, end_s)
    brief = read(command.request)
    _refuse_changes(brief, score, piece)
    known = source.heard is None or source.heard.key is not None
    brief = replace(brief, tempo_bpm=piece.bpm, metre=score.metre, key=score.key if known else brief.key)
    plan = decide(brief)
    return Song(plan, compose(plan)), piece


def _window(source: Source, command: Sample) -> tuple[float, float]:
    length_s = source.score.frames / SAMPLE_RATE_HZ
    start_s, end_s = command.start_s, length_s if command.end_s is None else command.end_s
    if not 0.0 <= start_s < end_s <= length_s + 0.01:
        raise BadRequest(
            f"the sample must lie inside its source, which lasts {length_s:.1f} s: {start_s:g} to {end_s:g} s was asked for"
        )
    if end_s - start_s > LONGEST_S:
        raise BadRequest(f"a sample lasts {LONGEST_S:g} s at most; {end_s - start_s:g} were asked for")
    return start_s, min(end_s, length_s)


def _piece(score: Score, start_s: float, end_s: float) -> Piece:
    beat = beat_ticks(score.metre)
    first, last = nearest_beat(score, start_s), nearest_beat(score, end_s)
    last -= beat if score.frame_at(last) > score.frames else 0
    beats = (last - first) // beat
    if beats < 1:
        raise BadRequest(f"the sample of {end_s - start_s:.2f} s holds no whole beat: make it longer")
    start, end = score.frame_at(first), score.frame_at(last)
    bpm = beats * beat / 480 * 60.0 / ((end - start) / SAMPLE_RATE_HZ)  # [ticks] / [ticks/beat] * [s/min] / [s] = [beats/min]
    return Piece(start, end, beats, beat, round(bpm, 2))


def _refuse_changes(brief: Brief, score: Score, piece: Piece) -> None:
    wishes = (
        ("tempo", brief.tempo_bpm, piece.bpm, f"{piece.bpm:g} bpm"),
        ("key", brief.key, score.key, key_name(score.key)),
        ("metre", brief.metre, score.metre, str(score.metre)),
    )
    for name, wish, has, told in wishes:
        if wish is not None and wish != has:
            raise BadRequest(
                f"the sample's {name} is {told}, and the song takes it; another was asked for: leave the {name} out"
            )


def _played(score: Score, piece: Piece, sound: Audio) -> Audio:
    """The track on which the piece is heard."""
    track = np.zeros((score.frames, 2), np.float32)
    for each in _slices(score, piece):
        part = sound[each.first : min(each.last, each.first + score.frames - each.start)].copy()
        edge = min(EDGE_FRAMES, len(part) // 2)
        rise = (0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / max(edge, 1))).astype(np.float32)[:, None]
        part[:edge] *= rise
        part[len(part) - edge :] *= rise[::-1]
        track[each.start : each.start + len(part)] += part
    return track


def _slices(score: Score, piece: Piece) -> Iterator[Slice]:
    """Where the piece is heard: section by section, again and again from its beginning, until the last bar's first beat."""
    bar = score.metre.bar_ticks
    span = -(-piece.beats * piece.beat_ticks // bar) * bar
    for section in score.sections:
        begin, end = section.start_bar * bar, (section.start_bar + section.bars) * bar
        if section is score.sections[-1]:
            end -= bar - piece.beat_ticks
        order = _order(score, section.kind) if section.energy >= STRONG and piece.beats >= 4 else ()
        for at in range(begin, end, span):
            yield from _turn(score, piece, at, min(end, at + span), order)


def _order(score: Score, kind: str) -> tuple[int, ...]:
    return ORDERS[int(Chance(score.seed, score.take).stream("sample", kind).integers(len(ORDERS)))]


def _turn(score: Score, piece: Piece, start: int, end: int, order: tuple[int, ...]) -> Iterator[Slice]:
    """The piece once, whole or its quarters in an order, cut off at `end`."""
    edges = [piece.beats * number // 4 for number in range(5)] if order else [0, piece.beats]
    frames = piece.end - piece.start
    at = start
    for which in order or (0,):
        beats = edges[which + 1] - edges[which]
        ticks = min(beats * piece.beat_ticks, end - at)
        if ticks <= 0:
            return
        first = round(frames * edges[which] / piece.beats)
        begin, stop = score.frame_at(at), score.frame_at(at + ticks)
        yield Slice(begin, first, min(first + stop - begin, frames))
        at += ticks
