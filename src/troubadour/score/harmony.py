"""Chords for every bar: a progression per phrase label and kind of section, with cadences where sections end.

A returning label returns its chords. The last bar of the song is the tonic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from troubadour.brief import Metre
from troubadour.chance import Chance
from troubadour.plan import Plan, SectionPlan
from troubadour.plan.draw import ordered
from troubadour.score.melody.human.bank import bank as human_bank
from troubadour.score.value import Chord, Score
from troubadour.styles import SHARED, Style
from troubadour.theory.chords import QUALITIES, Numeral, numeral, with_seventh
from troubadour.theory.metre import groups, halves
from troubadour.theory.scales import family

BarChords = tuple[Numeral, ...]
# How long a human chord lasts: 2.1 to 2.4 seconds on average in POP909, from 60 to 130 beats a minute; and how far ours may stray.
CHORD_S, CHORD_SPREAD_OCTAVES = 2.3, 0.25
LONG_BAR_S = 2.6  # from here a plain loop may go two chords a bar
KIN = {  # where a kind of section looks when the style has no progressions of its own for it
    "hook": ("chorus",), "drop": ("chorus",), "climax": ("chorus",), "solo": ("chorus", "verse"), "intro": ("verse",),
    "interlude": ("verse",), "outro": ("verse",), "break": ("bridge", "verse"), "build": ("pre_chorus", "chorus"),
    "pre_chorus": ("bridge",),
}  # fmt: skip


@dataclass(frozen=True)
class Bank:
    """The progressions that a song may draw from: by kind of section, for its mode."""

    style: Style
    mode: str

    def pool(self, kind: str) -> tuple[str, ...]:
        """Progressions for a kind of section."""
        kinds = self.style.progressions.get(self.mode)
        if kinds is None and self.mode in SHARED.progressions and self.mode not in ("major", "minor"):
            return SHARED.progressions[self.mode]
        if kinds is None:
            kinds = self.style.progressions.get(family(self.mode))
        if kinds is None:
            same = [k for m, k in self.style.progressions.items() if family(m) == family(self.mode)]
            kinds = same[0] if same else {"any": SHARED.progressions[family(self.mode)]}
        for name in (kind, *KIN.get(kind, ())):
            if name in kinds:
                return kinds[name]
        return kinds["any"]


def harmonised(plan: Plan, style: Style, heard: Mapping[str, tuple[BarChords, ...]] | None = None) -> tuple[Chord, ...]:
    """The song's chords, without gaps from its first bar to its last; equal neighbours are one chord inside a section.

    `heard` are progressions by phrase label that the song has already.
    """
    bank = Bank(style, plan.key.mode)
    rich = bool(Chance(plan.seed, plan.take).stream("harmony", "sevenths").random() < style.harmony.sevenths)
    known: dict[str, tuple[BarChords, ...]] = dict(heard or {})
    drawn_kinds: dict[str, int] = {}
    humans: set[str] = set()
    bars: list[BarChords] = []
    for number, section in enumerate(plan.sections):
        following = plan.sections[number + 1] if number + 1 < len(plan.sections) else None
        for index, phrase in enumerate(section.phrases):
            label = phrase.label
            if label not in known:
                human = _human_progression(phrase.label, phrase.bars, plan, style)
                known[label] = human or _progression(bank, section.kind, phrase.bars, plan, drawn_kinds)
                humans |= {label} if human else set()
            loop = known[label]
            laid = _laid(loop, phrase.bars, 1 if label in humans else style.harmony.bars_per_chord)
            if label not in humans:
                laid = [tuple(_coloured(chord, rich) for chord in bar) for bar in laid]
            if index == len(section.phrases) - 1:
                laid = _led_on(laid, section, following, plan, style)
            bars += laid
    tonic = numeral("I" if family(plan.key.mode) == "major" else "i")
    bars[-1] = (_home(tonic, bars, style),)
    if len(bars) > 1 and len(bars[-2]) == 1 and bars[-2][0].root == 0 and plan.sections[-1].bars > 1:
        bars[-2] = (_dominant(plan.key.mode, style),)
    bars[-1] = tuple(_coloured(chord, rich) for chord in bars[-1])
    return _placed(bars, plan)


def _progression(bank: Bank, kind: str, bars: int, plan: Plan, taken: dict[str, int]) -> tuple[BarChords, ...]:
    """The loop of a label that first stands over a phrase of `bars` bars: rather one that fills it. Two labels of one kind get
    different loops where the style has two. In long bars a loop may go twice as fast."""
    pool = bank.pool(kind)
    count = taken.get(kind, 0)
    taken[kind] = count + 1
    quick = _goes_quickly(bank.style, kind, plan)
    fitting = [_fit(text, bars, 0.5 if quick else bank.style.harmony.bars_per_chord) for text in pool]
    options = ordered(pool, plan.seed, "harmony", kind, weights=fitting)
    text = options[(plan.take + count) % len(options)]
    loop = tuple(tuple(numeral(chord) for chord in bar.split()) for bar in text.split("|"))
    return _quickened(loop) if quick else loop


def _goes_quickly(style: Style, kind: str, plan: Plan) -> bool:
    """Whether the loops of a kind of section go two chords a bar."""
    chance = style.harmony.two_a_bar if _bar_s(plan) >= LONG_BAR_S else 0.0
    return bool(Chance(plan.seed, plan.take).stream("harmony", "pace", kind).random() < chance)


def _bar_s(plan: Plan) -> float:
    return plan.metre.bar_ticks / 480 * 60 / plan.tempo_bpm  # [ticks] / [ticks/beat] * [s/min] / [beats/min] = [s]


def _quickened(loop: tuple[BarChords, ...]) -> tuple[BarChords, ...]:
    """Two bars of one chord each in one bar; a loop that has fuller bars, or an odd number of them, as it is."""
    if len(loop) % 2 or any(len(bar) > 1 for bar in loop):
        return loop
    return tuple(one + two for one, two in zip(loop[::2], loop[1::2], strict=True))


def _human_progression(label: str, bars: int, plan: Plan, style: Style) -> tuple[BarChords, ...] | None:
    """The chords of a human phrase of this length and mode, rather one whose chords move at a human pace at this tempo; as often
    as the style likes, in 4/4 and plain modes."""
    stream = Chance(plan.seed, plan.take).stream("harmony", "human", label)
    if plan.metre != Metre() or plan.key.mode not in ("major", "minor") or stream.random() >= style.harmony.learned:
        return None
    pool = human_bank(plan.brief.request.learned_from).progressions.get((plan.key.mode == "minor", bars))
    if not pool:
        return None
    liking = np.array([_pace_liking(text, bars * _bar_s(plan)) for text in pool])
    begun = {}
    for text in pool[int(stream.choice(len(pool), p=liking / liking.sum()))].split():
        beat, root, quality, bass = text.split(":")
        begun[int(beat)] = Numeral(int(root), quality, int(bass))
    beats = [begun[max(beat for beat in begun if beat <= here)] for here in range(bars * 4)]
    return tuple(_brief(tuple(beats[bar * 4 : bar * 4 + 4])) for bar in range(bars))


def _pace_liking(progression: str, length_s: float) -> float:
    """How near the chords of a progression that lasts `length_s` come to lasting as long as human ones do (1: as long)."""
    changes = 1 + sum(one.split(":")[1:] != two.split(":")[1:] for one, two in pairwise(progression.split()))
    away = np.log2(length_s / changes / CHORD_S) / CHORD_SPREAD_OCTAVES
    return float(np.exp(-0.5 * away**2)) + 1e-9


def _brief(beats: BarChords) -> BarChords:
    """A bar of four beats with one chord or two where that says the same."""
    if len(set(beats)) == 1:
        return beats[:1]
    return beats[::2] if beats[0] == beats[1] and beats[2] == beats[3] else beats


def _fit(text: str, bars: int, bars_per_chord: float) -> float:
    """How well a loop fills a phrase: as long as it, a part of it, or cut off in the middle."""
    length = (text.count("|") + 1) * bars_per_chord
    return 1.5 if length == bars else 1.0 if bars % length == 0 else 0.15


def _laid(loop: Sequence[BarChords], bars: int, bars_per_chord: int) -> list[BarChords]:
    """A loop over a number of bars. A long progression that does not fit ends with its own ending."""
    stretched = [bar for bar in loop for _ in range(bars_per_chord if len(bar) == 1 else 1)]
    laid = [stretched[i % len(stretched)] for i in range(bars)]
    if bars > 2 and bars % len(stretched) and len(stretched) > 4:
        laid[-2:] = stretched[-2:]
    return laid


def _led_on(
    laid: list[BarChords], section: SectionPlan, following: SectionPlan | None, plan: Plan, style: Style
) -> list[BarChords]:
    """The last bar of a section leans into the next one: a turnaround, by the style's liking."""
    if following is None or len(laid) < 4 or following.kind == section.kind:
        return laid
    stream = Chance(plan.seed, plan.take).stream("harmony", "turnaround", section.kind, following.kind)
    last = laid[-1]
    if stream.random() < style.harmony.turnaround and len(last) == 1 and last[0].root in (0, 5, 9, 8):
        return [*laid[:-1], (last[0], _dominant(plan.key.mode, style))]
    return laid


