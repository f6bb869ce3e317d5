"""Writes the words of a song: verses, a chorus on a hook, a bridge, in plain speech.

What a song is about chooses its hook and its theme fields; each section asks for its own kind of lines (`lines.py`). The first verse
sets the scene, later ones move on, the bridge turns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from troubadour.brief.lyricist.lines import (
    SCHEMES,
    USUAL_LINE,
    Song,
    Sung,
    candidates,
    content,
    ended,
    pair,
    picturing,
    stanza,
    sung,
    table,
)
from troubadour.brief.lyricist.sounds import syllables
from troubadour.brief.lyricist.subject import Hook, Subject, matter, titled, understand
from troubadour.brief.lyrics import legible
from troubadour.chance import Chance

CLEAR_CALL = 3  # from which overlap on a field is what the description is about
FIELD_HOOKS = 0.25  # how often a field's hook goes before a single word of the description
PROPER = frozenset(
    [
        "I",
        "I'm",
        "I'll",
        "I've",
        "July",
        "June",
        "May",
        "April",
        "September",
        "October",
        "December",
        "Christmas",
        "Sunday",
        "Monday",
        "Friday",
        "Saturday",
        "Main",
    ]
)


# Sections by how long the song may be (seconds, at least), longest first.
FORMS: tuple[tuple[float, str], ...] = (
    (300, "verse chorus verse chorus bridge verse chorus chorus outro"),
    (240, "verse pre chorus verse pre chorus bridge chorus chorus outro"),
    (165, "verse pre chorus verse pre chorus bridge chorus"),
    (130, "verse chorus verse chorus bridge chorus"),
    (95, "verse chorus verse chorus"),
    (55, "verse chorus"),
    (32, "chorus"),
    (0, "couplet"),
)
NAMES = {"verse": "Verse", "pre": "Pre-Chorus", "chorus": "Chorus", "bridge": "Bridge", "outro": "Outro", "couplet": "Chorus"}


@dataclass(frozen=True)
class Draft:
    """A title, marked lyrics, and the words of the description that they are about."""

    title: str
    lyrics: str
    about: tuple[str, ...] = ()


def write_lyrics(
    description: str,
    seed: int,
    take: int,
    styles: Sequence[str] = (),
    moods: Sequence[str] = (),
    room_s: float | None = None,
    title: str = "",
) -> Draft:
    """Words about a description; another draft for each seed and take. `room_s`: how long the song may be."""
    description, title = legible(description), legible(title)
    dice = Chance(seed, take).stream("words", "draft", description)
    subject = understand(description, title)
    fields, matched = _fields(description, subject, styles, moods, dice)
    hook = _hook(subject, fields, matched, dice)
    song = Song(subject, hook, fields, matched > 0, dice)
    form = next(form for least, form in FORMS if (room_s if room_s is not None else 200.0) >= least).split()
    if room_s is None and dice.random() < 0.35:
        form = [name for name in form if name != "pre"]
    sections = _sections(form, song)
    text = "\n\n".join("\n".join((f"[{name}]", *lines)) for name, lines in sections)
    return Draft(title or hook.title, text, tuple(dict.fromkeys(w for w in subject.words if w in text.lower())))


# ---- choosing what it is about ---------------------------------------------------------------------------------------


def _fields(
    description: str, subject: Subject, styles: Sequence[str], moods: Sequence[str], dice: np.random.Generator
) -> tuple[tuple[dict[str, Any], ...], int]:
    """One or two theme fields, and how much the description itself called for the first."""
    words = matter(description)
    known = table("fields")
    pictures = matter(" ".join(image.full or image.bare for image in subject.images))
    overlap = {name: len(words & _triggers(name)) + 2 * len(pictures & _triggers(name)) for name in known}
    called = sorted((name for name in known if overlap[name]), key=lambda name: (-overlap[name], name))
    if called:
        best = [name for name in called if overlap[name] == overlap[called[0]]]
        first = best[int(dice.integers(len(best)))]
        rest = [name for name in called if name != first][:2]
        names = [first, *rest[:1]]
        return tuple(known[name] for name in names), overlap[first]
    names = [name for mood in moods for name in table("calls")["mood"].get(mood, "").split()]
    names += [name for style in styles[:1] for name in table("calls")["style"].get(style, "love hope road").split()]
    names = list(dict.fromkeys(names)) or ["love", "hope", "road"]
    weights = np.array([1 / (1 + i) for i in range(len(names))])
    pick = int(dice.choice(len(names), p=weights / weights.sum()))
    return (known[names[pick]],), 0


@cache
def _triggers(name: str) -> frozenset[str]:
    words = table("fields")[name]["on"].replace(",", " ").split()
    return frozenset(words)


def _hook(subject: Subject, fields: Sequence[dict[str, Any]], matched: int, dice: np.random.Generator) -> Hook:
    """The title and hook: the description's own words if they sing, else one of the field's."""
    alone = len(subject.hooks) > 0 and all(" " not in hook.phrase for hook in subject.hooks)
    named = any(image.kind == "name" for image in subject.images)
    if subject.hooks and not (alone and matched >= CLEAR_CALL and not named and dice.random() < FIELD_HOOKS):
        weights = np.array([_catchiness(hook) / (1 + 0.35 * i) for i, hook in enumerate(subject.hooks)])
        return subject.hooks[int(dice.choice(len(subject.hooks), p=weights / weights.sum()))]
    names = [name.strip() for name in fields[0]["hooks"].split(",")]
    name = names[int(dice.integers(len(names)))]
    return Hook(name, "free", " ".join(word if word in PROPER else word.lower() for word in name.split()))


def _catchiness(hook: Hook) -> float:
    count = syllables(hook.title)
    words = len(hook.title.split())
    return {2: 0.7, 3: 1.0, 4: 1.0, 5: 0.9, 6: 0.5}.get(count, 0.2) * (1.3 if 2 <= words <= 4 else 0.6)


# ---- sections --------------------------------------------------------------------------------------------------------


def _sections(form: Sequence[str], song: Song) -> list[tuple[str, list[str]]]:
    makers: dict[str, Callable[[Song], list[str]]] = {
        "pre": _pre_chorus,
        "bridge": _bridge,
        "outro": _outro,
        "couplet": _couplet,
    }
    chorus = _chorus(song) if "chorus" in form else []
    tenses = ["past", "now"] if song.dice.random() < 0.4 else ["now", "past"]
    kept: dict[str, list[str]] = {"chorus": chorus}
    sections, verses = [], 0
    for name in form:
        if name == "verse":
            lines = _verse(song, tenses[verses % 2], "later" if verses else "scene")
            verses += 1
            title = f"Verse {verses}" if form.count("verse") > 1 else "Verse"
        else:
            if name not in kept:
                kept[name] = makers[name](song)
            lines, title = kept[name], NAMES[name]
        sections.append((title, lines))
    return sections


def _verse(song: Song, tense: str, told: str) -> list[str]:
    """Four lines. The first verse sets the scene, later ones move on (`told`)."""
    pools = table("lines")
    own = [line for theme in song.fields[:1] for line in theme[tense]]
    opening = candidates(pools[tense]["lines"], song, own)
    turning = candidates(pools["turn"]["lines"], song)
    begun = pair(song, told)
    if begun:
        return [line.text for line in ended(begun, [opening, turning], song)]
    scheme = ("abab", "xaxa", "aabb", "abab")[int(song.dice.integers(4))]
    positions = picturing([opening, opening, opening, turning], int(song.dice.integers(3)))
    return [line.text for line in stanza(positions, SCHEMES[scheme], song, USUAL_LINE)]


def _pre_chorus(song: Song) -> list[str]:
    begun = pair(song, "lift")
    if begun:
        return [line.text for line in begun]
    pool = candidates(table("lines")["lift"]["lines"], song)
    positions = picturing([pool, pool], 0)
    return [line.text for line in stanza(positions, SCHEMES["aa"], song, USUAL_LINE)]


def _bridge(song: Song) -> list[str]:
    own = [line for theme in song.fields[:1] for line in theme["bridge"]]
    pool = candidates(table("lines")["bridge"]["lines"], song, own)
    begun = pair(song, "turn")
    if begun:
        return [line.text for line in ended(begun, [pool, pool], song)]
    scheme = ("xaxa", "aabb", "xaxa")[int(song.dice.integers(3))]
    positions = picturing([pool] * 4, int(song.dice.integers(3)))
    return [line.text for line in stanza(positions, SCHEMES[scheme], song, USUAL_LINE)]


def _chorus(song: Song) -> list[str]:
    """Four or six lines; the hook begins it and returns."""
    own = [line for theme in song.fields[:1] for line in theme["chorus"]]
    pool = candidates(table("lines")["chorus"]["lines"], song, own)
    hooks, tails = _hook_lines(song), _hook_tails(song)
    shape = int(song.dice.integers(3))
    if shape == 0 or not tails:
        body = stanza([pool, pool], SCHEMES["aa"], song, USUAL_LINE)
        first = hooks[0]
        second = hooks[1 % len(hooks)] if song.dice.random() < 0.5 else first
        lines = [first, body[0].text, second, body[1].text]
    elif shape == 1:
        pairs = stanza([tails, pool, tails, pool], SCHEMES["aabb"], song, USUAL_LINE)
        lines = [line.text for line in pairs]
    else:
        body = stanza([pool, pool], SCHEMES["aa"], song, USUAL_LINE)
        ending = stanza([candidates(table("lines")["chorus"]["lines"], song, own), tails], SCHEMES["aa"], song, USUAL_LINE)
        lines = [hooks[0], body[0].text, hooks[0], body[1].text, ending[0].text, ending[1].text]
    return lines


def _hook_lines(song: Song) -> list[str]:
    """The hook as lines of their own, shuffled; long enough to be sung as one."""
    hook = song.hook
    start = hook.phrase[:1].upper() + hook.phrase[1:]
    lines = []
    for template in table("lines")["hook"][hook.kind]:
        if "{the}" in template and not hook.the:
            continue
        if "We" in template and re.search(r"\b(?:my|me|I)\b", hook.phrase):
            continue
        lines.append(template.format(H=start, h=hook.phrase, the=hook.the))
    order = song.dice.permutation(len(lines))
    shuffled = [lines[i] for i in order]
    good = sorted((line for line in shuffled if 5 <= syllables(line) <= 9), key=lambda line: abs(syllables(line) - 7) // 2)
    return good or [f"{start}, oh, {hook.phrase}", *shuffled]


def _hook_tails(song: Song) -> list[Sung]:
    start = song.hook.phrase[:1].upper() + song.hook.phrase[1:]
    made = [sung(f"{start}, {tail}", tail, frozenset(), False, frozenset()) for tail in table("lines")["tail"]["lines"]]
    hook = content(start)
    return [replace(line, words=line.words - hook) for line in made if line]


def _outro(song: Song) -> list[str]:
    tails = _hook_tails(song)
    hooks = _hook_lines(song)
    last = tails[int(song.dice.integers(len(tails)))].text if tails else hooks[-1]
    return [hooks[0], last]


def _couplet(song: Song) -> list[str]:
    """Two lines for a very short song."""
    pool = candidates(table("lines")["chorus"]["lines"], song)
    tails = _hook_tails(song)
    if tails:
        return [line.text for line in stanza([tails, pool], SCHEMES["aa"], song, USUAL_LINE)]
    return [_hook_lines(song)[0], stanza([pool], (), song, USUAL_LINE)[0].text]


__all__ = ["Draft", "titled", "write_lyrics"]
