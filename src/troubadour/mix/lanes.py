"""A chain of filters, run over eight stretches of a recording at once: one processor instruction serves them all.

A filter's next output waits for its last one, so a single recording keeps a processor's wide registers empty. But a filter
forgets: what lies further back than `WARM` frames moves its output by less than a float can tell. So a recording is cut
into stretches, each filter begins a little before its stretch, and sixteen of them (eight stretches, two channels) run side
by side. Stretches in which nothing sounds are left out: their output is silence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from troubadour.tape import TENTH, Spans, sounding

Sections = NDArray[np.float64]  # [sections, 6]: rows b0 b1 b2 a0 a1 a2, a0 = 1
Energies = NDArray[np.float64]  # [tenths of a second], both channels added

LANES, STEPS = 8, 105  # stretches side by side; frames between two looks at the bookkeeping (a divisor of TENTH)
WARM = 105 * STEPS  # a quarter of a second: a filter at 30 Hz has forgotten to 1e-13 by then
RINGING_TENTHS = 3  # a filter is given so long to die away after the last sound
STRETCH_TENTHS, LEAST_TENTHS = 80, 10
NONE: Sections = np.zeros((0, 6))
NOTHING: Sections = np.array([[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]])
FRAMES = {2: np.uint32, 4: np.uint64, 8: np.complex128}  # bytes of a sample: a number as large as two of them


def _stretches(spans: Spans) -> Spans:
    """The spans cut into pieces of about one length, so that all lanes end together."""
    tenths = int((spans[:, 1] - spans[:, 0]).sum()) // TENTH
    rounds = -(-tenths // (LANES * STRETCH_TENTHS))
    length = TENTH * max(LEAST_TENTHS, -(-tenths // (LANES * max(rounds, 1))))
    cut = [(start, min(start + length, end)) for first, end in spans for start in range(first, end, length)]
    return np.array(cut, np.int64).reshape(-1, 2)


@njit(cache=True, nogil=True, fastmath={"contract"})
def _filter(block, chain, z):  # type: ignore[no-untyped-def]
    """An even number of second-order sections (transposed direct form II) over a block [steps, lanes]; `z` holds their states.

    Two go through it together: while one waits for its own last output, the other works.
    """
    for pair in range(0, len(chain), 2):
        b0, b1, b2, _, a1, a2 = chain[pair]
        d0, d1, d2, _, c1, c2 = chain[pair + 1]
        u, v = z[pair], z[pair + 1]
        for t in range(block.shape[0]):
            row = block[t]
            for k in range(16):
                x = row[k]
                y = b0 * x + u[0, k]
                u[0, k] = b1 * x - a1 * y + u[1, k]
                u[1, k] = b2 * x - a2 * y
                w = d0 * y + v[0, k]
                v[0, k] = d1 * y - c1 * w + v[1, k]
                v[1, k] = d2 * y - c2 * w
                row[k] = w


@njit(cache=True, nogil=True)
def _load(tape, lane, piece):  # type: ignore[no-untyped-def]
    """Frames of a stretch into its lane; silence after them."""
    for t in range(len(piece)):
        tape[t, lane] = piece[t]
    tape[len(piece) :, lane] = 0


@njit(cache=True, nogil=True)
def _scale(numbers, scale, block):  # type: ignore[no-untyped-def]
    """Numbers of any kind, times `scale`; both in one row, which a processor can do several at a time."""
    for i in range(len(block)):
        block[i] = numbers[i] * scale


@njit(cache=True, nogil=True)
def _squares(block, sums):  # type: ignore[no-untyped-def]
    """The energy of every lane of a block."""
    sums[:] = 0.0
    for t in range(block.shape[0]):
        for k in range(16):
            sums[k] += block[t, k] * block[t, k]


@njit(cache=True, nogil=True)
def _run(audio, tape, numbers, scale, out, chain, first, second, spans, heads, one, other, tenth):  # type: ignore[no-untyped-def]
    """The chain over every stretch, into `out` (which may be `audio`, or empty); and energies behind two weightings.

    Frames are moved as one number each. What lies on the `tape` [steps, 8], read as samples, are `numbers` [steps x 16].
    """
    steps, warm = tape.shape[0], heads.shape[1]
    block, heard, sums = np.zeros((steps, 16)), np.zeros((steps, 16)), np.zeros(16)
    floats = np.zeros(steps * 16, np.float32)
    made = floats.view(np.uint64).reshape(steps, 8)
    for group in range(0, spans.shape[0], 8):
        lanes = min(8, spans.shape[0] - group)
        longest = 0
        for lane in range(lanes):
            longest = max(longest, spans[group + lane, 1] - spans[group + lane, 0])
        z, z1, z2 = np.zeros((len(chain), 2, 16)), np.zeros((len(first), 2, 16)), np.zeros((len(second), 2, 16))
        tape[:] = 0
        for b in range(-warm, longest, steps):
            for lane in range(lanes):
                start, end = spans[group + lane]
                if b < 0:
                    _load(tape, lane, heads[group + lane, warm + b : warm + b + steps])
                elif start + b < end:
                    _load(tape, lane, audio[start + b : min(start + b + steps, end)])
                elif start + b < end + steps:  # the lane is done: it must not decay into numbers too small to be fast
                    tape[:, lane] = 0
                    z[:, :, 2 * lane : 2 * lane + 2] = 0.0
                    z1[:, :, 2 * lane : 2 * lane + 2] = 0.0
                    z2[:, :, 2 * lane : 2 * lane + 2] = 0.0
            _scale(numbers, scale, block.reshape(-1))
            _filter(block, chain, z)
            if b >= 0 and len(out) > 0:
                _scale(block.reshape(-1), 1.0, floats)
                for lane in range(lanes):
                    start, end = spans[group + lane]
                    for t in range(min(steps, end - start - b)):
                        out[start + b + t] = made[t, lane]
            for weighting, states, energies in ((first, z1, one), (second, z2, other)):
                if len(weighting) == 0:
                    continue
                heard[:] = block
                _filter(heard, weighting, states)
                if b >= 0:
                    _squares(heard, sums)
                    for lane in range(lanes):
                        start, end = spans[group + lane]
                        if start + b < end and (start + b) // tenth < len(energies):
                            energies[(start + b) // tenth] += sums[2 * lane] + sums[2 * lane + 1]


def _heads(audio: NDArray[np.generic], spans: NDArray[np.int64]) -> NDArray[np.generic]:
    """What sounds in the `WARM` frames before each stretch."""
    heads = np.zeros((len(spans), WARM, 2), audio.dtype)
    for head, (start, _) in zip(heads, spans, strict=True):
        before = audio[max(0, start - WARM) : start]
        head[WARM - len(before) :] = before
    return heads


def _frames(audio: NDArray[np.generic]) -> NDArray[np.generic]:
    """Stereo audio […, 2] with the two samples of a frame as one number."""
    return np.asarray(np.ascontiguousarray(audio).view(FRAMES[audio.dtype.itemsize])[..., 0])


def _even(chain: Sections) -> Sections:
    """A chain of an even number of sections, of which the last one may do nothing."""
    return np.concatenate([chain, NOTHING]) if len(chain) % 2 else chain


SCALES = {"int16": 2.0**-15, "int32": 2.0**-23}  # 16-bit and 24-bit numbers count as fractions of full scale
NOWHERE = np.zeros((0, 2), np.float32)


def run(
    audio: NDArray[np.generic], out: NDArray[np.float32], chain: Sections, weightings: Sequence[Sections] = ()
) -> list[Energies]:
    """Filter stereo audio [frames, 2] through a chain into `out` (`audio` itself, zeros, or `NOWHERE`).

    Also returns the energies per tenth of a second behind the chain and each of at most two weightings.
    """
    spans = _stretches(sounding(audio, RINGING_TENTHS))
    found = [np.zeros(len(audio) // TENTH) for _ in weightings]
    first, second = (*weightings, NONE, NONE)[:2]
    one, other = (*found, np.zeros(0), np.zeros(0))[:2]
    numbers = np.zeros(STEPS * 2 * LANES, audio.dtype)
    tape, scale = _frames(numbers.reshape(-1, 2)).reshape(STEPS, LANES), SCALES.get(audio.dtype.name, 1.0)
    _run(_frames(audio), tape, numbers, scale, _frames(out), _even(chain), _even(first), _even(second), spans,
         _frames(_heads(audio, spans)), one, other, TENTH)  # fmt: skip
    return [energies / TENTH for energies in found]
