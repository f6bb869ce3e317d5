"""A line of lyrics becomes words with syllables: what is counted here is what is sung.

The line is read token by token (`said`), its plain words go to hibari's dictionary and tagger in one piece, so that *read*,
*the* and *live* sound as their neighbours want, and unknown words go to its small letter-to-sound net. Syllables that
singers leave out (*ev'ry*, *fire*) are left out here, once. A token that nobody can say (emoji, a lone bracket) is not
sung, but its text stays with its neighbour: joined, the syllables' texts are the line as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from troubadour.errors import Unsingable
from troubadour.words import said as tables
from troubadour.words.phones import VOWELS, Phone, lettered, phones_of, syllables_of
from troubadour.words.said import Said
from troubadour.words.value import Syllable, Word

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
THAI_LAO = "\u0e00-\u0eff"
TOKEN = re.compile(rf"\s*(?:[{HAN}][^\s\w]*|[^\s{HAN}]+)\s*")
BREAKS = r"-‐‑–—/…~_|·、。，！？,;:!?"
PIECE = re.compile(rf"[^{BREAKS}]*[^\W_][^{BREAKS}]*[{BREAKS}]*\s*|[{BREAKS}]+\s*|[^{BREAKS}]+")
OUTER = '"“”„«»‹›()[]{}<>*_~¡¿!?,;:…。、，！？♪♫`´|\\^'
ADDRESS = re.compile(
    r"(?:https?://)?((?:[\w.-]+@)?[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|io|co|uk|de|fr|info|me|tv|fm)(?:/[\w/-]*)?)"
)
LOOKALIKES = str.maketrans("$!*@", "siia")
HANGUL = re.compile("[\uac00-\ud7a3]")
KOREAN = {"yeo": "yo", "yae": "ye", "wae": "we", "eo": "o", "eu": "u", "ae": "e", "oe": "we", "ui": "wi"}
KOREAN_VOWELS = re.compile("|".join(KOREAN), re.IGNORECASE)
LONGEST = 24  # letters that the letter-to-sound net reads at once


@dataclass(frozen=True)
class Piece:
    """A stretch of the line as written, and what is said for it (nothing, for a stretch nobody can say)."""

    text: str
    said: tuple[Said, ...]


@lru_cache(maxsize=1)
def _g2p() -> Any:
    """hibari's dictionary, tagger and letter-to-sound net (without its voice)."""
    from hibari.g2p import G2P

    return G2P()


@lru_cache(maxsize=8192)
def known(word: str) -> bool:
    """Whether the dictionary has a lower-case word, or the word it is an ending of."""
    from hibari.g2p import Context

    return bool(word) and _g2p().lexicon.get_word(word, "NN", None, Context())[0] is not None


@lru_cache(maxsize=8192)
def pronounce(text: str) -> tuple[Word, ...]:
    """The words of one line with the syllables that are sung. Raises Unsingable when there is nothing to sing in it."""
    tokens = TOKEN.findall(text)
    shouted = len([t for t in tokens if t.strip().isupper()]) > 1 and not any(c.islower() for c in text)
    groups: list[list[Piece]] = []
    loose = ""
    for i, token in enumerate(tokens):
        before, after = tokens[i - 1].strip() if i else "", tokens[i + 1].strip() if i + 1 < len(tokens) else ""
        pieces = gathered(token_pieces(token, before, after, shouted))
        if pieces:
            groups.append([replace(pieces[0], text=loose + pieces[0].text), *pieces[1:]])
            loose = ""
        elif groups:
            groups[-1][-1] = replace(groups[-1][-1], text=groups[-1][-1].text + token)
        else:
            loose += token
    if not groups:
        raise Unsingable(f"there is nothing to sing in {text[:60]!r}: write words or syllables (la la la)")
    spoken = iter(
        spoken_phones([s for group in groups for piece in group for s in piece.said], [g[-1].text for g in groups], groups)
    )
    return tuple(word_of([(piece, [next(spoken) for _ in piece.said]) for piece in group]) for group in groups)


