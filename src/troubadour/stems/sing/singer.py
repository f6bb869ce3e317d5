"""One part, line by line: every line is rendered by itself with its own chance and placed by its exact frame.

A track is the sum of its lines, so changing a line leaves every sample outside it as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from troubadour.chance import Chance
from troubadour.errors import BadRequest, ToolMissing
from troubadour.score import Score, SungLine, SungPart
from troubadour.stems.sing import acoustic, neural, spoken
from troubadour.stems.sing import breath as breaths
from troubadour.stems.sing.level import brightened, levelled, roughened
from troubadour.stems.sing.manner import Manner, manner_of, words_for
from troubadour.stems.sing.seams import Rendered, SingVoice, Unspoken
from troubadour.stems.sing.timeline import TimedLine, timed
from troubadour.stems.sing.value import Engine, Voice
from troubadour.stems.sing.voices import DEFAULT, VOICES
from troubadour.stems.value import Window
from troubadour.units import SAMPLE_RATE_HZ

ENGINES: dict[Engine, SingVoice] = {
    "neural": neural.render,
    "acoustic": acoustic.render,
    "spoken": spoken.render,
    "piper": spoken.render,
}
LEAD_S = 0.6  # rendered before a line's first note: room for its first consonants and their onset; 26460 frames
TAIL_S = 0.25
TAKE_S = 0.012  # how far other singers are from the lead
AROUND_FRAMES = 3 * SAMPLE_RATE_HZ  # more than a line sounds before its first note and after its last


@dataclass(frozen=True)
class Sung:
    """A part as it left the throat: float32 [score.frames] at 44.1 kHz, and what could not be sung as asked."""

    dry: NDArray[np.float32]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clip:
    """A line's sound and the frame of the song at which it begins (may be negative)."""

    frame: int
    sound: NDArray[np.float64]
    notes: tuple[str, ...] = ()


def sing(part: SungPart, score: Score, window: Window | None = None) -> Sung:
    """The part, sung dry, or the frames of it in a window.

    Raises BadRequest for an unknown voice, SoundsMissing when the network is not prepared. A recorded singer whose program is
    missing is replaced, with a note.
    """
    window = window or Window(0, score.frames)
    if part.voice not in VOICES:
        raise BadRequest(f"there is no singer {part.voice!r}: choose one of {', '.join(VOICES)}")
    voice = VOICES[part.voice]
    dry = np.zeros(window.frames)
    notes: list[str] = []
    before: SungLine | None = None
    for line in part.lines:
        if not line.words or not any(line.notes):
            continue
        if _heard_in(line, score, window):
            clip = sing_line(line, before, part, voice, score)
            add(dry, replace(clip, frame=clip.frame - window.start))
            notes += clip.notes
        before = line
    return Sung(dry.astype(np.float32), tuple(dict.fromkeys(notes)))


def _heard_in(line: SungLine, score: Score, window: Window) -> bool:
    """Whether anything of a line, its breath included, can sound in the window."""
    start, end = score.frame_at(line.start), score.frame_at(line.end)
    return start - AROUND_FRAMES < window.end and end + AROUND_FRAMES > window.start


def add(track: NDArray[np.float64], clip: Clip) -> None:
    """Adds a clip at its frame; what lies before the song's first frame or after its last is not heard."""
    start, end = max(0, clip.frame), min(len(track), clip.frame + len(clip.sound))
    if end > start:
        track[start:end] += clip.sound[start - clip.frame : end - clip.frame]


def sing_line(line: SungLine, before: SungLine | None, part: SungPart, voice: Voice, score: Score) -> Clip:
    """One line with the breath before it."""
    chance = Chance(score.seed, score.take)
    section = score.section_at(line.start)
    timing, manner = timed(line, score), manner_of(score.style, words_for(score.style, part.manner, section.kind))
    rng = chance.stream("sing", part.name, line.start)
    (sound, rate), notes = voiced(timing, voice, manner, rng)
    effort = section.energy - 0.5
    sound = brightened(roughened(sound, rate, manner.rough, rng), rate, manner.bright_db * effort)
    sound = levelled(sound, rate, timing, LEAD_S, manner.lift_db * effort)
    shared = np.gcd(SAMPLE_RATE_HZ, rate)
    sound = resample_poly(sound, SAMPLE_RATE_HZ // shared, rate // shared)
    frame = timing.frame - round(LEAD_S * SAMPLE_RATE_HZ)
    if part.name != "vocals":  # nobody in a choir is exactly together
        frame += round(
            SAMPLE_RATE_HZ * float(np.clip(chance.stream("take", part.name, line.start).normal(0, TAKE_S), -0.03, 0.03))
        )
    return with_breath(
        Clip(frame, sound, notes), room_s(timing, before, score), timing, voice, chance.stream("breath", part.name, line.start)
    )


def voiced(timing: TimedLine, voice: Voice, manner: Manner, rng: np.random.Generator) -> tuple[Rendered, tuple[str, ...]]:
    """The line from the voice's engine, and notes. Who cannot sing it is replaced by the default voice of the same gender."""
    try:
        return ENGINES[voice.engine](timing, voice, manner, LEAD_S, TAIL_S, rng), ()
    except (Unspoken, ToolMissing) as problem:
        other = VOICES[DEFAULT[voice.gender]]
        text = "".join(word.text for word in timing.line.words).strip()
        note = (
            f"{text!r} was sung by {other.name}, because the chosen voice cannot say it"
            if isinstance(problem, Unspoken)
            else f"{other.name} sings for {voice.name}: {problem}"
        )
        return ENGINES[other.engine](timing, other, manner, LEAD_S, TAIL_S, rng), (note,)


def room_s(timing: TimedLine, before: SungLine | None, score: Score) -> float:
    """Seconds of rest before the line's first sound."""
    end = timed(before, score) if before else None
    rest = (timing.frame - end.frame) / SAMPLE_RATE_HZ - end.end_s if end else 2.0
    return rest + timing.sounds[0].start_s


def with_breath(clip: Clip, room: float, timing: TimedLine, voice: Voice, rng: np.random.Generator) -> Clip:
    """The clip, with an intake of breath when there is room for one."""
    intake = breaths.breath(room, voice.formant, rng)
    if not len(intake):
        return clip
    begin = timing.frame + round((timing.sounds[0].start_s - breaths.GAP_S) * SAMPLE_RATE_HZ) - len(intake)
    first = min(begin, clip.frame)
    sound = np.zeros(max(clip.frame + len(clip.sound), begin + len(intake)) - first)
    sound[clip.frame - first : clip.frame - first + len(clip.sound)] += clip.sound
    sound[begin - first : begin - first + len(intake)] += intake
    return Clip(first, sound, clip.notes)
