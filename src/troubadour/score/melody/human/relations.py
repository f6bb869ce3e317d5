"""How a bar relates to an earlier one, and plans: the relations of all bars of a phrase, as humans have them.

A bar refers to the same bar of the last statement of its label (`P`), or to the bar 1, 2, 4 or 8 before it (`D1` …), and takes
it up exactly, nearly (its rhythm and half its pitches) or in rhythm alone. Plans hold no notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Bar = Mapping[int, int]  # place in the bar → pitch, of the notes that begin in it
RELATIONS = ("new", "exact", "near", "rhythm")
BACK = {"D1": 1, "D2": 2, "D4": 4, "D8": 8}
RETURN_BONUS = 0.2  # the last statement of the label goes before an equally like bar
SAME_RHYTHM, MOST_PITCHES, HALF_THE_PITCHES = 0.6, 0.95, 0.5


@dataclass(frozen=True)
class Relation:
    """What a bar does with an earlier one: `kind` is N, P or D…, `source` the earlier bar (-1: none)."""

    kind: str = "N"
    source: int = -1
    relation: str = "new"
    same: bool = False  # the very same onsets


NEW = Relation()


@dataclass(frozen=True)
class Span:
    """A phrase of a song: its label (capital: with a tune), first bar and number of bars."""

    label: str
    first: int
    bars: int

    @property
    def tuneful(self) -> bool:
        """Whether it has a tune."""
        return self.label[:1].isupper()


def related(one: Bar, two: Bar) -> tuple[float, str, bool]:
    """(how much, relation, same onsets) of bar `two` to an earlier bar `one`."""
    if not one or not two:
        return 0.0, "new", False
    union, both = len(one.keys() | two.keys()), one.keys() & two.keys()
    rhythm, same = len(both) / union, sum(one[tick] == two[tick] for tick in both) / union
    relation = (
        "exact" if same >= MOST_PITCHES
        else "near" if rhythm >= SAME_RHYTHM and same >= HALF_THE_PITCHES
        else "rhythm" if rhythm >= SAME_RHYTHM
        else "new"
    )  # fmt: skip
    return rhythm + same, relation, rhythm == 1.0


def sources(spans: Sequence[Span], number: int, index: int) -> dict[str, int]:
    """The earlier bars that bar `index` of phrase `number` may refer to, by kind."""
    span = spans[number]
    here = span.first + index
    last = next((s for s in reversed(spans[:number]) if s.label == span.label), None)
    found = {"P": last.first + index} if last is not None and index < last.bars else {}
    return {**found, **{kind: here - back for kind, back in BACK.items() if here >= back}}


def relations_of(spans: Sequence[Span], bars: Mapping[int, Bar]) -> dict[int, Relation]:
    """The closest relation of every bar of a song."""
    rank = {"exact": 3, "near": 2, "rhythm": 1}
    found: dict[int, Relation] = {}
    for number, span in enumerate(spans):
        for index in range(span.bars):
            here, best, chosen = span.first + index, (0.0, 0.0), NEW
            for kind, source in sources(spans, number, index).items():
                much, relation, same = related(bars.get(source, {}), bars.get(here, {}))
                worth = (rank.get(relation, 0.0), much + (RETURN_BONUS if kind == "P" else 0.0))
                if relation != "new" and worth > best:
                    best, chosen = worth, Relation(kind, source, relation, same)
            found[here] = chosen
    return found
