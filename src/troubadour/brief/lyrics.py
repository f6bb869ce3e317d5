"""Lyrics as a caller writes them become stanzas of sung lines.

Marked lyrics (`[Verse]`, `[Chorus]`, …) are sung in order, each line as often as it stands. A mark without lines is a
section without words: words are never repeated that were not sent. Lyrics without marks are stanzas between blank lines;
a stanza that returns is the chorus; if none does, one is chosen and may be sung again as a whole. Words in round brackets
are sung by the backing voices after the line they stand in. Whatever has no sound (emoji, rules, cues) is left out, and
an `Effect` says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from troubadour.brief.marks import Mark, is_cue, is_plain_mark, kind_of, read_mark, singer_in
from troubadour.brief.value import Effect, Line, Lyrics, Stanza
from troubadour.errors import BadRequest, Unsingable
from troubadour.words import Word

Pronounce = Callable[[str], tuple[Word, ...]]

LONGEST_LINE_SYLLABLES = 24  # a singer's breath; a longer line is sung as several
LONGEST_TOKEN = 100  # letters without a space in a script that has spaces: not a word
GARBAGE_SHARE = 0.02  # of all characters: control and unassigned ones beyond this mean a binary file
SECONDS_A_SYLLABLE = 0.42  # a singer's pace with breaths, for rough estimates of length
MOST_LINES_WITH_REPEATS = 36  # unmarked lyrics longer than this are sung once, without a returning chorus

_BREAKS = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile(r"[\ufeff\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u00ad]")
_JOINERS = re.compile(
    r"(?<![^\W\d_a-zA-Z])[\u200c\u200d]|[\u200c\u200d](?![^\W\d_a-zA-Z])"
)  # kept only inside a word of a script that needs them
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1780-\u17ff\u1000-\u109f\uac00-\ud7af]")
_REPEAT = re.compile(
    r"\s*[\[(（]?\s*(?:[x×]\s*\d{1,2}|\d{1,2}\s*[x×]|repeat(?:\s*[x×]?\s*\d+)?|bis)\s*[\])）]?\s*$", re.IGNORECASE
)
_BRACKETED = re.compile(r"[(（]([^()（）]*)[)）]")
_INLINE_SQUARE = re.compile(r"[\[【［]([^\[\]【】［］]*)[\]】］]")
_SILENT = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\u2300-\u23FF]+")  # emoji and other pictures
_PAUSE = re.compile(r"[,;:.!?…—–،。、，；：！？]+[\"'”’»)]*\s*|\s+[-–—]\s+")


@dataclass(frozen=True)
class Parsed:
    """Lyrics that were understood (without stanzas that have lines: only a form was sent), and notes on what was not sung."""

    lyrics: Lyrics
    effects: tuple[Effect, ...]

    @property
    def sung(self) -> bool:
        """Whether there is a line to sing."""
        return any(stanza.lines for stanza in self.lyrics.stanzas)


def pronounce_line(text: str) -> tuple[Word, ...]:
    """The words of a line with the syllables that are sung for them."""
    from troubadour.words.pronounce import pronounce

    return pronounce(text)


def cleaned(text: str) -> str:
    """Text with one kind of line break and space, and without marks that cannot be seen. Raises BadRequest for binary data."""
    text = _JOINERS.sub("", _INVISIBLE.sub("", _SPACES.sub(" ", _BREAKS.sub("\n", text))))
    garbage = sum(unicodedata.category(c) in ("Cc", "Cn", "Co", "Cs") or c == "\ufffd" for c in text if c != "\n")
    if garbage > 3 and garbage > GARBAGE_SHARE * len(text):
        raise BadRequest(
            f"the lyrics look like binary data: {garbage} of {len(text)} characters are not text. Send plain UTF-8 text."
        )
    return legible(text)


def legible(text: str) -> str:
    """Text with a space for each character that is none: control codes, private and unassigned code points."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cn", "Co", "Cs") and c != "\n" else c for c in text)


