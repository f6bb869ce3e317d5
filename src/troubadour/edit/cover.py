"""`covered_song`: the same melody and words in another style.

Every sung note and the lead instrument's tune stay as they are, in pitch and in rhythm; all of it moves by one interval only
where another singer, or a key that was asked for, needs it. Bars and metre stay. New are the band, its groove and swing, the
energies, the colours of the chords (`edit.harmony`) and the tempo: the new style's nearest one at which the words can still
be followed, with half or double time under the tune where that is nearer. `closeness` says how much of the source stays:

    0 to 0.3    style and tempo as the style likes them best; chords found anew under the tune
    to 0.6      the style's nearest tempo; the song's chords where they fit
    0.7 to 1    its tempo, its chords, some of its players
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from troubadour.brief import Brief, Key, Request, Stanza
from troubadour.chance import Chance
from troubadour.edit.harmony import suited
from troubadour.edit.material import (
    as_score,
    ended,
    has_words,
    in_new_order,
    in_range,
    moved_into,
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
from troubadour.edit.pace import REASON, Pace, Span, Timed, between, exactly, factors, nearest, span_of, timed
from troubadour.edit.passages import Laid, Passage, in_turn, laid, passages_of, played, stretched, sung_notes, transposed
from troubadour.edit.singers import best_transposition, second_voices, strain
from troubadour.edit.source import Progress, Source
from troubadour.edit.value import CLOSE, Cover
from troubadour.edit.wish import voice_for
from troubadour.errors import BadRequest, LyricsTooLong
from troubadour.make import Keep, Song, performed, work_now
from troubadour.plan import Plan, Player, form
from troubadour.plan.band import choose_band
from troubadour.plan.decide import decide, lead_voice
from troubadour.score import Chord, Score, SungPart
from troubadour.score.compose import arranged, form_of
from troubadour.score.harmony import harmonised, heard_in
from troubadour.score.melody import Melody, compose_melody
from troubadour.stems.sing.voices import VOICES
from troubadour.styles import Style, blend
from troubadour.theory.metre import is_compound
from troubadour.theory.scales import family

LOOSE = 0.35
TAKES_APART = 0.05  # how far two takes' tempos lie from each other, as a share
MOST_STRAIN = 2.0  # semitones outside a voice: more is no singing


def covered_song(source: Source, command: Cover, progress: Progress, keep: Keep = work_now) -> Song:
    """The cover with its sound."""
    return performed(covered(source.plan, source.score, command), keep, progress)


def covered(plan: Plan, score: Score, command: Cover) -> Song:
    """The cover as plan and score.

    Raises BadRequest for another metre or mode than the song's, for a key or a tempo in which its tune cannot be sung;
    LyricsTooLong for a length that its words don't fit in.
    """
    request, metre = command.request, score.metre
    passages = passages_of(score)
    fresh = has_words(request) and not _same_words(request, plan, passages)
    brief = _brief(request, plan, passages, fresh)
    refuse_metre(brief, str(metre))
    style = blend(brief.styles)
    voice = _voice(brief, plan, score)
    band = band_of(brief, style, plan, command.closeness)
    steps = _steps(brief, score, passages, voice)
    passages = tuple(transposed(passage, steps) for passage in passages)
    key = Key((score.key.tonic + steps) % 12, score.key.mode)
    if voice is None:
        passages = tuple(played(passage, passage.kind) if passage.sung else passage for passage in passages)
    span = span_of(score)
    pace = _pace(brief, style, span, command.closeness, factors(passages))
    passages = tuple(stretched(passage, pace.factor) for passage in passages)
    limits = _limits(brief, pace, span)
    base = Plan(brief, style.id, brief.title, pace.bpm, metre, key, score.frames, (), band, voice,
                0.0 if is_compound(metre) else style.swing, 1920 // style.swing_unit)  # fmt: skip
    if fresh and voice is not None:
        return _with_words(base, passages, score, command.closeness, limits)
    time = timed(passages, metre, pace.bpm, limits, brief.duration_s)
    whole = _cast(laid(time.passages, metre), score, base)
    made = _planned(base, whole, time, style, command.closeness)
    if time.passages != passages:
        whole = replace(whole, chords=ended(whole.chords, key, metre))
    return Song(made, arranged(made, _chords(made, whole, style, command.closeness), whole.melody))


# The wish -----------------------------------------------------------------------------------------------------------------


def _same_words(request: Request, plan: Plan, passages: Sequence[Passage]) -> bool:
    asked, own = plain_words(request.lyrics or ""), plan.brief.lyrics
    sung = own_lyrics(passages)
    return asked in (plain_words(own.text) if own else (), plain_words(sung.text) if sung else ())


def _brief(request: Request, plan: Plan, passages: Sequence[Passage], fresh: bool) -> Brief:
    """What is wanted: the request's style (else the song's), with the words that will be sung."""
    brief, own = wished(request, own_words=not fresh), plan.brief
    if not names_style(brief, request):
        brief = replace(brief, styles=own.styles)
        if not (request.text or request.tags):
            brief = replace(brief, moods=own.moods, energy=own.energy, brightness=own.brightness, singing=own.singing)
    if not fresh:
        words = None if request.instrumental else own_lyrics(passages, own.lyrics.text if own.lyrics else "")
        brief = replace(brief, lyrics=words, form=())
    return replace(brief, request=request, title=request.title or plan.title)


def _voice(brief: Brief, plan: Plan, score: Score) -> str | None:
    """Who sings: the song's singer unless another is asked for."""
    if brief.lyrics is None:
        return None
    own = lead_singer_of(score)
    return voice_for(brief, replace(plan, voice=own)) if own else lead_voice(brief, blend(brief.styles))


