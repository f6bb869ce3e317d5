"""Mandarin: one character, one syllable. pypinyin (MIT) reads the characters, each among its neighbours.

Tones give way to the tune, as in all Mandarin song. Sounds are the nearest English ones: `zh ch sh` and `j q x` fall
together, `ü` is `u` after a glide.
"""

from __future__ import annotations

import re
from functools import lru_cache

from troubadour.words.languages.reading import Reading, in_english, package, words_of
from troubadour.words.phones import CONSONANTS, VOWELS, Phone
from troubadour.words.value import Word

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
PIECE = re.compile(rf"[{HAN}][^\w]*|\d+(?:\.\d+)?[^\w{HAN}]*|[^\s{HAN}\d]+\s*|\s+")
INITIALS = {
    "zh": "ʤ", "ch": "ʧ", "sh": "ʃ", "b": "b", "p": "p", "m": "m", "f": "f", "d": "d", "t": "t", "n": "n", "l": "l", "g": "ɡ",
    "k": "k", "h": "h", "j": "ʤ", "q": "ʧ", "x": "ʃ", "r": "ɹ", "z": "dz", "c": "ʦ", "s": "s", "y": "j", "w": "w", "": "",
}  # fmt: skip
FINALS = {
    "a": "ɑ", "o": "wɔ", "e": "ʌ", "i": "i", "u": "u", "v": "ju", "ai": "I", "ei": "A", "ao": "W", "ou": "O", "an": "ɑn", "en": "ən",
    "ang": "ɑŋ", "eng": "ʌŋ", "ong": "ʊŋ", "er": "ɑɹ", "ia": "jɑ", "ie": "jɛ", "iao": "jW", "iu": "jO", "ian": "jɛn", "in": "in",
    "iang": "jɑŋ", "ing": "iŋ", "iong": "jʊŋ", "ua": "wɑ", "uo": "wɔ", "uai": "wI", "ui": "wA", "uan": "wɑn", "un": "wən",
    "uang": "wɑŋ", "ve": "jɛ", "ue": "jɛ", "van": "jɛn", "vn": "jun", "n": "ən", "ng": "ən", "m": "əm", "io": "jɔ", "ê": "ɛ",
}  # fmt: skip
# Written with y or w, or after j q x, a final is another one than it looks.
WHOLE = {
    "yi": "ji", "yin": "jin", "ying": "jiŋ", "yu": "ju", "yue": "jwɛ", "yuan": "jwɛn", "yun": "jun", "ye": "jɛ", "yan": "jɛn",
    "you": "jO", "yong": "jʊŋ", "wu": "wu", "wei": "wA", "wen": "wən", "weng": "wʌŋ", "wo": "wɔ", "yo": "jɔ", "r": "ɑɹ",
}  # fmt: skip
AFTER_PALATAL = {"u": "u", "ue": "wɛ", "uan": "wɛn", "un": "un"}
HISSED = {"zh": "ʤɜɹ", "ch": "ʧɜɹ", "sh": "ʃɜɹ", "r": "ɹɜɹ", "z": "dzɪ", "c": "ʦɪ", "s": "sɪ"}  # with the final i
DIGITS, PLACES = "零一二三四五六七八九", ("", "十", "百", "千")
FUNCTION = frozenset("的了着过吗呢吧啊和与在是也都就不把被给让向从对之地得呀")


@lru_cache(maxsize=2048)
def pronounce(text: str) -> tuple[Word, ...]:
    """The words of one line, a character each; other scripts are read as English. Raises Unsingable for none."""
    pieces = PIECE.findall(text) if re.search(f"[{HAN}]", text) else re.findall(r"\S+\s*|\s+", text)
    spoken = [counted(piece, following) for piece, following in zip(pieces, [*pieces[1:], ""], strict=True)]
    sounds = iter(characters("".join(s for s in spoken if s)))
    readings = []
    for piece, said in zip(pieces, spoken, strict=True):
        if said:
            own = tuple(sounds_of(next(sounds)) for _ in said)
            known = all(own)  # a character outside the dictionary is romanised like other scripts
            readings.append(Reading(piece, own, content=piece[0] not in FUNCTION) if known else in_english(piece))
        elif toned := pinyin_words(piece):
            readings.append(Reading(piece, tuple(sounds_of(s) for s in toned)))
        else:
            readings.append(in_english(piece))
    return words_of(text, readings)


