"""A song as passages: its sections, each with its own chords, words and tune, to be put in another order, key and pace.

A passage counts its ticks from its own first bar line; a line that begins before the bar (a pickup) has negative ticks. A
sung line belongs to the section in which its middle lies. `passages_of` and `laid` are inverses as far as notes go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from troubadour.brief import Line, Metre
from troubadour.edit.pieces import shifted_line, sung_together
from troubadour.plan import PhrasePlan
from troubadour.plan.form import Block
from troubadour.score import Chord, Note, Score, SungLine, SungPart
from troubadour.score.melody import Melody

SHORTEST_TICKS = 30


@dataclass(frozen=True)
class Passage:
    """One section. `phrases` hold the lines that the lead sings in them."""

    kind: str
    energy: float
    phrases: tuple[PhrasePlan, ...]
    chords: tuple[Chord, ...]
    sung: tuple[SungPart, ...]
    lead: tuple[Note, ...]

    @property
    def bars(self) -> int:
        """Bars of all phrases together."""
        return sum(phrase.bars for phrase in self.phrases)

    @property
    def words(self) -> tuple[str, ...]:
        """The lines that the lead sings."""
        return tuple(line.text for phrase in self.phrases for line in phrase.lines)

    @property
    def melodious(self) -> bool:
        """Whether somebody sings or plays a tune in it."""
        return bool(self.sung or self.lead)

    def tune(self) -> tuple[Note, ...]:
        """The notes of the leading voice: the singer's, and the instrument's where nobody sings."""
        return tuple(sorted((*sung_notes(self.sung, "vocals"), *self.lead), key=lambda note: note.start))

    def block(self) -> Block:
        """The passage as a form sees it."""
        return Block(self.kind, self.phrases, self.bars, self.bars)


def sung_notes(parts: Iterable[SungPart], name: str = "") -> list[Note]:
    """All notes of the sung parts of a name (of all of them without one)."""
    return [n for part in parts if name in ("", part.name) for line in part.lines for group in line.notes for n in group]


# Taking apart -------------------------------------------------------------------------------------------------------------


def passages_of(score: Score) -> tuple[Passage, ...]:
    """The sections of a score. One that begins inside a bar gets the whole bar, its first chord from the bar line on."""
    made = []
    for section in score.sections:
        start, end = score.bar_start(section.start_bar), score.bar_start(section.start_bar + section.bars)
        sung = tuple(
            replace(part, lines=tuple(shifted_line(line, -start) for line in part.lines if start <= middle_of(line) < end))
            for part in score.sung
        )
        sung = tuple(part for part in sung if part.lines)
        made.append(
            Passage(
                section.kind,
                section.energy,
                _phrases(score, section.start_bar, section.bars, sung),
                _chords(score, start, end),
                sung,
                tuple(_from(note, start) for note in lead_of(score) if start <= note.start < end),
            )
        )
    return tuple(made)


def middle_of(line: SungLine) -> int:
    """The tick at a line's middle."""
    return (line.start + line.end) // 2


def lead_of(score: Score) -> tuple[Note, ...]:
    """The tune that an instrument plays where nobody sings."""
    return next((part.notes for part in score.parts if part.role == "lead"), ())


def _from(note: Note, start: int) -> Note:
    return replace(note, start=note.start - start)


def _chords(score: Score, start: int, end: int) -> tuple[Chord, ...]:
    inside = [chord for chord in score.chords if chord.start < end and chord.end > start] or list(score.chords[-1:])
    edges = [max(chord.start, start) - start for chord in inside]
    edges[0] = 0
    return tuple(
        replace(chord, start=here, length=there - here)
        for chord, here, there in zip(inside, edges, [*edges[1:], end - start], strict=True)
    )


def _phrases(score: Score, first: int, bars: int, sung: Sequence[SungPart]) -> tuple[PhrasePlan, ...]:
    lines = sorted((line for part in sung if part.name == "vocals" for line in part.lines), key=lambda line: line.start)
    bar, made, done = score.metre.bar_ticks, [], 0
    for phrase in score.phrases:
        low, high = max(phrase.start_bar, first), min(phrase.start_bar + phrase.bars, first + bars)
        if high > low:
            own = [line for line in lines if (low - first) * bar <= middle_of(line) < (high - first) * bar]
            made.append(PhrasePlan(phrase.label, high - low, tuple(written(line) for line in own)))
            done += high - low
    if done < bars:
        made.append(PhrasePlan("x", bars - done))
    return tuple(made)


