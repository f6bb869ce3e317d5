"""What our tunes are like, in figures.

    python benchmarks/melody.py [--songs 3]

Writes songs in every style about the same words and prints, beside what POP909's humans do, the shares of chord tones, steps,
leaps and repeats, the range, how much of a verse's tune returns with other words, how stresses fall and how fast syllables
come. Whether a classifier can tell our tunes from human ones is `benchmarks/human.py`.
"""

from __future__ import annotations

import argparse
import time
from itertools import pairwise

import numpy as np

from troubadour.brief import Request
from troubadour.brief.read import read
from troubadour.plan.decide import decide
from troubadour.score import Score
from troubadour.score.compose import compose
from troubadour.score.melody.metre import level
from troubadour.styles import STYLES
from troubadour.theory.chords import tones

HUMAN = {"chord tones": 0.67, "on beats": 0.71, "long": 0.80, "repeats": 0.23, "steps": 0.44, "leaps": 0.15, "range": 17.0}
WORDS = """[Verse]
Neon paints the puddles on the street
I count the seconds underneath my feet
The radio is whispering your name
And everything I wanted stays the same
[Chorus]
Hold the night, hold the night (hold the night)
We were never meant to say goodbye
Hold the night, hold the night
Burning like a satellite
[Verse]
I left my jacket hanging on your door
You said you didn't need me anymore
The city keeps on humming through the glass
I promised everybody this would pass
[Chorus]
Hold the night, hold the night (hold the night)
We were never meant to say goodbye
Hold the night, hold the night
Burning like a satellite"""


def figures(score: Score) -> dict[str, float]:
    """The statistics of one song's lead voice."""
    lines = score.sung[0].lines
    notes = [note for line in lines for syllable in line.notes for note in syllable]
    fits = np.array([_fits(score, note.start, note.pitch) for note in notes])
    beats = np.array([level(note.start, score.metre) >= 3 for note in notes])
    long = np.array([note.length >= 480 for note in notes])
    moves = np.array([b.pitch - a.pitch for line in lines for a, b in pairwise([n for s in line.notes for n in s])])
    pitches = [note.pitch for note in notes]
    verse, chorus = (_mean_height(score, kind) for kind in ("verse", "chorus"))
    lengths_s = np.array([score.seconds_at(n.end) - score.seconds_at(n.start) for n in notes])
    return {
        "chord tones": fits.mean(), "on beats": fits[beats].mean(), "long": fits[long].mean(), "repeats": (moves == 0).mean(),
        "steps": ((np.abs(moves) <= 2) & (moves != 0)).mean(), "leaps": (np.abs(moves) >= 5).mean(),
        "range": float(np.ptp(pitches)), "chorus lift": chorus - verse, "stress right": _stress(score),
        "shortest s": lengths_s.min(), "median s": float(np.median(lengths_s)),
    }  # fmt: skip


def _fits(score: Score, tick: int, pitch: int) -> bool:
    chord = next((chord for chord in score.chords if chord.start <= tick < chord.end), None)
    return chord is not None and pitch % 12 in tones(chord.root, chord.quality)


def _mean_height(score: Score, kind: str) -> float:
    bar = score.metre.bar_ticks
    spans = [(s.start_bar * bar, (s.start_bar + s.bars) * bar) for s in score.sections if s.kind == kind]
    found = [n.pitch for line in score.sung[0].lines for s in line.notes for n in s if any(a <= n.start < b for a, b in spans)]
    return float(np.mean(found))


def _stress(score: Score) -> float:
    right = []
    for line in score.sung[0].lines:
        at = 0
        for word in line.words:
            for index, (one, two) in enumerate(pairwise(word.syllables)):
                if one.stress > two.stress:
                    here, there = (level(line.notes[at + k][0].start, score.metre) for k in (index, index + 1))
                    right.append(here >= there)
            at += len(word.syllables)
    return float(np.mean(right))


def report_styles(songs: int) -> None:
    """The statistics of every style, and of humans."""
    names: list[str] = []
    for style in STYLES:
        rows, seconds = [], 0.0
        for seed in range(songs):
            plan = decide(read(Request(text=STYLES[style].name, lyrics=WORDS, seed=seed)))
            begin = time.perf_counter()
            rows.append(figures(compose(plan)))
            seconds += time.perf_counter() - begin
        if not names:
            names = list(rows[0])
            print(f"{'':12}", *(f"{name:>12}" for name in names))
            print(f"{'human':12}", *(f"{HUMAN.get(name, float('nan')):12.2f}" for name in names))
        means = {name: np.mean([row[name] for row in rows]) for name in names}
        print(f"{style:12}", *(f"{means[name]:12.2f}" for name in names), f"  {seconds / songs:.2f} s a score")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--songs", type=int, default=3, help="songs a style")
    report_styles(parser.parse_args().songs)


if __name__ == "__main__":
    main()
