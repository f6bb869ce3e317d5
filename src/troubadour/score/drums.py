"""Drums: the style's groove at the bar's energy, fills before something new, crashes on arrivals.

What each percussion instrument can be asked for, and plays unasked, stands in `theory.percussion`.
"""

from __future__ import annotations

from troubadour.brief import Metre
from troubadour.plan import Player
from troubadour.score.canvas import Bar, Canvas, loudness
from troubadour.score.patterns import Hit, bars_of, fill_of
from troubadour.score.value import Note
from troubadour.styles import SHARED, Groove, Member
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.theory.metre import groups
from troubadour.theory.percussion import HAND, KIT, LAST_STROKE, RHYTHMS, STROKES

STRENGTH = {"-": 38, "o": 66, "x": 92, "X": 114}
HEAVY = ("kick", "snare", "clap", "rim")
COMMON_TIME = Metre(4, 4)


def groove_at(canvas: Canvas, bar: Bar) -> Groove | None:
    """The groove of a bar: the highest home energy that the bar reaches; among equals one for each kind of section.

    Those written for the song's metre are preferred to those that are carried into it."""
    metre = str(canvas.plan.metre)
    own = [g for g in canvas.style.grooves if g.metre == metre]
    grooves = own or [g for g in canvas.style.grooves if not g.metre]
    if not grooves:
        return None
    reached = [g.energy for g in grooves if g.energy <= bar.section.energy + 1e-9] or [min(g.energy for g in grooves)]
    level = max(reached)
    equals = [g for g in grooves if g.energy == level]
    shift = int(canvas.chance.stream("drums", "variant", round(level * 100)).integers(len(equals)))
    return equals[(shift + canvas.plan.take) % len(equals)]


def hits_of(canvas: Canvas, bar: Bar, voice: str) -> tuple[Hit, ...]:
    """What one drum plays in a bar, fills aside."""
    groove = groove_at(canvas, bar)
    if groove is None or voice not in groove.voices or bar.closing:
        return ()
    laid = bars_of(groove.voices[voice], canvas.style.native(groove.metre), canvas.plan.metre, voice not in HEAVY)
    return laid[bar.in_phrase % len(laid)]


def write_drums(canvas: Canvas, player: Player, member: Member, alone: bool) -> list[Note]:
    """The part of a kit or of hand percussion. `alone`: there is no other percussion to leave voices to."""
    kit = INSTRUMENTS[player.instrument].stem == "drums" or player.instrument == "orchestral_percussion"
    notes: list[Note] = []
    for bar in canvas.written:
        if bar.closing:
            notes += _close(canvas, bar) if kit else _last_stroke(bar, player.instrument)
        elif _plays(bar, member, player, canvas):
            notes += _bar(canvas, bar, alone) if kit else _hand_bar(canvas, bar, player.instrument)
    return notes


def _plays(bar: Bar, member: Member, player: Player, canvas: Canvas) -> bool:
    asked = player.instrument in canvas.plan.brief.instruments
    if bar.section.kind in member.rest_in or (member.only_in and bar.section.kind not in member.only_in):
        return False
    return bar.section.energy >= min(member.from_energy, 0.3 if asked else 1.0)


def _bar(canvas: Canvas, bar: Bar, alone: bool) -> list[Note]:
    """A kit's bar: the groove up to the fill, the fill, and the crash of an arrival."""
    groove = groove_at(canvas, bar)
    fill = _fill(canvas, bar)
    fill_from = min((h.start for name, hits in fill.items() if name not in ("kick", "hat") for h in hits), default=bar.length)
    notes: list[Note] = []
    for voice in groove.voices if groove else ():
        if voice in KIT and (alone or voice not in ("tambourine", "cowbell")):
            notes += [_struck(canvas, bar, hit, KIT[voice]) for hit in hits_of(canvas, bar, voice) if hit.start < fill_from]
    for voice, hits in fill.items():
        notes += [
            _struck(canvas, bar, hit, KIT[voice], rising=True)
            for hit in hits
            if voice in KIT and hit.start >= min(fill_from, bar.length)
        ]
    if _arrives(bar) and bar.energy >= 0.5:
        notes.append(Note(bar.start, 480, KIT["crash"], loudness(100, bar.energy)))
    return notes


