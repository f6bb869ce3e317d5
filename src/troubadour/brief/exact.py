"""Figures in a request: tempo, key, metre, duration. What is asked for in so many words is exact, or refused.

Each `parse_…` reads a field of its own ("A minor", "3/4") and raises BadRequest with the values that are allowed. `figures`
finds the same things in free text and gives back the text without them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from troubadour.brief.value import Effect, Key, Metre
from troubadour.errors import BadRequest

BPM_RANGE = (30.0, 300.0)
DURATION_RANGE_S = (1.0, 480.0)
METRE_BEATS = (2, 15)
METRE_UNITS = (2, 4, 8, 16)
NOTES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
NOTE_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SHARPS = {"#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1, "": 0}
MODES = {
    "major": "major", "maj": "major", "ionian": "major", "dur": "major", "minor": "minor", "min": "minor", "m": "minor",
    "aeolian": "minor", "moll": "minor", "natural minor": "minor", "dorian": "dorian",
    "phrygian": "phrygian", "lydian": "lydian", "mixolydian": "mixolydian", "locrian": "locrian",
    "harmonic minor": "harmonic minor", "melodic minor": "melodic minor", "phrygian dominant": "phrygian dominant",
    "hijaz": "phrygian dominant", "freygish": "phrygian dominant", "double harmonic": "double harmonic",
    "bhairav": "double harmonic", "hungarian minor": "hungarian minor", "ukrainian dorian": "ukrainian dorian",
    "lydian dominant": "lydian dominant",
}  # fmt: skip
NUMBERS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty five": 45, "fifty": 50, "sixty": 60, "ninety": 90,
    "half a": 0.5,
}  # fmt: skip

_I = re.IGNORECASE | re.VERBOSE
_SIGN = r"\s?[#♯♭] | b(?![a-z]) | [\s-]sharp | [\s-]flat"
_MODE = "|".join(name.replace(" ", "[\\s-]+") for name in sorted(set(MODES) - {"m"}, key=lambda name: (-len(name), name)))
_NUMBER = r"\d+(?:\.\d+)? | " + "|".join(word.replace(" ", r"[\s-]") for word in sorted(NUMBERS, key=len, reverse=True))
_MINUTES = r"(?: minutes? | mins? | m )"
_SECONDS = r"(?: seconds? | secs? | s )"
_PIECE = """long|song|track|tune|loop|version|piece|instrumental|clip|jingle|intro|theme|edit|cut|of|in\\ length|in\\ duration|
    duration|length|total|beat|mix|anthem|ballad|waltz|sketch|interlude|lullaby"""

_KEY_FIELD = re.compile(
    rf"\s*(?P<note>[a-g])\s?(?P<sign>[#♯♭b]|-?\s?sharp|-?\s?flat)?[\s-]*(?P<mode>{_MODE}|m)?(\s+(key|scale|mode))?\s*", _I
)
_KEY_IN_TEXT = re.compile(
    rf"""\b(?P<lead>(?:in\s+the\s+key\s+of|in|key\s+of|key\s*[:=]?)\s+)?
    (?P<note>[A-Ga-g])(?P<sign>{_SIGN})?[\s-]+(?P<mode>{_MODE})\b(?P<after>\s+[a-zA-Z]+)?""",
    re.VERBOSE,
)
_KEY_OF = re.compile(
    rf"\b(?:[iI]n\s+the\s+)?[kK]ey\s*(?:of|is|[:=])\s*(?P<note>[A-Ga-g])(?P<sign>{_SIGN})?(?P<mode>m|maj|min)?(?![\w])",
    re.VERBOSE,
)
_SHORT_KEY = re.compile(r"(?:^|(?<=[,;|]))\s*(?P<note>[A-G])(?P<sign>[#♯b♭])?(?P<mode>m|maj|min)\s*(?=[,;|]|$)")
_BPM = re.compile(
    r"""(?<![\d.])(\d{1,4}(?:\.\d+)?)(?:\s*(?:-|–|to)\s*(\d{1,4}(?:\.\d+)?))?
    [\s-]*(?:bpm|b\.p\.m\.?|beats\s+per\s+minute|beats\s+a\s+minute)\b""",
    _I,
)
_TEMPO_IS = re.compile(r"\b(?:bpm|tempo)\s*(?:of|is|:|=)?\s*(\d{1,4}(?:\.\d+)?)\b(?!\s*/)", re.IGNORECASE)
_METRE = re.compile(
    r"""(?P<lead>\b(?:in|an?|metre|meter|time\ signature|signature)\s*(?:of|:|=)?\s*)?
    (?<![\d/])(?P<beats>\d{1,2})\s?/\s?(?P<unit>\d{1,2})(?![\d/])
    (?P<after>\s+(?:time|metre|meter|time\ signature|beat|groove|feel|waltz|signature)\b)?""",
    _I,
)
_CLOCK = re.compile(r"(?<![\d:])(?P<m>\d{1,2}):(?P<s>[0-5]\d)(?![\d:])(?!\s*(?:[ap]\.?m\b|o'?clock))", re.IGNORECASE)
_BOTH = re.compile(rf"\b(?P<m>{_NUMBER})\s*{_MINUTES}\s*(?:and\s*)?(?P<s>{_NUMBER})\s*{_SECONDS}\b", _I)
_AND_HALF = re.compile(
    r"\b(?P<m>a|one|two|three|four|five|six|seven|\d)\s+(?:and\s+a\s+half\s+minutes?|minutes?\s+and\s+a\s+half)\b",
    re.IGNORECASE,
)
_LENGTH = re.compile(rf"\b(?P<n>{_NUMBER})[\s-]*(?:(?P<m>{_MINUTES})|{_SECONDS})\b", _I)
_BEFORE_LENGTH = re.compile(
    r"""(?:\b(?:about|around|roughly|lasting|lasts|exactly|length|duration|is|be|for|make\ it|under|max|maximum|ca\.?|of)
    \s*[:=]?\s*    |[,;|(]\s*|^\s*)$""",
    _I,
)
_DECADE = re.compile(r"[5-9]0s")  # "80s pop" is an era, "for 80s" a length
_SAID_LENGTH = re.compile(
    r"\b(?:lasting|lasts|exactly|length|duration|be|for|make it|under|max|maximum)\s*[:=]?\s*$", re.IGNORECASE
)
_AFTER_LENGTH = re.compile(rf"[\s-]*(?:(?:[a-z-]+\s+){{0,4}}(?:{_PIECE})\b|[,;|).]|$)", _I)
_PIECE_NEXT = re.compile(rf"[\s-]*(?:[a-z-]+\s+){{0,3}}(?:{_PIECE})\b", _I)


def _in_range(value: float, low_high: tuple[float, float], what: str, unit: str) -> float:
    low, high = low_high
    if not math.isfinite(value) or not low <= value <= high:
        raise BadRequest(f"{what} {value:g} is out of range: {low:g} to {high:g} {unit} are allowed")
    return float(value)


def parse_bpm(value: float) -> float:
    """A tempo in quarter notes a minute."""
    return _in_range(value, BPM_RANGE, "tempo", "bpm")


def parse_duration(value: float) -> float:
    """A length in seconds, tail included."""
    return _in_range(value, DURATION_RANGE_S, "duration", "seconds")


def parse_metre(text: str) -> Metre:
    """A time signature such as 3/4."""
    match = re.fullmatch(r"\s*(\d{1,3})\s*/\s*(\d{1,3})\s*", text)
    beats, unit = (int(match.group(1)), int(match.group(2))) if match else (0, 0)
    low, high = METRE_BEATS
    if not low <= beats <= high or unit not in METRE_UNITS:
        raise BadRequest(
            f"metre “{text.strip()[:20]}” is not known: {low} to {high} beats over 2, 4, 8 or 16, such as 4/4, 3/4, 6/8 or 7/8"
        )
    return Metre(beats, unit)


def parse_key(text: str) -> Key:
    """A key such as `A minor`, `F# major`, `Bb dorian`, `Am`, `E`."""
    match = _KEY_FIELD.fullmatch(text)
    if not match:
        raise BadRequest(
            f"key “{text.strip()[:20]}” is not known: a letter A to G, # or b if wanted, and major, minor, dorian, phrygian, "
            "lydian, mixolydian or locrian, such as “A minor”, “F# major”, “Bb dorian”"
        )
    mode = match.group("mode") or "major"
    return _key(match.group("note"), match.group("sign") or "", "major" if mode == "M" else mode)


def _key(note: str, accidental: str, mode: str) -> Key:
    shift = SHARPS[accidental.strip(" -").lower()]
    return Key((NOTES[note.lower()] + shift) % 12, MODES[" ".join(mode.lower().replace("-", " ").split())])


def key_name(key: Key) -> str:
    """`A minor`, `Bb dorian`."""
    return f"{NOTE_NAMES[key.tonic]} {key.mode}"


@dataclass
class Figures:
    """The figures that a text holds, and what each of them did."""

    tempo_bpm: float | None = None
    tempo_range_bpm: tuple[float, float] | None = None
    key: Key | None = None
    metre: Metre | None = None
    duration_s: float | None = None
    effects: list[Effect] = field(default_factory=list)

    def note(self, word: str, effect: str) -> None:
        """Remember what a word did."""
        self.effects.append(Effect(" ".join(word.split()).strip(" ,;"), effect))


def figures(text: str) -> tuple[str, Figures]:
    """The text with its figures cut out (a comma in each one's place), and the figures. The first of a kind counts."""
    found = Figures()
    for reader in (_read_tempo, _read_key, _read_metre, _read_duration):
        text = reader(text, found)
    return text, found


def _cut(text: str, pattern: re.Pattern[str], use: Callable[[re.Match[str]], bool]) -> str:
    return pattern.sub(lambda match: " , " if use(match) else match.group(0), text)


def _read_tempo(text: str, found: Figures) -> str:
    def use(match: re.Match[str]) -> bool:
        low = parse_bpm(float(match.group(1)))
        high = parse_bpm(float(match.group(2))) if match.re is _BPM and match.group(2) else None
        if found.tempo_bpm is None and found.tempo_range_bpm is None:
            if high is None:
                found.tempo_bpm = low
            else:
                found.tempo_range_bpm = (min(low, high), max(low, high))
        found.note(match.group(0), f"tempo: {low:g}{f'–{high:g}' if high else ''} bpm")
        return True

    return _cut(_cut(text, _BPM, use), _TEMPO_IS, use)


def _read_key(text: str, found: Figures) -> str:
    def keep(key: Key, word: str) -> bool:
        found.key = found.key or key
        found.note(word, f"key: {key_name(key)}")
        return True

    def full(match: re.Match[str]) -> bool:
        note, lead, after = match.group("note"), match.group("lead"), (match.group("after") or "").strip()
        if note == "a" and not match.group("sign") and after and not (lead and after.lower() in ("at", "with", "and", "about")):
            return False  # "a minor key", "a major anthem": an article
        if note == "a" and not match.group("sign") and not lead and match.start() > 0:
            return False
        return keep(
            _key(note, match.group("sign") or "", match.group("mode")),
            match.group(0)[: len(match.group(0)) - len(match.group("after") or "")],
        )

    def short(match: re.Match[str]) -> bool:
        return keep(_key(match.group("note"), match.group("sign") or "", match.group("mode") or "major"), match.group(0))

    def full_keeping_rest(match: re.Match[str]) -> str:
        return f" , {match.group('after') or ''}" if full(match) else match.group(0)

    text = _KEY_IN_TEXT.sub(full_keeping_rest, text)
    return _cut(_cut(text, _KEY_OF, short), _SHORT_KEY, short)


def _read_metre(text: str, found: Figures) -> str:
    def use(match: re.Match[str]) -> bool:
        beats, unit = int(match.group("beats")), int(match.group("unit"))
        valid = METRE_BEATS[0] <= beats <= METRE_BEATS[1] and unit in METRE_UNITS
        lead = (match.group("lead") or "").split()
        named = bool(match.group("after")) or bool(lead and lead[0].lower() not in ("a", "an"))
        if not valid and not named:
            return False  # "open 24/7"
        metre = parse_metre(f"{beats}/{unit}")
        found.metre = found.metre or metre
        found.note(match.group(0), f"metre: {metre}")
        return True

    return _cut(text, _METRE, use)


def _read_duration(text: str, found: Figures) -> str:
    def number(word: str) -> float:
        return float(word) if word[0].isdigit() else float(NUMBERS[" ".join(word.lower().replace("-", " ").split())])

    def keep(seconds: float, word: str) -> bool:
        parse_duration(seconds)
        found.duration_s = found.duration_s or seconds
        found.note(word, f"duration: {seconds:g} s")
        return True

    def fits(match: re.Match[str]) -> bool:
        before, after = match.string[: match.start()], match.string[match.end() :]
        in_place = bool(_BEFORE_LENGTH.search(before)) and bool(_AFTER_LENGTH.match(after))
        told = re.search(r"\b(?:last|first|next|those|these|every|her|his|my|our|your)\s+$", before, re.IGNORECASE)
        return in_place or "-" in match.group(0) or (not told and bool(_PIECE_NEXT.match(after)))

    def clock(match: re.Match[str]) -> bool:
        at = re.search(r"\bat\s*$", match.string[: match.start()])
        return not at and fits(match) and keep(60 * int(match.group("m")) + int(match.group("s")), match.group(0))

    def both(match: re.Match[str]) -> bool:
        return fits(match) and keep(60 * number(match.group("m")) + number(match.group("s")), match.group(0))

    def half(match: re.Match[str]) -> bool:
        return fits(match) and keep(60 * number(match.group("m")) + 30, match.group(0))

    def plain(match: re.Match[str]) -> bool:
        decade = _DECADE.fullmatch(match.group(0)) and not _SAID_LENGTH.search(match.string[: match.start()])
        return not decade and fits(match) and keep(number(match.group("n")) * (60 if match.group("m") else 1), match.group(0))

    for pattern, use in ((_BOTH, both), (_AND_HALF, half), (_CLOCK, clock), (_LENGTH, plain)):
        text = _cut(text, pattern, use)
    return text
