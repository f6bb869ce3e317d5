"""Languages that are written in Latin letters, read by espeak-ng, in the nearest English sounds.

Syllables are counted as the language counts them: where espeak-ng writes two vowels, Spanish, Italian and Portuguese glide
from a weak one (`siete`, `aura`), French glides unless two consonants come before (`bien`, but `cri-er`) and sings the mute
*e* of `arbre`; German keeps them apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from troubadour.words.languages import espeak
from troubadour.words.languages.reading import Reading, Sounds, in_english, words_of
from troubadour.words.phones import CONSONANTS, VOWELS, Phone
from troubadour.words.value import Word

# The nearest sound of the singer's alphabet; two signs for what English says as two.
SOUNDS = {
    "a": "ɑ", "e": "ɛ", "o": "ɔ", "y": "u", "ɯ": "u", "ø": "ɜ", "œ": "ɜ", "ɨ": "ɪ", "ɤ": "ʌ", "ɐ": "ə", "ɵ": "ʊ", "ʉ": "u", "ɘ": "ə",
    "r": "ɹ", "ʁ": "ɹ", "ɻ": "ɹ", "ʀ": "ɹ", "ɽ": "ɹ", "ɾ": "ɹ", "g": "ɡ", "ɲ": "nj", "ʎ": "j", "ʝ": "j", "β": "b", "ɣ": "ɡ", "x": "h",
    "χ": "h", "ħ": "h", "ɦ": "h", "ç": "ʃ", "ɕ": "ʃ", "ʂ": "ʃ", "ʐ": "ʒ", "ʑ": "ʒ", "ɸ": "f", "ɥ": "w", "ʋ": "v", "ɱ": "m", "ɳ": "n",
    "ɴ": "ŋ", "c": "k", "ɟ": "ɡ", "ʈ": "t", "ɖ": "d", "ɭ": "l", "ɫ": "l", "ʔ": "", "q": "k",
}  # fmt: skip
UNITS = {
    "aɪ": "I", "ai": "I", "aʊ": "W", "au": "W", "ɑʊ": "W", "ɔø": "Y", "ɔɪ": "Y", "ɔy": "Y", "oɪ": "Y", "oi": "Y", "eɪ": "A",
    "ei": "A", "ɛɪ": "A", "oʊ": "O", "ou": "O", "əʊ": "O", "ɐʊ": "W", "tʃ": "ʧ", "dʒ": "ʤ", "ts": "ʦ", "tɕ": "ʧ", "dʑ": "ʤ",
}  # fmt: skip
OWN = {"pt": {"y": "i", "æ": "ə", "ɐ": "ʌ", "ʎ": "lj"}, "it": {"ʎ": "lj"}, "de": {"ɜ": "ə"}}  # where a language differs
FLAPS = frozenset({"es", "it", "pt"})  # a single r between vowels is the flap of water, as it is there
GLIDES = {"es": "both", "it": "both", "pt": "both", "fr": "rising"}
HIGH = {"i": "j", "ɪ": "j", "u": "w", "ʊ": "w"}
FALLING = {("ɑ", "j"): "I", ("ɛ", "j"): "A", ("ɔ", "j"): "Y", ("ɑ", "w"): "W", ("ɔ", "w"): "O"}
FUNCTION = {
    "es": "a al con de del e el en es la las le les lo los me mi mis mas ni no nos o para pero por que se si sin su sus te tu un una y ya yo",
    "de": "aber als am an auf aus bei bin bis da das dem den der des die du ein eine er es für ich ihr im in ist ja man mein mich mir mit nicht noch nur ob sie so sich und uns vom von war was wenn wie wir zu zum zur",
    "fr": "à au aux avec c ce ces comme d dans de des du elle en est et il ils j je l la le les leur lui m ma mais me mes mon n ne nous on ou où par pas pour qu que qui s sa se ses si son sur t ta te tes ton tu un une vous y",
    "it": "a ai al alla c che chi ci con d da dal de dei del della di e ed è gli ho i il in io l la le lo ma mi mia mio ne nel nella non o per più se si sono su sul ti tu tua tuo un una uno vi",
    "pt": "a ao aos as com da das de do dos e ela ele em é eu foi lhe mas me meu minha na nas no nos o os ou para pela pelo por pra que se sem seu sua te teu tu tua um uma",
}  # fmt: skip
SPOKEN_SIGNS = "%&€$£¥+@#°½¼¾"


@dataclass
class Unit:
    """A sound on its way: a vowel (with its stress and whether it is nasal) or a consonant."""

    symbol: str
    vowel: bool
    stress: int = 0
    nasal: bool = False


@lru_cache(maxsize=32)
def pronouncer(code: str, voice: str) -> Callable[[str], tuple[Word, ...]]:
    """The reader of a language by espeak-ng's voice for it."""

    @lru_cache(maxsize=2048)
    def pronounce(text: str) -> tuple[Word, ...]:
        tokens = re.findall(r"\s*\S+\s*", text)
        read = [token.strip() if legible(token) else "" for token in tokens]
        return words_of(text, [reading(*pair, code) for pair in zip(tokens, spoken(voice, read), strict=True)])

    return pronounce


