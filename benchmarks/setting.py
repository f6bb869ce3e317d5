"""How well words are set that the composer has not seen: old poems of many metres (`poems.txt`), sung in several styles.

    python benchmarks/setting.py [--styles pop folk rock soul rap] [--seeds 2]

Prints a row a style and one a poem. `on beats`: stressed syllables (of long words, and content words of one syllable) that stand on a
beat; `right`: stressed syllables that are not metrically weaker than the unstressed one after them in their word (humans: 98 %, of
412 songs of OpenEWLD); `one note`: syllables with one note; `breathe`: lines that end on a long note or a rest; `parallel`: rhymes
whose last syllables stand on the same place of their lines' bars; `crowded`: syllables shorter than an eighth of a second.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from troubadour.brief import Request
from troubadour.brief.lyricist.sounds import rhyme
from troubadour.brief.read import read
from troubadour.plan.decide import decide
from troubadour.score import Score, SungLine
from troubadour.score.compose import compose
from troubadour.score.melody.metre import level

BEAT_LEVEL = 3
LONG_END, BREATH_TICKS, CROWDED_S = 1.5, 240, 0.125
Marks = dict[str, list[float]]


@dataclass(frozen=True)
class Poem:
    """A stanza."""

    text: str

    @property
    def name(self) -> str:
        """Its first words."""
        return " ".join(self.text.split()[:4])


def poems() -> list[Poem]:
    """The stanzas of the file."""
    text = (Path(__file__).parent / "poems.txt").read_text("utf-8")
    return [Poem(block.strip()) for block in text.split("\n\n") if block.strip() and not block.startswith("#")]


def marked(score: Score) -> Marks:
    """What every syllable, line and rhyme of a song's lead did: 1 for well."""
    found: Marks = defaultdict(list)
    lines = sorted(score.lead_lines, key=lambda line: line.start)
    for number, line in enumerate(lines):
        after = lines[number + 1].start if number + 1 < len(lines) else line.end + 480
        _mark_line(line, after, score, found)
    for one, two in ((a, b) for gap in (1, 2) for a, b in zip(lines, lines[gap:], strict=False)):
        if rhyme(_end(one)) and rhyme(_end(one)) == rhyme(_end(two)) and _end(one) != _end(two):
            bar = score.metre.bar_ticks
            found["parallel"].append((one.notes[-1][0].start - two.notes[-1][0].start) % bar == 0)
    return found


def _mark_line(line: SungLine, after: int, score: Score, found: Marks) -> None:
    at = 0
    lengths = [notes[-1].end - notes[0].start for notes in line.notes]
    for word in line.words:
        here = [level(line.notes[at + k][0].start, score.metre) for k in range(len(word.syllables))]
        for place, syllable in zip(here, word.syllables, strict=True):
            if (syllable.stress == 2 and len(here) > 1) or (len(here) == 1 and word.content):
                found["on beats"].append(place >= BEAT_LEVEL)
        for (one, two), (a, b) in zip(pairwise(word.syllables), pairwise(here), strict=True):
            if one.stress > two.stress:
                found["right"].append(a >= b)
        at += len(here)
    found["one note"] += [len(notes) == 1 for notes in line.notes]
    found["crowded"] += [score.seconds_at(n[-1].end) - score.seconds_at(n[0].start) < CROWDED_S for n in line.notes]
    found["breathe"].append(lengths[-1] >= LONG_END * np.mean(lengths[:-1] or lengths) or after - line.end >= BREATH_TICKS)


def _end(line: SungLine) -> str:
    return line.words[-1].text.strip(" \n\"'”’).,;:!?—–-").lower()


def table(rows: dict[str, Marks]) -> None:
    """Shares in per cent."""
    names = ("on beats", "right", "one note", "breathe", "parallel", "crowded")
    print(f"{'':26}", *(f"{name:>9}" for name in names))
    for row, marks in rows.items():
        print(f"{row:26}", *(f"{100 * np.mean(marks[name]) if marks.get(name) else float('nan'):9.1f}" for name in names))


def report(styles: Sequence[str], seeds: int) -> None:
    """Sing every poem in every style."""
    by_style: dict[str, Marks] = {}
    by_poem: dict[str, Marks] = {}
    whole: Marks = defaultdict(list)
    for style in styles:
        for number, poem in enumerate(poems()):
            for seed in range(seeds):
                request = Request(text=style, lyrics=f"[Verse]\n{poem.text}", seed=100 * number + seed)
                marks = marked(compose(decide(read(request))))
                for group in (
                    by_style.setdefault(style, defaultdict(list)),
                    by_poem.setdefault(poem.name, defaultdict(list)),
                    whole,
                ):
                    for name, values in marks.items():
                        group[name] += values
    table({**by_style, **by_poem, "all": whole})


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--styles", nargs="+", default=["pop", "folk", "rock", "soul", "rap"])
    parser.add_argument("--seeds", type=int, default=2)
    wanted = parser.parse_args()
    report(wanted.styles, wanted.seeds)


if __name__ == "__main__":
    main()
