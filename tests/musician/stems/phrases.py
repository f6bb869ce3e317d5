"""Short scores in which one instrument plays what it typically plays."""

from __future__ import annotations

from troubadour.brief import Key, Metre
from troubadour.score import Chord, Feel, Note, Part, Phrase, Score, Section, SungPart, Tempo
from troubadour.stems.band.sounds import SOUNDS
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.theory.percussion import RHYTHMS, STROKES

BEAT = 480
BEATS = {  # keys struck on each eighth of a bar
    "orchestral_percussion": ((36, 49), (), (38,), (38,), (36,), (), (38,), (38,)),
    "hand_percussion": ((70, 63), (70,), (70, 54), (70, 64), (70, 63), (70, 63), (70, 54), (70,)),
}
ROCK_BEAT = ((36, 42), (42,), (38, 42), (42,), (36, 42), (36, 42), (38, 42), (46,))
HITS = ("impact", "sub_drop", "reverse_cymbal")
LINES = ("blown", "bowed", "fiddled", "synth", "brass", "chip", "mallets", "bass", "sub", "solo_guitar", "slide_guitar")
CHORDAL = {
    "accordion", "concertina", "bandoneon", "string_section", "tremolo_strings", "brass_section", "supersaw", "stab", "polysynth",
    "synth_brass", "fm_keys", "vibraphone",
}  # fmt: skip


def score(
    *parts: Part, bars: int = 4, bpm: float = 100.0, tail_s: float = 2.0, looseness: float = 0.4, **more: object
) -> Score:
    """A score of `bars` bars of 4/4 in two equal sections, with a chord of C per bar."""
    frames = round((bars * 4 * 60.0 / bpm + tail_s) * 44_100)
    half = bars // 2
    sung: tuple[SungPart, ...] = ()
    feel = more.get("feel", Feel(looseness=looseness))
    assert isinstance(feel, Feel)
    return Score(
        "phrase", 7, 0, str(more.get("style", "pop")), (Tempo(0, bpm),), Metre(), Key(0), frames, feel,
        (Section("Verse 1", "verse", 0, half, 0.5), Section("Chorus 1", "chorus", half, bars - half, 0.5)),
        (Phrase("A", 0, half), Phrase("B", half, bars - half)),
        tuple(Chord(i * 4 * BEAT, 4 * BEAT, 0, "maj", 0) for i in range(bars)), parts, sung,
    )  # fmt: skip


def typical(name: str, bars: int = 4, velocity: int = 90) -> Part:
    """What this instrument typically plays: a beat, a bass line, chords, or a line in the middle of its range."""
    instrument, sound = INSTRUMENTS[name], SOUNDS[name]
    notes: list[Note] = []
    middle = (instrument.low + instrument.high) // 2
    for bar in range(bars):
        at = bar * 4 * BEAT
        if instrument.gm_program is None:
            notes += _beat(name, at, velocity)
        elif sound.manner == "effect":
            if bar == 0 or name in HITS:
                notes.append(Note(at, (4 if name in HITS else 4 * bars) * BEAT, 60, velocity))
        elif sound.manner == "bass":
            notes += [Note(at + i * 240, 240, instrument.low + 5 + (0, 0, 7, 0, 0, 5, 7, 3)[i], velocity) for i in range(8)]
        elif sound.manner == "pad":
            notes += [Note(at, 4 * BEAT, middle + step, velocity) for step in (-5, 0, 4, 7)]
        elif sound.manner in LINES and name not in CHORDAL:
            notes += [Note(at + i * BEAT, BEAT, middle + (0, 4, 2, -3)[i], velocity) for i in range(4)]
        else:
            low = middle - 9 if instrument.high - instrument.low > 24 else middle - 5
            for i in range(4):
                notes += [Note(at + i * BEAT, BEAT, low + step, velocity) for step in (0, 7, 12, 16)]
    return Part(instrument.stem, "lead", name, tuple(notes))


def _beat(name: str, at: int, velocity: int) -> list[Note]:
    """A bar of a kit's beat, or of the rhythm that a percussion instrument calls its own."""
    if name in RHYTHMS and name not in BEATS:
        strokes = STROKES[name]
        struck = [
            (i * 120, strokes[voice]) for voice, row in RHYTHMS[name].items() for i, sign in enumerate(row) if sign in "xX"
        ]
    else:
        struck = [(i * 240, key) for i, keys in enumerate(BEATS.get(name, ROCK_BEAT)) for key in keys]
    return [Note(at + start, 120, key, velocity) for start, key in sorted(struck)]