def gathered(pieces: list[Piece]) -> list[Piece]:
    """The same text in pieces that are all sung: a silent one goes to the piece before it, or else to the one after."""
    out: list[Piece] = []
    loose = ""
    for piece in pieces:
        if piece.said:
            out.append(replace(piece, text=loose + piece.text))
            loose = ""
        elif out:
            out[-1] = replace(out[-1], text=out[-1].text + piece.text)
        else:
            loose += piece.text
    return out


# ---- reading a token -------------------------------------------------------------------------------------------------


def token_pieces(token: str, before: str, after: str, shouted: bool) -> list[Piece]:
    """A token as written, in pieces: whole where it is a number, a sign, initials, an abbreviation; else at its hyphens."""
    core = token.strip().replace("’", "'").replace("‘", "'").strip(OUTER)
    if tables.EMOTICON.fullmatch(token.strip()):
        return []
    if whole := said_whole(core, before, after, shouted):
        return [Piece(token, whole)]
    pieces = []
    for match in PIECE.finditer(token):
        text = match.group()
        for part in dotted(text):
            pieces += read_piece(part, before, after, shouted)
    return pieces


def dotted(text: str) -> list[str]:
    """Split at dots that run words together: `wait...what`, `one.two`."""
    return re.findall(r".*?[^\W\d_]\.+(?=[^\W\d_]{2})|.+", text, re.DOTALL)


def said_whole(core: str, before: str, after: str, shouted: bool) -> tuple[Said, ...]:
    """What is said for a token that is not to be cut up, or ()."""
    lower = core.lower()
    bare = lower.rstrip(".")
    if not core:
        return ()
    if lower in tables.CLIPPED:
        return (Said(lower, tables.CLIPPED[lower]),)
    if re.fullmatch(r"(?:[^\W\d_]\.){2,}[^\W\d_]?\.?(?:'?s)?", core) and core.isascii():
        return tables.initials(re.sub(r"'?s$", "", core) if core.endswith("s") else core)
    if bare in tables.INITIALS or (core.rstrip(".") in tables.SPELLED_IF_CAPITAL and not shouted):
        return tables.initials(bare)
    single = bare.rstrip("s").rstrip("'")
    if (
        bare.endswith("s")
        and core.rstrip("s'").isupper()
        and (single in tables.INITIALS or re.fullmatch(r"[a-z]&[a-z]", single))
    ):
        names = tables.initials(single)
        return (*names[:-1], Said(names[-1].word + "s", names[-1].phones + ("s" if names[-1].phones[-1] in "fk" else "z")))
    if re.fullmatch(r"[A-Z](?:[/&][A-Z]){1,4}|\d{1,2}[GK]", core) or (core == "A" and re.fullmatch(r"[B-HJ-Z]\W*", after)):
        return tables.initials(core)
    if re.fullmatch(r"[a-z]+[$!*@][a-z]+", lower) and (plain := lower.translate(LOOKALIKES)) and (known(plain) or "$" in lower):
        return (Said(plain),)
    if match := ADDRESS.fullmatch(lower):
        words = re.sub(r"[-_]+", " ", match[1]).replace(".", " dot ").replace("@", " at ").replace("/", " slash ")
        return tuple(
            s
            for word in words.split()
            for s in (read_letters(word, False) if word.isalpha() else letters_and_digits(word, False))
        )
    if words := tables.beside(core, before, after) or abbreviation(core, lower, bare, before, after):
        return tuple(Said(word) for word in words.split())
    if any(c.isdigit() and c.isascii() for c in core):
        words = tables.said_number(lower) or tables.said_number(bare) or ""
        return tuple(Said(word) for word in words.split())
    return ()


