"""What is said for what is written: numbers, money, times, units, abbreviations, initials, slang, vocables.

The English of a lead sheet, American where the two differ. Everything here is a table or a shape of token; a plain word
passes through and is left to the dictionary. Numbers are num2words' (LGPL-2.1), other scripts are romanised by anyascii
(ISC) and read with pure vowels.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import product

from anyascii import anyascii
from num2words import num2words


@dataclass(frozen=True)
class Said:
    """One spoken word. `phones`: its pronunciation where no dictionary is to be asked. `clipped`: sing *-ing* as *-in'*."""

    word: str
    phones: str = ""
    clipped: bool = False


WORDS = {
    "&": "and", "+": "plus", "=": "equals", "%": "percent", "@": "at", "w/": "with", "w/o": "without", "b/c": "because",
    "°": "degrees", "°c": "degrees celsius", "°f": "degrees fahrenheit", "#": "number", "№": "number", "×": "times",
    "½": "one half", "¼": "one quarter", "¾": "three quarters", "$": "dollars", "€": "euros", "£": "pounds", "¢": "cents",
    "mr": "mister", "mrs": "missus", "ms": "miz", "dr": "doctor", "jr": "junior", "sr": "senior", "vs": "versus", "etc": "et cetera",
    "prof": "professor", "ave": "avenue", "blvd": "boulevard", "mt": "mount", "feat": "featuring", "approx": "approximately",
    "u": "you", "ur": "your", "r": "are", "o": "oh", "thx": "thanks", "pls": "please", "plz": "please", "luv": "love", "bc": "because",
    "n": "and", "gr8": "great", "l8": "late", "l8r": "later", "m8": "mate", "b4": "before", "4ever": "forever", "2nite": "tonight",
    "2night": "tonight", "2day": "today", "4u": "for you", "2gether": "together", "nite": "night", "tho": "though", "thru": "through",
    "gonna": "gonna", "kinda": "kinda", "rock'n'roll": "rock and roll", "ppl": "people", "bby": "baby", "ii": "two", "iii": "three",
    "vii": "seven", "viii": "eight", "o'er": "over", "ma'm": "ma'am", "okey": "okay", "alot": "a lot",
}  # fmt: skip
DOTTED = {"st": "saint", "ft": "featuring", "rd": "road", "no": "number", "inc": "incorporated", "ltd": "limited", "co": "company",
          "sept": "september", "oct": "october", "nov": "november", "dec": "december", "feb": "february", "aug": "august",
          "rev": "reverend", "gen": "general", "sgt": "sergeant", "lt": "lieutenant", "capt": "captain", "col": "colonel",
          "dept": "department", "govt": "government", "apt": "apartment"}  # fmt: skip
NEEDS_CAPITAL = frozenset({"ms", "mt", "ii", "iii", "vii", "viii", "ave", "dr", "sr"})  # lower-case `ms` is something else
UNITS = {
    "km": "kilometer", "m": "meter", "cm": "centimeter", "mm": "millimeter", "kg": "kilogram", "g": "gram", "mg": "milligram",
    "l": "liter", "ml": "milliliter", "mi": "mile", "ft": "foot", "in": "inch", "yd": "yard", "lb": "pound", "lbs": "pound",
    "oz": "ounce", "mph": "mile per hour", "kmh": "kilometer per hour", "km/h": "kilometer per hour", "h": "hour", "hr": "hour",
    "hrs": "hour", "min": "minute", "mins": "minute", "s": "second", "sec": "second", "secs": "second", "ms": "millisecond",
    "kb": "kilobyte", "mb": "megabyte", "gb": "gigabyte", "tb": "terabyte", "hz": "hertz", "khz": "kilohertz", "mhz": "megahertz",
    "bpm": "beat per minute", "w": "watt", "kw": "kilowatt", "v": "volt", "x": "time", "k": "thousand", "bn": "billion", "c": "cent",
    "%": "percent", "°": "degree", "°c": "degree celsius", "°f": "degree fahrenheit", "yr": "year", "yrs": "year", "pt": "point",
    "am": "A M", "pm": "P M", "a.m": "A M", "p.m": "P M", "d": "D", "p": "P", "b": "B", "t": "T", "ghz": "gigahertz",
}  # fmt: skip
ALONE = frozenset(
    ["km", "cm", "mm", "kg", "mg", "ml", "lbs", "lb", "oz", "mph", "kmh", "km/h", "hr", "hrs", "mins", "secs", "kb", "gb", "khz", "mhz", "bpm", "yrs", "kw"]
)  # units without a number
PLURALS = {"foot": "feet", "inch": "inches", "hertz": "hertz", "kilohertz": "kilohertz", "megahertz": "megahertz",
           "gigahertz": "gigahertz", "thousand": "thousand", "billion": "billion", "percent": "percent"}  # fmt: skip
MONEY = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny"), "¥": ("yen", ""), "₹": ("rupee", "paisa"),
         "₩": ("won", ""), "₽": ("ruble", "kopek"), "¢": ("cent", "")}  # fmt: skip
