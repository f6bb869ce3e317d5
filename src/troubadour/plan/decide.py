"""`decide`: the shape of a song from its brief.

A length that was asked for is met to the sample: by the number of bars, by a tempo inside the style's range (unless one was
asked for), and by the tail, in which the last chord rings. Nothing is ever cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from troubadour.brief import Brief, Key, Lyrics, Metre, Stanza
from troubadour.chance import Chance
from troubadour.errors import BadRequest, LyricsTooLong
from troubadour.plan import form, placement, segments
from troubadour.plan.band import choose_band
from troubadour.plan.draw import drawn
from troubadour.plan.form import Block
from troubadour.plan.lift import lifted
from troubadour.plan.value import Plan
from troubadour.plan.variety import varied
from troubadour.styles import Style, blend
from troubadour.theory.metre import is_compound
from troubadour.theory.scales import family
from troubadour.theory.timbres import TIMBRES
from troubadour.units import SAMPLE_RATE_HZ

SHORTEST_S, LONGEST_S = 10.0, 480.0
SHORTEST_PLAYED_S = 1.0  # without words
SHORT_S = 120.0  # what a song without a wish lasts at least
TAIL_S = (1.5, 6.0)
SHORT_TAIL_SHARE = 0.25  # of a piece of a few seconds
STING_S, STING_METRE = 3.0, Metre(2, 4)  # a shorter one is a sting, in short bars
BEST_TAIL_S = 2.8
FRIENDLY = {  # tonics that lie well under the hands
    "guitar": (4, 9, 2, 7, 0, 11),
    "flat": (5, 10, 3, 0, 8, 2),
    "piano": (0, 7, 5, 2, 10, 9),
    "any": (0, 2, 4, 5, 7, 9, 11, 10, 3),
}
MOST_REPEATS = 3  # how often unmarked words come again, and once more for every 40 bars
TIGHTNESS = (0.0, 0.35, 0.7, 1.0)  # how close the words may be set: natural first


@dataclass(frozen=True)
class Clock:
    """A metre at a tempo."""

    metre: Metre
    tempo_bpm: float

    @property
    def bar_s(self) -> float:
        """Seconds of a bar."""
        return self.metre.bar_ticks / 480 * 60 / self.tempo_bpm  # [ticks] / [ticks/beat] * [s/min] / [beats/min] = [s]


def decide(brief: Brief) -> Plan:
    """The plan of a song. Raises LyricsTooLong when the words need more time than there is."""
    style = blend(brief.styles)
    shortest_s = SHORTEST_S if _has_words(brief) else SHORTEST_PLAYED_S
    if brief.duration_s is not None and not shortest_s <= brief.duration_s <= LONGEST_S:
        kind = "a song" if _has_words(brief) else "music without words"
        raise BadRequest(f"{kind} lasts {shortest_s:.0f} to {LONGEST_S:.0f} seconds; {brief.duration_s:g} were asked for")
    metre = _metre(brief, style)
    wish = _tempo_wish(brief, style, metre)
    changes: tuple[tuple[int, float], ...] = ()
    if brief.request.segments:
        clock, blocks, changes = _segmented(brief, metre, wish)
    else:
        clock, blocks = (_sung_form if _has_words(brief) else _played_form)(brief, style, metre, wish)
    bars = sum(block.bars for block in blocks)
    frames = _frames(brief, clock, bars)
    voice = lead_voice(brief, style)
    key = _key(brief, style, voice)
    sections = varied(form.sections_of(blocks, style, brief), brief.request.strengths.variation)
    sections = placement.placed(sections, brief.request.placement)
    return Plan(
        brief=brief,
        style=style.id,
        title=brief.title,
        tempo_bpm=clock.tempo_bpm,
        metre=metre,
        key=key,
        frames=frames,
        sections=lifted(sections, style, brief),
        band=choose_band(brief, style),
        voice=voice,
        swing=0.0 if is_compound(metre) else style.swing,
        swing_unit_ticks=1920 // style.swing_unit,
        tempo_changes=changes,
    )


def _has_words(brief: Brief) -> bool:
    return brief.lyrics is not None and any(stanza.lines for stanza in brief.lyrics.stanzas)


# Tempo, metre, key, voice -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TempoWish:
    """The tempo to try first, and how far it may move."""

    home: float
    low: float
    high: float


def _tempo_wish(brief: Brief, style: Style, metre: Metre) -> TempoWish:
    if brief.tempo_bpm is not None:
        exact = round(brief.tempo_bpm, 2)
        return TempoWish(exact, exact, exact)
    low, high, home = style.tempo.low, style.tempo.high, style.tempo.default
    if brief.tempo_range_bpm is not None:
        wished_low, wished_high = brief.tempo_range_bpm
        if wished_low <= high and wished_high >= low:
            low, high = max(low, wished_low), min(high, wished_high)
        else:
            low, high = wished_low, wished_high
        home = min(max(home, low), high)
    pull = 0.0 if brief.energy is None else (brief.energy - 0.5) * 0.5
    spread = Chance(brief.seed, 0).stream("plan", "tempo").uniform(-0.28, 0.28) * (1 if brief.take % 2 == 0 else -1)
    spread *= 1.5 - (0.5 if brief.request.style_weight is None else brief.request.style_weight)
    step = spread + pull + (0.12 if brief.take % 2 else -0.12) * (1 if spread >= 0 else -1)
    reach = (high - home) if step > 0 else (home - low)
    return TempoWish(float(round(min(max(home + step * 2 * reach, low), high))), low, high)


def _metre(brief: Brief, style: Style) -> Metre:
    if brief.metre is not None:
        return style.native(str(brief.metre))
    if brief.duration_s is not None and brief.duration_s < STING_S:
        return STING_METRE
    weights = [4.0, *[1.0] * (len(style.metres) - 1)]
    text = str(Chance(brief.seed, brief.take).stream("plan", "metre").choice(style.metres, p=np.array(weights) / sum(weights)))
    return style.native(text)


def _key(brief: Brief, style: Style, voice: str | None) -> Key:
    """The key that was asked for; else a mode of the style and a tonic that hands like and that suits the voice."""
    if brief.key is not None:
        return brief.key
    mode = brief.mode or _mode(brief, style)
    tonics = list(FRIENDLY[style.keys])
    if voice is not None:
        centre = sum(brief.sung_range) / 2 if brief.sung_range else _voice_centre(voice)
        # A tune ranges from the fifth under the tonic to the octave above it: its middle lies about four steps over the tonic.
        distance = [abs((centre - 4 - tonic + 6) % 12 - 6) for tonic in tonics]
        tonics = [tonic for _, tonic in sorted(zip(distance, tonics, strict=True))][:4]
    return Key(drawn(tonics, brief.seed, brief.take, "tonic"), mode)


def _mode(brief: Brief, style: Style) -> str:
    """A mode by the style's weights, darkened or brightened by the mood."""
    dark = {
        "sad",
        "melancholy",
        "melancholic",
        "dark",
        "angry",
        "mysterious",
        "tense",
        "nostalgic",
        "lonely",
        "ominous",
        "aggressive",
    }
    light = {"happy", "joyful", "bright", "uplifting", "cheerful", "triumphant", "playful", "hopeful", "romantic"}
    lean = float(sum((mood in light) - (mood in dark) for mood in brief.moods))
    lean += 0.0 if brief.brightness is None else 2 * (brief.brightness - 0.5)
    names = list(style.modes)
    weights = np.array([style.modes[n] * np.exp(1.4 * lean * (1 if family(n) == "major" else -1)) for n in names])
    if lean and all((family(n) == "major") == (lean < 0) for n in names):
        names, weights = [*names, "minor" if lean < 0 else "major"], np.array([*weights, weights.sum()])
    return str(Chance(brief.seed, brief.take).stream("plan", "mode").choice(names, p=weights / weights.sum()))