def characters(text: str) -> list[str]:
    """The toneless syllable of every character of a text, `v` for ü, "" for a character nobody knows."""
    pypinyin = package("pypinyin")
    read = pypinyin.pinyin(text, style=pypinyin.Style.NORMAL, errors=lambda signs: ["" for _ in signs])
    return [ways[0] for ways in read]


def counted(piece: str, following: str) -> str:
    """The characters that are said for a piece: itself, or a number written out; "" for what is no Chinese."""
    if re.match(f"[{HAN}]", piece):
        return piece[0]
    number = re.match(r"(\d+)(?:\.(\d+))?", piece)
    if not number:
        return ""
    whole, part = number[1], number[2]
    dialled = (len(whole) == 4 and following[:1] == "年") or len(whole) > 8 or (len(whole) > 1 and whole[0] == "0")
    said = "".join(DIGITS[int(d)] for d in whole) if dialled else cardinal(int(whole))
    return said + ("点" + "".join(DIGITS[int(d)] for d in part) if part else "")


def cardinal(value: int) -> str:
    """105 as 一百零五; up to a hundred million."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        return cardinal(high) + "万" + ("" if not low else ("零" if low < 1000 else "") + cardinal(low))
    if value == 0:
        return DIGITS[0]
    digits = [int(d) for d in str(value)]
    out, gap = "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        gap = gap or (digit == 0 and bool(out))
        if digit:
            out += (DIGITS[0] if gap else "") + DIGITS[digit] + PLACES[place]
            gap = False
    return out.removeprefix("一") if 10 <= value < 20 else out


TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü", "aaaaeeeeiiiioooouuuuvvvvv")
SYLLABLE = re.compile(
    "(" + "|".join(sorted((i + f for i in INITIALS for f in FINALS), key=len, reverse=True)) + "|" + "|".join(WHOLE) + ")[1-5]"
)


def pinyin_words(piece: str) -> list[str]:
    """`nǐ`, `ni3hao3`: the syllables of pinyin that shows its tones; [] for anything else."""
    word = piece.strip().strip(".,!?;:\"'“”‘’").lower()
    if re.fullmatch(rf"(?:{SYLLABLE.pattern})+", word):
        return [m.group(1) for m in SYLLABLE.finditer(word)]
    plain = word.translate(TONES)
    if plain != word and plain in {i + f for i in INITIALS for f in FINALS} | set(WHOLE):
        return [plain]
    return []


def sounds_of(syllable: str) -> tuple[Phone, ...]:
    """`zhong` → ʤʊŋ, stressed, as every sung syllable of Mandarin is; nothing for an unknown one."""
    written = sounded(syllable)
    return tuple(Phone(c, 2 if c in VOWELS else 0) for c in written if c in VOWELS or c in CONSONANTS)


def sounded(syllable: str) -> str:
    """A toneless syllable in the singer's alphabet."""
    if syllable in WHOLE:
        return WHOLE[syllable]
    initial = next(i for i in sorted(INITIALS, key=len, reverse=True) if syllable.startswith(i))
    final = syllable[len(initial) :]
    if final == "i" and initial in HISSED:
        return HISSED[initial]
    if initial in ("j", "q", "x") and final in AFTER_PALATAL:
        return INITIALS[initial] + AFTER_PALATAL[final]
    if final == "o" and initial not in ("b", "p", "m", "f"):
        return INITIALS[initial] + "ɔ"
    return INITIALS[initial] + FINALS.get(final, "")
