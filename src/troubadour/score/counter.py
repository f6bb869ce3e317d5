"""Parts that listen to the tune: counter-lines, a section's answers in its gaps, doublings, thirds, soli.

Horns and strings mostly, but any player may be given one of these words for a pattern.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from troubadour.plan import Player
from troubadour.score.canvas import Bar, Canvas, folded, loudness
from troubadour.score.players import pattern_at, plays_in, touched
from troubadour.score.value import Note
from troubadour.score.voicing import close_voicing
from troubadour.styles import WITH_THE_TUNE, Member
from troubadour.theory.chords import tones
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.theory.scales import nearest, scale

# Answers of a section: lengths in eighths of chords and (negative) rests; one is drawn for each kind of section.
ANSWERS = ((1, 1), (1, -1, 1), (3,), (1, 2), (2, 1, 1), (1, 1, 2), (-1, 1, 2), (1, -2, 1))
EIGHTH = 240


@dataclass
class Desk:
    """A player with the tune before it; `before` is the pitch that it played last."""

    canvas: Canvas
    player: Player
    member: Member
    tune: Sequence[Note]
    before: int = 0
    voiced: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.starts = [note.start for note in self.tune]
        self.low, self.high = INSTRUMENTS[self.player.instrument].low, INSTRUMENTS[self.player.instrument].high
        self.centre = min(max(self.member.centre or 67, self.low + 8), self.high - 6)
        self.before = self.before or self.centre
        key = self.canvas.plan.key
        self.inside = scale(key.tonic, key.mode)

    def heard(self, bar: Bar) -> Sequence[Note]:
        """The tune's notes that begin in a bar."""
        return self.tune[bisect_left(self.starts, bar.start) : bisect_left(self.starts, bar.end)]

    def busy(self, bar: Bar) -> list[tuple[int, int]]:
        """When the tune sounds in a bar, ends included that began before it."""
        first = max(0, bisect_left(self.starts, bar.start) - 3)
        return [(n.start, n.end) for n in self.tune[first : bisect_left(self.starts, bar.end)] if n.end > bar.start]

    def loud(self, base: int, bar: Bar) -> int:
        """A velocity for this player here."""
        return loudness(base, bar.energy, self.member.loudness)


def write_with_tune(canvas: Canvas, player: Player, member: Member, tune: Sequence[Note]) -> list[Note]:
    """The bars of a part in which its pattern is one of the words that listen to the tune."""
    desk = Desk(canvas, player, member, tune)
    words = {"tune": _counter, "answer": _answers, "double": _doubled, "thirds": _thirds, "soli": _soli}
    notes: list[Note] = []
    for bar in canvas.written:
        if bar.closing:
            previous = canvas.bars[max(0, bar.index - 1)]
            if plays_in(canvas, previous, member, player) and pattern_at(canvas, previous, player, member) in words:
                notes += _last(desk, bar)
        elif plays_in(canvas, bar, member, player):
            pattern = pattern_at(canvas, bar, player, member)
            notes += words[pattern](desk, bar) if pattern in words else []
    return touched([Note(n.start, n.length, folded(n.pitch, desk.low, desk.high), n.velocity, n.articulation) for n in notes],
                   member)  # fmt: skip


def listens(member: Member) -> bool:
    """Whether some pattern of a player listens to the tune."""
    return any(pattern in WITH_THE_TUNE for patterns in member.all_patterns.values() for pattern in patterns)


def _last(desk: Desk, bar: Bar) -> list[Note]:
    """The last tone: the fifth in the quiet, else the third, in the chord that ends the song."""
    chord = bar.chords[0]
    step = 7 if bar.energy < 0.5 else (4 if "maj" in chord.quality else 3)
    pitch = nearest((chord.root + step) % 12, desk.before)
    return [Note(bar.start, desk.canvas.ring_end - bar.start, pitch, desk.loud(74, bar))]


# Counter-lines ------------------------------------------------------------------------------------------------------------


def _counter(desk: Desk, bar: Bar) -> list[Note]:
    """A line that moves where the tune rests: long thirds and sixths under it, an answer in its gaps, never in its way."""
    busy = desk.busy(bar)
    sounding = sum(max(0, min(end, bar.end) - max(start, bar.start)) for start, end in busy)
    return _held(desk, bar) if sounding > 0.55 * bar.length else _moving(desk, bar, _gap(bar, busy))


def _held(desk: Desk, bar: Bar) -> list[Note]:
    """A long tone a chord: the third or seventh nearest to the last one (guide tones)."""
    made: list[Note] = []
    for chord in bar.chords:
        start, end = max(chord.start, bar.start), min(chord.end, bar.end)
        guides = tones(chord.root, chord.quality)[1:]
        pitch = min((nearest(g, desk.before) for g in guides), key=lambda p: abs(p - desk.before) + 0.4 * abs(p - desk.centre))
        made.append(Note(start, end - start, pitch, desk.loud(66, bar)))
        desk.before = pitch
    return made