def band_of(brief: Brief, style: Style, plan: Plan, closeness: float) -> tuple[Player, ...]:
    """The new style's band. In a close cover the song's own players stay: who has the tune, and who plays the chords beside
    those of the style."""
    band = choose_band(brief, style)
    if closeness < CLOSE:
        return band
    own = [player for player in plan.band if player.instrument not in brief.without]
    lead = [player for player in own if player.role == "lead"][:1]
    chords = [player for player in own if player.role == "chords"][:1]
    others = [player for player in band if not (lead and player.role == "lead")]
    return tuple(dict.fromkeys((*others, *chords, *lead)))


def _steps(brief: Brief, score: Score, passages: Sequence[Passage], voice: str | None) -> int:
    """The one interval by which everything moves: none for the same singer in the same key."""
    own = lead_singer_of(score)
    tune = [note for passage in passages for note in sung_notes(passage.sung, "vocals")]
    if brief.mode is not None and family(brief.mode) != family(score.key.mode) and brief.key is None:
        raise BadRequest(_other_mode(score, brief.mode))
    if brief.key is not None:
        if family(brief.key.mode) != family(score.key.mode):
            raise BadRequest(_other_mode(score, brief.key.mode))
        distance = (brief.key.tonic - score.key.tonic) % 12
        if voice is None or not tune:
            return distance if distance <= 6 else distance - 12
        steps = best_transposition(tune, voice, (distance,)) if voice != own or distance else 0
        if strain(tune, voice, steps) > MOST_STRAIN:
            raise BadRequest(f"{VOICES[voice].name} cannot sing this tune in the key that was asked for: leave the key out")
        return steps
    return 0 if voice in (own, None) or not tune else best_transposition(tune, str(voice))


def _other_mode(score: Score, mode: str) -> str:
    return f"the song is in {score.key.mode} and its tune keeps that; {mode} was asked for: leave it out, or make a new song"


# Tempo --------------------------------------------------------------------------------------------------------------------


def _pace(brief: Brief, style: Style, span: Span, closeness: float, feels: Sequence[Fraction]) -> Pace:
    """The tempo: exact where it was asked for; the song's own in a close cover; else the style's."""
    if brief.tempo_bpm is not None:
        return exactly(span, round(brief.tempo_bpm, 2), feels)
    low, high, home = style.tempo.low, style.tempo.high, style.tempo.default
    if brief.tempo_range_bpm is not None:
        low, high = brief.tempo_range_bpm
        home = min(max(home, low), high)
    elif closeness >= CLOSE:
        return Pace(span.own)
    pace = nearest(span, low, high, feels)
    bpm = pace.bpm
    if closeness < LOOSE:
        bpm = between(bpm, home, 0.7 * (1.0 - closeness / LOOSE))
    low, high = max(low, span.low * float(pace.factor)), min(high, span.high * float(pace.factor))
    if brief.take % 2:
        bpm *= 1.0 + (TAKES_APART if bpm * (1.0 + TAKES_APART) <= high else -TAKES_APART)
    return replace(pace, bpm=float(round(min(max(bpm, min(low, pace.bpm)), max(high, pace.bpm)))))


def _limits(brief: Brief, pace: Pace, span: Span) -> tuple[float, float]:
    """How far a length that was asked for may move the tempo."""
    if brief.tempo_bpm is not None:
        return pace.bpm, pace.bpm
    factor = float(pace.factor)
    return max(span.low * factor, pace.bpm / REASON), max(pace.bpm, min(span.high * factor, pace.bpm * REASON))


# The arrangement ----------------------------------------------------------------------------------------------------------


