"""The cover: a picture of this very song.

The style chooses the scene, the key its colour (the circle of fifths laid round the circle of hues), mode and mood how
dark it is, energy how vivid. Shapes come from the music: the tune's contour is a ridge, a ribbon or a ring, sections and
chords are layers, strips and towers. Colours are mixed in OKLCH (B. Ottosson, 2020), where equal steps look equal.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from troubadour.chance import Chance
from troubadour.files.lettering import lettered
from troubadour.files.names import is_minor
from troubadour.plan import Plan
from troubadour.score import Note, Score
from troubadour.styles import STYLES

SIZE = 1024
DRAWN = 1536  # drawn larger, then reduced: smooth edges
Colour = tuple[int, int, int]
Floats = NDArray[np.float64]

DARK_MOODS = ("sad", "dark", "melancholy", "melancholic", "night", "lonely", "angry", "tense", "dreamy", "mysterious", "epic")
LIGHT_MOODS = ("happy", "bright", "joyful", "sunny", "hopeful", "playful", "uplifting", "romantic", "calm", "peaceful")
DARK_STYLES = {"metal": 0.75, "synthwave": 0.8, "house": 0.7, "lofi": 0.6, "hip_hop": 0.55, "orchestral": 0.6, "rock": 0.5, "jazz": 0.45,
               "pop": 0.3, "folk": 0.25}  # fmt: skip


def oklch(lightness: float, chroma: float, hue_degrees: float) -> Colour:
    """A colour of OKLCH as sRGB, its chroma lowered until it can be shown."""
    for share in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.2, 0.0):
        a = chroma * share * math.cos(math.radians(hue_degrees))
        b = chroma * share * math.sin(math.radians(hue_degrees))
        long, middle, short = (
            (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
            (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
            (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3,
        )
        linear = (
            4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
        )
        if share == 0.0 or all(-0.001 <= c <= 1.001 for c in linear):
            break
    rgb = (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in (min(1.0, max(0.0, c)) for c in linear))
    r, g, b = (round(255 * c) for c in rgb)
    return r, g, b


@dataclass(frozen=True)
class Palette:
    """The song's colours. `hue` from the key, `second` across or beside it; `dark` 0 day … 1 night; `vivid` 0 … 1."""

    hue: float
    second: float
    dark: float
    vivid: float

    def tone(self, lightness: float, chroma: float = 0.12, turn: float = 0.0) -> Colour:
        """A colour of the song's own hue; `turn` 1 is the second hue."""
        apart = (self.second - self.hue + 180.0) % 360.0 - 180.0
        return oklch(lightness, chroma * (0.7 + 0.6 * self.vivid), self.hue + turn * apart)

    @property
    def sky(self) -> tuple[Colour, Colour, Colour]:
        """Top, middle and horizon of a sky."""
        top = 0.18 + 0.55 * (1.0 - self.dark)
        return (self.tone(top, 0.09), self.tone(top + 0.18 * (0.4 + 0.6 * self.dark), 0.13, 0.35), self.tone(0.83, 0.13, 0.95))


@dataclass(frozen=True)
class Sitter:
    """What the painter sees of a song."""

    palette: Palette
    contour: Floats  # the tune, 0 low … 1 high, 256 points over the song
    activity: Floats  # notes per time, 0-1, 64 rows (time) x 64 columns (pitch)
    energies: tuple[float, ...]  # by section
    lengths: tuple[int, ...]  # bars by section
    roots: tuple[int, ...]  # of the chords
    stream: np.random.Generator


def sat_for(plan: Plan, score: Score) -> Sitter:
    """Look at a song."""
    stream = Chance(score.seed, score.take).stream("cover")
    moods = " ".join(plan.brief.moods).lower()
    dark = STYLES.first(DARK_STYLES, score.style, 0.45) + (0.12 if is_minor(score.key) else -0.1)
    dark += 0.12 * any(m in moods for m in DARK_MOODS) - 0.15 * any(m in moods for m in LIGHT_MOODS)
    energy = float(np.average([s.energy for s in score.sections], weights=[s.bars for s in score.sections]))
    hue = (score.key.tonic * 7 % 12) * 30.0 + stream.uniform(-14.0, 14.0) + 20.0
    second = hue + float(stream.choice([40.0, 65.0, -50.0, 150.0, 180.0, 205.0]))
    palette = Palette(hue, second, float(np.clip(dark, 0.05, 1.0)), energy)
    notes = _tune(score)
    return Sitter(palette, _contour(notes), _activity(score), tuple(s.energy for s in score.sections),
                  tuple(s.bars for s in score.sections), tuple(c.root for c in score.chords) or (0,), stream)  # fmt: skip