def _voice_centre(voice: str) -> float:
    from troubadour.stems.sing.voices import VOICES

    return (VOICES[voice].low + VOICES[voice].high) / 2


def lead_voice(brief: Brief, style: Style) -> str | None:
    """The lead voice: the one that was named, else one of the wished gender, another for another take."""
    if not _has_words(brief):
        return None
    from troubadour.stems.sing.voices import HOUSE, VOICES

    if brief.voice in VOICES:
        return brief.voice
    gender = brief.voice if brief.voice in ("f", "m") else drawn(("f", "m"), brief.seed, brief.take, "gender")
    fitting = [name for name, voice in HOUSE.items() if voice.gender == gender] or list(HOUSE)
    liking = [3.0 if name in style.singers else 1.0 for name in fitting]
    if brief.request.timbre:
        wanted = set(TIMBRES[brief.request.timbre].words)
        liking = [
            like * (1.0 + 8.0 * len(wanted & set(VOICES[name].words))) for like, name in zip(liking, fitting, strict=True)
        ]
    turn = brief.take if brief.voice in ("f", "m") else brief.take // 2
    return drawn(fitting, brief.seed, turn, "voice", weights=liking)


# Length -----------------------------------------------------------------------------------------------------------------


def _frames(brief: Brief, clock: Clock, bars: int) -> int:
    if brief.duration_s is not None:
        return round(brief.duration_s * SAMPLE_RATE_HZ)
    length_s = bars * clock.bar_s + max(BEST_TAIL_S, min(0.8 * clock.bar_s, 4.5))
    return round(min(length_s, LONGEST_S) * SAMPLE_RATE_HZ)


