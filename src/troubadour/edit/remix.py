"""`remixed_song`: an instruction followed on a recording, as far as the parts go that it comes apart into.

A recording has no notes: nobody in it can be exchanged, or play more or faster. But its voice, drums and bass can be louder, quieter
or left out; harder is louder and brighter, gentler the contrary; everywhere, or in the places that were heard. What became of each
clause is told in `Plan.heeded`. Every sample outside those places stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from troubadour.brief import Effect
from troubadour.brief.instruction import EVERYBODY, Change, understood
from troubadour.edit.instruct import as_replacement
from troubadour.edit.replace import in_window, replaced_song, rewritten, window_of
from troubadour.edit.source import Progress, Source
from troubadour.edit.unmix import OTHER, taken_apart
from troubadour.edit.value import Instruct
from troubadour.errors import BadRequest
from troubadour.make import Song
from troubadour.mix.balance import mix_of
from troubadour.mix.beside import tamed
from troubadour.mix.desk import RECORDING
from troubadour.mix.filters import Band, filter_in_place, sections
from troubadour.mix.pcm import FULL_24
from troubadour.mix.value import Pcm
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.score.revise import HARDER_DB, LOUDER_DB, Span, spans_of
from troubadour.stems import Stems
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.units import SAMPLE_RATE_HZ, gain

Curve = NDArray[np.float32]

SEEN = {
    "vocals": "vocals",
    "backing_vocals": "vocals",
    "drums": "drums",
    "percussion": "drums",
    "bass": "bass",
}  # families that can be told apart
PARTS = ("vocals", "drums", "bass", RECORDING)
EDGE_FRAMES = SAMPLE_RATE_HZ // 50  # a change comes and goes in 20 ms


@dataclass(frozen=True)
class Touch:
    """What is done to the sound of a part: its level, and a filter."""

    gain: float
    bands: tuple[Band, ...] = ()


def _shelf(db: float) -> tuple[Band, ...]:
    return (("high_shelf", 4000.0, db, 0.7),)


TOUCHES: dict[str, Callable[[float], Touch]] = {  # by degree
    "remove": lambda degree: Touch(0.0),
    "louder": lambda degree: Touch(gain(LOUDER_DB * degree)),
    "quieter": lambda degree: Touch(gain(-LOUDER_DB * degree)),
    "harder": lambda degree: Touch(gain(HARDER_DB * degree), _shelf(3.0 * degree)),
    "gentler": lambda degree: Touch(gain(-HARDER_DB * degree), _shelf(-3.0 * degree)),
}


@dataclass(frozen=True)
class Work:
    """A change that can be done: to which parts, and between which frames."""

    touch: Touch
    parts: tuple[str, ...]
    spans: tuple[Span, ...]


def remixed_song(source: Source, command: Instruct, progress: Progress) -> Song:
    """The recording as the instruction wants it."""
    if understood(command.instruction).anew:
        return replaced_song(source, as_replacement(command), progress)
    plan, works = remixed(source, command)
    progress("mix", 0.0)
    old = source.mix().master
    parts = taken_apart(source)
    parts[RECORDING] = parts.pop(OTHER)
    touched = np.zeros(len(old), np.float32)
    for work in works:
        place = _place(work.spans, len(old))
        np.maximum(touched, place, out=touched)
        for name in work.parts:
            parts[name] = _changed(parts[name], work.touch, place)
    mix = mix_of(tamed(parts, touched, old), {}, source.desk)
    said = Stems({}, {}, source.credits, source.notes)
    return Song(plan, replace(source.score, title=plan.title), said, mix)


def remixed(source: Source, command: Instruct) -> tuple[Plan, tuple[Work, ...]]:
    """What will be done. Raises BadRequest when nothing of the instruction can be."""
    found = understood(command.instruction)
    if found.anew:
        made = rewritten(*_written(in_window(source, as_replacement(command))), as_replacement(command))
        return made.plan, ()
    score = source.score
    window = window_of(score, as_replacement(command)) if command.windowed else None
    told, works = [], []
    for change in found.changes:
        parts, unseen = _parts(change)
        spans, why = spans_of(score, change.place, window)
        if not why and change.action not in TOUCHES:
            why = (
                f"nothing was done: a recording has no notes, so nobody in it can be {CANNOT.get(change.action, change.action)}"
            )
        if not why and parts == ("vocals",) and source.heard and not source.heard.has_voice:
            why = "nothing was done: nobody sings in this recording"
        if not why and not parts:
            why = "nothing was done: only vocals, drums and bass can be told apart in a recording"
        told.append(Effect(change.said, why or f"{replace(change, players=parts)}{_but(unseen)}"))
        if not why:
            works.append(Work(TOUCHES[change.action](change.degree), _stems(parts), _frames(score, spans)))
    told += [Effect(clause, "not understood, nothing was done") for clause in found.unknown]
    if not works:
        raise BadRequest("; ".join(f"“{effect.word}”: {effect.effect}" for effect in told))
    return replace(source.plan, heeded=tuple(told), title=command.request.title or source.plan.title), tuple(works)


CANNOT = {
    "add": "added", "exchange": "exchanged", "busier": "made busier", "sparser": "made sparser", "octave_up": "played an octave higher",
    "octave_down": "played an octave lower", "faster": "made faster", "slower": "made slower",
}  # fmt: skip


def _written(source: Source) -> tuple[Plan, Score]:
    return source.plan, source.score


def _parts(change: Change) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parts that a change is about, and the players that cannot be told from the rest."""
    if EVERYBODY in change.players:
        return (EVERYBODY,), ()
    families = {name: INSTRUMENTS[name].stem if name in INSTRUMENTS else name for name in change.players}
    seen = tuple(dict.fromkeys(SEEN[family] for family in families.values() if family in SEEN))
    return seen, tuple(name for name, family in families.items() if family not in SEEN)


def _but(unseen: Sequence[str]) -> str:
    names = ", ".join(INSTRUMENTS[name].name if name in INSTRUMENTS else name.replace("_", " ") for name in unseen)
    return f"; {names}: cannot be told apart from the rest of a recording" if names else ""


def _stems(parts: Sequence[str]) -> tuple[str, ...]:
    return PARTS if EVERYBODY in parts else tuple(parts)


def _frames(score: Score, spans: Sequence[Span]) -> tuple[Span, ...]:
    return tuple((max(0, score.frame_at(low)), min(score.frames, score.frame_at(high))) for low, high in spans)


# Sound --------------------------------------------------------------------------------------------------------------------


def _place(spans: Sequence[Span], frames: int) -> Curve:
    """1 inside the spans and 0 outside, with short slopes inside; the song's own ends have none."""
    place = np.zeros(frames, np.float32)
    for low, high in spans:
        slope = min(EDGE_FRAMES, (high - low) // 2)
        inside = np.ones(high - low, np.float32)
        rise = np.linspace(0.0, 1.0, slope, endpoint=False, dtype=np.float32)
        if low > 0:
            inside[:slope] = rise
        if high < frames:
            inside[len(inside) - slope :] = rise[::-1]
        np.maximum(place[low:high], inside, out=place[low:high])
    return place


def _changed(pcm: Pcm, touch: Touch, place: Curve) -> Pcm:
    """A part with its change where `place` is 1, and as it was where it is 0."""
    sound = pcm.astype(np.float32) / np.float32(FULL_24)
    if touch.bands:
        filter_in_place(sound, sections(touch.bands))
    sound *= np.float32(touch.gain * FULL_24)
    return np.where(place[:, None] > 0.0, np.rint(pcm + (sound - pcm) * place[:, None]), pcm).astype(np.int32)