def written(line: SungLine) -> Line:
    """A sung line as words."""
    return Line("".join(word.text for word in line.words).strip(), line.words)


# Putting together ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Laid:
    """Passages in a row: their form, chords and tune, in the ticks of the whole."""

    blocks: tuple[Block, ...]
    chords: tuple[Chord, ...]
    melody: Melody


def laid(passages: Sequence[Passage], metre: Metre) -> Laid:
    """The passages one after the other. A line that meets the one before it cuts its last note; none begins before tick 0."""
    at, chords, lead = 0, [], []
    sung: tuple[SungPart, ...] = ()
    for passage in passages:
        chords += [replace(chord, start=chord.start + at) for chord in passage.chords]
        lead += [replace(note, start=note.start + at) for note in passage.lead if note.start + at >= 0]
        moved = [replace(part, lines=tuple(shifted_line(line, at) for line in part.lines)) for part in passage.sung]
        sung = sung_together(sung, [replace(part, lines=tuple(begun(line) for line in part.lines)) for part in moved])
        at += passage.bars * metre.bar_ticks
    sung = tuple(replace(part, lines=in_turn(part.lines)) for part in sung)
    ordered = tuple(sorted(lead, key=lambda note: (note.start, note.pitch)))
    return Laid(tuple(p.block() for p in passages), tuple(chords), Melody(sung, ordered))


def begun(line: SungLine) -> SungLine:
    """The line with what lies before tick 0 pushed behind it."""
    from troubadour.edit.extend import not_before

    return not_before(line, 0)


def in_turn(lines: Iterable[SungLine]) -> tuple[SungLine, ...]:
    """Lines of one singer in order of time, each ended where the next begins."""
    ordered = sorted(lines, key=lambda line: line.start)
    limits = [after.start for after in ordered[1:]]
    return (*(_ended(line, limit) for line, limit in zip(ordered, limits, strict=False)), *ordered[-1:])


def _ended(line: SungLine, limit: int) -> SungLine:
    if line.end <= limit:
        return line
    groups = tuple(
        tuple(replace(n, length=min(n.length, max(SHORTEST_TICKS, limit - n.start))) for n in group) for group in line.notes
    )
    return replace(line, notes=groups)


# Changing -----------------------------------------------------------------------------------------------------------------


def changed(passage: Passage, note: Callable[[Note], Note], chord: Callable[[Chord], Chord]) -> Passage:
    """The passage with every note and chord made anew."""
    sung = tuple(
        replace(
            part,
            lines=tuple(replace(line, notes=tuple(tuple(note(n) for n in g) for g in line.notes)) for line in part.lines),
        )
        for part in passage.sung
    )
    return replace(
        passage, chords=tuple(chord(c) for c in passage.chords), sung=sung, lead=tuple(note(n) for n in passage.lead)
    )


def transposed(passage: Passage, semitones: int) -> Passage:
    """The passage higher or lower."""
    return changed(
        passage,
        lambda note: note.transposed(semitones),
        lambda chord: replace(chord, root=(chord.root + semitones) % 12, bass=(chord.bass + semitones) % 12),
    )


def stretched(passage: Passage, factor: Fraction) -> Passage:
    """The passage in more or fewer ticks: 2 lays every bar over two (the band doubles its time under the tune)."""
    if factor == 1:
        return passage

    def note(one: Note) -> Note:
        start, end = round(one.start * factor), round(one.end * factor)
        return replace(one, start=start, length=max(1, end - start))

    made = changed(
        passage, note, lambda chord: replace(chord, start=round(chord.start * factor), length=round(chord.length * factor))
    )
    return replace(made, phrases=tuple(replace(p, bars=int(p.bars * factor)) for p in passage.phrases))


