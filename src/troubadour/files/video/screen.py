"""Pixels as a video encoder takes them: a plane of luma and two half-size planes of colour (ITU-R BT.709, limited range).

A picture is converted once and then copied, in whole or in part, so that drawing a frame costs less than encoding it.
Corners of parts are even, because a pixel of colour covers two by two of luma.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Bytes = NDArray[np.uint8]
Weights = NDArray[np.uint16]
Floats = NDArray[np.float32]

RED, GREEN, BLUE = 0.2126, 0.7152, 0.0722
BLACK_Y, RANGE_Y, GREY_C, RANGE_C = 16.0, 219.0, 128.0, 224.0
WHOLE = 256  # a weight of one


@dataclass(frozen=True)
class Planes:
    """A picture, or a part of one that shares its memory: `y` [height, width], `u` and `v` half of it each way."""

    y: Bytes
    u: Bytes
    v: Bytes

    def part(self, left: int, top: int, right: int, bottom: int) -> Planes:
        """A rectangle of it, sharing its memory."""
        half = (slice(top // 2, bottom // 2), slice(left // 2, right // 2))
        return Planes(self.y[top:bottom, left:right], self.u[half], self.v[half])

    def show(self, other: Planes) -> None:
        """Takes over another picture of the same size."""
        self.y[:], self.u[:], self.v[:] = other.y, other.u, other.v

    def copied(self) -> Planes:
        """The same in memory of its own."""
        return Planes(self.y.copy(), self.u.copy(), self.v.copy())


@dataclass(frozen=True)
class Layer:
    """A picture with transparency: its colours times how much of them is there, and how much of what lies below remains."""

    paint: Planes
    below_y: Weights
    below_c: Weights

    def part(self, left: int, right: int) -> Layer:
        """Some of its columns."""
        return Layer(
            self.paint.part(left, 0, right, self.paint.y.shape[0]),
            self.below_y[:, left:right],
            self.below_c[:, left // 2 : right // 2],
        )

    def over(self, ground: Planes) -> Planes:
        """This layer on a ground of its size."""
        return Planes(
            _laid(self.paint.y, self.below_y, ground.y),
            _laid(self.paint.u, self.below_c, ground.u),
            _laid(self.paint.v, self.below_c, ground.v),
        )


def _laid(paint: Bytes, below: Weights, ground: Bytes) -> Bytes:
    return paint + (np.multiply(ground, below, dtype=np.uint16) >> 8).astype(np.uint8)


def blended(first: Planes, second: Planes, share: float | NDArray[np.float64]) -> Planes:
    """From `first` (share 0) to `second` (share 1); a row of shares has one for each column."""
    weights = np.rint(np.multiply(WHOLE, share)).astype(np.uint16)
    small = weights[::2] if weights.ndim else weights
    return Planes(_mixed(first.y, second.y, weights), _mixed(first.u, second.u, small), _mixed(first.v, second.v, small))


def _mixed(a: Bytes, b: Bytes, weights: Weights) -> Bytes:
    both = np.multiply(a, WHOLE - weights, dtype=np.uint16)
    both += np.multiply(b, weights, dtype=np.uint16)
    return (both >> 8).astype(np.uint8)


def new_frame(width: int, height: int) -> tuple[Bytes, Planes]:
    """A frame's bytes as the encoder reads them, and the same memory as planes."""
    luma, colour = width * height, width * height // 4
    data = np.zeros(luma + 2 * colour, np.uint8)
    small = (height // 2, width // 2)
    planes = Planes(
        data[:luma].reshape(height, width), data[luma : luma + colour].reshape(small), data[luma + colour :].reshape(small)
    )
    return data, planes


def planes_of(picture: Image.Image) -> Planes:
    """An RGB picture of even size."""
    pixels = np.asarray(picture.convert("RGB"), np.float32)
    blue, red = _colour(pixels)
    return Planes(*(np.rint(plane).astype(np.uint8) for plane in (_luma(pixels), GREY_C + blue, GREY_C + red)))


def layer_of(picture: Image.Image, strength: float = 1.0) -> Layer:
    """An RGBA picture of even size; `strength` 0-1 makes all of it fainter."""
    pixels = np.asarray(picture.convert("RGBA"), np.float32)
    there_y = pixels[..., 3] * np.float32(strength / 255.0)
    there_c = _halved(there_y)
    blue, red = _colour(pixels[..., :3] * there_y[..., None])  # what is not there has no colour to be averaged
    planes = (_luma(pixels) * there_y, GREY_C * there_c + blue, GREY_C * there_c + red)
    below = (np.rint(WHOLE * (1.0 - there)).astype(np.uint16) for there in (there_y, there_c))
    return Layer(Planes(*(plane.astype(np.uint8) for plane in planes)), *below)


def _luma(rgb: Floats) -> Floats:
    weights = np.array([RED, GREEN, BLUE], np.float32) * np.float32(RANGE_Y / 255.0)
    return rgb[..., :3] @ weights + np.float32(BLACK_Y)


def _colour(rgb: Floats) -> tuple[Floats, Floats]:
    """Blueness and redness around 0, of two by two pixels."""
    small = np.stack([_halved(rgb[..., k]) for k in range(3)], axis=-1)
    luma = small @ np.array([RED, GREEN, BLUE], np.float32)
    scale = RANGE_C / 255.0
    blue = (small[..., 2] - luma) * np.float32(scale / (2 * (1 - BLUE)))
    return blue, (small[..., 0] - luma) * np.float32(scale / (2 * (1 - RED)))


def _halved(plane: Floats) -> Floats:
    """Means of two by two."""
    return (plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]) * np.float32(0.25)
