"""`understood`: an instruction in plain words becomes changes of a song: "make the drums harder, drop the piano in verse 2".

A clause says what is done (`Change.action`), to whom (players by instrument or family, the voice, everybody) and where (a section,
one of several, a time). Clauses that say no more than a place or a player of their own share the rest with the one before. What a
clause did not say in words that are known is told as not understood; nothing is guessed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from troubadour.brief.vocabulary import phrase, plain, vocabulary
from troubadour.errors import BadRequest
from troubadour.theory.instruments import INSTRUMENTS

EVERYBODY, VOICE = "everybody", "vocals"
ACTIONS = ("remove", "add", "louder", "quieter", "harder", "gentler", "busier", "sparser", "octave_up", "octave_down", "faster",
           "slower", "exchange")  # fmt: skip
SAID = {
    "remove": "left out", "add": "added", "louder": "louder", "quieter": "quieter", "harder": "played harder", "gentler": "played more gently",
    "busier": "busier", "sparser": "sparser", "octave_up": "an octave higher", "octave_down": "an octave lower", "faster": "faster",
    "slower": "slower", "exchange": "exchanged for",
}  # fmt: skip
LONGEST_PHRASE = 6


@dataclass(frozen=True)
class Place:
    """Where: a kind of section (`number` 1, 2 … or -1 for the last; None: every one), or seconds. Empty: everywhere."""

    kind: str = ""
    number: int | None = None
    start_s: float | None = None
    end_s: float | None = None

    def __str__(self) -> str:
        if self.start_s is not None:
            return f"from {self.start_s:g} s" + (f" to {self.end_s:g} s" if self.end_s is not None else "")
        which = {None: "every ", -1: "the last "}.get(self.number, "")
        number = f" {self.number}" if self.number and self.number > 0 else ""
        return f"in {which}{self.kind.replace('_', ' ')}{number}" if self.kind else "everywhere"


@dataclass(frozen=True)
class Change:
    """One change. `players` are instrument ids, families of stems, VOICE or EVERYBODY; `by` is who comes instead."""

    action: str
    players: tuple[str, ...]
    place: Place = Place()
    degree: float = 1.0
    by: str = ""
    said: str = ""

    def __str__(self) -> str:
        who = ", ".join(INSTRUMENTS[name].name if name in INSTRUMENTS else name.replace("_", " ") for name in self.players)
        what = f"{SAID[self.action]} {INSTRUMENTS[self.by].name}" if self.by else SAID[self.action]
        return f"{who}: {what}, {self.place}"


@dataclass(frozen=True)
class Instruction:
    """What was understood: changes, or new music to be written (`anew`), and the clauses that said nothing known."""

    changes: tuple[Change, ...]
    anew: str = ""
    unknown: tuple[str, ...] = ()


def understood(text: str) -> Instruction:
    """An instruction as changes."""
    begun = _after(text, table()["anew"]["begins"])
    if begun:
        return Instruction((), begun)
    changes: list[Change] = []
    unknown: list[str] = []
    for clause, joined in _clauses(text):
        found = _read(clause, changes[-1] if changes else None)
        if found is None:
            unknown.append(clause)
            continue
        if joined and changes and changes[-1].place == Place():  # "louder vocals and quieter guitar in the chorus"
            changes[-1] = replace(changes[-1], place=found.place)
        changes.append(found)
    return Instruction(tuple(changes), "", tuple(unknown))


def check_instruction(text: str) -> None:
    """Raises BadRequest for an instruction of which nothing is understood."""
    if text.strip():
        found = understood(text)
        if not found.changes and not found.anew:
            raise BadRequest(
                f"nothing in the instruction “{text.strip()[:60]}” was understood: say what is to be done (louder, harder, drop, add, "
                "replace …), to whom (drums, piano, vocals …) and where (in verse 2, in the last chorus, from 0:30 to 0:45)"
            )


@cache
def table() -> dict[str, Any]:
    """The words of instructions."""
    return tomllib.loads((files("troubadour.brief") / "tables/instructions.toml").read_text("utf-8"))


@cache
def _phrases(section: str, name: str | None = None) -> Mapping[tuple[str, ...], str]:
    """Phrases of a section of the table → what they mean."""
    rows = table()[section].items() if name is None else [(name, table()[section][name])]
    return {phrase(word): str(meaning) for meaning, words in rows for word in words.split(",") if phrase(word)}


def _clauses(text: str) -> list[tuple[str, bool]]:
    """Clauses, and whether a plain "and" joins each to the one before."""
    parts = re.split(r"([,;.!\n]+|\b(?:and then|and also|then|but|while|plus|also)\b|\band\b)", text, flags=re.IGNORECASE)
    made, joint = [], ""
    for index, part in enumerate(parts):
        if index % 2:
            joint += f" {part.strip().lower()}"
        elif part.strip():
            made.append((part.strip(), joint.strip() == "and"))
            joint = ""
    return made


def _after(text: str, begins: str) -> str:
    """What follows one of these beginnings; "" when the text begins otherwise."""
    low = " ".join(plain(text).split())
    for start in sorted((one.strip() for one in begins.split(",")), key=len, reverse=True):
        if low.startswith(start + " "):
            return re.sub(r"^(?:an?|the)\s+", "", low[len(start) + 1 :].strip(" .!"))
    return ""


def _read(clause: str, before: Change | None) -> Change | None:
    """A clause as a change; what it leaves out is that of the one before."""
    words = re.findall(r"[^\W_]+", plain(_without_times(clause)))
    place, words = _place(clause, words)
    degree, words = _degree(words)
    exchanged = _exchange(clause, words, place, degree)
    if exchanged is not None:
        return exchanged
    action, weak, words = _action(words)
    players = _players(words)
    if action is None:
        said = [word for word in words if word not in FILLING and not _players([word])]
        if before is None or said or not (players or place != Place()):
            return None
        return replace(
            before, players=players or before.players, place=place if place != Place() else before.place, said=clause
        )
    if not players and weak:
        return None
    if not players:
        players = before.players if before is not None and place != Place() else (EVERYBODY,)
    if action == "add":
        players = tuple(USUAL.get(name, name) for name in players if USUAL.get(name, name) in INSTRUMENTS)
        if not players:
            return None
    return Change(action, players, place, degree, said=clause)


def _longest(words: Sequence[str], at: int, known: Mapping[tuple[str, ...], str]) -> tuple[int, str] | None:
    for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
        meaning = known.get(tuple(words[at : at + size]))
        if meaning is not None:
            return size, meaning
    return None


def _action(words: Sequence[str]) -> tuple[str | None, bool, list[str]]:
    """The clause's action by its most telling phrase, whether that phrase says little alone, and the other words."""
    known = _phrases("action")
    found: list[tuple[int, int, str]] = []
    for at in range(len(words)):
        match = _longest(words, at, known)
        if match:
            found.append((at, *match))
    if not found:
        return None, False, list(words)
    ranked = sorted(found, key=lambda each: (WEAK.get(" ".join(words[each[0] : each[0] + each[1]]), 0), -each[1], each[0]))
    at, size, action = ranked[0]
    return action, " ".join(words[at : at + size]) in WEAK, [*words[:at], *words[at + size :]]


