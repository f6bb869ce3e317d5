"""`mashed_song`: two songs in one key and tempo, by moving notes; no sound is stretched.

The first song gives the verses, the second the choruses, each tune with its words and its singer, alternating over one
band whose style blends both (or is the one asked for). At the end the second song's chorus comes once more, and lines of the
first song's verse are sung into it where they agree with it; its chords are found for both tunes.

One key: songs that are both major or both minor (by the third) get the same tonic; a major and a minor one get parallel
keys with the same notes (C major, A minor), so that no tune has to leave its mode. Each song moves by one whole interval;
of all pairs of intervals the smallest that keeps both singers in their ranges is taken. Where two modes of one family
differ in a degree (major, mixolydian), each tune keeps its own; the chords follow the tune.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import exp, log

from troubadour.brief import Brief, Key, Line
from troubadour.chance import Chance
from troubadour.edit.harmony import fit, suited
from troubadour.edit.material import (
    as_score,
    ended,
    has_words,
    lead_player,
    names_style,
    own_lyrics,
    plain_words,
    refuse_metre,
    relabelled,
    sections_of,
    tunes_of,
    wished,
    with_new_words,
)
from troubadour.edit.pace import FACTOR_COST, REASON, Span, Timed, exactly, factors, span_of, timed
from troubadour.edit.passages import (
    Laid,
    Passage,
    cut,
    in_turn,
    laid,
    passages_of,
    played,
    stretched,
    sung_notes,
    transposed,
)
from troubadour.edit.pieces import sung_together
from troubadour.edit.singers import octaves_into, strain
from troubadour.edit.source import Progress, Source
from troubadour.edit.value import Mash
from troubadour.edit.wish import voice_for
from troubadour.errors import BadRequest, LyricsTooLong
from troubadour.make import Keep, Song, performed, work_now
from troubadour.plan import Plan, SectionPlan, form
from troubadour.plan.band import choose_band
from troubadour.plan.decide import decide
from troubadour.score import Chord, Note, Phrase, Score, SungLine, SungPart
from troubadour.score.compose import arranged, form_of
from troubadour.score.harmony import harmonised, heard_in
from troubadour.score.melody import Melody, Memory, compose_melody
from troubadour.styles import Style, blend
from troubadour.theory.chords import tones
from troubadour.theory.metre import is_compound
from troubadour.theory.scales import family, scale
from troubadour.units import seconds_of_ticks

PEAKS = ("chorus", "hook", "drop", "climax")
ROUNDS = 2  # of verse and chorus
EDGE_BARS = 4  # of an intro or an outro that the songs don't have
MOVED, STRAINED = 0.1, 6.0  # costs of a semitone of transposition, and of one outside a voice
CLOSENESS = 0.5
TAKES_APART = 0.03
CLASHES = (1, 6, 11)  # semitones (of an octave) that two tunes should not hold against each other
MOST_CLASHING, LEAST_FIT = 0.2, 0.2  # share of the time; mean fit of a line to the chords
LONGEST_TITLE = 80


def mashed_song(a: Source, b: Source, command: Mash, progress: Progress, keep: Keep = work_now) -> Song:
    """The mash-up with its sound."""
    return performed(mashed((a.plan, a.score), (b.plan, b.score), command), keep, progress)


@dataclass(frozen=True)
class Half:
    """One of the two songs: what it brings, and who sings it."""

    plan: Plan
    score: Score
    passages: tuple[Passage, ...]
    voice: str | None

    @property
    def tune(self) -> list[Note]:
        """Its sung notes."""
        return [note for passage in self.passages for note in sung_notes(passage.sung, "vocals")]


def mashed(first: tuple[Plan, Score], second: tuple[Plan, Score], command: Mash) -> Song:
    """The mash-up as plan and score.

    Raises BadRequest for songs in different metres, and for a key or a tempo in which the tunes cannot be performed.
    """
    request, metre = command.request, first[1].metre
    if metre != second[1].metre:
        raise BadRequest(
            f"the first song is in {metre}, the second in {second[1].metre}: a mash-up needs two songs in one metre"
        )
    own = [_lyrics_of(plan, score) for plan, score in (first, second)]
    fresh = has_words(request) and plain_words(request.lyrics or "") not in own
    brief = _brief(command, first[0], second[0], fresh)
    refuse_metre(brief, str(metre))
    style = blend(brief.styles)
    a, b = (_half(plan, score, brief) for plan, score in (first, second))
    steps = _steps(a, b, brief)
    key = _key(a, b, steps, brief)
    bpm, feels, limits = _pace(brief, style, a, b)
    band = choose_band(brief, style)
    lead = lead_player(band)
    a = _prepared(a, steps[0], feels[0], lead, brief, mark="")
    b = _prepared(b, steps[1], feels[1], lead, brief, mark="2")
    base = Plan(brief, style.id, brief.title, bpm, metre, key, 0, (), band, a.voice or b.voice,
                0.0 if is_compound(metre) else style.swing, 1920 // style.swing_unit)  # fmt: skip
    if fresh and (a.voice or b.voice):
        return _with_words(base, a, b, style, limits)
    time = _in_time(a, b, base, limits, brief.duration_s)
    whole = _come_home(laid(time.passages, metre), base)
    plan = _planned(base, whole, time, style)
    return Song(_sung_plan(plan, time.passages), arranged(plan, _chords(plan, whole, style), whole.melody))


# The wish -----------------------------------------------------------------------------------------------------------------


def _lyrics_of(plan: Plan, score: Score) -> tuple[str, ...]:
    words = plan.brief.lyrics or own_lyrics(passages_of(score))
    return plain_words(words.text) if words else ()


def _brief(command: Mash, first: Plan, second: Plan, fresh: bool) -> Brief:
    """What is wanted: the style asked for, else both songs' styles, half and half."""
    request = command.request
    brief = wished(request, own_words=not fresh)
    if not names_style(brief, request):
        weights: dict[str, float] = {}
        for plan in (first, second):
            for name, weight in plan.brief.styles:
                weights[name] = weights.get(name, 0.0) + weight / 2
        brief = replace(brief, styles=tuple(sorted(weights.items(), key=lambda item: -item[1])))
    title = request.title or f"{first.title} / {second.title}"[:LONGEST_TITLE]
    return replace(brief, request=request, title=title, form=(), lyrics=brief.lyrics if fresh else None)