def parse_lyrics(text: str, pronounce: Pronounce = pronounce_line, room_s: float | None = None) -> Parsed:
    """Stanzas of sung lines. `room_s`: how long the song will be, if that is known; it limits repeats in unmarked lyrics.

    Raises BadRequest for text that is no text, and Unsingable when words were sent but none of them can be sung.
    """
    text = cleaned(text)
    _check_tokens(text)
    rows = _rows(text)
    marked = any(isinstance(row, Mark) and row.kind for row in rows)
    reader = _Reader(pronounce)
    stanzas = _marked(rows, reader) if marked else _unmarked(rows, reader, room_s)
    if not any(stanza.lines for stanza in stanzas) and reader.refusals:
        raise Unsingable(f"none of these lyrics can be sung ({reader.refusals[0]}). Send words made of letters or numbers.")
    return Parsed(Lyrics(text.strip("\n"), stanzas, marked), tuple(reader.effects))


def _check_tokens(text: str) -> None:
    for token in text.split():
        if len(token) > LONGEST_TOKEN and not _WIDE.search(token):
            raise BadRequest(
                f"the lyrics hold a “word” of {len(token)} characters ({token[:20]}…); "
                f"the longest that is sung has {LONGEST_TOKEN}. Put spaces between the words."
            )


def _rows(text: str) -> list[Mark | str]:
    """The lines of the lyrics: marks, lines to sing, and "" for a blank line."""
    rows: list[Mark | str] = []
    lines = text.split("\n")
    for i, line in enumerate(lines):
        mark = read_mark(line)
        opens = i == 0 or not lines[i - 1].strip()
        followed = i + 1 < len(lines) and bool(lines[i + 1].strip())
        if mark is None and is_plain_mark(line) and opens and followed:
            mark = Mark(kind_of(line), line.strip())
        if mark is None:
            rows.append(line.strip())
            continue
        rows.append(mark)
        following = read_mark(mark.rest) if mark.rest else None
        while following:
            rows.append(following)
            mark, following = following, read_mark(following.rest) if following.rest else None
        if mark.rest:
            rows.append(mark.rest)
    return rows


class _Reader:
    """Turns written lines into sung ones and remembers what could not be sung."""

    def __init__(self, pronounce: Pronounce) -> None:
        self._pronounce = pronounce
        self.effects: list[Effect] = []
        self.refusals: list[str] = []

    def lines(self, text: str, alone: bool) -> list[Line]:
        """The sung lines of one written line; `alone`: no line before it that a backing line could follow."""
        text = self._without_cues(text)
        asides = [aside.strip() for aside in _BRACKETED.findall(text)]
        lead = " ".join(_BRACKETED.sub(" ", text).split())
        lead = " ".join(re.sub(r"[()（）\[\]【】［］{}]", " ", lead).split())
        sung = self._sung(lead, backing=False) if lead else []
        for aside in asides:
            sung += self._sung(" ".join(aside.split()), backing=bool(sung) or not alone)
        return sung

    def _without_cues(self, text: str) -> str:
        def judged(match: re.Match[str]) -> str:
            if is_cue(match.group(1)):
                self._skipped(match.group(0), "a direction, not sung")
                return " "
            return f" {match.group(1)} "

        text = _INLINE_SQUARE.sub(judged, text)
        repeat = _REPEAT.search(text)
        if repeat and (repeat.start() > 0 or not text.strip(" ()[]x×0123456789")) and repeat.group(0).strip():
            self._skipped(repeat.group(0).strip(), "a direction, not sung: a line is sung as often as it stands")
            text = text[: repeat.start()]
        return text

    def _sung(self, text: str, backing: bool) -> list[Line]:
        if not text or not any(
            unicodedata.category(c)[0] not in "PZS" or unicodedata.category(c) in ("Sc", "So") for c in text
        ):
            return []  # a rule of dashes, a lone full stop
        try:
            words = self._pronounce(text)
        except Unsingable as refusal:
            self._skipped(text, f"not sung: {refusal}")
            self.refusals.append(str(refusal))
            return []
        for sign in dict.fromkeys(_SILENT.findall(text)):
            self._skipped(sign, "not sung: it has no sound")
        line = Line(text, words, backing)
        if line.syllable_count == 0:
            self._skipped(text, "not sung: no word in it has a sound")
            self.refusals.append(f"“{text[:40]}” has no sound")
            return []
        if line.syllable_count <= LONGEST_LINE_SYLLABLES:
            return [line]
        at = _best_split(text)
        if at is None:
            return [line]
        halves = [*self._sung(text[:at].strip(), backing), *self._sung(text[at:].strip(), backing)]
        return halves or [line]

    def _skipped(self, text: str, why: str) -> None:
        self.effects.append(Effect(text[:60], f"lyrics: {why}"))


