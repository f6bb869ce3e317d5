"""From the band's tracks to a record: a strip per stem, levels by measured loudness, moves that follow the song, one master.

    strip     high-pass, EQ, compression, de-essing, the shared room — inside each stem
    levels    every stem's loudness brought to its place under the voice (`desk`), then the voice measured against the
              accompaniment's midrange and the accompaniment moved until the words stand out
    moves     under the voice, under the kick; and every section at the loudness that its energy asks for: gains that move
    master    a gentle tilt and one gain curve for everything (`master`)

After the strips all is linear in the stems, so they add up to the mix, to the last bit (`pcm`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from troubadour.mix import tone
from troubadour.mix.desk import (
    ASKED_LU,
    INSTRUMENTAL_LEAD_LU,
    ROLES_LU,
    SIDES,
    STRIPS,
    Sound,
    Strip,
    asked_of,
    clarity_of,
    cleared,
    family_of,
    sound_of,
)
from troubadour.mix.dynamics import HOP, Control, compress, control_points, de_ess, full_kick, kicks, pumped
from troubadour.mix.filters import Band, filter_in_place, filter_into, section, sections
from troubadour.mix.loudness import (
    ABSOLUTE_GATE_LUFS,
    MIDRANGE,
    SILENCE_LUFS,
    TENTH,
    Energies,
    energies,
    gated,
    integrated,
    true_peak_dbtp,
)
from troubadour.mix.master import CEILING_DBTP, STEM_CEILING, UNITY, master_curve, same_master
from troubadour.mix.pcm import FULL_24, settle, summed
from troubadour.mix.room import ROOMS, Room, add_room
from troubadour.mix.timbre import driven, electric
from troubadour.mix.value import Contour, Desk, Fader, Loudness, Mix, Pcm
from troubadour.plan import Plan
from troubadour.score import Score, Section
from troubadour.stems import Audio, Stems, Window
from troubadour.theory.timbres import TIMBRES, Timbre
from troubadour.units import SAMPLE_RATE_HZ, gain

RAMP_S = 0.05
SIBILANCE = section("band_pass", 7000.0, 0.0, 0.9)
KICK = section("low_pass", 120.0)
KICK_RELEASE_S = 0.22
LINE_RIDE_DB = 2.5  # how far a quiet or loud line of the voice may be moved
FIT_DB = (-9.0, 8.0)  # how far the whole accompaniment may be moved to its place under the voice
SECTION_FIT_DB = (-3.0, 1.5)  # and one section of it beyond that
CONTOUR_DB = (-5.0, 6.0)  # how far a whole section may be moved to its place in the song
CONTOUR_RAMP_S = 0.2
MEASURED_FRAMES = 2 * TENTH  # a shorter stretch of a section says nothing about it
DRY_CEILING = 0.98
FADED_SHARE = 0.75  # of the tail: a held chord dies away and is not switched off
HALF_SCALE = STEM_CEILING / gain(CEILING_DBTP - 0.3)  # brings the ceiling of half a mix (sample peaks) to that of a stem
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


def balance(stems: Stems, plan: Plan, score: Score, room: str = "") -> Mix:
    """The finished mix, the band in the style's room or in another: -14 LUFS, true peak under -1 dBTP, 24-bit stems that add up to the master exactly."""
    return _mixed(stems, plan, View(score, Window(0, score.frames)), None, room)


def balance_like(desk: Desk, stems: Stems, plan: Plan, score: Score, window: Window) -> Mix:
    """A window of a song, mixed with settings that were found before. Stems that those do not know are measured here."""
    return _mixed(stems, plan, View(score, window), desk, desk.room)


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


