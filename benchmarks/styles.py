"""Whether styles are styles: songs of one style with different seeds resemble each other more than others, and yet differ.

    python -m benchmarks styles
    python -m benchmarks.styles [--songs 4] [--seconds 45] [--only salsa ska …]

Composes instrumentals of every style and describes each by what its score does (pace, metre, swing; where in the bar kick,
snare, hats, hands, bass and chords fall; which families play and how much; which chords on which degrees, how fast). A song is
then given to the style with the nearest centroid, itself left out. Printed: the share that finds home, what is mistaken for
what, how far songs of one style lie apart, and what a player would object to (empty sections, bass off the roots, a tempo out
of range).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from troubadour.brief import Brief, Request
from troubadour.plan.decide import decide
from troubadour.score import Part, Score
from troubadour.score.compose import compose
from troubadour.styles import STYLES
from troubadour.theory.chords import QUALITIES
from troubadour.theory.instruments import INSTRUMENTS, STEMS
from troubadour.theory.metre import is_compound
from troubadour.theory.scales import scale

Floats = NDArray[np.float64]

PLACES = 16  # of a bar, for the histograms
DRUM_GROUPS = {"kick": (35, 36), "snare": (37, 38, 39, 40), "hats": (42, 44, 46, 51, 53, 59), "toms": (41, 43, 45, 47, 48, 50)}
PLAYED = ("bass", "chords", "pad", "arpeggio", "riff", "counter", "lead")


@dataclass(frozen=True)
class Song:
    """A composed song and its style."""

    style: str
    seed: int
    score: Score


def composed(style: str, seed: int, seconds: float | None) -> Song:
    """An instrumental of one style, of the usual length where `seconds` is None."""
    brief = Brief(Request(seed=seed), "Test", ((style, 1.0),), duration_s=seconds)
    return Song(style, seed, compose(decide(brief)))


def features(score: Score) -> Floats:
    """A song in numbers; each group weighs about the same however many numbers it has."""
    groups = [_time(score), *(_drums(score, keys) for keys in DRUM_GROUPS.values()), _hands(score)]
    groups += [_onsets(_of_roles(score, (role,)), score) for role in ("bass", "chords", "arpeggio")]
    groups += [_families(score), _harmony(score), _lines(score)]
    return np.concatenate([group / np.sqrt(len(group)) for group in groups])


def _time(score: Score) -> Floats:
    metre = score.metre
    shape = [metre.beats == beats for beats in (2, 3, 4, 7)]
    return 3.0 * np.array([6 * np.log2(score.tempos[0].bpm / 110), score.feel.swing * (score.feel.swing_unit == 240),
                           score.feel.swing * (score.feel.swing_unit == 120), is_compound(metre), metre.unit == 8, *shape,
                           score.feel.looseness], float)  # fmt: skip


def _of_roles(score: Score, roles: Iterable[str]) -> list[Part]:
    return [part for part in score.parts if part.role in roles and INSTRUMENTS[part.instrument].gm_program is not None]


def _onsets(parts: Sequence[Part], score: Score) -> Floats:
    """Where in the bar something begins (shares of the bars), and how many begin in a bar."""
    starts = sorted({note.start for part in parts for note in part.notes})
    return _histogram(starts, score)


def _histogram(starts: Sequence[int], score: Score) -> Floats:
    places = np.zeros(PLACES + 1)
    for start in starts:
        places[int(score.in_bar(start) * PLACES / score.metre.bar_ticks)] += 1 / score.bars
    places[PLACES] = len(starts) / score.bars / 8
    return 2.0 * np.minimum(places, 2.0)


def _drums(score: Score, keys: Sequence[int]) -> Floats:
    kits = [p for p in score.parts if INSTRUMENTS[p.instrument].stem == "drums" or p.instrument == "orchestral_percussion"]
    return _histogram([n.start for p in kits for n in p.notes if n.pitch in keys], score)


def _hands(score: Score) -> Floats:
    hands = [p for p in score.parts if INSTRUMENTS[p.instrument].stem == "percussion" and p.role == "percussion"]
    return _histogram(sorted({n.start for p in hands for n in p.notes}), score)


def _families(score: Score) -> Floats:
    """Which families play (and of guitars, keys and synths which), and in how much of the song."""
    found = dict.fromkeys(STEMS, 0.0)
    own = defaultdict[str, float](float)
    for part in score.parts:
        bars = len({score.bar_at(note.start) for note in part.notes}) / score.bars
        found[INSTRUMENTS[part.instrument].stem] += bars
        own[part.instrument] += bars
    table = sorted(INSTRUMENTS)
    return np.concatenate([[min(2.0, found[stem]) for stem in STEMS], [min(1.0, own[name]) for name in table]]) * 4.0


def _harmony(score: Score) -> Floats:
    """Roots above the tonic, kinds of chords, chords a bar, tones outside the mode, the mode's steps."""
    roots, kinds = np.zeros(12), defaultdict[str, float](float)
    total = sum(chord.length for chord in score.chords)
    inside = set(scale(score.key.tonic, score.key.mode))
    outside = 0.0
    for chord in score.chords:
        share = chord.length / total
        roots[(chord.root - score.key.tonic) % 12] += share
        tones = QUALITIES[chord.quality]
        kinds[{4: "major", 3: "minor"}.get(tones[1], "other")] += share
        kinds["seventh"] += share * (len(tones) > 3)
        kinds["dominant"] += share * (chord.quality in ("7", "9"))
        outside += share * float(np.mean([(chord.root + t) % 12 not in inside for t in tones]))
    steps = [float((score.key.tonic + step) % 12 in inside) for step in range(12)]
    rate = len(score.chords) / score.bars
    named = [kinds[name] for name in ("major", "minor", "other", "seventh", "dominant")]
    return 3.0 * np.array([*(2 * roots), *named, min(rate, 4.0) / 2, 2 * outside, *(0.5 * np.array(steps))])


