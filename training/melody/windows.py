"""Portraits of human and of drawn phrases, for the selectors.

    python windows.py CORPUS_DIR RHYTHM.npz PITCH.npz BANK.json.gz OUT.npz SONGS [public] [JUDGES.npz]

Rhythms are drawn on human forms and chords; pitches on human rhythms, forms and chords. The songs are those that the networks
learned from. With the selectors of an earlier round, what they choose is drawn, pitches on chosen rhythms, for the next round.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from prepare import Song, chord_tones, read, records, split, tokens

from troubadour.brief import Metre
from troubadour.score.melody.human.bank import Bank, read_bank
from troubadour.score.melody.human.choose import pitch_portraits, rhythm_portraits
from troubadour.score.melody.human.recurrent import network_of
from troubadour.score.melody.human.trees import trees_of
from troubadour.score.melody.human.untold import Harmony, Teller, Timed, Wish, plans_of, rhythm_of, timed, tune_over

BAR = 1920
CHOSEN_FROM = 8  # candidates of a phrase in later rounds


def harmony_of(song: Song) -> Harmony:
    """The chords of a corpus song by beat."""
    count = max(span.first + span.bars for span in song.spans) * 4
    tones, roots = [frozenset[int]()] * count, [-1] * count
    for start, length, root, quality in song.chords:
        for beat in range(start // 480, min(count, (start + length + 479) // 480)):
            tones[beat], roots[beat] = chord_tones(root, quality), root
    return Harmony(tuple(tones), tuple(roots), frozenset(chord[0] for chord in song.chords))


PHRASE_HEIGHT = 1.8  # semitones that phrases lie apart, standard deviation


def free_wish(song: Song, bank: Bank, dice: np.random.Generator) -> Wish:
    """A tune in the manner of some other song, its phrases at heights of their own."""
    manner = bank.manner(song.minor, song.bpm, dice)
    heights = {span.label: manner.centre + float(dice.normal(0, PHRASE_HEIGHT)) for span in song.spans}
    return Wish(manner, song.bpm, lambda kind, label, statement: dice, heights.__getitem__)


def rhythm_rows(song: Song, bars: dict[int, np.ndarray]) -> list[np.ndarray]:
    """Portraits of every phrase of a rhythm."""
    made = []
    for span in song.spans:
        if span.tuneful:
            phrase = np.array([[bars[span.first + index] for index in range(span.bars)]])
            found = rhythm_portraits(phrase, bars, span)
            made += [] if found is None or np.isnan(found).all() else [found[0]]
    return made


def timed_notes(song: Song) -> list[Timed]:
    """The song's own rhythm."""
    return [(start, length) for start, length, _ in song.notes]


def pitch_rows(song: Song, notes: list[Timed], pitches: list[int], harmony: Harmony) -> list[np.ndarray]:
    """Portraits of every phrase of a tune."""
    made = []
    for span in song.spans:
        mine = [i for i, (start, _) in enumerate(notes) if span.first * BAR <= start < (span.first + span.bars) * BAR]
        if span.tuneful and mine:
            drawn = np.array([pitches[mine[0] : mine[-1] + 1]])
            found = pitch_portraits(drawn, pitches[: mine[0]], notes, span, harmony.at, song.spans)
            made += [] if found is None else [found[0]]
    return made


def load(path: Path):
    """A network from its file."""
    with np.load(path) as stored:
        return network_of({name: stored[name] for name in stored.files})


def main(paths: Sequence[Path], drawn_songs: int, public: bool, judges: Path | None) -> None:
    """Write the portraits of both kinds."""
    corpus, rhythm, pitch, counts, out = paths
    bank = read_bank(counts.read_bytes())
    teller = Teller(load(rhythm), load(pitch), bank)
    if judges is not None:
        with np.load(judges) as stored:
            found = [
                trees_of({n.removeprefix(f"{kind}."): stored[n] for n in stored.files if n.startswith(kind)})
                for kind in ("rhythm", "pitch")
            ]
        teller = replace(teller, rhythm_trees=found[0], pitch_trees=found[1], rhythms=CHOSEN_FROM, tunes=CHOSEN_FROM)
    songs, _ = split([song for record in records(corpus, public) if (song := read(record)) is not None])
    songs = [song for song in songs if song.metre == Metre() and (public or not song.old)]
    dice = np.random.default_rng(5 if judges is None else 6)
    dice.shuffle(songs)  # type: ignore[arg-type]
    rows: dict[str, list[np.ndarray]] = {f"{kind}_{side}": [] for kind in ("rhythm", "pitch") for side in ("human", "drawn")}
    for index, song in enumerate(songs[: 3 * drawn_songs]):
        harmony = harmony_of(song)
        rows["rhythm_human"] += rhythm_rows(song, dict(enumerate(tokens(song))))
        rows["pitch_human"] += pitch_rows(song, timed_notes(song), [pitch for *_, pitch in song.notes], harmony)
        if index < drawn_songs:
            wish = free_wish(song, bank, dice)
            plan = plans_of(song.spans, harmony, bank, wish)
            bars = rhythm_of(song.spans, plan, harmony, wish, teller)
            rows["rhythm_drawn"] += rhythm_rows(song, bars)
            notes = timed_notes(song) if judges is None else timed(bars)
            plan = plan if judges is not None else plans_of(song.spans, harmony, bank, wish)
            rows["pitch_drawn"] += pitch_rows(song, notes, tune_over(notes, song.spans, plan, harmony, wish, teller), harmony)
    np.savez(out, **{name: np.array(found, np.float32) for name, found in rows.items()})
    print({name: len(found) for name, found in rows.items()})


if __name__ == "__main__":
    others = sys.argv[7:]
    judged = [Path(text) for text in others if text.endswith(".npz")]
    main([Path(text) for text in sys.argv[1:6]], int(sys.argv[6]), "public" in others, judged[0] if judged else None)