def _best_split(text: str) -> int | None:
    """Where to cut a long line: at a pause or space near the middle; between characters where a script has no spaces."""
    middle, reach = len(text) / 2, len(text) / 2
    pauses = [(m.end(), abs(m.end() - middle) / reach) for m in _PAUSE.finditer(text)]
    spaces = [(m.end(), abs(m.end() - middle) / reach + 0.35) for m in re.finditer(r"\s+", text)]
    wide = [
        (i, abs(i - middle) / reach + 0.5) for i in range(1, len(text)) if _WIDE.match(text[i]) and _WIDE.match(text[i - 1])
    ]
    inner = [(at, cost) for at, cost in (*pauses, *spaces, *wide) if text[:at].strip() and text[at:].strip()]
    return min(inner, key=lambda choice: (choice[1], choice[0]))[0] if inner else None


def _marked(rows: Sequence[Mark | str], reader: _Reader) -> tuple[Stanza, ...]:
    """Sections as they were marked, in order. Cues join the label of the section they stand in or before."""
    stanzas: list[Stanza] = []
    cues: list[str] = []
    singer = ""
    for row in rows:
        if isinstance(row, Mark):
            singer = singer_in(row.label) or ("" if row.kind else singer)
        if isinstance(row, Mark) and row.kind:
            label = ", ".join((row.label, *cues))
            cues = []
            if row.kind == "outro" and stanzas and stanzas[-1].kind == "outro":  # [Outro] … [End], [Fade Out]
                stanzas[-1] = replace(stanzas[-1], label=f"{stanzas[-1].label}, {label}")
            else:
                stanzas.append(Stanza(row.kind, label, ()))
        elif isinstance(row, Mark):
            if stanzas:
                stanzas[-1] = replace(stanzas[-1], label=f"{stanzas[-1].label}, {row.label}")
            else:
                cues.append(row.label)
        elif row:
            if not stanzas:
                stanzas.append(Stanza("verse", ", ".join(cues), ()))
                cues = []
            lines = reader.lines(row, alone=not stanzas[-1].lines)
            told = [line if line.backing else replace(line, singer=singer) for line in lines]
            stanzas[-1] = replace(stanzas[-1], lines=(*stanzas[-1].lines, *told))
    return tuple(stanzas)


def _unmarked(rows: Sequence[Mark | str], reader: _Reader, room_s: float | None) -> tuple[Stanza, ...]:
    """A form for stanzas between blank lines."""
    blocks: list[tuple[Line, ...]] = [()]
    for row in rows:
        if isinstance(row, Mark):
            reader.effects.append(Effect(row.label, "lyrics: a direction, not sung"))
        elif row:
            blocks[-1] = (*blocks[-1], *reader.lines(row, alone=not blocks[-1]))
        else:
            blocks.append(())
    blocks = [part for block in blocks if block for part in _stanza_sized(block)]
    if not blocks:
        return ()
    if len({_wording(block) for block in blocks}) < len(blocks):
        return _with_found_chorus(blocks)
    return _with_chosen_chorus(blocks, room_s)