# Words that are an action only where no other one is said.
WEAK = {
    "with": 3,
    "have": 3,
    "use": 2,
    "no": 1,
    "without": 1,
    "more": 2,
    "less": 2,
    "higher": 1,
    "lower": 1,
    "drag": 1,
    "skip": 1,
}


def _degree(words: Sequence[str]) -> tuple[float, list[str]]:
    known = _phrases("degree")
    for at in range(len(words)):
        match = _longest(words, at, known)
        if match:
            return float(match[1]), [*words[:at], *words[at + match[0] :]]
    return 1.0, list(words)


def _place(clause: str, words: Sequence[str]) -> tuple[Place, list[str]]:
    """Where the clause's change is done."""
    times = re.findall(r"(\d+):(\d\d)|(\d+(?:\.\d+)?)\s*(?:s|sec|secs|seconds?)\b", clause)
    if times:
        seconds = [60 * int(m) + int(s) if m else float(n) for m, s, n in times[:2]]
        return Place(start_s=float(seconds[0]), end_s=float(seconds[1]) if len(seconds) > 1 else None), list(words)
    known, numbers = _phrases("section"), _phrases("number")
    for at in range(len(words)):
        match = _longest(words, at, known)
        if not match or not _is_place(words, at):
            continue
        end = at + match[0]
        following = words[end] if end < len(words) else ""
        after = following if following.isdigit() else numbers.get((following,))
        ahead = numbers.get((words[at - 1],)) if at else None
        numbered = after or ahead
        number = int(numbered) if numbered else None
        cut = end + (1 if after else 0)
        start = at - (1 if ahead else 0)
        return Place(match[1], number), [*words[:start], *words[cut:]]
    return Place(), list(words)


