"""`revised`: an instruction's changes done to a written song: players left out, added, exchanged, harder, softer, busier …

Notes are changed in the score; what is only louder or quieter is a move of the desk (`plan.Move`). What was done to each clause,
and why something could not be done, is told in `Plan.heeded`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from troubadour.brief import Effect
from troubadour.brief.instruction import EVERYBODY, VOICE, Change, Instruction, Place
from troubadour.plan import Move, PhrasePlan, Plan, Player, SectionPlan
from troubadour.plan.band import guest
from troubadour.score.canvas import folded
from troubadour.score.compose import arranged
from troubadour.score.melody import Melody
from troubadour.score.value import Note, Part, Score, Section
from troubadour.theory.instruments import INSTRUMENTS

Span = tuple[int, int]  # ticks
LOUDER_DB, HARDER_DB = 4.0, 2.5
HARDER, GENTLER = 1.22, 0.7  # of a velocity
PACE = 1.08  # of the tempo
KINDS = {"chorus": ("chorus", "hook", "climax", "drop"), "drop": ("drop",)}
SPLIT_FROM_TICKS, BETWEEN_TICKS = 240, (180, 300)  # which notes and which gaps a busier player fills
ADDING_ROLES = ("", "pad", "chords", "counter")  # "": the part that the instrument has as a guest


@dataclass(frozen=True)
class Work:
    """A song on the desk of whoever revises it."""

    plan: Plan
    score: Score
    moves: tuple[Move, ...] = ()

    def parts(self, players: Sequence[str]) -> list[Part]:
        """The parts of these players: by instrument, by family, else by the family of the instrument that was named."""
        everybody = EVERYBODY in players
        exact = [
            p for p in self.score.parts if everybody or p.instrument in players or INSTRUMENTS[p.instrument].stem in players
        ]
        families = {INSTRUMENTS[name].stem for name in players if name in INSTRUMENTS}
        return exact or [p for p in self.score.parts if INSTRUMENTS[p.instrument].stem in families]


Done = tuple[Work, str]  # what was done, in words; "" for nothing


def revised(plan: Plan, score: Score, instruction: Instruction, window: Span | None = None) -> tuple[Plan, Score]:
    """The song with the changes, everywhere or between two ticks. The plan tells what became of each clause."""
    work, told = Work(plan, score), []
    for change in instruction.changes:
        spans, why = spans_of(work.score, change.place, window)
        work, did = ACTIONS[change.action](work, change, spans) if spans else (work, "")
        told.append(Effect(change.said, str(change) if did else why or f"nothing was done: {_missing(work, change)}"))
    told += [Effect(clause, "not understood, nothing was done") for clause in instruction.unknown]
    return replace(work.plan, moves=(*work.plan.moves, *work.moves), heeded=(*plan.heeded, *told)), work.score


def _missing(work: Work, change: Change) -> str:
    there = ", ".join(dict.fromkeys(INSTRUMENTS[part.instrument].name for part in work.score.parts))
    return f"nobody there to be changed; {there} play in this song"


def own_sections(score: Score) -> tuple[SectionPlan, ...]:
    """A score's form as a plan, without words."""
    made = []
    for section in score.sections:
        begin, end = section.start_bar, section.start_bar + section.bars
        phrases = []
        for phrase in score.phrases:
            low, high = max(begin, phrase.start_bar), min(end, phrase.start_bar + phrase.bars)
            if high > low:
                phrases.append(PhrasePlan(phrase.label, high - low))
        missing = section.bars - sum(phrase.bars for phrase in phrases)
        rest = (PhrasePlan("x", missing),) if missing else ()
        made.append(SectionPlan(section.name, section.kind, section.energy, (*phrases, *rest)))
    return tuple(made)


# Where --------------------------------------------------------------------------------------------------------------------


def spans_of(score: Score, place: Place, window: Span | None) -> tuple[list[Span], str]:
    """The ticks of a place inside the window; or why there are none."""
    end = score.bar_start(score.bars)
    whole = (0, end + score.metre.bar_ticks * 8)  # with the tail
    if place.start_s is not None:
        last = whole[1] if place.end_s is None else round(score.tick_at(place.end_s))
        spans = [(round(score.tick_at(place.start_s)), last)]
    elif place.kind:
        spans = [_of(score, section) for section in _sections(score, place)]
        if not spans:
            return [], f"nothing was done: there is no {place.kind.replace('_', ' ')}{_number(place)} in this song"
    else:
        spans = [whole]
    if window is not None:
        spans = [(max(low, window[0]), min(high, window[1])) for low, high in spans]
    spans = [(low, high) for low, high in spans if high > low]
    return spans, "" if spans else "nothing was done: that is outside the part that was to be changed"