def _dominant(mode: str, style: Style) -> Numeral:
    """What leads home: what the style says, else the dominant, or the flat seventh where the mode has no leading note."""
    if style.harmony.cadence:
        return numeral(style.harmony.cadence)
    if mode in ("phrygian dominant", "double harmonic"):
        return numeral("bvii" if mode == "phrygian dominant" else "bII")
    if mode in ("mixolydian", "dorian", "phrygian", "locrian"):
        return numeral("bII" if mode in ("phrygian", "locrian") else "bVII")
    return numeral("V7" if style.family == "jazz" else "V")


def _home(tonic: Numeral, bars: Sequence[BarChords], style: Style) -> Numeral:
    """The last chord: what the style says, else the tonic, as rich as the song's other chords are."""
    if style.harmony.home:
        said = numeral(style.harmony.home)
        return said if said.quality[:3] != "min" or tonic.quality == "min" else tonic
    if any(QUALITIES[n.quality][3:] for bar in bars[:-1] for n in bar) and style.family in ("jazz", "hip hop", "soul", "latin"):
        return Numeral(0, "maj7" if tonic.quality == "maj" else ("min7" if style.family != "jazz" else "min6"), 0)
    return tonic


def _coloured(chord: Numeral, rich: bool) -> Numeral:
    return Numeral(chord.root, with_seventh(chord.quality, chord.root), chord.bass) if rich else chord


