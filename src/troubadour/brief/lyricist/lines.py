"""Lines that can be sung, and stanzas of them.

Every line comes from a template (`lines.toml`) or a theme field (`fields.toml`); its slots take the description's own nouns first, then
words of the fields that the description calls for. For each stanza many lines are drawn, and those are kept that rhyme where the
scheme wants it, agree in length, belong together, and say most about the description.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np

from troubadour.brief.lyricist.sounds import coda_class, rhyme, syllables, vowels
from troubadour.brief.lyricist.subject import Hook, Subject, base_form
from troubadour.brief.vocabulary import word_set

SHORTEST_LINE, LONGEST_LINE = 6, 10
USUAL_LINE = 8
LEFT_OUT = 0.45  # share of the templates that a stanza does without, so that songs don't share their favourites
IN_ORDER = 1.2  # what two lines gain that were written one after the other, and lose the other way round
PAIRED = 0.7  # how often a stanza begins with a pair of lines that belong together
FILLS = 3  # how often each template is filled anew for one stanza

SCHEMES = {"abab": ((0, 2), (1, 3)), "aabb": ((0, 1), (2, 3)), "xaxa": ((1, 3),), "aa": ((0, 1),)}


@dataclass(frozen=True)
class Sung:
    """A line that could be sung, and what choosing needs to know of it."""

    text: str
    source: str  # its template: not used twice in one song
    count: int
    sound: str
    vowels: str
    end: str
    words: frozenset[str]
    images: frozenset[str]  # the description's noun phrases in it
    own: bool  # a whole line of a theme field
    fills: frozenset[str]


@dataclass
class Song:
    """What has been used so far, and where new words come from."""

    subject: Subject
    hook: Hook
    fields: tuple[dict[str, Any], ...]
    matched: bool
    dice: np.random.Generator
    used_sources: set[str] = field(default_factory=set)
    used_fills: set[str] = field(default_factory=set)
    used_images: dict[str, int] = field(default_factory=dict)
    used_sounds: set[str] = field(default_factory=set)


@cache
def table(name: str) -> dict[str, Any]:
    """One of the lyricist's tables."""
    return tomllib.loads((files("troubadour.brief.lyricist") / f"{name}.toml").read_text("utf-8"))


# Filling templates --------------------------------------------------------------------------------------------------------


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _fillings(slot: str, song: Song) -> list[tuple[str, str]]:
    """What may stand in a slot: (words, the image of the description that they are, or "")."""
    subject = song.subject
    own: list[tuple[str, str]] = []
    if slot in ("who", "whose"):
        people = [image for image in subject.images if image.kind in ("person", "name") and not image.text.endswith("s")]
        return [(f"{image.text}'s" if slot == "whose" else image.text, image.text) for image in people]
    if slot in ("image", "it", "place"):
        kinds = {"image": ("thing", "place", "time"), "it": ("thing",), "place": ("place",)}[slot]
        own = [(image.text, image.text) for image in subject.images if image.kind in kinds]
        if own or slot == "place":
            return own
        slot = "thing"
    elif slot == "where":
        own = [(image.where, image.text) for image in subject.images if image.where]
    elif slot == "doing":
        own = [(doing, doing) for doing in subject.doings if syllables(doing) <= 6]
    elif slot == "do":
        own = [(base_form(doing), doing) for doing in subject.doings if syllables(doing) <= 6]
    fills = [(words, "") for theme in song.fields for words in _listed(theme[slot])]
    return own * 3 + fills


def _filled(template: str, song: Song) -> Sung | None:
    """A template with its slots filled by chance; None if it cannot be sung as a line."""
    images, fills = set(), set()
    text = template
    for name in re.findall(r"\{(\w+)\}", template):
        choices = _fillings(name.lower(), song)
        if not choices:
            return None
        fresh = [choice for choice in choices if choice[0] not in song.used_fills and choice[0] not in fills] or choices
        least = min(song.used_images.get(image, 0) for _, image in fresh)
        if name.lower() in ("image", "it", "who", "whose", "place"):
            fresh = [choice for choice in fresh if song.used_images.get(choice[1], 0) <= least]
        words, image = fresh[int(song.dice.integers(len(fresh)))]
        images |= {image} - {""}
        fills |= set() if image else {words}
        words = _ours(words) if _WE.search(template) else words
        text = text.replace(f"{{{name}}}", words[:1].upper() + words[1:] if name[0].isupper() else words, 1)
    if fills | images and _stutters(text):
        return None
    return sung(_articled(text), template, frozenset(images), "{" not in template, frozenset(fills))


