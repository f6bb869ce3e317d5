"""Corpus → arrays for the tune network: `python prepare.py CORPUS_DIR OUT.npz` (in the project's environment).

Reads `pop909.jsonl.gz` (melodies, chords and human phrase labels) and `openewld.jsonl.gz` (older songs in many metres).
Songs whose id hashes to 1 are kept out for judging, those that hash to 2 watch over the training.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from troubadour.brief import Metre
from troubadour.score.melody.metre import level
from troubadour.score.melody.network import Heard, Manner, as_class, features, recalled_classes

QUALITIES = {
    "maj": (0, 4, 7), "min": (0, 3, 7), "7": (0, 4, 7, 10), "min7": (0, 3, 7, 10), "maj7": (0, 4, 7, 11), "sus2": (0, 2, 7),
    "sus4": (0, 5, 7), "sus4(b7)": (0, 5, 7, 10), "dim": (0, 3, 6), "aug": (0, 4, 8), "hdim7": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9), "maj6": (0, 4, 7, 9), "min6": (0, 3, 7, 9), "9": (0, 2, 4, 7, 10), "maj9": (0, 2, 4, 7, 11),
    "min9": (0, 2, 3, 7, 10),
}  # fmt: skip
LINE_ENDS = ((240, 720), (0, 1200))  # (rest, time to the next onset) in ticks: either of them ends a line


def songs(path: Path) -> list[dict[str, Any]]:
    """The records of a corpus file."""
    with gzip.open(path, "rt") as file:
        return [json.loads(line) for line in file]


def fold(song: dict[str, Any]) -> int:
    """0-9 by the hash of the song's id."""
    return int(hashlib.md5(song["id"].encode()).hexdigest(), 16) % 10


def chord_tones(root: int, quality: str) -> frozenset[int]:
    """Pitch classes; an unknown quality is read by its beginning."""
    beginning = next((name for name in ("maj7", "min7", "maj", "min", "sus4", "7") if quality.startswith(name)), "maj")
    return frozenset((root + step) % 12 for step in QUALITIES.get(quality, QUALITIES[beginning]))


def lines_of(notes: list[tuple[int, int, int]], breaks: set[int]) -> list[list[int]]:
    """Note indices by line: a line ends before a rest, after a long note, or where a phrase ends (`breaks`, ticks)."""
    lines: list[list[int]] = [[]]
    for index, (start, length, _) in enumerate(notes):
        lines[-1].append(index)
        if index + 1 == len(notes):
            break
        after = notes[index + 1][0]
        ended = any(after - start - length >= rest and after - start >= wait for rest, wait in LINE_ENDS)
        crossed = any(start < edge <= after for edge in breaks)
        if (ended and len(lines[-1]) >= 3) or crossed:
            lines.append([])
    return lines


