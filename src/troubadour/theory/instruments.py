"""What a composer and a MIDI file need to know of each instrument: its stem, its range, its General MIDI program.

How it sounds is the band's business (`troubadour.stems.band`), which has an entry for every id here. Ranges are written
MIDI pitches (60 = middle C) in which the instrument sounds at ease. `stem` is the family name that its audio and its
MIDI track carry.
"""

from __future__ import annotations

from dataclasses import dataclass

STEMS = ("vocals", "backing_vocals", "drums", "bass", "guitar", "keyboard", "percussion", "strings", "synth", "effects",
         "brass", "woodwinds")  # fmt: skip


@dataclass(frozen=True)
class Instrument:
    """One playable instrument. `gm_program` is 0-127; None means a percussion map (MIDI channel 10)."""

    id: str
    name: str
    stem: str
    low: int
    high: int
    gm_program: int | None
    words: tuple[str, ...] = ()  # how people name it in a prompt, besides `name`


def _table(*rows: tuple[str, str, str, int, int, int | None, str]) -> dict[str, Instrument]:
    made = [Instrument(i, n, s, lo, hi, gm, tuple(w.split(", ")) if w else ()) for i, n, s, lo, hi, gm, w in rows]
    return {instrument.id: instrument for instrument in made}


INSTRUMENTS: dict[str, Instrument] = _table(
    # id, name, stem, low, high, General MIDI program, other names
    ("acoustic_kit", "drum kit", "drums", 35, 59, None, "drums, acoustic drums, live drums"),
    ("rock_kit", "rock kit", "drums", 35, 59, None, "power drums, big drums"),
    ("brush_kit", "brushes", "drums", 35, 59, None, "brush drums, brushed drums"),
    ("house_kit", "drum machine", "drums", 35, 59, None, "909, four on the floor, electronic drums"),
    ("trap_kit", "808 drums", "drums", 35, 59, None, "808 beat, trap drums"),
    ("lofi_kit", "dusty kit", "drums", 35, 59, None, "dusty drums, boom bap drums"),
    ("synthwave_kit", "gated kit", "drums", 35, 59, None, "gated drums, gated snare, linndrum"),
    ("orchestral_percussion", "orchestral percussion", "percussion", 35, 59, None, "cinematic drums, taiko, epic drums"),
    ("hand_percussion", "hand percussion", "percussion", 35, 81, None, "shaker, tambourine, congas, bongos, cajon"),
    ("timpani", "timpani", "percussion", 36, 57, 47, "kettledrums"),
    ("vibraphone", "vibraphone", "percussion", 53, 89, 11, "vibes"),
    ("glockenspiel", "glockenspiel", "percussion", 72, 103, 9, "music box, celesta, bells"),
    ("marimba", "marimba", "percussion", 45, 96, 12, "xylophone, kalimba"),
    ("finger_bass", "electric bass", "bass", 28, 55, 33, "bass guitar, bass"),
    ("pick_bass", "picked bass", "bass", 28, 55, 34, ""),
    ("upright_bass", "upright bass", "bass", 28, 55, 32, "double bass, walking bass, contrabass"),
    ("synth_bass", "synth bass", "bass", 28, 55, 38, "analog bass, moog bass"),
    ("sub_bass", "808 bass", "bass", 24, 52, 39, "sub bass, 808"),
    ("steel_guitar", "acoustic guitar", "guitar", 40, 76, 25, "steel-string guitar, strummed guitar, folk guitar"),
    ("nylon_guitar", "nylon guitar", "guitar", 40, 76, 24, "classical guitar, spanish guitar, fingerpicked guitar"),
    ("clean_guitar", "electric guitar", "guitar", 40, 84, 27, "clean guitar, jangly guitar, guitar"),
    ("jazz_guitar", "jazz guitar", "guitar", 40, 80, 26, "hollow-body guitar"),
    ("distorted_guitar", "distorted guitar", "guitar", 38, 84, 30, "heavy guitar, guitars, power chords, overdriven guitar"),
    ("banjo", "banjo", "guitar", 50, 86, 105, ""),
    ("ukulele", "ukulele", "guitar", 60, 81, 24, "uke"),
    ("grand_piano", "piano", "keyboard", 28, 100, 0, "grand piano, acoustic piano"),
    ("electric_piano", "electric piano", "keyboard", 36, 88, 4, "rhodes, wurlitzer, keys"),
    ("organ", "organ", "keyboard", 36, 91, 16, "hammond, drawbar organ"),
    ("church_organ", "church organ", "keyboard", 36, 91, 19, "pipe organ"),
    ("harpsichord", "harpsichord", "keyboard", 40, 88, 6, "cembalo"),
    ("accordion", "accordion", "keyboard", 53, 88, 21, "concertina, bandoneon"),
    ("string_section", "strings", "strings", 36, 91, 48, "string section, orchestra, violins"),
    ("pizzicato_strings", "pizzicato strings", "strings", 36, 84, 45, "pizzicato"),
    ("violin", "violin", "strings", 55, 96, 40, "fiddle"),
    ("cello", "cello", "strings", 36, 74, 42, ""),
    ("harp", "harp", "strings", 31, 98, 46, ""),
    ("brass_section", "brass", "brass", 43, 82, 61, "horns, horn section, brass section"),
    ("trumpet", "trumpet", "brass", 54, 84, 56, ""),
    ("muted_trumpet", "muted trumpet", "brass", 54, 82, 59, ""),
    ("trombone", "trombone", "brass", 40, 70, 57, ""),
    ("french_horn", "french horn", "brass", 41, 74, 60, ""),
    ("flute", "flute", "woodwinds", 60, 94, 73, ""),
    ("clarinet", "clarinet", "woodwinds", 52, 86, 71, ""),
    ("saxophone", "saxophone", "woodwinds", 49, 80, 66, "sax, tenor sax, alto sax"),
    ("oboe", "oboe", "woodwinds", 58, 88, 68, ""),
    ("harmonica", "harmonica", "woodwinds", 60, 88, 22, "mouth harp"),
    ("saw_lead", "saw lead", "synth", 48, 96, 81, "synth lead, lead synth, analog lead"),
    ("square_lead", "square lead", "synth", 48, 96, 80, "chiptune lead, 8-bit"),
    ("supersaw", "supersaw", "synth", 40, 91, 62, "synth chords, trance stab"),
    ("warm_pad", "synth pad", "synth", 36, 88, 89, "pad, pads, warm pad, analog pad"),
    ("pluck", "synth pluck", "synth", 40, 96, 84, "pluck, arp, arpeggio, arpeggiator, synth, synthesizer, synths"),
    ("fm_keys", "FM keys", "synth", 36, 96, 5, "dx7, fm piano, fm bell"),
    ("choir_pad", "choir", "synth", 43, 84, 52, "choir, aahs, vocal pad"),
    ("vinyl_noise", "vinyl crackle", "effects", 60, 60, 122, "vinyl, crackle, tape hiss"),
    ("riser", "riser", "effects", 60, 60, 119, "risers, sweep, uplifter"),
    ("impact", "impact", "effects", 60, 60, 127, "impacts, boom, hit"),
)
