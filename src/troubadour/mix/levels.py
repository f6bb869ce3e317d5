"""Where every stem stands: levels by measured loudness, the voice in front, and moves that follow the song.

Every stem's loudness is brought to its place under the voice (`desk`); then the voice is measured against the
accompaniment's midrange and the accompaniment moved until the words stand out; then every section is brought to the
loudness that its energy asks for. All of it works on energies per tenth of a second, never on the audio.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from troubadour.mix.desk import Sound, Strip
from troubadour.mix.dynamics import HOP, Control
from troubadour.mix.lanes import Energies
from troubadour.mix.loudness import ABSOLUTE_GATE_LUFS, RELATIVE_GATE_LU, SILENCE_LUFS, gated
from troubadour.mix.master import TARGET_LUFS, UNITY
from troubadour.mix.tone import Powers
from troubadour.mix.value import Contour, Desk, Fader
from troubadour.mix.view import View, smoothed, steps
from troubadour.plan import Move
from troubadour.score import Score
from troubadour.stems import Window
from troubadour.tape import TENTH
from troubadour.units import gain

RAMP_S = 0.05
LINE_RIDE_DB = 2.5  # how far a quiet or loud line of the voice may be moved
FIT_DB = (-9.0, 8.0)  # how far the whole accompaniment may be moved to its place under the voice
SECTION_FIT_DB = (-3.0, 1.5)  # and one section of it beyond that
CONTOUR_DB = (-5.0, 6.0)  # how far a whole section may be moved to its place in the song
CONTOUR_RAMP_S = 0.2
MEASURED_FRAMES = 2 * TENTH  # a shorter stretch of a section says nothing about it
SINGING_SHARE = 0.03  # of the loudest tenth of a second's power: the voice sings


@dataclass(frozen=True)
class Channel:
    """A stem on the desk: its strip, and what was measured behind it."""

    name: str
    family: str
    strip: Strip
    strip_lufs: float
    loudness_lufs: float
    heard: Energies  # K-weighted, per tenth of a second
    midrange: Energies
    octaves: Powers


def _db(ratio: float) -> float:
    return 10.0 * float(np.log10(max(ratio, 1e-12)))


def levels(
    channels: list[Channel], sound: Sound, view: View, desk: Desk | None, asked: Sequence[Move] = ()
) -> tuple[dict[str, tuple[Control, Control]], Desk]:
    """Gain and width of every channel, as control curves over the window; and the settings behind them."""
    voices = [c for c in channels if c.family == "vocals" and c.loudness_lufs > -90.0]
    band = [c for c in channels if c.family != "vocals"]
    base = _faders(channels)
    if desk:
        base |= {name: fader.gain_db for name, fader in desk.faders.items() if name in base}
    ducked = {c.name: base[c.name] - c.strip.duck_db for c in channels}
    fit = desk.accompaniment_db if desk else _fitted(voices, band, ducked, sound)
    loudest = desk.voice_power if desk else max((float(c.heard.max(initial=0.0)) for c in voices), default=0.0)
    moves = {c.name: np.full(view.points, base[c.name], np.float64) for c in channels}
    for channel in band:
        moves[channel.name] += fit
    sections_db = dict(desk.sections_db) if desk else {}
    if voices:
        singing = _singing(voices[0], loudest, view.points)
        sung = {c.name: ducked[c.name] + (fit if c in band else 0.0) for c in channels}
        sections_db = {**_section_fit(voices[0], band, sung, loudest, view, sound), **sections_db}
        sections_fit = steps(view, sections_db, RAMP_S)
        for channel in band:
            moves[channel.name] += sections_fit - singing * channel.strip.duck_db
        moves[voices[0].name] += _line_ride(voices[0], view)
    contour = desk.contour if desk else None
    contour = _contour(_section_lufs(channels, moves, view), view, sound, contour)
    for channel in channels:
        moves[channel.name] += steps(view, contour.sections_db, CONTOUR_RAMP_S)
    for move in asked:
        if move.stem in moves:
            moves[move.stem] += _moved(view, move)
    width = steps(view, {s.name: 0.8 + 0.35 * s.energy for s in view.score.sections}, RAMP_S)
    curves = {
        c.name: (
            np.asarray(10.0 ** (moves[c.name] / 20.0), dtype=np.float32),
            np.asarray(np.full(view.points, c.strip.width) if c.family in ("vocals", "bass", "drums")
                       else c.strip.width * sound.width * width, dtype=np.float32),
        )
        for c in channels
    }  # fmt: skip
    faders = {c.name: Fader(c.strip_lufs, c.loudness_lufs, base[c.name]) for c in channels}
    known = {**desk.faders, **faders} if desk else faders
    return curves, Desk(known, fit, sections_db, contour, loudest, 1.0, (), UNITY)


def _moved(view: View, move: Move) -> NDArray[np.float64]:
    """A move that an instruction asks for, as a control curve."""
    curve = np.zeros(view.points, np.float64)
    curve[view.frame_at(move.start) // HOP : -(-view.frame_at(move.end) // HOP) + 1] = move.db
    return smoothed(curve, RAMP_S)


def _faders(channels: list[Channel]) -> dict[str, float]:
    """The gain that brings each stem's loudness to its place; several backing voices share theirs."""
    base = {c.name: c.strip.level_lu - c.loudness_lufs if c.loudness_lufs > -90.0 else 0.0 for c in channels}
    backing = [c.name for c in channels if c.family == "backing_vocals"]
    for name in backing if len(backing) > 1 else ():
        base[name] -= 10.0 * float(np.log10(len(backing))) * 0.7
    return base


