"""The sounds of the singer's alphabet, how they form syllables, and how letters share them.

The alphabet is misaki's (hexgrad, Apache-2.0), which hibari speaks: IPA for American English with `A I O W Y` for the
diphthongs of *bay, buy, go, cow, boy*, `ʧ ʤ` for the affricates, `T` for the flap of *water* and `ᵊ ᵻ` for weak vowels.
A written-out pronunciation sets `ˈ` or `ˌ` right before the vowel it stresses: `wˈɔkɪŋ`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from troubadour.words.value import Syllable

DIPHTHONGS = frozenset("AIOQWY")
VOWELS = frozenset("AIOQWYaeiouæɑɐɒɔəɚɛɜɪʊʌᵻᵊ")
UNVOICED = frozenset("ptkfθsʃʧhʦ")
SONORANTS = frozenset("mnŋlɹwj")
CONSONANTS = frozenset("bdfhjklmnpstvwzðŋɡɹʃʒʤʧθTʦ")
ALPHABET = VOWELS | CONSONANTS
STRESS = {"ˈ": 2, "ˌ": 1}
MARKS = {2: "ˈ", 1: "ˌ", 0: ""}

# What may open an English syllable, besides a single consonant (never ŋ); three consonants are s + stop + one of these.
LEGAL = """
pl pɹ pj tɹ tw tj kl kɹ kw kj bl bɹ bj dɹ dw ɡl ɡɹ ɡw ɡj fl fɹ fj θɹ θw ʃɹ sp st sk sm sn sl sw sf vj mj hj
spl spɹ spj stɹ skɹ skw skj skl
"""
ONSETS = frozenset(LEGAL.split())

# A syllable may hum or hiss when there is no vowel to sing.
HUMMED = "mnlɹŋzvʒðsʃfθ"


@dataclass(frozen=True)
class Phone:
    """One sound. `stress` as in Syllable; `dropped`: written but not sung (the second e of *every*)."""

    symbol: str
    stress: int = 0
    dropped: bool = False


def phones_of(written: str) -> tuple[Phone, ...]:
    """`wˈɔkɪŋ` as phones. Signs outside the alphabet are skipped."""
    phones, stress = [], 0
    for sign in written:
        if sign in STRESS:
            stress = STRESS[sign]
        elif sign in VOWELS:
            phones.append(Phone(sign, stress))
            stress = 0
        elif sign in CONSONANTS:
            phones.append(Phone(sign))
    return with_nucleus(tuple(phones))


def with_nucleus(phones: tuple[Phone, ...]) -> tuple[Phone, ...]:
    """The same sounds with a weak vowel before a closing n, l, m or v that no vowel carries: `bʌtn` → `bʌtᵊn`."""
    if len(phones) < 2 or not any(p.symbol in VOWELS for p in phones):
        return phones
    last, before = phones[-1].symbol, phones[-2].symbol
    if last in "nlmv" and before in CONSONANTS and before not in SONORANTS:
        return (*phones[:-1], Phone("ᵊ"), phones[-1])
    return phones


def written_of(syllables: tuple[Syllable, ...]) -> str:
    """The pronunciation that the syllables came from: the inverse of `phones_of` followed by `syllables_of`."""
    return "".join(s.onset + MARKS[s.stress] + s.nucleus + s.coda for s in syllables)


def nuclei(symbols: list[str]) -> list[int]:
    """Where the syllables' hearts are: the vowels, or the one sound that can be held when there is none."""
    found = [i for i, symbol in enumerate(symbols) if symbol in VOWELS]
    if found or not symbols:
        return found
    return [min(range(len(symbols)), key=lambda i: (HUMMED + symbols[i]).index(symbols[i]))]


def onset_size(between: list[str]) -> int:
    """How many of the consonants between two vowels open the second syllable: as many as English allows."""
    if len(between) >= 3 and "".join(between[-3:]) in ONSETS:
        return 3
    if len(between) >= 2 and "".join(between[-2:]) in ONSETS:
        return 2
    return 1 if between and between[-1] != "ŋ" else 0


def starts_of(symbols: list[str]) -> list[int]:
    """The index at which each syllable begins."""
    hearts = nuclei(symbols)
    return [0, *(right - onset_size(symbols[left + 1 : right]) for left, right in pairwise(hearts))]


def syllables_of(phones: tuple[Phone, ...]) -> tuple[Syllable, ...]:
    """Sounds grouped into syllables, without letters yet: maximal legal onsets inside the word."""
    sung = [p for p in phones if not p.dropped]
    symbols = [p.symbol for p in sung]
    hearts, starts = nuclei(symbols), starts_of(symbols)
    return tuple(
        Syllable("", "".join(symbols[a:heart]), symbols[heart], "".join(symbols[heart + 1 : b]), sung[heart].stress)
        for heart, a, b in zip(hearts, starts, [*starts[1:], len(symbols)], strict=True)
    )