def _mixed(stems: Stems, plan: Plan, view: View, desk: Desk | None, other_room: str) -> Mix:
    sound = sound_of(plan.style)
    sound = replace(sound, room=other_room or sound.room)
    strengths, timbre = plan.brief.request.strengths, TIMBRES.get(plan.brief.request.timbre or "")
    sound = asked_of(sound, strengths)
    room, voice_room = _rooms(sound, view.score)
    buffers: dict[str, Audio] = {}
    channels: list[Channel] = []
    for name, strip in _strips(stems, plan, view.score, sound).items():
        family, known = family_of(name), desk.faders.get(name) if desk else None
        space = Space(voice_room, timbre, view.window.start) if family == "vocals" else Space(room)
        audio, before = _played_through(stems.tracks[name], strip, family, space, known)
        heard = energies(audio)
        after = known.stem_lufs if known else gated(heard)
        channels.append(Channel(name, family, strip, before, after, heard, energies(audio, MIDRANGE)))
        buffers[name] = audio
    gains, found = _levels(channels, sound, view, desk)
    felt = _kicks(buffers, channels, sound)
    kick = desk.kick_power if desk else full_kick(felt) if felt is not None else 1.0
    pump = pumped(felt, kick, sound.pump_db) if felt is not None else None
    total = np.zeros((view.window.frames, 2), np.float32)
    largest = np.zeros(view.window.frames, np.float32)
    for channel in channels:
        level, width = gains[channel.name]
        if pump is not None and channel.strip.pump_share > 0.0:
            level = level * pump**channel.strip.pump_share
        left, right = _pan(channel.strip.pan)
        _place(buffers[channel.name], level, width, left, right, total, HOP)
    tilt = desk.tilt if desk else tone.correction(total)
    filter_in_place(total, sections(tilt))
    for channel in channels:
        filter_in_place(buffers[channel.name], sections(tilt))
        _raise_to(largest, buffers[channel.name])
    voices = [buffers[c.name] for c in channels if c.family in ("vocals", "backing_vocals")]
    if voices and len(voices) < len(channels):
        _raise_to_halves(largest, total, voices[0] if len(voices) == 1 else np.sum(voices, axis=0), HALF_SCALE)
    if desk is None:
        curve, master = master_curve(total, largest, sound.bus_ratio, view.tail or 0)
    else:
        curve, master = same_master(total, largest, sound.bus_ratio, desk.master, view.tail), desk.master
    total[:] = 0.0
    finished = {channel.name: _settled(buffers.pop(channel.name), curve, total) for channel in channels}
    return mix_of(finished, _dry(stems.dry), replace(found, kick_power=kick, tilt=tilt, master=master, room=other_room))


def mix_of(stems: Mapping[str, Pcm], dry: Mapping[str, Pcm], desk: Desk) -> Mix:
    """A mix from its finished stems: the master is their sum."""
    master = summed(stems)
    facts = Loudness(round(integrated(master), 2), round(true_peak_dbtp(master), 2))
    return Mix(master, stems, desk, facts, dry)


def _settled(audio: Audio, curve: NDArray[np.float32], running: Audio) -> Pcm:
    out = audio.view(np.int32)  # a frame is read before it is written: the same memory serves
    settle(audio, curve, running, FULL_24, out)
    return out


def _dry(dry: Mapping[str, Audio]) -> dict[str, Pcm]:
    """The dry voices as 24-bit numbers, at the level they were sung; all lowered together if one would clip."""
    peak = max((float(np.abs(audio).max(initial=0.0)) for audio in dry.values()), default=0.0)
    scale = FULL_24 * min(1.0, DRY_CEILING / peak if peak > 0.0 else 1.0)
    return {name: np.rint(audio * scale).astype(np.int32) for name, audio in dry.items()}


# -- strips ---------------------------------------------------------------------------------------------------------


