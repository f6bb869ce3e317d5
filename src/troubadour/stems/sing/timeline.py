"""When every sound of a sung line begins and ends.

The vowel starts exactly on its note. Consonants are taken from the time before it: the closing ones of one syllable and
the opening ones of the next share the end of the first one's note, at most half of it, and a line's first consonants come
before the beat. Only the score decides, never the voice: every singer of a line has one timeline, and its words' times
are known without rendering.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from troubadour.score import Note, Score, SungLine
from troubadour.stems.sing.manner import manner_of
from troubadour.units import SAMPLE_RATE_HZ

# Seconds that a consonant lasts when there is room: a third longer than in speech, as measured to be best understood.
LENGTH_S = {
    "p": 0.115, "t": 0.110, "k": 0.115, "b": 0.090, "d": 0.075, "ɡ": 0.090, "T": 0.045, "ʧ": 0.160, "ʤ": 0.130,
    "f": 0.135, "θ": 0.130, "s": 0.160, "ʃ": 0.160, "h": 0.090, "v": 0.090, "ð": 0.070, "z": 0.120, "ʒ": 0.120,
    "m": 0.110, "n": 0.095, "ŋ": 0.110, "l": 0.090, "ɹ": 0.090, "w": 0.090, "j": 0.080, "ʦ": 0.160,
}  # fmt: skip
IN_CLUSTER = 0.85  # each consonant of two or more is this much shorter
MOST = 0.48  # of a note that consonants may take
LEGATO_S = 0.05  # notes closer than this are joined
RELEASE_S = 0.04  # a line lets go of its last note this much early, for the breath


@dataclass(frozen=True)
class Sung1:
    """One note as performed: seconds from the line's first note, MIDI pitch, velocity, and the syllable it belongs to."""

    start_s: float
    end_s: float
    pitch: int
    velocity: int
    syllable: int


@dataclass(frozen=True)
class Sound:
    """One sound of a line: seconds from the line's first note. `phone` counts the line's sounds, `syllable` its syllables."""

    symbol: str
    role: Literal["onset", "nucleus", "coda"]
    start_s: float
    end_s: float
    syllable: int
    phone: int


@dataclass(frozen=True)
class TimedLine:
    """A line with its times. `frame` is where its first note lies in the song; `word_of[i]` is the word of syllable i."""

    line: SungLine
    frame: int
    sounds: tuple[Sound, ...]
    notes: tuple[Sung1, ...]
    word_of: tuple[int, ...]

    @property
    def end_s(self) -> float:
        """Where the last sound ends."""
        return self.sounds[-1].end_s


@dataclass(frozen=True)
class PhoneTime:
    """A sound as it is heard, in seconds of the song; in the singer's alphabet (`words/phones.py`)."""

    symbol: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class WordTime:
    """A word as it is heard: from its first sound to the end of its last one, in seconds of the song."""

    text: str
    start_s: float
    end_s: float
    part: str
    phones: tuple[PhoneTime, ...] = ()


def swung(tick: int, score: Score) -> float:
    """Where a written tick is performed: as the band swings (pairs go from 1:1 to 2:1, half a pair stays straight)."""
    unit, bar = score.feel.swing_unit, score.metre.bar_ticks
    in_bar = score.in_bar(tick)
    inside = in_bar % (2 * unit)
    if score.feel.swing <= 0.0 or in_bar - inside + 2 * unit > bar:
        return tick
    first = (0.5 + score.feel.swing / 6.0) * 2 * unit
    late = inside * first / unit if inside < unit else first + (inside - unit) * (2 * unit - first) / unit
    return tick - inside + late


