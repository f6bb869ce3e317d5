"""The tune of a whole song, phrase by phrase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from troubadour.brief import Line, Metre
from troubadour.chance import Chance
from troubadour.plan import PhrasePlan, Plan
from troubadour.score.melody.backing import Singer, lead_singer, partner_of
from troubadour.score.melody.ensemble import Songbook, parts_of
from troubadour.score.melody.human.copies import RUN
from troubadour.score.melody.metre import beat_ticks, level
from troubadour.score.melody.pitch import Ground
from troubadour.score.melody.played import played_rhythm
from troubadour.score.melody.recall import played
from troubadour.score.melody.setting import Pace, Rhythm, Window, set_words, shared_out, sounded, weight
from troubadour.score.melody.told import Told, told_tune
from troubadour.score.melody.traits import Traits, traits_of
from troubadour.score.melody.tune import LineNotes, Memory, Role, Setting, earlier, scheme_for, tune
from troubadour.score.value import Chord, Note, Phrase, Section, SungLine, SungPart
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.words.rhyme import rhyme_of

CHORUS_KINDS = ("chorus", "hook", "refrain")
TUNE_KINDS = ("solo", "intro", "interlude", "break", "outro")  # where an instrument may take the tune in a song with words
# Height of a section's tune between the verses (0) and the chorus (1).
HEIGHT = {"verse": 0.0, "pre_chorus": 0.55, "chorus": 1.0, "hook": 1.0, "bridge": 0.75, "solo": 1.2, "intro": 0.6, "outro": 0.5}


@dataclass(frozen=True)
class Melody:
    """Who sings what, and the tune that an instrument plays where nobody does."""

    sung: tuple[SungPart, ...]
    lead: tuple[Note, ...]


@dataclass(frozen=True)
class Place:
    """A phrase of the form: what is planned in it, where it stands, and how many ticks before it are free of song."""

    plan: PhrasePlan
    start: int
    end: int
    section: Section
    room_before: int


@dataclass
class Sheet:
    """The song as it is being written."""

    plan: Plan
    ground: Ground
    traits: Traits
    singer: Singer
    chance: Chance
    memories: dict[str, Memory] = field(default_factory=dict)
    heard: frozenset[str] = frozenset()  # the memories that the song had before
    lead: list[SungLine] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)  # who sings each line of the lead, "" for the lead alone
    answers: list[SungLine] = field(default_factory=list)
    high_lines: list[SungLine] = field(default_factory=list)  # what a second voice may double


def compose_melody(
    plan: Plan,
    sections: Sequence[Section],
    phrases: Sequence[Phrase],
    chords: Sequence[Chord],
    heard: Mapping[str, Memory] | None = None,
) -> Melody:
    """The song's tunes over its form and chords. Every syllable of every line gets a note, in order.

    `heard` are tunes by phrase label that the song has already: those labels recall them.
    """
    traits = traits_of(plan)
    ground = Ground(plan.key, plan.metre, tuple(chords), traits, plan.brief.request.learned_from)
    singer = lead_singer(plan.voice, plan.brief.sung_range)
    sheet = Sheet(plan, ground, traits, singer, Chance(plan.seed, plan.take), dict(heard or {}), frozenset(heard or {}))
    places = _places(plan, sections, phrases)
    for place in places:
        if place.plan.lines:
            _sing(sheet, place, _role(sheet, place, places))
    playing = [place for place in places if _is_played(place, plan)]
    told = _told(sheet, places)
    lead = [note for number, place in enumerate(places) if place in playing for note in told.get(number) or _play(sheet, place)]
    return Melody(_parts(sheet), tuple(sorted(lead, key=lambda note: note.start)))


def _places(plan: Plan, sections: Sequence[Section], phrases: Sequence[Phrase]) -> list[Place]:
    """The plan's phrases in their bars."""
    bar = plan.metre.bar_ticks
    planned = [(phrase, section) for wanted, section in zip(plan.sections, sections, strict=True) for phrase in wanted.phrases]
    placed: list[Place] = []
    sung_before = True  # nothing may start before tick 0
    for (wanted, section), phrase in zip(planned, phrases, strict=True):
        start = phrase.start_bar * bar
        free = 0 if sung_before or start == 0 else beat_ticks(plan.metre)
        placed.append(Place(wanted, start, start + phrase.bars * bar, section, free))
        sung_before = bool(wanted.lines)
    return placed