def _half(plan: Plan, score: Score, brief: Brief) -> Half:
    """A song with its singer: its own, unless another is asked for."""
    own = next((part.voice for part in score.sung if part.name == "vocals"), None)
    words = brief.lyrics or own_lyrics(passages_of(score))
    asked = replace(brief, lyrics=words)
    voice = None if brief.request.instrumental or own is None else voice_for(asked, replace(plan, voice=own))
    return Half(plan, score, passages_of(score), voice)


# One key and one tempo ----------------------------------------------------------------------------------------------------


def _parent(key: Key) -> int:
    """A tonic that is equal for keys that go together: that of the major key with the same notes, for major and minor."""
    return key.tonic if family(key.mode) == "major" else (key.tonic + 3) % 12


def _steps(a: Half, b: Half, brief: Brief) -> tuple[int, int]:
    """By how many semitones each song moves."""
    apart = (_parent(b.score.key) - _parent(a.score.key)) % 12
    wanted = _asked_parent(brief, a, b)

    def cost(pair: tuple[int, int]) -> float:
        strains = [
            max(0.0, strain(half.tune, half.voice, step) - 0.2) for half, step in zip((a, b), pair, strict=True) if half.voice
        ]
        return MOVED * sum(abs(step) for step in pair) + STRAINED * sum(strains)

    pairs = [
        (up, other)
        for up in range(-12, 13)
        for other in range(-12, 13)
        if (up - other - apart) % 12 == 0 and (wanted is None or (_parent(a.score.key) + up - wanted) % 12 == 0)
    ]
    return min(pairs, key=lambda pair: (cost(pair), abs(pair[0]) + abs(pair[1]), pair))


def _asked_parent(brief: Brief, a: Half, b: Half) -> int | None:
    if brief.key is None and brief.mode is None:
        return None
    modes = {family(half.score.key.mode) for half in (a, b)}
    asked = brief.key.mode if brief.key else str(brief.mode)
    if family(asked) not in modes:
        raise BadRequest(f"both songs are in {modes.pop()} and their tunes keep that; {asked} was asked for: leave it out")
    return _parent(brief.key) if brief.key else None


def _key(a: Half, b: Half, steps: tuple[int, int], brief: Brief) -> Key:
    """The key of the whole: the one asked for, else that of the choruses, in which it ends."""
    if brief.key is not None:
        return brief.key
    return Key((b.score.key.tonic + steps[1]) % 12, b.score.key.mode)


