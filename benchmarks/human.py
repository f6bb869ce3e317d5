"""Can a classifier tell our tunes from human ones?

    python benchmarks/human.py --judge JUDGE.py --corpus FOLDER [--fold 1] [--bars 8 16] [--seeds 3] [--learned-from all]
    python benchmarks/human.py --judge JUDGE.py --corpus FOLDER --whole [--songs 60]

The first form writes tunes over the forms and chords of human songs that the networks never saw. The second composes whole songs
(`--whole`: pop ballads, half of them sung, in our own forms and over our own chords) and gives the judge the chords as well.
Prints the balanced accuracy of the judge's classifier (0.5: not told apart), what betrays us most, the same for human songs
against human songs, and the longest runs shared with training songs. The judge is a file with `excerpts`, `c2st`, `betray`,
`grams` and `longest_copy` (a two-sample test after Lopez-Paz and Oquab 2017).
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from troubadour.brief import Request
from troubadour.brief.read import read
from troubadour.plan.decide import decide
from troubadour.score import Score
from troubadour.score.compose import compose
from troubadour.score.melody.human.untold import plans_of, rhythm_of, teller, timed, tune_over

Record = dict[str, Any]
TRAINING = Path(__file__).parent.parent / "training" / "melody"
USUAL_HEIGHT = 10.7  # of the corpus's tunes above the tonic nearest middle C; men's voices lie an octave lower, and are read so
BALLADS = (
    "slow pop ballad, piano", "emotional pop ballad about rain", "soft pop, 75 bpm, about coming home", "mandopop ballad, strings",
    "pop, acoustic guitar, about summer", "tender pop song about an old friend",
)  # fmt: skip


def module(path: Path) -> ModuleType:
    """A Python file as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = made
    spec.loader.exec_module(made)
    return made