# Singing ----------------------------------------------------------------------------------------------------------------


def _sing(sheet: Sheet, place: Place, role: Role) -> None:
    """Set and tune the lines of one phrase."""
    label = place.plan.label
    memory = sheet.memories.setdefault(label, Memory())
    groups = _groups(place.plan.lines)
    scheme = scheme_for(len(groups), sheet.chance.stream("melody", "scheme", label))
    pace = _pace(sheet, place)
    heads = [(group[0], rhythm, window) for group, rhythm, window in _rhythms(sheet, place, groups, scheme, pace, memory)]
    notes = [_line_notes(line, rhythm, window, place.start) for line, rhythm, window in heads]
    stream = sheet.chance.stream("melody", "tune", label)
    pitches = tune(notes, scheme, role, sheet.ground, _setting(sheet, place), memory, stream)
    for (line, rhythm, window), heights, group in zip(heads, pitches, groups, strict=True):
        sung = _sung(line, rhythm, heights, sheet)
        (sheet.answers if line.backing else sheet.lead).append(sung)
        if not line.backing:
            sheet.turns.append(_turn(sheet, line, place.section))
        if not line.backing and place.section.kind in CHORUS_KINDS and _joined(sheet, place.section):
            sheet.high_lines.append(sung)
        _answer(sheet, place, group[1:], window, sung, role, pace)


def _joined(sheet: Sheet, section: Section) -> bool:
    """Whether other singers join in a chorus: when they were asked for, or it has the energy."""
    return bool({"choir", "harmony", "double"} & set(sheet.plan.brief.singing)) or section.energy >= sheet.traits.harmony