def _tune(score: Score) -> list[Note]:
    sung = [
        note for part in score.sung if part.name == "vocals" for line in part.lines for group in line.notes for note in group
    ]
    if sung:
        return sung
    played = sorted(
        score.parts, key=lambda p: (p.role not in ("lead", "riff", "counter"), p.role in ("drums", "percussion", "bass"))
    )
    return list(played[0].notes) if played else []


def _contour(notes: Sequence[Note], points: int = 256) -> Floats:
    if len(notes) < 2:
        return np.full(points, 0.5)
    starts = np.array([n.start for n in notes], float)
    pitches = np.array([n.pitch for n in notes], float)
    span = max(float(np.ptp(pitches)), 1.0)
    curve = np.interp(np.linspace(starts.min(), starts.max(), points), starts, (pitches - pitches.min()) / span)
    return smooth(curve, 7)


def _activity(score: Score) -> Floats:
    everything = [(n.start, n.pitch) for part in score.parts for n in part.notes] + [(n.start, n.pitch) for n in _tune(score)]
    grid = np.zeros((64, 64))
    if everything:
        start, pitch = np.array(everything, float).T
        grid, _, _ = np.histogram2d(start, np.clip(pitch, 28, 92), bins=(64, 64))
        grid = np.log1p(grid)
    return np.asarray(grid / max(float(grid.max()), 1.0))


def smooth(curve: Floats, width: int) -> Floats:
    """A curve under a sliding Hann window."""
    window = np.hanning(width + 2)[1:-1]
    padded = np.concatenate([np.full(width, curve[0]), curve, np.full(width, curve[-1])])
    return np.asarray(np.convolve(padded, window / window.sum(), "same")[width:-width])


# -- brushes --------------------------------------------------------------------------------------------------------


def gradient(colours: Sequence[Colour], stops: Sequence[float] | None = None) -> Image.Image:
    """A vertical gradient through several colours."""
    at = stops or [k / (len(colours) - 1) for k in range(len(colours))]
    rows = np.linspace(0.0, 1.0, DRAWN)
    column = np.stack([np.interp(rows, at, [c[k] for c in colours]) for k in range(3)], axis=1)
    return Image.fromarray(np.repeat(column[:, None, :], DRAWN, axis=1).astype(np.uint8), "RGB")


def glow(image: Image.Image, centre: tuple[float, float], radius: float, colour: Colour, strength: float) -> Image.Image:
    """Light around a point: added, falling with the square of the distance."""
    y, x = np.mgrid[0:DRAWN, 0:DRAWN].astype(np.float32)
    fall = strength / (1.0 + ((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / radius**2) ** 1.5
    pixels = np.asarray(image, dtype=np.float32)
    lit = 255.0 - (255.0 - pixels) * (1.0 - fall[..., None] * np.array(colour, np.float32) / 255.0)
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8), "RGB")


def disc(draw: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float, colour: Colour) -> None:
    """A filled circle."""
    draw.ellipse([centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius], fill=colour)


def ridge(draw: ImageDraw.ImageDraw, heights: Floats, base: float, scale: float, colour: Colour) -> None:
    """Everything under a curve that spans the picture; `heights` 0-1 rise `scale` pixels over `base`."""
    xs = np.linspace(0, DRAWN, len(heights))
    top = [(float(x), float(base - scale * h)) for x, h in zip(xs, heights, strict=True)]
    draw.polygon([(0, DRAWN), *top, (DRAWN, DRAWN)], fill=colour)


def mixed(a: Colour, b: Colour, share: float) -> Colour:
    """A colour between two."""
    r, g, b_ = (round(p + (q - p) * share) for p, q in zip(a, b, strict=True))
    return r, g, b_


def grain(image: Image.Image, stream: np.random.Generator, amount: float = 5.0) -> Image.Image:
    """The tooth of paper, and corners a little darker."""
    size = image.size[0]
    noise = stream.standard_normal((size, size, 1)).astype(np.float32) * amount
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j].astype(np.float32)
    shade = 1.0 - 0.16 * np.clip((x * x + y * y) - 0.7, 0.0, 1.3)[..., None]
    return Image.fromarray(np.clip(np.asarray(image, np.float32) * shade + noise, 0, 255).astype(np.uint8), "RGB")


