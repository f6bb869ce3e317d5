"""How well each language is understood, sung: `python -m benchmarks.languages [code …]`.

Judge: pocketsphinx's English phone loop (`allphone`), which hears phones, not words. Phone errors: edits between what it hears and
the line's own sounds (espeak-ng's IPA; for Japanese and Mandarin the reader's), each of which may be heard as any of its
nearest English phones; 0 is never reached, English itself is the measure. *Chance*: the same sound against the next line's sounds.
The judge hears whether the right kind of sound comes; it cannot hear an accent, and favours English-coloured sounds. Some 150
phones a language and voice: differences under 0.06 mean nothing.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import pocketsphinx

from benchmarks import _recogniser as judge
from benchmarks.voice import AFTER_S, BEFORE_S, sung_plainly
from troubadour.stems.sing import sing
from troubadour.stems.sing.timeline import performed, timed
from troubadour.words.languages import LANGUAGES, Language, espeak, reader
from troubadour.words.value import Word

VOICES = ("linnea", "rowan")
STEP, BPM = 240, 100.0
LINES = {
    "en": ("the river carries all my letters home", "a silver moon is hanging in the trees", "we danced until the morning found the door",
           "I hear the summer calling from the hill", "and every window keeps a little light"),
    "es": ("el viento canta sobre la montaña", "mi corazón te busca por la calle", "la luna llena baila con el mar",
           "mañana vuelvo a casa con las flores", "no digas nada, dame la mano"),
    "de": ("der Wind erzählt von einem fernen Land", "mein Herz ist eine offene Tür", "wir tanzen durch die warme Sommernacht",
           "ich höre deine Stimme über dem Fluss", "und morgen scheint die Sonne wieder"),
    "fr": ("je marche seule dans la nuit", "la pluie dessine ton visage", "nous avons perdu le chemin du jardin",
           "tes yeux sont bleus comme la mer", "et le matin revient toujours"),
    "it": ("il vento porta via le parole", "la luna dorme sopra il mare", "domani torno a casa da te",
           "le strade sono piene di stelle", "non dire niente, dammi la mano"),
    "pt": ("a noite cai devagar sobre o mar", "meu coração procura o teu", "o vento leva as folhas do jardim",
           "amanhã eu volto para casa", "canta comigo mais uma vez"),
    "ja": ("夜の海で歌う", "春の風が花を運ぶ", "あなたの声が聞こえる", "窓の外に星が光る", "明日また会いましょう"),
    "zh": ("月亮照在河上", "春天的风吹过我的窗", "我听见你的声音", "明天我们一起回家", "请给我唱一首歌"),
}  # fmt: skip

# The English phones that each sound may be heard as, nearest first: of the singer's alphabet, and of IPA as espeak-ng writes it.
NEAREST = {
    "AA AO AH": "a ɑ ɒ ä ɐ̃ ɑ̃", "AE EH AA": "æ", "EH EY AE IH": "e ɛ e̞ ɛ̃", "EY EH IH": "A eɪ ei ɛɪ", "IY IH": "i y ʏ", "IH IY EH": "ɪ ᵻ ɨ",
    "OW AO UH AA": "o ɔ o̞ ɔ̃ õ", "OW AO": "O Q oʊ ou əʊ", "UW UH OW": "u ʊ ɯ ɯᵝ ʉ", "AH ER IH UH EH": "ə ɐ ʌ ᵊ ɚ ɵ ɤ ɘ", "ER UH EH AO": "ø œ ɜ œ̃",
    "AY": "I aɪ ai", "AW AO": "W aʊ au", "OY": "Y ɔø ɔɪ ɔy oɪ oi", "P B": "p", "B P V": "b β", "T D": "t", "D T DH": "d T", "K G": "k c q",
    "G K": "ɡ g ɣ ɟ", "F V": "f ɸ", "V F B W": "v ʋ", "TH F S T": "θ", "DH D TH V": "ð", "S Z": "s", "Z S": "z", "SH CH S ZH": "ʃ ɕ ʂ ç",
    "ZH JH SH Z": "ʒ ʑ ʐ", "CH SH T JH": "ʧ tʃ tɕ ʈʂ", "JH ZH D CH": "ʤ dʒ dʑ", "T S Z": "ʦ ts dz", "HH K F": "h x χ ɦ", "M N": "m ɱ", "N M NG": "n ɳ",
    "NG N": "ŋ ɴ", "N Y NG": "ɲ", "L W": "l ɫ ɭ", "Y L": "ʎ", "R ER L D DH": "ɹ r ɾ ʁ ɻ ʀ ɽ", "W V UW": "w ɥ", "Y IY JH": "j ʝ",
}  # fmt: skip
HEARD_AS = {sound: frozenset(phones.split()) for phones, sounds in NEAREST.items() for sound in sounds.split()}
SILENT = frozenset({"SIL", "+NSN+", "+SPN+", "+BREATH+"})

LETTERS = frozenset("AIOQWYTᵊ")  # of the singer's alphabet; espeak-ng's own stress, length and tone are none

Sounds = tuple[frozenset[str], ...]


def expected(language: Language, text: str, words: tuple[Word, ...]) -> Sounds:
    """What should be heard, sound by sound."""
    if language.engine == "espeak":
        written = [sign for word in espeak.phones(language.voice, text) for sign in word]
    else:
        written = [sign for word in words for s in word.syllables for sign in (*s.onset, s.nucleus, *s.coda)]
    return tuple(known for sign in written if (known := heard_as(sign)))


def heard_as(sign: str) -> frozenset[str]:
    """The phones of a sign without its stress, length and tone; none for what is not a sound. Raises KeyError for an unknown one."""
    bare = "".join(
        c for c in unicodedata.normalize("NFC", sign) if unicodedata.category(c) in ("Ll", "Lo", "Mn") or c in LETTERS
    )
    if not bare or bare in ("en", "fr", "de", "it", "es", "pt"):
        return frozenset()
    known = HEARD_AS.get(bare) or HEARD_AS.get(
        "".join(c for c in unicodedata.normalize("NFD", bare) if not unicodedata.combining(c))
    )
    if known is None and len(bare) > 1:  # espeak-ng writes some diphthongs as one
        known = HEARD_AS.get(bare[0])
    return HEARD_AS[bare] if known is None else known


@lru_cache(maxsize=1)
def loop() -> pocketsphinx.Decoder:
    """The recogniser that hears any phone after any other."""
    return judge.decoder(lm=None, allphone=f"{judge.MODEL}/en-us-phone.lm.bin", lw=2.0, beam=1e-20, pbeam=1e-20)


def heard(raw: bytes) -> list[str]:
    """The phones that are heard."""
    judge.listen(loop(), raw)
    return [segment.word for segment in loop().seg() if segment.word not in SILENT]


def errors(wanted: Sounds, got: Sequence[str]) -> int:
    """Levenshtein distance in phones."""
    row = list(range(len(got) + 1))
    for i, allowed in enumerate(wanted, 1):
        last, row = row, [i]
        for j, phone in enumerate(got, 1):
            row.append(min(row[-1] + 1, last[j] + 1, last[j - 1] + (phone not in allowed)))
    return row[-1]


def judged(code: str, voice: str) -> tuple[float, float]:
    """Phone errors of a language sung by a voice, and those that chance would give."""
    language, lines = LANGUAGES[code], LINES[code]
    read = [reader(language)(text) for text in lines]
    score = sung_plainly(voice, read, STEP, BPM)
    dry = sing(score.sung[0], score).dry
    wanted = [expected(language, text, words) for text, words in zip(lines, read, strict=True)]
    found = []
    for line in score.sung[0].lines:
        frame, notes = performed(line, score)
        begin = max(0, frame + round((timed(line, score).sounds[0].start_s - BEFORE_S) * 44100))
        found.append(heard(judge.pcm(dry[begin : frame + int((notes[-1].end_s + AFTER_S) * 44100)])))
    others = [*wanted[1:], wanted[0]]
    right = sum(errors(w, g) for w, g in zip(wanted, found, strict=True)) / sum(map(len, wanted))
    chance = sum(errors(w, g) for w, g in zip(others, found, strict=True)) / sum(map(len, others))
    return round(right, 2), round(chance, 2)


def main() -> None:
    """Prints a table."""
    for code in [c for c in sys.argv[1:] if c in LINES] or LINES:
        rows = [judged(code, voice) for voice in VOICES]
        told = ", ".join(
            f"{voice} {right:.2f} (chance {by_chance:.2f})" for voice, (right, by_chance) in zip(VOICES, rows, strict=True)
        )
        print(f"{LANGUAGES[code].name:11} phone errors {sum(right for right, _ in rows) / len(rows):.2f}: {told}", flush=True)


if __name__ == "__main__":
    main()
