"""Finished mixes cut and joined, stem by stem, in whole numbers: what lies outside the seam keeps every sample.

Where a window of a song is new, only that window and its surroundings are read (`replaced`): the rest is known to be the same,
and stays where it is kept until somebody asks for the whole.

A seam is a short crossfade inside the new material. Its two gains add up to one, because both sides hold the same ringing
notes there (and so do not differ like two unrelated signals would).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from troubadour.mix.balance import mix_of
from troubadour.mix.loudness import measured, told_from
from troubadour.mix.value import Desk, Loudness, Mix, Pcm, Tenths
from troubadour.tape import TENTH, Tape

PIECE_FRAMES = 20 * TENTH  # songs are read, changed and kept in pieces of two seconds
SURROUNDINGS = 33_075  # frames read on either side of a window, 0.75 s: what filters and coders must hear before it
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


@dataclass(frozen=True)
class Stretch:
    """What sounds between two frames of a song: its tracks [end - start, channels] by name. Silent ones may be missing."""

    start: int
    end: int
    stems: Mapping[str, Pcm]
    dry: Mapping[str, Pcm]

    @cached_property
    def master(self) -> Pcm:
        """The sum of the stems."""
        total = np.zeros((self.end - self.start, 2), np.int32)
        for pcm in self.stems.values():
            total += pcm
        return total

    def part(self, start: int, end: int) -> Stretch:
        """A part of it; the frames are the song's."""
        inside = slice(start - self.start, end - self.start)
        stems, dry = ({name: pcm[inside] for name, pcm in group.items()} for group in (self.stems, self.dry))
        return Stretch(start, end, stems, dry)


class Reel(Protocol):
    """A finished mix whose samples are read when they are asked for; whoever reads them may write into them."""

    @property
    def frames(self) -> int:
        """How long it is."""
        ...

    @property
    def desk(self) -> Desk:
        """The settings it was mixed with."""
        ...

    @property
    def loudness(self) -> Loudness:
        """What was measured of it."""
        ...

    def stretch(self, start: int, end: int) -> Stretch:
        """What sounds between two frames."""
        ...

    def mix(self) -> Mix:
        """All of it."""
        ...


@dataclass(frozen=True)
class Held:
    """A mix in memory as a reel. `read` gives it anew every time."""

    read: Callable[[], Mix]

    @cached_property
    def _mix(self) -> Mix:
        return self.read()

    @property
    def frames(self) -> int:
        """How long it is."""
        return len(self._mix.master)

    @property
    def desk(self) -> Desk:
        """The settings it was mixed with."""
        return self._mix.desk

    @property
    def loudness(self) -> Loudness:
        """What was measured of it."""
        return self._mix.loudness

    def stretch(self, start: int, end: int) -> Stretch:
        """What sounds between two frames."""
        groups = (self._mix.stems, self._mix.dry)
        stems, dry = ({name: np.array(pcm[start:end]) for name, pcm in group.items()} for group in groups)
        return Stretch(start, end, stems, dry)

    def mix(self) -> Mix:
        """All of it."""
        return self.read()


@dataclass(frozen=True)
class Patched:
    """A finished mix of which the frames from `start` to `end` are new. `new` holds them and their surroundings, in whole pieces."""

    old: Reel
    new: Stretch
    start: int
    end: int
    desk: Desk

    @cached_property
    def loudness(self) -> Loudness:
        """What the old mix measured, and in the window what the new one does."""
        old, new = self.old.loudness.tenths, measured(self.new.master).tenths
        first = self.new.start // TENTH
        kept = self.start // TENTH  # what the filters need to settle is not measured again
        return told_from(Tenths(_spliced(old.energies, new.energies, first, kept), _spliced(old.peaks, new.peaks, first, kept)))

    @cached_property
    def whole(self) -> Mix:
        """All of it."""
        mix, place = self.old.mix(), slice(self.new.start, self.new.end)
        stems, dry = (
            _overlaid(mix.stems, self.new.stems, place, self.old.frames),
            _overlaid(mix.dry, self.new.dry, place, self.old.frames),
        )
        mix.master[place] = self.new.master
        return Mix(mix.master, stems, self.desk, self.loudness, dry)

    def part(self, start: int, end: int) -> Mix:
        """What sounds between two frames inside the window."""
        inside = self.new.part(start, end)
        return mix_of(inside.stems, inside.dry, self.desk)


def replaced(old: Reel, new: Mix, start: int, end: int) -> Patched:
    """`old` with the frames from `start` to `end` (exclusive) taken from `new`, which holds these alone."""
    first = max(0, start - SURROUNDINGS) // PIECE_FRAMES * PIECE_FRAMES
    last = min(old.frames, -(-(end + SURROUNDINGS) // PIECE_FRAMES) * PIECE_FRAMES)
    head = old.stretch(first, min(end, start + SEAM_FRAMES))  # of the window's own frames, what the seams need
    tail = old.stretch(max(head.end, end - RETURN_FRAMES), last)
    window = (start - first, end - first, last - first)
    stems, dry = (
        {
            name: _replaced(_apart(name, heads, tails, last - first), news.get(name), *window)
            for name in {**heads, **tails, **news}
        }
        for heads, tails, news in ((head.stems, tail.stems, new.stems), (head.dry, tail.dry, new.dry))
    )
    return Patched(old, Stretch(first, last, stems, dry), start, end, _together(old.desk, new.desk))


def _apart(name: str, heads: Mapping[str, Pcm], tails: Mapping[str, Pcm], frames: int) -> Pcm | None:
    """A track of which the beginning and the end are there, and silence between them."""
    head, tail = heads.get(name), tails.get(name)
    if head is None and tail is None:
        return None
    track = np.zeros((frames, (tail if head is None else head).shape[1]), np.int32)  # type: ignore[union-attr]
    if head is not None:
        track[: len(head)] = head
    if tail is not None:
        track[frames - len(tail) :] = tail
    return track


def _spliced(old: tuple[float, ...], new: tuple[float, ...], first: int, kept: int) -> tuple[float, ...]:
    """Values of tenths of a second: the new ones begin at `first`, and count from `kept` on."""
    return (*old[:kept], *new[kept - first :], *old[first + len(new) :])


def _overlaid(old: Mapping[str, Pcm], new: Mapping[str, Pcm], place: slice, frames: int) -> Mapping[str, Pcm]:
    """Whole tracks with a stretch of them written over; a track that is not in it is silent there."""
    added = Tape()
    for name in new.keys() - old.keys():
        added.new(name, (frames, new[name].shape[1]), np.int32)
    tracks: ChainMap[str, Pcm] = ChainMap(added, old)  # type: ignore[arg-type]  # only read
    for name in tracks:
        tracks[name][place] = new.get(name, 0)
    return tracks


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
