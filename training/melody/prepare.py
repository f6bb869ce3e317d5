"""Corpus → arrays for both networks: `python prepare.py CORPUS_DIR OUT.npz [public]` (in the project's environment).

Reads `pop909.jsonl.gz` (melodies, chords and human phrase labels) and `openewld.jsonl.gz` (older songs in many metres); with
`public` the latter alone. Songs whose id hashes to 1 are kept out for judging, those that hash to 2 watch over the training.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from troubadour.brief import Metre
from troubadour.score.melody.human.pitches import Heard, Manner, as_class, echoes, features, recalled_classes
from troubadour.score.melody.human.relations import Relation, Span, related, relations_of
from troubadour.score.melody.human.rhythm import HOLD, ONSET, STEPS, BarTold, bar_columns, past_columns
from troubadour.score.melody.human.untold import lines_of
from troubadour.score.melody.metre import level

QUALITIES = {
    "maj": (0, 4, 7), "min": (0, 3, 7), "7": (0, 4, 7, 10), "min7": (0, 3, 7, 10), "maj7": (0, 4, 7, 11), "sus2": (0, 2, 7),
    "sus4": (0, 5, 7), "sus4(b7)": (0, 5, 7, 10), "dim": (0, 3, 6), "aug": (0, 4, 8), "hdim7": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9), "maj6": (0, 4, 7, 9), "min6": (0, 3, 7, 9), "9": (0, 2, 4, 7, 10), "maj9": (0, 2, 4, 7, 11),
    "min9": (0, 2, 3, 7, 10),
}  # fmt: skip
TEST_FOLD, WATCH_FOLD = 1, 2
LIKE_BARS = 0.5  # share of a phrase's bars that must recall an earlier phrase for both to have one label


def records(folder: Path, public: bool = False) -> list[dict[str, Any]]:
    """The songs of a corpus folder."""
    names = ["openewld.jsonl.gz"] if public else ["pop909.jsonl.gz", "openewld.jsonl.gz"]
    found = []
    for name in names:
        with gzip.open(folder / name, "rt") as file:
            found += [json.loads(line) for line in file]
    return found


def fold(record: dict[str, Any]) -> int:
    """0-9 by the hash of the song's id."""
    return int(hashlib.md5(record["id"].encode()).hexdigest(), 16) % 10


def chord_tones(root: int, quality: str) -> frozenset[int]:
    """Pitch classes; an unknown quality is read by its beginning."""
    beginning = next((name for name in ("maj7", "min7", "maj", "min", "sus4", "7") if quality.startswith(name)), "maj")
    return frozenset((root + step) % 12 for step in QUALITIES.get(quality, QUALITIES[beginning]))


@dataclass(frozen=True)
class Song:
    """A song of a corpus in ticks and in the frame of the white keys, from its first bar line on."""

    id: str
    metre: Metre
    minor: bool
    bpm: float
    old: bool
    notes: tuple[tuple[int, int, int], ...]  # start, length, pitch
    chords: tuple[tuple[int, int, int, str], ...]  # start, length, root, quality
    spans: tuple[Span, ...]
    relations: dict[int, Relation]
    basses: tuple[int, ...]  # of the chords

    def chord_at(self, tick: int) -> tuple[frozenset[int], int]:
        """(tones, root) of the chord that sounds at a tick."""
        index = int(np.searchsorted([chord[0] for chord in self.chords], tick, "right")) - 1
        if index < 0 or tick >= self.chords[index][0] + self.chords[index][1]:
            return frozenset(), -1
        return chord_tones(*self.chords[index][2:]), self.chords[index][2]

    def bars(self) -> dict[int, dict[int, int]]:
        """Bar → place → pitch."""
        return bars_of(self.notes, self.metre.bar_ticks)