def _fitted(voices: list[Channel], band: list[Channel], base: dict[str, float], sound: Sound) -> float:
    """By how many decibels the accompaniment moves so that the voice stands over its midrange."""
    if not voices or not band:
        return 0.0
    return float(np.clip(_over(voices[0], band, base, _loudest(voices[0]), slice(None)) - sound.voice_over_lu, *FIT_DB))


def _loudest(voice: Channel) -> float:
    return float(voice.heard.max(initial=0.0))


def _over(voice: Channel, band: list[Channel], base: Mapping[str, float], loudest: float, where: slice) -> float:
    """How far the voice stands over the band in the midrange (dB), over the tenths of a second in which it sings."""
    sings = voice.heard[where] > SINGING_SHARE * loudest
    if not sings.any():
        return 0.0
    sung = gain(base[voice.name]) ** 2 * float(voice.midrange[where][sings].mean())
    played = sum(gain(base[c.name]) ** 2 * float(c.midrange[where][sings].mean()) for c in band)
    return _db(sung / played) if played > 0.0 else 60.0


def _section_lufs(channels: list[Channel], moves: Mapping[str, NDArray[np.float64]], view: View) -> dict[str, float]:
    """How loud each section would be on the desk, from its channels' energies; sections that are hardly in the view are left out."""
    found = {}
    for part in view.score.sections:
        start, end = view.section(part)
        if end - start < MEASURED_FRAMES:
            continue
        tenths = np.arange(start // TENTH, end // TENTH)
        points = tenths * TENTH // HOP
        heard = sum(c.heard[tenths] * 10.0 ** (moves[c.name][points] / 10.0) for c in channels)
        found[part.name] = gated(np.asarray(heard))
    return found


def _contour(found: Mapping[str, float], view: View, sound: Sound, known: Contour | None) -> Contour:
    """The gain that brings each section to the loudness that its energy asks for; the most energetic one sets the measure."""
    heard = [s for s in view.score.sections if found.get(s.name, SILENCE_LUFS) > ABSOLUTE_GATE_LUFS]
    if known is None:
        if not heard:
            return Contour(0.0, 0.0, {s.name: 0.0 for s in view.score.sections})
        top = max(heard, key=lambda s: s.energy)
        known = Contour(top.energy, found[top.name], {})
    values = {s.name: 0.0 for s in view.score.sections}
    for part in heard:
        wanted = known.lufs + (part.energy - known.energy) * sound.dynamics_db
        values[part.name] = float(np.clip(wanted - found[part.name], *CONTOUR_DB))
    return replace(known, sections_db={**values, **known.sections_db})


def _tenths_to_points(values: NDArray[np.float64], points: int) -> NDArray[np.float64]:
    centres = (np.arange(len(values)) + 0.5) * TENTH / HOP
    return np.interp(np.arange(points), centres, values)


def _singing(voice: Channel, loudest: float, points: int) -> NDArray[np.float64]:
    """1 where the voice sings, 0 where it rests, in slow ramps; the gaps between words do not count."""
    sings = (voice.heard > SINGING_SHARE * loudest).astype(np.float64)
    held = np.array([sings[max(0, i - 6) : i + 2].max() for i in range(len(sings))])
    return smoothed(_tenths_to_points(held, points), 0.2)


def _section_fit(voice: Channel, band: list[Channel], levels: Mapping[str, float], loudest: float, view: View,
                 sound: Sound) -> dict[str, float]:  # fmt: skip
    """What each section's accompaniment still needs for the voice to stand in front of it there."""
    values = {}
    for part in view.score.sections:
        start, end = view.section(part)
        where = slice(start // TENTH, end // TENTH)
        sings = float((voice.heard[where] > SINGING_SHARE * loudest).mean()) if end - start >= MEASURED_FRAMES else 0.0
        over = _over(voice, band, levels, loudest, where) - sound.voice_over_lu if sings > 0.15 and band else 0.0
        values[part.name] = float(np.clip(over, *SECTION_FIT_DB))
    return values


def _line_ride(voice: Channel, view: View) -> NDArray[np.float64]:
    """Half of each line's distance from the voice's own loudness is taken away, so that no line sinks or shouts."""
    curve = np.zeros(view.points)
    for line in (line for part in view.score.sung if part.name == voice.name for line in part.lines):
        start, end = view.frame_at(line.start), view.frame_at(line.end)
        if end <= start:
            continue
        loudness = gated(voice.heard[start // TENTH : max(end // TENTH, start // TENTH + 4)])
        if loudness > -90.0:
            ride = float(np.clip(0.5 * (voice.loudness_lufs - loudness), -LINE_RIDE_DB, LINE_RIDE_DB))
            curve[start // HOP : end // HOP + 1] = ride
    return smoothed(curve, 0.3)


def expected_lufs(score: Score, sound: Sound, window: Window) -> float:
    """How loud a window of the finished song will be, told from its sections' energies alone."""
    whole, part = View(score, Window(0, score.frames)), View(score, window)
    return TARGET_LUFS + _mean_lufs(part, sound) - _mean_lufs(whole, sound)


def _mean_lufs(view: View, sound: Sound) -> float:
    """The loudness of what a view shows, relative to a section of all energy."""
    frames = np.array([end - start for start, end in map(view.section, view.score.sections)], np.float64)
    powers = np.array([10.0 ** ((part.energy - 1.0) * sound.dynamics_db / 10.0) for part in view.score.sections])
    mean = float((frames * powers).sum() / max(frames.sum(), 1.0))
    heard = powers > mean * 10.0 ** (-RELATIVE_GATE_LU / 10.0)
    return 10.0 * float(np.log10(max((frames * powers)[heard].sum(), 1e-9) / max(frames[heard].sum(), 1e-9)))
