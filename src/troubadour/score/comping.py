"""Chord players: keyboards, strummed and picked strings, pads, drones, arpeggios, power chords, riffs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from troubadour.brief import Metre
from troubadour.plan import Player
from troubadour.plan.band import member_of
from troubadour.score.canvas import Bar, Canvas, folded, loudness
from troubadour.score.patterns import Hit, bars_of
from troubadour.score.players import native_of, pattern_at, plays_in, touched
from troubadour.score.value import Chord, Note
from troubadour.score.voicing import FRETTED, close_voicing, fretted_voicing, power_chord
from troubadour.styles import WITH_THE_TUNE, Member
from troubadour.theory.chords import tones
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.theory.scales import nearest, pentatonic

WEIGHT = {"-": 44, "o": 64, "x": 82, "X": 104, "D": 88, "U": 76, "d": 68, "u": 58, "m": 58, "B": 84, "F": 80, "P": 96, "p": 88}
MOVES, APART = (0, 7, -7, 5, -5, 12, 9, -9), 5  # semitones from a wished place to others, and between two players' places
WHOLE = "-oxXDUdum"


@dataclass(frozen=True)
class Lane:
    """Where a player's voicings gather, apart from the others'. Who is not the first to play chords sounds three notes at most."""

    place: float
    first: bool


@dataclass
class Chair:
    """A player at work; the voicings it has used lead to the next."""

    canvas: Canvas
    player: Player
    member: Member
    second: bool  # another player has the same instrument family: this one keeps out of its way
    lane: Lane | None = None
    before: tuple[int, ...] = ()
    known: dict[tuple[int, str, int, tuple[int, ...]], tuple[int, ...]] = field(default_factory=dict)

    @property
    def low(self) -> int:
        """The lowest pitch of the instrument."""
        return INSTRUMENTS[self.player.instrument].low

    @property
    def high(self) -> int:
        """The highest pitch of the instrument."""
        return INSTRUMENTS[self.player.instrument].high

    @property
    def centre(self) -> float:
        """Where the voicings gather."""
        middle = self.member.centre if self.member.centre is not None else 60 + (5 if self.second else 0)
        return min(max(middle if self.lane is None else self.lane.place, self.low + 8), self.high - 8)

    def voicing(self, chord: Chord) -> tuple[int, ...]:
        """The pitches of a chord, lowest first, led from the last voicing."""
        if self.player.instrument in FRETTED:
            return fretted_voicing(self.player.instrument, chord.root, chord.quality, self.second)
        count = self.member.voices if self.lane is None or self.lane.first else min(self.member.voices, 3)
        made = close_voicing(chord.root, chord.quality, count, self.centre, self.before, self.low, self.high)
        self.before = made
        return made


def lanes(canvas: Canvas) -> dict[Player, Lane]:
    """The lane of each who chooses its own voicings, so that two keyboards and a pad do not play the same notes. The first keeps
    the place that its style gives it."""
    taken: dict[Player, Lane] = {}
    for player in canvas.plan.band:
        if player.role not in ("chords", "pad") or player.instrument in FRETTED:
            continue
        instrument, member = INSTRUMENTS[player.instrument], member_of(player, canvas.style)
        wish = float(member.centre if member.centre is not None else 60)
        inside = [wish + move for move in MOVES if max(50, instrument.low + 8) <= wish + move <= min(79, instrument.high - 8)]
        free = [
            place for place in inside if all(abs(place - other) >= APART for other in (lane.place for lane in taken.values()))
        ]
        taken[player] = Lane((free or inside or [wish])[0], first=not taken)
    return taken


def write_chords(canvas: Canvas, player: Player, member: Member, second: bool) -> list[Note]:
    """The part of anyone who plays chords in any figure."""
    chair = Chair(canvas, player, member, second, lanes(canvas).get(player))
    notes: list[Note] = []
    for bar in canvas.written:
        if bar.closing:
            if _closes(canvas, bar, player, member):
                notes += _last(chair, bar)
        elif plays_in(canvas, bar, member, player):
            if bar.first_of_section:
                chair.before = ()
            pattern = pattern_at(canvas, bar, player, member)
            notes += _played(chair, bar, pattern)
    return touched(notes, member)


def _played(chair: Chair, bar: Bar, pattern: str) -> list[Note]:
    if pattern in WITH_THE_TUNE:
        return []
    words = {"riff": _riff, "pad": _pad, "drone": _drone}
    return words[pattern](chair, bar) if pattern in words else _figure(chair, bar, pattern)


def _closes(canvas: Canvas, bar: Bar, player: Player, member: Member) -> bool:
    previous = canvas.bars[max(0, bar.index - 1)]
    return plays_in(canvas, previous, member, player) or (player.role == "chords" and member.from_energy <= 0.5)


def _last(chair: Chair, bar: Bar) -> list[Note]:
    """The final chord: struck or strummed on the first beat, ringing into the tail."""
    chord = bar.chords[0]
    if chair.player.role == "riff" or "P" in "".join(p for ps in chair.member.patterns.values() for p in ps):
        pitches: Sequence[int] = power_chord(chord.root, max(chair.low, 38))
    else:
        pitches = chair.voicing(chord)
    end = (
        chair.canvas.ring_end if chair.canvas.style.ending != "cold" else min(chair.canvas.ring_end, bar.start + 2 * bar.length)
    )
    if chair.player.role == "arpeggio":
        step = 120
        return [
            Note(bar.start + i * step, max(240, end - bar.start - i * step), p, loudness(72, bar.energy, chair.member.loudness))
            for i, p in enumerate(pitches)
        ]
    return [Note(bar.start, end - bar.start, p, loudness(86, bar.energy, chair.member.loudness), "") for p in pitches]


def _pad(chair: Chair, bar: Bar) -> list[Note]:
    """One long chord a change; a chord that began in an earlier bar of the section goes on unless it is struck anew here."""
    notes: list[Note] = []
    for chord in bar.chords:
        start, end = max(chord.start, bar.start), min(chord.end, bar.end)
        notes += [Note(start, end - start, p, loudness(72, bar.energy, chair.member.loudness)) for p in chair.voicing(chord)]
    return notes


def _drone(chair: Chair, bar: Bar) -> list[Note]:
    """Root and fifth of the key under whatever the chords do, from one section's beginning to its end."""
    section, length = bar.section, bar.length
    if not bar.first_of_section:
        return []
    tonic = nearest(chair.canvas.plan.key.tonic, chair.centre - 6)
    pitches = [folded(tonic + step, chair.low, chair.high) for step in (0, 7)]
    return [Note(bar.start, section.bars * length, p, loudness(70, bar.energy, chair.member.loudness)) for p in pitches]


