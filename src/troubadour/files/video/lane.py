"""`Roll`: the lane of notes that runs by, its notes lit as they cross the line, a ball riding on the tune."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from troubadour.files.picture import Palette
from troubadour.files.video.layout import FPS, WIDTH, Colour, Floats, lit_colour
from troubadour.files.video.screen import Layer, Planes, blended, layer_of
from troubadour.score import Note, Score
from troubadour.stems.sing.timeline import swung

LANE_PIXELS = 6  # a frame: whole pixels move without a blur
PLAYHEAD = 400
LATE = 150  # pixels over which notes fade in and out at the sides
FAINT = 0.34  # of a note that is not being heard, or has not been yet
TILE = 1280

# How much each role stands out in the lane: lightness, chroma, turn towards the second hue, height
ROLES = {
    "vocals": (0.92, 0.13, 1.0, 1.5), "backing": (0.8, 0.09, 0.8, 1.0), "lead": (0.88, 0.15, 0.7, 1.3),
    "riff": (0.8, 0.15, 0.5, 1.1), "counter": (0.78, 0.13, 0.6, 1.0), "arpeggio": (0.72, 0.13, 0.3, 0.9),
    "chords": (0.64, 0.11, 0.1, 0.9), "pad": (0.55, 0.1, 0.2, 0.9), "bass": (0.66, 0.14, -0.2, 1.2),
}  # fmt: skip
OTHER = (0.68, 0.11, 0.2, 0.9)
BEATEN, UNDRAWN = ("drums", "percussion"), ("effects",)


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