def _number(place: Place) -> str:
    return f" {place.number}" if place.number and place.number > 0 else ""


def _sections(score: Score, place: Place) -> list[Section]:
    kinds = KINDS.get(place.kind, (place.kind,))
    found = [section for section in score.sections if section.kind in kinds]
    if place.number is None:
        return found
    index = place.number - 1 if place.number > 0 else place.number
    return found[index : index + 1 or None] if -len(found) <= index < len(found) else []


def _of(score: Score, section: Section) -> Span:
    start, bars = section.start_bar, section.bars
    tail = score.metre.bar_ticks * 8 if start + bars == score.bars else 0
    return max(0, score.bar_start(start)), score.bar_start(start + bars) + tail


def _inside(tick: int, spans: Sequence[Span]) -> bool:
    return any(low <= tick < high for low, high in spans)


# What ---------------------------------------------------------------------------------------------------------------------


def _each_note(work: Work, change: Change, spans: Sequence[Span], note: Callable[[Note, Part], Sequence[Note]]) -> Done:
    """The players' notes in these places, each made anew."""
    mine = work.parts(change.players)
    made, touched = [], False
    for part in work.score.parts:
        notes = part.notes
        if part in mine:
            notes = tuple(new for old in part.notes for new in (note(old, part) if _inside(old.start, spans) else (old,)))
            touched = touched or notes != part.notes
        made.append(replace(part, notes=tuple(sorted(notes, key=lambda n: (n.start, n.pitch)))))
    kept = tuple(part for part in made if part.notes)
    return replace(work, score=replace(work.score, parts=kept)), "done" if touched else ""


def _sung(work: Work, change: Change) -> bool:
    return bool(work.score.sung) and bool({VOICE, "backing_vocals"} & set(change.players))