def _pace(brief: Brief, style: Style, a: Half, b: Half) -> tuple[float, tuple[Fraction, Fraction], tuple[float, float]]:
    """The tempo, the feel of each song at it, and how far a length may move it."""
    spans = span_of(a.score), span_of(b.score)
    if brief.tempo_bpm is not None:
        bpm = round(brief.tempo_bpm, 2)
        paces = [exactly(span, bpm, factors(half.passages)) for span, half in zip(spans, (a, b), strict=True)]
        return bpm, (paces[0].factor, paces[1].factor), (bpm, bpm)
    low, high = brief.tempo_range_bpm or (style.tempo.low, style.tempo.high)
    found = [_meeting(spans, (one, other), low, high) for one in factors(a.passages) for other in factors(b.passages)]
    _, bpm, feels, limits = min(found, key=lambda item: item[:2])
    spread = TAKES_APART if brief.take % 2 else 0.0
    bpm = round(min(max(bpm * (1 + spread), limits[0]), limits[1]), 2)
    return bpm, feels, (max(limits[0], bpm / REASON), max(bpm, min(limits[1], bpm * REASON)))


def _meeting(
    spans: tuple[Span, Span], feels: tuple[Fraction, Fraction], low: float, high: float
) -> tuple[float, float, tuple[Fraction, Fraction], tuple[float, float]]:
    """(cost, tempo, feels, limits) of the tempo at which two songs in these feels meet."""
    tempos = [span.own * float(feel) for span, feel in zip(spans, feels, strict=True)]
    least = max(span.low * float(feel) for span, feel in zip(spans, feels, strict=True))
    most = min(span.high * float(feel) for span, feel in zip(spans, feels, strict=True))
    meeting = exp((log(tempos[0]) + log(tempos[1])) / 2)
    bpm = min(max(min(max(meeting, low), high), min(least, most)), max(least, most))
    cost = sum(abs(log(bpm / tempo)) for tempo in tempos) + FACTOR_COST * sum(feel != 1 for feel in feels)
    cost += (3.0 * log(least / most) if least > most else 0.0) + abs(log(min(max(bpm, low), high) / bpm))
    return cost, bpm, feels, (min(least, bpm), max(most, bpm))


def _prepared(half: Half, steps: int, feel: Fraction, lead: str, brief: Brief, mark: str) -> Half:
    """A song in the common key and tempo, its instrument's tune in a good octave, its phrases' labels its own."""
    passages = [stretched(transposed(passage, steps), feel) for passage in half.passages]
    if half.voice is None:
        passages = [played(passage, passage.kind) if passage.sung else passage for passage in passages]
    octave = octaves_into([note for passage in passages for note in passage.lead], lead)
    made = []
    for passage in passages:
        phrases = tuple(replace(phrase, label=phrase.label + mark) for phrase in passage.phrases)
        sung = tuple(replace(part, voice=str(half.voice)) if part.name == "vocals" else part for part in passage.sung)
        tune = tuple(note.transposed(octave) for note in passage.lead)
        made.append(replace(passage, phrases=phrases, sung=sung, lead=tune))
    return replace(half, passages=tuple(made))


# The form -----------------------------------------------------------------------------------------------------------------


def _in_time(a: Half, b: Half, base: Plan, limits: tuple[float, float], duration_s: float | None) -> Timed:
    """The form nearest to the length asked for; the longest one without such a wish."""
    bar_s = seconds_of_ticks(base.metre.bar_ticks, base.tempo_bpm)
    forms = _forms(a, b, base)
    if duration_s is not None:
        forms.sort(key=lambda passages: abs(log(sum(p.bars for p in passages) * bar_s / duration_s)))
    refusal: LyricsTooLong | None = None
    for passages in forms:
        try:
            return timed(passages, base.metre, base.tempo_bpm, limits, duration_s)
        except LyricsTooLong as error:
            refusal = error
    raise refusal or LyricsTooLong("these songs hold no tune")


def _forms(a: Half, b: Half, base: Plan) -> list[tuple[Passage, ...]]:
    """Verses of the first and choruses of the second song, both at once before the end; longest first."""
    verses, choruses = _verses(a.passages), _choruses(b.passages)
    intro, outro = _intro(a.passages, verses[0], base), _outro(b.passages, choruses[-1], base)
    both = _together(choruses[-1], verses, a.voice, base)
    rounds = [(verses[i % len(verses)], choruses[min(i, len(choruses) - 1)]) for i in range(ROUNDS)]
    return [
        (intro, *(passage for pair in rounds for passage in pair), both, outro),
        (intro, *rounds[0], both, outro),
        (intro, verses[0], both, outro),
        (both, outro),
    ]


