"""Tracks on tape: named audio that lies in a file of no name and is mapped into memory only while somebody holds it.

A song has a dozen tracks of 21 MB a minute; no machine need hold them all at once. The files have no name in any folder, so
nothing is left behind, however the process ends.
"""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import IO, Any

import numpy as np
from numba import njit
from numpy.typing import DTypeLike, NDArray

from troubadour.units import SAMPLE_RATE_HZ

TENTH = SAMPLE_RATE_HZ // 10
Spans = NDArray[np.int64]  # [spans, (start, end)] in frames


@njit(cache=True, nogil=True)
def _sounding(audio, tenth):  # type: ignore[no-untyped-def]
    """Whether anything sounds, per tenth of a second (the last one may be short)."""
    found = np.zeros((audio.shape[0] + tenth - 1) // tenth, np.bool_)
    for k in range(len(found)):
        for i in range(k * tenth, min((k + 1) * tenth, audio.shape[0])):
            if audio[i, 0] != 0 or audio[i, -1] != 0:
                found[k] = True
                break
    return found


def sounding(audio: NDArray[Any], ringing_tenths: int = 0) -> Spans:
    """Where audio [frames, 1 or 2] sounds, and so long after it, in whole tenths of a second. Elsewhere every bit of it is zero."""
    heard = _sounding(audio.view(np.int32) if audio.dtype == np.float32 else audio, TENTH)
    active = heard.copy()
    for later in range(1, ringing_tenths + 1):
        active[later:] |= heard[:-later]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(np.int8)))
    return np.asarray(np.minimum(edges.reshape(-1, 2) * TENTH, len(audio)))


class Tape(Mapping[str, Any]):
    """Arrays by name. What `tape[name]` gives is a view of the track: let go of it, and its memory is free."""

    def __init__(self) -> None:
        self._tracks: dict[str, tuple[IO[bytes], np.dtype[Any], tuple[int, ...]]] = {}
        self._files = ExitStack()
        weakref.finalize(self, self._files.close)

    def new(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """A silent track to write to; an older one of that name is gone."""
        kind = np.dtype(dtype)
        file = self._files.enter_context(tempfile.TemporaryFile(prefix="troubadour-"))  # noqa: SIM115
        file.truncate(max(1, int(np.prod(shape)) * kind.itemsize))
        self._tracks[name] = (file, kind, shape)
        return self[name]

    def put(self, name: str, track: NDArray[Any]) -> None:
        """Keeps a copy of a stereo or mono track, in the place of one of that name and size if there is one."""
        if self._tracks.get(name, (None,))[1:] == (track.dtype, track.shape):
            place, done = self[name], 0
            for start, end in (*sounding(track), (len(track), len(track))):
                for first, last in sounding(place[done:start]):  # what sounded where all is silent now
                    place[done + first : done + last] = 0
                place[start:end] = track[start:end]
                done = end
            return
        self.new(name, track.shape, track.dtype)
        file = self._tracks[name][0]
        for start, end in sounding(track):  # written, not mapped: that spares a page fault every 4 KB
            file.seek(int(start) * track[:1].nbytes)
            file.write(np.ascontiguousarray(track[start:end]).data.cast("B"))
        file.flush()

    def reread(self, name: str, dtype: DTypeLike) -> NDArray[Any]:
        """The same bytes as numbers of another kind of the same size, from now on."""
        file, _, shape = self._tracks[name]
        self._tracks[name] = (file, np.dtype(dtype), shape)
        return self[name]

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A track, mapped into memory."""
        file, kind, shape = self._tracks[name]
        if 0 in shape:
            return np.zeros(shape, kind)
        return np.asarray(np.memmap(file, kind, "r+", shape=shape))

    def __iter__(self) -> Iterator[str]:
        """The names, in the order they were recorded."""
        return iter(self._tracks)

    def __len__(self) -> int:
        """How many tracks there are."""
        return len(self._tracks)
