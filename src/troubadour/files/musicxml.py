"""The score as MusicXML 4.0, for MuseScore and its like: parts, words, chord symbols, drums, section marks.

Notes are put on a grid that can be notated: every beat is divided into sixteenths (of a half where needed) or into
triplets, whichever fits its notes better; a note is split into tied values at bar lines and at beats. Chord symbols,
section marks and tempo stand in the first part. 480 divisions to the quarter, so that grid times are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

from troubadour.brief import Key
from troubadour.files.names import fifths, spelled
from troubadour.score import Chord, Part, Score, SungPart
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.theory.scales import ABOVE_MAJOR
from troubadour.units import TICKS_PER_BEAT

BEAT = TICKS_PER_BEAT
STRAIGHT, TRIPLET = 60, 80  # the two grids inside a beat: half a sixteenth, half a triplet eighth
VALUES = {  # length on the straight grid: note type, dots, and what its start must be a multiple of
    1920: ("whole", 0, 1920), 1440: ("half", 1, 480), 960: ("half", 0, 480), 720: ("quarter", 1, 480), 480: ("quarter", 0, 240),
    360: ("eighth", 1, 120), 240: ("eighth", 0, 120), 120: ("16th", 0, 60), 60: ("32nd", 0, 60),
}  # fmt: skip
TRIPLET_VALUES = {320: ("quarter", 0), 240: ("eighth", 1), 160: ("eighth", 0), 80: ("16th", 0)}
VOICES_PER_STAFF = 4

KINDS = {  # Harte's quality: MusicXML's kind, its text, added degrees
    "maj": ("major", ""), "min": ("minor", "m"), "dim": ("diminished", "dim"), "aug": ("augmented", "aug"),
    "sus2": ("suspended-second", "sus2"), "sus4": ("suspended-fourth", "sus4"), "7": ("dominant", "7"),
    "maj7": ("major-seventh", "maj7"), "min7": ("minor-seventh", "m7"), "minmaj7": ("major-minor", "m(maj7)"),
    "hdim7": ("half-diminished", "m7b5"), "dim7": ("diminished-seventh", "dim7"), "maj6": ("major-sixth", "6"),
    "min6": ("minor-sixth", "m6"), "9": ("dominant-ninth", "9"), "maj9": ("major-ninth", "maj9"),
    "min9": ("minor-ninth", "m9"),
    "sus4(b7)": ("suspended-fourth", "7sus4"), "5": ("power", "5"), "1": ("pedal", ""),
}  # fmt: skip
DRUMS = {  # General MIDI key: name, step, octave on the staff, notehead ("" is the normal one)
    35: ("Bass Drum 2", "E", 4, ""), 36: ("Bass Drum", "F", 4, ""), 37: ("Side Stick", "C", 5, "x"), 38: ("Snare", "C", 5, ""),
    39: ("Clap", "C", 5, "x"), 40: ("Snare 2", "C", 5, ""), 41: ("Floor Tom", "A", 4, ""), 42: ("Closed Hi-hat", "G", 5, "x"),
    43: ("Floor Tom 2", "A", 4, ""), 44: ("Pedal Hi-hat", "D", 4, "x"), 45: ("Low Tom", "B", 4, ""),
    46: ("Open Hi-hat", "G", 5, "circle-x"),
    47: ("Mid Tom", "D", 5, ""), 48: ("High Tom", "E", 5, ""), 49: ("Crash", "A", 5, "x"), 50: ("High Tom 2", "E", 5, ""),
    51: ("Ride", "F", 5, "x"), 52: ("China", "B", 5, "x"), 53: ("Ride Bell", "F", 5, "diamond"), 54: ("Tambourine", "B", 4, "x"),
    55: ("Splash", "B", 5, "x"), 56: ("Cowbell", "E", 5, "triangle"), 57: ("Crash 2", "B", 5, "x"), 59: ("Ride 2", "F", 5, "x"),
}  # fmt: skip
HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN"'
    b' "http://www.musicxml.org/dtds/partwise.dtd">\n'
)
OTHER_DRUM = ("C", 5, "x")


@dataclass(frozen=True)
class Event:
    """What sounds together in one voice, on the grid: pitches, and for a singer the syllable that begins here."""

    start: int
    end: int
    pitches: tuple[int, ...]
    lyric: str = ""
    syllabic: str = ""
    tied_from: bool = False
    tied_to: bool = False


@dataclass
class Grid:
    """Which beats of a part are divided by three."""

    triplets: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, times: Iterable[int]) -> Grid:
        """Chosen per beat by the smaller total distance of its times to the grid lines."""
        off: dict[int, list[int]] = {}
        for tick in times:
            inside = tick % BEAT
            straight, triplet = (abs(inside - round(inside / unit) * unit) for unit in (120, 160))
            total = off.setdefault(tick // BEAT, [0, 0])
            total[0] += straight
            total[1] += triplet
        return cls({beat for beat, (straight, triplet) in off.items() if triplet < straight})

    def unit(self, tick: int) -> int:
        """Width of the grid around a tick."""
        return TRIPLET if tick // BEAT in self.triplets else STRAIGHT

    def snapped(self, tick: int) -> int:
        """The grid line nearest to a tick."""
        return round(tick / self.unit(tick)) * self.unit(tick)

    def pieces(self, start: int, end: int, bar: int) -> list[tuple[int, int, str, int, bool]]:
        """A stretch inside one bar as notatable values: (start, length, type, dots, in a triplet)."""
        made = []
        at = start
        while at < end:
            beat = at // BEAT
            if beat in self.triplets:
                left = min(end, (beat + 1) * BEAT) - at
                if left == BEAT:
                    made.append((at, BEAT, "quarter", 0, False))
                    at += BEAT
                    continue
                length = next(v for v in TRIPLET_VALUES if v <= left)
                made.append((at, length, *TRIPLET_VALUES[length], True))
            else:
                limit = end
                while beat * BEAT < limit:  # up to the next beat that is divided by three
                    if beat in self.triplets:
                        limit = beat * BEAT
                    beat += 1
                inside = at - bar
                length = next(v for v, (_, _, align) in VALUES.items() if v <= limit - at and inside % align == 0)
                made.append((at, length, *VALUES[length][:2], False))
            at += length
        return made


def musicxml_bytes(score: Score) -> bytes:
    """The whole score as a MusicXML file."""
    root = ET.Element("score-partwise", version="4.0")
    _text(ET.SubElement(root, "work"), "work-title", score.title)
    identification = ET.SubElement(root, "identification")
    _text(identification, "creator", "Troubadour", type="composer")
    _text(ET.SubElement(identification, "encoding"), "software", "Troubadour")
    listing = ET.SubElement(root, "part-list")
    bars = _bars(score)
    parts: list[Part | SungPart] = [*score.sung, *score.parts]
    for k, part in enumerate(parts):
        _listed(listing, f"P{k + 1}", part)
        _write_part(ET.SubElement(root, "part", id=f"P{k + 1}"), score, part, bars, first=k == 0, id=f"P{k + 1}")
    ET.indent(root)
    return HEAD + bytes(ET.tostring(root, encoding="utf-8")) + b"\n"


def _text(parent: ET.Element, tag: str, text: object, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, tag, attributes)
    made.text = "".join(c for c in str(text) if c >= " " or c in "\t\n")  # XML knows no control characters
    return made


def _bars(score: Score) -> int:
    ends = [n.end for part in score.parts for n in part.notes] + [line.end for part in score.sung for line in part.lines]
    return max(score.bars, score.bar_at(max(ends, default=0) - 1) + 1)


def _is_drums(part: Part | SungPart) -> bool:
    return isinstance(part, Part) and INSTRUMENTS[part.instrument].gm_program is None


def _listed(listing: ET.Element, id: str, part: Part | SungPart) -> None:
    entry = ET.SubElement(listing, "score-part", id=id)
    _text(entry, "part-name", part.name.replace("_", " ").capitalize())
    if isinstance(part, Part) and _is_drums(part):
        keys = sorted({note.pitch for note in part.notes})
        for key in keys:
            made = ET.SubElement(entry, "score-instrument", id=f"{id}-I{key}")
            _text(made, "instrument-name", DRUMS[key][0] if key in DRUMS else f"Percussion {key}")
        for key in keys:
            midi = ET.SubElement(entry, "midi-instrument", id=f"{id}-I{key}")
            _text(midi, "midi-channel", 10)
            _text(midi, "midi-program", 1)
            _text(midi, "midi-unpitched", key + 1)
        return
    _text(ET.SubElement(entry, "score-instrument", id=f"{id}-I1"), "instrument-name", part.name)
    midi = ET.SubElement(entry, "midi-instrument", id=f"{id}-I1")
    program = (INSTRUMENTS[part.instrument].gm_program or 0) if isinstance(part, Part) else 53
    _text(midi, "midi-program", program + 1)


# -- from notes to voices -------------------------------------------------------------------------------------------


def _sung_events(part: SungPart) -> tuple[Grid, list[list[Event]]]:
    notes = sorted((n.start, n.end) for line in part.lines for group in line.notes for n in group)
    grid = Grid.of(tick for start, end in notes for tick in (start, end))
    events: list[Event] = []
    for line in part.lines:
        syllables = [(s.text, k, len(word.syllables)) for word in line.words for k, s in enumerate(word.syllables)]
        for (text, place, count), group in zip(syllables, line.notes, strict=True):
            shape = "single" if count == 1 else "begin" if place == 0 else "end" if place == count - 1 else "middle"
            for k, note in enumerate(group):
                start = grid.snapped(note.start)
                end = max(grid.snapped(note.end), start + grid.unit(start))
                shown = text.strip() if k == 0 else ""
                events.append(Event(start, end, (note.pitch,), shown, shape if shown else ""))
    return grid, [_in_line(sorted(events, key=lambda e: e.start))]


def _in_line(events: Sequence[Event]) -> list[Event]:
    """Events of one voice: none begins before the one before it has ended; of two at one place the later stays."""
    made: list[Event] = []
    for event in events:
        if made and made[-1].end > event.start:
            before = replace(made.pop(), end=event.start)
            if before.end > before.start:
                made.append(before)
            elif before.lyric:
                event = replace(event, lyric=(before.lyric + event.lyric), syllabic="single")  # noqa: PLW2901
        made.append(event)
    return made


def _drum_events(part: Part) -> tuple[Grid, list[list[Event]]]:
    """All drums in one voice: a stroke lasts to the next one, or to the end of its beat."""
    grid = Grid.of(note.start for note in part.notes)
    strokes: dict[int, set[int]] = {}
    for note in part.notes:
        strokes.setdefault(grid.snapped(note.start), set()).add(note.pitch)
    starts = sorted(strokes)
    ends = [min((a // BEAT + 1) * BEAT, b) for a, b in zip(starts, [*starts[1:], 1 << 60], strict=True)]
    return grid, [[Event(a, b, tuple(sorted(strokes[a]))) for a, b in zip(starts, ends, strict=True)]]


def _played_events(part: Part, staff: Sequence[int]) -> tuple[Grid, list[list[Event]]]:
    """Chords of equal place and nearly equal length, dealt out to as few voices as hold them (at most four)."""
    notes = [part.notes[k] for k in staff]
    grid = Grid.of(tick for note in notes for tick in (note.start, note.end))
    chords: dict[tuple[int, int], set[int]] = {}
    for note in notes:
        start = grid.snapped(note.start)
        end = max(grid.snapped(note.end), start + grid.unit(start))
        near = next((key for key in chords if key[0] == start and abs(key[1] - end) <= 120), (start, end))
        chords.setdefault(near, set()).add(note.pitch)
    voices: list[list[Event]] = [[]]
    for (start, end), pitches in sorted(chords.items()):
        event = Event(start, end, tuple(sorted(pitches)))
        free = next((v for v in voices if not v or v[-1].end <= start), None)
        if free is None and len(voices) < VOICES_PER_STAFF:
            voices.append(free := [])
        if free is None:
            free = min(voices, key=lambda v: v[-1].end)
        free.append(event)
    return grid, [_in_line(voice) for voice in voices]


# -- bars -----------------------------------------------------------------------------------------------------------


def _write_part(root: ET.Element, score: Score, part: Part | SungPart, bars: int, first: bool, id: str) -> None:
    staves: list[tuple[Grid, list[list[Event]]]]
    if isinstance(part, SungPart):
        staves = [_sung_events(part)]
    elif _is_drums(part):
        staves = [_drum_events(part)]
    elif INSTRUMENTS[part.instrument].stem == "keyboard" or part.instrument == "harp":
        hands = [[k for k, n in enumerate(part.notes) if (n.pitch >= 60) == upper] for upper in (True, False)]
        staves = [_played_events(part, hand) for hand in hands]
    else:
        staves = [_played_events(part, range(len(part.notes)))]
    bar_ticks = score.metre.bar_ticks
    by_bar = [(grid, [_by_bar(voice, score) for voice in voices]) for grid, voices in staves]
    for bar in range(bars):
        start, end = max(0, score.bar_start(bar)), score.bar_start(bar + 1)
        signs = {"number": str(bar + 1)} | ({"implicit": "yes"} if end - start < bar_ticks else {})
        measure = ET.SubElement(root, "measure", signs)
        if bar == 0:
            _attributes(measure, score, part, len(staves))
        if first:
            _signs(measure, score, bar)
        written = False
        for staff, (grid, voices) in enumerate(by_bar):
            for number, voice in enumerate(voices):
                events = voice.get(bar, [])
                if number and not events:
                    continue
                if written:
                    _text(ET.SubElement(measure, "backup"), "duration", end - start)
                place = (staff * VOICES_PER_STAFF + number + 1, staff + 1 if len(staves) > 1 else 0)
                _write_voice(measure, score.key, grid, events, start, end - start, place, id if _is_drums(part) else "")
                written = True


def _by_bar(events: Sequence[Event], score: Score) -> dict[int, list[Event]]:
    """Events cut at bar lines, by bar."""
    bars: dict[int, list[Event]] = {}
    for event in events:
        start = event.start
        while start < event.end:
            bar = score.bar_at(start)
            end = min(event.end, score.bar_start(bar + 1))
            cut = replace(event, start=start, end=end, tied_from=start > event.start, tied_to=end < event.end)
            bars.setdefault(bar, []).append(cut if start == event.start else replace(cut, lyric="", syllabic=""))
            start = end
    return bars


def _attributes(measure: ET.Element, score: Score, part: Part | SungPart, staves: int) -> None:
    attributes = ET.SubElement(measure, "attributes")
    _text(attributes, "divisions", BEAT)
    key = ET.SubElement(attributes, "key")
    above = ABOVE_MAJOR[score.key.mode]
    _text(key, "fifths", fifths(Key((score.key.tonic - above) % 12, "major")))
    _text(key, "mode", next(mode for mode, steps in ABOVE_MAJOR.items() if steps == above))  # a mode that readers know
    time = ET.SubElement(attributes, "time")
    _text(time, "beats", score.metre.beats)
    _text(time, "beat-type", score.metre.unit)
    if staves > 1:
        _text(attributes, "staves", staves)
    for number, (sign, line, octave) in enumerate(_clefs(part, staves)):
        clef = ET.SubElement(attributes, "clef", {"number": str(number + 1)} if staves > 1 else {})
        _text(clef, "sign", sign)
        if line:
            _text(clef, "line", line)
        if octave:
            _text(clef, "clef-octave-change", octave)


def _clefs(part: Part | SungPart, staves: int) -> list[tuple[str, int, int]]:
    if staves > 1:
        return [("G", 2, 0), ("F", 4, 0)]
    if isinstance(part, SungPart):
        pitches = [n.pitch for line in part.lines for group in line.notes for n in group]
        return [("G", 2, 0 if not pitches or sum(pitches) / len(pitches) > 57 else -1)]
    if _is_drums(part):
        return [("percussion", 0, 0)]
    stem = INSTRUMENTS[part.instrument].stem
    if stem in ("bass", "guitar"):
        return [("F", 4, -1) if stem == "bass" else ("G", 2, -1)]
    mean = sum(n.pitch for n in part.notes) / max(1, len(part.notes))
    return [("F", 4, 0) if mean < 57 else ("G", 2, 0)]


def _signs(measure: ET.Element, score: Score, bar: int) -> None:
    """What stands above the first part's bar: section, tempo, chords."""
    start, end = max(0, score.bar_start(bar)), score.bar_start(bar + 1)
    for section in score.sections:
        if section.start_bar == bar:
            direction = ET.SubElement(measure, "direction", placement="above")
            _text(ET.SubElement(direction, "direction-type"), "rehearsal", section.name)
    for tempo in score.tempos:
        if start <= tempo.start < end:
            direction = ET.SubElement(measure, "direction", placement="above")
            metronome = ET.SubElement(ET.SubElement(direction, "direction-type"), "metronome")
            _text(metronome, "beat-unit", "quarter")
            _text(metronome, "per-minute", f"{tempo.bpm:g}")
            if tempo.start > start:
                _text(direction, "offset", tempo.start - start)
            ET.SubElement(direction, "sound", tempo=f"{tempo.bpm:g}")
    for chord in score.chords:
        if start <= chord.start < end:
            _harmony(measure, chord, score.key, chord.start - start)