def _verses(passages: Sequence[Passage]) -> list[Passage]:
    """What the first song tells: its verses, else whatever has a tune."""
    tunes = [p for p in passages if p.sung] or [p for p in passages if p.melodious] or list(passages)
    found = [p for p in tunes if p.kind == "verse"] or [p for p in tunes if p.kind not in PEAKS] or tunes
    return [replace(p, kind="verse") for p in found]


def _choruses(passages: Sequence[Passage]) -> list[Passage]:
    """What the second song calls: its choruses, else its most energetic tune."""
    tunes = [p for p in passages if p.sung] or [p for p in passages if p.melodious] or list(passages)
    found = [p for p in tunes if p.kind in PEAKS] or [max(tunes, key=lambda p: (p.energy, p.bars))]
    return [replace(p, kind="chorus") for p in found]


def _intro(passages: Sequence[Passage], verse: Passage, base: Plan) -> Passage:
    found = next((p for p in passages if p.kind == "intro" and not p.sung), None)
    return found or _without_tune(cut(verse, EDGE_BARS, base.metre), "intro")


def _outro(passages: Sequence[Passage], chorus: Passage, base: Plan) -> Passage:
    found = next((p for p in reversed(passages) if p.kind == "outro" and not p.sung), None)
    return found or _without_tune(cut(chorus, EDGE_BARS, base.metre), "outro")


def _without_tune(passage: Passage, kind: str) -> Passage:
    phrases = tuple(replace(phrase, label=phrase.label.lower()) for phrase in passage.phrases)
    return replace(passage, kind=kind, phrases=phrases, lead=(), sung=())


def _come_home(whole: Laid, base: Plan) -> Laid:
    return replace(whole, chords=ended(whole.chords, base.key, base.metre))


# Both at once -------------------------------------------------------------------------------------------------------------


def _together(chorus: Passage, verses: Sequence[Passage], voice: str | None, base: Plan) -> Passage:
    """The chorus with what of a verse agrees with it: of all verses and places, the one of which most can be heard."""
    tune, length = chorus.tune(), chorus.bars * base.metre.bar_ticks
    chords = suited(chorus.chords, [*tune, *verses[0].tune()], (Phrase("C", 0, chorus.bars),), base.key, base.metre,
                    blend(base.brief.styles), 0.0, Chance(base.seed, base.take))  # fmt: skip
    taken: list[tuple[int, Passage]] = []
    for verse in verses:
        sings = voice is not None and bool(verse.sung)
        lines = [line for part in verse.sung if part.name == "vocals" for line in part.lines]
        if sings and tune:
            kept = tuple(line for line in lines if line.end <= length and _agrees(_notes(line), tune, chords, base.key))
            name = "backing_vocals" if all(part.name != "backing_vocals" for part in chorus.sung) else "backing_vocals_2"
            sung = (*chorus.sung, SungPart(name, str(voice), kept)) if kept else chorus.sung
            taken.append((sum(len(line.notes) for line in kept), replace(chorus, sung=sung, chords=chords)))
        else:
            heard = tuple(n for n in verse.lead if n.end <= length and _agrees([n], tune, chords, base.key))
            if not chorus.sung:  # two tunes on one instrument: the second an octave below
                heard = tuple(n.transposed(-12) for n in heard)
            lead = tuple(sorted((*chorus.lead, *heard), key=lambda n: (n.start, n.pitch)))
            taken.append((len(heard), replace(chorus, lead=lead, chords=chords)))
    count, best = max(taken, key=lambda item: item[0])
    return best if count else chorus


def _notes(line: SungLine) -> list[Note]:
    return [note for group in line.notes for note in group]


