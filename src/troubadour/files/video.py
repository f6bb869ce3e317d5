"""The karaoke video: the song's own picture, its words lit as they are sung, its notes passing by.

1280 x 720 at 25 frames a second, H.264 and AAC in MPEG-4. From top to bottom: the cover, title, section and clock; a lane
in which the written notes run towards a line and light up as they cross it, a ball riding on the tune; the line that is
sung and the next one (an instrumental's lane takes their place); the whole song as a waveform with its sections.

What does not move is drawn once. A frame is put together from finished pieces by copying: the lit and the unlit picture of
a line meet where the voice is, those of the waveform where the song is. The lane is drawn in tiles as they are needed.
Encoding takes the largest part of the time, so x264 works with its quickest searches: little moves, and evenly.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from troubadour.errors import ToolMissing
from troubadour.files.audio import waveform
from troubadour.files.facts import ARTIST
from troubadour.files.ffmpeg import BITEXACT
from troubadour.files.lettering import PLAIN, face_for, sized
from troubadour.files.names import key_name
from troubadour.files.picture import Palette, sat_for
from troubadour.files.screen import Bytes, Layer, Planes, blended, layer_of, new_frame, planes_of
from troubadour.plan import Plan
from troubadour.score import Note, Score
from troubadour.stems.sing.timeline import swung, timed
from troubadour.units import SAMPLE_RATE_HZ

WIDTH, HEIGHT, FPS = 1280, 720, 25
MARGIN = 48
HEADER = (24, 136)  # top and bottom of each band
LABELS = ((168, 56, 768, 96), (932, 22, 1232, 60))  # in the header: the section, the clock
LANE, LANE_ALONE = (140, 348), (152, 584)  # beside words, and without any
WORDS = (352, 592)
WAVE = (604, 700)

LANE_PIXELS = 6  # a frame: whole pixels move without a blur
PLAYHEAD = 400
LATE = 150  # pixels over which notes fade in and out at the sides
FAINT = 0.34  # of a note that is not being heard, or has not been yet
UNLIT = 0.46  # of a word that is not sung yet
TILE = 1280

SIZES = ((58, 32, 2), (40, 26, 3), (32, 16, 5))  # of the sung line: largest, smallest, rows; the first that takes all of it
NEXT = 31
APPEARS_S = 3.0  # before a line after a pause
PAUSE_S = 4.0  # without words after which nothing is shown until the next line is near
LINGERS_S = 0.7
FADE_FRAMES = 6
CARD_S, CARD_FADE_S = 3.0, 0.6
BARS = 208  # of the waveform
GROUND, VIVID = 62.0, 2.2  # mean brightness of the background, so that letters stand out; its colours are strengthened
BRIGHTEST, TINT = 240.0, 0.5  # what the brightest parts tend to; the share of the song's two hues

ENCODER = (
    "-c:v", "libx264", "-preset", "ultrafast", "-x264-params", "cabac=1:deblock=0,0:aq-mode=1:keyint=250", "-crf", "21",
    "-profile:v", "high", "-pix_fmt", "yuv420p", "-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709",
    "-color_trc", "bt709",
)  # fmt: skip

# How much each role stands out in the lane: lightness, chroma, turn towards the second hue, height
ROLES = {
    "vocals": (0.92, 0.13, 1.0, 1.5), "backing": (0.8, 0.09, 0.8, 1.0), "lead": (0.88, 0.15, 0.7, 1.3),
    "riff": (0.8, 0.15, 0.5, 1.1), "counter": (0.78, 0.13, 0.6, 1.0), "arpeggio": (0.72, 0.13, 0.3, 0.9),
    "chords": (0.64, 0.11, 0.1, 0.9), "pad": (0.55, 0.1, 0.2, 0.9), "bass": (0.66, 0.14, -0.2, 1.2),
}  # fmt: skip
OTHER = (0.68, 0.11, 0.2, 0.9)
BEATEN, UNDRAWN = ("drums", "percussion"), ("effects",)

Colour = tuple[int, int, int]
Floats = NDArray[np.float64]


def video_bytes(plan: Plan, score: Score, master: NDArray[np.int32], sound: bytes, scene: Image.Image) -> bytes:
    """The whole file. `sound` is the song as M4A, `scene` its picture without letters. Raises ToolMissing without ffmpeg."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise ToolMissing("a video needs the program ffmpeg, which is not installed: run `apt-get install ffmpeg`")
    with tempfile.TemporaryDirectory() as folder:
        heard, seen, said = (Path(folder) / name for name in ("sound.m4a", "video.mp4", "errors"))
        heard.write_bytes(sound)
        command = (
            program, "-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS),
            "-i", "pipe:0", "-i", str(heard), "-map", "0:v", "-map", "1:a", *ENCODER, "-c:a", "copy", *BITEXACT,
            "-movflags", "+faststart", "-f", "mp4", "-y", str(seen),
        )  # fmt: skip
        with said.open("wb") as errors, subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors) as encoder:
            assert encoder.stdin is not None
            try:
                for frame in frames(plan, score, master, scene):
                    encoder.stdin.write(frame.data)
                encoder.stdin.close()
            except BrokenPipeError:
                pass  # it has said why
        if encoder.returncode:
            raise ToolMissing(f"ffmpeg failed ({encoder.returncode}): {said.read_text(errors='replace').strip()[:300]}")
        return seen.read_bytes()


