"""What is said for what is written: numbers, money, times, units, abbreviations, initials, slang, vocables.

The English of a lead sheet, American where the two differ. Everything here is a table or a shape of token; a plain word
passes through and is left to the dictionary. Numbers are num2words' (LGPL-2.1), other scripts are romanised by anyascii
(ISC) and read with pure vowels.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib import resources
from itertools import product
from typing import Any

from anyascii import anyascii
from num2words import num2words


@dataclass(frozen=True)
class Said:
    """One spoken word. `phones`: its pronunciation where no dictionary is to be asked. `clipped`: sing *-ing* as *-in'*."""

    word: str
    phones: str = ""
    clipped: bool = False


TABLES: dict[str, Any] = tomllib.loads(resources.files("troubadour.words").joinpath("english.toml").read_text("utf-8"))
FUNCTION = frozenset(TABLES["function"].split())
INITIALS = frozenset(TABLES["initials"].split())
SPELLED_IF_CAPITAL = frozenset(TABLES["initials_if_capital"].split())
ALONE = frozenset(TABLES["units_alone"].split())
NEEDS_CAPITAL = frozenset(TABLES["capital_only"].split())
WORDS: dict[str, str] = TABLES["words"]
DOTTED: dict[str, str] = TABLES["dotted"]
UNITS: dict[str, str] = TABLES["units"]
PLURALS: dict[str, str] = TABLES["plurals"]
SCALES: dict[str, str] = TABLES["scales"]
FRACTIONS: dict[str, str] = TABLES["fractions"]
MONTHS: dict[str, str] = TABLES["months"]
MONEY: dict[str, list[str]] = TABLES["money"]
CLIPPED: dict[str, str] = TABLES["clipped"]
LETTER_NAMES: dict[str, str] = TABLES["letters"]
PURE: dict[str, str] = TABLES["pure"]
VOCABLES = tuple((re.compile(shape), phones) for shape, phones in TABLES["vocables"].items())
CHAINS = tuple((re.compile(shape), phones) for shape, phones in TABLES["chains"].items())
SYNCOPE = re.compile("|".join(TABLES["syncope"]))
ONE_BEAT = re.compile("|".join(TABLES["one_beat"]))

LARGE = frozenset(["hundred", "thousand", "million", "billion", "trillion"])
INVARIANT_MONEY = frozenset({"yen", "won"})
DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
EMOTICON = re.compile(r"[:;=8xX][-^']?[)(DPp3/\\|*]+|<3+|</3|\^[_.]?\^|[xX]D|:'\(|-_-|[oO]_[oO]|T_T")


def cardinal(number: int) -> str:
    """`1999` as one thousand nine hundred ninety nine: American, without *and*."""
    return plain(num2words(number))


def plain(words: str) -> str:
    """num2words' answer as bare words."""
    return " ".join(word for word in re.split(r"[^a-z']+", words.lower()) if word and word != "and")


def digits(text: str) -> str:
    """Digits one by one; a zero is *oh*, as phone numbers are sung."""
    return " ".join("oh" if d == "0" else DIGIT_WORDS[int(d)] for d in text)


def ordinal(text: str) -> str:
    """`22` as twenty second."""
    return plain(num2words(int(text), to="ordinal"))


def year(number: int) -> str:
    """A year as it is said: 1999, 2005, 1800, 2024."""
    return plain(num2words(number, to="year"))


def number(text: str) -> str:
    """A bare number as it stands in a lyric. Four digits without a comma are a year; long or zero-led ones are dialled."""
    text = text.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text) else text
    if "." in text:
        whole, _, part = text.partition(".")
        return f"{cardinal(int(whole)) if whole else ''} point {digits(part).replace('oh', 'zero')}".strip()
    if (len(text) > 1 and text[0] == "0") or len(text) > 15:
        return digits(text)
    value = int(text)
    return year(value) if len(text) == 4 and 1100 <= value < 2100 else cardinal(value)


def plural(unit: str) -> str:
    """`kilometer per hour` → `kilometers per hour`."""
    head, _, rest = unit.partition(" ")
    if head in ("A", "P", "D", "B", "T") or unit.isupper():
        return unit
    return f"{PLURALS.get(head, head + 's')} {rest}".strip()


def counted(amount: str, unit: str) -> str:
    """`1` mile, `2` miles."""
    return f"{number(amount)} {unit if amount == '1' else plural(unit)}"