# -- scenes ---------------------------------------------------------------------------------------------------------


def landscape(song: Sitter) -> Image.Image:
    """Hills, one for each section from far to near, their ridges the tune; a sun or a moon over them."""
    p, stream = song.palette, song.stream
    top, middle, horizon = p.sky
    image = gradient((top, middle, horizon), (0.0, 0.4, 0.72))
    sun = (DRAWN * stream.uniform(0.28, 0.72), DRAWN * stream.uniform(0.26, 0.4))
    radius = DRAWN * stream.uniform(0.1, 0.15)
    light = p.tone(0.95, 0.07, 1.0)
    image = glow(image, sun, radius * 1.7, light, 0.85)
    draw = ImageDraw.Draw(image)
    if p.dark > 0.5:
        for _ in range(140):
            x, y = stream.uniform(0, DRAWN), stream.uniform(0, DRAWN * 0.5)
            disc(draw, (x, y), stream.uniform(1.0, 3.4), mixed(top, (255, 255, 255), stream.uniform(0.4, 0.95)))
    disc(draw, sun, radius, light)
    if p.dark > 0.62:  # a moon
        disc(draw, (sun[0] + radius * 0.38, sun[1] - radius * 0.18), radius * 0.92, mixed(top, middle, 0.6))
    layers = 6
    near = p.tone(0.14 + 0.12 * (1 - p.dark), 0.06)
    for k in range(layers):
        depth = k / (layers - 1)
        piece = np.roll(song.contour, -k * 41)[: 200 - 18 * k]
        xs = np.linspace(0, 1, 400)
        heights = smooth(np.interp(xs, np.linspace(0, 1, len(piece)), piece), 61 - 6 * k)
        heights = (
            heights + 0.10 * np.sin(xs * (7 + 4 * k) + stream.uniform(0, 6)) + 0.03 * np.sin(xs * 31 + stream.uniform(0, 6))
        )
        base = DRAWN * (0.60 + 0.36 * depth**1.1)
        ridge(
            draw,
            heights,
            base,
            DRAWN * (0.17 - 0.05 * depth),
            mixed(mixed(horizon, middle, 0.45), near, 0.12 + 0.88 * depth**0.8),
        )
    return image