def _strips(stems: Stems, plan: Plan, score: Score, sound: Sound) -> dict[str, Strip]:
    """A strip per stem: its family's, moved by the part's role, the style, what was asked for, and its siblings' places."""
    roles = {part.name: part.role for part in score.parts}
    asked = {part.name for part in score.parts if part.instrument in plan.brief.instruments}
    timbre, clarity = TIMBRES.get(plan.brief.request.timbre or ""), clarity_of(plan.brief.request.strengths)
    siblings: dict[str, int] = {}
    made = {}
    for name in stems.tracks:
        family = family_of(name)
        strip = STRIPS[family]
        place = siblings[family] = siblings.get(family, -1) + 1
        role = roles.get(name, "")
        level = (
            strip.level_lu + sound.levels_lu.get(family, 0.0) + ROLES_LU.get(role, 0.0) + (ASKED_LU if name in asked else 0.0)
        )
        if family == "vocals" and timbre is not None:
            strip = replace(strip, bands=(*strip.bands, *timbre.bands), send_db=strip.send_db + timbre.send_db)
            level += timbre.level_lu
        if clarity:
            drier_db = 10.0 * clarity if family == "vocals" else 0.0
            strip = replace(strip, bands=(*strip.bands, *cleared(family, clarity)), send_db=strip.send_db - drier_db)
        if role == "lead" and not score.sung:
            level = INSTRUMENTAL_LEAD_LU
        pan = strip.pan * SIDES[place % len(SIDES)] if role != "lead" else 0.3 * strip.pan
        if family == "backing_vocals":
            pan = 0.45 * SIDES[(place + 1) % len(SIDES)]
        send = strip.send_db + (sound.sends_db if family not in ("vocals", "bass") else 0.0)
        made[name] = replace(strip, level_lu=level, pan=pan, send_db=send)
    return made


def _rooms(sound: Sound, score: Score) -> tuple[Room, Room]:
    beat_s = 60.0 / score.tempos[0].bpm
    echoes = tuple((beats * beat_s, sound.echo_gain / gain(STRIPS["vocals"].send_db) * 0.6**k)
                   for k, beats in enumerate(sound.echo_beats))  # fmt: skip
    return ROOMS[sound.room], replace(ROOMS[sound.voice_room], echoes=echoes)


@dataclass(frozen=True)
class Space:
    """What a stem sounds in: its room; of a lead voice also its colour, and the window's first frame."""

    room: Room
    timbre: Timbre | None = None
    start: int = 0


def _played_through(track: Audio, strip: Strip, family: str, space: Space, known: Fader | None) -> tuple[Audio, float]:
    """A stem behind its strip, and the loudness that its compressor went by: the one that is known, else its own."""
    head: tuple[Band, ...] = (("high_pass", strip.high_pass_hz, 0.0, 0.7071), *strip.bands)
    audio = np.empty(track.shape, np.float32)
    filter_into(audio, np.asarray(track, np.float32), sections(head))
    loudness = known.strip_lufs if known else integrated(audio)
    if loudness <= SILENCE_LUFS:
        return audio, loudness
    power = 10.0 ** ((loudness + 0.691) / 10.0)
    if space.timbre is not None:
        electric(audio, space.start, space.timbre.metal)
        driven(audio, power / 2.0, space.timbre.drive)
    compress(audio, power * 10.0 ** (strip.threshold_lu / 10.0), strip.ratio, strip.attack_s, strip.release_s)
    if family in ("vocals", "backing_vocals"):
        de_ess(audio, SIBILANCE, power * 10.0**-1.0)
    add_room(audio, space.room, gain(strip.send_db) if strip.send_db > -50.0 else 0.0)
    return audio, loudness


# -- levels and moves -----------------------------------------------------------------------------------------------


def _db(ratio: float) -> float:
    return 10.0 * float(np.log10(max(ratio, 1e-12)))