def abbreviation(core: str, lower: str, bare: str, before: str, after: str) -> str:
    """The words for `Mr.`, `vs`, `km`, `&`, `gr8`; or an empty string."""
    counted = bool(re.search(r"\d[.,]?$", before))
    if bare == "st" and core[0].isupper():
        return "saint" if after[:1].isupper() else "street"
    if bare == "ft" and counted:
        return "feet" if before != "1" else "foot"
    if core == "Ft." and after[:1].isupper():
        return "fort"
    if lower.endswith(".") and bare in tables.DOTTED and (after or bare in ("inc", "ltd", "co")):
        return tables.DOTTED[bare] if bare != "no" or after[:1].isdigit() else ""
    if bare in tables.ALONE or (
        counted and bare in tables.UNITS and bare not in {"in", "x", "k", "s", "d", "p", "b", "t", "c", "h", "v", "am"}
    ):
        unit = tables.UNITS[bare]
        single = before.strip(OUTER).lower() in ("1", "one", "a", "per", "each", "half")
        return unit if single else tables.plural(unit)
    if lower == "%":
        return "percent"
    key = lower if lower in tables.WORDS else bare
    if key in tables.WORDS and not (key in tables.NEEDS_CAPITAL and not core[0].isupper()):
        if key == "r" and core.isupper():
            return ""
        return tables.WORDS[key]
    return ""


def read_piece(text: str, before: str, after: str, shouted: bool) -> list[Piece]:
    """A stretch between hyphens."""
    core = text.strip().replace("’", "'").replace("‘", "'")
    core = "".join(c for c in core if c.isalnum() or c in "'$€£%&+#@°½¼¾" or unicodedata.category(c).startswith("M"))
    if whole := said_whole(core, before, after, shouted):
        return [Piece(text, whole)]
    letters = "".join(c for c in core if c.isalnum() or c == "'" or unicodedata.category(c).startswith("M"))
    if not any(c.isalnum() for c in letters):
        return [Piece(text, ())]
    if len(letters) > LONGEST and not known(letters.lower()):
        middle = len(text) // 2
        return read_piece(text[:middle], "", "", shouted) + read_piece(text[middle:], "", "", shouted)
    if any(c.isdigit() for c in letters):
        return [Piece(text, letters_and_digits(letters, shouted))]
    return [Piece(text, read_letters(letters, shouted))]