def _setting(sheet: Sheet, place: Place) -> Setting:
    plan = sheet.plan
    last = [note for line in sheet.lead[-3:] for group in line.notes for note in group]
    before = tuple((note.start, note.pitch) for note in last[-RUN:])
    return Setting(place.start, (place.end - place.start) // plan.metre.bar_ticks, plan.tempo_bpm, sheet.traits.old, before)


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Each lead line with the bracketed lines that answer it; bracketed lines that nothing precedes stand alone."""
    groups: list[list[Line]] = []
    for line in lines:
        if line.backing and groups and not groups[-1][0].backing:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _pace(sheet: Sheet, place: Place) -> Pace:
    rap = sheet.traits.rap and place.section.kind not in CHORUS_KINDS
    hold = sheet.traits.hold * (1.25 if place.section.kind in CHORUS_KINDS else 1.0)
    return Pace(sheet.plan.metre, sheet.plan.tempo_bpm, replace(sheet.traits, hold=hold), rap)


def _rhythms(
    sheet: Sheet, place: Place, groups: list[list[Line]], scheme: str, pace: Pace, memory: Memory
) -> list[tuple[list[Line], Rhythm, Window]]:
    """The rhythm of every group's first line, with the window that the group has."""
    label, bar = place.plan.label, sheet.plan.metre.bar_ticks
    bars = (place.end - place.start) // bar
    edges = shared_out(
        [weight(group[0]) + sum(line.syllable_count / 2 for line in group[1:]) for group in groups], bars, sheet.plan.metre
    )
    pickups = [_pickup(group[0], pace) for group in groups]
    groove = _groove(sheet, label)
    made: list[tuple[list[Line], Rhythm, Window]] = []
    starts: list[int] = []
    rhymes: list[tuple[str, int]] = []  # of the lines so far: sound, place in the bar
    free_from = place.start - min(place.room_before, pickups[0])
    for index, (group, edge) in enumerate(zip(groups, edges, strict=True)):
        start, end = place.start + edge[0], place.start + edge[1]
        stream = sheet.chance.stream("melody", "words", label, index)
        following = pickups[index + 1] if index + 1 < len(groups) else 0
        window = _window(group, start, end, max(0, start - free_from), following, pace)
        key = (index, start - place.start, end - place.start)
        known = memory.onsets.get(key)
        model = earlier(scheme, index)
        if known is not None:
            remembered: tuple[int, ...] | None = tuple(onset + place.start for onset in known)
        elif model is not None and edges[model][1] - edges[model][0] == end - start:
            remembered = tuple(onset + start - starts[model] for onset in made[model][1].onsets)
        else:
            remembered = None
        if remembered and (remembered[0] < window.start - window.pickup or remembered[-1] >= window.end):
            remembered = None
        rhymed = next((rhyme for sound, rhyme in reversed(rhymes) if sound == _rhyme(group[0])), None)
        rhythm = set_words(sounded(group[0]), window, pace, stream, groove, remembered, rhymed)
        memory.onsets.setdefault(key, tuple(onset - place.start for onset in rhythm.onsets))
        made.append((group, rhythm, Window(start, end)))
        rhymes.append((_rhyme(group[0]), rhythm.onsets[-1] % bar))
        starts.append(start)
        free_from = rhythm.onsets[-1] + rhythm.lengths[-1]
    return made


def _rhyme(line: Line) -> str:
    """How a line ends, in sounds."""
    return rhyme_of(line.words[-1].syllables)


def _pickup(line: Line, pace: Pace) -> int:
    """How many ticks before its bar a line would like to begin: its unstressed beginning, a beat at most."""
    syllables = sounded(line)
    leading = next((index for index, one in enumerate(syllables) if one.strong), 0)
    step = 240 if pace.ticks(0.17) <= 240 else 480
    return min(leading * step, beat_ticks(pace.metre), 480)


def _window(group: list[Line], start: int, end: int, free: int, following: int, pace: Pace) -> Window:
    """The part of a group's bars that its first line has: room is left for answers, for a breath, for the next pickup."""
    count, answers = group[0].syllable_count, sum(line.syllable_count for line in group[1:])
    limit = end
    if answers:
        share = (count + 1.5) / (count + answers + 2.5)
        limit = start + round((end - start) * max(share, 0.5) / 240) * 240
    needs = pace.ticks(0.2 if not pace.rap else 0.15) * (count + 2)
    spare = limit - start - pace.breath - needs
    limit -= pace.breath + (following if spare >= following else 0)
    if limit - start < 120 * min(count, 4):
        limit = end - min(60, (end - start) // 8)
    return Window(start, limit, min(free, _pickup(group[0], pace)))


def _groove(sheet: Sheet, label: str) -> dict[int, float]:
    """Which places of the bar this label likes, so that its lines sound alike."""
    stream = sheet.chance.stream("melody", "groove", label)
    metre = sheet.plan.metre
    return {tick: float(stream.normal(0, 0.8 if level(tick, metre) <= 3 else 0.3)) for tick in range(0, metre.bar_ticks, 120)}


def _line_notes(line: Line, rhythm: Rhythm, window: Window, origin: int) -> LineNotes:
    stresses = tuple(1.0 if one.strong else 0.0 for one in sounded(line))
    onsets = tuple(onset - origin for onset in rhythm.onsets)
    return LineNotes(window.start - origin, window.end - origin, onsets, rhythm.lengths, stresses)


def _sung(line: Line, rhythm: Rhythm, pitches: Sequence[int], sheet: Sheet) -> SungLine:
    notes = []
    for one, onset, length, pitch in zip(sounded(line), rhythm.onsets, rhythm.lengths, pitches, strict=True):
        strength = level(onset, sheet.plan.metre)
        notes.append((Note(onset, length, pitch, 82 + 2 * strength + (6 if one.strong else 0)),))
    return SungLine(line.words, tuple(notes))


def _answer(sheet: Sheet, place: Place, lines: Sequence[Line], window: Window, lead: SungLine, role: Role, pace: Pace) -> None:
    """Bracketed lines answer in what is left of the group's bars; where that is too short, they come in over the lead's end."""
    if not lines:
        return
    free_from = max([lead.start, *(answer.end for answer in sheet.answers[-1:])])
    need = pace.ticks(0.24) * sum(line.syllable_count + 1 for line in lines)
    begin = max(free_from, min(lead.end, int(window.end - need) // 240 * 240))
    shares = [weight(line) for line in lines]
    edge = begin
    for index, line in enumerate(lines):
        span = (window.end - begin) * sum(shares[: index + 1]) / sum(shares)
        end = begin + int(span)
        stream = sheet.chance.stream("melody", "answer", place.plan.label, lead.start - place.start, index)
        rhythm = set_words(sounded(line), Window(edge, max(end - 60, edge + line.syllable_count)), pace, stream)
        notes = _line_notes(line, rhythm, Window(edge, end), place.start)
        answering = replace(role, centre=role.centre + 1.0, closed=False)
        (heights,) = tune([notes], "a", answering, sheet.ground, _setting(sheet, place), Memory(), stream)
        sheet.answers.append(_sung(line, rhythm, heights, sheet))
        edge = end


def _role(sheet: Sheet, place: Place, places: Sequence[Place]) -> Role:
    """What a label is in the song, and so where it lies in the voice."""
    kinds = [other.section.kind for other in places if other.plan.label == place.plan.label]
    kind = next((name for name in CHORUS_KINDS if name in kinds), kinds[0])
    singer, traits = sheet.singer, sheet.traits
    middle = (singer.low + singer.high) / 2
    reach = min(traits.span, singer.high - singer.low) / 2 + 1
    lowest, highest = max(singer.low, round(middle - reach)), min(singer.high, round(middle + reach))
    if traits.rap and kind not in CHORUS_KINDS:
        centre = singer.low + 0.35 * (singer.high - singer.low)
        return Role(kind, centre, max(singer.low, round(centre - 3)), min(singer.high, round(centre + 3)), closed=False)
    height = HEIGHT.get(kind, 0.4)
    centre = middle + traits.lift * (height - 0.6)
    return Role(kind, centre, lowest, highest, closed=kind in CHORUS_KINDS or kind == "outro")


# Playing ----------------------------------------------------------------------------------------------------------------


def _is_played(place: Place, plan: Plan) -> bool:
    """Whether an instrument has the tune: wherever nobody sings a phrase with melody."""
    return not place.plan.lines and place.plan.label[:1].isupper()


def _told(sheet: Sheet, places: Sequence[Place]) -> dict[int, list[Note]]:
    """What an instrument tells where no label is sung, by phrase; in 4/4 only, and none that the song has played already."""
    if sheet.plan.metre != Metre():
        return {}
    bar = sheet.plan.metre.bar_ticks
    phrases = []
    for place in places:
        label = place.plan.label
        role = _lead_role(sheet, place) if _is_played(place, sheet.plan) and _known(sheet, label) is None else None
        phrases.append(Told(label, place.start // bar, (place.end - place.start) // bar, role))
    if not any(phrase.role for phrase in phrases):
        return {}
    return told_tune(phrases, sheet.ground, sheet.plan.tempo_bpm, sheet.chance)


def _known(sheet: Sheet, label: str) -> Memory | None:
    """What is sung to a label, or what the song had of it before this was written."""
    for name in (label, played(label)):
        if name in sheet.memories and sheet.memories[name].pitches and (name == label or name in sheet.heard):
            return sheet.memories[name]
    return None


def _lead_role(sheet: Sheet, place: Place) -> Role:
    """Where an instrument's tune lies in a section."""
    low, high = _lead_range(sheet.plan)
    middle, kind = (low + high) / 2, place.section.kind
    centre = middle + sheet.traits.lift * (HEIGHT.get(kind, 0.4) - 0.6)
    return Role(kind, centre, max(low, round(middle - 9)), min(high, round(middle + 9)), closed=kind in CHORUS_KINDS)


def _play(sheet: Sheet, place: Place) -> list[Note]:
    """An instrument's tune for one phrase: what the song has to this label elsewhere, else a tune of its own."""
    label, plan = place.plan.label, sheet.plan
    role = _lead_role(sheet, place)
    known = _known(sheet, label)
    if known is not None:
        return _doubled(place, known, role, plan.metre)
    bars = (place.end - place.start) // plan.metre.bar_ticks
    rhythm = played_rhythm(bars, plan.metre, sheet.traits, plan.tempo_bpm, sheet.chance.stream("melody", "played", label))
    memory = sheet.memories.setdefault(played(label), Memory())
    stream = sheet.chance.stream("melody", "played tune", label)
    pitches = tune(rhythm.lines, rhythm.scheme, role, sheet.ground, _setting(sheet, place), memory, stream)
    return [
        Note(place.start + onset, length, pitch, 84 + 3 * level(onset, plan.metre))
        for line, heights in zip(rhythm.lines, pitches, strict=True)
        for onset, length, pitch in zip(line.onsets, line.lengths, heights, strict=True)
    ]


def _doubled(place: Place, sung: Memory, role: Role, metre: Metre) -> list[Note]:
    """The tune that is sung to this label, in the octave that suits the instrument."""
    heights = [sung.pitches[onset] for line in sung.lines for onset in line.onsets]
    octaves = 12 * round((role.centre - sum(heights) / len(heights)) / 12)
    made = []
    for line in sung.lines:
        for onset, length in zip(line.onsets, line.lengths, strict=True):
            start, pitch = place.start + onset, sung.pitches[onset] + octaves
            pitch += 12 if pitch < role.low else -12 if pitch > role.high else 0
            if place.start - place.room_before <= start < place.end:
                made.append(Note(start, min(length, place.end - start), pitch, 84 + 3 * level(start, metre)))
    return made


def _lead_range(plan: Plan) -> tuple[int, int]:
    """Where the instrument that takes the tune is at ease: the middle of its range, at most two octaves, near 60-84."""
    player = next((player for player in plan.band if player.role == "lead"), None)
    if player is None or player.instrument not in INSTRUMENTS:
        return 60, 84
    instrument = INSTRUMENTS[player.instrument]
    low = min(max(instrument.low, 60), instrument.high - 14)
    return low, min(instrument.high, low + 24)


# Parts ------------------------------------------------------------------------------------------------------------------


def _parts(sheet: Sheet) -> tuple[SungPart, ...]:
    """Everybody who sings, as the words about the singing and the marks in the lyrics want it."""
    singing = tuple(dict.fromkeys((*sheet.plan.brief.singing, *(("rap",) if sheet.traits.rap else ()))))
    return parts_of(
        Songbook(
            tuple(sheet.lead),
            tuple(sheet.turns),
            tuple(sheet.answers),
            tuple(sheet.high_lines),
            sheet.ground,
            sheet.singer,
            sheet.chance,
            singing,
        )
    )


def _turn(sheet: Sheet, line: Line, section: Section) -> str:
    """Who sings a line: whom its mark names; in a duet without marks, verses by turns and choruses together."""
    if line.singer or "duet" not in sheet.plan.brief.singing or sheet.plan.brief.marked_singers:
        return line.singer
    if section.kind in CHORUS_KINDS:
        return "both"
    verses = [s.name for s in sheet.plan.sections if s.kind == section.kind]
    return partner_of(sheet.singer).gender if verses.index(section.name) % 2 else ""
