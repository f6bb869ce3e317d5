"""What songs are like, counted: plans of phrases, manners of songs, progressions of phrases. No tunes.

Plans are strings, two characters a bar: which earlier bar it refers to (P the last statement of the label; 1, 2, 4, 8 bars back) and
how (e exact, n near, r rhythm alone; capitals: with the very same onsets); `--` is a new bar.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from troubadour.score.melody.human.relations import NEW, Relation, Span, sources

KINDS = {"P": "P", "1": "D1", "2": "D2", "4": "D4", "8": "D8"}
TAKES = {"e": "exact", "n": "near", "r": "rhythm"}
TRIED = 6  # plans of which the one that agrees best with the chords is taken
NEAREST = 25  # songs by tempo, of which one lends its manner
# What a plan gains for a bar that recalls another one: over the same chords, over other chords.
AGREES = {"exact": (0.6, -1.0), "near": (0.3, -0.3), "rhythm": (-0.2, 0.1), "new": (0.0, 0.0)}


@dataclass(frozen=True)
class SongManner:
    """How a song moves: notes a bar, share of odd sixteenths, mean pitch above the frame's tonic and spread in semitones."""

    minor: bool
    tempo_bpm: float
    density: float
    odd: float
    centre: float
    spread: float


@dataclass(frozen=True)
class Bank:
    """The counts of one corpus."""

    plans: dict[tuple[bool, int], tuple[str, ...]]  # (heard before, bars) → plans, as often as they came
    manners: tuple[SongManner, ...]
    progressions: dict[tuple[bool, int], tuple[str, ...]]  # (minor, bars) → chords of phrases

    def manner(self, minor: bool, tempo_bpm: float, dice: np.random.Generator) -> SongManner:
        """The manner of a song of this mode near this tempo."""
        fitting = [manner for manner in self.manners if manner.minor == minor] or list(self.manners)
        near = sorted(fitting, key=lambda manner: abs(manner.tempo_bpm - tempo_bpm))[:NEAREST]
        return near[int(dice.integers(len(near)))]

    def plan(
        self,
        spans: Sequence[Span],
        number: int,
        like: Callable[[int, int], bool],
        dice: np.random.Generator,
    ) -> list[Relation]:
        """Relations for the bars of phrase `number`; `like` says whether two bars have the same chords."""
        span = spans[number]
        later = any(other.label == span.label for other in spans[:number])
        lengths = sorted({bars for known, bars in self.plans if known == later}, key=lambda bars: (abs(bars - span.bars), bars))
        pool = self.plans[later, lengths[0]]
        tried = [self._read(pool[int(dice.integers(len(pool)))], spans, number) for _ in range(TRIED)]
        worth = [
            sum(
                AGREES[one.relation][0 if like(one.source, span.first + i) else 1]
                for i, one in enumerate(plan)
                if one.source >= 0
            )
            for plan in tried
        ]
        return tried[int(np.argmax(worth))]

    @staticmethod
    def _read(text: str, spans: Sequence[Span], number: int) -> list[Relation]:
        span = spans[number]
        plan = []
        for index in range(span.bars):
            at = index * 2 % len(text)
            kind, take = text[at], text[at + 1]
            source = sources(spans, number, index).get(KINDS.get(kind, "N"), -1)
            owner = next((s for s in spans if s.first <= source < s.first + s.bars), None)
            if source < 0 or owner is None or not owner.tuneful:
                plan.append(NEW)
            else:
                plan.append(Relation(KINDS[kind], source, TAKES[take.lower()], take.isupper()))
        return plan


def written(relation: Relation) -> str:
    """A relation as the two characters of a plan."""
    if relation.source < 0:
        return "--"
    take = relation.relation[0]
    kind = next(short for short, kind in KINDS.items() if kind == relation.kind)
    return kind + (take.upper() if relation.same else take)


def read_bank(data: bytes) -> Bank:
    """A bank from its file."""
    stored = json.loads(gzip.decompress(data))

    def keyed(table: dict[str, list[str]]) -> dict[tuple[bool, int], tuple[str, ...]]:
        return {(key[0] == "+", int(key[1:])): tuple(values) for key, values in table.items()}

    return Bank(keyed(stored["plans"]), tuple(SongManner(*row) for row in stored["manners"]), keyed(stored["progressions"]))


@cache
def bank(corpus: str) -> Bank:
    """The counts that come with the package."""
    return read_bank(resources.files(__package__).joinpath(f"{corpus}.json.gz").read_bytes())