def frames(plan: Plan, score: Score, master: NDArray[np.int32], scene: Image.Image) -> Iterator[Bytes]:
    """Every frame in turn, as the encoder reads it; the memory is used again for the next one."""
    show = Show(plan, score, master, scene)
    for number in range(math.ceil(score.frames / SAMPLE_RATE_HZ * FPS)):
        yield show.frame(number)


# -- what is sung when ----------------------------------------------------------------------------------------------


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


# -- the show -------------------------------------------------------------------------------------------------------


class Show:
    """A song on its way through the picture: knows what every moment looks like."""

    def __init__(self, plan: Plan, score: Score, master: NDArray[np.int32], scene: Image.Image) -> None:
        self._score, self._scene = score, scene
        self._length_s = score.frames / SAMPLE_RATE_HZ
        self._palette = sat_for(plan, score).palette
        self._style = score.style
        self._lines = lines_of(score)
        self._pages = pages_of(self._lines)
        self._sections = [(score.seconds_at(max(0, score.bar_start(s.start_bar))), s.name) for s in score.sections]
        self._ground = planes_of(grounded(scene, self._palette))
        self._lane_band = LANE if self._lines else LANE_ALONE
        self._roll = Roll(score, self._palette, self._lane_band[1] - self._lane_band[0])
        self._wave = waved(master, self._sections, self._length_s, self._palette, self._band(WAVE))
        self._data, self._frame = new_frame(WIDTH, HEIGHT)
        self._header_shown: tuple[str, str] | None = None
        self._covered = True
        self._head = self._headed()

    def frame(self, number: int) -> Bytes:
        """The frame's bytes."""
        now_s = number / FPS
        card = self._card_share(now_s)
        if card >= 1.0:
            self._frame.show(self._card)
        else:
            if self._covered:
                self._frame.show(self._ground)
                self._header_shown = None
            self._compose(number, now_s)
            if card > 0.0:
                self._frame.show(blended(self._frame, self._card, card))
        self._show_wave(now_s)
        self._covered = card > 0.0
        return self._data

    def _compose(self, number: int, now_s: float) -> None:
        self._show_header(now_s)
        top, bottom = self._lane_band
        self._frame.part(0, top, WIDTH, bottom).show(self._roll.at(number, now_s, self._band(self._lane_band)))
        if self._lines:
            self._show_words(now_s)

    def _show_wave(self, now_s: float) -> None:
        unlit, lit = self._wave
        wave = self._frame.part(0, WAVE[0], WIDTH, WAVE[1])
        wave.show(unlit)
        reached = MARGIN + round((WIDTH - 2 * MARGIN) * min(1.0, now_s / self._length_s)) // 2 * 2
        height = WAVE[1] - WAVE[0]
        wave.part(0, 0, reached, height).show(lit.part(0, 0, reached, height))

    def _band(self, rows: tuple[int, int]) -> Planes:
        return self._ground.part(0, rows[0], WIDTH, rows[1])

    # the card with the title, before and after

    def _card_share(self, now_s: float) -> float:
        """How much of the title card is seen: at the beginning until words come near, and again when all has been sung."""
        first_s = self._lines[0].start_s - APPEARS_S if self._lines else CARD_S
        gone_s = min(CARD_S, max(first_s, 0.4))
        last_s = max(self._lines[-1].end_s if self._lines else 0.0, self._length_s - CARD_S)
        leaving = 1.0 - (now_s - gone_s) / CARD_FADE_S
        coming = (now_s - last_s) / CARD_FADE_S
        return min(1.0, max(leaving, coming, 0.0))

    @cached_property
    def _card(self) -> Planes:
        side, left, top = 448, 112, 104
        picture = Image.new("RGBA", (WIDTH, HEIGHT))
        shadow = Image.new("RGBA", (WIDTH, HEIGHT))
        box = (left, top, left + side, top + side)
        ImageDraw.Draw(shadow).rounded_rectangle((left, top + 14, left + side, top + side + 14), 26, fill=(0, 0, 0, 190))
        picture.alpha_composite(shadow.filter(ImageFilter.GaussianBlur(26)))
        picture.paste(self._thumb(side, 22), box[:2], mask_of(side, 22))
        draw = ImageDraw.Draw(picture)
        x, width = left + side + 64, WIDTH - MARGIN - (left + side + 64)
        face = face_for(self._score.title, self._style) or PLAIN
        font, rows = fitted(self._score.title, face, width, 84, 34, 3)
        step = round(font.size * 1.12)
        y = HEIGHT // 2 - 28 - step * len(rows) // 2
        for row in rows:
            draw.text((x, y + 0.86 * step), row, font=font, fill=(255, 255, 255, 255), anchor="ls")
            y += step
        small = sized(PLAIN, 26)
        draw.text((x, y + 44), ARTIST, font=small, fill=(*self._accent, 255), anchor="ls")
        draw.text((x, y + 84), self._facts_line, font=sized(PLAIN, 22), fill=(255, 255, 255, 170), anchor="ls")
        return layer_of(picture).over(self._ground)

    def _thumb(self, side: int, _radius: int) -> Image.Image:
        return self._scene.resize((side, side), Image.Resampling.LANCZOS).convert("RGBA")

    @property
    def _accent(self) -> Colour:
        return lit_colour(self._palette)

    @property
    def _facts_line(self) -> str:
        style = self._score.style.replace("_", " ")
        return f"{style}  ·  {self._score.tempos[0].bpm:.0f} bpm  ·  {key_name(self._score.key)}"

    # the header

    def _headed(self) -> Planes:
        side = HEADER[1] - HEADER[0] - 16
        picture = Image.new("RGBA", (WIDTH, HEADER[1] - HEADER[0]))
        picture.paste(self._thumb(side, 12), (MARGIN, 8), mask_of(side, 12))
        face = face_for(self._score.title, self._style) or PLAIN
        font, rows = fitted(self._score.title, face, 760, 36, 22, 1)
        draw = ImageDraw.Draw(picture)
        draw.text((MARGIN + side + 24, 48), rows[0], font=font, fill=(255, 255, 255, 255), anchor="ls")
        draw.text((WIDTH - MARGIN, 82), self._facts_line, font=sized(PLAIN, 19), fill=(255, 255, 255, 130), anchor="rs")
        return layer_of(picture).over(self._band(HEADER))

    def _show_header(self, now_s: float) -> None:
        """The section and the clock, drawn anew when they change."""
        section = next((name for start, name in reversed(self._sections) if start <= now_s), self._sections[0][1])
        shown = (section, f"{clocked(now_s)} / {clocked(self._length_s)}")
        band = self._frame.part(0, HEADER[0], WIDTH, HEADER[1])
        if self._header_shown is None:
            band.show(self._head)
        before = self._header_shown or ("", "")
        self._header_shown = shown
        for text, old, area, anchor, colour in zip(shown, before, LABELS, "lr", (self._accent, (255, 255, 255)), strict=True):
            if text != old:
                label = Image.new("RGBA", (area[2] - area[0], area[3] - area[1]))
                across = 0 if anchor == "l" else label.width
                ImageDraw.Draw(label).text((across, 26), text, font=sized(PLAIN, 24), fill=(*colour, 235), anchor=f"{anchor}s")
                band.part(*area).show(layer_of(label).over(self._head.part(*area)))

    # the words

    def _show_words(self, now_s: float) -> None:
        place = max(k for k, page in enumerate(self._pages) if page.start_s <= now_s or k == 0)
        area = self._frame.part(0, WORDS[0], WIDTH, WORDS[1])
        age = round((now_s - self._pages[place].start_s) * FPS)
        if place and age < FADE_FRAMES:
            self._write(place - 1, now_s, area)
            before = area.copied()
            self._write(place, now_s, area)
            area.show(blended(before, area, (age + 1) / (FADE_FRAMES + 1)))
        else:
            self._write(place, now_s, area)

    def _write(self, place: int, now_s: float, shown: Planes) -> None:
        """A page as it looks at a moment: lit up to where the voice is."""
        page = self._pages[place]
        sheet = self._sheet(page.line, page.following)
        shown.show(sheet.unlit)
        for row in sheet.rows:
            edge = row.edge(now_s)
            if edge is not None:
                area = (edge[0], row.top, edge[1], row.bottom)
                shown.part(*area).show(sheet.lit.part(*area))
        if page.counted_in and page.line is not None:
            self._count_in(shown, self._lines[page.line].start_s - now_s)

    def _count_in(self, shown: Planes, left_s: float) -> None:
        """Three dots that go out, a beat each, before a line that comes after a pause."""
        beat_s = 60.0 / self._score.tempos[0].bpm
        left = math.ceil(left_s / beat_s)
        if 0 < left <= 3:
            across = 3 * 40
            area = (WIDTH // 2 - across // 2, 0, WIDTH // 2 - across // 2 + 40 * left, 24)
            shown.part(*area).show(self._dots.part(0, 40 * left).over(shown.part(*area)))

    @cached_property
    def _dots(self) -> Layer:
        large = Image.new("RGBA", (4 * 120, 4 * 24))
        for k in range(3):
            x, y = 4 * (40 * k + 20), 4 * 12
            ImageDraw.Draw(large).ellipse((x - 32, y - 32, x + 32, y + 32), fill=(*self._accent, 255))
        return layer_of(large.resize((120, 24), Image.Resampling.LANCZOS))

    @lru_cache(maxsize=4)  # noqa: B019  # lives as long as the show: one video
    def _sheet(self, line: int | None, following: int | None) -> Sheet:
        ground = self._band(WORDS)
        return lettered_sheet(
            self._lines[line] if line is not None else None,
            self._lines[following].text.strip() if following is not None else "",
            self._style,
            self._accent,
            ground,
        )


# -- words as pictures ----------------------------------------------------------------------------------------------


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


def lit_colour(palette: Palette) -> Colour:
    """The colour of what has been sung: the warmer of the song's two hues."""
    warmth = [math.cos(math.radians(hue - 75.0)) for hue in (palette.hue, palette.second)]
    return palette.tone(0.87, 0.16, float(warmth[1] > warmth[0]))


def clocked(seconds: float) -> str:
    """`m:ss`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


# -- pictures -------------------------------------------------------------------------------------------------------


def grounded(scene: Image.Image, palette: Palette) -> Image.Image:
    """The song's picture as a background: out of focus, in its own colours, dark enough for white letters."""
    wide = scene.resize((WIDTH, WIDTH), Image.Resampling.LANCZOS).crop((0, 210, WIDTH, 210 + HEIGHT))
    soft = np.asarray(ImageEnhance.Color(wide.filter(ImageFilter.GaussianBlur(26))).enhance(VIVID), np.float32)
    seen = soft * min(0.8, GROUND / max(1.0, float(soft.mean())))
    down = np.linspace(0.0, 1.0, HEIGHT)[:, None, None]
    top, bottom = (np.array(colour, np.float32) for colour in (palette.tone(0.42, 0.13), palette.tone(0.3, 0.13, 0.8)))
    tinted = (1.0 - TINT) * seen + TINT * (top + (bottom - top) * down)
    dark = tinted * (1.0 - 0.35 * (2.0 * down - 1.0) ** 2)
    return Image.fromarray((dark / (1.0 + dark / BRIGHTEST)).astype(np.uint8), "RGB")


def mask_of(side: int, radius: int) -> Image.Image:
    """A square with round corners."""
    large = Image.new("L", (4 * side, 4 * side), 0)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, 4 * side - 1, 4 * side - 1), 4 * radius, fill=255)
    return large.resize((side, side), Image.Resampling.LANCZOS)