def _stutters(text: str) -> bool:
    """Whether a word that matters stands twice in a line: `the blue light in the morning light`."""
    words = [w for w in re.findall(r"[^\W_]+", text.lower()) if len(w) > 3 and w not in _PLAIN]
    return len(words) != len(set(words))


_WE = re.compile(r"\b[Ww]e\b")


def _ours(words: str) -> str:
    """What "we" do is done with our own: `we used to close our eyes`."""
    return re.sub(r"\bmy\b", "our", words)


def _articled(text: str) -> str:
    text = re.sub(r"\b([Aa]) (?=(?:[aeiou]|hon|hour)(?!ne\b|nce\b|ni|se\b|ur))", r"\1n ", text)
    return text[:1].upper() + text[1:]


@cache
def _sounds(word: str) -> tuple[str, str]:
    return rhyme(word), vowels(word)


def sung(text: str, source: str, images: frozenset[str], own: bool, fills: frozenset[str]) -> Sung | None:
    """A text as a line; None where it is too short or too long to be sung as one."""
    count = sum(syllables(word) for word in text.split())
    if not SHORTEST_LINE <= count <= LONGEST_LINE:
        return None
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text)
    end = words[-1].lower()
    sound, vowel = _sounds(end)
    return Sung(text, source, count, sound, vowel, end, content(text), images, own, fills)


def content(text: str) -> frozenset[str]:
    """The words that should not come twice in a stanza."""
    words = (word.lower() for word in re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text) if len(word) > 3)
    return frozenset(word.removesuffix("'s").rstrip("s") for word in words if word not in _PLAIN)


_PLAIN = word_set("plain")


def candidates(pool: Sequence[str], song: Song, own_lines: Sequence[str] = ()) -> list[Sung]:
    """Lines for a stanza: templates of a pool, filled anew, and whole lines of a field, none of which the song has had."""
    made = []
    for template in pool:
        if template in song.used_sources or song.dice.random() < LEFT_OUT:
            continue
        repeats = FILLS if "{" in template else 1
        made += [line for _ in range(repeats) if (line := _filled(template, song))]
    made += [
        line
        for text in own_lines
        if text not in song.used_sources and (line := sung(text, text, frozenset(), True, frozenset()))
    ]
    return made


# Choosing among them ------------------------------------------------------------------------------------------------------


def _worth(line: Sung, song: Song, length: int) -> float:
    """How much a line is wanted: about the description, of the right length, not said before."""
    worth = -0.9 * abs(line.count - length) + 2.4 * float(song.dice.random())
    for image in line.images:
        uses = song.used_images.get(image, 0)
        worth += 2.6 if uses == 0 else 0.7 if uses < 3 else -0.5 * (uses - 2)
    if line.own:
        worth += (2.6 if song.matched else -1.2) if not song.subject.images or song.matched else -2.5
    worth -= 1.0 * len(line.fills & song.used_fills)
    if line.sound in song.used_sounds:
        worth -= 1.6
    return worth


def _rhyming(one: Sung, other: Sung) -> float | None:
    """What a rhyme is worth; None if two lines don't rhyme or must not stand together."""
    if one.end == other.end or one.source == other.source or one.words & other.words:
        return None
    if abs(one.count - other.count) > 2:
        return None
    worth = 0.4 - 0.5 * abs(one.count - other.count)
    following = _following()
    if following.get(one.source) == other.source:
        worth += IN_ORDER
    elif following.get(other.source) == one.source:
        worth -= IN_ORDER
    if one.sound and one.sound == other.sound:
        return worth
    if one.vowels and one.vowels == other.vowels and coda_class(one.end) == coda_class(other.end):
        return worth - 1.0
    return None


@cache
def _following() -> dict[str, str]:
    """Every template and the one that stands after it in its table: many were written as couplets."""
    pools = [section["lines"] for section in table("lines").values() if "lines" in section]
    return {one: other for pool in pools for one, other in pairwise(pool)}


