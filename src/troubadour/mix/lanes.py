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


def _stretches(spans: Spans) -> Spans:
    """The spans cut into pieces of about one length, so that all lanes end together."""
    tenths = int((spans[:, 1] - spans[:, 0]).sum()) // TENTH
    rounds = -(-tenths // (LANES * STRETCH_TENTHS))
    length = TENTH * max(LEAST_TENTHS, -(-tenths // (LANES * max(rounds, 1))))
    cut = [(start, min(start + length, end)) for first, end in spans for start in range(first, end, length)]
    return np.array(cut, np.int64).reshape(-1, 2)


@njit(cache=True, nogil=True, fastmath={"contract"})
def _section(block, s, z):  # type: ignore[no-untyped-def]
    """One second-order section (transposed direct form II) over a block [steps, lanes]; `z` holds its states."""
    b0, b1, b2, a1, a2 = s[0], s[1], s[2], s[4], s[5]
    for t in range(block.shape[0]):
        for k in range(16):
            x = block[t, k]
            y = b0 * x + z[0, k]
            z[0, k] = b1 * x - a1 * y + z[1, k]
            z[1, k] = b2 * x - a2 * y
            block[t, k] = y


@njit(cache=True, nogil=True)
def _load(block, lane, audio, at, end, head, ahead, scale):  # type: ignore[no-untyped-def]
    """Frames `at` … of a stretch into its lane; those `ahead` of it come from `head`, those after its end are silence."""
    steps = block.shape[0]
    left, right = 2 * lane, 2 * lane + 1
    if ahead > 0:
        first = head.shape[0] - ahead
        for t in range(steps):
            block[t, left], block[t, right] = head[first + t, 0] * scale, head[first + t, 1] * scale
        return
    for t in range(min(steps, end - at)):
        block[t, left], block[t, right] = audio[at + t, 0] * scale, audio[at + t, 1] * scale
    for t in range(max(0, min(steps, end - at)), steps):
        block[t, left], block[t, right] = 0.0, 0.0


@njit(cache=True, nogil=True)
def _squares(block, sums):  # type: ignore[no-untyped-def]
    """The energy of every lane of a block."""
    sums[:] = 0.0
    for t in range(block.shape[0]):
        for k in range(16):
            sums[k] += block[t, k] * block[t, k]


@njit(cache=True, nogil=True)
def _run(audio, scale, out, chain, first, second, spans, heads, one, other, tenth, steps):  # type: ignore[no-untyped-def]
    """The chain over every stretch, into `out` (which may be `audio`, or empty); and energies behind two weightings."""
    block, heard, sums = np.zeros((steps, 16)), np.zeros((steps, 16)), np.zeros(16)
    warm = heads.shape[1]
    for group in range(0, spans.shape[0], 8):
        lanes = min(8, spans.shape[0] - group)
        longest = 0
        for lane in range(lanes):
            longest = max(longest, spans[group + lane, 1] - spans[group + lane, 0])
        z, z1, z2 = np.zeros((len(chain), 2, 16)), np.zeros((len(first), 2, 16)), np.zeros((len(second), 2, 16))
        block[:] = 0.0
        for b in range(-warm, longest, steps):
            for lane in range(lanes):
                start, end = spans[group + lane]
                if start + b < end:
                    _load(block, lane, audio, start + b, end, heads[group + lane], max(0, -b), scale)
                elif start + b < end + steps:  # the lane is done: it must not decay into numbers too small to be fast
                    block[:, 2 * lane : 2 * lane + 2] = 0.0
                    z[:, :, 2 * lane : 2 * lane + 2] = 0.0
                    z1[:, :, 2 * lane : 2 * lane + 2] = 0.0
                    z2[:, :, 2 * lane : 2 * lane + 2] = 0.0
            for k in range(len(chain)):
                _section(block, chain[k], z[k])
            if b >= 0 and len(out) > 0:
                for lane in range(lanes):
                    start, end = spans[group + lane]
                    for t in range(min(steps, end - start - b)):
                        out[start + b + t, 0], out[start + b + t, 1] = block[t, 2 * lane], block[t, 2 * lane + 1]
            for weighting, states, energies in ((first, z1, one), (second, z2, other)):
                if len(weighting) == 0:
                    continue
                heard[:] = block
                for k in range(len(weighting)):
                    _section(heard, weighting[k], states[k])
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
    scale = SCALES.get(audio.dtype.name, 1.0)
    _run(audio, scale, out, chain, first, second, spans, _heads(audio, spans), one, other, TENTH, STEPS)
    return [energies / TENTH for energies in found]