def _placed(bars: Sequence[BarChords], plan: Plan) -> tuple[Chord, ...]:
    made: list[Chord] = []
    tonic, metre = plan.key.tonic, plan.metre
    opening = {sum(section.bars for section in plan.sections[:number]) for number in range(len(plan.sections))}
    last: Numeral | None = None
    for index, bar in enumerate(bars):
        start = index * metre.bar_ticks
        edges = _edges(len(bar), metre)
        for begin, end, chord in zip(edges, [*edges[1:], metre.bar_ticks], bar, strict=False):
            if chord == last and (begin or index not in opening):
                made[-1] = replace(made[-1], length=start + end - made[-1].start)
                continue
            last = chord
            made.append(Chord(start + begin, end - begin, (chord.root + tonic) % 12, chord.quality, (chord.bass + tonic) % 12))
    return tuple(made)


def _edges(count: int, metre: Metre) -> list[int]:
    """Where the chords of a bar begin: on beats."""
    if count == 1:
        return [0]
    if count == 2:
        return [0, halves(metre)[0]]
    beats = [sum(groups(metre)[:i]) for i in range(len(groups(metre)))]
    return beats[:count]


def heard_in(score: Score) -> dict[str, tuple[BarChords, ...]]:
    """The progression of every phrase label of a song, as its first statement has it."""
    found: dict[str, tuple[BarChords, ...]] = {}
    for phrase in score.phrases:
        bars = range(phrase.start_bar, phrase.start_bar + phrase.bars)
        if phrase.label not in found:
            found[phrase.label] = tuple(_numerals(score, bar) for bar in bars)
    return found


def _numerals(score: Score, bar: int) -> BarChords:
    """A bar's chords in no key: those that begin in it, or the one that lasts through it."""
    start, end, tonic = max(0, score.bar_start(bar)), score.bar_start(bar + 1), score.key.tonic
    begun = [chord for chord in score.chords if start <= chord.start < end]
    lasting = [chord for chord in score.chords if chord.start < start][-1:] if not begun or begun[0].start > start else []
    chords = [*lasting, *begun] or score.chords[-1:]
    found = tuple(Numeral((c.root - tonic) % 12, c.quality, (c.bass - tonic) % 12) for c in chords)
    places = [max(start, chord.start) - start for chord in chords]
    if len(found) > len(groups(score.metre)) or places == _edges(len(found), score.metre):
        return found
    edges = _edges(len(groups(score.metre)), score.metre)
    return tuple(found[max(i for i, place in enumerate(places) if place <= max(edge, places[0]))] for edge in edges)
