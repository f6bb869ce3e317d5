"""Bass lines: roots where chords change, the kick's rhythm, steps that lead into the next chord, walking in fours."""

from __future__ import annotations

from troubadour.plan import Player
from troubadour.score.canvas import Bar, Canvas, loudness
from troubadour.score.drums import hits_of
from troubadour.score.patterns import Hit, bars_of
from troubadour.score.players import native_of, pattern_at, plays_in, touched
from troubadour.score.value import Chord, Note
from troubadour.styles import Member
from troubadour.theory.chords import QUALITIES
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.theory.metre import groups
from troubadour.theory.scales import nearest, scale

LEADING = ((-1, 0.4), (1, 0.3), (2, 0.15), (-2, 0.15))  # how the last beat leads into the next root, and how often

ANTICIPATION = 300  # ticks that an early root is held into the bar that it belongs to


def write_bass(canvas: Canvas, player: Player, member: Member) -> list[Note]:
    """The bass part of a song."""
    instrument = INSTRUMENTS[player.instrument]
    floor = instrument.low if instrument.stem == "bass" else max(instrument.low, 36)
    line = _Line(canvas, member, floor, min(instrument.high, floor + 24))
    notes: list[Note] = []
    for bar in canvas.written:
        if bar.closing:
            if plays_in(canvas, canvas.bars[max(0, bar.index - 1)], member, player) or bar.section.energy > 0.3:
                notes.append(line.last(bar))
        elif plays_in(canvas, bar, member, player):
            notes += line.bar(bar, pattern_at(canvas, bar, player, member))
    return touched(notes, member)