def _hand_bar(canvas: Canvas, bar: Bar, instrument: str) -> list[Note]:
    """What the groove writes for this instrument's voices, or else the rhythm that is its own."""
    strokes = STROKES.get(instrument, HAND)
    groove = groove_at(canvas, bar)
    written = [voice for voice in groove.voices if voice in strokes] if groove else []
    hits = {voice: hits_of(canvas, bar, voice) for voice in written}
    if not written:
        own = RHYTHMS.get(instrument, RHYTHMS["hand_percussion"])
        laid = {voice: bars_of(pattern, COMMON_TIME, canvas.plan.metre, True) for voice, pattern in own.items()}
        hits = {voice: rhythm[bar.in_phrase % len(rhythm)] for voice, rhythm in laid.items()}
    return [_struck(canvas, bar, hit, strokes[voice]) for voice in hits for hit in hits[voice]]


def _struck(canvas: Canvas, bar: Bar, hit: Hit, pitch: int, rising: bool = False) -> Note:
    stream = canvas.chance.stream("drums", bar.index, hit.start, pitch)
    swell = 0.85 + 0.25 * hit.start / bar.length if rising else 1.0
    velocity = loudness(STRENGTH.get(hit.sign, 92), bar.energy, swell) + int(stream.integers(-4, 5))
    return Note(bar.start + hit.start, max(30, min(hit.length, 240)), pitch, min(127, max(1, velocity)))


def _arrives(bar: Bar) -> bool:
    return bar.first_of_section and bar.index > 0


def _fill(canvas: Canvas, bar: Bar) -> dict[str, tuple[Hit, ...]]:
    """A fill in the last bar before a new section (a whole one where energy rises), a small one at some phrase ends."""
    stream = canvas.chance.stream("drums", "fill", bar.section.kind, bar.section_number if bar.lead_in else bar.in_phrase)
    last_of_phrase = bar.in_phrase == bar.phrase.bars - 1 and bar.phrase.bars >= 4
    if not bar.lead_in and not (last_of_phrase and stream.random() < 0.4):
        return {}
    if bar.energy < 0.3 and (bar.next_section is None or bar.next_section.energy < 0.4):
        return {}
    names = [name for name in canvas.style.fills if name in SHARED.fills]
    if not names:
        return {}
    voices = SHARED.fills[names[int(stream.integers(len(names)))]]
    laid = {voice: fill_of(pattern, canvas.plan.metre) for voice, pattern in voices.items()}
    if bar.lead_in:
        return laid
    late = sum(groups(canvas.plan.metre)[:-1])  # a small fill: its last beat only
    return {voice: tuple(hit for hit in hits if hit.start >= late) for voice, hits in laid.items() if voice != "kick"}


def _last_stroke(bar: Bar, instrument: str) -> list[Note]:
    """The last beat of hand percussion: one stroke; a quiet song's shakers leave it to a triangle."""
    energy, strokes = max(bar.energy, 0.3), STROKES.get(instrument, HAND)
    voice = "triangle" if energy < 0.4 and "triangle" in strokes else LAST_STROKE.get(instrument, next(iter(strokes)))
    return [Note(bar.start, 480, strokes[voice], loudness(70, energy))]


def _close(canvas: Canvas, bar: Bar) -> list[Note]:
    """A kit's last beat: kick and crash together."""
    if not any(bar.section.energy >= 0.3 for bar in canvas.bars):
        return []
    energy = max(bar.energy, 0.3)
    notes = [Note(bar.start, 240, KIT["kick"], loudness(95, energy))]
    if canvas.style.ending == "cold" or energy > 0.55:
        notes.append(Note(bar.start, 240, KIT["snare"], loudness(90, energy)))
    if energy > 0.35:
        held = canvas.style.ending == "cold"  # the hand closes on the cymbal
        ring = min(480 if held else 1920, canvas.ring_end - bar.start)
        notes.append(Note(bar.start, ring, KIT["crash"], loudness(92, energy), "choke" if held else ""))
    return notes
