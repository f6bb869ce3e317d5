"""Search over the pages: every word must occur; titles weigh more than text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup, escape

from troubadour_server.reference.pages import Page, Reference

TITLE_WEIGHT, FAMILY_WEIGHT = 20, 4
AROUND = 70  # characters on each side of the first find
MOST = 20
LEFT_OUT = re.compile(r"<(figure|nav|form|details)\b.*?</\1>", re.DOTALL)
BLOCK_ENDS = re.compile(r"</(?:h\d|p|td|th|li|tr|dd|dt|div|pre)>")
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Found:
    """A page, and the words around the first find."""

    page: Page
    excerpt: Markup


def text_of(html: str) -> str:
    """What a reader sees of a page's content: without samples and navigation."""
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(TAG.sub("", BLOCK_ENDS.sub(" ", LEFT_OUT.sub(" ", main)))).split())


def found(reference: Reference, base: str, query: str) -> tuple[Found, ...]:
    """The pages that have all the words of a query, the best first."""
    words = query.lower().split()
    if not words:
        return ()
    scored = []
    for place, (slug, page) in enumerate(reference.pages.items()):
        text = text_of(reference.page(slug, base))
        title, family, body = page.about.title.lower(), page.family.lower(), f"{slug} {text}".lower()
        if all(word in title or word in family or word in body for word in words):
            score = sum(
                TITLE_WEIGHT * (word in title) + FAMILY_WEIGHT * (word in family) + min(body.count(word), 10) for word in words
            )
            scored.append((-score, place, Found(page, excerpt(text, words))))
    return tuple(each for _, _, each in sorted(scored, key=lambda row: row[:2])[:MOST])


def excerpt(text: str, words: list[str]) -> Markup:
    """The words around the first find, the finds marked."""
    lower = text.lower()
    finds = [place for place in (lower.find(word) for word in words) if place >= 0]
    begin = max(0, min(finds, default=0) - AROUND)
    begin = text.find(" ", begin) + 1 if begin else 0
    cut = text[begin : begin + 2 * AROUND + 40].rsplit(" ", 1)[0]
    pattern = re.compile("|".join(re.escape(str(escape(word))) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    marked = pattern.sub(lambda find: f"<mark>{find[0]}</mark>", str(escape(cut)))
    return Markup(("… " if begin else "") + marked + (" …" if begin + len(cut) < len(text) else ""))
