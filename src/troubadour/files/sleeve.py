"""The picture of a recording that was not made here: its waveform as a disc, in the colour of its key."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

from troubadour.brief import Key
from troubadour.files.names import is_minor
from troubadour.files.picture import oklch

SIZE, DRAWN = 1024, 2048  # drawn larger, then reduced: smooth edges
RAYS = 240
INNER, OUTER = 0.16, 0.44  # of the picture's width
TURN_DEGREES = 20.0


def sleeve_jpeg(peaks: Sequence[float], key: Key | None) -> bytes:
    """A square JPEG. `peaks` are the recording's largest values in equal pieces, 0-1."""
    hue = (key.tonic * 7 % 12) * 30.0 + TURN_DEGREES if key else 0.0
    colourful = 1.0 if key else 0.1
    dark = key is None or is_minor(key)
    ground = oklch(0.22 if dark else 0.93, 0.05 * colourful, hue)
    picture = Image.new("RGB", (DRAWN, DRAWN), ground)
    draw = ImageDraw.Draw(picture)
    middle = DRAWN / 2
    loudest = max(peaks, default=0.0) or 1.0
    for ray in range(RAYS):
        stretch = peaks[ray * len(peaks) // RAYS : max(ray * len(peaks) // RAYS + 1, (ray + 1) * len(peaks) // RAYS)]
        height = math.sqrt(max(stretch, default=0.0) / loudest)
        angle = 2.0 * math.pi * ray / RAYS - math.pi / 2.0
        near, far = INNER * DRAWN, (INNER + (OUTER - INNER) * max(height, 0.03)) * DRAWN
        ends = [(middle + r * math.cos(angle), middle + r * math.sin(angle)) for r in (near, far)]
        lightness = (0.62 + 0.25 * height) if dark else (0.68 - 0.25 * height)
        draw.line(ends, fill=oklch(lightness, 0.15 * colourful, hue + 60.0 * ray / RAYS), width=round(DRAWN * 0.0065))
    hole = 0.02 * DRAWN
    draw.ellipse((middle - hole, middle - hole, middle + hole, middle + hole), fill=oklch(0.6, 0.12 * colourful, hue))
    out = io.BytesIO()
    picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(out, "JPEG", quality=88)
    return out.getvalue()
