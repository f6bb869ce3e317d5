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
    # drum kits
    ("acoustic_kit", "drum kit", "drums", 35, 59, None, "drums, acoustic drums, live drums"),
    ("rock_kit", "rock kit", "drums", 35, 59, None, "power drums, big drums, rock drums"),
    ("brush_kit", "brushes", "drums", 35, 59, None, "brush drums, brushed drums"),
    ("jazz_kit", "jazz kit", "drums", 35, 59, None, "jazz drums, bebop drums, swing drums"),
    ("room_kit", "room kit", "drums", 35, 59, None, "roomy drums, garage drums, vintage drums, motown drums"),
    ("metal_kit", "metal kit", "drums", 35, 59, None, "metal drums, double kick drums, blast beats"),
    ("breakbeat_kit", "breakbeat kit", "drums", 35, 59, None, "breakbeat drums, amen break, sampled drums, jungle drums"),
    ("electronic_kit", "electronic kit", "drums", 35, 59, None, "simmons drums, electronic drum kit, syndrums"),
    ("house_kit", "drum machine", "drums", 35, 59, None, "909, four on the floor, electronic drums"),
    ("techno_kit", "techno kit", "drums", 35, 59, None, "techno drums, hard kick, rumble kick"),
    ("trap_kit", "808 drums", "drums", 35, 59, None, "808 beat, trap drums"),
    ("tr808_kit", "classic 808 kit", "drums", 35, 59, None, "tr 808, classic 808, electro drums"),
    ("lofi_kit", "dusty kit", "drums", 35, 59, None, "dusty drums, boom bap drums"),
    ("synthwave_kit", "gated kit", "drums", 35, 59, None, "gated drums, gated snare, linndrum"),
    ("industrial_kit", "industrial kit", "drums", 35, 59, None, "industrial drums, metallic drums, distorted drums"),
    ("chip_kit", "chip drums", "drums", 35, 59, None, "8 bit drums, chiptune drums, nintendo drums"),
    # percussion sets, and what one player holds; keys are in `theory.percussion`
    ("orchestral_percussion", "orchestral percussion", "percussion", 35, 59, None, "cinematic drums, epic drums"),
    ("hand_percussion", "hand percussion", "percussion", 26, 87, None, ""),
    ("latin_percussion", "latin percussion", "percussion", 26, 87, None, "salsa percussion, afro cuban percussion"),
    ("brazilian_percussion", "brazilian percussion", "percussion", 26, 87, None, "samba percussion, batucada, samba drums"),
    ("african_percussion", "african percussion", "percussion", 26, 87, None, "african drums, tribal drums, afro percussion"),
    ("taiko", "taiko", "percussion", 26, 87, None, "taiko drums, war drums, taikos"),
    ("congas", "congas", "percussion", 26, 87, None, "conga, tumbadora"),
    ("bongos", "bongos", "percussion", 26, 87, None, "bongo"),
    ("timbales", "timbales", "percussion", 26, 87, None, "timbale"),
    ("cajon", "cajon", "percussion", 26, 87, None, "cajón, box drum"),
    ("djembe", "djembe", "percussion", 26, 87, None, "darbuka, doumbek"),
    ("tabla", "tabla", "percussion", 26, 87, None, "tablas, indian percussion, dholak"),
    ("surdo", "surdo", "percussion", 26, 87, None, ""),
    ("tamborim", "tamborim", "percussion", 26, 87, None, ""),
    ("cuica", "cuica", "percussion", 26, 87, None, "cuíca"),
    ("pandeiro", "pandeiro", "percussion", 26, 87, None, "frame drum, riq"),
    ("shaker", "shaker", "percussion", 26, 87, None, "shakers, egg shaker, caxixi"),
    ("maracas", "maracas", "percussion", 26, 87, None, "maraca"),
    ("tambourine", "tambourine", "percussion", 26, 87, None, ""),
    ("claves", "claves", "percussion", 26, 87, None, "clave"),
    ("cowbell", "cowbell", "percussion", 26, 87, None, "more cowbell"),
    ("agogo", "agogo", "percussion", 26, 87, None, "agogo bells"),
    ("guiro", "guiro", "percussion", 26, 87, None, "güiro, scraper"),
    ("woodblock", "woodblock", "percussion", 26, 87, None, "wood block, temple blocks"),
    ("castanets", "castanets", "percussion", 26, 87, None, "castanet"),
    ("triangle", "triangle", "percussion", 26, 87, None, ""),
    ("sleigh_bells", "sleigh bells", "percussion", 26, 87, None, "sleigh bell, jingle bells"),
    ("handclaps", "handclaps", "percussion", 26, 87, None, "claps, handclap, hand claps, clapping"),
    ("finger_snaps", "finger snaps", "percussion", 26, 87, None, "snaps, finger snap, finger clicks"),
    # mallets and bells
    ("timpani", "timpani", "percussion", 36, 57, 47, "kettledrums"),
    ("vibraphone", "vibraphone", "percussion", 53, 89, 11, "vibes"),
    ("glockenspiel", "glockenspiel", "percussion", 72, 103, 9, "bells"),
    ("marimba", "marimba", "percussion", 45, 96, 12, "balafon, mallets, mallet"),
    ("xylophone", "xylophone", "percussion", 60, 100, 13, ""),
    ("tubular_bells", "tubular bells", "percussion", 60, 79, 14, "chimes, church bells"),
    ("music_box", "music box", "percussion", 60, 96, 10, ""),
    ("kalimba", "kalimba", "percussion", 55, 86, 108, "thumb piano, mbira"),
    ("steel_drums", "steel drums", "percussion", 52, 86, 114, "steel pan, steel drum, steelpan"),
    ("dulcimer", "hammered dulcimer", "percussion", 48, 86, 15, "dulcimer, santoor, cimbalom, zither"),
    # basses
    ("finger_bass", "electric bass", "bass", 28, 55, 33, "bass guitar, bass"),
    ("pick_bass", "picked bass", "bass", 28, 55, 34, ""),
    ("slap_bass", "slap bass", "bass", 28, 60, 36, "slapped bass, funk bass, slap and pop bass"),
    ("fretless_bass", "fretless bass", "bass", 28, 58, 35, ""),
    ("upright_bass", "upright bass", "bass", 28, 55, 32, "double bass, walking bass"),
    ("synth_bass", "synth bass", "bass", 28, 55, 38, "analog bass, moog bass"),
    ("sub_bass", "808 bass", "bass", 24, 52, 39, "sub bass, 808"),
    ("distorted_808", "distorted 808", "bass", 24, 52, 39, "dirty 808, phonk bass, gliding 808"),
    ("acid_bass", "acid bass", "bass", 28, 60, 38, "303, tb 303, acid line"),
    ("reese_bass", "reese bass", "bass", 24, 52, 39, "reese, neuro bass"),
    ("wobble_bass", "wobble bass", "bass", 24, 52, 38, "wobble, dubstep bass, growl bass"),
    ("fm_bass", "FM bass", "bass", 28, 60, 39, "solid bass, lately bass, donk bass, house organ bass"),
    ("chip_bass", "chip bass", "bass", 28, 64, 38, "8 bit bass, triangle bass, chiptune bass"),
    # guitars and other plucked strings
    ("steel_guitar", "acoustic guitar", "guitar", 40, 76, 25, "steel-string guitar, strummed guitar, folk guitar"),
    ("nylon_guitar", "nylon guitar", "guitar", 40, 76, 24, "classical guitar, spanish guitar, fingerpicked guitar"),
    ("twelve_string", "twelve-string guitar", "guitar", 40, 76, 25, "twelve string, 12 string, 12 string guitar"),
    ("clean_guitar", "electric guitar", "guitar", 40, 84, 27, "clean guitar, jangly guitar, guitar"),
    ("jazz_guitar", "jazz guitar", "guitar", 40, 80, 26, "hollow-body guitar"),
    ("funk_guitar", "funk guitar", "guitar", 43, 84, 27, "wah guitar, scratch guitar, chicken scratch guitar"),
    ("muted_guitar", "muted guitar", "guitar", 40, 80, 28, "palm muted guitar, muted picking"),
    (
        "overdriven_guitar",
        "overdriven guitar",
        "guitar",
        40,
        84,
        29,
        "crunch guitar, crunchy guitar, garage guitar, blues guitar",
    ),
    ("distorted_guitar", "distorted guitar", "guitar", 38, 84, 30, "heavy guitar, guitars, power chords"),
    ("lead_guitar", "lead guitar", "guitar", 45, 88, 30, "guitar solo, soaring guitar, screaming guitar, shred guitar"),
    ("slide_guitar", "slide guitar", "guitar", 40, 79, 25, "dobro, resonator guitar, bottleneck guitar"),
    ("pedal_steel", "pedal steel", "guitar", 43, 84, 26, "pedal steel guitar, lap steel, steel guitar, hawaiian guitar"),
    ("mandolin", "mandolin", "guitar", 55, 88, 25, "bouzouki, mandola"),
    ("banjo", "banjo", "guitar", 50, 86, 105, ""),
    ("ukulele", "ukulele", "guitar", 60, 81, 24, "uke"),
    ("sitar", "sitar", "guitar", 48, 84, 104, "veena, sarod"),
    ("koto", "koto", "guitar", 48, 88, 107, "guzheng, pipa, zheng"),
    ("shamisen", "shamisen", "guitar", 48, 84, 106, "sanshin"),
    ("oud", "oud", "guitar", 40, 76, 24, "lute, saz"),
    # keyboards
    ("grand_piano", "piano", "keyboard", 28, 100, 0, "grand piano, acoustic piano"),
    ("upright_piano", "upright piano", "keyboard", 28, 96, 0, "old piano, pub piano"),
    ("felt_piano", "felt piano", "keyboard", 28, 96, 0, "soft piano, muted piano, neoclassical piano"),
    ("honky_tonk_piano", "honky-tonk piano", "keyboard", 36, 96, 3, "honky tonk, saloon piano, ragtime piano, tack piano"),
    ("electric_grand", "electric grand piano", "keyboard", 28, 96, 2, "electric grand, cp80"),
    ("house_piano", "house piano", "keyboard", 40, 91, 1, "rave piano, m1 piano, dance piano"),
    ("toy_piano", "toy piano", "keyboard", 60, 96, 10, ""),
    ("electric_piano", "electric piano", "keyboard", 36, 88, 4, "rhodes, keys"),
    ("wurlitzer", "wurlitzer", "keyboard", 36, 88, 4, "wurly, reed electric piano"),
    ("clavinet", "clavinet", "keyboard", 36, 86, 7, "clav, funky clav"),
    ("celesta", "celesta", "keyboard", 60, 103, 8, "celeste"),
    ("harpsichord", "harpsichord", "keyboard", 40, 88, 6, "cembalo"),
    ("organ", "organ", "keyboard", 36, 91, 16, "hammond, drawbar organ"),
    ("percussive_organ", "percussive organ", "keyboard", 36, 91, 17, "jazz organ, soul organ"),
    ("rock_organ", "rock organ", "keyboard", 36, 91, 18, "leslie organ, overdriven organ, prog organ"),
    ("church_organ", "church organ", "keyboard", 36, 91, 19, "pipe organ"),
    ("harmonium", "harmonium", "keyboard", 41, 86, 20, "reed organ, pump organ, shruti box"),
    ("accordion", "accordion", "keyboard", 53, 88, 21, "squeezebox, hurdy gurdy, musette"),
    ("concertina", "concertina", "keyboard", 55, 91, 21, ""),
    ("bandoneon", "bandoneon", "keyboard", 48, 88, 23, "tango accordion"),
    ("melodica", "melodica", "keyboard", 53, 84, 22, ""),
    ("mellotron", "mellotron", "keyboard", 43, 79, 49, "tape strings, chamberlin"),
    # bowed strings and harp
    ("string_section", "strings", "strings", 36, 91, 48, "string section, orchestra, violins"),
    ("pizzicato_strings", "pizzicato strings", "strings", 36, 84, 45, "pizzicato"),
    ("tremolo_strings", "tremolo strings", "strings", 36, 88, 44, "shimmering strings"),
    ("violin", "violin", "strings", 55, 96, 40, ""),
    ("fiddle", "fiddle", "strings", 55, 93, 110, "erhu, hardanger fiddle, country fiddle, folk fiddle, fiddler"),
    ("viola", "viola", "strings", 48, 84, 41, "violas"),
    ("cello", "cello", "strings", 36, 74, 42, ""),
    ("contrabass", "contrabass", "strings", 28, 60, 43, "bowed bass, arco bass, double basses"),
    ("harp", "harp", "strings", 31, 98, 46, ""),
    # brass
    ("brass_section", "brass", "brass", 43, 82, 61, "horns, horn section, brass section"),
    ("trumpet", "trumpet", "brass", 54, 84, 56, ""),
    ("muted_trumpet", "muted trumpet", "brass", 54, 82, 59, ""),
    ("cornet", "cornet", "brass", 54, 82, 56, "flugelhorn, bugle"),
    ("trombone", "trombone", "brass", 40, 70, 57, ""),
    ("french_horn", "french horn", "brass", 41, 74, 60, ""),
    ("tuba", "tuba", "brass", 28, 58, 58, "sousaphone, oompah bass"),
    # woodwinds
    ("flute", "flute", "woodwinds", 60, 94, 73, "bansuri, wooden flute"),
    ("piccolo", "piccolo", "woodwinds", 74, 105, 72, "fife"),
    ("recorder", "recorder", "woodwinds", 60, 91, 74, "blockflute"),
    ("tin_whistle", "tin whistle", "woodwinds", 69, 98, 72, "penny whistle, irish whistle, low whistle"),
    ("whistling", "whistling", "woodwinds", 60, 91, 78, "whistle, whistled melody, human whistle"),
    ("pan_flute", "pan flute", "woodwinds", 60, 91, 75, "panpipes, pan pipes, zampona"),
    ("shakuhachi", "shakuhachi", "woodwinds", 55, 86, 77, "bamboo flute, ney"),
    ("ocarina", "ocarina", "woodwinds", 60, 88, 79, ""),
    ("clarinet", "clarinet", "woodwinds", 52, 86, 71, "klezmer clarinet"),
    ("oboe", "oboe", "woodwinds", 58, 88, 68, ""),
    ("english_horn", "english horn", "woodwinds", 52, 80, 69, "cor anglais, duduk"),
    ("bassoon", "bassoon", "woodwinds", 34, 70, 70, ""),
    ("soprano_sax", "soprano sax", "woodwinds", 56, 86, 64, "soprano saxophone, smooth sax"),
    ("alto_sax", "alto sax", "woodwinds", 49, 80, 65, "alto saxophone"),
    ("saxophone", "saxophone", "woodwinds", 49, 80, 66, "sax, tenor sax, tenor saxophone"),
    ("baritone_sax", "baritone sax", "woodwinds", 37, 68, 67, "bari sax, baritone saxophone"),
    ("harmonica", "harmonica", "woodwinds", 60, 88, 22, "mouth harp, blues harp"),
    ("bagpipe", "bagpipe", "woodwinds", 58, 84, 109, "bagpipes, uilleann pipes, highland pipes"),
    ("shehnai", "shehnai", "woodwinds", 55, 84, 111, "shenai, zurna, suona"),
    # synthesisers
    ("saw_lead", "saw lead", "synth", 48, 96, 81, "synth lead, lead synth, analog lead"),
    ("sync_lead", "sync lead", "synth", 48, 96, 84, "hard sync lead, screaming synth"),
    ("sine_lead", "sine lead", "synth", 48, 96, 80, "theremin, g funk lead, whistle lead, portamento lead"),
    ("square_lead", "square lead", "synth", 48, 96, 80, "8-bit"),
    ("chip_pulse", "chip lead", "synth", 48, 96, 80, "chiptune lead, pulse wave, nes lead, game boy"),
    ("chip_arp", "chip arpeggio", "synth", 48, 96, 80, "chiptune arpeggio, chiptune arp, 8 bit arp"),
    ("voice_lead", "voice lead", "synth", 48, 84, 85, "vocal chops, vocal chop, synth voice, vocal lead"),
    ("supersaw", "supersaw", "synth", 40, 91, 62, "synth chords, trance stab"),
    ("stab", "rave stab", "synth", 40, 91, 55, "house stab, chord stab, dub stab, hoover"),
    ("polysynth", "polysynth", "synth", 36, 91, 90, "poly synth, juno chords, jupiter, prophet, analog polysynth"),
    ("synth_brass", "synth brass", "synth", 40, 86, 62, "brass stabs, brass synth, jump brass, oberheim brass"),
    ("synth_strings", "synth strings", "synth", 36, 91, 50, "string synth, solina, string machine, string ensemble"),
    ("warm_pad", "synth pad", "synth", 36, 88, 89, "pad, pads, warm pad, analog pad"),
    ("sweep_pad", "sweep pad", "synth", 36, 88, 95, "sweeping pad, filter sweep pad, evolving pad"),
    ("glass_pad", "glass pad", "synth", 43, 91, 92, "crystal pad, bowed glass, ice pad, shimmer pad"),
    ("dark_pad", "dark pad", "synth", 31, 79, 97, "drone pad, ominous pad, cinematic pad, drones"),
    ("choir_pad", "choir", "synth", 43, 84, 52, "choir, aahs, vocal pad"),
    ("choir_oohs", "choir oohs", "synth", 43, 84, 53, "oohs, ooh choir, humming choir, soft choir"),
    ("pluck", "synth pluck", "synth", 40, 96, 84, "pluck, arp, arpeggio, arpeggiator, synth, synthesizer, synths"),
    ("bell_pluck", "bell pluck", "synth", 48, 98, 98, "tropical pluck, soft pluck, marimba pluck, future bass pluck"),
    ("sequence", "sequencer", "synth", 36, 91, 84, "synth sequence, sequenced synth, berlin school sequence"),
    ("fm_keys", "FM keys", "synth", 36, 96, 5, "dx7, fm piano"),
    ("fm_bell", "FM bell", "synth", 55, 100, 98, "fm bells, digital bell, synth bells, trap bells"),
    # effects: their key says nothing, their length is the note's
    ("vinyl_noise", "vinyl crackle", "effects", 60, 60, 122, "vinyl, crackle"),
    ("tape_noise", "tape noise", "effects", 60, 60, 122, "tape hiss, cassette hiss, tape wow"),
    ("sea", "sea shore", "effects", 60, 60, 122, "ocean waves, sea waves, surf sound"),
    ("riser", "riser", "effects", 60, 60, 119, "risers, uplifter"),
    ("sweep", "noise sweep", "effects", 60, 60, 119, "white noise sweep, sweeps, sweep, whoosh"),
    ("downlifter", "downlifter", "effects", 60, 60, 119, "downlifters, downer, noise fall"),
    ("reverse_cymbal", "reverse cymbal", "effects", 60, 60, 119, "reversed cymbal, reverse crash"),
    ("impact", "impact", "effects", 60, 60, 127, "impacts, boom, hit"),
    ("sub_drop", "sub drop", "effects", 60, 60, 127, "bass drop sound, sub boom"),
)