def _figure(chair: Chair, bar: Bar, pattern: str) -> list[Note]:
    """A pattern over the bar's chords. A hit that is held over a change of chord is cut there."""
    laid = bars_of(pattern, native_of(chair.canvas, chair.member), chair.canvas.plan.metre, light=True, rolls=True)
    hits = laid[bar.in_phrase % len(laid)]
    voicings = {chord.start: chair.voicing(chord) for chord in bar.chords}
    notes: list[Note] = []
    for hit in _with_changes(hits, bar, pattern):
        chord = chair.canvas.chord_at(bar.start + hit.start)
        pitches = voicings.get(chord.start) or chair.voicing(chord)
        end = min(hit.start + hit.length, chord.end - bar.start)
        notes += _struck(chair, bar, hit, max(end - hit.start, 60), chord, pitches)
    return notes


def _with_changes(hits: Sequence[Hit], bar: Bar, pattern: str) -> list[Hit]:
    """Where a held chord would be cut by a change, the new chord is struck: nothing falls silent before its time."""
    made = list(hits)
    for chord in bar.chords:
        at = chord.start - bar.start
        held = next((h for h in hits if h.start < at < h.start + h.length), None)
        if held is not None and at > 0:
            made.append(Hit(at, held.start + held.length - at, held.sign))
    return sorted(made, key=lambda h: h.start)


