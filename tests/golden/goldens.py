"""A handful of songs as music: their form, chords and tunes as text, in `NAME.txt`, read by somebody before they were kept.

    python -m tests.golden.goldens            # which songs changed, bar by bar
    python -m tests.golden.goldens --renew    # the same, and keep what is new

Styles are copies (`styles/`), so that work on a style's band or progressions leaves the goldens alone; the words are given. What
moves them is what they are about: form, harmony, the setting of words, the tune.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import unified_diff
from pathlib import Path
from unittest.mock import patch

from tests.musician.songs import brief

from troubadour.brief import Key, Metre
from troubadour.brief.lyrics import parse_lyrics
from troubadour.plan.decide import decide
from troubadour.score.compose import compose
from troubadour.score.show import show_tune
from troubadour.styles.shelf import Shelf
from troubadour.styles.style import Style

FOLDER = Path(__file__).parent
SHELVED = Shelf.__getitem__
HARBOUR = """[Verse]
The boats come home at the end of the day
My father folds the morning's sails away
[Chorus]
Harbour lights, carry me home
I have been too long alone
[Verse]
I left a letter by the kitchen door
I won't be sailing any more
[Chorus]
Harbour lights, carry me home
I have been too long alone"""
SONGS = {
    "pop_ballad": lambda: brief("golden_pop", 11, words=_words(HARBOUR), tempo_bpm=84.0, key=Key(7)),
    "rock_minor": lambda: brief("golden_rock", 5, words=_words(HARBOUR), key=Key(4, "minor")),
    "folk_waltz": lambda: brief("golden_folk", 3, words=_words(HARBOUR), metre=Metre(3, 4), key=Key(2)),
    "pop_tune": lambda: brief("golden_pop", 8, duration_s=75.0, key=Key(0)),
    "jazz_tune": lambda: brief("golden_jazz", 2, duration_s=60.0),
}


def _words(text: str):
    return parse_lyrics(text).lyrics


@contextmanager
def golden_styles() -> Iterator[None]:
    """The copies on the shelf, for as long as it takes."""
    made = [Style.model_validate(tomllib.loads(file.read_text("utf-8"))) for file in sorted((FOLDER / "styles").glob("*.toml"))]
    own = {style.id: style for style in made}
    with patch.object(Shelf, "__getitem__", lambda shelf, name: own[name] if name in own else SHELVED(shelf, name)):
        yield


def written(name: str) -> str:
    """A song as it is composed now."""
    with golden_styles():
        return show_tune(compose(decide(SONGS[name]())))


def kept(name: str) -> str:
    """A song as it was kept."""
    file = FOLDER / f"{name}.txt"
    return file.read_text("utf-8") if file.exists() else ""


def main(renew: bool) -> int:
    """Prints what changed; with `renew` keeps it."""
    changed = 0
    for name in SONGS:
        before, now = kept(name), written(name)
        if before != now:
            changed += 1
            print("".join(unified_diff(before.splitlines(True), now.splitlines(True), f"{name} as kept", f"{name} now", n=2)))
            if renew:
                (FOLDER / f"{name}.txt").write_text(now, "utf-8")
    print(f"{changed} of {len(SONGS)} songs changed" + (" and were renewed" if renew and changed else ""))
    return 0 if renew or not changed else 1


if __name__ == "__main__":
    sys.exit(main("--renew" in sys.argv[1:]))