def stanza(positions: Sequence[list[Sung]], scheme: Sequence[tuple[int, int]], song: Song, length: int) -> list[Sung]:
    """One line for each position: rhyme pairs first, each the best pair that is left; then the free lines."""
    chosen: dict[int, Sung] = {}
    worths = [[(line, _worth(line, song, length)) for line in lines] for lines in positions]
    for a, b in scheme:
        pairs = (
            (wa + wb + bonus, one, other)
            for one, wa in worths[a]
            if _fits(one, chosen, song)
            for other, wb in worths[b]
            if (bonus := _rhyming(one, other)) is not None and _fits(other, chosen, song) and not _crowded(one, other, song)
        )
        best = max(pairs, key=lambda pair: pair[0], default=None)
        if best:
            chosen[a], chosen[b] = best[1], best[2]
    for i, lines in enumerate(worths):
        if i not in chosen:
            free = [(worth, line) for line, worth in lines if _fits(line, chosen, song)]
            taken = {line.source for line in chosen.values()}
            unsaid = [(worth, line) for line, worth in lines if line.source not in taken]
            chosen[i] = max(free or unsaid or [(worth, line) for line, worth in lines], key=lambda pair: pair[0])[1]
    picked = [chosen[i] for i in sorted(chosen)]
    for line in picked:
        _use(line, song)
    return picked


def _crowded(one: Sung, other: Sung, song: Song) -> bool:
    return bool(one.images & other.images) and len(song.subject.images) > 1


def _fits(line: Sung, chosen: dict[int, Sung], song: Song) -> bool:
    others = list(chosen.values())
    said: set[str] = set().union(*(other.words for other in others)) if others else set()
    ends = {other.end for other in others}
    repeated = sum(bool(line.images & other.images) for other in others) >= (1 if len(song.subject.images) > 2 else 2)
    said_before = (line.words - _image_words(line)) & said
    return not said_before and line.end not in ends and all(o.source != line.source for o in others) and not repeated


def _image_words(line: Sung) -> set[str]:
    return {word.lower().rstrip("s") for image in line.images for word in image.split()}


def _use(line: Sung, song: Song) -> None:
    song.used_sources.add(line.source)
    song.used_fills |= line.fills
    song.used_sounds.add(line.sound)
    for image in line.images:
        song.used_images[image] = song.used_images.get(image, 0) + 1


def pair(song: Song, told: str) -> list[Sung]:
    """Two lines that belong together and that the description fits into; none where chance or the description has none."""
    if song.dice.random() >= PAIRED:
        return []
    made: list[tuple[float, list[Sung]]] = []
    pictured = any(image.kind in ("thing", "place", "time") for image in song.subject.images)
    for text in table("lines")["pairs"][told]:
        if (
            song.dice.random() < LEFT_OUT
            or text in song.used_sources
            or (re.search(r"\{([Ii]mage|it)\}", text) and not pictured)
        ):
            continue
        lines = [line for part in text.split(" / ") if (line := _filled(part, song))]
        if len(lines) == 2 and not lines[0].words & lines[1].words:
            worth = sum(_worth(line, song, USUAL_LINE) for line in lines)
            made.append((worth, [replace(line, source=text) for line in lines]))
    best = max(made, key=lambda one: one[0], default=(0.0, []))[1]
    for line in best:
        _use(line, song)
    return best


def ended(begun: list[Sung], positions: Sequence[list[Sung]], song: Song) -> list[Sung]:
    """A stanza that began with a pair, ended by two more lines that rhyme and say something else."""
    said = set().union(*(line.words for line in begun))
    ends = {line.end for line in begun}
    images = set().union(*(line.images for line in begun))
    fresh = [
        [line for line in lines if not line.words & said and line.end not in ends and not line.images & images] or lines
        for lines in positions
    ]
    return [*begun, *stanza(fresh, SCHEMES["aa"], song, USUAL_LINE)]


def picturing(positions: list[list[Sung]], at: int) -> list[list[Sung]]:
    """The same choices, but at one position only lines that hold words of the description (or of the field)."""
    telling = [line for line in positions[at] if line.images] or [line for line in positions[at] if line.fills or line.own]
    return [telling if i == at and telling else lines for i, lines in enumerate(positions)]
