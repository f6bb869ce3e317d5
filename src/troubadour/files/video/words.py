"""The words of the video: when each line is shown, and its picture before and after it is sung."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from troubadour.files.lettering import PLAIN, face_for, sized
from troubadour.files.video.layout import MARGIN, WIDTH, WORDS, Colour, Floats
from troubadour.files.video.screen import Planes, layer_of
from troubadour.score import Score
from troubadour.stems.sing.timeline import timed
from troubadour.units import SAMPLE_RATE_HZ

UNLIT = 0.46  # of a word that is not sung yet
SIZES = ((58, 32, 2), (40, 26, 3), (32, 16, 5))  # of the sung line: largest, smallest, rows; the first that takes all of it
NEXT = 31
APPEARS_S = 3.0  # before a line after a pause
PAUSE_S = 4.0  # without words after which nothing is shown until the next line is near
LINGERS_S = 0.7


# What is sung when --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A sung line: its text, and for each syllable its letters (from, to) and its time (start, end in seconds)."""

    text: str
    letters: tuple[tuple[int, int], ...]
    times: tuple[tuple[float, float], ...]

    @property
    def start_s(self) -> float:
        """Where its first sound begins."""
        return self.times[0][0]

    @property
    def end_s(self) -> float:
        """Where its last sound ends."""
        return max(end for _, end in self.times)


@dataclass(frozen=True)
class Page:
    """What the words' place shows from `start_s` on: a line of the song, and the one after it."""

    start_s: float
    line: int | None
    following: int | None
    counted_in: bool = False


def lines_of(score: Score) -> tuple[Line, ...]:
    """The lead voice's lines with the time of every syllable."""
    found = []
    for sung in score.lead_lines:
        timing = timed(sung, score)
        at = timing.frame / SAMPLE_RATE_HZ
        text, letters, times = "", [], []
        for number, syllable in enumerate(s for word in sung.words for s in word.syllables):
            own = [sound for sound in timing.sounds if sound.syllable == number]
            letters.append((len(text), len(text) + len(syllable.text)))
            times.append((max(0.0, at + own[0].start_s), at + own[-1].end_s))
            text += syllable.text
        found.append(Line(text, tuple(letters), tuple(times)))
    return tuple(sorted(found, key=lambda line: line.start_s))


def pages_of(lines: Sequence[Line]) -> tuple[Page, ...]:
    """When each line comes and goes: soon after the one before it, or shortly before it is sung."""
    pages = [Page(0.0, None, 0 if lines else None)]
    ended_s = 0.0
    for k, line in enumerate(lines):
        following = k + 1 if k + 1 < len(lines) else None
        pause_s = line.start_s - ended_s
        if k == 0 or pause_s > PAUSE_S:
            if k:
                pages.append(Page(ended_s + LINGERS_S, None, k))
            pages.append(Page(max(line.start_s - APPEARS_S, ended_s), k, following, counted_in=True))
        else:
            pages.append(Page(ended_s + min(0.25, max(0.0, pause_s) / 2), k, following))
        ended_s = max(ended_s, line.end_s)
    if lines:
        pages.append(Page(ended_s + LINGERS_S, None, None))
    return tuple(pages)


# Words as pictures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A row of the line that is sung: where it stands, and the x to which it is lit at each of `times_s`."""

    top: int
    bottom: int
    left: int
    right: int
    times_s: Floats
    reached: Floats
    from_right: bool

    def edge(self, now_s: float) -> tuple[int, int] | None:
        """The columns that are lit, even at both ends."""
        reached = int(np.interp(now_s, self.times_s, self.reached)) // 2 * 2
        first, last = (reached, self.right) if self.from_right else (self.left, reached)
        return (first, last) if last > first else None


@dataclass(frozen=True)
class Sheet:
    """A page of words: its picture before it is sung and after, and the rows in which one becomes the other."""

    unlit: Planes
    lit: Planes
    rows: tuple[Row, ...]


