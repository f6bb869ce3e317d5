"""The title on the cover: as large as fits, in a face that suits the style, legible on whatever lies under it.

The faces come as packages of fonts under the SIL Open Font License; a script that they lack is set in the system's DejaVu
if it is there, and a title that no font can show is left to the file name.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.resources import files

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SERIF, ROUND, PLAIN, TALL = (
    str(files(package) / "files" / name)
    for package, name in (
        ("font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
        ("font_fredoka_one", "FredokaOne-Regular.ttf"),
        ("font_manrope", "Manrope-ExtraBold.ttf"),
        ("font_fjallaone", "FjallaOne-Regular.ttf"),
    )
)
FACES = {"folk": SERIF, "jazz": SERIF, "orchestral": SERIF, "lofi": ROUND, "rock": TALL, "metal": TALL, "hip_hop": TALL}
CAPITALS = ("rock", "metal", "hip_hop", "synthwave", "house")
FALLBACKS = ("DejaVuSans-Bold.ttf", "DejaVuSans.ttf")  # the system's, for scripts that the faces lack

MARGIN = 0.075  # of the picture, all round
BLOCK = 0.36  # of its height, for all lines together
LARGEST, SMALLEST, LINES = 0.19, 0.05, 3


def lettered(picture: Image.Image, title: str, style: str) -> Image.Image:
    """The picture with the title in its lower part."""
    text = " ".join("".join(c for c in title if unicodedata.category(c)[0] != "C").split())
    text = text.upper() if style in CAPITALS else text
    face = face_for(text, style)
    if face is None or not text:
        return picture
    size = picture.size[0]
    font, lines = _fitted(face, text, size)
    step = font.size * 1.08
    top = size * (1.0 - MARGIN) - step * len(lines) + 0.1 * font.size
    dark = _is_dark(picture, top)
    picture = _scrim(picture, top - 0.6 * font.size, dark)
    shadow = Image.new("L", picture.size, 0)
    words = Image.new("L", picture.size, 0)
    for k, line in enumerate(lines):
        place = (size * MARGIN, top + k * step + 0.85 * font.size)
        ImageDraw.Draw(words).text(place, line, font=font, fill=255, anchor="ls")
        ImageDraw.Draw(shadow).text((place[0], place[1] + 3), line, font=font, fill=170, anchor="ls")
    shadow = shadow.filter(ImageFilter.GaussianBlur(10))
    picture.paste((10, 8, 14) if dark else (255, 253, 248), (0, 0), shadow)
    picture.paste((255, 251, 243) if dark else (24, 20, 26), (0, 0), words)
    return picture


def face_for(text: str, style: str) -> str | None:
    """The first face that can show every letter: the style's own, the plain one, the system's."""
    return next((f for f in (FACES.get(style, PLAIN), PLAIN, *FALLBACKS) if _can_show(f, text)), None)


@lru_cache(maxsize=64)
def sized(face: str, size: int) -> ImageFont.FreeTypeFont:
    """A face at a size in pixels."""
    return ImageFont.truetype(face, size)


def _can_show(face: str, text: str) -> bool:
    """Whether a face has a drawing for every letter: one that looks like the drawing for "missing" is missing."""
    try:
        font = sized(face, 40)
    except OSError:
        return False
    missing = bytes(font.getmask("\U0010fffe"))
    return all(c.isspace() or bytes(font.getmask(c)) != missing for c in set(text))


def _fitted(face: str, text: str, size: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest size at which the title fits in at most three lines; past the smallest, the end is left out."""
    for points in range(round(LARGEST * size), round(SMALLEST * size), -4):
        font = sized(face, points)
        lines = _wrapped(font, text, size * (1 - 2 * MARGIN))
        if lines is not None and len(lines) * points * 1.08 <= BLOCK * size:
            return font, lines
    font = sized(face, round(SMALLEST * size))
    while text and (lines := _wrapped(font, f"{text}…", size * (1 - 2 * MARGIN))) is None:
        text = text[:-1]
    return font, lines or [text]


def _wrapped(font: ImageFont.FreeTypeFont, text: str, width: float) -> list[str] | None:
    """The title in as few lines as its words allow, none wider than `width`; None when that takes more than three."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        elif font.getlength(word) <= width and len(lines) < LINES:
            lines.append(word)
        else:
            return None
    return [line for line in lines if line]


def _is_dark(picture: Image.Image, top: float) -> bool:
    return float(np.asarray(picture.convert("L"))[round(top) :].mean()) < 150.0


def _scrim(picture: Image.Image, top: float, dark: bool) -> Image.Image:
    """The part under the title, made calmer: towards black or white, growing downwards."""
    pixels = np.asarray(picture, np.float32)
    rows = np.arange(pixels.shape[0])
    share = np.clip((rows - top) / (pixels.shape[0] - top), 0.0, 1.0)[:, None, None] ** 0.8 * (0.72 if dark else 0.6)
    made = pixels * (1 - share) + (12.0 if dark else 250.0) * share
    return Image.fromarray(made.astype(np.uint8), "RGB")
