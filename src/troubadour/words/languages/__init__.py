"""Which languages are sung, and who reads them: `reader(code)` gives the words of a line with the syllables that are sung.

English is the voices' own. All others are read by their own rules, counted by their own syllables, and sung with the nearest
English sounds: an accent, which every answer says with its measure (`Language.remark`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from troubadour.errors import BadRequest
from troubadour.words.value import Word

Pronounce = Callable[[str], tuple[Word, ...]]


@dataclass(frozen=True)
class Language:
    """A language that can be sung. `engine`: who reads it; `voice`: espeak-ng's name for it; `names`: what callers write;
    `phone_errors`: the part of its sounds that a recogniser of English phones misses (`benchmarks/languages.py`), None: not measured."""

    code: str
    name: str
    engine: str
    names: str
    voice: str = ""
    phone_errors: float | None = None

    @property
    def remark(self) -> str:
        """What an answer says about a language that is not the voices' own."""
        if self.engine == "english":
            return f"sung in {self.name}"
        accented = f"sung in {self.name} with an English accent"
        if self.phone_errors is None:
            return f"{accented}, how strong was not measured"
        return f"{accented}: a recogniser misses {self.phone_errors:.0%} of its sounds, of English {LANGUAGES['en'].phone_errors:.0%}"


TABLE = (
    Language("en", "English", "english", "english en-us en-gb en-au eng", phone_errors=0.35),
    Language(
        "zh",
        "Mandarin",
        "mandarin",
        "mandarin chinese zh-cn zh-tw zh-hans zh-hant zho cmn 中文 普通话 国语 汉语 putonghua",
        phone_errors=0.34,
    ),
    Language("ja", "Japanese", "japanese", "japanese ja-jp jpn jp 日本語", phone_errors=0.42),
    Language("es", "Spanish", "espeak", "spanish es-es es-mx es-419 spa español espanol castellano", "es-419", 0.45),
    Language("de", "German", "espeak", "german de-de de-at de-ch deu deutsch", "de", 0.34),
    Language("fr", "French", "espeak", "french fr-fr fr-ca fra français francais", "fr", 0.41),
    Language("it", "Italian", "espeak", "italian it-it ita italiano", "it", 0.38),
    Language("pt", "Portuguese", "espeak", "portuguese pt-br pt-pt por português portugues brazilian", "pt-br", 0.41),
)
LANGUAGES = {language.code: language for language in TABLE}
NAMES = {name: language.code for language in TABLE for name in (language.code, *language.names.split())}
KANA, HAN = re.compile(r"[\u3040-\u30ff]"), re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def language_named(wish: str | None, nearest: bool = False) -> Language | None:
    """The language of a wish (`es`, `pt-BR`, `Japanese`); None where there is no wish.

    Raises BadRequest for a language that no voice sings, unless the `nearest` way of singing it will do.
    """
    from troubadour.words.languages import espeak

    wished = (wish or "").strip().lower().replace("_", "-")
    if wished in ("", "auto"):
        return None
    if wished in NAMES:
        return LANGUAGES[NAMES[wished]]
    if nearest:
        voice = wished if espeak.knows(wished) else ""
        return Language(wished[:20], f"“{wished[:20]}”", "espeak" if voice else "english", "", voice)
    known = ", ".join(f"{language.code} ({language.name})" for language in TABLE)
    raise BadRequest(
        f"no voice sings the language {(wish or '')[:20]!r}: choose one of {known}, or allow the nearest voice to sing it"
    )


def language_of(text: str) -> Language:
    """The language that the script of some lyrics shows: Japanese by its kana, Mandarin by its characters, else English."""
    signs = Counter("kana" if KANA.match(c) else "han" if HAN.match(c) else "letter" for c in text if c.isalpha())
    if signs["kana"] + signs["han"] <= 0.3 * signs.total():
        return LANGUAGES["en"]
    return LANGUAGES["ja" if signs["kana"] > 0.1 * signs["han"] else "zh"]


def reader(language: Language) -> Pronounce:
    """What reads the lines of a language."""
    if language.engine == "mandarin":
        from troubadour.words.languages.mandarin import pronounce

        return pronounce
    if language.engine == "japanese":
        from troubadour.words.languages.japanese import pronounce

        return pronounce
    if language.engine == "espeak":
        from troubadour.words.languages.european import pronouncer

        return pronouncer(language.code, language.voice)
    from troubadour.words.pronounce import pronounce

    return pronounce
