"""Drums: the style's groove at the bar's energy, fills before something new, crashes on arrivals.

Kits and hand percussion follow the General MIDI percussion map.
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

DRUMS = {
    "kick": 36, "rim": 37, "snare": 38, "clap": 39, "hat": 42, "pedal": 44, "open": 46, "tom_low": 43, "tom_mid": 47,
    "tom_high": 50, "crash": 49, "ride": 51, "bell": 53, "tambourine": 54, "splash": 55, "cowbell": 56,
}  # fmt: skip
HAND = {
    "tambourine": 54, "cowbell": 56, "bongo_high": 60, "bongo_low": 61, "conga_mute": 62, "conga_high": 63, "conga_low": 64,
    "timbale_high": 65, "timbale_low": 66, "agogo_high": 67, "agogo_low": 68, "cabasa": 69, "shaker": 70, "guiro": 73,
    "claves": 75, "woodblock": 76, "triangle": 81,
}  # fmt: skip
STRENGTH = {"-": 38, "o": 66, "x": 92, "X": 114}
HEAVY = ("kick", "snare", "clap", "rim")
PLAIN_SHAKER = {"shaker": "o-x-o-x-o-x-o-x-"}


def native_metre(canvas: Canvas) -> Metre:
    """The metre that the style's patterns are written in."""
    beats, unit = canvas.style.metres[0].split("/")
    return Metre(int(beats), int(unit))


def groove_at(canvas: Canvas, bar: Bar) -> Groove | None:
    """The groove of a bar: the highest home energy that the bar reaches; among equals one for each kind of section."""
    grooves = canvas.style.grooves
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
    laid = bars_of(groove.voices[voice], native_metre(canvas), canvas.plan.metre, voice not in HEAVY)
    return laid[bar.in_phrase % len(laid)]


def write_drums(canvas: Canvas, player: Player, member: Member, alone: bool) -> list[Note]:
    """The part of a kit or of hand percussion. `alone`: there is no other percussion to leave voices to."""
    kit = INSTRUMENTS[player.instrument].stem == "drums" or player.instrument == "orchestral_percussion"
    table = DRUMS if kit else HAND
    notes: list[Note] = []
    for bar in canvas.bars:
        if bar.closing:
            notes += _close(canvas, bar, table, kit)
        elif _plays(bar, member, player, canvas):
            notes += _bar(canvas, bar, table, kit, alone)
    return notes


def _plays(bar: Bar, member: Member, player: Player, canvas: Canvas) -> bool:
    asked = player.instrument in canvas.plan.brief.instruments
    if bar.section.kind in member.rest_in or (member.only_in and bar.section.kind not in member.only_in):
        return False
    return bar.section.energy >= min(member.from_energy, 0.3 if asked else 1.0)


def _bar(canvas: Canvas, bar: Bar, table: dict[str, int], kit: bool, alone: bool) -> list[Note]:
    groove = groove_at(canvas, bar)
    voices = dict(groove.voices) if groove else {}
    if not kit and not set(voices) & set(HAND):
        voices |= PLAIN_SHAKER
    native, metre = native_metre(canvas), canvas.plan.metre
    fill = _fill(canvas, bar) if kit else {}
    fill_from = min((h.start for name, hits in fill.items() if name not in ("kick", "hat") for h in hits), default=bar.length)
    notes: list[Note] = []
    for voice, pattern in voices.items():
        if voice not in table or (kit and not alone and voice in ("tambourine", "cowbell")):
            continue
        laid = bars_of(
            pattern,
            native if voice != "shaker" or pattern not in PLAIN_SHAKER.values() else Metre(4, 4),
            metre,
            voice not in HEAVY,
        )
        for hit in laid[bar.in_phrase % len(laid)]:
            if hit.start < fill_from:
                notes.append(_struck(canvas, bar, hit, table[voice]))
    for voice, hits in fill.items():
        notes += [
            _struck(canvas, bar, hit, DRUMS[voice], rising=True)
            for hit in hits
            if voice in DRUMS and hit.start >= min(fill_from, bar.length)
        ]
    if kit and _arrives(bar) and bar.energy >= 0.5:
        notes.append(Note(bar.start, 480, DRUMS["crash"], loudness(100, bar.energy)))
    return notes


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


def _close(canvas: Canvas, bar: Bar, table: dict[str, int], kit: bool) -> list[Note]:
    """The last beat: kick and crash together; hand percussion shakes once."""
    energy = max(bar.energy, 0.3)
    if not kit:
        voice = "triangle" if energy < 0.4 else "tambourine"
        return [Note(bar.start, 480, table[voice], loudness(70, energy))]
    played = any(bar.section.energy >= 0.3 for bar in canvas.bars)
    if not played:
        return []
    notes = [Note(bar.start, 240, DRUMS["kick"], loudness(95, energy))]
    if canvas.style.ending == "cold" or energy > 0.55:
        notes.append(Note(bar.start, 240, DRUMS["snare"], loudness(90, energy)))
    if energy > 0.35:
        notes.append(Note(bar.start, min(1920, canvas.ring_end - bar.start), DRUMS["crash"], loudness(92, energy)))
    return notes