def legible(token: str) -> bool:
    """Whether espeak-ng is to read a token: Latin letters, digits, signs with a name."""
    letters = [c for c in token if c.isalpha()]
    if any("LATIN" not in unicodedata.name(c, "") for c in letters):
        return False
    return bool(letters) or any(c.isdigit() or c in SPOKEN_SIGNS for c in token)


def spoken(voice: str, tokens: list[str]) -> list[tuple[tuple[str, ...], ...]]:
    """The phones of the words of each token: read in one piece where words and tokens agree, for the sake of liaisons."""
    found = espeak.phones(voice, " ".join(t for t in tokens if t))
    if len(found) == sum(bool(t) for t in tokens):
        groups = iter(found)
        return [(next(groups),) if token else () for token in tokens]
    return [espeak.phones(voice, token) if token else () for token in tokens]


def reading(token: str, groups: tuple[tuple[str, ...], ...], code: str) -> Reading:
    """One token with its sounds."""
    if not groups:
        return in_english(token)
    sounds = tuple(sung for group in groups if (sung := sounds_of(group, code)))
    return Reading(token, sounds, content=token.strip().strip(".,;:!?¡¿…\"'«»").lower() not in FUNCTION.get(code, "").split())


def sounds_of(group: tuple[str, ...], code: str) -> Sounds:
    """One word's phones in the singer's alphabet."""
    units: list[Unit] = []
    for written in group:
        units += units_of(written, code)
    units = without_repeats(units)
    if code in GLIDES:
        units = glided(units, code)
    if code == "fr" and len(units) > 2 and units[-1].symbol in "ɹl" and not units[-2].vowel and units[-2].symbol not in "ɹljw":
        units.append(Unit("ə", True))  # arbre, table: the mute e is sung
    phones: list[Phone] = []
    for i, unit in enumerate(units):
        between = 0 < i < len(units) - 1 and units[i - 1].vowel and units[i + 1].vowel
        symbol = "T" if unit.symbol == "ɾ" and between else "ɹ" if unit.symbol == "ɾ" else unit.symbol
        phones.append(Phone(symbol, unit.stress))
        if unit.nasal and not (i < len(units) - 1 and units[i + 1].symbol in "mnŋ"):
            phones.append(Phone("ŋ" if i == len(units) - 1 else "n"))
    return tuple(p for p in phones if p.symbol in VOWELS or p.symbol in CONSONANTS)


def units_of(written: str, code: str) -> list[Unit]:
    """espeak's `ˈaɪ`, `kː`, `ɐ̃ʊ̃` as units; [Unit("", …)] for the gap between two vowels that do not glide."""
    stress = 2 if "ˈ" in written else 1 if "ˌ" in written else 0
    plain = unicodedata.normalize("NFD", written).replace("c\u0327", "ç")
    nasal = "\u0303" in plain
    signs = "".join(c for c in plain if c.isalpha() and not unicodedata.category(c).startswith(("M", "Lm")) and c not in "ːʲʰ")
    own = OWN.get(code, {})
    if signs in UNITS:
        symbol = UNITS[signs]
        return [Unit(symbol, symbol in VOWELS, stress, nasal)]
    if not signs:
        return [Unit("", False)] if not written else []
    units = []
    for sign in signs:
        if sign == "ɾ" and code in FLAPS:
            units.append(Unit("ɾ", False))
            continue
        for symbol in own.get(sign, SOUNDS.get(sign, sign)):
            vowel = symbol in VOWELS
            units.append(Unit(symbol, vowel, stress if vowel else 0, nasal and vowel))
            stress = 0 if vowel else stress
    return units


def without_repeats(units: list[Unit]) -> list[Unit]:
    """Long consonants once."""
    return [u for i, u in enumerate(units) if i == 0 or u.vowel or not u.symbol or u.symbol != units[i - 1].symbol]


def glided(units: list[Unit], code: str) -> list[Unit]:
    """Weak i and u beside another vowel become glides; a gap (`vací-a`) keeps two vowels apart."""
    out: list[Unit] = []
    for i, unit in enumerate(units):
        following = units[i + 1] if i + 1 < len(units) else None
        weak = unit.vowel and unit.symbol in HIGH and not unit.stress and not unit.nasal
        heavy = len(out) > 1 and not out[-1].vowel and not out[-2].vowel and out[-1].symbol in "ɹl" and out[-2].symbol
        if weak and following is not None and following.vowel and not heavy:
            out.append(Unit(HIGH[unit.symbol], False))
        elif weak and out and out[-1].vowel and GLIDES[code] == "both":
            glide = HIGH[unit.symbol]
            joined = FALLING.get((out[-1].symbol, glide))
            if joined:
                out[-1].symbol = joined
            else:
                out.append(Unit(glide, False))
        else:
            out.append(unit)
    return [u for u in out if u.symbol]
