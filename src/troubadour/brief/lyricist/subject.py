"""What a description is about: its images (noun phrases), what is being done in it, and what a title could be.

Words that speak of the music ("slow", "piano", "female vocals") are taken out first. What stays is tagged by part of
speech, so that `my grandmother's red bicycle` becomes one image with its own article, and `losing my job` something that
can be sung as "doing".
"""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from troubadour.brief.exact import figures
from troubadour.brief.lyricist.sounds import is_english, syllables
from troubadour.brief.prompt import scan_text, tokens
from troubadour.brief.vocabulary import MUSICAL, word_set

LONGEST_IMAGE_SYLLABLES = 5  # with its article: half a line
LONGEST_HOOK_SYLLABLES = 7
LONGEST_DOING_SYLLABLES = 6
NEGATIONS = ("never", "not", "no", "without", "stop")  # what is not done is no doing
LEADING = ("in", "on", "at", "by", "under")  # prepositions that a place of the description keeps

_ABOUT = re.compile(
    r"\b(?:about|dedicated to|telling of|on the subject of|describing|ode to|tribute to|the story of)\s+", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“”‘]([^\"“”’]{3,40})[\"“”’]|(?:called|titled|named)\s+([A-Z][^,.;]{2,40})")
_WORD = re.compile(r"'s\b|[^\W_]+(?:[-'’](?!s\b)[^\W_]+)*|[,.;:!?]")
_HYPHEN = re.compile(r"(?<=[a-z]{3})-(?=[a-z]{3})")
_CLAUSE = re.compile(r"(?:how|why|when|where|what|if|i|you|we)\b", re.IGNORECASE)
_SMALL = word_set("title_small")
_EMPTY = word_set("no_picture")
_VAGUE = word_set("vague")
_DANGLING = word_set("weak_end")

Tagged = Sequence[tuple[str, str]]  # (word, Penn Treebank tag)


@dataclass(frozen=True)
class Image:
    """A noun phrase: as it stands in a sentence (`the red bicycle`), bare (`red bicycle`), and what it is."""

    text: str
    bare: str
    kind: str  # thing, place, person (or animal), name, time
    where: str = ""  # with a preposition: `in the city`
    full: str = ""  # bare, with all its adjectives: for a title


@dataclass(frozen=True)
class Hook:
    """What a title could be, and how it stands in a line: kind is noun, doing or free."""

    title: str
    kind: str
    phrase: str  # in a sentence: "red bicycle"
    the: str = ""  # with its article: "the red bicycle"


@dataclass(frozen=True)
class Subject:
    """Everything of a description that can be sung about."""

    images: tuple[Image, ...]
    doings: tuple[str, ...]  # "losing my job"
    hooks: tuple[Hook, ...]
    words: tuple[str, ...]  # all its words that matter, lower case


def understand(description: str, title: str = "") -> Subject:
    """What can be sung about in a description. `title`: a hook that was chosen already."""
    text = _HYPHEN.sub(" ", _core(description))
    tagged = _tagged(text)
    doings = _doings(tagged)
    images = _images(tagged, prose=bool(_ABOUT.search(description)))
    apart = [image for image in images if not any(f" {image.text}" in f" {doing}" for doing in doings)]
    images = apart or ([] if doings else images)
    tangible = [image for image in images if image.kind != "time"]
    images = tangible or images
    quoted = [part.strip() for match in _QUOTED.findall(description) for part in match if part.strip()]
    hooks = [Hook(titled(part), "free", part) for part in ([title] if title else quoted)] or _hooks(text, images, doings)
    matters = (word.lower() for word, tag in tagged if tag[:2] in ("NN", "VB", "JJ") and len(word) > 2)
    return Subject(tuple(images), tuple(doings), tuple(hooks), tuple(dict.fromkeys(w for w in matters if w not in _EMPTY)))


def titled(text: str) -> str:
    """Words as a title: small ones stay small, except the first and the last."""
    words = text.split()
    last = len(words) - 1
    return " ".join(w if w in _SMALL and 0 < i < last else w[:1].upper() + w[1:] for i, w in enumerate(words))


def matter(description: str) -> frozenset[str]:
    """Lower-case words of a description with their simple singulars, to compare with theme fields."""
    words = {word for word in tokens(description) if word != "," and word not in word_set("stop")}
    return frozenset(words | {word[:-1] for word in words if word.endswith("s") and len(word) > 3})


# ---- the text that matters -------------------------------------------------------------------------------------------


def _core(description: str) -> str:
    """The description without figures and without words that speak of the music."""
    text, _ = figures(_QUOTED.sub(" ", description))
    about = list(_ABOUT.finditer(text))
    if about:
        clause = text[about[-1].end() :]
        openers = _musical_openers(clause)
        ends = r"[.;!?]" + (r"|,\s*(?:" + "|".join(openers) + r")\b" if openers else "")
        return re.split(ends, clause, maxsplit=1)[0]
    hits = scan_text(text).hits
    gone = [hit.words for hit in hits if hit.negated or hit.meaning.blend or hit.meaning.group in (*MUSICAL, "mood")]
    for words in sorted(gone, key=len, reverse=True):
        pattern = r"\b" + r"[\W_]{1,2}".join(re.escape(part) for part in words.split()) + r"\b"
        text = re.sub(pattern, ",", text, flags=re.IGNORECASE)
    return re.sub(r"\b(?:no|without|not|with|featuring)\b", ",", text, flags=re.IGNORECASE)


def _musical_openers(clause: str) -> list[str]:
    """First words of what stands after a comma in the clause and speaks of music again (`…, slow piano`)."""
    openers = []
    for part in clause.split(",")[1:]:
        found = tokens(part)
        if found and any(hit.meaning.group in MUSICAL or hit.meaning.blend for hit in scan_text(part).hits):
            openers.append(re.escape(found[0]))
    return openers


@cache
def _tagger() -> Any:
    """hibari's part-of-speech tagger."""
    from hibari.g2p.tagger import Tagger

    return Tagger(json.loads(gzip.decompress((files("hibari") / "assets/tagger.json.gz").read_bytes())))


def _tagged(text: str) -> list[tuple[str, str]]:
    words = _WORD.findall(re.sub(r"['’]s\b", " 's", text.replace("’", "'")))
    tags = list(_tagger()(words)) if words else []
    for i, word in enumerate(words):
        following = tags[i + 1] if i + 1 < len(tags) else ""
        if word.endswith("ing") and len(word) > 4 and tags[i] == "NN" and following in ("TO", "RP", "PRP$", "DT", "IN"):
            tags[i] = "VBG"
        if word in ",.;:!?":
            tags[i] = ","
    return list(zip(words, tags, strict=True))


# ---- images ----------------------------------------------------------------------------------------------------------


@cache
def _kinds() -> tuple[frozenset[str], frozenset[str], dict[str, str], frozenset[str]]:
    """Nouns without an article; nouns that are somebody; places and the preposition that leads there; times."""
    nouns = tomllib.loads((files("troubadour.brief") / "tables/nouns.toml").read_text("utf-8"))
    places = {word: preposition for preposition, words in reversed(nouns["place"].items()) for word in words.split()}
    people = frozenset((nouns["person"] + nouns["animal"]).split())
    return frozenset(nouns["bare"].split()), people, places, frozenset(nouns["time"].split())


def _images(tagged: Tagged, prose: bool) -> list[Image]:
    """Noun phrases in the order in which they stand. `prose`: a noun without an article was meant so (`about treasure`)."""
    images: list[Image] = []
    i = 0
    while i < len(tagged):
        end = i
        while end < len(tagged) and _in_phrase(tagged, end):
            end += 1
        phrase = tagged[i:end]
        while phrase and phrase[-1][1][:2] != "NN":
            phrase = phrase[:-1]
        while phrase and phrase[0][1] == "POS":
            phrase = phrase[1:]
        in_love = bool(phrase) and phrase[-1][0].lower() == "love" and i > 0 and tagged[i - 1][0].lower() == "in"
        vague = len(phrase) == 1 and phrase[0][0].lower() in _VAGUE
        if phrase and phrase[-1][0].lower() not in _EMPTY and not in_love and not vague:
            found = _image(phrase, [(word.lower(), tag) for word, tag in tagged[max(0, i - 2) : i]])
            bare = prose and len(phrase) == 1 and phrase[0][1] == "NN" and (i == 0 or tagged[i - 1][1] in ("IN", "CC", ","))
            images += [replace(found[0], text=found[0].bare)] if bare and found[0].kind == "thing" else found
        i = max(end, i + 1)
    return list({image.text.lower(): image for image in images}.values())


def _in_phrase(tagged: Tagged, i: int) -> bool:
    tag = tagged[i][1]
    return tag in ("NN", "NNS", "NNP", "NNPS", "POS", "CD") or tag[:2] == "JJ" or _participle(tagged, i)


def _participle(tagged: Tagged, i: int) -> bool:
    """`broken heart`, `the falling leaves`: a verb form that stands before a noun like an adjective."""
    tag = tagged[i][1]
    following = tagged[i + 1][1] if i + 1 < len(tagged) else ""
    before = tagged[i - 1][1] if i else ""
    return tag in ("VBN", "VBG") and following in ("NN", "NNS") and (tag == "VBN" or before in ("DT", "PRP$", "JJ"))


def _image(phrase: Tagged, before: Tagged) -> list[Image]:
    """A phrase with the article that suits it; an owner in it (`my grandmother's bicycle`) is an image too."""
    full = _joined(phrase)
    possessive = next((n for n, (_, tag) in enumerate(phrase) if tag == "POS"), 0)
    if possessive and syllables(_joined(phrase)) + 1 > LONGEST_IMAGE_SYLLABLES:
        things, owners = _image(phrase[possessive + 1 :], ()), _image(phrase[:possessive], before)
        owned = f"{before[-1][0]} {full}" if before and before[-1][1] == "PRP$" else full
        return [replace(things[0], full=owned), *things[1:], *owners]
    owner = before[-1][0] if before and before[-1][1] == "PRP$" else ""
    while len(phrase) > 1 and syllables(_joined(phrase)) + 1 > LONGEST_IMAGE_SYLLABLES:
        phrase = phrase[1:]
    bare = _joined(phrase)
    text = f"{owner} {bare}" if owner else bare if _stands_alone(phrase) else f"the {bare}"
    kind, where = _placed(phrase, text, before)
    found = [Image(text, text if owner else bare, kind, where, f"{owner} {full}" if owner else full)]
    return [*found, *(_image(phrase[:possessive], before) if possessive else ())]


def _joined(phrase: Tagged) -> str:
    return " ".join(word for word, _ in phrase).replace(" 's", "'s")


def _proper(phrase: Tagged) -> bool:
    places = _kinds()[2]
    return all(tag[:3] == "NNP" for _, tag in phrase) and (phrase[-1][0][0].isupper() or phrase[-1][0].lower() in places)


def _stands_alone(phrase: Tagged) -> bool:
    """Whether a phrase is said without "the": a name, a number of things, love."""
    return _proper(phrase) or phrase[0][1] in ("CD", "NNP") or (len(phrase) == 1 and phrase[0][0].lower() in _kinds()[0])


def _placed(phrase: Tagged, text: str, before: Tagged) -> tuple[str, str]:
    """The kind of an image, and how to say where it is, if it is a place."""
    _, people, places, times = _kinds()
    low = phrase[-1][0].lower()
    single = low[:-1] if low.endswith("s") and low not in places else low
    lead = next((word for word, tag in reversed(before) if tag not in ("DT", "PRP$")), "")
    preposition = lead if lead in LEADING else ""
    if single in people or low in people:
        return "person", ""
    if low in times or single in times:
        return "time", ""
    if _proper(phrase):
        return ("place", f"in {text}") if lead.lower() in ("in", "at", "to", "from") or low in places else ("name", "")
    if low in places or single in places:
        return "place", f"{preposition or places.get(low) or places[single]} {text}"
    return "thing", ""


# ---- what is done ----------------------------------------------------------------------------------------------------


def _doings(tagged: Tagged) -> list[str]:
    """Phrases that begin with -ing, up to the next comma, clause or second verb."""
    doings = []
    for i, (word, tag) in enumerate(tagged):
        if (
            tag != "VBG"
            or (i > 0 and tagged[i - 1][0].lower() in NEGATIONS)
            or word.lower() in ("being", "having", "using", "featuring", "telling", "feeling")
            or _participle(tagged, i)
        ):
            continue
        phrase = [word.lower()]
        for following, its_tag in tagged[i + 1 : i + 7]:
            to_verb = its_tag == "VB" and phrase[-1] == "to"
            if its_tag in (",", "CC", "WP", "WRB", "WDT") or (its_tag[:2] == "VB" and not to_verb):
                break
            phrase.append(following)
        text = _trimmed(phrase)
        while syllables(text) > LONGEST_DOING_SYLLABLES and len(phrase) > 2:
            phrase = phrase[:-1]
            text = _trimmed(phrase)
        if syllables(text) >= 2:
            doings.append(text)
    return list(dict.fromkeys(doings))


def _trimmed(phrase: Sequence[str]) -> str:
    """Words without small ones that would be left hanging at the end."""
    end = len(phrase)
    while end > 1 and phrase[end - 1].lower() in _DANGLING - {"it", "over"}:
        end -= 1
    return " ".join(phrase[:end]).replace(" 's", "'s")


def base_form(doing: str) -> str:
    """`driving home` as `drive home`."""
    verb, *rest = doing.split()
    stem = verb[:-3]
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "lsz":
        base = stem[:-1]
    elif re.search(r"[^aeiou][aeiou][^aeiouwxy]$|[^aeiou]u$", stem) and syllables(stem) == 1 and is_english(stem + "e"):
        base = stem + "e"  # hoping: a single consonant after a short vowel would have been doubled
    else:
        base = stem if is_english(stem) or not is_english(stem + "e") else stem + "e"
    return " ".join([base, *rest])


# ---- titles ----------------------------------------------------------------------------------------------------------


def _hooks(text: str, images: Sequence[Image], doings: Sequence[str]) -> list[Hook]:
    """Titles that the description itself holds."""
    hooks = []
    for image in images:
        bare = image.full if syllables(image.full) <= LONGEST_HOOK_SYLLABLES else image.bare
        if 2 <= syllables(bare) <= LONGEST_HOOK_SYLLABLES:
            owned = "'s " in bare and bare != image.bare  # it says whose: no article
            the = (
                bare if owned else image.text.removesuffix(image.bare) + bare if image.text.endswith(image.bare) else image.text
            )
            hooks.append(Hook(titled(bare), "noun", bare, the))
    hooks += [Hook(titled(doing), "doing", doing) for doing in doings if 3 <= syllables(doing) <= LONGEST_HOOK_SYLLABLES]
    for match in re.finditer(r"\b(never|not|without) (\w+ing(?: \w+)?)", text, re.IGNORECASE):
        words = _trimmed(match[0].split())
        if 3 <= syllables(words) <= LONGEST_HOOK_SYLLABLES:
            hooks.insert(0, Hook(titled(words), "free", words.lower()))
    clause = re.split(r"[,.;:!?]", text.strip())[0].strip()
    if _CLAUSE.match(clause) and 3 <= syllables(clause) <= LONGEST_HOOK_SYLLABLES:
        hooks.insert(0, Hook(titled(clause), "free", clause))
    return hooks or [Hook(titled(image.bare), "noun", image.bare, image.text) for image in images]
