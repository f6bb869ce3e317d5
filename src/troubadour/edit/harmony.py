"""A song's chords in another style: its colours, its changes, its pace, under a tune that stays.

A style's progressions say which chords it knows and what follows what. For every stretch of the song (its own chords; bars
where the style changes more slowly; half bars where it changes faster) the chord is chosen that fits the tune, the style
and the song's own chord, all stretches together (Viterbi). How much the song's own chord counts is the `closeness`:

    0.7 and more   roots stay; triads may grow sevenths, or lose them
    0.4 to 0.7     the song's chords, where the style has no much better idea
    less           a reharmonisation: the style's chords under the tune

Clashes are what voicing manuals forbid: a tune note a semitone above a chord tone (a minor ninth). Returning phrases draw
the same dice, so equal tunes get equal chords.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from troubadour.brief import Key, Metre
from troubadour.chance import Chance
from troubadour.score import Chord, Note, Phrase
from troubadour.score.harmony import Bank
from troubadour.styles import Style
from troubadour.theory.chords import QUALITIES, Numeral, numeral, tones, with_seventh
from troubadour.theory.metre import halves
from troubadour.theory.scales import scale

Floats = NDArray[np.float64]

KINDS = ("verse", "pre_chorus", "chorus", "bridge", "intro", "outro", "solo", "drop", "any")
FIT, FOLLOWING, COLOUR, DICE = 2.2, 0.8, 0.9, 0.25
FAITH = {"close": 30.0, "balanced": 2.4, "loose": 0.5}  # what the song's own root is worth
CLASH, OUTSIDE, CHORD_TONE = -3.0, -0.5, 1.0
SMOOTH = 0.03  # of a change that the style's progressions never make
DENSE = 1.05  # chords a bar: a style that changes inside bars


@dataclass(frozen=True)
class Cell:
    """A stretch under one chord: the song's own chord there, and where it lies in a returning phrase."""

    start: int
    end: int
    own: Chord
    label: str
    offset: int
    inside: bool  # it goes on a bar: staying is natural


def suited(
    chords: Sequence[Chord], tune: Sequence[Note], phrases: Sequence[Phrase], key: Key, metre: Metre, style: Style,
    closeness: float, chance: Chance,
) -> tuple[Chord, ...]:  # fmt: skip
    """The chords for a tune in a style. The last one keeps its root."""
    language = _language(style.id, key.mode, style)
    manner = "close" if closeness >= 0.7 else "balanced" if closeness >= 0.4 else "loose"
    cells = _cells(chords, phrases, metre, whole_bars=manner == "loose", halved=manner != "close" and language.density > DENSE)
    options = _options(language, cells, key, metre_free=manner == "close")
    held = _held(tune, cells)
    best = _path(cells, options, held, language, key, FAITH[manner], chance)
    return _joined(cells, best, frozenset(chord.start for chord in chords))


@cache
def _colours(quality: str) -> tuple[str, ...]:
    """The qualities that a chord may take without becoming another: its triad, its sevenths, its ninths."""
    third = QUALITIES[quality][1:3]
    return tuple(name for name, steps in QUALITIES.items() if steps[1:3] == third)


@dataclass(frozen=True)
class Language:
    """What a style knows of chords in a mode."""

    words: dict[tuple[int, str], float]  # (degree, quality) → share
    follows: dict[tuple[int, int], float]  # (degree, degree) → probability
    rich: float  # share of chords with sevenths and more
    density: float  # chords a bar


def _language(name: str, mode: str, style: Style) -> Language:
    bank = Bank(style, mode)
    loops = {text for kind in KINDS for text in bank.pool(kind)}
    words: dict[tuple[int, str], float] = {}
    pairs: dict[tuple[int, int], float] = {}
    bars = chords = 0
    for text in sorted(loops):
        loop = [numeral(chord) for bar in text.split("|") for chord in bar.split()]
        bars, chords = bars + len(text.split("|")), chords + len(loop)
        for here, there in zip(loop, [*loop[1:], loop[0]], strict=True):
            words[here.root, here.quality] = words.get((here.root, here.quality), 0.0) + 1.0
            pairs[here.root, there.root] = pairs.get((here.root, there.root), 0.0) + 1.0
    after: dict[int, float] = {}
    for (root, _), count in pairs.items():
        after[root] = after.get(root, 0.0) + count
    rich = sum(count for (_, quality), count in words.items() if len(QUALITIES[quality]) > 3) / chords
    rich = min(0.97, max(0.03, rich + (1.0 - rich) * style.harmony.sevenths))
    return Language(
        {word: count / chords for word, count in words.items()},
        {pair: count / after[pair[0]] for pair, count in pairs.items()},
        rich,
        chords / bars / style.harmony.bars_per_chord,
    )


