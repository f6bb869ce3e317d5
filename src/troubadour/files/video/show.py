"""`Show`: what every moment of the video looks like, put together from finished pieces."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from troubadour.files.audio import waveform
from troubadour.files.facts import ARTIST
from troubadour.files.lettering import PLAIN, face_for, sized
from troubadour.files.names import key_name
from troubadour.files.picture import Palette, sat_for
from troubadour.files.video.lane import Roll
from troubadour.files.video.layout import FPS, HEIGHT, MARGIN, WIDTH, WORDS, Colour, lit_colour
from troubadour.files.video.screen import Bytes, Layer, Planes, blended, layer_of, new_frame, planes_of
from troubadour.files.video.words import APPEARS_S, Sheet, fitted, lettered_sheet, lines_of, pages_of
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.units import SAMPLE_RATE_HZ

HEADER = (24, 136)  # top and bottom of each band
LABELS = ((168, 56, 768, 96), (932, 22, 1232, 60))  # in the header: the section, the clock
LANE, LANE_ALONE = (140, 348), (152, 584)  # beside words, and without any
WAVE = (604, 700)

FADE_FRAMES = 6
CARD_S, CARD_FADE_S = 3.0, 0.6
BARS = 208  # of the waveform
GROUND, VIVID = 62.0, 2.2  # mean brightness of the background, so that letters stand out; its colours are strengthened
BRIGHTEST, TINT = 240.0, 0.5  # what the brightest parts tend to; the share of the song's two hues


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
        picture.paste(self._thumb(side), box[:2], mask_of(side, 22))
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

    def _thumb(self, side: int) -> Image.Image:
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
        picture.paste(self._thumb(side), (MARGIN, 8), mask_of(side, 12))
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
