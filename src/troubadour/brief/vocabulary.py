"""What words of a prompt mean: tables of phrases, joined with what the styles and instruments say of themselves.

A phrase is a tuple of lower-case tokens (`("rainy", "night")`); hyphens are spaces, apostrophes are dropped, `&` is `and`.
Phrases of two words are also known as one (`lo fi`, `lofi`).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from troubadour.theory.instruments import INSTRUMENTS

Phrase = tuple[str, ...]

# Sections of the tables whose words speak of music itself: a lyricist does not sing about them.
MUSICAL = frozenset(
    (
        "style",
        "genre",
        "instrument",
        "player",
        "family",
        "pace",
        "metre",
        "mode",
        "voice",
        "form",
        "era",
        "production",
        "silence",
        "vocals",
    )
)


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("troubadour.brief") / f"tables/{name}.toml").read_text("utf-8"))


def word_set(name: str) -> frozenset[str]:
    """A set of plain words from the tables."""
    return frozenset(_table("sets")[name].split())


def endings() -> Mapping[str, str]:
    """Endings that make a style of another word, and the word that they stand for."""
    found: dict[str, str] = _table("sets")["endings"]
    return found


EVERYDAY = word_set("everyday")
MUSIC_NOUNS = word_set("music_nouns")


@dataclass(frozen=True)
class Meaning:
    """What a phrase does to the brief. Empty fields do nothing."""

    group: str
    mood: str = ""
    energy: float = 0.0
    bright: float = 0.0
    mode: str = ""
    tempo: tuple[float, float] | None = None
    metre: str = ""
    styles: tuple[str, ...] = ()  # styles that suit, used only when none is named
    blend: Mapping[str, float] = field(default_factory=dict)  # styles that are named
    soft: bool = False  # `blend` of a word that is also a mood or a scene: a hint when another style is named
    play: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    family: str = ""
    sing: str = ""
    voice: str = ""
    silent: bool = False


def plain(text: str) -> str:
    """Text as phrases are written in the vocabulary; punctuation stays."""
    text = unicodedata.normalize("NFKC", text).lower().replace("&", " and ").replace("’", "'")
    text = re.sub(r"'n'|\bn'", " n ", text).replace("'", "")
    return re.sub(r"[-‐‑–—_]+", " ", text)


def phrase(text: str) -> Phrase:
    """A phrase of the tables as tokens."""
    return tuple(re.findall(r"[^\W_]+", plain(text)))


def _meaning(group: str, row: Mapping[str, Any]) -> Meaning:
    tuples = {key: tuple(row[key]) for key in ("tempo", "styles", "play", "without") if key in row}
    return Meaning(group=group, **{**row, **tuples})


def _add(words: dict[Phrase, Meaning], text: str, meaning: Meaning) -> None:
    key = phrase(text)
    if not key:
        return
    words.setdefault(key, meaning)
    if len(key) == 2 and len(key[0]) + len(key[1]) > 4:
        words.setdefault((key[0] + key[1],), meaning)


@cache
def vocabulary() -> Mapping[Phrase, Meaning]:
    """Every known phrase and its meaning. A style's own words name that style; mood and scene words keep their colour too."""
    from troubadour.styles import STYLES

    words: dict[Phrase, Meaning] = {}
    families = _table("families")
    for names in families["silence"]:
        for name in names.split(","):
            _add(words, name, Meaning("silence", silent=True))
    for group, rows in _table("moods").items():
        for names, row in rows.items():
            for name in names.split(","):
                _add(words, name, _meaning(group, row))
    _add_instruments(words, families)
    for names, row in _table("genres")["genre"].items():
        for name in names.split(","):
            key = phrase(name)
            colour = _meaning("genre", row)
            words[key] = (
                colour if key not in words else replace(words[key], blend=colour.blend, soft=words[key].group not in MUSICAL)
            )
            _add(words, name, colour)
    for card in STYLES.cards.values():
        for name in (card.id, card.name, *card.words):
            _claim(words, name, card.id)
    return {key: _known_styles(meaning, STYLES) for key, meaning in words.items()}


def _add_instruments(words: dict[Phrase, Meaning], families: Mapping[str, Mapping[str, str]]) -> None:
    family_of = {phrase(name): stem for names, stem in families["family"].items() for name in names.split(",")}
    for instrument in INSTRUMENTS.values():
        for name in (instrument.name, *instrument.words):
            meaning = Meaning("instrument", play=(instrument.id,), family=family_of.get(phrase(name), ""))
            for form in (name, name if name.endswith("s") else f"{name}s"):
                _claim_sound(words, form, meaning)
    for names, instrument_id in families["player"].items():
        for name in names.split(","):
            _add(words, name, Meaning("player", play=(instrument_id,)))
    for key, stem in family_of.items():
        words[key] = replace(words[key], family=stem) if key in words else Meaning("family", family=stem)
    for names in families["vocals"]:
        for name in names.split(","):
            _add(words, name, Meaning("vocals", family="vocals"))


def _claim_sound(words: dict[Phrase, Meaning], name: str, meaning: Meaning) -> None:
    key = phrase(name)
    known = words.get(key)
    if known is None:
        _add(words, name, meaning)
    elif known.group not in ("instrument", "player"):
        words[key] = replace(known, play=tuple(dict.fromkeys((*known.play, *meaning.play))), family=meaning.family)


def _claim(words: dict[Phrase, Meaning], name: str, style_id: str) -> None:
    """A style says that a phrase is its own: keep the colour that the tables give it, and let the style be named."""
    key = phrase(name)
    known = words.get(key)
    if known is None or known.group == "instrument":
        meaning = Meaning("style", blend={style_id: 1.0})
    else:
        soft = known.group not in ("style", "genre")
        meaning = replace(known, blend={style_id: 1.0}, styles=(), soft=soft, group=known.group if soft else "style")
    words[key] = meaning
    if len(key) == 2:
        words[(key[0] + key[1],)] = meaning


def _known_styles(meaning: Meaning, styles: Mapping[str, Any]) -> Meaning:
    blend = {name: weight for name, weight in meaning.blend.items() if name in styles}
    return replace(meaning, styles=tuple(name for name in meaning.styles if name in styles), blend=blend)


def described(meaning: Meaning) -> str:
    """What a meaning does, in words."""
    said = []
    if meaning.blend:
        said.append("style: " + " + ".join(meaning.blend))
    elif meaning.styles:
        said.append("suits: " + ", ".join(meaning.styles))
    if meaning.mood:
        said.append(f"mood: {meaning.mood}")
    if meaning.energy:
        said.append(f"energy {meaning.energy:+.2f}")
    if meaning.bright:
        said.append(f"brightness {meaning.bright:+.2f}")
    if meaning.mode:
        said.append(f"mode: {meaning.mode}")
    if meaning.tempo:
        said.append(f"tempo: {meaning.tempo[0]:g}–{meaning.tempo[1]:g} bpm")
    if meaning.metre:
        said.append(f"metre: {meaning.metre}")
    if meaning.play:
        said.append("instrument: " + ", ".join(INSTRUMENTS[name].name for name in meaning.play))
    if meaning.sing:
        said.append(f"singing: {meaning.sing}")
    if meaning.voice:
        said.append("voice: " + {"f": "female", "m": "male"}[meaning.voice])
    if meaning.silent:
        said.append("nobody sings")
    return ", ".join(said) or {"vocals": "somebody sings", "form": "the form may have it"}.get(
        meaning.group, meaning.family or meaning.group
    )