def horizon_sun(song: Sitter) -> Image.Image:
    """A striped sun over a glowing grid; the mountains are the song's energy and tune."""
    p, stream = song.palette, song.stream
    deep, violet, hot = p.tone(0.16, 0.09, -0.1), p.tone(0.38, 0.17, 0.3), p.tone(0.72, 0.2, 1.0)
    line = 0.62 * DRAWN
    image = gradient((deep, violet, hot, deep, mixed(deep, (0, 0, 0), 0.5)), (0.0, 0.36, 0.62, 0.625, 1.0))
    draw = ImageDraw.Draw(image)
    for _ in range(120):
        disc(draw, (stream.uniform(0, DRAWN), stream.uniform(0, line * 0.6)), stream.uniform(1, 3.2), p.tone(0.92, 0.04))
    centre, radius = (DRAWN * stream.uniform(0.36, 0.64), line - DRAWN * 0.19), DRAWN * 0.27
    image = glow(image, centre, radius * 1.15, hot, 0.75)
    yy = np.linspace(0, 1, round(2 * radius))
    ramp = np.stack([np.interp(yy, (0, 0.55, 1), [c[k] for c in (p.tone(0.95, 0.13, 1.25), p.tone(0.8, 0.18, 1.0), p.tone(0.6, 0.24, 0.55))])
                     for k in range(3)], axis=1)  # fmt: skip
    sun = Image.fromarray(np.repeat(ramp[:, None, :], len(yy), axis=1).astype(np.uint8), "RGB")
    mask = Image.new("L", sun.size, 0)
    face = ImageDraw.Draw(mask)
    face.ellipse([0, 0, sun.size[0] - 1, sun.size[1] - 1], fill=255)
    for k in range(7):
        y = len(yy) * (0.5 + 0.075 * k)
        face.rectangle([0, y, len(yy), y + len(yy) * (0.008 + 0.0055 * k)], fill=0)
    image.paste(sun, (round(centre[0] - radius), round(centre[1] - radius)), mask)
    draw = ImageDraw.Draw(image)
    for k, (scale, tint) in enumerate(((0.17, 0.5), (0.11, 0.18))):
        xs = np.linspace(0, 1, 60 + 30 * k)
        tune = np.interp(xs, np.linspace(0, 1, 256), np.roll(song.contour, 90 * k))
        jag = 0.65 * tune + 0.35 * stream.random(len(xs))
        dip = np.abs(xs - centre[0] / DRAWN) * (1.8 if k else 1.3)
        ridge(draw, jag * np.clip(dip + 0.12, 0, 1), line + 2, DRAWN * scale * 1.5, mixed(deep, violet, tint))
    floor = Image.new("RGB", (DRAWN, DRAWN), deep)
    wires = ImageDraw.Draw(floor)
    neon = p.tone(0.78, 0.19, 0.7)
    for k in range(-26, 27):
        wires.line([(DRAWN / 2 + k * DRAWN * 0.035, line), (DRAWN / 2 + k * DRAWN * 0.30, DRAWN)], fill=neon, width=4)
    for k in range(16):
        y = line + (DRAWN - line) * (k / 15.0) ** 2.2
        wires.line([(0, y), (DRAWN, y)], fill=neon, width=2 + k // 4)
    soft = floor.filter(ImageFilter.GaussianBlur(9))
    lit = np.maximum(np.asarray(floor, np.float32), np.asarray(soft, np.float32) * 1.25)
    fade = np.clip((np.arange(DRAWN) - line) / (DRAWN - line) * 1.5 + 0.25, 0, 1)[:, None, None]
    under = np.asarray(gradient((hot, mixed(deep, violet, 0.35), deep), (0.62, 0.72, 1.0)), np.float32)
    ground = under * (1 - 0.75 * fade) + lit * 0.75 * fade
    pixels = np.array(image)
    pixels[round(line) :] = np.clip(ground, 0, 255).astype(np.uint8)[round(line) :]
    return Image.fromarray(pixels, "RGB")


def rings(song: Sitter) -> Image.Image:
    """A record of light: the tune runs round it, a ring per section, wider where the song is wilder."""
    p, stream = song.palette, song.stream
    dark = p.dark > 0.35
    ground = p.tone(0.17 if dark else 0.93, 0.05)
    image = gradient((ground, p.tone(0.26 if dark else 0.86, 0.1, 0.4)))
    centre = (DRAWN * 0.5, DRAWN * 0.44)
    image = glow(image, centre, DRAWN * 0.3, p.tone(0.6, 0.2, 0.8), 0.5)
    light = Image.new("RGB", (DRAWN, DRAWN), 0)
    draw = ImageDraw.Draw(light)
    count = max(5, min(11, len(song.energies)))
    for k in range(count):
        energy = song.energies[k * len(song.energies) // count]
        angle = np.linspace(0, 2 * np.pi, 361)
        tune = np.roll(song.contour, k * 29)
        wave = smooth(np.interp(angle, np.linspace(0, 2 * np.pi, 256), tune), 9)
        wave[-24:] = wave[-24:] * np.linspace(1, 0, 24) + wave[0] * np.linspace(0, 1, 24)
        radius = DRAWN * (0.085 + 0.30 * (k + 0.5) / count + 0.06 * (wave - 0.5) * (0.5 + energy))
        turn = stream.uniform(0, 2 * np.pi)
        xy = [
            (centre[0] + r * math.cos(a + turn), centre[1] + r * math.sin(a + turn)) for r, a in zip(radius, angle, strict=True)
        ]
        draw.line(
            xy,
            fill=p.tone(0.62 + 0.3 * k / count, 0.2, k / max(1, count - 1) * 1.2),
            width=round(5 + 17 * energy),
            joint="curve",
        )
    disc(draw, centre, DRAWN * 0.055, p.tone(0.95, 0.06, 1.0))
    soft = np.asarray(light.filter(ImageFilter.GaussianBlur(22)), np.float32)
    sharp, below = np.asarray(light, np.float32), np.asarray(image, np.float32)
    if dark:
        lit = 255 - (255 - below) * (1 - sharp / 255) * (1 - np.clip(soft * 0.8, 0, 255) / 255)
    else:
        cover = np.clip(sharp.max(axis=2, keepdims=True) * 3.0 / 255, 0, 1)
        lit = below * (1 - cover) + sharp * 0.85 * cover
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8), "RGB")