# ---- letters ---------------------------------------------------------------------------------------------------------

VOWEL_LETTERS = frozenset("aeiouy")
# The sounds that a consonant letter may stand for.
LETTER_SOUNDS = {
    "b": "b", "c": "kszʃʧ", "d": "dTtʤ", "f": "fv", "g": "ɡʤʒŋ", "h": "h", "j": "ʤjhʒ", "k": "k", "l": "l", "m": "m", "n": "nŋ",
    "p": "pf", "q": "k", "r": "ɹ", "s": "szʃʒ", "t": "tTʃʧθðd", "v": "vf", "w": "wv", "x": "kzɡs", "z": "zsʒt",
    "y": "j", "u": "wj", "o": "w", "i": "j", "e": "j",
}  # fmt: skip
SILENT_COST = {"e": 0.35, "h": 0.3, "g": 0.5, "k": 0.6, "w": 0.5, "'": 0.0}


def match_cost(letter: str, symbol: str) -> float:
    """How badly a letter stands for a sound: 0 well, 3 not at all."""
    if letter in VOWEL_LETTERS and symbol in VOWELS:
        return 0.25 if letter == "e" and symbol not in "əᵊɛiɪAᵻɜ" else 0.0
    return 0.1 if symbol in LETTER_SOUNDS.get(letter, "") else 3.0


def letter_starts(letters: str, phones: tuple[Phone, ...]) -> list[int]:
    """For every phone, the index of the letter it begins at: the cheapest monotone alignment.

    A letter may be silent, stand for one sound or for two (`x`), and a sound may have no letter of its own.
    """
    n, m = len(letters), len(phones)
    cost = [[float("inf")] * (m + 1) for _ in range(n + 1)]
    step: list[list[str]] = [[""] * (m + 1) for _ in range(n + 1)]
    cost[0][0] = 0.0
    for i in range(n + 1):
        for j in range(m + 1):
            ways = []
            if i and j:
                ways.append((cost[i - 1][j - 1] + match_cost(letters[i - 1], phones[j - 1].symbol), "both"))
            if i:
                ways.append((cost[i - 1][j] + SILENT_COST.get(letters[i - 1], 0.8), "letter"))
            if j:
                ways.append((cost[i][j - 1] + (0.7 if i and letters[i - 1] in "xumn" else 1.2), "phone"))
            if ways:
                cost[i][j], step[i][j] = min(ways)
    starts, i, j = [0] * m, n, m
    while i or j:
        way = step[i][j]
        if way != "letter":
            j -= 1
        if way != "phone":
            i -= 1
        if way != "letter":
            starts[j] = i
    return starts


def lettered(letters: str, phones: tuple[Phone, ...]) -> tuple[Syllable, ...]:
    """The syllables of a word with its letters shared among them; further syllables than letters get none."""
    bare = syllables_of(phones)
    if len(letters) < len(bare):
        return tuple(replace(s, text=letters[i : i + 1]) for i, s in enumerate(bare))
    first_phones = starts_of([p.symbol for p in phones if not p.dropped])
    starts = letter_starts(letters.lower(), phones)
    sung = [k for k, p in enumerate(phones) if not p.dropped]
    cuts = [0]
    for index in first_phones[1:]:
        phone = sung[index]
        while phone and phones[phone - 1].dropped:  # the letters of an unsung vowel go with what follows: ev-ery
            phone -= 1
        cut = starts[phone]
        if letters[cut - 1 : cut + 1] in DOUBLED and cut + 1 < len(letters):
            pass
        elif letters[cut : cut + 2].lower() in DOUBLED and letters[cut : cut + 1].isalpha() and cut > cuts[-1]:
            cut += 1
        cuts.append(cut)
    cuts = spread(cuts, len(letters))
    return tuple(replace(s, text=letters[a:b]) for s, a, b in zip(bare, cuts, [*cuts[1:], len(letters)], strict=True))


DOUBLED = frozenset(c + c for c in "bcdfglmnprstvz")


def spread(cuts: list[int], length: int) -> list[int]:
    """The same cuts moved as little as is needed to leave every syllable a letter."""
    out = [0]
    for cut in cuts[1:]:
        out.append(max(cut, out[-1] + 1))
    limit = length
    for i in range(len(out) - 1, 0, -1):
        limit = min(out[i], limit - 1)
        out[i] = limit
    return out
