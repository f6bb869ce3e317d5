"""Corpus → counts: plans, manners, progressions (`python banks.py CORPUS_DIR OUT.json.gz [public]`)."""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from prepare import Song, read, records, rhythm_style, split

from troubadour.brief import Metre
from troubadour.score.melody.human.bank import written
from troubadour.theory.chords import QUALITIES

LEAST = 3  # plans of a length, for it to be drawn from


def plans(songs: list[Song]) -> dict[str, list[str]]:
    """`+8` (heard before) or `-8` → plans."""
    found: dict[str, list[str]] = defaultdict(list)
    for song in songs:
        seen: set[str] = set()
        for span in song.spans:
            if span.tuneful and song.metre == Metre():
                text = "".join(written(song.relations[span.first + index]) for index in range(span.bars))
                found[f"{'+' if span.label in seen else '-'}{span.bars}"].append(text)
            seen.add(span.label)
    return {key: sorted(values) for key, values in sorted(found.items()) if len(values) >= LEAST}


def manners(songs: list[Song]) -> list[list[float]]:
    """One row a song."""
    rows = []
    for song in songs:
        pitches = [pitch for *_, pitch in song.notes]
        density, odd = rhythm_style(song)
        if song.metre == Metre() and density > 1:
            row = (density, odd, float(np.mean(pitches)), float(np.std(pitches)))
            rows.append([song.minor, round(song.bpm, 1), *(round(value, 3) for value in row)])
    return sorted(rows)


def known(quality: str) -> str:
    """A quality that the theory has."""
    plain = {"maj(9)": "maj", "min(9)": "min", "sus4(b7,9)": "sus4(b7)", "7(b9)": "7", "11": "sus4(b7)", "13": "9"}.get(
        quality, quality
    )
    beginning = next(
        (name for name in ("maj7", "min7", "maj", "min", "sus4", "sus2", "7", "dim", "aug") if quality.startswith(name)), "maj"
    )
    return plain if plain in QUALITIES else beginning


def progressions(songs: list[Song]) -> dict[str, list[str]]:
    """`+8` (minor) or `-8` → chords of phrases: beat of the phrase, semitones above the tonic, quality, bass."""
    found: dict[str, set[str]] = defaultdict(set)
    for song in songs:
        home = -3 if song.minor else 0
        for span in song.spans:
            start, end = span.first * 1920, (span.first + span.bars) * 1920
            inside = [(*c, bass) for c, bass in zip(song.chords, song.basses, strict=True) if start <= c[0] < end]
            whole = inside and inside[0][0] == start and inside[-1][0] + inside[-1][1] >= end - 480
            if song.metre == Metre() and span.tuneful and whole and all(chord[0] % 480 == 0 for chord in inside):
                text = " ".join(
                    f"{(c[0] - start) // 480}:{(c[2] - home) % 12}:{known(c[3])}:{(c[4] - home) % 12}" for c in inside
                )
                found[f"{'+' if song.minor else '-'}{span.bars}"].add(text)
    return {key: sorted(values) for key, values in sorted(found.items()) if len(values) >= LEAST}


def main(corpus: Path, out: Path, public: bool) -> None:
    """Write the counts of the training songs."""
    songs, _ = split([song for record in records(corpus, public) if (song := read(record)) is not None])
    if not public:
        songs = [song for song in songs if not song.old]
    made = {"plans": plans(songs), "manners": manners(songs), "progressions": progressions(songs)}
    out.write_bytes(gzip.compress(json.dumps(made, separators=(",", ":")).encode(), 9, mtime=0))
    print(out.stat().st_size, "bytes", {k: len(v) for k, v in made.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), "public" in sys.argv[3:])
