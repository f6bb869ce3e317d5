"""`read`: a request in a caller's words becomes a `Brief`.

Fields of the request win over words of its text and tags; tags win over text; what is asked for in figures (tempo, key,
metre, duration) is exact or refused. Every word that was understood, and what an unknown one led to, is noted in
`Brief.effects`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from troubadour.brief.exact import Figures, figures, key_name, parse_bpm, parse_duration, parse_key, parse_metre
from troubadour.brief.instruction import check_instruction
from troubadour.brief.lyricist import make_title, write_lyrics
from troubadour.brief.lyrics import Parsed, cleaned, parse_lyrics
from troubadour.brief.prompt import Hit, Scan, scan_tags, scan_text
from troubadour.brief.value import LEARNED_FROM, Brief, Effect, Lyrics, Request, Stanza, Taste
from troubadour.brief.vocabulary import described
from troubadour.chance import Chance
from troubadour.errors import BadRequest
from troubadour.theory.timbres import TIMBRES
from troubadour.units import TICKS_PER_BEAT
from troubadour.words.languages import Language, language_named, language_of, reader

if TYPE_CHECKING:
    from troubadour.styles.shelf import Shelf

FALLBACK_STYLE = "pop"
LATER_STYLE = 0.6  # weight of the second style that is named, against the first; of the third against the second …
STRANGER = 0.8  # weight of the style that nobody named, where the style words are hardly to be followed
SOFT_STYLE = 0.15  # weight of a style that a mood or scene word suggests, when another style is named
HINTS = {"place": 3.0, "era": 2.0}  # how loudly a word suggests a style, beside a scene's 1
OPPOSITE_MODE = {"minor": "major", "major": "minor"}
VOICE_WORDS = {"f": "f", "female": "f", "woman": "f", "m": "m", "male": "m", "man": "m"}
LONGEST_TITLE = 80
USUAL_LINE_S, LINE_SYLLABLES = 4.36, 6.5  # a line of a song for which the lyricist counts: two bars at 110 bpm
USUAL_S, AT_EASE = 180.0, 0.9  # how long a song may be when nobody said, and the pace below which its words are fewer


@dataclass
class _Notes:
    """What has been understood so far."""

    named: dict[str, float] = field(default_factory=dict)
    soft: dict[str, float] = field(default_factory=dict)
    hints: dict[str, float] = field(default_factory=dict)
    moods: list[str] = field(default_factory=list)
    instruments: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    singing: list[str] = field(default_factory=list)
    energy: list[float] = field(default_factory=list)
    bright: list[float] = field(default_factory=list)
    tempo: tuple[float, float] | None = None
    mode: str | None = None
    metre: str | None = None
    voice: str | None = None
    silent: bool = False
    effects: list[Effect] = field(default_factory=list)
    rank: int = 0


def read(request: Request) -> Brief:
    """Understand a request. Raises BadRequest, Unsingable or LyricsTooLong when it cannot be met as it stands."""
    request = _cleaned(request)
    if request.learned_from not in LEARNED_FROM:
        raise BadRequest(f"learned_from “{request.learned_from[:30]}” is not known: {', '.join(LEARNED_FROM)} are allowed")
    check_instruction(request.instruction)
    asked = _fields(request)
    tags, tag_figures = figures(request.tags)
    text, text_figures = figures(request.text)
    notes = _Notes(effects=[*asked.effects, *tag_figures.effects, *text_figures.effects])
    for scan in (scan_tags(tags), scan_text(text)):
        _take_in(scan, notes)
    _refuse(scan_tags(figures(request.negative_tags)[0]), notes)
    found = _first_of(asked, tag_figures, text_figures)
    styles = request.taste.styles if request.taste and not notes.named else _styles(notes, request.seed)
    styles = _followed(styles, request)
    parsed, title = _words(request, notes, styles, found)
    sung = parsed is not None and parsed.sung
    metre = found.metre or (parse_metre(notes.metre) if notes.metre else None)
    brief = Brief(
        request=request,
        title=title,
        styles=styles,
        moods=tuple(dict.fromkeys(notes.moods)),
        energy=_level(notes.energy, request.style_weight),
        brightness=_level(notes.bright, request.style_weight),
        instruments=tuple(dict.fromkeys(name for name in notes.instruments if name not in notes.without)),
        without=tuple(dict.fromkeys(notes.without)),
        tempo_bpm=found.tempo_bpm,
        tempo_range_bpm=None if found.tempo_bpm else found.tempo_range_bpm or notes.tempo,
        key=found.key,
        mode=None if found.key else notes.mode,
        metre=metre,
        duration_s=found.duration_s,
        voice=_voice(request) or notes.voice,
        lyrics=parsed.lyrics if parsed and sung else None,
        effects=(*notes.effects, *(parsed.effects if parsed else ())),
        form=parsed.lyrics.stanzas if parsed and not sung and len(parsed.lyrics.stanzas) > 1 else (),
        singing=tuple(dict.fromkeys((*notes.singing, *(TIMBRES[request.timbre].manner if request.timbre else ())))),
    )
    return brief if request.taste is None else _tasted(brief, request.taste)


def _tasted(brief: Brief, taste: Taste) -> Brief:
    """The brief of a song that a persona sings: its singer in any case, its moods and manner where the request has none."""
    singer = taste.voice or brief.voice
    noted = (*brief.effects, Effect("persona", f"voice: {singer}")) if taste.voice else brief.effects
    return replace(brief, voice=singer, moods=brief.moods or taste.moods, singing=brief.singing or taste.singing,
                   sung_range=taste.sung_range if taste.voice else None, effects=noted)  # fmt: skip


def _cleaned(request: Request) -> Request:
    """The request without invisible characters in its short texts; figures are checked where they are read."""
    asked = {name: getattr(request, name) for name in ("style_weight", "weirdness")} | vars(request.strengths)
    for name, value in asked.items():
        if value is not None and not (math.isfinite(value) and 0 <= value <= 1):
            raise BadRequest(f"{name} {value:g} is out of range: 0 to 1 are allowed")
    title = _one_line(request.title)
    if len(title) > LONGEST_TITLE:
        raise BadRequest(f"the title has {len(title)} characters; at most {LONGEST_TITLE} are allowed")
    text, tags, negative = cleaned(request.text).strip(), _one_line(request.tags), _one_line(request.negative_tags)
    return replace(request, text=text, tags=tags, negative_tags=negative, title=title)


def _one_line(text: str) -> str:
    return " ".join(cleaned(text).split())


def _fields(request: Request) -> Figures:
    """The figures that have a field of their own."""
    asked = Figures()
    if request.bpm is not None:
        asked.tempo_bpm = parse_bpm(request.bpm)
        asked.note("bpm", f"tempo: {asked.tempo_bpm:g} bpm")
    if request.key is not None and request.key.strip():
        asked.key = parse_key(request.key)
        asked.note("key", f"key: {key_name(asked.key)}")
    if request.metre is not None and request.metre.strip():
        asked.metre = parse_metre(request.metre)
        asked.note("metre", f"metre: {asked.metre}")
    if request.segments:
        asked.duration_s = parse_duration(sum(segment.duration_s for segment in request.segments))
        asked.note("segments", ", ".join(f"{segment.name} {segment.duration_s:g} s" for segment in request.segments))
    if request.timbre is not None:
        if request.timbre not in TIMBRES:
            raise BadRequest(f"timbre “{request.timbre[:20]}” is not known: {', '.join(TIMBRES)} are allowed")
        asked.note("timbre", f"voice: {request.timbre}")
    if request.duration_s is not None:
        if asked.duration_s not in (None, request.duration_s):
            raise BadRequest(
                f"the segments last {asked.duration_s:g} s together; a duration of {request.duration_s:g} s was asked for"
            )
        asked.duration_s = parse_duration(request.duration_s)
        asked.note("duration", f"duration: {asked.duration_s:g} s")
    return asked


def _first_of(*sources: Figures) -> Figures:
    """The first source that has a figure decides it."""
    first = Figures()
    for source in sources:
        first.tempo_bpm = first.tempo_bpm or source.tempo_bpm
        first.tempo_range_bpm = first.tempo_range_bpm or source.tempo_range_bpm
        first.key = first.key or source.key
        first.metre = first.metre or source.metre
        first.duration_s = first.duration_s or source.duration_s
    return first


def _take_in(scan: Scan, notes: _Notes) -> None:
    for hit in scan.hits:
        effect = _turned_down(hit, notes) if hit.negated else _taken_up(hit, notes)
        led = f"unknown, taken as “{hit.guess}”: " if hit.guess else ""
        notes.effects.append(Effect(hit.words, led + effect))
    notes.effects += [Effect(word, "nothing that changes the music") for word in scan.unknown]


def _taken_up(hit: Hit, notes: _Notes) -> str:
    """Let a phrase do what it means; the answer says what that was."""
    meaning = hit.meaning
    if meaning.blend:
        place = notes.soft if meaning.soft else notes.named
        order = LATER_STYLE**notes.rank
        for style, share in meaning.blend.items():
            place[style] = max(place.get(style, 0.0), share * hit.weight * order)
        notes.rank += not meaning.soft
    for place_of, style in enumerate(meaning.styles):
        notes.hints[style] = notes.hints.get(style, 0.0) + hit.weight * HINTS.get(meaning.group, 1.0) / (1 + place_of)
    if meaning.mood:
        notes.moods.append(meaning.mood)
    notes.energy += [meaning.energy * hit.weight] if meaning.energy else []
    notes.bright += [meaning.bright * hit.weight] if meaning.bright else []
    notes.instruments += [] if hit.subject and meaning.group == "instrument" else meaning.play
    notes.without += meaning.without
    notes.singing += [meaning.sing] if meaning.sing else []
    notes.tempo = _narrowed(notes.tempo, meaning.tempo)
    notes.mode = notes.mode or meaning.mode or None
    notes.metre = notes.metre or meaning.metre or None
    notes.voice = notes.voice or meaning.voice or None
    notes.silent = notes.silent or meaning.silent
    return described(meaning)


def _turned_down(hit: Hit, notes: _Notes) -> str:
    """Let a phrase that was negated do the opposite."""
    meaning = hit.meaning
    out: list[str] = []
    if meaning.family == "vocals":
        notes.silent = True
        return "nobody sings"
    if meaning.family:
        out.append(meaning.family)
    elif meaning.group in ("instrument", "player"):
        out += meaning.play
    elif meaning.blend:
        out += [max(meaning.blend, key=lambda style: meaning.blend[style])]
    elif meaning.play and not meaning.mood:
        out += meaning.play
    notes.without += out
    for style in out:
        notes.named.pop(style, None)
    if not meaning.blend:
        notes.energy += [-0.6 * meaning.energy] if meaning.energy else []
        notes.bright += [-0.6 * meaning.bright] if meaning.bright else []
        notes.mode = notes.mode or OPPOSITE_MODE.get(meaning.mode)
    return f"left out: {', '.join(out)}" if out else f"not {described(meaning)}"


def _refuse(scan: Scan, notes: _Notes) -> None:
    """Negative tags: everything in them is turned down."""
    for hit in scan.hits:
        notes.effects.append(Effect(f"−{hit.words}", _turned_down(hit, notes)))
    notes.effects += [Effect(f"−{word}", "not known: nothing left out") for word in scan.unknown]


def _styles(notes: _Notes, seed: int) -> tuple[tuple[str, float], ...]:
    """The blend of styles: those that were named; else one that the words suggest, drawn by seed; else pop."""
    unwanted = set(notes.without)
    named = {style: weight for style, weight in notes.named.items() if style not in unwanted}
    soft = {style: weight for style, weight in notes.soft.items() if style not in unwanted}
    if named:
        for style in soft:
            named.setdefault(style, SOFT_STYLE * max(named.values()))
        return _blend(named)
    hints = {style: weight for style, weight in notes.hints.items() if style not in unwanted}
    for style, weight in soft.items():
        hints[style] = hints.get(style, 0.0) + 2.0 * weight
    if not hints:
        fallback = next(style for style in (FALLBACK_STYLE, "rock", "folk", "house", "jazz") if style not in unwanted)
        notes.effects.append(Effect("(no style)", f"style: {fallback}"))
        return ((fallback, 1.0),)
    ranked = sorted(hints.items(), key=lambda item: (-item[1], item[0]))
    weights = [weight**3 for _, weight in ranked]
    drawn = Chance(seed).stream("brief", "style").choice(len(ranked), p=[weight / sum(weights) for weight in weights])
    style = ranked[int(drawn)][0]
    notes.effects.append(Effect("(no style)", f"style: {style}, from the words above"))
    return ((style, 1.0),)


def _blend(weights: dict[str, float]) -> tuple[tuple[str, float], ...]:
    total = sum(weights.values())
    ranked = sorted(weights.items(), key=lambda item: -item[1])  # stable: what was named first leads
    return tuple((style, weight / total) for style, weight in ranked)


def _followed(styles: tuple[tuple[str, float], ...], request: Request) -> tuple[tuple[str, float], ...]:
    """The blend as closely as it is to be followed: a low weight lets a stranger in, a high one leaves little but the first."""
    weight = request.style_weight
    if weight is None or weight == 0.5:
        return styles
    if weight > 0.5:
        return _blend({name: share ** (1.0 + 3.0 * (weight - 0.5)) for name, share in styles})
    from troubadour.styles import STYLES

    known = {name for name, _ in styles}
    others = [name for name in STYLES if name not in known]
    stranger = str(Chance(request.seed, request.take).stream("brief", "stranger").choice(others))
    return _blend({**dict(styles), stranger: STRANGER * (1.0 - 2.0 * weight)})


def _level(deltas: Sequence[float], style_weight: float | None = None) -> float | None:
    """A level from 0 to 1 around 0.5; each further word of one kind counts half as much, all of them by the style's weight."""
    if not deltas:
        return None
    ranked = sorted(deltas, key=lambda delta: -abs(delta))
    moved = sum(delta * 0.6**i for i, delta in enumerate(ranked)) * (
        0.4 + 1.2 * (0.5 if style_weight is None else style_weight)
    )
    return min(1.0, max(0.0, 0.5 + moved))