def cut(passage: Passage, bars: int, metre: Metre) -> Passage:
    """The passage in another number of bars: its first ones, or all of them again and again. Nobody sings in it."""
    phrases, chords, lead, at = [], [], [], 0
    end = bars * metre.bar_ticks
    while at < bars:
        for phrase in passage.phrases:
            if at < bars:
                phrases.append(PhrasePlan(phrase.label, min(phrase.bars, bars - at)))
                at += phrases[-1].bars
    length = passage.bars * metre.bar_ticks
    for turn in range(0, end, max(length, 1)):
        chords += [replace(c, start=c.start + turn, length=min(c.length, end - c.start - turn)) for c in passage.chords
                   if c.start + turn < end]  # fmt: skip
        lead += [replace(n, start=n.start + turn, length=min(n.length, end - n.start - turn)) for n in passage.lead
                 if n.start + turn < end]  # fmt: skip
    return replace(passage, phrases=tuple(phrases), chords=tuple(chords), sung=(), lead=tuple(lead))


def played(passage: Passage, kind: str = "solo") -> Passage:
    """The passage with its tune on the lead instrument."""
    phrases = tuple(replace(phrase, lines=()) for phrase in passage.phrases)
    return replace(passage, kind=kind, phrases=phrases, sung=(), lead=passage.tune())


# Length -------------------------------------------------------------------------------------------------------------------


def in_bars(passages: Sequence[Passage], bars: int, metre: Metre) -> tuple[Passage, ...] | None:
    """The song in exactly so many bars, or None when its words need more.

    Shorter: what nobody sings in gives first, then stanzas whose words are sung elsewhere too. Longer: what nobody sings in
    grows to its double, then the tune of a stanza is played, or the last chorus comes once more, by turns.
    """
    made = list(passages)
    while _least(made) > bars:
        at = _repeat(made)
        if at is None:
            return None
        del made[at]
    turn = 0
    while _most(made) < bars:
        _grow(made, turn)
        turn += 1
    fitted = tuple(_fitted(made, bars, metre))
    return fitted if sum(p.bars for p in fitted) == bars else None


def _flexible(passage: Passage) -> bool:
    return not passage.sung


def _least(made: Sequence[Passage]) -> int:
    """The fewest bars: what is sung stays; of what is played alone a closing bar, and in an instrumental one tune."""
    sung = sum(p.bars for p in made if not _flexible(p))
    return sung + bool(len(made) > 1 and _flexible(made[-1])) if sung else 2


def _most(made: Sequence[Passage]) -> int:
    return sum(2 * p.bars if _flexible(p) else p.bars for p in made)


def _repeat(made: Sequence[Passage]) -> int | None:
    """A stanza whose words are sung elsewhere too; the last one is the last to go."""
    for index, passage in reversed(list(enumerate(made[:-1]))):
        others = [other.words for i, other in enumerate(made) if i != index]
        last = not any(other.kind == passage.kind and other.sung for other in made[index + 1 :])
        if passage.words and passage.words in others and not last:
            return index
    return next((i for i, p in enumerate(made) if p.words and p.words in [o.words for j, o in enumerate(made) if j != i]), None)


def _grow(made: list[Passage], turn: int) -> None:
    """One more passage before the ending."""
    end = len(made) - 1 if _flexible(made[-1]) else len(made)
    tunes = [p for p in made if p.melodious and p.kind not in ("intro", "outro")] or made
    peak = next((p for p in reversed(tunes) if p.kind in ("chorus", "hook", "drop")), tunes[-1])
    verse = next((p for p in tunes if p.kind == "verse"), tunes[0])
    made.insert(end, peak if turn % 2 else played(verse))


ORDER = ("interlude", "intro", "outro", "break", "build", "solo")


def _fitted(made: list[Passage], bars: int, metre: Metre) -> list[Passage]:
    """What nobody sings in gives and takes, in steps of eight bars, four, two, one, tunes last."""
    sizes = [p.bars for p in made]
    places = [i for i, p in enumerate(made) if _flexible(p)]
    places.sort(key=lambda i: (made[i].melodious, ORDER.index(made[i].kind) if made[i].kind in ORDER else len(ORDER)))
    last = len(made) - 1
    for step in (8, 4, 2, 1):
        moved = True
        while moved:
            moved = False
            for i in places:
                excess = sum(sizes) - bars
                least = 1 if i == last or (len(places) == len(made) and i == places[-1]) else 0
                if excess >= step and sizes[i] - step >= least:
                    sizes[i], moved = sizes[i] - step, True
                elif excess <= -step and sizes[i] + step <= 2 * made[i].bars:
                    sizes[i], moved = sizes[i] + step, True
    return [cut(p, size, metre) if size != p.bars else p for p, size in zip(made, sizes, strict=True) if size]