def waved(master: NDArray[np.int32], sections: Sequence[tuple[float, str]], length_s: float, palette: Palette,
          ground: Planes) -> tuple[Planes, Planes]:  # fmt: skip
    """The waveform before it has been played and after, with a mark where each section begins."""
    height, width = WAVE[1] - WAVE[0], WIDTH - 2 * MARGIN
    peaks = np.array(waveform(master, BARS))
    tall = (peaks / max(1e-6, float(peaks.max()))) ** 1.5
    pictures = []
    for colour, alpha in (((255, 255, 255), 84), (lit_colour(palette), 255)):
        large = Image.new("RGBA", (2 * WIDTH, 2 * height))
        draw = ImageDraw.Draw(large)
        step = 2 * width / BARS
        for k, peak in enumerate(tall):
            x, half = 2 * MARGIN + k * step, max(3.0, 2 * 30 * float(peak))
            draw.rounded_rectangle((x + 2, 2 * 40 - half, x + step - 3, 2 * 40 + half), 3, fill=(*colour, alpha))
        for start_s, _ in sections[1:]:
            x = 2 * (MARGIN + width * start_s / length_s)
            draw.rounded_rectangle((x - 2, 2 * 80, x + 2, 2 * 88), 2, fill=(255, 255, 255, 150))
        pictures.append(layer_of(large.resize((WIDTH, height), Image.Resampling.LANCZOS)).over(ground))
    return pictures[0], pictures[1]