def _voice(request: Request) -> str | None:
    """The voice that a field of the request asks for: f, m, or the id of a voice."""
    if request.voice is None or not request.voice.strip():
        return None
    voice = request.voice.strip().lower()
    if voice in VOICE_WORDS:
        return VOICE_WORDS[voice]
    from troubadour.stems.sing.voices import VOICES

    if voice not in VOICES:
        raise BadRequest(f"voice “{request.voice[:30]}” is not known: f, m, {', '.join(sorted(VOICES))} are allowed")
    return voice


def _words(request: Request, notes: _Notes, styles: tuple[tuple[str, float], ...], found: Figures) -> tuple[Parsed | None, str]:
    """What is sung, and the title. None: nobody sings and no form was sent."""
    room_s = found.duration_s
    language = language_named(request.language, request.nearest_voice)
    names = tuple(_shelf().kin(style)[-1] for style, _ in styles)  # the lyricist knows the styles that others are like
    sent = (request.lyrics or "").strip()
    parsed = _parsed(sent, language or language_of(sent), notes, room_s) if sent else None
    if request.instrumental or (notes.silent and not (parsed and parsed.sung)):
        bare = _without_words(parsed) if parsed else None
        return bare, request.title or make_title(request, names, tuple(notes.moods), None)
    if parsed and (parsed.sung or parsed.lyrics.marked):
        if parsed.sung and notes.silent:
            notes.effects.append(Effect("instrumental", "lyrics were sent: they are sung"))
        return parsed, request.title or make_title(request, names, tuple(notes.moods), parsed.lyrics if parsed.sung else None)
    if sent:
        raise BadRequest("these lyrics hold nothing to sing. Send words, or ask for an instrumental.")
    if language and language.engine != "english":
        raise BadRequest(f"words are written in English only: send {language.name} lyrics, or leave the language out")
    subject = ", ".join(part for part in (request.text, request.tags, request.title) if part)
    if not subject:
        raise BadRequest("nothing to go on: send lyrics, or a description of the song, or ask for an instrumental.")
    pace = _pace(found.tempo_bpm, styles[0][0])
    draft_room_s = room_s * pace if room_s else USUAL_S * pace if pace < AT_EASE else None
    draft = write_lyrics(subject, request.seed, request.take, names, tuple(notes.moods), draft_room_s, request.title)
    notes.effects += [Effect(word, "sung about") for word in draft.about]
    return parse_lyrics(draft.lyrics, room_s=room_s), request.title or draft.title