class _Line:
    """One bass line; it remembers where the hand is."""

    def __init__(self, canvas: Canvas, member: Member, low: int, high: int) -> None:
        self.canvas, self.member, self.low, self.high = canvas, member, low, high
        self.home = low + 7

    def root(self, chord: Chord) -> int:
        """The bass note of a chord in the low octave."""
        pitch = nearest(chord.bass, self.home + 2)
        while pitch < self.low:
            pitch += 12
        return pitch

    def last(self, bar: Bar) -> Note:
        """The last note, which rings."""
        chord = bar.chords[0]
        end = (
            self.canvas.ring_end
            if self.canvas.style.ending != "cold"
            else min(self.canvas.ring_end, bar.start + 2 * bar.length)
        )
        return Note(bar.start, end - bar.start, self.root(chord), loudness(96, bar.energy))

    def bar(self, bar: Bar, pattern: str) -> list[Note]:
        """The notes of a bar."""
        if pattern == "walk":
            return self._walked(bar)
        hits = self._kicked(bar) if pattern == "kick" else self._read(bar, pattern)
        notes = [self._note(bar, hit) for hit in hits]
        early = "n" in pattern and not bar.first_of_section  # the root was struck in the bar before
        return notes if early else self._rooted(bar, notes)

    def _read(self, bar: Bar, pattern: str) -> tuple[Hit, ...]:
        laid = bars_of(pattern, native_of(self.canvas, self.member), self.canvas.plan.metre, True)
        return laid[bar.in_phrase % len(laid)]

    def _kicked(self, bar: Bar) -> tuple[Hit, ...]:
        """The kick's places, each held to the next one but not past a beat and a half."""
        starts = [hit.start for hit in hits_of(self.canvas, bar, "kick")] or [0]
        ends = [*starts[1:], bar.length]
        return tuple(Hit(start, min(end - start, 720), "1") for start, end in zip(starts, ends, strict=True))

    def _note(self, bar: Bar, hit: Hit) -> Note:
        chord = self.canvas.chord_at(bar.start + hit.start)
        root = self.root(chord)
        if hit.sign == "n":
            ahead = self.root(self.canvas.chord_at(bar.end))
            return Note(bar.start + hit.start, bar.length - hit.start + ANTICIPATION, ahead, loudness(98, bar.energy))
        sign = (
            "1" if chord.start == bar.start + hit.start and hit.sign in "23567" else hit.sign
        )  # a change is heard from its root
        pitch = self._approach(bar, hit, root) if sign == "a" else root + self._degree(chord, sign)
        while pitch > self.high:
            pitch -= 12
        strong = hit.start == 0 or any(c.start == bar.start + hit.start for c in bar.chords)
        return Note(bar.start + hit.start, hit.length, pitch, loudness(100 if strong else 88, bar.energy))

    def _degree(self, chord: Chord, sign: str) -> int:
        """Semitones above the root of a degree of the chord that stands in a pattern."""
        if chord.bass != chord.root and sign != "8":
            return 0
        steps = {step % 12 for step in QUALITIES[chord.quality]}
        third = next((s for s in (4, 3, 5, 2) if s in steps), 7)
        fifth = next((s for s in (7, 6, 8) if s in steps), 7)
        seventh = next((s for s in (11, 10, 9) if s in steps), 10)
        below = fifth - 12 if self.root(chord) + fifth - 12 >= self.low else fifth
        return {"3": third, "5": fifth, "2": below, "6": 9, "7": seventh, "8": 12}.get(sign, 0)

    def _approach(self, bar: Bar, hit: Hit, root: int) -> int:
        """A step below or above the next chord's bass note; the root again if the chord stays."""
        following = self.canvas.chord_at(bar.start + hit.start + hit.length)
        target = self.root(following)
        if target == root:
            return root + self._degree(self.canvas.chord_at(bar.start + hit.start), "5")
        key = self.canvas.plan.key
        inside = scale(key.tonic, key.mode)
        side = 1 if target < root else -1
        return next((target + side * step for step in (1, 2) if (target + side * step) % 12 in inside), target + side)

    def _rooted(self, bar: Bar, notes: list[Note]) -> list[Note]:
        """Every chord that begins in the bar has its bass note on its first tick, whatever the pattern says."""
        if not notes:
            return notes
        off_beat = self.canvas.style.family == "electronic" and notes[0].start > bar.start
        made = list(notes)
        for chord in bar.chords:
            start = max(chord.start, bar.start)
            if off_beat or any(n.start == start for n in made):
                continue
            following = min((n.start for n in made if n.start > start), default=bar.end)
            made = [
                n if n.end <= start or n.start > start else Note(n.start, start - n.start, n.pitch, n.velocity) for n in made
            ]
            if chord.start >= bar.start:
                made.append(Note(start, max(60, min(following - start, 480)), self.root(chord), loudness(96, bar.energy)))
        return sorted(made, key=lambda n: n.start)

    def _in_reach(self, pitch: int, before: int) -> bool:
        """A hand walks an octave at most."""
        return self.low <= pitch <= self.high and abs(pitch - before) <= 12

    def _walked(self, bar: Bar) -> list[Note]:
        """A note a beat: the root, chord tones and scale between, a leading step before the next chord."""
        stream = self.canvas.chance.stream("bass", "walk", bar.phrase.label, bar.in_phrase)
        key = self.canvas.plan.key
        inside = set(scale(key.tonic, key.mode))
        notes: list[Note] = []
        at, before = bar.start, None
        beats = groups(self.canvas.plan.metre)
        for index, length in enumerate(beats):
            chord, following = self.canvas.chord_at(at), self.canvas.chord_at(at + length)
            here, there = self.root(chord), self.root(following)
            goal = self.root(self.canvas.chord_at(min(chord.end, bar.end)))  # where the next leading step will lead
            steps = [here + s for s in QUALITIES[chord.quality][:4]] + [here - 12 + s for s in QUALITIES[chord.quality][1:4]]
            if at == chord.start or index == 0 or before is None:
                pitch = here
            elif following.start == at + length or index == len(beats) - 1:
                ways = [(there + step, share) for step, share in LEADING if self._in_reach(there + step, before)]
                weights = [share for _, share in ways]
                pitch = ways[int(stream.choice(len(ways), p=[w / sum(weights) for w in weights]))][0] if ways else before
            else:
                near = [
                    p for p in {*steps, *(before + s for s in (-2, -1, 1, 2) if (before + s) % 12 in inside)} if p != before
                ]
                near = sorted(p for p in near if self.low <= p <= self.high and abs(p - before) <= 7 and abs(p - goal) <= 10)
                pitch = near[int(stream.integers(len(near)))] if near else (here + goal) // 2
            notes.append(Note(at, length, pitch, loudness(98 if index % 2 == 0 else 92, bar.energy)))
            before, at = pitch, at + length
        return notes