def letters_and_digits(text: str, shouted: bool) -> tuple[Said, ...]:
    """`R2D2`, `B2B`, `4K`, `route66`."""
    out: list[Said] = []
    for run in re.findall(r"\d+|[^\d]+", "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)):
        if run.isdigit():
            out += [Said(word) for word in tables.number(run).split()]
        elif run.strip("'"):
            out += tables.initials(run) if run.isupper() and len(run) < 4 and run.isascii() else read_letters(run, shouted)
    return tuple(out)


def read_letters(letters: str, shouted: bool) -> tuple[Said, ...]:
    """A word of letters and apostrophes: known, a vocable, clipped, stretched, foreign, initials, or left to the net."""
    if not letters.isascii():
        return read_foreign(letters, shouted)
    lower = letters.lower()
    bare = lower.strip("'")
    if lower in tables.CLIPPED or bare in tables.CLIPPED:
        return (Said(bare, tables.CLIPPED.get(lower) or tables.CLIPPED[bare]),)
    if len(bare) == 1:
        return (Said("I" if bare == "i" else "a"),) if bare in "ia" else tables.initials(bare)
    if bare in tables.INITIALS:
        return tables.initials(bare)
    if (sung := tables.vocable(bare)) and (len(sung) == 1 or not known(bare)):
        return sung
    if (
        letters.isupper()
        and not shouted
        and len(bare) > 1
        and not known(bare)
        and (len(bare) < 4 or not set(bare) & set("aeiouy"))
    ):
        return tables.initials(bare)
    if known(bare):
        return (Said(bare if not bare.startswith("i'") else bare.capitalize()),)
    if re.fullmatch(r"\w+in", bare) and (lower.endswith("'") or not known(bare)) and known(bare + "g"):
        return (Said(bare + "g", clipped=True),)
    for plain in tables.shortened(bare):
        if plain in tables.CLIPPED:
            return (Said(plain, tables.CLIPPED[plain]),)
        if sung := tables.vocable(plain):
            return sung
        if len(plain) == 1 or known(plain):
            return (Said("I" if plain == "i" else plain),)
    if not set(bare) & set("aeiouy"):
        return tables.initials(bare) if len(bare) < 6 else (Said(bare, tables.pure(bare)),)
    if known(bare.capitalize()):
        return (Said(bare.capitalize()),)
    return (Said(re.sub(r"(.)\1{2,}", r"\1\1", bare)),)


def korean(roman: str) -> str:
    """A Korean vowel that is romanised with two letters, as one sound: `Yeo` → `Yo`."""
    one = KOREAN[roman.lower()]
    return one.capitalize() if roman[0].isupper() else one


def read_foreign(letters: str, shouted: bool) -> tuple[Said, ...]:
    """Accented words the dictionary has without their accents; else a romanised reading with pure vowels."""
    roman = tables.latin(letters)
    if HANGUL.search(letters):
        roman = KOREAN_VOWELS.sub(lambda m: korean(m[0]), roman)
    bare = re.sub(r"[^a-z']", "", roman.lower()).strip("'")
    if not bare:
        return tuple(Said(word) for word in tables.number(roman).split()) if roman.isdigit() else ()
    latin_script = all("LATIN" in unicodedata.name(c, "") for c in letters if c.isalpha())
    if latin_script and known(letters.lower()):
        return (Said(letters.lower()),)
    if latin_script and (known(bare) or len(bare) == 1):
        return read_letters(bare, shouted)
    if not latin_script and tables.vocable(bare):
        return tables.vocable(bare)
    parts = re.findall(r"[A-Z]?[^A-Z]+|[A-Z]", roman) if not latin_script else [roman]
    return tuple(Said(part.lower(), tables.pure(part)) for part in parts if re.search("[A-Za-z]", part))


# ---- sounds ----------------------------------------------------------------------------------------------------------


def spoken_phones(said: list[Said], tails: list[str], groups: list[list[Piece]]) -> list[tuple[Phone, ...]]:
    """The sounds of every spoken word of the line, each read among its neighbours."""
    ends = set()
    count = 0
    for group, tail in zip(groups, tails, strict=True):
        count += sum(len(piece.said) for piece in group)
        if re.search(r"[,.;:!?]\W*$", tail):
            ends.add(count - 1)
    line = " ".join(
        (f"[{re.sub('[^a-z]', '', s.word) or 'x'}](/{s.phones}/)" if s.phones else s.word) + ("," if i in ends else "")
        for i, s in enumerate(said)
    )
    found = grouped(line)
    if len(found) != len(said):
        found = [s.phones or "".join(grouped(s.word)) for s in said]
    return [sung_phones(s, phones) for s, phones in zip(said, found, strict=True)]


def grouped(line: str) -> list[str]:
    """The dictionary's reading of a line, one string for each stretch between spaces."""
    out = [""]
    g2p = _g2p()
    for token in g2p.phonemize_tokens(g2p.tokenize(line)):
        out[-1] += token.phonemes or ""
        if token.whitespace:
            out.append("")
    return out


def sung_phones(said: Said, written: str) -> tuple[Phone, ...]:
    """The sounds as sung: clipped endings, dropped weak vowels; never empty."""
    phones = phones_of(said.phones or written)
    if not phones or (len(phones) > 6 and not any(p.symbol in VOWELS for p in phones)):
        phones = phones_of(tables.pure(tables.latin(said.word))) or phones_of("ˈʌ")
    if said.clipped and phones[-1].symbol == "ŋ":
        phones = (*phones[:-1], Phone("n"))
    if tables.SYNCOPE.fullmatch(said.word):
        return without(phones, lambda a, v, b, c: v in "əᵊɪ" and a not in VOWELS and b in "ɹln" and c in VOWELS)
    if tables.ONE_BEAT.fullmatch(said.word):
        return without(phones, lambda a, v, b, c: v in "əᵊ" and a in "IWYi" and b in "ɹl")
    return phones


def without(phones: tuple[Phone, ...], weak: Any) -> tuple[Phone, ...]:
    """The same sounds, the first vowel that `weak` (before, vowel, after, after that) finds marked as dropped."""
    signs = [p.symbol for p in phones] + ["", ""]
    for i in range(1, len(phones) - 1):
        if (
            phones[i].symbol in VOWELS
            and phones[i].stress == 0
            and weak(signs[i - 1], signs[i], signs[i + 1], signs[i + 2] or "-")
        ):
            return (*phones[:i], replace(phones[i], dropped=True), *phones[i + 1 :])
    return phones


# ---- letters ---------------------------------------------------------------------------------------------------------


def word_of(pieces: list[tuple[Piece, list[tuple[Phone, ...]]]]) -> Word:
    """One token's pieces as a Word."""
    syllables = tuple(s for piece, phones in pieces for s in piece_syllables(piece, phones))
    said = [s.word for piece, _ in pieces for s in piece.said]
    return Word(syllables, content=any(word.lower() not in tables.FUNCTION for word in said), spoken=" ".join(said))


def piece_syllables(piece: Piece, phones: list[tuple[Phone, ...]]) -> tuple[Syllable, ...]:
    """A piece's syllables with its text: the letters shared where they can be, all on the first where they cannot."""
    match = re.search(r"[^\W_](?:.*[^\W_])?", piece.text, re.DOTALL)
    start, end = match.span() if match else (0, len(piece.text))
    letters = piece.text[start:end]
    texts = shares(letters, piece.said, phones)
    bare = [s for p in phones for s in syllables_of(p)]
    last = max(i for i, text in enumerate(texts) if text or i == 0)
    texts[last] += piece.text[end:]
    texts[0] = piece.text[:start] + texts[0]
    return tuple(replace(s, text=text) for s, text in zip(bare, texts, strict=True))


def shares(letters: str, said: tuple[Said, ...], phones: list[tuple[Phone, ...]]) -> list[str]:
    """The letters of each syllable; joined, all letters."""
    counts = [len(syllables_of(p)) for p in phones]
    total = sum(counts)
    if len(said) > 1 and (slices := walk(letters, [s.word for s in said])):
        return [text for piece, p in zip(slices, phones, strict=True) for text in share_one(piece, p)]
    if len(said) == 1 and not any(c.isdigit() for c in letters) and like(letters, said[0].word):
        return share_one(letters, phones[0])
    if not letters.isascii() and len(letters) >= total and not any(c.isdigit() for c in letters):
        cuts = [round(i * len(letters) / total) for i in range(total + 1)]
        return [letters[a:b] for a, b in pairwise(cuts)]
    if letters.replace("'", "").isalpha() and len(letters) >= total + 2:
        return (
            [s.text for s in lettered(letters, tuple(p for group in phones for p in group))]
            if len(said) == 1
            else [letters, *[""] * (total - 1)]
        )
    return [letters, *[""] * (total - 1)]


def like(letters: str, word: str) -> bool:
    """Whether the letters spell the spoken word, give or take repeats and accents."""
    plain = re.sub(r"(.)\1+", r"\1", re.sub(r"[^a-z]", "", tables.latin(letters).lower()))
    return plain.rstrip("g") == re.sub(r"(.)\1+", r"\1", re.sub(r"[^a-z]", "", tables.latin(word).lower())).rstrip("g")


def share_one(letters: str, phones: tuple[Phone, ...]) -> list[str]:
    """One spoken word's letters over its syllables."""
    count = len(syllables_of(phones))
    if len(letters) < count:
        return [letters, *[""] * (count - 1)]
    base = "".join(unicodedata.normalize("NFD", c)[0] for c in letters)
    if base.isascii():
        sizes = [len(s.text) for s in lettered(base, phones)]
    else:
        sizes = [round((i + 1) * len(letters) / count) - round(i * len(letters) / count) for i in range(count)]
    at, out = 0, []
    for size in sizes:
        out.append(letters[at : at + size])
        at += size
    return out


def walk(letters: str, words: list[str]) -> list[str]:
    """`U.S.A` along U, S, A → `U.`, `S.`, `A`; () when the letters are not those words."""
    at, out = 0, []
    for word in words:
        begin = at
        for letter in word.lower():
            while at < len(letters) and not letters[at].isalnum():
                at += 1
            if at >= len(letters) or letters[at].lower() != letter:
                return []
            at += 1
        while at < len(letters) and not letters[at].isalnum():
            at += 1
        out.append(letters[begin:at])
    return out if at == len(letters) else []