def _parsed(lyrics: str, language: Language, notes: _Notes, room_s: float | None) -> Parsed:
    """The lyrics as that language reads them; the answer says which it was."""
    if language.code != "en":
        notes.effects.append(Effect("lyrics", language.remark))
    return parse_lyrics(lyrics, reader(language), room_s)


def _narrowed(one: tuple[float, float] | None, other: tuple[float, float] | None) -> tuple[float, float] | None:
    """Tempos that suit both words ("soul" and "ballad"); the first one's where none does."""
    if one is None or other is None:
        return one or other
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else one


def _pace(tempo_bpm: float | None, style: str) -> float:
    """How much faster than usual lines go by: one takes two bars, or four where a style sings few syllables in a bar."""
    facts = _shelf()[style]
    bars = 2 if 2.0 * facts.melody.syllables_per_bar >= LINE_SYLLABLES else 4
    beats = parse_metre(facts.metres[0]).bar_ticks / TICKS_PER_BEAT
    line_s = bars * beats * 60.0 / (tempo_bpm or facts.tempo.default)  # [bars] * [beats/bar] * [60 s/min] / [beats/min] = [s]
    return min(1.4, max(0.3, USUAL_LINE_S / line_s))


def _shelf() -> Shelf:
    from troubadour.styles import STYLES  # styles are read when the first request is

    return STYLES


def _without_words(parsed: Parsed) -> Parsed | None:
    """Only the form that marks gave."""
    if not parsed.lyrics.marked:
        return None
    stanzas = tuple(Stanza(stanza.kind, stanza.label, ()) for stanza in parsed.lyrics.stanzas)
    return Parsed(Lyrics(parsed.lyrics.text, stanzas, True), ())
