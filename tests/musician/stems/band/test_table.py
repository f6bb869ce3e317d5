"""The table of instruments is whole: every id can be played, credited and named in a prompt."""

from collections import Counter

import numpy as np
from tests.musician.stems.phrases import score, typical

from troubadour.score import Note, Part
from troubadour.stems.band.levels import TRIMS_DB
from troubadour.stems.band.machines import KITS
from troubadour.stems.band.manners import MANNERS
from troubadour.stems.band.patches import PATCHES
from troubadour.stems.band.record import record
from troubadour.stems.band.sounds import SOUNDS
from troubadour.stems.value import Window
from troubadour.styles import SHARED
from troubadour.theory.instruments import INSTRUMENTS, STEMS
from troubadour.theory.percussion import HAND, KIT, LAST_STROKE, RHYTHMS, STROKES

FREE = {"MIT", "CC0-1.0"}


def test_every_instrument_has_a_sound_a_level_and_a_way_of_being_played():
    assert set(SOUNDS) == set(INSTRUMENTS) == set(TRIMS_DB)
    for name, sound in SOUNDS.items():
        assert sound.manner in MANNERS, name
        assert sound.patch in PATCHES or sound.patch in KITS, name
        assert INSTRUMENTS[name].stem in STEMS, name
        assert sound.licence in FREE, name
        assert sound.credit or sound.licence == "CC0-1.0", name


def test_there_are_enough_players_for_any_band():
    kinds = Counter(
        "kit" if i.stem == "drums" else "pitched" if i.gm_program is not None else "hand" for i in INSTRUMENTS.values()
    )
    assert kinds["kit"] >= 12
    assert kinds["pitched"] >= 90
    assert kinds["hand"] >= 20


def test_a_name_means_one_instrument():
    names = [name.lower() for i in INSTRUMENTS.values() for name in {i.name, *i.words}]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_instrument_knows_how_to_be_a_guest():
    guests = {name for member in SHARED.guests for name in member.instruments}
    assert set(INSTRUMENTS) <= guests


def test_a_percussion_instruments_rhythm_and_last_stroke_use_its_own_strokes():
    hands = {name for name, i in INSTRUMENTS.items() if i.gm_program is None and i.stem == "percussion"}
    assert set(STROKES) == set(RHYTHMS) == hands - {"orchestral_percussion"}
    for name, rhythm in RHYTHMS.items():
        assert set(rhythm) <= set(STROKES[name]), name
        assert all(len(pattern) == 16 and set(pattern) <= set(".-oxX") for pattern in rhythm.values()), name
    assert all(voice in STROKES[name] for name, voice in LAST_STROKE.items())
    assert len(set(HAND.values())) == len(HAND)


def test_every_effect_sounds():
    for name in (name for name, i in INSTRUMENTS.items() if i.stem == "effects"):
        whole = score(part := typical(name, bars=2), bars=2, tail_s=0.2)
        bus, remarks = record(part, whole, Window(0, whole.frames))
        assert np.abs(bus).max() > 0.003 * 2.0**26, name
        assert remarks == (), name


def test_every_stroke_of_a_drummer_is_heard_beside_the_others():
    for name, i in INSTRUMENTS.items():
        if i.gm_program is not None:
            continue
        keys = STROKES.get(name, KIT).values()
        notes = tuple(Note(k * 960, 120, key, 100) for k, key in enumerate(keys))
        whole = score(part := Part("drums", "drums", name, notes), bars=len(notes) // 2 + 1, bpm=240.0, looseness=0.0)
        bus, _ = record(part, whole, Window(0, whole.frames))
        peaks = [np.abs(bus[:, round(k * 22_050) : round(k * 22_050) + 15_000]).max() for k in range(len(notes))]
        assert min(peaks) > 0.05 * max(peaks), (name, dict(zip(keys, peaks, strict=True)))
