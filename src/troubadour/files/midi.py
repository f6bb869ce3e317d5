"""The score as a Standard MIDI File that tells the truth: format 1, 480 ticks to the quarter, tick 0 = the first sample.

The first track holds tempo, time and key signature, section names as markers, and text events `phrase A` and
`chord C:min7`. Then follows one track per part, named like its stem. A sung part has one lyric event per syllable: joined,
they are the words as written, with a line feed after each line; a syllable that the letters cannot show carries `-`.
Notes have their written place and length: swing and feel are performance.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import mido

from troubadour.files.names import fifths, harte, is_minor
from troubadour.score import Note, Part, Score, SungPart
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.units import SAMPLE_RATE_HZ, TICKS_PER_BEAT

MAJOR_KEYS = ("Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#")  # -6 … 6 fifths
MINOR_KEYS = ("Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m", "D#m")
DRUM_CHANNEL = 9
MELODIC_CHANNELS = tuple(channel for channel in range(16) if channel != DRUM_CHANNEL)
VOICE_PROGRAMS = {"vocals": 53}  # Voice Oohs
BACKING_PROGRAM = 52  # Choir Aahs
SUNG_VELOCITY = 100

Event = tuple[int, int, mido.Message]  # tick, order among events of one tick, message
OFF, SETUP, TEXT, ON = range(4)


def midi_bytes(score: Score) -> bytes:
    """The whole score as the bytes of a MIDI file."""
    channels = iter(MELODIC_CHANNELS * (1 + len(score.parts) + len(score.sung)))
    tracks = [_track(score.title, _conductor(score))]
    tracks += [_track(part.name, _sung_events(part, next(channels))) for part in score.sung]
    for part in score.parts:
        drums = INSTRUMENTS[part.instrument].gm_program is None
        tracks.append(_track(part.name, _part_events(part, DRUM_CHANNEL if drums else next(channels))))
    out = io.BytesIO()
    mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, charset="utf-8", tracks=tracks).save(file=out)
    return out.getvalue()


def key_signature(score: Score) -> str:
    """The key as mido names it: `Bb`, `F#m`; other modes as the nearer of major and minor."""
    return (MINOR_KEYS if is_minor(score.key) else MAJOR_KEYS)[fifths(score.key) + 6]


def _track(name: str, events: Iterable[Event]) -> mido.MidiTrack:
    track, now = mido.MidiTrack([mido.MetaMessage("track_name", name=name, time=0)]), 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    return track


def _conductor(score: Score) -> Iterator[Event]:
    """Everything about time and form, to the tick at which the audio ends."""
    metre = score.metre
    if score.skipped:  # the rest of a bar: `numerator` of its smallest parts, then whole bars
        yield 0, SETUP, _signature_of(metre.bar_ticks - score.skipped)
    yield (
        max(0, score.bar_start(1 if score.skipped else 0)),
        SETUP,
        mido.MetaMessage("time_signature", numerator=metre.beats, denominator=metre.unit),
    )
    yield 0, SETUP, mido.MetaMessage("key_signature", key=key_signature(score))
    for tempo in score.tempos:
        yield tempo.start, SETUP, mido.MetaMessage("set_tempo", tempo=round(60e6 / tempo.bpm))
    for section in score.sections:
        yield max(0, score.bar_start(section.start_bar)), SETUP, mido.MetaMessage("marker", text=section.name)
    for phrase in score.phrases:
        yield max(0, score.bar_start(phrase.start_bar)), TEXT, mido.MetaMessage("text", text=f"phrase {phrase.label}")
    for chord in score.chords:
        name = harte(chord.root, chord.quality, chord.bass, score.key)
        yield chord.start, ON, mido.MetaMessage("text", text=f"chord {name}")
    yield _last_tick(score), ON + 1, mido.MetaMessage("end_of_track")


def _signature_of(ticks: int) -> mido.MetaMessage:
    """A time signature for a bar of this length, in the longest unit that divides it."""
    unit = next(unit for unit in (4, 8, 16, 32, 64) if ticks % (4 * TICKS_PER_BEAT // unit) == 0 or unit == 64)
    return mido.MetaMessage("time_signature", numerator=max(1, ticks * unit // (4 * TICKS_PER_BEAT)), denominator=unit)


def _last_tick(score: Score) -> int:
    last = score.tempos[-1]
    rest_s = score.frames / SAMPLE_RATE_HZ - score.seconds_at(last.start)
    written = max((note.end for part in score.parts for note in part.notes), default=0)
    return max(last.start + round(rest_s * last.bpm / 60.0 * TICKS_PER_BEAT), written)


def _notes(notes: Iterable[Note], channel: int, velocity: int | None = None) -> Iterator[Event]:
    for note in notes:
        loud = min(127, max(1, velocity or note.velocity))
        yield note.start, ON, mido.Message("note_on", channel=channel, note=note.pitch, velocity=loud)
        yield note.end, OFF, mido.Message("note_off", channel=channel, note=note.pitch, velocity=0)


def _part_events(part: Part, channel: int) -> Iterator[Event]:
    program = INSTRUMENTS[part.instrument].gm_program
    yield 0, SETUP, mido.Message("program_change", channel=channel, program=program or 0)
    yield from _notes(part.notes, channel)


def _sung_events(part: SungPart, channel: int) -> Iterator[Event]:
    program = VOICE_PROGRAMS.get(part.name, BACKING_PROGRAM)
    yield 0, SETUP, mido.Message("program_change", channel=channel, program=program)
    for line in part.lines:
        for text, group in zip(lyric_texts([s.text for word in line.words for s in word.syllables]), line.notes, strict=True):
            yield group[0].start, TEXT, mido.MetaMessage("lyrics", text=text)
            yield from _notes(group, channel, SUNG_VELOCITY)


def lyric_texts(syllables: list[str]) -> list[str]:
    """A line's lyric events: its syllables, `-` for those without letters, a line feed after the last letters."""
    texts = [text or "-" for text in syllables]
    last = max((k for k, text in enumerate(syllables) if text), default=None)
    if last is not None and not texts[last].endswith("\n"):
        texts[last] += "\n"
    return texts