def _gap(bar: Bar, busy: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The longest part of a bar in which the tune is silent."""
    edges, at = [], bar.start
    for start, end in busy:
        if end > bar.start and start < bar.end:
            edges.append((at, min(start, bar.end)))
            at = max(at, end)
    edges.append((at, bar.end))
    return max(edges, key=lambda e: e[1] - e[0])


def _moving(desk: Desk, bar: Bar, gap: tuple[int, int]) -> list[Note]:
    """Eighths and quarters by step through the gap, from a chord tone; the same answer whenever the label returns."""
    member = desk.member
    stream = desk.canvas.chance.stream("counter", bar.phrase.label, bar.in_phrase, member.role, member.instruments[0])
    start = -(-(gap[0] - bar.start) // EIGHTH) * EIGHTH + bar.start
    made: list[Note] = []
    direction = 1 if desk.before < desk.centre else -1
    while start < gap[1] - 200:
        length = int(stream.choice((240, 240, 480, 480, 960)))
        length = min(length, gap[1] - start)
        chord = desk.canvas.chord_at(start)
        on_beat = (start - bar.start) % 480 == 0
        pool = tones(chord.root, chord.quality) if on_beat else desk.inside
        wish = desk.before + direction * int(stream.choice((1, 2, 2, 3)))
        pitch = min((nearest(c, wish) for c in pool), key=lambda p: (abs(p - wish), p))
        if abs(pitch - desk.centre) > 8:
            direction = -direction
        made.append(Note(start, max(120, length - 20), pitch, desk.loud(74, bar)))
        desk.before, start = pitch, start + length
        if stream.random() < 0.25:
            direction = -direction
    return made


# Sections -----------------------------------------------------------------------------------------------------------------


def _answers(desk: Desk, bar: Bar) -> list[Note]:
    """Short chords of a section where the tune breathes: one figure for each kind of section, where there is room for it."""
    begin, end = _gap(bar, desk.busy(bar))
    begin = -(-(begin - bar.start) // EIGHTH) * EIGHTH + bar.start
    stream = desk.canvas.chance.stream("answer", desk.player.instrument, bar.section.kind, bar.in_phrase % 2)
    figure = ANSWERS[int(stream.integers(len(ANSWERS)))]
    if end - begin < EIGHTH * sum(abs(step) for step in figure):
        figure = ANSWERS[0]
    if end - begin < 2 * EIGHTH:
        return []
    at = max(begin, end - 8 * EIGHTH)  # the end of a long gap: it leads into the next line
    made: list[Note] = []
    for step in figure:
        if step > 0:
            made += _section_chord(desk, bar, at, step * EIGHTH)
        at += abs(step) * EIGHTH
    return made


def _section_chord(desk: Desk, bar: Bar, at: int, length: int) -> list[Note]:
    chord = desk.canvas.chord_at(at)
    count = desk.member.voices
    desk.voiced = close_voicing(chord.root, chord.quality, count, desk.centre, desk.voiced, desk.low, desk.high)
    said = "staccato" if length <= EIGHTH else ""
    return [Note(at, length, pitch, desk.loud(86, bar), said) for pitch in desk.voiced]


def _doubled(desk: Desk, bar: Bar) -> list[Note]:
    """The tune itself, in the octave that lies best."""
    return [Note(n.start, n.length, _near(n.pitch, desk.centre), desk.loud(76, bar)) for n in desk.heard(bar)]


def _near(pitch: int, centre: int) -> int:
    return pitch + 12 * round((centre - pitch) / 12)


def _thirds(desk: Desk, bar: Bar) -> list[Note]:
    """A third below the tune, by the key's steps; a fourth or a sixth where that alone is in the chord."""
    made = []
    for note in desk.heard(bar):
        chord = tones(*_named(desk, note.start))
        below = [note.pitch - step for step in (3, 4, 5, 8, 9)]
        pitch = min(below, key=lambda p: (p % 12 not in desk.inside and p % 12 not in chord, note.length >= 480 and p % 12 not in chord,
                                          note.pitch - p))  # fmt: skip
        made.append(Note(note.start, note.length, pitch, desk.loud(74, bar)))
    return made


def _soli(desk: Desk, bar: Bar) -> list[Note]:
    """The tune on top of its chord in close position, as a section of saxophones or trombones has it."""
    made: list[Note] = []
    for note in desk.heard(bar):
        top = _near(note.pitch, desk.centre + 4)
        chord = sorted({top - (top - tone) % 12 for tone in tones(*_named(desk, note.start))} - {top}, reverse=True)
        under = [pitch for pitch in chord if top - pitch >= 3][: max(desk.member.voices - 1, 1)]
        made += [Note(note.start, note.length, pitch, desk.loud(76, bar)) for pitch in (*under, top)]
    return made


def _named(desk: Desk, tick: int) -> tuple[int, str]:
    chord = desk.canvas.chord_at(tick)
    return chord.root, chord.quality
