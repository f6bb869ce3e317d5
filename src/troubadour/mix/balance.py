"""From the band's tracks to a record: a strip per stem, levels by measured loudness, moves that follow the song, one master.

    strips    high-pass, EQ, compression, de-essing, the shared room — inside each stem (`strips`)
    levels    every stem's place, the voice in front, sections at the loudness that their energy asks for (`levels`)
    pump      under the kick
    tone      the whole towards the spectrum of published records (`tone`)
    master    one gain curve for everything (`master`)

After the strips all is linear in the stems, so they add up to the mix, to the last bit (`pcm`). A stem is in memory only
while it is worked on; in between it lies on `tape`, and what the band recorded on tape is recorded over: there is no second
reel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numba import njit

from troubadour.mix import tone
from troubadour.mix.desk import Sound, asked_of, family_of, sound_of
from troubadour.mix.dynamics import HOP, Control, full_kick, kicks, pumped
from troubadour.mix.filters import filter_in_place, section, sections
from troubadour.mix.levels import Channel, expected_lufs, levels
from troubadour.mix.loudness import measured
from troubadour.mix.master import CEILING_DBTP, STEM_CEILING, TARGET_LUFS, master_curve, same_master
from troubadour.mix.pcm import FULL_24, settle, summed
from troubadour.mix.strips import Space, played_through, rooms, strips
from troubadour.mix.value import Desk, Mix, Pcm
from troubadour.mix.view import View
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.stems import Audio, Stems, Window
from troubadour.tape import Tape, sounding
from troubadour.theory.timbres import TIMBRES
from troubadour.units import gain

VOICES = ("vocals", "backing_vocals")
HALF_SCALE = np.float32(
    STEM_CEILING / gain(CEILING_DBTP - 0.3)
)  # brings the ceiling of half a mix (sample peaks) to that of a stem
PIECE_FRAMES = 1 << 20  # of the voices that are in memory at once
KICK = section("low_pass", 120.0)
KICK_RELEASE_S = 0.22
DRY_CEILING = 0.98


def balance(stems: Stems, plan: Plan, score: Score, room: str = "", lufs: float = TARGET_LUFS) -> Mix:
    """The finished mix, the band in the style's room or in another: -14 LUFS (or what is asked for, as far as the peaks let be), true peak under -1 dBTP, 24-bit stems that add up to the master exactly."""
    return _mixed(stems, plan, View(score, Window(0, score.frames)), None, room, lufs)


def balance_opening(stems: Stems, plan: Plan, score: Score, window: Window) -> Mix:
    """The beginning of a song of which no more is there: as loud as it will be in the whole, as far as the score tells."""
    lufs = expected_lufs(score, sound_of(plan.style), window)
    return _mixed(stems, plan, View(score, window), None, "", lufs, TARGET_LUFS - lufs)


def balance_like(desk: Desk, stems: Stems, plan: Plan, score: Score, window: Window) -> Mix:
    """A window of a song, mixed with settings that were found before. Stems that those do not know are measured here."""
    return _mixed(stems, plan, View(score, window), desk, desk.room, TARGET_LUFS)


def _mixed(stems: Stems, plan: Plan, view: View, desk: Desk | None, other_room: str, lufs: float, whole_db: float = 0.0) -> Mix:
    sound = sound_of(plan.style)
    sound = asked_of(replace(sound, room=other_room or sound.room), plan.brief.request.strengths)
    tape, channels = _through_the_strips(stems, plan, view, sound, desk)
    curves, found = levels(channels, sound, view, desk, plan.moves)
    pump, kick = _pump(tape, channels, sound, desk)
    tilt = desk.tilt if desk else tone.correction(_octaves(channels, curves, view), sound.family)
    total = np.zeros((view.window.frames, 2), np.float32)
    largest = np.zeros(view.window.frames, np.float32)
    spans = {}
    for channel in channels:
        level, width = curves[channel.name]
        if pump is not None and channel.strip.pump_share > 0.0:
            level = level * pump**channel.strip.pump_share
        audio = tape[channel.name]
        filter_in_place(audio, sections(tilt))
        spans[channel.name] = sounding(audio)
        _place(audio, spans[channel.name], level, width, *_pan(channel.strip.pan), total, largest, HOP)
        del audio  # a track is in memory only while somebody holds it
    voices = [channel.name for channel in channels if channel.family in VOICES]
    if 0 < len(voices) < len(channels):
        for first in range(0, len(total), PIECE_FRAMES):
            piece = slice(first, first + PIECE_FRAMES)
            _raise_to_halves(largest[piece], total[piece], summed({name: tape[name][piece] for name in voices}), HALF_SCALE)
    if desk is None:
        curve, master = master_curve(total, largest, sound.bus_ratio, view.tail, lufs, whole_db)
    else:
        curve, master = same_master(total, largest, sound.bus_ratio, desk.master, view.tail), desk.master
    del largest
    mastered = total.view(np.int32)
    mastered[:] = 0
    for channel in channels:
        audio = tape[channel.name]
        settle(audio, spans[channel.name], curve, FULL_24, audio.view(np.int32), mastered)
        tape.reread(channel.name, np.int32)
        del audio
    del curve
    return _finished(
        mastered, tape, _dry(stems.dry), replace(found, kick_power=kick, tilt=tilt, master=master, room=other_room)
    )


