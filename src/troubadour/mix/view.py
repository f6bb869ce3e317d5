"""The part of a song that lies on the desk: a window of a score, and curves over it that follow the song's sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from troubadour.mix.dynamics import HOP, control_points
from troubadour.score import Score, Section
from troubadour.stems import Window
from troubadour.units import SAMPLE_RATE_HZ

FADED_SHARE = 0.75  # of the tail: a held chord dies away and is not switched off


@dataclass(frozen=True)
class View:
    """The part of a song that lies on the desk; control curves count from its first frame."""

    score: Score
    window: Window

    @property
    def points(self) -> int:
        """Control values of the window."""
        return control_points(self.window.frames)

    @property
    def tail(self) -> int | None:
        """The frames over which the song fades out: most of what rings after its form. None: it does not end here."""
        score = self.score
        if self.window.end != score.frames:
            return None
        return round(FADED_SHARE * max(0, score.frames - score.frame_at(score.bar_start(score.bars))))

    def frame_at(self, tick: int) -> int:
        """A tick's frame in the window; outside it, its nearest edge."""
        return min(max(self.score.frame_at(tick) - self.window.start, 0), self.window.frames)

    def section(self, part: Section) -> tuple[int, int]:
        """The frames of a section that lie in the window."""
        score = self.score
        return self.frame_at(score.bar_start(part.start_bar)), self.frame_at(score.bar_start(part.start_bar + part.bars))


def steps(view: View, values: Mapping[str, float], ramp_s: float) -> NDArray[np.float64]:
    """A value per section as a control curve; the last one lasts through the tail; ramps lead into a change."""
    parts = view.score.sections
    curve = np.full(view.points, values[parts[0].name], np.float64)
    for part in parts:
        curve[view.section(part)[0] // HOP :] = values[part.name]
    return smoothed(curve, ramp_s)


def smoothed(curve: NDArray[np.float64], ramp_s: float) -> NDArray[np.float64]:
    """A control curve whose jumps have become ramps of this length."""
    length = max(1, round(ramp_s * SAMPLE_RATE_HZ / HOP))
    padded = np.concatenate([np.full(length, curve[0]), curve, np.full(length, curve[-1])])
    sums = np.cumsum(padded)
    start = length - length // 2
    return np.asarray((sums[start + length - 1 :][: len(curve)] - sums[start - 1 :][: len(curve)]) / length)