def _harmony(measure: ET.Element, chord: Chord, key: Key, offset: int) -> None:
    kind, text = KINDS.get(chord.quality, ("other", chord.quality))
    harmony = ET.SubElement(measure, "harmony")
    _pitch_class(ET.SubElement(harmony, "root"), "root", chord.root, key)
    _text(harmony, "kind", kind).set("text", text)
    if chord.bass % 12 != chord.root % 12:
        _pitch_class(ET.SubElement(harmony, "bass"), "bass", chord.bass, key)
    if chord.quality == "sus4(b7)":
        degree = ET.SubElement(harmony, "degree")
        _text(degree, "degree-value", 7)
        _text(degree, "degree-alter", -1)
        _text(degree, "degree-type", "add")
    if offset:
        _text(harmony, "offset", offset)


def _pitch_class(parent: ET.Element, name: str, pitch_class: int, key: Key) -> None:
    letters = spelled(pitch_class % 12, key)
    _text(parent, f"{name}-step", letters[0])
    if letters[1:]:
        _text(parent, f"{name}-alter", 1 if letters[1] == "#" else -1)


def _write_voice(measure: ET.Element, key: Key, grid: Grid, events: Sequence[Event], start: int, bar_ticks: int,
                 place: tuple[int, int], drums: str) -> None:  # fmt: skip
    """One voice of one bar: notes and the rests between them fill it exactly."""
    filled: list[Event] = []
    at = start
    for event in events:
        if event.start > at:
            filled.append(Event(at, event.start, ()))
        filled.append(event)
        at = event.end
    if at < start + bar_ticks:
        filled.append(Event(at, start + bar_ticks, ()))
    if not events:
        note = ET.SubElement(measure, "note")
        ET.SubElement(note, "rest", measure="yes")
        _text(note, "duration", bar_ticks)
        _text(note, "voice", place[0])
        if place[1]:
            _text(note, "staff", place[1])
        return
    pieces = [(event, k, piece) for event in filled for k, piece in enumerate(grid.pieces(event.start, event.end, start))]
    count = {id(event): sum(1 for e, _, _ in pieces if e is event) for event, _, _ in pieces}
    for n, (event, k, piece) in enumerate(pieces):
        opens = piece[4] and (n == 0 or not pieces[n - 1][2][4] or pieces[n - 1][2][0] // BEAT != piece[0] // BEAT)
        closes = piece[4] and (
            n + 1 == len(pieces) or not pieces[n + 1][2][4] or pieces[n + 1][2][0] // BEAT != piece[0] // BEAT
        )
        _write_event(measure, key, event, piece, place, drums, first=k == 0, last=k == count[id(event)] - 1,
                     tuplet=("start" if opens else "", "stop" if closes else ""))  # fmt: skip


def _write_event(measure: ET.Element, key: Key, event: Event, piece: tuple[int, int, str, int, bool], place: tuple[int, int],
                 drums: str, first: bool, last: bool, tuplet: tuple[str, str]) -> None:  # fmt: skip
    """One written value: a rest, a note, or the notes of a chord."""
    _, length, kind, dots, in_triplet = piece
    ties = [t for t, there in (("stop", event.tied_from or not first), ("start", event.tied_to or not last)) if there]
    if drums:
        ties = []  # a stroke is not held
    for k, pitch in enumerate(event.pitches or (None,)):
        note = ET.SubElement(measure, "note")
        if k:
            ET.SubElement(note, "chord")
        if pitch is None or (drums and not (first and not event.tied_from)):
            ET.SubElement(note, "rest")
        elif drums:
            _, step, octave, _ = DRUMS.get(pitch, ("", *OTHER_DRUM))
            unpitched = ET.SubElement(note, "unpitched")
            _text(unpitched, "display-step", step)
            _text(unpitched, "display-octave", octave)
        else:
            _pitch(note, pitch, key)
        _text(note, "duration", length)
        if pitch is not None:
            for tie in ties:
                ET.SubElement(note, "tie", type=tie)
            if drums and note.find("rest") is None:
                ET.SubElement(note, "instrument", id=f"{drums}-I{pitch}")
        _text(note, "voice", place[0])
        _text(note, "type", kind)
        for _ in range(dots):
            ET.SubElement(note, "dot")
        if in_triplet:
            modification = ET.SubElement(note, "time-modification")
            _text(modification, "actual-notes", 3)
            _text(modification, "normal-notes", 2)
        if drums and pitch in DRUMS and DRUMS[pitch][3] and note.find("rest") is None:
            _text(note, "notehead", DRUMS[pitch][3])
        if place[1]:
            _text(note, "staff", place[1])
        shown = [t for t in tuplet if t] if k == 0 else []
        if shown or (ties and pitch is not None):
            notations = ET.SubElement(note, "notations")
            for tie in ties if pitch is not None else ():
                ET.SubElement(notations, "tied", type=tie)
            for change in shown:
                ET.SubElement(notations, "tuplet", type=change)
        if event.lyric and first and k == 0:
            lyric = ET.SubElement(note, "lyric", number="1")
            _text(lyric, "syllabic", event.syllabic)
            _text(lyric, "text", event.lyric)
        if drums and note.find("rest") is not None:
            break


def _pitch(note: ET.Element, pitch: int, key: Key) -> None:
    letters = spelled(pitch % 12, key)
    element = ET.SubElement(note, "pitch")
    _text(element, "step", letters[0])
    if letters[1:]:
        _text(element, "alter", 1 if letters[1] == "#" else -1)
    _text(element, "octave", pitch // 12 - 1)