def cut_paper(song: Sitter) -> Image.Image:
    """Shapes of cut paper on a grid, one for each chord in turn, as on a record sleeve of the 1950s."""
    p, stream = song.palette, song.stream
    cream = p.tone(0.93, 0.035, 1.0) if p.dark < 0.6 else p.tone(0.2, 0.05)
    colours = [p.tone(0.32, 0.10), p.tone(0.66, 0.17, 1.0), p.tone(0.78, 0.14, 0.55), p.tone(0.5, 0.16, 0.1), p.tone(0.2, 0.04)]
    if p.dark >= 0.6:
        colours[4] = p.tone(0.92, 0.03, 1.0)
    image = Image.new("RGB", (DRAWN, DRAWN), cream)
    draw = ImageDraw.Draw(image)
    across, down, margin = 5, 4, DRAWN * 0.07
    cell = (DRAWN - 2 * margin) / across
    for k in range(across * down):
        root = song.roots[k % len(song.roots)]
        column, row = k % across, k // across
        x, y = margin + column * cell, margin + row * cell * 0.92
        height = song.contour[(k * 256) // (across * down)]
        colour = colours[(root * 7) % 12 % len(colours)] if stream.random() < 0.82 else cream
        inset = cell * 0.045
        box = [x + inset, y + inset, x + cell - inset, y + cell * 0.92 - inset]
        kind = root % 6
        if stream.random() < 0.3:
            draw.rectangle(box, fill=mixed(cream, colours[(k + root) % 4], 0.35))
        if kind == 0:
            draw.ellipse(box, fill=colour)
        elif kind == 1:
            draw.pieslice([box[0], box[1], 2 * box[2] - box[0], 2 * box[3] - box[1]], 180, 270, fill=colour)
        elif kind == 2:
            draw.pieslice([box[0], box[1], box[2], 2 * box[3] - box[1]], 180, 360, fill=colour)
        elif kind == 3:
            draw.polygon([(box[0], box[3]), (box[2], box[3]), (box[0] + (box[2] - box[0]) * height, box[1])], fill=colour)
        elif kind == 4:
            draw.pieslice([2 * box[0] - box[2], 2 * box[1] - box[3], box[2], box[3]], 0, 90, fill=colour)
        else:
            bars = 4
            for b in range(bars):
                step = (box[3] - box[1]) / bars
                draw.rectangle([box[0], box[1] + b * step, box[2] - (box[2] - box[0]) * 0.6 * abs(height - b / bars), box[1] + (b + 0.6) * step],
                               fill=colour)  # fmt: skip
        if stream.random() < 0.35:
            middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            disc(draw, middle, cell * 0.13, colours[(root + k + 2) % len(colours)])
    return image


def ridgelines(song: Sitter) -> Image.Image:
    """The whole song as a range of lines: each line a stretch of time, its peaks where the notes are."""
    p, stream = song.palette, song.stream
    ground = p.tone(0.13 + 0.08 * (1 - p.dark), 0.05)
    image = gradient((mixed(ground, (0, 0, 0), 0.35), ground, p.tone(0.24, 0.09, 0.6)))
    image = glow(image, (DRAWN * 0.5, DRAWN * 0.3), DRAWN * 0.34, p.tone(0.55, 0.2, 0.9), 0.55)
    draw = ImageDraw.Draw(image)
    rows = 30
    xs = np.linspace(0, 1, 260)
    hill = np.exp(-(((xs - 0.5) / 0.22) ** 2))
    for k in range(rows):
        depth = k / (rows - 1)
        line = song.activity[k * 64 // rows]
        wave = np.interp(xs, np.linspace(0.16, 0.84, 64), line)
        heights = smooth(wave, 11) * (0.25 + hill) + 0.07 * hill * stream.random(len(xs)) + 0.01 * stream.random(len(xs))
        base = DRAWN * (0.2 + 0.56 * depth)
        top = [(float(x * DRAWN), float(base - DRAWN * 0.15 * h)) for x, h in zip(0.08 + 0.84 * xs, heights, strict=True)]
        draw.polygon(
            [(top[0][0], base + 60), *top, (top[-1][0], base + 60)],
            fill=mixed(ground, p.tone(0.3, 0.1, 0.5), 0.25 * (1 - depth)),
        )
        draw.line(top, fill=p.tone(0.96 - 0.22 * depth, 0.05 + 0.15 * depth, 0.3 + 0.8 * depth), width=6, joint="curve")
    return image


def shards(song: Sitter) -> Image.Image:
    """Broken stone and fire: wedges that burst from one point, as long as the tune is high."""
    p, stream = song.palette, song.stream
    image = gradient((p.tone(0.1, 0.04), p.tone(0.2, 0.1, 0.7)))
    centre = (DRAWN * stream.uniform(0.4, 0.6), DRAWN * stream.uniform(0.36, 0.46))
    image = glow(image, centre, DRAWN * 0.2, p.tone(0.75, 0.22, 1.0), 0.95)
    draw = ImageDraw.Draw(image)
    count = 46
    angles = np.sort(stream.uniform(0, 2 * np.pi, count))
    for k, angle in enumerate(angles):
        height = float(song.contour[k * 256 // count])
        inner, outer = DRAWN * (0.05 + 0.10 * stream.random()), DRAWN * (0.30 + 0.75 * height)
        spread = 0.035 + 0.10 * stream.random()
        tip = (centre[0] + inner * math.cos(angle), centre[1] + inner * math.sin(angle))
        a = (centre[0] + outer * math.cos(angle - spread), centre[1] + outer * math.sin(angle - spread))
        b = (centre[0] + outer * math.cos(angle + spread), centre[1] + outer * math.sin(angle + spread))
        shade = 0.10 + 0.16 * stream.random()
        draw.polygon([tip, a, b], fill=p.tone(shade, 0.05, 0.2))
        draw.polygon([tip, a, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)], fill=p.tone(shade + 0.10 + 0.12 * height, 0.10, 0.7))
        draw.line([tip, a], fill=p.tone(0.85, 0.16, 1.0), width=3)
    return glow(image, centre, DRAWN * 0.05, p.tone(0.97, 0.06, 1.0), 1.0)


def ribbons(song: Sitter) -> Image.Image:
    """Soft light with broad bands across it that rise and fall with the tune."""
    p, stream = song.palette, song.stream
    small = 48
    y, x = np.mgrid[0 : 1 : small * 1j, 0 : 1 : small * 1j]
    base = 0.86 - 0.55 * p.dark
    field = np.ones((small, small, 3)) * np.array(p.tone(base, 0.09))
    for _ in range(5):
        cx, cy, width = stream.uniform(0, 1), stream.uniform(0, 1), stream.uniform(0.2, 0.42)
        weight = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * width**2))[..., None]
        field = (
            field * (1 - weight * 0.8)
            + np.array(p.tone(base + stream.uniform(-0.06, 0.14), 0.17, stream.uniform(0, 1.2))) * weight * 0.8
        )
    image = Image.fromarray(np.clip(field, 0, 255).astype(np.uint8), "RGB").resize((DRAWN, DRAWN), Image.Resampling.BICUBIC)
    count = 7
    for k in range(count):
        band = Image.new("L", (DRAWN, DRAWN), 0)
        draw = ImageDraw.Draw(band)
        xs = np.linspace(-0.05, 1.05, 200)
        tune = smooth(np.interp(xs, np.linspace(0, 1, 256), np.roll(song.contour, 17 * k)), 31)
        rise = DRAWN * (0.18 + 0.09 * k) + DRAWN * 0.34 * (0.5 - tune) + DRAWN * 0.05 * np.sin(xs * 5 + k)
        thick = DRAWN * (0.028 + 0.05 * smooth(np.interp(xs, np.linspace(0, 1, 256), np.roll(song.contour, 60 + 31 * k)), 25))
        upper = [(float(a * DRAWN), float(b)) for a, b in zip(xs, rise, strict=True)]
        lower = [(float(a * DRAWN), float(b + t)) for a, b, t in zip(xs, rise, thick, strict=True)]
        draw.polygon([*upper, *reversed(lower)], fill=235)
        shade = band.filter(ImageFilter.GaussianBlur(22)).point(lambda v: v * 0.28)
        dark = Image.new("RGB", (DRAWN, DRAWN), p.tone(0.2, 0.08))
        image.paste(dark, (0, 14), shade)
        colour = p.tone(0.56 + 0.38 * k / count, 0.19, 1.15 - 1.1 * k / count)
        image.paste(Image.new("RGB", (DRAWN, DRAWN), colour), (0, 0), band)
    return image


def window_at_night(song: Sitter) -> Image.Image:
    """A room, a window, a town: towers as high as the chords, windows lit where notes are, the moon above."""
    p, stream = song.palette, song.stream
    wall = p.tone(0.22 + 0.06 * (1 - p.dark), 0.05, 0.15)
    image = Image.new("RGB", (DRAWN, DRAWN), wall)
    sky = gradient((p.tone(0.2, 0.09), p.tone(0.42, 0.13, 0.4), p.tone(0.78, 0.13, 1.0)), (0.0, 0.45, 0.8))
    moon, radius = (DRAWN * stream.uniform(0.3, 0.7), DRAWN * stream.uniform(0.2, 0.3)), DRAWN * 0.085
    sky = glow(sky, moon, radius * 1.8, p.tone(0.93, 0.06, 1.0), 0.7)
    draw = ImageDraw.Draw(sky)
    disc(draw, moon, radius, p.tone(0.96, 0.05, 1.0))
    lamp = p.tone(0.9, 0.13, 1.0)
    for layer in range(3):
        x = -20.0
        colour = mixed(p.tone(0.42, 0.1, 0.5), p.tone(0.13, 0.05), 0.15 + 0.42 * layer)
        k = layer * 5
        while x < DRAWN:
            width = DRAWN * stream.uniform(0.06, 0.115)
            root, tune = song.roots[k % len(song.roots)], song.contour[(k * 37) % 256]
            top = DRAWN * (0.76 - 0.10 * layer * -1 - 0.018 * root - 0.20 * float(tune)) - DRAWN * 0.10
            draw.rectangle([x, top, x + width, DRAWN], fill=colour)
            if layer:
                for wy in np.arange(top + 26, DRAWN * 0.84, 34):
                    for wx in np.arange(x + 14, x + width - 22, 30):
                        if stream.random() < 0.10 + 0.4 * song.activity[k % 64, int(wy) % 64]:
                            draw.rectangle([wx, wy, wx + 13, wy + 17], fill=mixed(lamp, colour, stream.uniform(0, 0.5)))
            x += width + stream.choice([0.0, 0.0, 14.0])
            k += 1
    frame = (DRAWN * 0.09, DRAWN * 0.08, DRAWN * 0.91, DRAWN * 0.72)
    hole = Image.new("L", (DRAWN, DRAWN), 0)
    ImageDraw.Draw(hole).rounded_rectangle(frame, radius=DRAWN * 0.03, fill=255)
    image.paste(sky, (0, 0), hole)
    draw = ImageDraw.Draw(image)
    wood = p.tone(0.13, 0.04, 0.3)
    draw.rounded_rectangle(frame, radius=DRAWN * 0.03, outline=wood, width=22)
    draw.line([(DRAWN * 0.5, frame[1]), (DRAWN * 0.5, frame[3])], fill=wood, width=16)
    draw.line([(frame[0], DRAWN * 0.36), (frame[2], DRAWN * 0.36)], fill=wood, width=12)
    draw.rectangle([DRAWN * 0.05, frame[3] - 6, DRAWN * 0.95, frame[3] + 34], fill=p.tone(0.3, 0.06, 0.6))
    return image


def halftone(song: Sitter) -> Image.Image:
    """A bold print: dots that grow with the music, time from left to right, over one strong colour."""
    p, stream = song.palette, song.stream
    ground, ink = (p.tone(0.72, 0.2, 1.0), p.tone(0.2, 0.06)) if p.dark < 0.7 else (p.tone(0.2, 0.07), p.tone(0.8, 0.19, 1.0))
    image = Image.new("RGB", (DRAWN, DRAWN), ground)
    draw = ImageDraw.Draw(image)
    disc(draw, (DRAWN * stream.uniform(0.35, 0.65), DRAWN * 0.42), DRAWN * 0.33, p.tone(0.93, 0.07, 0.5))
    tilt = math.radians(stream.choice([14.0, 22.0, 30.0, -18.0]))
    step = DRAWN / 34
    for i in range(-16, 52):
        for j in range(-16, 52):
            x = DRAWN / 2 + ((i - 17) * math.cos(tilt) - (j - 17) * math.sin(tilt)) * step
            y = DRAWN / 2 + ((i - 17) * math.sin(tilt) + (j - 17) * math.cos(tilt)) * step
            if -step < x < DRAWN + step and -step < y < DRAWN + step:
                u, v = min(max(x / DRAWN, 0.0), 0.999), min(max(y / DRAWN, 0.0), 0.999)
                tune = 0.75 - 0.5 * float(song.contour[int(u * 256)])
                weight = 0.75 * math.exp(-(((v - tune) / 0.13) ** 2)) + 0.6 * max(0.0, v - 0.62) / 0.38
                weight += 0.3 * float(song.activity[int(u * 64), 63 - int(v * 64)])
                if weight > 0.08:
                    disc(draw, (x, y), step * 0.72 * min(1.0, weight) ** 0.5, ink)
    for k in range(3):
        y = DRAWN * (0.05 + 0.022 * k)
        draw.rectangle(
            [DRAWN * 0.06, y, DRAWN * (0.3 + 0.5 * song.energies[k % len(song.energies)]), y + DRAWN * 0.011], fill=ink
        )
    return image


def strings(song: Sitter) -> Image.Image:
    """Fine golden threads stretched across the dark, swinging as wide as the sections are strong."""
    p, stream = song.palette, song.stream
    image = gradient((p.tone(0.12, 0.05), p.tone(0.25, 0.1, 0.1), p.tone(0.16, 0.06)))
    light = Image.new("RGB", (DRAWN, DRAWN), 0)
    draw = ImageDraw.Draw(light)
    xs = np.linspace(0, 1, 220)
    loud = smooth(np.repeat(song.energies, [max(1, round(220 * n / sum(song.lengths))) for n in song.lengths]), 25)
    loud = np.interp(xs, np.linspace(0, 1, len(loud)), loud)
    tune = smooth(np.interp(xs, np.linspace(0, 1, 256), song.contour), 41)
    count = 54
    phase = stream.uniform(0, 2 * np.pi)
    for k in range(count):
        place = k / (count - 1) - 0.5
        spread = place * (0.10 + 0.62 * loud) + 0.05 * np.sin(xs * 7 + place * 6 + phase)
        y = DRAWN * (0.47 + 0.30 * (0.5 - tune) + spread)
        colour = oklch(0.86 - 0.45 * abs(place), 0.11, 80.0 + 50 * place) if k % 3 else p.tone(0.75, 0.13, 0.6)
        draw.line(
            [(float(a * DRAWN), float(b)) for a, b in zip(xs, y, strict=True)],
            fill=colour,
            width=3 + 3 * (k % 9 == 0),
            joint="curve",
        )
    soft = np.asarray(light.filter(ImageFilter.GaussianBlur(16)), np.float32)
    sharp, below = np.asarray(light, np.float32), np.asarray(image, np.float32)
    lit = 255 - (255 - below) * (1 - sharp / 255) * (1 - np.clip(soft * 1.1, 0, 255) / 255)
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8), "RGB")