def _tail_bounds_s(bar_s: float, duration_s: float) -> tuple[float, float]:
    """How long the last chord may ring: 1.5 to 6 s, a little more where a bar is longer than that window, less in a sting."""
    least = min(TAIL_S[0], SHORT_TAIL_SHARE * duration_s)
    return least, max(TAIL_S[1], least + bar_s + 0.01)


def _fitting_clocks(duration_s: float, metre: Metre, wish: TempoWish) -> list[tuple[int, Clock]]:
    """(bars, clock) pairs that fill a duration exactly, the nearest to the wished tempo first."""
    found = []
    bar_beats = metre.bar_ticks / 480
    if duration_s < SHORTEST_S and wish.low < wish.high:  # one bar must have room
        wish = replace(wish, high=max(wish.high, bar_beats * 60 / ((1 - SHORT_TAIL_SHARE) * duration_s)))
    best_tail_s = min(BEST_TAIL_S, duration_s / 2)
    most = int((duration_s - 0.5) / (bar_beats * 60 / wish.high)) + 1
    least = max(1, int((duration_s - 12) / (bar_beats * 60 / wish.low)) - 2)
    for bars in range(least, most + 1):
        tempo = bars * bar_beats * 60 / max(duration_s - best_tail_s, 0.5)
        clock = Clock(metre, round(min(max(tempo, wish.low), wish.high), 2))
        tail_s = duration_s - bars * clock.bar_s
        low, high = _tail_bounds_s(clock.bar_s, duration_s)
        if low <= tail_s <= high:
            cost = abs(np.log(clock.tempo_bpm / wish.home)) + 0.02 * abs(tail_s - best_tail_s)
            found.append((float(cost), bars, clock))
    if not found:  # a tempo that was asked for, too slow for two bars: as many as there are, and what is left rings
        clock = Clock(metre, wish.home)
        bars = int((duration_s - 1.0) / clock.bar_s) or int(duration_s / clock.bar_s)
        if not bars:
            bar = f"one bar of {metre} at {wish.home:g} bpm lasts {clock.bar_s:.1f} s"
            raise BadRequest(f"{bar}, longer than the {duration_s:g} s asked for: ask for more time or a faster tempo")
        found.append((0.0, bars, clock))
    return [(bars, clock) for _, bars, clock in sorted(found, key=lambda item: item[:2])]


# Forms ------------------------------------------------------------------------------------------------------------------


def _played_form(brief: Brief, style: Style, metre: Metre, wish: TempoWish) -> tuple[Clock, list[Block]]:
    """Music without words: one of the style's forms, in the length that was asked for or that is usual."""
    template = drawn(style.forms, brief.seed, brief.take, "form", weights=[f.weight for f in style.forms])
    blocks = form.from_marks(brief.form) if brief.form else form.from_template(template)
    blocks = placement.excerpt(blocks, brief.request.placement)
    if brief.duration_s is None:
        clock = Clock(metre, wish.home)
        goal_s = Chance(brief.seed, brief.take).stream("plan", "length").uniform(*style.length_s)
        return clock, blocks if brief.form else _near(blocks, round((goal_s - BEST_TAIL_S) / clock.bar_s))
    bars, clock = _fitting_clocks(brief.duration_s, metre, wish)[0]
    made = form.fitted(blocks, bars) if brief.form else None
    if made is None:
        made = form.fitted(_near(blocks, bars), bars)
    if made is None:
        made = form.tune_and_end(bars)
    return clock, made


def _segmented(brief: Brief, metre: Metre, wish: TempoWish) -> tuple[Clock, list[Block], tuple[tuple[int, float], ...]]:
    """Music without words in sections of exact lengths: its first tempo, its form, and where the tempo changes."""
    if _has_words(brief):
        raise BadRequest("sections of exact lengths are for music without words: leave them out, or the lyrics")
    found = segments.timed(brief.request.segments, metre, wish.low, wish.high, wish.home)
    blocks = segments.blocks_of(brief.request.segments, found.bars)
    return Clock(metre, found.bpm[0]), blocks, segments.changes(found)


def _near(blocks: list[Block], bars: int) -> list[Block]:
    total = sum(block.bars for block in blocks)
    if total > bars + 2:
        return form.shortened(blocks, bars)
    return form.lengthened(blocks, bars) if total < bars - 8 else blocks


def _sung_form(brief: Brief, style: Style, metre: Metre, wish: TempoWish) -> tuple[Clock, list[Block]]:
    """A song around its words, in the length that was asked for or that they need."""
    if brief.duration_s is not None:
        return _in_time(brief, style, metre, wish, brief.duration_s)
    clock = Clock(metre, wish.home)
    for tightness in TIGHTNESS:
        blocks = _natural(brief, style, clock, tightness)
        if sum(block.bars for block in blocks) * clock.bar_s + BEST_TAIL_S <= LONGEST_S:
            return clock, blocks
    return _in_time(brief, style, metre, wish, LONGEST_S)