INVARIANT_MONEY = frozenset({"yen", "won"})
SCALES = {"k": "thousand", "m": "million", "mm": "million", "b": "billion", "bn": "billion", "t": "trillion"}
FRACTIONS = {"1/2": "one half", "1/3": "one third", "2/3": "two thirds", "1/4": "one quarter", "3/4": "three quarters"}
INITIALS = frozenset(
    ["usa", "us", "uk", "eu", "un", "uae", "dj", "mc", "tv", "cd", "dvd", "mp3", "nyc", "la", "dc", "sf", "fbi", "cia", "nba", "nfl", "nhl", "mlb", "ufo", "vip", "id", "gps", "sms", "am", "fm", "lol", "omg", "bff", "atm", "rip", "ceo", "phd", "dna", "rna", "pc", "ai", "rb", "rnb", "r&b", "bmw", "suv", "bbc", "cnn", "mtv", "nsa", "irs", "hiv", "ussr", "ok", "asap", "diy", "fyi", "idk", "bpm", "lp", "ep", "ac", "dc", "ac/dc", "kgb", "pr", "hr", "it", "tlc", "nwa", "abc", "xyz", "tbh", "brb", "wtf", "ily", "ngl", "smh", "imo", "jfk", "mlk", "gta", "psp", "xl", "xxl", "gmo", "pms", "ptsd", "adhd", "led", "lsd", "tnt", "usb", "url", "html", "http", "qr"]
) - {"us", "it", "am", "id", "led", "rip", "hr", "ai", "la", "pr", "ok", "asap"}
SPELLED_IF_CAPITAL = frozenset(["US", "LA", "AI", "PR", "HR", "ID", "IT", "AM"])

# Vocables: what singers sing between the words. Whole tokens, longest unit first.
VOCABLE_UNITS = (
    (r"o+h*", "ˈO"), (r"o{2,}h*", "ˈu"), (r"u+h+", "ˈʌ"), (r"a+h+", "ˈɑ"), (r"e+h+", "ˈA"), (r"a+y+", "ˈA"), (r"o+w+", "ˈW"), (r"a+w+", "ˈɔ"),
    (r"la+h*", "lˈɑ"), (r"na+h*", "nˈɑ"), (r"da+h*", "dˈɑ"), (r"ba+h*", "bˈɑ"), (r"pa+h*", "pˈɑ"), (r"ha+h*", "hˈɑ"), (r"sha+h*", "ʃˈɑ"),
    (r"ta+h*", "tˈɑ"), (r"ra+h*", "ɹˈɑ"), (r"fa+h*", "fˈɑ"), (r"wa+h+", "wˈɑ"), (r"ya+h*", "jˈɑ"), (r"ga+", "ɡˈɑ"), (r"tra+", "tɹˈɑ"),
    (r"do{2,}", "dˈu"), (r"bo{2,}", "bˈu"), (r"wo{2,}h*", "wˈu"), (r"sho{2,}", "ʃˈu"), (r"to{2,}t", "tˈut"), (r"ho+", "hˈO"), (r"yo+", "jˈO"),
    (r"w?h?o+a+h*|wo+h+", "wˈO"), (r"he+y+", "hˈA"), (r"ye+a+h*", "jˈɛə"), (r"ye+h+", "jˈɛ"), (r"he+h", "hˈɛ"), (r"hu+h+", "hˈʌ"), (r"hi+", "hˈI"),
    (r"du+m", "dˈʌm"), (r"bu+m", "bˈʌm"), (r"pu+m", "pˈʌm"), (r"bo+p", "bˈɑp"), (r"wo+p", "wˈɑp"), (r"bom", "bˈɑm"), (r"dit", "dˈɪt"),
    (r"ding", "dˈɪŋ"), (r"dong", "dˈɔŋ"), (r"sho+p", "ʃˈup"), (r"doo+p", "dˈup"), (r"de+", "dˈi"), (r"de{2,}", "dˈi"), (r"ee+", "ˈi"),
    (r"di+", "dˈi"), (r"li+", "lˈi"), (r"le+i+", "lˈA"), (r"ti+", "tˈi"), (r"lo+", "lˈO"), (r"lu+", "lˈu"), (r"woo+", "wˈu"),
    (r"m{2,}", "m"), (r"h+m+", "hm"), (r"s*sh{1,}", "ʃ"), (r"sh{2,}", "ʃ"), (r"ps+t", "pst"), (r"z{2,}", "z"), (r"br{2,}", "bˈɜɹ"), (r"gr{2,}", "ɡˈɜɹ"),
    (r"s{2,}", "s"), (r"n{2,}", "n"), (r"tsk", "tˈɪsk"), (r"pf+t*", "pˈʌf"), (r"hmph", "hˈʌmf"), (r"ugh+", "ˈʌɡ"), (r"u+m+", "ˈʌm"), (r"ooh+", "ˈu"),
)  # fmt: skip
# A whole token of one unit is read by the last row that fits; a chain (`lalala`, `ohoh`) needs two letters a unit.
VOCABLES = tuple((re.compile(rf"(?:{shape})"), phones) for shape, phones in VOCABLE_UNITS)
CHAIN_UNITS = tuple(
    (re.compile(shape), phones)
    for shape, phones in (
        (r"doo+", "dˈu"), (r"ooh+", "ˈu"), (r"oh", "ˈO"), (r"ah", "ˈɑ"), (r"eh", "ˈA"), (r"uh", "ˈʌ"), (r"la", "lˈɑ"), (r"na", "nˈɑ"), (r"da", "dˈɑ"),
        (r"ba", "bˈɑ"), (r"ha", "hˈɑ"), (r"sha", "ʃˈɑ"), (r"ra", "ɹˈɑ"), (r"pa", "pˈɑ"), (r"wah?", "wˈɑ"), (r"yeah", "jˈɛə"), (r"hey", "hˈA"), (r"ho", "hˈO"),
        (r"he", "hˈi"), (r"mm", "m"),
    )
)  # fmt: skip

