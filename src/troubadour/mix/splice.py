"""Finished mixes cut and joined, stem by stem, in whole numbers: what lies outside the seam keeps every sample.

A seam is a short crossfade inside the new material. Its two gains add up to one, because both sides hold the same ringing
notes there (and so do not differ like two unrelated signals would).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from troubadour.mix.balance import mix_of
from troubadour.mix.pcm import summed
from troubadour.mix.value import Desk, Mix, Pcm

SEAM_FRAMES = 441  # 10 ms: into new material
RETURN_FRAMES = 1323  # 30 ms: back to the old, where notes of the new may still ring


def begun(mix: Mix) -> Mix:
    """A mix that begins in the middle of a song, faded in over 10 ms."""
    stems = {name: _begun(pcm) for name, pcm in mix.stems.items()}
    return mix_of(stems, {name: _begun(pcm) for name, pcm in mix.dry.items()}, mix.desk)


def copied(mix: Mix) -> Mix:
    """The same samples, to be written into."""
    stems, dry = ({name: pcm.copy() for name, pcm in group.items()} for group in (mix.stems, mix.dry))
    return replace(mix, master=mix.master.copy(), stems=stems, dry=dry)


def sliced(mix: Mix, start: int, end: int) -> Mix:
    """A part of a mix, its edges as they are."""
    stems = {name: pcm[start:end] for name, pcm in mix.stems.items()}
    return mix_of(stems, {name: pcm[start:end] for name, pcm in mix.dry.items()}, mix.desk)


def continued(first: Mix, second: Mix, at: int) -> Mix:
    """`first` until frame `at`, then `second`, which was `begun`; the next 10 ms of the old fade meanwhile."""
    frames = at + len(second.master)
    stems = {name: _continued(first.stems.get(name), second.stems.get(name), at, frames) for name in _names(first, second)}
    dry_names = dict.fromkeys((*first.dry, *second.dry))
    dry = {name: _continued(first.dry.get(name), second.dry.get(name), at, frames) for name in dry_names}
    return mix_of(stems, dry, _together(first.desk, second.desk))


def replaced(old: Mix, new: Mix, start: int, end: int) -> Mix:
    """`old` with the frames from `start` to `end` (exclusive) taken from `new`, which holds these alone.

    The samples of `old` are written over: a whole song need not be copied for a few bars.
    """
    frames = len(old.master)
    stems = {name: _replaced(old.stems.get(name), new.stems.get(name), start, end, frames) for name in _names(old, new)}
    dry_names = dict.fromkeys((*old.dry, *new.dry))
    dry = {name: _replaced(old.dry.get(name), new.dry.get(name), start, end, frames) for name in dry_names}
    old.master[start:end] = summed({name: pcm[start:end] for name, pcm in stems.items()})
    return mix_of(stems, dry, _together(old.desk, new.desk), old.master)


def _names(one: Mix, other: Mix) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one.stems, *other.stems)))


def _together(one: Desk, other: Desk) -> Desk:
    """The first desk, with the second's faders for stems that it does not know."""
    contour = replace(one.contour, sections_db={**other.contour.sections_db, **one.contour.sections_db})
    sections_db = {**other.sections_db, **one.sections_db}
    return replace(one, faders={**other.faders, **one.faders}, sections_db=sections_db, contour=contour)


def _rising(frames: int) -> NDArray[np.float64]:
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * (np.arange(frames) + 0.5) / max(frames, 1)))


def _faded(pcm: Pcm, gain: NDArray[np.float64]) -> Pcm:
    return np.rint(pcm * gain[:, None]).astype(np.int32)


def _begun(pcm: Pcm) -> Pcm:
    length = min(SEAM_FRAMES, len(pcm))
    return np.concatenate([_faded(pcm[:length], _rising(SEAM_FRAMES)[:length]), pcm[length:]])


def _continued(first: Pcm | None, second: Pcm | None, at: int, frames: int) -> Pcm:
    channels = next(pcm.shape[1] for pcm in (first, second) if pcm is not None)
    out = np.zeros((frames, channels), np.int32)
    if second is not None:
        out[at:] = second
    if first is not None:
        kept = first[:at]
        out[: len(kept)] = kept
        if len(kept) < at:  # a recording that stops before the beat
            last = kept[-SEAM_FRAMES:]
            out[len(kept) - len(last) : len(kept)] = _faded(last, 1.0 - _rising(SEAM_FRAMES)[-len(last) :])
        leaving = first[at : at + SEAM_FRAMES]
        out[at : at + len(leaving)] += _faded(leaving, 1.0 - _rising(SEAM_FRAMES)[: len(leaving)])
    return out


def _replaced(old: Pcm | None, new: Pcm | None, start: int, end: int, frames: int) -> Pcm:
    channels = next(pcm.shape[1] for pcm in (old, new) if pcm is not None)
    before = old if old is not None else np.zeros((frames, channels), np.int32)
    inside = new if new is not None else np.zeros((end - start, channels), np.int32)
    share = np.ones(end - start)
    length = min(SEAM_FRAMES, (end - start) // 2)
    back = min(RETURN_FRAMES, (end - start) // 2)
    if start > 0:
        share[:length] = _rising(length)
    if end < frames:
        share[len(share) - back :] *= _rising(back)[::-1]
    before[start:end] = _faded(inside, share) + _faded(before[start:end], 1.0 - share)
    return before