def money(sign: str, amount: str, scale: str) -> str:
    """$5, $5.50, €20, $2m."""
    unit, small = MONEY[sign]
    amount = amount.replace(",", "")
    if scale:
        return f"{number_of_things(amount)} {SCALES[scale]} {unit if unit in INVARIANT_MONEY else unit + 's'}"
    whole, _, cents = amount.partition(".")
    one, many = unit, unit if unit in INVARIANT_MONEY else unit + "s"
    said = f"{cardinal(int(whole or 0))} {one if whole == '1' else many}"
    if len(cents) != 2 or cents == "00" or not small:
        return said if not cents.strip("0") else f"{number_of_things(amount)} {many}"
    said_cents = f"{cardinal(int(cents))} {small if cents == '01' else {'penny': 'pence'}.get(small, small + 's')}"
    return said_cents if not int(whole or 0) else f"{said} and {said_cents}"


def number_of_things(text: str) -> str:
    """A number that is surely no year."""
    return number(text) if "." in text else cardinal(int(text)) if len(text) < 16 else digits(text)


def clock(hours: str, minutes: str, half: str) -> str:
    """7:30, 7:05 pm, 12:00."""
    said = cardinal(int(hours))
    if minutes == "00":
        said += "" if half else " o'clock"
    else:
        said += f" oh {DIGIT_WORDS[int(minutes[1])]}" if minutes[0] == "0" else f" {cardinal(int(minutes))}"
    return f"{said} {half[0].upper()} M" if half else said


def decade(century: str, tens: str) -> str:
    """80s, '80s, 1980s, 2000s."""
    if century and tens == "00":
        return plain(num2words(int(century + tens))) + "s" if century.endswith("0") else f"{cardinal(int(century))} hundreds"
    last = cardinal(int(tens))
    said = last[:-1] + "ies" if last.endswith("y") else last + "s"
    return f"{cardinal(int(century))} {said}" if century else said


NUM = r"(\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
SIGNS = "".join(re.escape(sign) for sign in MONEY)


def said_number(text: str) -> str | None:
    """The words for a token with digits in it, or None. `text` is lower case and bare of quotes and commas around it."""
    if re.match(rf"[-−][{SIGNS}\d.]", text) and (rest := said_number(text[1:])):
        return f"minus {rest}"
    if match := re.fullmatch(rf"([{SIGNS}]){NUM}(k|m|mm|bn|b|t)?", text):
        return money(match[1], match[2], match[3] or "")
    if match := re.fullmatch(rf"{NUM}([{SIGNS}])", text):
        return money(match[2], match[1], "")
    if text in FRACTIONS:
        return FRACTIONS[text]
    if match := re.fullmatch(r"(\d+)([½¼¾⅓⅔])", text):
        part = FRACTIONS[unicodedata.normalize("NFKC", match[2]).replace("⁄", "/")]
        return f"{number(match[1])} and {re.sub('^one ', 'a ', part)}"
    if match := re.fullmatch(r"(\d)['′](\d{1,2})", text):
        return f"{number(match[1])} foot {number(match[2])}"
    if (match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)) and 0 < int(match[2]) < 13 and 0 < int(match[3]) < 32:
        return f"{list(MONTHS.values())[int(match[2]) - 1]} {ordinal(match[3])} {year(int(match[1]))}"
    if match := re.fullmatch(r"(\d{1,2}):(\d\d)(?::\d\d)?\.?([ap])?\.?m?\.?", text):
        return clock(match[1], match[2], match[3] or "")
    if match := re.fullmatch(r"'?(\d\d)?(\d0)'?s", text):
        return decade(match[1] or "", match[2])
    if match := re.fullmatch(r"([\d,]+)(?:st|nd|rd|th)", text):
        digits_only = match[1].replace(",", "")
        return ordinal(digits_only) if 0 < len(digits_only) < 16 else None
    if re.fullmatch(r"\d{3}-\d{4}|\d{3}-\d{3}-\d{4}|\+?\d+(?:-\d+){2,}", text):
        return " ".join(digits(re.sub(r"\D", "", part)) for part in text.split("-"))
    if re.fullmatch(r"\d+(?:/\d+)+", text):
        return " ".join(number(part) for part in text.split("/"))
    if match := re.fullmatch(rf"([+#x×]?){NUM}", text):
        word = {"+": "plus ", "#": "number ", "x": "times ", "×": "times "}.get(match[1], "")
        return word + number(match[2])
    if match := re.fullmatch(rf"{NUM}-?([a-z%°][a-z./]*)", text):
        return said_measure(match[1], match[2].rstrip("."))
    if match := re.fullmatch(r"(\d+)x(\d+)", text):
        return f"{number(match[1])} by {number(match[2])}"
    return None