def _is_place(words: Sequence[str], at: int) -> bool:
    """Whether a section's name at this place names a place: not "drop" as a verb, not a "solo" that is to be added."""
    before = words[max(0, at - 4) : at]
    return bool(set(before) & {"in", "during", "of", "at", "from", "for", "through", "throughout", "the", "on"}) or at == 0


def _without_times(clause: str) -> str:
    return re.sub(
        r"\b(?:from|to|at|after|until|between)?\s*(?:\d+:\d\d|\d+(?:\.\d+)?\s*(?:s|sec|secs|seconds?))\b", " ", clause
    )


def _exchange(clause: str, words: Sequence[str], place: Place, degree: float) -> Change | None:
    """ "Replace the guitar with a violin"."""
    verbs, into = _phrases("exchange", "verbs"), _phrases("exchange", "into")
    if not any((word,) in verbs for word in words):
        return None
    cut = next((i for i, word in enumerate(words) if (word,) in into), None)
    if cut is None:
        return None
    old = _players(words[:cut])
    new = [USUAL.get(name, name) for name in _players(words[cut + 1 :]) if USUAL.get(name, name) in INSTRUMENTS]
    if not old or not new:
        return None
    return Change("exchange", old, place, degree, by=new[0], said=clause)


def _players(words: Sequence[str]) -> tuple[str, ...]:
    """The players that are named, in order."""
    found: list[str] = []
    known, at = vocabulary(), 0
    voices, everybody = _phrases("voice"), _phrases("everything")
    while at < len(words):
        size = 1
        for length in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            key = tuple(words[at : at + length])
            single = (key[0][:-1],) if length == 1 and key[0].endswith("s") else key
            meaning = known.get(key) or known.get(single)
            if key in voices:
                found.append(VOICE)
            elif meaning is not None and (meaning.family or meaning.play) and meaning.group in NAMING:
                found += [meaning.family] if meaning.family and meaning.family != "vocals" else list(meaning.play[:1])
            elif key in everybody:
                found.append(EVERYBODY)
            else:
                continue
            size = length
            break
        at += size
    named = [name for name in found if name != EVERYBODY]
    return tuple(dict.fromkeys(named or found))


FILLING = frozenset(
    [
        "the",
        "a",
        "an",
        "in",
        "on",
        "of",
        "to",
        "for",
        "at",
        "during",
        "with",
        "too",
        "also",
        "make",
        "them",
        "it",
        "please",
        "just",
        "so",
        "now",
        "still",
    ]
)
USUAL = {  # who comes when only a family is named
    "strings": "string_section", "brass": "brass_section", "drums": "acoustic_kit", "bass": "finger_bass", "guitar": "clean_guitar",
    "keyboard": "grand_piano", "synth": "warm_pad", "percussion": "hand_percussion", "woodwinds": "flute", "effects": "riser",
}  # fmt: skip
NAMING = ("instrument", "player", "family", "production", "form")