def _cells(chords: Sequence[Chord], phrases: Sequence[Phrase], metre: Metre, *, whole_bars: bool, halved: bool) -> list[Cell]:
    """The stretches to find chords for: those of the song's own chords, or whole bars; `halved` where there is one a bar."""
    bar, end, cells = metre.bar_ticks, chords[-1].end, []
    for start in range(0, end, bar):
        edges = {start} | {chord.start for chord in chords if start < chord.start < start + bar}
        if whole_bars:
            edges = {start}
        if halved and len(edges) == 1 and start + bar < end:
            edges.add(start + halves(metre)[0])
        label, offset = _place(phrases, start // bar)
        ordered = sorted(edges)
        for here, there in zip(ordered, [*ordered[1:], start + bar], strict=True):
            cells.append(Cell(here, there, _sounding(chords, here, there), label, offset + here - start, here > start))
    return cells


def _place(phrases: Sequence[Phrase], bar: int) -> tuple[str, int]:
    phrase = next((p for p in phrases if p.start_bar <= bar < p.start_bar + p.bars), phrases[-1])
    return phrase.label, (bar - phrase.start_bar) * 1920


def _sounding(chords: Sequence[Chord], start: int, end: int) -> Chord:
    """The chord that lasts longest between two ticks."""
    return max(chords, key=lambda chord: (min(chord.end, end) - max(chord.start, start), -chord.start))


def _options(language: Language, cells: Sequence[Cell], key: Key, metre_free: bool) -> list[Numeral]:
    """All chords that may be chosen: the song's own in every colour, and the style's."""
    own = {((cell.own.root - key.tonic) % 12, cell.own.quality, (cell.own.bass - key.tonic) % 12) for cell in cells}
    found = set()
    for root, quality, bass in own:
        for colour in _colours(quality):
            found.add((root, colour, bass if bass in tones(root, colour) else root))
            found.add((root, colour, root))
    if not metre_free:
        found |= {(root, quality, root) for root, quality in language.words}
    return [Numeral(*option) for option in sorted(found)]


def _held(tune: Sequence[Note], cells: Sequence[Cell]) -> list[list[tuple[int, float]]]:
    """For every stretch the pitch classes of the tune, each with its weight: beats held in it, more on its first tick."""
    found: list[list[tuple[int, float]]] = []
    for cell in cells:
        here = []
        for note in tune:
            inside = min(note.end, cell.end) - max(note.start, cell.start)
            if inside > 0:
                here.append((note.pitch % 12, inside / 480 * (1.4 if note.start <= cell.start else 1.0)))
        total = sum(weight for _, weight in here)
        found.append([(pitch, weight / max(total, 1.0)) for pitch, weight in here])
    return found


def fit(held: Sequence[tuple[int, float]], chord: tuple[int, ...], degrees: frozenset[int]) -> float:
    """How well a chord carries what the tune holds: 1 all chord tones, negative for clashes."""
    value = 0.0
    for pitch, weight in held:
        if pitch in chord:
            value += weight * CHORD_TONE
        elif any((pitch - tone) % 12 == 1 for tone in chord):
            value += weight * CLASH
        elif pitch not in degrees:
            value += weight * OUTSIDE
    return value


def _path(
    cells: Sequence[Cell], options: Sequence[Numeral], held: Sequence[Sequence[tuple[int, float]]], language: Language,
    key: Key, faith: float, chance: Chance,
) -> list[Chord]:  # fmt: skip
    """The best chords, all stretches together."""
    degrees = frozenset(scale(key.tonic, key.mode))
    sounding = [tuple((tone + key.tonic) % 12 for tone in tones(o.root, o.quality)) for o in options]
    follows = np.array([[language.follows.get((a.root, b.root), 0.0) for b in options] for a in options])
    moving = FOLLOWING * np.log(SMOOTH + follows)
    change = min(0.6, max(0.1, 2.5 * (language.density - 1.0)))
    same = np.array([[a == b for b in options] for a in options])
    staying = FOLLOWING * np.where(same, np.log(1.0 - change), np.log(change) + np.log(SMOOTH + follows))
    colour = COLOUR * np.array([_liking(o, language, key) for o in options])
    value = np.zeros(len(options))
    back: list[NDArray[np.int64]] = []
    for index, cell in enumerate(cells):
        own = (cell.own.root - key.tonic) % 12
        ends = index == len(cells) - 1
        wish = np.array([_kept(o, own, cell.own, key, 60.0 if ends else faith) for o in options])
        fits = np.array([fit(held[index], chord, degrees) for chord in sounding])
        dice = chance.stream("harmony", "cover", cell.label, cell.offset).normal(0.0, DICE, len(options))
        here = FIT * fits + colour + wish + (0.0 if faith > 10.0 else dice)
        if index:
            steps = value[:, None] + (staying if cell.inside else moving)
            back.append(np.argmax(steps, axis=0))
            value = np.max(steps, axis=0) + here
        else:
            value = here
    at = [int(np.argmax(value))]
    for row in reversed(back):
        at.append(int(row[at[-1]]))
    tonic = key.tonic
    chosen = [options[i] for i in reversed(at)]
    return [
        Chord(cell.start, cell.end - cell.start, (o.root + tonic) % 12, o.quality, (o.bass + tonic) % 12)
        for cell, o in zip(cells, chosen, strict=True)
    ]


def _liking(option: Numeral, language: Language, key: Key) -> float:
    """How much a style likes a chord's colour: as it stands in its progressions, else by how rich its chords are."""
    rich = len(QUALITIES[option.quality]) > 3
    share = language.words.get((option.root, option.quality), 0.0)
    plain = np.log(language.rich if rich else 1.0 - language.rich)
    usual = with_seventh("maj" if QUALITIES[option.quality][1] == 4 else "min", option.root) == option.quality
    known = any(root == option.root for root, _ in language.words)
    strange = (
        0
        if share
        else sum((tone + key.tonic) % 12 not in scale(key.tonic, key.mode) for tone in tones(option.root, option.quality))
    )
    inverted = -0.7 if option.bass != option.root else 0.0
    return float(
        plain
        + np.log(0.05 + share) * 0.4
        + (0.0 if not rich or usual or share else -1.2)
        + 0.5 * known
        + inverted
        - 1.5 * strange
    )


def _kept(option: Numeral, root: int, own: Chord, key: Key, faith: float) -> float:
    """What a chord is worth for being like the song's own: root and third, the bass, or at least two tones."""
    alike = option.quality in _colours(own.quality)
    bass = 0.3 * faith if (own.bass - key.tonic) % 12 == option.bass and own.bass != own.root and option.root == root else 0.0
    if option.root == root and alike:
        return faith + bass
    theirs = {(tone - key.tonic) % 12 for tone in tones(own.root, own.quality)}
    return 0.4 * faith * (len(theirs & set(tones(option.root, option.quality))) >= 2) - 0.5 * faith


def _joined(cells: Sequence[Cell], chords: Sequence[Chord], begun: frozenset[int]) -> tuple[Chord, ...]:
    """Equal neighbours are one chord inside a bar, and over a bar line where no chord began before (`begun`, ticks)."""
    made: list[Chord] = []
    for cell, chord in zip(cells, chords, strict=True):
        last = made[-1] if made else None
        going_on = cell.inside or cell.start not in begun
        if last and going_on and (last.root, last.quality, last.bass) == (chord.root, chord.quality, chord.bass):
            made[-1] = Chord(last.start, last.length + chord.length, *(last.root, last.quality, last.bass))
        else:
            made.append(chord)
    return tuple(made)
