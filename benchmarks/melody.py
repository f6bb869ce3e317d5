"""What our tunes are like, in figures.

    python benchmarks/melody.py [--songs 3]
    python benchmarks/melody.py --judge melody_c2st.py --corpus FOLDER [--fold 1]

The first form writes songs in every style about the same words and prints, beside what POP909's humans do, the shares of
chord tones, steps, leaps and repeats, the range, how much of a verse's tune returns with other words, how stresses fall and
how fast syllables come. The second lets a classifier two-sample test tell our pitches from human ones, on the rhythms, chords
and phrases of songs that the network never saw (fold 1), and looks for runs copied from the songs that it learned from.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
import warnings
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from troubadour.brief import Key, Metre, Request
from troubadour.brief.read import read
from troubadour.chance import Chance
from troubadour.plan.decide import decide
from troubadour.score import Score
from troubadour.score.compose import compose
from troubadour.score.melody import learned
from troubadour.score.melody.metre import level
from troubadour.score.melody.pitch import Ground
from troubadour.score.melody.traits import Traits
from troubadour.score.melody.tune import LineNotes, Memory, Role, Setting, scheme_for, tune
from troubadour.score.value import Chord
from troubadour.styles import STYLES
from troubadour.theory.chords import QUALITIES, tones

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


# The judge -------------------------------------------------------------------------------------------------------------


def on_human_rhythm(song: dict[str, Any], lines_of: Any, seed: int = 0) -> dict[str, Any]:
    """The song with our pitches on its own rhythm, chords and phrases."""
    notes = [(start * 120, length * 120, pitch) for start, length, pitch in song["notes"]]
    chords = tuple(Chord(a * 120, n * 120, root, _known(name), bass) for a, n, root, name, bass in song["chords"])
    ground = Ground(Key(0, "minor" if song["mode"] == "min" else "major"), Metre(), chords, Traits())
    home = 60 + float(np.mean([pitch for *_, pitch in notes]))  # the singer's height is given, as our voices' is
    chance, memories, made = Chance(seed, int(song["id"][-3:])), {}, []
    for label, first, bars in song["phrases"]:
        origin = first * 1920
        mine = [note for note in notes if origin <= note[0] < origin + bars * 1920]
        if not mine or not label[0].isupper():
            continue
        lines = [[mine[index] for index in line] for line in lines_of(mine, set())]
        asked = [
            LineNotes(
                (line[0][0] + 240) // 1920 * 1920 - origin, line[-1][0] + line[-1][1] - origin,
                tuple(n[0] - origin for n in line), tuple(n[1] for n in line), (0.0,) * len(line),
            )
            for line in lines
        ]  # fmt: skip
        role = Role("verse", home + chance.stream("up", label).normal(0, 2), round(home - 9), round(home + 9), closed=False)
        scheme = scheme_for(len(asked), chance.stream("scheme", label))
        setting = Setting(origin, bars, song["bpm"] or 90.0)
        memory = memories.setdefault(label, Memory())
        for line, pitches in zip(
            asked, tune(asked, scheme, role, ground, setting, memory, chance.stream("tune", label)), strict=True
        ):
            made += [
                [(origin + o) // 120, n // 120, p - 60] for o, n, p in zip(line.onsets, line.lengths, pitches, strict=True)
            ]
    return {**song, "id": song["id"] + "#ours", "notes": sorted(made)}


def _known(quality: str) -> str:
    beginnings = ("maj7", "min7", "maj", "min", "sus4", "7")
    return quality if quality in QUALITIES else next((name for name in beginnings if quality.startswith(name)), "maj")


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report_judge(judge_path: Path, corpus: Path, fold: int) -> None:
    """Balanced accuracy of the two-sample test (0.5: not told apart) and the longest runs shared with training songs."""
    judge = _module(judge_path)
    prepare = _module(Path(__file__).parent.parent / "training" / "melody" / "prepare.py")
    songs = [song for song in prepare.songs(corpus / "pop909.jsonl.gz") if song["bpb"] == 4 and song["phrases"]]
    human = [song for song in songs if prepare.fold(song) == fold]
    begin = time.perf_counter()
    ours = [on_human_rhythm(song, prepare.lines_of) for song in human]
    seconds = (time.perf_counter() - begin) / len(human)
    (a, groups_a, names), (b, groups_b, _) = judge.excerpts(human, 8), judge.excerpts(ours, 8)
    accuracy, spread, auc = judge.c2st(a, groups_a, b, groups_b, 3)
    print(f"told apart {accuracy:.3f} ± {spread:.3f} (0.5: not at all), AUC {auc:.3f}")
    print(f"  {len(a)} human excerpts and {len(b)} of ours; {seconds:.2f} s a song, {learned.CANDIDATES} candidates a line")
    for strength, name, one, two in judge.betray(a, b, names, 8):
        print(f"  {name:26} {strength:.2f}  human {one:.3f}  ours {two:.3f}")
    learned_from = judge.grams([song for song in songs if prepare.fold(song) > 1])
    for who, records in (("human", human), ("ours", ours)):
        runs = judge.longest_copy(judge.grams(records), learned_from)
        middle, high = np.percentile(runs, (50, 90))
        print(f"  longest run shared with a training song, {who}: median {middle:.0f}, 90 % {high:.0f}, most {max(runs)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--songs", type=int, default=3, help="songs a style")
    parser.add_argument("--judge", type=Path, help="the classifier two-sample test (a Python file)")
    parser.add_argument("--corpus", type=Path, help="folder of pop909.jsonl.gz")
    parser.add_argument("--fold", type=int, default=1)
    wanted = parser.parse_args()
    warnings.simplefilter("ignore")
    if wanted.judge and wanted.corpus:
        report_judge(wanted.judge, wanted.corpus, wanted.fold)
    elif wanted.judge:
        sys.exit("The judge needs human songs: give their folder with --corpus.")
    else:
        report_styles(wanted.songs)


if __name__ == "__main__":
    main()