# -- the lane of notes ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """A note as a bar of the lane: seconds, the middle of its height in pixels, half its height, and its colour."""

    start_s: float
    end_s: float
    y: float
    half: float
    colour: Colour


class Roll:
    """All notes on a strip that runs by."""

    def __init__(self, score: Score, palette: Palette, height: int) -> None:
        self._height, self._score = height, score
        self._palette = palette
        self._low, self._high = _compass(score)
        self._bars = sorted(self._laid_out(score), key=lambda bar: bar.start_s)
        self._ride = self._ridden(score)
        self._tiles: dict[int, tuple[Layer, Layer]] = {}
        self._line = self._drawn_line()
        self._ball = self._drawn_ball()

    def at(self, number: int, now_s: float, ground: Planes) -> Planes:
        """The lane in a frame, on its ground."""
        shown = ground.copied()
        left = number * LANE_PIXELS - PLAYHEAD  # of the strip, at the picture's left edge
        for tile in range(left // TILE, (left + WIDTH - 1) // TILE + 1):
            for layer, begin, end in zip(self._tile(tile), (0, PLAYHEAD), (PLAYHEAD, WIDTH), strict=True):
                first, last = max(left + begin, tile * TILE), min(left + end, (tile + 1) * TILE)
                if last > first:
                    place = shown.part(first - left, 0, last - left, self._height)
                    place.show(layer.part(first - tile * TILE, last - tile * TILE).over(place))
        self._fade_sides(shown, ground)
        edge = PLAYHEAD - 6
        line = shown.part(edge, 0, edge + 12, self._height)
        line.show(self._line.over(line))
        self._show_ball(shown, now_s)
        return shown

    def _fade_sides(self, shown: Planes, ground: Planes) -> None:
        gone = np.linspace(1.0, 0.0, LATE)
        for first, share in ((0, gone), (WIDTH - LATE, gone[::-1])):
            area = (first, 0, first + LATE, self._height)
            shown.part(*area).show(blended(shown.part(*area), ground.part(*area), share))

    def _show_ball(self, shown: Planes, now_s: float) -> None:
        times, heights, idle = self._ride
        if not len(times):
            return
        k = int(np.searchsorted(times, now_s))
        if k == 0 or k == len(times) or idle[k - 1]:
            return
        y = int(np.interp(now_s, times, heights)) // 2 * 2
        top = min(max(y - 14, 0), self._height - 28)
        area = (PLAYHEAD - 14, top, PLAYHEAD + 14, top + 28)
        shown.part(*area).show(self._ball.over(shown.part(*area)))

    # layout

    def _y(self, pitch: float) -> float:
        rows = self._height - 44.0  # the drums keep the lowest 30
        return 8.0 + rows * (1.0 - (pitch - self._low + 0.5) / (self._high - self._low + 1.0))

    def _laid_out(self, score: Score) -> Iterator[Bar]:
        row = (self._height - 44.0) / (self._high - self._low + 1.0)
        thick = min(max(0.55 * row, 2.6), 6.0)
        for part in score.parts:
            if part.role in BEATEN:
                yield from self._beaten(part.notes)
            elif part.role not in UNDRAWN:
                yield from self._played(part.notes, part.role, thick)
        for sung in reversed(score.sung):
            role = "vocals" if sung.name == "vocals" else "backing"
            yield from self._played([n for line in sung.lines for group in line.notes for n in group], role, thick)

    def _played(self, notes: Sequence[Note], role: str, thick: float) -> Iterator[Bar]:
        lightness, chroma, turn, tall = ROLES.get(role, OTHER)
        colour = lit_colour(self._palette) if role == "vocals" else self._palette.tone(lightness, chroma, turn)
        for note in notes:
            pitch = min(max(note.pitch, self._low), self._high)
            start, end = (self._score.seconds_at(swung(tick, self._score)) for tick in (note.start, note.end))
            yield Bar(start, end, self._y(pitch), thick * tall, colour)

    def _beaten(self, notes: Sequence[Note]) -> Iterator[Bar]:
        """Drums as dots below: low ones at the bottom, the softer the smaller."""
        colour = self._palette.tone(0.8, 0.04, 0.5)
        for note in notes:
            at = self._score.seconds_at(swung(note.start, self._score))
            height = self._height - (8.0 if note.pitch <= 36 else 17.0 if note.pitch <= 41 else 26.0)
            size = 1.6 + 2.0 * note.velocity / 127.0
            yield Bar(at, at, height, size, colour)

    def _ridden(self, score: Score) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """The ball's path along the tune: times, heights, and whether it is away between a time and the next."""
        notes = _tune_of(score)
        times, heights, idle = [], [], []
        beat_s = 60.0 / score.tempos[0].bpm
        for note, following in zip(notes, [*notes[1:], None], strict=True):
            start, end = (score.seconds_at(swung(tick, score)) for tick in (note.start, note.end))
            after = score.seconds_at(swung(following.start, score)) if following else end
            hop_s = min(0.09, 0.3 * (end - start))
            times += [start, max(start, min(end, after) - hop_s)]
            heights += [self._y(note.pitch)] * 2
            idle += [False, after - end > 2 * beat_s]
        order = np.maximum.accumulate(np.array(times)) if times else np.zeros(0)
        return order, np.array(heights, float), np.array(idle, bool)

    # drawing

    def _tile(self, number: int) -> tuple[Layer, Layer]:
        """A stretch of the strip, lit and not."""
        if number not in self._tiles:
            self._tiles = {k: tile for k, tile in self._tiles.items() if k >= number - 2}
            picture = self._drawn(number)
            self._tiles[number] = (layer_of(picture), layer_of(picture, FAINT))
        return self._tiles[number]

    def _drawn(self, number: int) -> Image.Image:
        speed = LANE_PIXELS * FPS  # pixels a second
        begin, end = number * TILE / speed, (number + 1) * TILE / speed
        large = Image.new("RGBA", (2 * TILE, 2 * self._height))
        draw = ImageDraw.Draw(large)
        for bar in self._bars:
            if bar.end_s < begin - 0.1 or bar.start_s > end + 0.1:
                continue
            x0, x1 = (2 * (at * speed - number * TILE) for at in (bar.start_s, bar.end_s))
            y, half = 2 * bar.y, 2 * bar.half
            box = (
                (x0 - half, y - half, x0 + half, y + half)
                if bar.start_s == bar.end_s
                else (x0, y - half, max(x1 - 3, x0 + 6), y + half)
            )
            draw.rounded_rectangle(box, half, fill=(*bar.colour, 255))
        return large.resize((TILE, self._height), Image.Resampling.BOX)

    def _drawn_line(self) -> Layer:
        picture = np.zeros((self._height, 12, 4), np.uint8)
        picture[..., :3] = 255
        across = np.array([3, 8, 18, 34, 60, 150, 150, 60, 34, 18, 8, 3])
        along = np.sin(np.linspace(0.0, np.pi, self._height)) ** 0.5
        picture[..., 3] = np.rint(across[None, :] * along[:, None] * 0.8)
        return layer_of(Image.fromarray(picture, "RGBA"))

    def _drawn_ball(self) -> Layer:
        large = Image.new("RGBA", (112, 112), (*lit_colour(self._palette), 0))
        y, x = np.mgrid[-1:1:112j, -1:1:112j]
        away = np.hypot(x, y)
        glow = np.clip(1.0 - away, 0.0, 1.0) ** 1.6 * 150
        core = np.clip((0.44 - away) / 0.06, 0.0, 1.0) * 255
        large.putalpha(Image.fromarray(np.maximum(glow, core).astype(np.uint8), "L"))
        white = Image.new("RGBA", (112, 112), (255, 255, 255, 0))
        white.putalpha(Image.fromarray((np.clip((0.30 - away) / 0.12, 0.0, 1.0) * 235).astype(np.uint8), "L"))
        large.alpha_composite(white)
        return layer_of(large.resize((28, 28), Image.Resampling.LANCZOS))


def _tune_of(score: Score) -> list[Note]:
    """What the ball rides on: the lead voice, or else the leading instrument."""
    sung = [n for part in score.sung if part.name == "vocals" for line in part.lines for group in line.notes for n in group]
    if sung:
        return sorted(sung, key=lambda note: note.start)
    leading = ("lead", "riff", "counter", "arpeggio", "chords")
    pitched = [p for p in score.parts if p.role in leading and p.notes]
    if not pitched:
        return []
    notes: dict[int, Note] = {}
    for note in min(pitched, key=lambda part: leading.index(part.role)).notes:
        if note.start not in notes or note.pitch > notes[note.start].pitch:
            notes[note.start] = note
    return [notes[start] for start in sorted(notes)]


def _compass(score: Score) -> tuple[float, float]:
    """The lowest and the highest pitch of the lane; the few notes outside stand at its edges."""
    pitches = [n.pitch for p in score.parts if p.role not in (*BEATEN, *UNDRAWN) for n in p.notes]
    pitches += [n.pitch for part in score.sung for line in part.lines for group in line.notes for n in group]
    if not pitches:
        return 48.0, 72.0
    low, high = np.percentile(pitches, (1.0, 99.0))
    return float(low), float(max(high, low + 12.0))
