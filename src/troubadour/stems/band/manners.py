"""How families of instruments are played: a row of habits each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Manner:
    """How a family is played, at looseness 1. Chances are per note that could be played so."""

    timing_ms: float = 9.0
    velocity: float = 9.0
    length: float = 1.0  # sounding share of the written length
    spread_ms: float = 0.0  # between the notes of a chord
    legato_ms: float = 0.0  # notes of a line overlap so far
    soft_ms: float = 0.0  # the attack of a slurred note
    arc: float = 4.0  # how much a phrase swells
    accent: float = 3.0  # how much the beat shows
    breath: float = 1.0  # how much a steady hand's own rhythm shows on hats and shakers
    variants: int = 1  # round robin: how many slightly different versions of one note there are
    strummed: bool = False
    struck: bool = False  # rings until it is choked: drums
    pedalled: bool = False  # calm sections are played with the pedal, changed with the harmony
    trembles: bool = False  # long notes of a solo are held by many strokes
    bounced: bool = False  # short notes that stand apart are played spiccato
    swell_db: float = 0.0  # a held note begins so much softer,
    swell_at: float = 0.6  # is loudest there (a share of it),
    swell_end_db: float = 0.0  # and ends so much softer
    vibrato_cents: float = 0.0  # on held notes of a solo
    slides: float = 0.0  # chance of sliding in from the note before
    slide_semitones: int = 7
    falls: float = 0.0  # chance of falling off a phrase's last note in a loud section
    registers: tuple[tuple[float, str], ...] = ()  # from which energy on which keyswitch is drawn


FULL_ORGAN = ((0.72, "full"),)

MANNERS = {
    "kit": Manner(timing_ms=6.0, velocity=8.0, arc=0.0, accent=0.0, variants=4, struck=True),
    "hand": Manner(timing_ms=8.0, velocity=9.0, arc=2.0, accent=2.0, variants=4, struck=True),
    "machine": Manner(timing_ms=0.0, velocity=3.0, arc=0.0, accent=0.0, breath=0.4, struck=True),
    "keys": Manner(timing_ms=8.0, spread_ms=2.5, length=0.97),
    "piano": Manner(timing_ms=8.0, spread_ms=2.5, length=0.97, pedalled=True),
    "organ": Manner(timing_ms=7.0, velocity=3.0, spread_ms=2.0, legato_ms=15.0, arc=3.0, accent=1.0, registers=FULL_ORGAN),
    "guitar": Manner(timing_ms=9.0, strummed=True, variants=4, slides=0.04, slide_semitones=4),
    "mandolin": Manner(timing_ms=8.0, strummed=True, variants=4, trembles=True),
    "solo_guitar": Manner(timing_ms=9.0, variants=3, legato_ms=20.0, soft_ms=6.0, arc=6.0, vibrato_cents=16.0, slides=0.15,
                          slide_semitones=5),
    "slide_guitar": Manner(timing_ms=9.0, variants=3, legato_ms=30.0, soft_ms=10.0, arc=6.0, vibrato_cents=20.0, slides=0.7,
                           slide_semitones=12),
    "picked": Manner(timing_ms=8.0, variants=4, length=0.97),
    "bass": Manner(timing_ms=6.0, velocity=6.0, length=0.97, arc=2.0, variants=3, slides=0.1),
    "sub": Manner(timing_ms=3.0, velocity=4.0, length=0.97, arc=1.0, slides=0.3, slide_semitones=12),
    "bowed": Manner(timing_ms=10.0, bounced=True, velocity=5.0, spread_ms=6.0, legato_ms=60.0, soft_ms=45.0, arc=8.0, accent=1.0, swell_db=5.0,
                    swell_at=0.6, swell_end_db=2.0),
    "fiddled": Manner(timing_ms=9.0, velocity=8.0, spread_ms=4.0, legato_ms=15.0, soft_ms=8.0, arc=5.0, slides=0.12,
                      slide_semitones=3, variants=2),
    "blown": Manner(timing_ms=9.0, velocity=6.0, spread_ms=3.0, legato_ms=25.0, soft_ms=25.0, length=0.98, arc=6.0, swell_db=2.5,
                    swell_at=0.45, swell_end_db=1.5),
    "brass": Manner(timing_ms=9.0, velocity=6.0, spread_ms=4.0, legato_ms=20.0, soft_ms=20.0, length=0.96, arc=6.0, swell_db=5.0,
                    swell_at=0.9, falls=0.25),
    "mallets": Manner(timing_ms=8.0, spread_ms=1.5, variants=2),
    "synth": Manner(timing_ms=2.0, velocity=3.0, arc=2.0, accent=1.5),
    "chip": Manner(timing_ms=0.0, velocity=2.0, length=0.95, arc=1.0, accent=1.0),
    "pad": Manner(timing_ms=0.0, velocity=3.0, legato_ms=80.0, arc=5.0, accent=0.0, swell_db=2.5, swell_at=0.5, swell_end_db=1.5),
    "effect": Manner(timing_ms=0.0, velocity=0.0, arc=0.0, accent=0.0),
}  # fmt: skip