def _cast(whole: Laid, score: Score, base: Plan) -> Laid:
    """The tune with its singers and in its lead instrument's octave."""
    sung, lead = whole.melody.sung, in_range(whole.melody.lead, base.band)
    if base.voice is not None and base.voice != lead_singer_of(score):
        vocals = in_turn(line for part in sung if part.name == "vocals" for line in part.lines)
        others = tuple(part for part in sung if part.name != "vocals")
        manner = next((part.manner for part in sung if part.name == "vocals"), ())
        sung = (
            SungPart("vocals", base.voice, vocals, manner),
            *second_voices(others, base.voice, Chance(base.seed, base.take)),
        )
    return replace(whole, melody=Melody(sung, lead))


def lead_singer_of(score: Score) -> str | None:
    """The voice that sings the lead of a song."""
    return next((part.voice for part in score.sung if part.name == "vocals"), None)


def _planned(base: Plan, whole: Laid, time: Timed, style: Style, closeness: float) -> Plan:
    """The plan of a known form in its new style."""
    share = 0.5 * closeness if closeness >= CLOSE else 0.0
    sections = sections_of(whole, style, base.brief, [passage.energy for passage in time.passages], share)
    return replace(base, tempo_bpm=time.bpm, frames=time.frames, sections=sections)


def _chords(plan: Plan, whole: Laid, style: Style, closeness: float) -> tuple[Chord, ...]:
    tune = [*sung_notes(whole.melody.sung, "vocals"), *whole.melody.lead]
    _, phrases = form_of(plan)
    return suited(whole.chords, tune, phrases, plan.key, plan.metre, style, closeness, Chance(plan.seed, plan.take))


# New words ----------------------------------------------------------------------------------------------------------------


def _with_words(base: Plan, passages: Sequence[Passage], score: Score, closeness: float, limits: tuple[float, float]) -> Song:
    """Other words to the song's tunes: in the song's form where they fit into its phrases, else in its sections as the words
    ask for them, else in a form of their own."""
    lyrics = base.brief.lyrics
    stanzas = [stanza for stanza in lyrics.stanzas if stanza.lines] if lyrics else []
    for material in (tuple(passages), in_new_order(passages, stanzas)):
        made = _in_known_form(base, material, stanzas, score, closeness, limits) if material else None
        if made is not None:
            return made
    return _in_own_form(base, passages, score, limits)


def _in_known_form(
    base: Plan, passages: tuple[Passage, ...], stanzas: Sequence[Stanza], score: Score, closeness: float,
    limits: tuple[float, float],
) -> Song | None:  # fmt: skip
    """The words in the phrases of known passages; None when they don't fit."""
    style = blend(base.brief.styles)
    try:
        time = timed(passages, base.metre, base.tempo_bpm, limits, base.brief.duration_s)
    except LyricsTooLong:  # the song's own words are too many: the new ones may be fewer
        return None
    filled = with_new_words(time.passages, stanzas, form.pace_of(style, time.bpm, base.metre.bar_ticks))
    if filled is None:
        return None
    whole = _cast(laid(time.passages, base.metre), score, base)
    if time.passages != passages:
        whole = replace(whole, chords=ended(whole.chords, base.key, base.metre))
    plan = _planned(base, replace(whole, blocks=tuple(p.block() for p in filled)), time, style, closeness)
    chords = _chords(plan, whole, style, closeness)
    melody = compose_melody(plan, *form_of(plan), chords, tunes_of(as_score(score, whole, plan)))
    return Song(plan, arranged(plan, chords, Melody(melody.sung, whole.melody.lead)))


def _in_own_form(base: Plan, passages: Sequence[Passage], score: Score, limits: tuple[float, float]) -> Song:
    """Other words in a form of their own, whose phrases recall the song's tunes and chords."""
    brief, style = base.brief, blend(base.brief.styles)
    tempo = base.tempo_bpm if brief.duration_s is None else brief.tempo_bpm
    wish = replace(brief, tempo_bpm=tempo, tempo_range_bpm=limits, key=base.key, metre=base.metre, voice=base.voice)
    decided = decide(wish)
    plan = replace(base, tempo_bpm=decided.tempo_bpm, frames=decided.frames, sections=relabelled(decided.sections, passages))
    known = as_score(score, _cast(laid(passages, base.metre), score, base), base)
    chords = harmonised(plan, style, heard_in(known))
    sections, phrases = form_of(plan)
    chords = suited(chords, (), phrases, plan.key, plan.metre, style, CLOSE, Chance(plan.seed, plan.take))
    singer = VOICES[str(base.voice)]
    tunes = tunes_of(known)
    if not known.sung:
        tunes = {label: moved_into(tune, singer.low, singer.high) for label, tune in tunes.items()}
    return Song(plan, arranged(plan, chords, compose_melody(plan, sections, phrases, chords, tunes)))