def _remove(work: Work, change: Change, spans: Sequence[Span]) -> Done:
    if _sung(work, change):
        sung = tuple(
            replace(part, lines=tuple(line for line in part.lines if not _inside((line.start + line.end) // 2, spans)))
            if VOICE in change.players or part.name.startswith("backing")
            else part
            for part in work.score.sung
        )
        return replace(work, score=replace(work.score, sung=tuple(part for part in sung if part.lines))), "done"
    return _each_note(work, change, spans, lambda note, part: ())


def _levelled(db: float) -> Callable[[Work, Change, Sequence[Span]], Done]:
    def level(work: Work, change: Change, spans: Sequence[Span]) -> Done:
        names = [part.name for part in work.parts(change.players)]
        names += [part.name for part in work.score.sung if VOICE in change.players or EVERYBODY in change.players]
        moves = tuple(Move(name, low, high, db * change.degree) for name in dict.fromkeys(names) for low, high in spans)
        return replace(work, moves=(*work.moves, *moves)), "done" if moves else ""

    return level


def _played(factor: float, db: float) -> Callable[[Work, Change, Sequence[Span]], Done]:
    def play(work: Work, change: Change, spans: Sequence[Span]) -> Done:
        power = factor**change.degree
        done, did = _each_note(
            work, change, spans, lambda note, part: (replace(note, velocity=min(127, max(1, round(note.velocity * power)))),)
        )
        moved, also = _levelled(db)(done, change, spans)
        return moved, did or also

    return play


def _busier(work: Work, change: Change, spans: Sequence[Span]) -> Done:
    def fill(note: Note, part: Part) -> Sequence[Note]:
        if INSTRUMENTS[part.instrument].gm_program is None:
            following = next((n.start for n in part.notes if n.pitch == note.pitch and n.start > note.start), 0)
            if BETWEEN_TICKS[0] <= following - note.start <= BETWEEN_TICKS[1]:
                between = (following - note.start) // 2
                return note, replace(
                    note, start=note.start + between, length=between, velocity=max(1, round(0.6 * note.velocity))
                )
            return (note,)
        if note.length < SPLIT_FROM_TICKS:
            return (note,)
        half = note.length // 2
        return replace(note, length=half), replace(
            note, start=note.start + half, length=half, velocity=max(1, note.velocity - 12)
        )

    return _each_note(work, change, spans, fill)


def _sparser(work: Work, change: Change, spans: Sequence[Span]) -> Done:
    beat = 480 if work.score.metre.unit == 4 else work.score.metre.bar_ticks // work.score.metre.beats

    def thin(note: Note, part: Part) -> Sequence[Note]:
        return (note,) if (note.start + work.score.skipped) % beat == 0 else ()

    return _each_note(work, change, spans, thin)


def _octave(semitones: int) -> Callable[[Work, Change, Sequence[Span]], Done]:
    def move(work: Work, change: Change, spans: Sequence[Span]) -> Done:
        def moved(note: Note, part: Part) -> Sequence[Note]:
            instrument = INSTRUMENTS[part.instrument]
            inside = instrument.low <= note.pitch + semitones <= instrument.high
            return (note.transposed(semitones) if inside and instrument.gm_program is not None else note,)

        return _each_note(work, change, spans, moved)

    return move


def _paced(factor: float) -> Callable[[Work, Change, Sequence[Span]], Done]:
    def pace(work: Work, change: Change, spans: Sequence[Span]) -> Done:
        if change.place != Place():
            return work, ""
        power = factor**change.degree
        plan, score = work.plan, work.score
        frames = round(score.frames / power)
        tempos = tuple(replace(tempo, bpm=tempo.bpm * power) for tempo in score.tempos)
        changes = tuple((bar, bpm * power) for bar, bpm in plan.tempo_changes)
        plan = replace(plan, tempo_bpm=plan.tempo_bpm * power, tempo_changes=changes, frames=frames)
        return replace(work, plan=plan, score=replace(score, tempos=tempos, frames=frames)), "done"

    return pace


def _add(work: Work, change: Change, spans: Sequence[Span]) -> Done:
    made, did = work, ""
    for instrument in change.players:
        part = next((p for role in ADDING_ROLES if (p := _guest_part(made, instrument, role, spans)) is not None), None)
        if part is not None:
            made, did = _with_part(made, part), "done"
    return made, did


def _guest_part(work: Work, instrument: str, role: str, spans: Sequence[Span]) -> Part | None:
    """What an instrument would play in these places; None when it would be silent."""
    player = Player(role, instrument) if role else guest(instrument)
    if player in work.plan.band or (INSTRUMENTS[instrument].gm_program is None and role in ("pad", "chords", "counter")):
        return None
    score = work.score
    tune = next((part.notes for part in score.parts if part.role == "lead"), ())
    plan = replace(work.plan, band=(player,), sections=own_sections(score), frames=score.frames)
    parts = arranged(plan, score.chords, Melody(score.sung, tune)).parts if not score.skipped else ()
    notes = tuple(note for part in parts for note in part.notes if _inside(note.start, spans))
    return Part("", player.role, instrument, notes) if notes else None


def _with_part(work: Work, part: Part) -> Work:
    """The song with one more part, under a name of its own."""
    stem = INSTRUMENTS[part.instrument].stem
    taken = {each.name for each in work.score.parts}
    name = next(n for n in (stem, *(f"{stem}_{i}" for i in range(2, 20))) if n not in taken)
    player = Player(part.role, part.instrument)
    band = work.plan.band if player in work.plan.band else (*work.plan.band, player)
    score = replace(work.score, parts=(*work.score.parts, replace(part, name=name)))
    return replace(work, score=score, plan=replace(work.plan, band=band))


def _exchange(work: Work, change: Change, spans: Sequence[Span]) -> Done:
    new = INSTRUMENTS[change.by]
    old = [p for p in work.parts(change.players) if (INSTRUMENTS[p.instrument].gm_program is None) == (new.gm_program is None)]
    old = [part for part in old if part.instrument != change.by]
    made, did = work, ""
    for part in old:
        moved = tuple(note for note in part.notes if _inside(note.start, spans))
        if not moved:
            continue
        left = tuple(note for note in part.notes if not _inside(note.start, spans))
        rest = tuple(replace(p, notes=left) if p == part else p for p in made.score.parts)
        made = replace(made, score=replace(made.score, parts=tuple(p for p in rest if p.notes)))
        notes = tuple(
            note if new.gm_program is None else replace(note, pitch=folded(note.pitch, new.low, new.high)) for note in moved
        )
        made, did = _with_part(made, Part("", part.role, change.by, notes)), "done"
    return made, did


ACTIONS: dict[str, Callable[[Work, Change, Sequence[Span]], Done]] = {
    "remove": _remove,
    "add": _add,
    "exchange": _exchange,
    "louder": _levelled(LOUDER_DB),
    "quieter": _levelled(-LOUDER_DB),
    "harder": _played(HARDER, HARDER_DB),
    "gentler": _played(GENTLER, -HARDER_DB),
    "busier": _busier,
    "sparser": _sparser,
    "octave_up": _octave(12),
    "octave_down": _octave(-12),
    "faster": _paced(PACE),
    "slower": _paced(1 / PACE),
}