def fitted(line: SungLine) -> tuple[tuple[Note, ...], ...]:
    """One group of notes for each syllable, whatever the score brought: the last note is shared out, or held on."""
    wanted, notes = sum(len(w.syllables) for w in line.words), [g for g in line.notes if g]
    if len(notes) > wanted:
        return (*notes[: wanted - 1], tuple(n for group in notes[wanted - 1 :] for n in group))
    if len(notes) < wanted:
        last, parts = notes[-1][-1], wanted - len(notes) + 1
        step = max(1, last.length // parts)
        shared = [(replace(last, start=last.start + i * step, length=step),) for i in range(parts)]
        notes = [*notes[:-1], (*notes[-1][:-1], *shared[0]), *shared[1:]]
    return tuple(notes)


def performed(line: SungLine, score: Score) -> tuple[int, tuple[Sung1, ...]]:
    """The frame of the line's first note, and its notes in seconds from there: late and short as the style sings."""
    groups, manner = fitted(line), manner_of(score.style)

    def frame(tick: int) -> int:
        return score.frame_at(swung(tick, score))

    first = frame(groups[0][0].start)
    notes = tuple(
        Sung1(
            (frame(n.start) - first) / SAMPLE_RATE_HZ,
            (frame(n.start + round(n.length * (manner.held if n is group[-1] else 1.0))) - first) / SAMPLE_RATE_HZ,
            n.pitch,
            n.velocity,
            i,
        )
        for i, group in enumerate(groups)
        for n in group
    )
    return first + round(manner.late_s * SAMPLE_RATE_HZ), notes


def lengths(cluster: str) -> list[float]:
    """Seconds of the consonants of one cluster when there is room."""
    short = 1.0 if len(cluster) < 2 else IN_CLUSTER
    return [LENGTH_S.get(symbol, 0.07) * short for symbol in cluster]


def timed(line: SungLine, score: Score) -> TimedLine:
    """The line's sounds, each with its time."""
    frame, notes = performed(line, score)
    syllables = [s for word in line.words for s in word.syllables]
    word_of = tuple(i for i, word in enumerate(line.words) for _ in word.syllables)
    starts = [min(n.start_s for n in notes if n.syllable == i) for i in range(len(syllables))]
    ends = [max(n.end_s for n in notes if n.syllable == i) for i in range(len(syllables))]
    sounds: list[Sound] = []

    def say(symbols: str, role: Literal["onset", "nucleus", "coda"], at: float, sizes: list[float], syllable: int) -> float:
        for symbol, size in zip(symbols, sizes, strict=True):
            sounds.append(Sound(symbol, role, at, at + size, syllable, len(sounds)))
            at += size
        return at

    opening = lengths(syllables[0].onset)
    say(syllables[0].onset, "onset", -sum(opening), opening, 0)
    for i, syllable in enumerate(syllables):
        following = syllables[i + 1] if i + 1 < len(syllables) else None
        opening = lengths(following.onset) if following else []
        closing = lengths(syllable.coda)
        if following and starts[i + 1] - ends[i] < max(LEGATO_S, sum(opening) + 0.03):
            end, share = starts[i + 1], sum(opening) + sum(closing)
            squeeze = min(1.0, MOST * (end - starts[i]) / share) if share else 1.0
            opening = [size * squeeze for size in opening]
            close_at = end - share * squeeze
        else:
            end = ends[i] if following else ends[i] - min(RELEASE_S, 0.1 * (ends[i] - starts[i]))
            squeeze = min(1.0, MOST * (end - starts[i]) / sum(closing)) if closing else 1.0
            close_at = end - sum(closing) * squeeze
        say(syllable.nucleus, "nucleus", starts[i], [close_at - starts[i]], i)
        say(syllable.coda, "coda", close_at, [size * squeeze for size in closing], i)
        if following:
            say(following.onset, "onset", starts[i + 1] - sum(opening), opening, i + 1)
    return TimedLine(line, frame, tuple(sounds), notes, word_of)


def shown(text: str) -> str:
    """A word without the space and the punctuation at its ends (all of it, if it has no letter or digit)."""
    text = text.strip()
    inner = [i for i, c in enumerate(text) if c.isalnum()]
    if not inner:
        return text
    start, end = inner[0], inner[-1] + 1
    start -= start > 0 and text[start - 1] in "'’$€£#"
    end += end < len(text) and text[end] in "'’%"
    return text[start:end]


def word_times(score: Score) -> tuple[WordTime, ...]:
    """Every sung word of every part with its times and its sounds', in the order in which they are heard."""
    words = []
    for part in score.sung:
        for line in part.lines:
            timing = timed(line, score)
            at = timing.frame / SAMPLE_RATE_HZ
            sounds: list[list[PhoneTime]] = [[] for _ in line.words]
            for s in timing.sounds:
                start, end = (round(max(0.0, at + edge), 4) for edge in (s.start_s, s.end_s))
                sounds[timing.word_of[s.syllable]].append(PhoneTime(s.symbol, start, end))
            words += [
                WordTime(shown(word.text), own[0].start_s, own[-1].end_s, part.name, tuple(own))
                for word, own in zip(line.words, sounds, strict=True)
            ]
    return tuple(sorted(words, key=lambda w: w.start_s))