def beside(core: str, before: str, after: str) -> str | None:
    """What a token is only beside another: `$3.5 million`, `July 4`, `Feb 14`. `before`, `after`: its neighbours as written."""
    lower, day = core.lower(), re.sub(r"\W+$", "", after)
    if after.lower().strip(".,!?") in LARGE and (match := re.fullmatch(rf"[{SIGNS}]{NUM}", core)):
        return number_of_things(match[1].replace(",", ""))
    if lower in LARGE and (match := re.fullmatch(rf"([{SIGNS}]){NUM}", before)):
        unit = MONEY[match[1]][0]
        return f"{lower} {unit if unit in INVARIANT_MONEY else unit + 's'}"
    if before[:1].isupper() and before.lower().rstrip(".")[:3] in MONTHS and re.fullmatch(r"[1-9]|[12]\d|3[01]", core):
        named = before.lower().rstrip(".")
        return ordinal(core) if named in (named[:3], MONTHS[named[:3]], "sept") else None
    if core[:1].isupper() and lower.rstrip(".") in MONTHS and re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", day):
        return MONTHS[lower.rstrip(".")]
    return None


def said_measure(amount: str, unit: str) -> str | None:
    """5km, 10k, 7pm, 99%, 808s."""
    if unit == "s":
        return number(amount) + "s" if len(amount) > 1 else f"{number(amount)} seconds"
    if unit == "m" and len(amount) > 3:
        return None
    if unit not in UNITS:
        return None
    if UNITS[unit].isupper() or UNITS[unit] in ("A M", "P M"):
        return f"{number_of_things(amount)} {UNITS[unit]}"
    return f"{number_of_things(amount)} {UNITS[unit] if amount == '1' else plural(UNITS[unit])}"


def initials(letters: str) -> tuple[Said, ...]:
    """U, S, A: letters by name, digits as numbers."""
    return tuple(
        Said(word, LETTER_NAMES.get(word, ""))
        for piece in re.findall(r"[a-zA-Z]|\d+|&", letters)
        for word in (number(piece).split() if piece.isdigit() else ["and"] if piece == "&" else [piece.upper()])
    )


def vocable(text: str) -> tuple[Said, ...]:
    """`ooooh`, `lalala`, `mmm`, `shh` as what is sung, or ()."""
    whole = [phones for shape, phones in VOCABLES if shape.fullmatch(text)]
    if whole and not (text in ("a", "o", "i") or len(text) < 2):
        return (Said(text, whole[-1]),)
    chain, at = [], 0
    while at < len(text):
        hit = next(((m, phones) for shape, phones in CHAINS if (m := shape.match(text, at))), None)
        if hit is None:
            return ()
        chain.append(Said(hit[0].group(), hit[1]))
        at = hit[0].end()
    return tuple(chain) if len(chain) > 1 else ()


def shortened(text: str) -> list[str]:
    """A stretched word's likely plain spellings, longest first: `goood` → good, god; `sooo` → soo, so."""
    runs = [m.group() for m in re.finditer(r"(.)\1*", text)]
    choices = [[run[:2], run[0]] if len(run) > 2 else [run] for run in runs]
    return ["".join(choice) for choice in product(*choices)] if sum(len(c) > 1 for c in choices) <= 6 else []


def pure(roman: str) -> str:
    """Romanised foreign text with one sound a letter: `arigatou` → ɑɹiɡˈɑtO. The stress falls on the last vowel but one."""
    roman, out, at = re.sub(r"[^a-z]", "", roman.lower()), "", 0
    while at < len(roman):
        size = next(k for k in (3, 2, 1) if roman[at : at + k] in PURE)
        out += PURE[roman[at : at + size]]
        at += size
    vowels = [i for i, sign in enumerate(out) if sign in "ɑɛiOuIAWY"]
    if not vowels:
        return out
    place = vowels[-2] if len(vowels) > 1 else vowels[0]
    return out[:place] + "ˈ" + out[place:]


def latin(text: str) -> str:
    """The text in ASCII letters, accents removed; ñ becomes ny."""
    return anyascii(unicodedata.normalize("NFKC", text).replace("ñ", "ny").replace("Ñ", "Ny"))
