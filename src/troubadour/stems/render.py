"""`render`: the band plays and the singers sing a `Score`; one stereo track per voice.

A track is the sum of its sections, in whole numbers, so an edit of one section leaves all samples of the others as they
were. What still rings at the score's last frame fades over the last 60 ms. Sung parts come dry from `stems.sing`; here
they get their place: the lead in the middle, backing voices twice and to the sides.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from troubadour.score import Score, SungPart
from troubadour.stems.band.compiled import compiled
from troubadour.stems.band.record import record
from troubadour.stems.band.sounds import SOUNDS
from troubadour.stems.band.voices import ONE
from troubadour.stems.value import Audio, Stems, Window
from troubadour.tape import Tape
from troubadour.units import SAMPLE_RATE_HZ, frames

Progress = Callable[[str, float], None]

END_FADE_S = 0.06
SINGING_WORK = 4.0  # one sung part takes as long as about four played ones
DOUBLE_DELAYS_S, DOUBLE_SWAY_S, DOUBLE_SWAY_HZ = (0.011, 0.023), 0.0025, (0.31, 0.43)  # some 8 cents up and down
BACKING_PLACES = ((-0.75, 0.55), (-0.5, 0.8))  # of the voice and its double, by turns


def render(score: Score, progress: Progress | None = None, window: Window | None = None) -> Stems:
    """Record every part of a score. `progress` hears (what is being done, share done 0-1).

    With a `window` the tracks hold these frames alone: the very samples that the whole would have there.
    """
    window = window or Window(0, score.frames)
    tell = progress or (lambda what, done: None)
    work = len(score.parts) + SINGING_WORK * len(score.sung)
    tracks, dry = Tape(), Tape()
    remarks: list[str] = []
    credits: list[str] = []
    done = 0.0
    for part in score.parts:
        tell(f"playing {part.name}", done / work)
        bus, said = record(part, score, window)
        _add_track(tracks, part.name, _audio(bus, window.end == score.frames))
        remarks += said
        credits.append(SOUNDS[part.instrument].credit)
        done += 1.0
    for place, sung in enumerate(score.sung):
        tell(f"singing {sung.name}", done / work)
        voice, said, credit = _sing(sung, score, window)
        _add_track(dry, sung.name, voice[:, None])
        _add_track(tracks, sung.name, _placed(sung, voice, place, score, window))
        remarks += said
        credits.append(credit)
        done += SINGING_WORK
    tell("recorded", 1.0)
    return Stems(tracks, dry, tuple(dict.fromkeys(c for c in credits if c)), tuple(dict.fromkeys(remarks)))


def _add_track(tracks: Tape, name: str, audio: Audio) -> None:
    """Parts of one name share a track."""
    tracks.put(name, tracks[name] + audio if name in tracks else audio)


def _audio(bus: NDArray[np.int32], ends: bool) -> Audio:
    """A finished bus as sound, faded where the score ends."""
    track = np.empty((bus.shape[1], 2), np.float32)
    _interleave(bus[0], bus[1], np.float32(1.0 / ONE), track)
    return _faded(track) if ends else track


@compiled
def _interleave(left: Any, right: Any, scale: Any, track: Any) -> None:
    for i in range(len(left)):
        track[i, 0], track[i, 1] = np.float32(left[i]) * scale, np.float32(right[i]) * scale


def _faded(track: Audio) -> Audio:
    """The same array, its last 60 ms brought to zero."""
    length = min(frames(END_FADE_S), len(track))
    fall = 0.5 * (1.0 + np.cos(np.pi * (np.arange(length) + 1) / length))
    track[len(track) - length :] *= fall.astype(np.float32)[:, None]
    return track


def _sing(sung: SungPart, score: Score, window: Window) -> tuple[NDArray[np.float32], tuple[str, ...], str]:
    """A sung part, dry, exactly as long as the window; remarks; the credit that the voice asks for."""
    from troubadour.stems.sing import sing  # the voice's network is heavy: instrumental songs never load it
    from troubadour.stems.sing.voices import VOICES

    voice = sing(sung, score, window)
    sound = voice.dry
    if window.end == score.frames:
        _faded(sound[:, None])
    return sound, tuple(voice.notes), VOICES[sung.voice].credit


def _placed(sung: SungPart, voice: NDArray[np.float32], place: int, score: Score, window: Window) -> Audio:
    """The lead in the middle at its own level; a backing voice and its double to the sides."""
    track = np.zeros((len(voice), 2), np.float32)
    if not sung.name.startswith("backing_vocals"):
        np.multiply(voice[:, None], np.float32(np.sqrt(0.5)), out=track)
        return track
    for pan, delay_s, sway_hz in zip(BACKING_PLACES[place % 2], DOUBLE_DELAYS_S, DOUBLE_SWAY_HZ, strict=True):
        angle = (pan + 1.0) * np.pi / 4.0
        sides = np.float32(np.cos(angle) * np.sqrt(0.5)), np.float32(np.sin(angle) * np.sqrt(0.5))
        delays = np.array([delay_s, DOUBLE_SWAY_S]) * SAMPLE_RATE_HZ
        _add_swaying(voice, delays, 2.0 * np.pi * sway_hz / SAMPLE_RATE_HZ, window.start, *sides, track)
    return _faded(track) if window.end == score.frames else track


@compiled
def _add_swaying(voice: Any, delays: Any, sway: float, origin: int, left: Any, right: Any, track: Any) -> None:
    """The voice a little late, by a delay that moves slowly: another singer of the same line. It begins at frame `origin`."""
    step = 64  # the delay moves so slowly that it is drawn as straight lines
    for start in range(0, len(voice), step):
        end = min(start + step, len(voice))
        first = delays[0] + delays[1] * math.sin(sway * (start + origin))
        move = (delays[0] + delays[1] * math.sin(sway * (start + step + origin)) - first) / step
        for i in range(start, end):
            where = i - first - move * (i - start)
            k = math.floor(where)
            if k >= 0:
                share = np.float32(where - k)
                heard = voice[k] + (voice[min(k + 1, len(voice) - 1)] - voice[k]) * share
                track[i, 0] += heard * left
                track[i, 1] += heard * right