def lettered_sheet(line: Line | None, following: str, style: str, accent: Colour, ground: Planes) -> Sheet:
    """The sung line large, in one row or two, and the next one small under it."""
    height = WORDS[1] - WORDS[0]
    width = WIDTH - 2 * MARGIN
    unlit, lit = (Image.new("RGBA", (WIDTH, height)) for _ in range(2))
    rows: list[Row] = []
    if line is not None:
        face = face_for(line.text, style) or PLAIN
        font, texts = whole(line.text, face, width)
        step = round(font.size * 1.18)
        y = 100 - step * len(texts) // 2 + step // 2
        begin = 0
        for text in texts:
            begin = max(begin, line.text.find(text.removesuffix("…"), begin))
            left = (WIDTH - font.getlength(text)) / 2
            base = y + round(0.35 * font.size)
            for picture, colour in ((unlit, (255, 255, 255, round(255 * UNLIT))), (lit, (*accent, 255))):
                ImageDraw.Draw(picture).text((left, base), text, font=font, fill=colour, anchor="ls")
            rows.append(timed_row(line, text, begin, font, left, (y - step // 2, y + step // 2 + 8)))
            begin += len(text)
            y += step
    if following:
        font, texts = fitted(following, face_for(following, style) or PLAIN, width, NEXT, NEXT, 1)
        place = (WIDTH / 2, height - 22)
        for picture in (unlit, lit):
            ImageDraw.Draw(picture).text(place, texts[0], font=font, fill=(255, 255, 255, 92), anchor="ms")
    under = shadowed(lit, ground)
    return Sheet(layer_of(unlit).over(under), layer_of(lit).over(under), tuple(rows))


def shadowed(letters: Image.Image, ground: Planes) -> Planes:
    """The ground, a little darker around letters."""
    alpha = letters.getchannel("A").filter(ImageFilter.GaussianBlur(7)).point(lambda a: min(255, round(a * 0.9)))
    shade = Image.new("RGBA", letters.size, (6, 4, 10, 255))
    shade.putalpha(alpha)
    return layer_of(shade).over(ground)


def timed_row(line: Line, text: str, begin: int, font: ImageFont.FreeTypeFont, left: float, band: tuple[int, int]) -> Row:
    """When the light reaches each letter of a row that begins with the line's letter `begin`."""
    backwards = any(unmirrored(letter) for letter in text)
    right = left + font.getlength(text)
    times, reached = [], []
    for letters, (start_s, end_s) in zip(line.letters, line.times, strict=True):
        first, last = (min(max(at - begin, 0), len(text)) for at in letters)
        if first == last:
            continue
        for at, moment in ((first, start_s), (last, end_s)):
            along = font.getlength(text[:at])
            times.append(moment)
            reached.append(right - along if backwards else left + along)
    first_x, last_x = math.floor(left) // 2 * 2 - 6, math.ceil(right) // 2 * 2 + 8
    if not times:  # nothing but punctuation
        times, reached = [line.start_s], [float(last_x)]
    order = np.maximum.accumulate(np.array(times))
    top, bottom = max(0, band[0] // 2 * 2), band[1] // 2 * 2
    # before the row's first sound not even the overhang of its first letter is lit
    ends = (last_x, first_x) if backwards else (first_x, last_x)
    order = np.concatenate([[order[0] - 1e-6], order, [order[-1] + 1e-6]])
    return Row(
        top, bottom, max(0, first_x), min(WIDTH, last_x), order, np.array([ends[0], *reached, ends[1]], float), backwards
    )


def unmirrored(letter: str) -> bool:
    """Whether a letter is written from right to left: Hebrew, Arabic, Syriac, Thaana and their forms."""
    return "\u0590" <= letter <= "\u08ff" or "\ufb1d" <= letter <= "\ufefc"


def fitted(text: str, face: str, width: float, largest: int, smallest: int, most: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:  # fmt: skip
    """The largest size at which a text fits in as few rows as that size needs; past the smallest, its end is left out."""
    words = text.split(" ")
    for size in range(largest, smallest - 1, -2):
        font = sized(face, size)
        for count in range(1, most + 1):
            rows = broken(words, font, width, count)
            if rows is not None and (count == 1 or size > smallest):
                return font, rows
    font = sized(face, smallest)
    rows = next((found for count in range(1, most + 1) if (found := broken(words, font, width, count))), None)
    if rows is not None:
        return font, rows
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return font, [f"{text}…"] if font.getlength(text) else [text]


def whole(text: str, face: str, width: float) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """A sung line in as many rows as it needs to be seen whole: two if they are large enough, else more and smaller ones."""
    for largest, smallest, most in SIZES:
        font, rows = fitted(text, face, width, largest, smallest, most)
        if not rows[0].endswith("…") or text.strip().endswith("…"):
            break
    return font, rows


def broken(words: Sequence[str], font: ImageFont.FreeTypeFont, width: float, count: int) -> list[str] | None:
    """Words in `count` rows of nearly equal length, none wider than `width`; None when they do not fit."""
    whole = font.getlength(" ".join(words).strip())
    rows: list[str] = []
    row = ""
    for k, word in enumerate(words):
        longer = f"{row} {word}" if row else word
        goal = whole / count
        if row and len(rows) < count - 1 and font.getlength(longer) - goal > goal - font.getlength(row):
            rows.append(row)
            row = word
        else:
            row = longer
        if k == len(words) - 1:
            rows.append(row)
    rows = [text.strip() for text in rows if text.strip()]
    return rows if rows and all(font.getlength(text) <= width for text in rows) else None