LETTER_NAMES = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        ["ˈA", "bˈi", "sˈi", "dˈi", "ˈi", "ˈɛf", "ʤˈi", "ˈAʧ", "ˈI", "ʤˈA", "kˈA", "ˈɛl", "ˈɛm", "ˈɛn", "ˈO", "pˈi", "kjˈu", "ˈɑɹ", "ˈɛs", "tˈi", "jˈu", "vˈi", "dˈʌbᵊlju", "ˈɛks", "wˈI", "zˈi"],
        strict=True,
    )
)
DIGIT_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
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
    if match := re.fullmatch(rf"[-−]?([{SIGNS}]){NUM}(k|m|mm|bn|b|t)?", text):
        return ("minus " if text[0] in "-−" else "") + money(match[1], match[2], match[3] or "")
    if match := re.fullmatch(rf"{NUM}([{SIGNS}])", text):
        return money(match[2], match[1], "")
    if text in FRACTIONS:
        return FRACTIONS[text]
    if match := re.fullmatch(r"(\d{1,2}):(\d\d)(?::\d\d)?\.?([ap])?\.?m?\.?", text):
        return clock(match[1], match[2], match[3] or "")
    if match := re.fullmatch(r"'?(\d\d)?(\d0)'?s", text):
        return decade(match[1] or "", match[2])
    if match := re.fullmatch(r"([\d,]+)(?:st|nd|rd|th)", text):
        digits_only = match[1].replace(",", "")
        return plain(num2words(int(digits_only), to="ordinal")) if 0 < len(digits_only) < 16 else None
    if re.fullmatch(r"\d{3}-\d{4}|\d{3}-\d{3}-\d{4}|\+?\d+(?:-\d+){2,}", text):
        return " ".join(digits(re.sub(r"\D", "", part)) for part in text.split("-"))
    if re.fullmatch(r"\d+(?:/\d+)+", text):
        return " ".join(number(part) for part in text.split("/"))
    if match := re.fullmatch(rf"([-−+#x×]?){NUM}", text):
        word = {"-": "minus ", "−": "minus ", "+": "plus ", "#": "number ", "x": "times ", "×": "times "}.get(match[1], "")
        return word + number(match[2])
    if match := re.fullmatch(rf"{NUM}-?([a-z%°][a-z./]*)", text):
        return said_measure(match[1], match[2].rstrip("."))
    if match := re.fullmatch(r"(\d+)x(\d+)", text):
        return f"{number(match[1])} by {number(match[2])}"
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
        hit = next(((m, phones) for shape, phones in CHAIN_UNITS if (m := shape.match(text, at))), None)
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


PURE = {
    "a": "ɑ", "e": "ɛ", "i": "i", "o": "O", "u": "u", "b": "b", "c": "k", "d": "d", "f": "f", "g": "ɡ", "h": "h", "j": "ʤ", "k": "k", "l": "l",
    "m": "m", "n": "n", "p": "p", "q": "k", "r": "ɹ", "s": "s", "t": "t", "v": "v", "w": "w", "z": "z", "x": "ks",
    "sh": "ʃ", "ch": "ʧ", "zh": "ʒ", "th": "θ", "kh": "h", "ph": "f", "ng": "ŋ", "ts": "ts", "dz": "dz", "ya": "jɑ", "yu": "ju",
    "yo": "jO", "ye": "jɛ", "ai": "I", "ei": "A", "ao": "W", "au": "W", "ou": "O", "oi": "Y", "oo": "u", "ee": "i", "aa": "ɑ", "ii": "i",
    "uu": "u", "y": "i", "ue": "wɛ", "ui": "wi", "ua": "wɑ", "uo": "wO", "ie": "jɛ", "ia": "iɑ", "io": "iO", "sch": "ʃ", "gh": "ɡ", "zz": "ts", "ll": "l",
}  # fmt: skip


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