def _stanza_sized(block: tuple[Line, ...]) -> list[tuple[Line, ...]]:
    """One long block cut into stanzas of four to eight lines; a backing line stays with the line it follows."""
    leads = [i for i, line in enumerate(block) if not line.backing or i == 0]
    count = len(leads)
    if count <= 8:
        return [block]
    size = 4 if count % 4 in (0, 1) or count < 24 else 6 if count % 6 in (0, 1) else 4
    starts = leads[::size]
    if len(starts) > 1 and count - (len(starts) - 1) * size < 3:  # a rest of one or two lines joins the stanza before
        starts = starts[:-1]
    return [block[a:b] for a, b in zip(starts, (*starts[1:], len(block)), strict=True)]


def _wording(block: Sequence[Line]) -> tuple[str, ...]:
    return tuple(re.sub(r"[^\w]+", " ", line.text.lower()).strip() for line in block)


def _with_found_chorus(blocks: Sequence[tuple[Line, ...]]) -> tuple[Stanza, ...]:
    """The form that repeated stanzas show: the most frequent one is the chorus, one that always leads to it the pre-chorus."""
    wordings = [_wording(block) for block in blocks]
    repeated = [w for w in dict.fromkeys(wordings) if wordings.count(w) > 1]
    chorus = max(repeated, key=lambda w: (wordings.count(w), wordings.index(w)))
    leading = {w for w in repeated if w != chorus and _always_before(w, chorus, wordings)}
    last_chorus = len(wordings) - 1 - wordings[::-1].index(chorus)
    kinds = []
    for i, wording in enumerate(wordings):
        if wording == chorus:
            kinds.append("chorus")
        elif wording in leading:
            kinds.append("pre_chorus")
        elif i > last_chorus:
            kinds.append("outro")
        elif (
            kinds.count("chorus") >= 2
            and kinds.count("verse") >= 2
            and wordings[i + 1] == chorus
            and wordings.count(wording) == 1
        ):
            kinds.append("bridge")
        else:
            kinds.append("verse")
    return tuple(Stanza(kind, "", block) for kind, block in zip(kinds, blocks, strict=True))


def _always_before(wording: tuple[str, ...], chorus: tuple[str, ...], wordings: Sequence[tuple[str, ...]]) -> bool:
    return all(i + 1 < len(wordings) and wordings[i + 1] == chorus for i, w in enumerate(wordings) if w == wording)


def _with_chosen_chorus(blocks: Sequence[tuple[Line, ...]], room_s: float | None) -> tuple[Stanza, ...]:
    """A form for stanzas that all differ: one that sounds like a chorus returns after the verses, if there is room."""
    count = len(blocks)
    if count == 1:
        order = [("verse", 0), ("verse", 0)]
        plain = [("verse", 0)]
    else:
        chorus = max(range(1, min(count, 4)), key=lambda i: (_refrain_likeness(blocks[i]), -i))
        verses = [i for i in range(count) if i != chorus]
        order = []
        for n, i in enumerate(verses):
            kind = "bridge" if n == 2 and count >= 4 else "verse"
            order.append((kind, i))
            if i >= chorus - 1:
                order.append(("chorus", chorus))
        plain = [("chorus" if i == chorus else "verse", i) for i in range(count)]
        if count == 2:
            order.append(("chorus", chorus))
    lines = sum(len(blocks[i]) for _, i in order)
    seconds = sum(line.syllable_count for _, i in order for line in blocks[i]) * SECONDS_A_SYLLABLE
    fits = lines <= MOST_LINES_WITH_REPEATS and (room_s is None or seconds <= room_s - 8)
    return tuple(Stanza(kind, "", blocks[i]) for kind, i in (order if fits else plain))


def _refrain_likeness(block: Sequence[Line]) -> float:
    """How much a stanza sounds like a chorus: lines that return in it, calls, and short lines."""
    wording = _wording(block)
    first_words = [line.split()[:2] for line in wording if line]
    returning = (len(wording) - len(set(wording))) * 2.0
    openings = len(first_words) - len({tuple(words) for words in first_words})
    return returning + openings + 0.3 * sum("!" in line.text or line.text.lower().startswith("oh") for line in block)