def _through_the_strips(stems: Stems, plan: Plan, view: View, sound: Sound, desk: Desk | None) -> tuple[Tape, list[Channel]]:
    room, voice_room = rooms(sound, view.score)
    timbre = TIMBRES.get(plan.brief.request.timbre or "")
    tape = stems.tracks if isinstance(stems.tracks, Tape) else Tape()
    channels = []
    out = np.zeros((view.window.frames, 2), np.float32)
    for name, strip in strips(stems, plan, view.score, sound).items():
        known = desk.faders.get(name) if desk else None
        space = Space(voice_room, timbre, view.window.start) if family_of(name) == "vocals" else Space(room)
        channels.append(played_through(stems.tracks[name], out, name, strip, space, known))
        tape.put(name, out)
        out[:] = 0.0
    return tape, channels


def mix_of(stems: Mapping[str, Pcm], dry: Mapping[str, Pcm], desk: Desk, master: Pcm | None = None) -> Mix:
    """A mix from its finished stems: the master is their sum, which may be known already."""
    return _finished(summed(stems) if master is None else master, stems, dry, desk)


def _finished(master: Pcm, stems: Mapping[str, Pcm], dry: Mapping[str, Pcm], desk: Desk) -> Mix:
    return Mix(master, stems, desk, measured(master), dry)


def _dry(dry: Mapping[str, Audio]) -> Tape:
    """The dry voices as 24-bit numbers, at the level they were sung; all lowered together if one would clip."""
    peak = max((float(np.abs(audio).max(initial=0.0)) for audio in dry.values()), default=0.0)
    scale = FULL_24 * np.float32(min(1.0, DRY_CEILING / peak if peak > 0.0 else 1.0))
    tape = Tape()
    for name, audio in dry.items():
        tape.put(name, np.rint(audio * scale).astype(np.int32))
    return tape


def _octaves(channels: list[Channel], curves: Mapping[str, tuple[Control, Control]], view: View) -> tone.Powers:
    """The spectrum of the mix: its channels' powers at the gains they have in each window (they are not in phase)."""
    points = tone.window_centres(view.window.frames) // HOP
    powers = [channel.octaves * curves[channel.name][0][points].astype(np.float64)[:, None] ** 2 for channel in channels]
    return np.asarray(sum(powers[1:], start=powers[0]))


def _pump(tape: Tape, channels: list[Channel], sound: Sound, desk: Desk | None) -> tuple[Control | None, float]:
    """The gain that the kick drum presses on the others, and the power of a full kick."""
    known = desk.kick_power if desk else 1.0
    drums = next((channel.name for channel in channels if channel.family == "drums"), None)
    if drums is None or sound.pump_db <= 0.0:
        return None, known
    felt = kicks(tape[drums], KICK, KICK_RELEASE_S)
    full = known if desk else full_kick(felt)
    return pumped(felt, full, sound.pump_db), full


def _pan(place: float) -> tuple[np.float32, np.float32]:
    """Balance of the two channels: the near one stays, the far one falls, the power of both stays the same."""
    angle = (place + 1.0) * np.pi / 4.0
    return np.float32(np.sqrt(2.0) * np.cos(angle)), np.float32(np.sqrt(2.0) * np.sin(angle))


@njit(cache=True, nogil=True, fastmath={"contract"})
def _place(audio, spans, level, width, left, right, total, largest, hop):  # type: ignore[no-untyped-def]
    """Gain, width and pan, in place; into the sum and the largest stem's size. Control values are drawn as straight lines."""
    half, step = np.float32(0.5), np.float32(1.0 / hop)
    for first, end in spans:
        for point in range(first // hop, (end + hop - 1) // hop):
            g0, w0 = level[point], width[point]
            rise, widening = (level[point + 1] - g0) * step, (width[point + 1] - w0) * step
            for i in range(max(first, point * hop), min(end, (point + 1) * hop)):
                at = np.float32(i - point * hop)
                gain = g0 + rise * at
                middle = half * (audio[i, 0] + audio[i, 1])
                side = half * (audio[i, 0] - audio[i, 1]) * (w0 + widening * at)
                x, y = gain * left * (middle + side), gain * right * (middle - side)
                audio[i, 0], audio[i, 1] = x, y
                total[i, 0] += x
                total[i, 1] += y
                largest[i] = max(largest[i], abs(x), abs(y))


@njit(cache=True, nogil=True)
def _raise_to_halves(largest, total, voices, scale):  # type: ignore[no-untyped-def]
    """The voices alone and the band alone must pass under the master's ceiling too: one may be kept while the other is swapped."""
    for i in range(total.shape[0]):
        for c in range(2):
            largest[i] = max(largest[i], scale * abs(voices[i, c]), scale * abs(total[i, c] - voices[i, c]))