def relations(
    song: dict[str, Any], notes: list[tuple[int, int, int]], bar: int, phrases: list[list[Any]]
) -> dict[int, tuple[str, int]]:
    """For each bar the relation to an earlier one, and which one: the last statement of its phrase, or 1, 2, 4, 8 bars back."""
    bars: dict[int, dict[int, int]] = {}
    for start, _, pitch in notes:
        bars.setdefault(start // bar, {})[start % bar] = pitch
    found: dict[int, tuple[str, int]] = {}
    for number, (label, first, count) in enumerate(phrases):
        last = next((p for p in reversed(phrases[:number]) if p[0] == label), None)
        for index in range(count):
            here = first + index
            options = [here - back for back in (1, 2, 4, 8) if here - back >= 0]
            if last is not None and index < last[2]:
                options.insert(0, last[1] + index)
            found[here] = max((_relation(bars, option, here) for option in options), default=(0.0, "new", -1))[1:]
    return found


def _relation(bars: dict[int, dict[int, int]], one: int, two: int) -> tuple[float, str, int]:
    a, b = bars.get(one, {}), bars.get(two, {})
    if not a or not b:
        return 0.0, "new", -1
    union, both = len(a.keys() | b.keys()), a.keys() & b.keys()
    rhythm, same = len(both) / union, sum(a[tick] == b[tick] for tick in both) / union
    if same >= 0.95:
        return 3 + rhythm + same, "exact", one
    if rhythm >= 0.6 and same >= 0.5:
        return 2 + rhythm + same, "near", one
    if rhythm >= 0.6:
        return 1 + rhythm + same, "rhythm", one
    return 0.0, "new", -1


def heard(song: dict[str, Any]) -> Iterator[tuple[list[Heard], list[int], Manner]]:
    """(notes, pitches, manner) for each phrase of a song, in the white-key frame, in order."""
    scale, pop = 480 // song["tpb"], song["corpus"] == "pop909"
    shift = -3 if song["mode"] == "min" else 0
    metre = Metre(song.get("bpb", 4), 4) if pop else Metre(*song["sig"])
    bar = metre.bar_ticks
    lead_in = 0 if pop or not song.get("pickup") else bar - song["pickup"] * scale
    notes = [(start * scale + lead_in, length * scale, pitch + shift) for start, length, pitch in song["notes"]]
    if len(notes) < 30:
        return
    last_bar = notes[-1][0] // bar + 1
    phrases = song["phrases"] if pop else [[f"X{first}", first, 8] for first in range(0, last_bar, 8)]
    chords = [
        (start * scale + lead_in, length * scale, (root + shift) % 12, quality)
        for start, length, root, quality, *_ in song["chords"]
    ]
    relation = relations(song, notes, bar, phrases)
    by_place = {(start // bar, start % bar): pitch for start, _, pitch in notes}
    place_in_line = {
        index: (at, len(line) - 1 - at)
        for line in lines_of(notes, {p[1] * bar for p in phrases})
        for at, index in enumerate(line)
    }
    spread = float(np.std([pitch for *_, pitch in notes]))
    cursor = 0

    def chord_at(tick: int) -> tuple[frozenset[int], int]:
        nonlocal cursor
        while cursor + 1 < len(chords) and chords[cursor + 1][0] <= tick:
            cursor += 1
        while cursor > 0 and chords[cursor][0] > tick:
            cursor -= 1
        if not chords or not chords[cursor][0] <= tick < chords[cursor][0] + chords[cursor][1]:
            return frozenset(), -1
        return chord_tones(chords[cursor][2], chords[cursor][3]), chords[cursor][2]

    seen: set[str] = set()
    for label, first, count in phrases:
        mine = [index for index, note in enumerate(notes) if first * bar <= note[0] < (first + count) * bar]
        later = label in seen
        seen.add(label)
        if not mine or (pop and not label[0].isupper()):
            continue
        made = []
        for index in mine:
            start, length, _ = notes[index]
            after = notes[index + 1][0] if index + 1 < len(notes) else start + 1920
            here, place = start // bar, start % bar
            kind, source = relation.get(here, ("new", -1))
            made.append(Heard(
                start, length, after - start, place / bar, level(start, metre), *place_in_line[index],
                here - first, first + count - 1 - here,
                chord_at(start)[0], chord_at(start + 240)[0], chord_at(after)[0], chord_at(start)[1],
                kind, by_place.get((source, place)),
            ))  # fmt: skip
        pitches = [notes[index][2] for index in mine]
        yield made, pitches, Manner(song["mode"] == "min", song["bpm"] or 90.0, not pop, later, float(np.mean(pitches)), spread)


def arrays(records: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """All songs one after another: features, recalled classes, pitch classes, and where each song begins."""
    rows, recalled, targets, starts = [], [], [], [0]
    for song in records:
        for notes, pitches, manner in heard(song):
            rows.append(features(notes, manner).astype(np.float16))
            recalled.append(recalled_classes(notes))
            targets.extend(as_class(pitch) for pitch in pitches)
        if len(targets) > starts[-1]:
            starts.append(len(targets))
    return {
        "features": np.concatenate(rows), "recalled": np.concatenate(recalled).astype(np.int16),
        "targets": np.array(targets, np.int16), "starts": np.array(starts),
    }  # fmt: skip


def main(corpus: Path, out: Path) -> None:
    """Write the arrays of the training and the watching songs."""
    records = songs(corpus / "pop909.jsonl.gz") + songs(corpus / "openewld.jsonl.gz")
    train = arrays([song for song in records if fold(song) not in (1, 2)])
    watch = arrays([song for song in records if fold(song) == 2 and song["corpus"] == "pop909"])
    np.savez(out, **{f"train_{k}": v for k, v in train.items()}, **{f"watch_{k}": v for k, v in watch.items()})
    print({k: v.shape for k, v in train.items()}, {k: v.shape for k, v in watch.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