def _natural(brief: Brief, style: Style, clock: Clock, tightness: float) -> list[Block]:
    """The form at ease; with few words it grows to two minutes by whole stanzas (unmarked words), by a slower delivery, and by
    the band."""
    pace = form.pace_of(style, clock.tempo_bpm, clock.metre.bar_ticks)
    wanted = round(SHORT_S / clock.bar_s) + 1
    ease = tightness or _ease(brief, style, (wanted, clock))
    blocks = _repeated(brief, style, pace, ease, wanted + 8)
    return form.padded(blocks, wanted, style) if sum(b.bars for b in blocks) < wanted else blocks


def _repeated(brief: Brief, style: Style, pace: form.Pace, tightness: float, bars: int) -> list[Block]:
    """The form around the words; unmarked ones come again, as whole stanzas, while there is room in `bars` bars."""
    blocks = form.around_words(brief, style, pace, tightness)
    lyrics = brief.lyrics
    if lyrics is None or lyrics.marked:
        return blocks
    for _ in range(MOST_REPEATS + bars // 40):
        lyrics = with_repeat(lyrics)
        longer = form.around_words(replace(brief, lyrics=lyrics), style, pace, tightness)
        if sum(block.bars for block in longer) > bars:
            break
        blocks = longer
    return blocks


def with_repeat(lyrics: Lyrics) -> Lyrics:
    """Unmarked words with one more stanza: the chorus after the last verse, or the whole once more."""
    sung = [stanza for stanza in lyrics.stanzas if stanza.lines]
    chorus = next((stanza for stanza in sung if stanza.kind in ("chorus", "hook")), None)
    more: Sequence[Stanza] = (chorus,) if chorus is not None and sung[-1].kind != chorus.kind else tuple(dict.fromkeys(sung))
    return replace(lyrics, stanzas=(*lyrics.stanzas, *more))


def _in_time(brief: Brief, style: Style, metre: Metre, wish: TempoWish, duration_s: float) -> tuple[Clock, list[Block]]:
    """The words in exactly this time: the nearest tempo at which a form fits, words set closer only when they must be."""
    clocks = _fitting_clocks(duration_s, metre, wish)
    for tightness in (_ease(brief, style, clocks[0]), *TIGHTNESS):
        for bars, clock in clocks[: 400 if tightness == 1.0 else 12]:
            pace = form.pace_of(style, clock.tempo_bpm, metre.bar_ticks)
            made, place = filled(brief, bars, style, pace, tightness), brief.request.placement
            if place is not None and not (made and placement.keeps(made, place, duration_s, clock.bar_s)):
                made = placement.sung_form(brief, style, pace, tightness, bars, clock.bar_s)
            if made is not None:
                return clock, made
    place = brief.request.placement
    if place is not None and place.words != (0.0, 1.0):
        raise LyricsTooLong(placement.too_long(place, duration_s))
    raise LyricsTooLong(_too_long(brief, style, metre, wish, duration_s))


def filled(brief: Brief, bars: int, style: Style, pace: form.Pace, tightness: float) -> list[Block] | None:
    """A form of exactly `bars` bars, or None when the words need more."""
    blocks = form.around_words(brief, style, pace, tightness)
    if sum(block.bars if block.sung else block.least for block in blocks) > bars:
        return None
    blocks = _repeated(brief, style, pace, tightness, bars + 4)
    if sum(block.bars for block in blocks) < bars - 4:
        blocks = form.padded(blocks, bars, style)
    return form.fitted(blocks, bars)


def _ease(brief: Brief, style: Style, place: tuple[int, Clock]) -> float:
    """How much slower than natural the words may come when there is far more time than they need."""
    bars, clock = place
    pace = form.pace_of(style, clock.tempo_bpm, clock.metre.bar_ticks)
    sung = sum(block.bars for block in form.around_words(brief, style, pace, 0.0) if block.sung)
    return -1.0 if sung < 0.45 * bars and style.melody.delivery == "sung" else 0.0


def _too_long(brief: Brief, style: Style, metre: Metre, wish: TempoWish, duration_s: float) -> str:
    """What to tell the author: the least time these words need here."""
    clock = Clock(metre, wish.high)
    blocks = form.around_words(brief, style, form.pace_of(style, clock.tempo_bpm, metre.bar_ticks), 1.0)
    least_s = int(np.ceil(sum(b.bars if b.sung else b.least for b in blocks) * clock.bar_s + TAIL_S[0]))
    if least_s > LONGEST_S:
        return f"these words need about {least_s} seconds; a song lasts {LONGEST_S:.0f} at most: use fewer or a faster style"
    return f"these words need at least {least_s} seconds here; {duration_s:g} were asked for: ask for more time or shorten them"