SCENES: dict[str, tuple[Callable[[Sitter], Image.Image], ...]] = {  # the seed chooses among a style's own
    "pop": (ribbons, rings),
    "rock": (ridgelines, halftone),
    "folk": (landscape,),
    "jazz": (cut_paper,),
    "hip_hop": (halftone, window_at_night),
    "house": (rings, ribbons),
    "synthwave": (horizon_sun,),
    "lofi": (window_at_night, landscape),
    "orchestral": (strings, landscape),
    "metal": (shards, ridgelines),
}
ANY_SCENE = (ribbons, landscape, rings, cut_paper)


def scene(plan: Plan, score: Score) -> Image.Image:
    """The picture without letters, 1024 x 1024."""
    song = sat_for(plan, score)
    scenes = STYLES.first(SCENES, score.style, ANY_SCENE)
    drawn = scenes[(score.take + int(song.stream.integers(len(scenes)))) % len(scenes)](song)
    return grain(drawn.resize((SIZE, SIZE), Image.Resampling.LANCZOS), song.stream)


def cover(plan: Plan, score: Score) -> Image.Image:
    """The cover, 1024 x 1024, with the title on it."""
    return lettered(scene(plan, score), score.title, STYLES.kin(score.style)[-1])


def cover_jpeg(plan: Plan, score: Score) -> bytes:
    """The cover as JPEG."""
    return jpeg(cover(plan, score))


def jpeg(picture: Image.Image) -> bytes:
    """A picture as a JPEG file."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, optimize=False)
    return out.getvalue()