def _struck(chair: Chair, bar: Bar, hit: Hit, length: int, chord: Chord, pitches: Sequence[int]) -> list[Note]:
    start, factor = bar.start + hit.start, chair.member.loudness
    accent = 1.06 if hit.start == 0 else 1.0
    velocity = loudness(WEIGHT.get(hit.sign, 78), bar.energy, factor * accent)
    if hit.sign.isdigit():
        index = int(hit.sign) - 1
        pitch = pitches[index % len(pitches)] + 12 * (index // len(pitches))
        alone = Note(start, length, folded(pitch, chair.low, chair.high), velocity)
        double = alone.pitch + 12 <= chair.high and chair.member.octaves
        return [alone, alone.transposed(12)] if double else [alone]
    if hit.sign in "Pp":
        chordal = power_chord(
            chord.bass if chord.bass == chord.root else chord.root,
            max(chair.low, 38) + (12 if chair.second and chair.low < 50 else 0),
        )
        if hit.sign == "p":
            return [
                Note(start, min(length, 110), chordal[0], velocity, "mute"),
                Note(start, min(length, 110), chordal[1], velocity, "mute"),
            ]
        return [Note(start, length, p, velocity) for p in chordal]
    if hit.sign in "BF":
        bass = nearest(chord.bass, max(chair.low + 5, min(45, chair.centre - 12)))
        pitch = bass if hit.sign == "B" else (bass + 7 if bass - 5 < chair.low else bass - 5)
        if chair.player.instrument in FRETTED:
            pitch = pitches[0] if hit.sign == "B" else pitches[1 if len(pitches) > 4 else 0]
        if chair.player.instrument == "timpani":
            pitch = nearest(chord.root if hit.sign == "B" else (chord.root + 7) % 12, 45)
        return [Note(start, length, folded(pitch, chair.low, chair.high), velocity)]
    return _strummed(start, length, hit.sign, pitches, velocity)


def _strummed(start: int, length: int, sign: str, pitches: Sequence[int], velocity: int) -> list[Note]:
    """A whole chord. Down-strums take all strings, up-strums the upper ones; `down`, `up` and `mute` ask for the hand."""
    if sign == "m":
        return [Note(start, min(length, 60), p, velocity, "mute") for p in pitches[:3]]
    if sign in "Uu":
        return [Note(start, length, p, velocity, "up") for p in pitches[-4:]]
    if sign in "Dd":
        chosen = pitches if sign == "D" else pitches[:4]
        return [Note(start, length, p, velocity, "down") for p in chosen]
    return [Note(start, length, p, velocity) for p in pitches]


# Riffs --------------------------------------------------------------------------------------------------------------------

RIFF_RHYTHMS = {
    "rock": (
        "x.x.x..x.xx.x...|x.x.x..x.x.x.x..", "x..x..x.x..x..x.|x..x..x.xxx.....", "x.xx..x.x.xx....|x.xx..x.xxxx....",
    ),
    "other": (
        "x..x..x...x..x..|x..x..x.........", "x.x...x.x...x...|x.x...x...x.x.x.", "..x..x..x..x..x.|..x..x..x.......",
        "x...x..xx...x..x|x...x..x........",
    ),
}  # fmt: skip


def _riff(chair: Chair, bar: Bar) -> list[Note]:
    """A two-bar figure on the pentatonic scale, drawn once for the song and played again and again."""
    canvas = chair.canvas
    heavy = canvas.style.family == "rock"
    stream = canvas.chance.stream("riff", chair.player.instrument)
    rhythms = RIFF_RHYTHMS["rock" if heavy else "other"]
    laid = bars_of(rhythms[int(stream.integers(len(rhythms)))], Metre(4, 4), canvas.plan.metre, True)
    steps = [int(s) for s in stream.integers(-2, 4, size=64)]
    key = canvas.plan.key
    ladder = [p for p in range(chair.low, chair.high + 1) if p % 12 in pentatonic(key.tonic, key.mode)]
    home = nearest(key.tonic, 45 if heavy else min(max(chair.centre + 10, chair.low + 12), chair.high - 7))
    place = min(range(len(ladder)), key=lambda i: abs(ladder[i] - home))
    half = bar.in_phrase % len(laid)
    offset = sum(len(b) for b in laid[:half])
    notes = []
    for index, hit in enumerate(laid[half]):
        chord = canvas.chord_at(bar.start + hit.start)
        pitch = ladder[min(max(place + steps[offset + index], 0), len(ladder) - 1)]
        if hit.start == 0 or any(c.start == bar.start + hit.start for c in bar.chords):
            pitch = nearest(chord.root, home)
        elif pitch % 12 not in tones(chord.root, chord.quality) and index % 2 == 0:
            pitch = min((nearest(t, pitch) for t in tones(chord.root, chord.quality)), key=lambda p: abs(p - pitch))
        notes.append(
            Note(
                bar.start + hit.start,
                max(hit.length, 110),
                folded(pitch, chair.low, chair.high),
                loudness(88, bar.energy, chair.member.loudness),
            )
        )
    return notes