def over_human_forms(records: Sequence[Record], corpus: str, seed: int) -> list[Record]:
    """Our tunes over the chords and phrases of human songs."""
    prepare, windows = module(TRAINING / "prepare.py"), module(TRAINING / "windows.py")
    tells, dice, made = teller(corpus), np.random.default_rng(seed), []
    for record in records:
        song = prepare.read(record)
        harmony, wish = windows.harmony_of(song), windows.free_wish(song, tells.bank, dice)
        plan = plans_of(song.spans, harmony, tells.bank, wish)
        notes = timed(rhythm_of(song.spans, plan, harmony, wish, tells))
        pitches = tune_over(notes, song.spans, plan, harmony, wish, tells)
        back = 3 if song.minor else 0
        ours = [[start // 120, length // 120, pitch + back] for (start, length), pitch in zip(notes, pitches, strict=True)]
        made.append({**record, "id": f"{record['id']}#ours", "notes": ours})
    return made


def whole_songs(count: int, corpus: str, seed: int) -> list[Record]:
    """Songs of our own, every second one sung; in 4/4."""
    made: list[Record] = []
    number = 0
    while len(made) < count:
        text = BALLADS[number % len(BALLADS)]
        request = Request(
            text=text, seed=seed * 1000 + number, take=number % 2, instrumental=number % 2 == 0, learned_from=corpus
        )
        plan = decide(read(request))
        number += 1
        if str(plan.metre) == "4/4" and plan.key.mode in ("major", "minor"):
            made.append(as_record(compose(plan), f"ours-{number}"))
    return made


def as_record(score: Score, name: str) -> Record:
    """A score as the judge reads it: the tune of whoever has it, written in the octave of the corpus; chords, phrases."""
    sung = [
        note for part in score.sung if part.name == "vocals" for line in part.lines for group in line.notes for note in group
    ]
    played = [note for part in score.parts if part.role == "lead" for note in part.notes]
    home = 60 + (score.key.tonic if score.key.tonic <= 5 else score.key.tonic - 12)
    home += 12 * round((float(np.mean([n.pitch for n in (*sung, *played)])) - home - USUAL_HEIGHT) / 12)
    notes = sorted({(round(n.start / 120), max(1, round(n.length / 120)), n.pitch - home) for n in (*sung, *played)})
    chords = [
        [
            round(c.start / 120),
            round(c.length / 120),
            (c.root - score.key.tonic) % 12,
            c.quality,
            (c.bass - score.key.tonic) % 12,
        ]
        for c in score.chords
    ]
    phrases = [[phrase.label, phrase.start_bar, phrase.bars] for phrase in score.phrases]
    mode = "min" if score.key.mode == "minor" else "maj"
    return {"id": name, "mode": mode, "bpb": 4, "tpb": 4, "notes": notes, "chords": chords, "phrases": phrases}


def by_others(a: Any, groups_a: Any, b: Any, groups_b: Any) -> dict[str, float]:
    """Balanced accuracy of two classifiers of other kinds on the judge's figures, in five folds by song."""
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    dice = np.random.default_rng(0)
    size = min(len(a), len(b))
    one, two = dice.permutation(len(a))[:size], dice.permutation(len(b))[:size]
    rows, groups = np.vstack([a[one], b[two]]), np.r_[groups_a[one], groups_b[two]]
    truth = np.r_[np.zeros(size), np.ones(size)]
    kinds = {
        "forest": ExtraTreesClassifier(300, min_samples_leaf=3, random_state=0),
        "linear": LogisticRegression(C=0.05, max_iter=500),
    }
    return {
        name: float(np.mean(cross_val_predict(
            make_pipeline(SimpleImputer(), StandardScaler(), kind), rows, truth, groups=groups, cv=GroupKFold(5)
        ) == truth))
        for name, kind in kinds.items()
    }  # fmt: skip


def told_apart(judge: ModuleType, human: Sequence[Record], ours: Sequence[Record], bars: int, seeds: int, chords: bool) -> None:
    """Prints one row and what betrays us."""
    (a, groups_a, names), (b, groups_b, _) = judge.excerpts(human, bars, chords), judge.excerpts(ours, bars, chords)
    accuracy, spread, auc = judge.c2st(a, groups_a, b, groups_b, seeds)
    print(f"{bars} bars: told apart {accuracy:.3f} ± {spread:.3f}, AUC {auc:.3f}; {len(a)} human and {len(b)} other excerpts")
    others = by_others(a, groups_a, b, groups_b)
    print("    other classifiers:", ", ".join(f"{name} {share:.3f}" for name, share in others.items()))
    for strength, name, one, two in judge.betray(a, b, names, 8):
        print(f"    {name:26} {strength:.2f}  human {one:.3f}  other {two:.3f}")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--judge", type=Path, required=True, help="the classifier two-sample test (a Python file)")
    parser.add_argument("--corpus", type=Path, required=True, help="folder of pop909.jsonl.gz and openewld.jsonl.gz")
    parser.add_argument("--fold", type=int, default=1)
    parser.add_argument("--bars", type=int, nargs="+", default=[8])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--learned-from", default="all")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--songs", type=int, default=60)
    wanted = parser.parse_args()
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(TRAINING))
    judge, prepare = module(wanted.judge), module(TRAINING / "prepare.py")
    usable = [record for record in prepare.records(wanted.corpus) if record.get("bpb") == 4 and record.get("phrases")]
    human = [record for record in usable if prepare.fold(record) == wanted.fold]
    learned = [record for record in usable if prepare.fold(record) not in (1, 2)]
    begin = time.process_time()
    if wanted.whole:
        ours = whole_songs(wanted.songs, wanted.learned_from, wanted.seed)
    else:
        ours = over_human_forms(human, wanted.learned_from, wanted.seed)
    print(f"{len(ours)} songs, {(time.process_time() - begin) / len(ours):.2f} s of one core each")
    others = [learned[i] for i in np.random.default_rng(7).permutation(len(learned))[: len(human)]]
    for bars in wanted.bars:
        told_apart(judge, human, ours, bars, wanted.seeds, wanted.whole)
        print("  humans against humans:")
        told_apart(judge, human, others, bars, wanted.seeds, wanted.whole)
    grams = judge.grams(learned)
    for who, some in (("human", human), ("ours", ours)):
        runs = judge.longest_copy(judge.grams(some), grams)
        middle, high = np.percentile(runs, (50, 90))
        print(f"longest run shared with a training song, {who}: median {middle:.0f}, 90 % {high:.0f}, most {max(runs)}")


if __name__ == "__main__":
    main()