def _lines(score: Score) -> Floats:
    """For each role: notes a beat, mean pitch, mean length, notes at once."""
    made: list[float] = []
    for role in PLAYED:
        notes = [note for part in _of_roles(score, (role,)) for note in part.notes]
        beats = score.bars * score.metre.bar_ticks / 480
        together = len(notes) / max(len({n.start for n in notes}), 1)
        height = float(np.mean([n.pitch for n in notes])) if notes else 60.0
        length = float(np.mean([n.length for n in notes])) / 480 if notes else 0.0
        made += [min(len(notes) / beats, 8.0) / 3, (height - 60) / 12, min(length, 4.0), together / 2]
    return np.array(made)


@dataclass(frozen=True)
class Verdict:
    """How songs find home. `home` is the share given to their own style; `ratio` the mean distance within a style over that
    between styles; `closest` the least distance of two songs of one style."""

    home: float
    ratio: float
    closest: float
    mistaken: tuple[tuple[str, str], ...]


def judged(songs: Sequence[Song]) -> Verdict:
    """Nearest centroid over all songs, each left out of its own style's centroid."""
    names = sorted({song.style for song in songs})
    table = np.array([features(song.score) for song in songs])
    label = np.array([names.index(song.style) for song in songs])
    sums = np.array([table[label == i].sum(axis=0) for i in range(len(names))])
    counts = np.bincount(label)
    mistaken = []
    for row, own in zip(table, label, strict=True):
        centroids = sums / counts[:, None]
        centroids[own] = (sums[own] - row) / max(counts[own] - 1, 1)
        found = int(np.argmin(((centroids - row) ** 2).sum(axis=1)))
        if found != own:
            mistaken.append((names[own], names[found]))
    apart = {(i, j): float(np.linalg.norm(table[i] - table[j])) for i, j in combinations(range(len(songs)), 2)}
    within = [d for (i, j), d in apart.items() if label[i] == label[j]]
    between = [d for (i, j), d in apart.items() if label[i] != label[j]]
    return Verdict(
        1 - len(mistaken) / len(songs),
        float(np.mean(within) / np.mean(between)) if within else 0.0,
        min(within, default=0.0),
        tuple(mistaken),
    )


def objections(song: Song) -> list[str]:
    """What a player would object to."""
    score, style = song.score, STYLES[song.style]
    said = []
    bpm = score.tempos[0].bpm
    if not style.tempo.low - 0.01 <= bpm <= style.tempo.high + 0.01:
        said.append(f"tempo {bpm:g} out of {style.tempo.low:g}-{style.tempo.high:g}")
    if str(score.metre) not in style.metres:
        said.append(f"metre {score.metre}")
    for section in score.sections:
        begin, end = score.bar_start(section.start_bar), score.bar_start(section.start_bar + section.bars)
        playing = [p for p in score.parts if any(begin <= n.start < end or n.start < begin < n.end for n in p.notes)]
        heard = [p.instrument for p in playing if INSTRUMENTS[p.instrument].stem != "effects"]
        if len(heard) < min(2, len(score.parts) - 1) and section.bars > 1 and section.kind not in ("intro", "break", "outro"):
            said.append(f"{section.name}: {', '.join(heard) or 'nobody'} alone")
    said += _about_bass(score)
    for part in score.parts:
        low, high = INSTRUMENTS[part.instrument].low, INSTRUMENTS[part.instrument].high
        if any(not low <= n.pitch <= high for n in part.notes):
            said.append(f"{part.instrument} out of range")
    return said


def _about_bass(score: Score) -> list[str]:
    basses = [n for p in score.parts if p.role == "bass" for n in p.notes]
    if not basses:
        return []
    right = 0.0
    for chord in score.chords:
        inside = [n for n in basses if chord.start - 480 <= n.start < chord.end and n.end > chord.start]
        right += not inside or any(n.pitch % 12 in (chord.bass, chord.root) for n in inside)
    share = right / len(score.chords)
    return [f"bass on the root of {share:.0%} of the chords"] if share < 0.9 else []


def main(argv: Sequence[str] = ()) -> None:
    """Prints the verdict over all styles."""
    parser = argparse.ArgumentParser(prog="benchmarks.styles")
    parser.add_argument("--songs", type=int, default=4, help="songs a style")
    parser.add_argument("--seconds", type=float, default=None, help="length of each (default: the style's usual)")
    parser.add_argument("--only", nargs="*", default=(), help="these styles alone")
    args = parser.parse_args(list(argv))
    names = args.only or list(STYLES)
    songs = []
    for style in names:
        made = [composed(style, seed, args.seconds) for seed in range(args.songs)]
        songs += made
        for text, count in Counter(text for song in made for text in objections(song)).items():
            print(f"{style:16} {text}" + (f" ({count} times)" if count > 1 else ""))
    verdict = judged(songs)
    print(
        f"{len(songs)} songs of {len(names)} styles: {verdict.home:.1%} find home by nearest centroid (chance {1 / len(names):.1%})"
    )
    print(
        f"distance within a style over between styles: {verdict.ratio:.2f}; the two closest of one style: {verdict.closest:.2f}"
    )
    for (own, found), count in Counter(verdict.mistaken).most_common():
        print(f"  {own} taken for {found}" + (f" ({count} times)" if count > 1 else ""))


if __name__ == "__main__":
    main(sys.argv[1:])