def _agrees(notes: Sequence[Note], tune: Sequence[Note], chords: Sequence[Chord], key: Key) -> bool:
    """Whether notes fit the chords, and don't hold harsh intervals against another tune."""
    degrees = frozenset(scale(key.tonic, key.mode))
    worth = length = clashing = 0.0
    for note in notes:
        chord = next((c for c in chords if c.start <= note.start + note.length // 2 < c.end), chords[-1])
        worth += note.length * fit([(note.pitch % 12, 1.0)], tones(chord.root, chord.quality), degrees)
        length += note.length
        for other in tune:
            shared = min(note.end, other.end) - max(note.start, other.start)
            if shared > 0 and abs(note.pitch - other.pitch) % 12 in CLASHES:
                clashing += shared
    return worth >= LEAST_FIT * length and clashing <= MOST_CLASHING * length


# The arrangement ----------------------------------------------------------------------------------------------------------


def _planned(base: Plan, whole: Laid, time: Timed, style: Style) -> Plan:
    sections = sections_of(whole, style, base.brief, [passage.energy for passage in time.passages], 0.0)
    return replace(base, tempo_bpm=time.bpm, frames=time.frames, sections=sections)


def _sung_plan(plan: Plan, passages: Sequence[Passage]) -> Plan:
    """The plan with the words that are sung."""
    return replace(plan, brief=replace(plan.brief, lyrics=plan.brief.lyrics or own_lyrics(passages)))


def _chords(plan: Plan, whole: Laid, style: Style) -> tuple[Chord, ...]:
    tune = [*sung_notes(whole.melody.sung), *whole.melody.lead]
    _, phrases = form_of(plan)
    return suited(whole.chords, tune, phrases, plan.key, plan.metre, style, CLOSENESS, Chance(plan.seed, plan.take))


# New words ----------------------------------------------------------------------------------------------------------------


def _with_words(base: Plan, a: Half, b: Half, style: Style, limits: tuple[float, float]) -> Song:
    """Other words to both songs' tunes: verses to the first one's, choruses to the second one's."""
    lyrics, metre = base.brief.lyrics, base.metre
    stanzas = [stanza for stanza in lyrics.stanzas if stanza.lines] if lyrics else []
    known = laid([*a.passages, *b.passages], metre)
    tunes = tunes_of(as_score(a.score, known, base))
    try:
        time = _in_time(a, b, base, limits, base.brief.duration_s)
        filled = with_new_words(time.passages, stanzas, form.pace_of(style, time.bpm, metre.bar_ticks))
    except LyricsTooLong:
        filled = None
    if filled is None:
        plan, chords = _in_own_form(base, a, b, as_score(a.score, known, base), limits)
        lead = compose_melody(plan, *form_of(plan), chords, tunes).lead
    else:
        whole = _come_home(laid(time.passages, metre), base)
        plan = _planned(base, replace(whole, blocks=tuple(p.block() for p in filled)), time, style)
        chords, lead = _chords(plan, whole, style), whole.melody.lead
    score = arranged(plan, chords, Melody(_by_turns(plan, a, b, chords, tunes), lead))
    return Song(plan, score)


def _in_own_form(base: Plan, a: Half, b: Half, known: Score, limits: tuple[float, float]) -> tuple[Plan, tuple[Chord, ...]]:
    brief, style = base.brief, blend(base.brief.styles)
    tempo = base.tempo_bpm if brief.duration_s is None else brief.tempo_bpm
    wish = replace(brief, tempo_bpm=tempo, tempo_range_bpm=limits, key=base.key, metre=base.metre, voice=base.voice)
    decided = decide(wish)
    material = [*_verses(a.passages), *_choruses(b.passages)]
    sections = relabelled(decided.sections, material)
    plan = replace(base, tempo_bpm=decided.tempo_bpm, frames=decided.frames, sections=sections)
    chords = harmonised(plan, style, heard_in(known))
    _, phrases = form_of(plan)
    return plan, suited(chords, (), phrases, plan.key, plan.metre, style, 1.0, Chance(plan.seed, plan.take))


def _by_turns(plan: Plan, a: Half, b: Half, chords: tuple[Chord, ...], tunes: dict[str, Memory]) -> tuple[SungPart, ...]:
    """New words, each sung by the singer whose song's tune it has."""
    sung: tuple[SungPart, ...] = ()
    for half, peaks in ((a, False), (b, True)):
        voice = half.voice or a.voice or b.voice
        own = replace(
            plan, voice=voice, sections=tuple(_only(section, (section.kind in PEAKS) == peaks) for section in plan.sections)
        )
        sung = sung_together(sung, compose_melody(own, *form_of(own), chords, tunes).sung)
    return tuple(replace(part, lines=in_turn(part.lines)) for part in sung)


def _only(section: SectionPlan, wanted: bool) -> SectionPlan:
    """A section with its words, or without them."""
    none: tuple[Line, ...] = ()
    return section if wanted else replace(section, phrases=tuple(replace(phrase, lines=none) for phrase in section.phrases))