def bars_of(notes: Any, bar: int) -> dict[int, dict[int, int]]:
    """Bar → place → pitch."""
    found: dict[int, dict[int, int]] = {}
    for start, _, pitch in notes:
        found.setdefault(start // bar, {})[start % bar] = pitch
    return found


def read(record: dict[str, Any]) -> Song | None:
    """A record as a Song; None if it is too short or has no phrases."""
    scale, pop = 480 // record["tpb"], record["corpus"] == "pop909"
    shift = -3 if record["mode"] == "min" else 0
    metre = Metre(record.get("bpb", 4), 4) if pop else Metre(*record["sig"])
    bar = metre.bar_ticks
    lead_in = 0 if pop or not record.get("pickup") else bar - record["pickup"] * scale
    notes = tuple((start * scale + lead_in, length * scale, pitch + shift) for start, length, pitch in record["notes"])
    chords = tuple(
        (start * scale + lead_in, length * scale, (root + shift) % 12, quality)
        for start, length, root, quality, *_ in record["chords"]
    )
    if len(notes) < 30 or (pop and not record["phrases"]):
        return None
    bars = bars_of(notes, bar)
    last = notes[-1][0] // bar + 1
    spans = tuple(Span(*phrase) for phrase in record["phrases"]) if pop else _unlabelled(bars, last)
    return Song(
        record["id"], metre, record["mode"] == "min", record["bpm"] or 100.0, not pop, notes, chords, spans, relations_of(spans, bars),
        tuple((chord[4] + shift) % 12 for chord in record["chords"]),
    )  # fmt: skip


def _unlabelled(bars: dict[int, dict[int, int]], last: int) -> tuple[Span, ...]:
    """Eight bars a phrase; a phrase that recalls an earlier one gets its letter."""
    spans: list[Span] = []
    for first in range(0, last, 8):
        count = min(8, last - first)
        like = next(
            (
                span.label
                for span in spans
                if sum(
                    related(bars.get(span.first + i, {}), bars.get(first + i, {}))[1] in ("exact", "near") for i in range(count)
                )
                >= LIKE_BARS * count
            ),
            None,
        )
        spans.append(Span(like or f"A{first}", first, count))
    return tuple(spans)


def heard(song: Song) -> Iterator[tuple[list[Heard], list[int], Manner]]:
    """(notes, pitches, manner) for each phrase of a song, in order."""
    bar, notes = song.metre.bar_ticks, song.notes
    by_place = {(start // bar, start % bar): pitch for start, _, pitch in notes}
    place_in_line = {
        index: (at, len(line) - 1 - at)
        for line in lines_of(notes, frozenset(span.first * bar for span in song.spans if span.tuneful))
        for at, index in enumerate(line)
    }
    spread = float(np.std([pitch for *_, pitch in notes]))
    seen: set[str] = set()
    for span in song.spans:
        mine = [i for i, note in enumerate(notes) if span.first * bar <= note[0] < (span.first + span.bars) * bar]
        later = span.label in seen
        seen.add(span.label)
        if not mine:
            continue
        made = []
        for index in mine:
            start, length, _ = notes[index]
            after = notes[index + 1][0] if index + 1 < len(notes) else start + 1920
            here, place = start // bar, start % bar
            relation = song.relations[here]
            made.append(Heard(
                start, length, after - start, place / bar, level(start, song.metre), *place_in_line[index],
                here - span.first, span.first + span.bars - 1 - here,
                song.chord_at(start)[0], song.chord_at(start + 240)[0], song.chord_at(after)[0], song.chord_at(start)[1],
                relation.relation, by_place.get((relation.source, place)), relation.same, span.tuneful,
            ))  # fmt: skip
        pitches = [notes[index][2] for index in mine]
        yield made, pitches, Manner(song.minor, song.bpm, song.old, later, float(np.mean(pitches)), spread)


def pitch_arrays(songs: list[Song]) -> dict[str, np.ndarray]:
    """All songs one after another: features, recalled classes, echoes, pitch classes, and where each song begins."""
    rows, recalled, echoed, targets, starts = [], [], [], [], [0]
    for song in songs:
        classes: list[int] = []
        for notes, pitches, manner in heard(song):
            rows.append(features(notes, manner).astype(np.float16))
            recalled.append(recalled_classes(notes))
            classes.extend(as_class(pitch) for pitch in pitches)
        targets.extend(classes)
        echoed.append(echoes(classes))
        starts.append(len(targets))
    return {
        "features": np.concatenate(rows), "recalled": np.concatenate(recalled).astype(np.int16),
        "echoes": np.concatenate(echoed).astype(np.int16), "targets": np.array(targets, np.int16), "starts": np.array(starts),
    }  # fmt: skip


def tokens(song: Song) -> np.ndarray:
    """[bars, 16]: rests, notes that go on, notes that begin; on the nearest sixteenths."""
    count = max(span.first + span.bars for span in song.spans)
    steps = np.zeros(count * STEPS, np.int64)
    for start, length, _ in song.notes:
        first, end = round(start / 120), max(round(start / 120) + 1, round((start + length) / 120))
        if first < len(steps):
            steps[first:end] = HOLD
            steps[first] = ONSET
    for start, *_ in song.notes:  # a note that the one before held over
        if round(start / 120) < len(steps):
            steps[round(start / 120)] = ONSET
    return steps.reshape(count, STEPS)


def rhythm_style(song: Song) -> tuple[float, float]:
    """(notes a bar of the tuneful phrases, share of odd sixteenths)."""
    tuneful = {span.first + i for span in song.spans if span.tuneful for i in range(span.bars)}
    onsets = [round(start / 120) for start, *_ in song.notes]
    inside = [step for step in onsets if step // STEPS in tuneful]
    return len(inside) / max(1, len(tuneful)), float(np.mean([step % 2 for step in onsets]))


def bars_told(song: Song) -> list[BarTold]:
    """What every bar of a song is told."""
    density, odd = rhythm_style(song)
    starts = {chord[0] for chord in song.chords}
    told: list[BarTold] = []
    seen: Counter[str] = Counter()
    for number, span in enumerate(song.spans):
        follows = song.spans[number + 1].tuneful if number + 1 < len(song.spans) else False
        for index in range(span.bars):
            here = span.first + index
            relation = song.relations[here]
            changes = tuple(here * 1920 + beat * 480 in starts for beat in range(4))
            told.append(BarTold(
                index, span.bars - 1 - index, span.tuneful, seen[span.label] > 0, follows and index == span.bars - 1,
                relation.relation, relation.same, changes, song.minor, song.bpm, density, odd,
            ))  # fmt: skip
        seen[span.label] += 1
    return told


def rhythm_arrays(songs: list[Song]) -> dict[str, np.ndarray]:
    """All 4/4 songs one after another, step by step."""
    rows, pasts, targets, weights, starts = [], [], [], [], [0]
    none = np.full((1, STEPS), -1)
    for song in songs:
        if song.metre != Metre():
            continue
        bars = tokens(song)
        for here, told in enumerate(bars_told(song)):
            source = song.relations[here].source
            recalled = bars[source : source + 1] if source >= 0 else none
            before = [bars[here - back : here - back + 1] if here >= back else none for back in (1, 2)]
            rows.append(bar_columns(told, recalled, *before)[0].astype(np.float16))
            weights += [1.0 if told.tuneful else 0.2] * STEPS
        steps = bars.ravel()
        last, since = np.concatenate([[0], steps[:-1]]), np.zeros(len(steps), np.int64)
        count = 32
        for index, step in enumerate(steps):
            since[index] = count
            count = 1 if step == ONSET else count + 1
        pasts.append(past_columns(last, since))
        targets.append(steps)
        starts.append(starts[-1] + len(steps))
    return {
        "features": np.concatenate(rows), "past": np.concatenate(pasts).astype(np.float16),
        "targets": np.concatenate(targets).astype(np.int16), "weights": np.array(weights, np.float16), "starts": np.array(starts),
    }  # fmt: skip


def split(songs: list[Song]) -> tuple[list[Song], list[Song]]:
    """(to learn from, to watch)."""
    train = [song for song in songs if fold({"id": song.id}) not in (TEST_FOLD, WATCH_FOLD)]
    return train, [song for song in songs if fold({"id": song.id}) == WATCH_FOLD]


def main(corpus: Path, out: Path, public: bool) -> None:
    """Write the arrays of the training and the watching songs."""
    train, watch = split([song for record in records(corpus, public) if (song := read(record)) is not None])
    made = {}
    for side, songs in (("train", train), ("watch", watch)):
        made |= {f"pitch_{side}_{name}": array for name, array in pitch_arrays(songs).items()}
        made |= {f"rhythm_{side}_{name}": array for name, array in rhythm_arrays(songs).items()}
    np.savez(out, **made)
    print({name: array.shape for name, array in made.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), "public" in sys.argv[3:])