def _levels(
    channels: list[Channel], sound: Sound, view: View, desk: Desk | None
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
        sections_fit = _steps(view, sections_db, RAMP_S)
        for channel in band:
            moves[channel.name] += sections_fit - singing * channel.strip.duck_db
        moves[voices[0].name] += _line_ride(voices[0], view)
    contour = desk.contour if desk else None
    contour = _contour(_section_lufs(channels, moves, view), view, sound, contour)
    for channel in channels:
        moves[channel.name] += _steps(view, contour.sections_db, CONTOUR_RAMP_S)
    width = _steps(view, {s.name: 0.8 + 0.35 * s.energy for s in view.score.sections}, RAMP_S)
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


def _steps(view: View, values: Mapping[str, float], ramp_s: float) -> NDArray[np.float64]:
    """A value per section as a control curve; the last one lasts through the tail; ramps lead into a change."""
    parts = view.score.sections
    curve = np.full(view.points, values[parts[0].name], np.float64)
    for part in parts:
        curve[view.section(part)[0] // HOP :] = values[part.name]
    return _smoothed(curve, ramp_s)


def _smoothed(curve: NDArray[np.float64], ramp_s: float) -> NDArray[np.float64]:
    length = max(1, round(ramp_s * SAMPLE_RATE_HZ / HOP))
    padded = np.concatenate([np.full(length, curve[0]), curve, np.full(length, curve[-1])])
    sums = np.cumsum(padded)
    start = length - length // 2
    return np.asarray((sums[start + length - 1 :][: len(curve)] - sums[start - 1 :][: len(curve)]) / length)


def _tenths_to_points(values: NDArray[np.float64], points: int) -> NDArray[np.float64]:
    centres = (np.arange(len(values)) + 0.5) * TENTH / HOP
    return np.interp(np.arange(points), centres, values)


def _singing(voice: Channel, loudest: float, points: int) -> NDArray[np.float64]:
    """1 where the voice sings, 0 where it rests, in slow ramps; the gaps between words do not count."""
    sings = (voice.heard > SINGING_SHARE * loudest).astype(np.float64)
    held = np.array([sings[max(0, i - 6) : i + 2].max() for i in range(len(sings))])
    return _smoothed(_tenths_to_points(held, points), 0.2)


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
    return _smoothed(curve, 0.3)


def _kicks(buffers: Mapping[str, Audio], channels: list[Channel], sound: Sound) -> Control | None:
    drums = next((c.name for c in channels if c.family == "drums"), None)
    if drums is None or sound.pump_db <= 0.0:
        return None
    return kicks(buffers[drums], KICK, KICK_RELEASE_S)


# -- placing --------------------------------------------------------------------------------------------------------


def _pan(place: float) -> tuple[float, float]:
    """Balance of the two channels: the near one stays, the far one falls, the power of both stays the same."""
    angle = (place + 1.0) * np.pi / 4.0
    return float(np.sqrt(2.0) * np.cos(angle)), float(np.sqrt(2.0) * np.sin(angle))


@njit(cache=True, nogil=True)
def _place(audio, level, width, left, right, total, hop):  # type: ignore[no-untyped-def]
    """Gain, width and pan, in place, and into the sum. Control values are drawn as straight lines."""
    for i in range(audio.shape[0]):
        point, share = i // hop, (i % hop) / hop
        g = level[point] + (level[point + 1] - level[point]) * share
        w = width[point] + (width[point + 1] - width[point]) * share
        middle = 0.5 * (audio[i, 0] + audio[i, 1])
        side = 0.5 * (audio[i, 0] - audio[i, 1]) * w
        audio[i, 0] = g * left * (middle + side)
        audio[i, 1] = g * right * (middle - side)
        total[i, 0] += audio[i, 0]
        total[i, 1] += audio[i, 1]


@njit(cache=True, nogil=True)
def _raise_to_halves(largest, total, voices, scale):  # type: ignore[no-untyped-def]
    """The voices alone and the band alone must pass under the master's ceiling too: one may be kept while the other is swapped."""
    for i in range(total.shape[0]):
        for c in range(2):
            largest[i] = max(largest[i], scale * abs(voices[i, c]), scale * abs(total[i, c] - voices[i, c]))


@njit(cache=True, nogil=True)
def _raise_to(largest, audio):  # type: ignore[no-untyped-def]
    for i in range(audio.shape[0]):
        largest[i] = max(largest[i], abs(audio[i, 0]), abs(audio[i, 1]))
