"""The band plays: timing and loudness have memory and a shape, hands and feet do what they do, and chance has names."""

from dataclasses import replace

import numpy as np
from tests.musician.stems.phrases import BEAT, score

from troubadour.score import Feel, Note, Part
from troubadour.stems.band.manners import MANNERS
from troubadour.stems.band.play import Performance, perform
from troubadour.stems.band.record import record
from troubadour.stems.band.sounds import SOUNDS
from troubadour.stems.value import Window

HATS = tuple(Note(i * 240, 120, 42, 80) for i in range(16 * 8))
LINE = tuple(Note(i * BEAT, BEAT, 60 + (0, 2, 4, 2)[i % 4], 90) for i in range(32))


def played(
    instrument: str, notes: tuple[Note, ...], role: str = "chords", bars: int = 8, energy: float = 0.5, **more: object
) -> Performance:
    part = Part(instrument, role, instrument, notes)
    whole = score(part, bars=bars, bpm=120.0, feel=Feel(looseness=1.0), **more)  # type: ignore[arg-type]
    whole = replace(whole, sections=tuple(replace(s, energy=energy) for s in whole.sections))
    return perform(part, whole, MANNERS[SOUNDS[instrument].manner])


def late_ms(performance: Performance, notes: tuple[Note, ...]) -> np.ndarray:
    return np.array([p["start"] / 44.1 - n.start / BEAT * 500.0 for p, n in zip(performance.played, notes, strict=True)])


def test_a_drummers_errors_remember_one_another():
    seeds = []
    for bars in (8, 12, 16):
        notes = tuple(Note(i * 240, 120, 42, 80) for i in range(8 * bars))
        late = late_ms(played("acoustic_kit", notes, bars=bars), notes)
        seeds.append(np.corrcoef(late[:-1], late[1:])[0, 1])
    assert np.mean(seeds) > 0.25  # white noise has 0


def test_the_band_is_together_where_a_section_begins():
    kick = Note(4 * 4 * BEAT, 120, 36, 90)
    bass = replace(kick, pitch=40)
    drums, low = (
        played(name, (note,), role) for name, note, role in (("acoustic_kit", kick, "drums"), ("pick_bass", bass, "bass"))
    )
    assert abs(int(drums.played["start"][0]) - int(low.played["start"][0])) < 0.02 * 44_100


def test_hats_are_strong_on_the_beat_weak_on_sixteenths_and_breathe_over_two_bars():
    sixteenths = tuple(Note(i * 120, 60, 42, 80) for i in range(16 * 8))
    velocity = played("acoustic_kit", sixteenths).played["velocity"].astype(float)
    on, between = velocity[::4].mean(), velocity[1::2].mean()
    assert on - between > 8.0
    bars = velocity.reshape(8, 16).mean(axis=1)
    assert np.ptp(bars) > 2.0


def test_a_machine_is_on_time():
    assert np.abs(late_ms(played("techno_kit", HATS), HATS)).max() < 5.0


def test_an_open_hat_is_choked_by_the_next_and_a_cymbal_by_the_hand():
    notes = (Note(0, 120, 46, 90), Note(BEAT, 120, 42, 90), Note(2 * BEAT, 240, 49, 100, "choke"))
    made = played("acoustic_kit", notes).played
    assert list(made["choked"]) == [1, 0, 1]
    assert made["length"][0] < 0.6 * 44_100
    assert abs(int(made["length"][2]) - 11_025) < 2_000


def test_a_strum_goes_down_on_the_beat_up_off_it_and_slower_where_it_is_calm():
    chord = (40, 47, 52, 56, 59, 64)
    notes = tuple(Note(at, 240, pitch, 90) for at in (0, 240) for pitch in chord)
    calm, wild = (played("steel_guitar", notes, energy=energy).played["start"].reshape(2, 6) for energy in (0.1, 0.9))
    assert (np.diff(calm[0]) > 0).all()
    assert (np.diff(calm[1]) < 0).all()
    assert np.ptp(calm[0]) > 1.5 * np.ptp(wild[0])
    assert np.ptp(calm[0]) > np.ptp(calm[1])


def test_the_pedal_goes_down_in_calm_sections_and_is_changed_with_the_harmony():
    notes = tuple(Note(i * 240, 240, 60 + 4 * (i % 3), 80) for i in range(16))
    calm = played("grand_piano", notes, "arpeggio", energy=0.3)
    assert set(calm.articulations) == {"pedal"}
    ends = (calm.played["start"] + calm.played["length"]) / 44_100
    assert np.isclose(ends[7], 2.0, atol=0.05)
    assert set(played("grand_piano", notes, "arpeggio", energy=0.9).articulations) == {""}


def test_brass_and_strings_swell_on_held_notes():
    for name in ("brass_section", "string_section"):
        part = Part(name, "pad", name, (Note(0, 8 * BEAT, 64, 90),))
        whole = score(part, bars=4, bpm=120.0, looseness=0.0)
        sound = record(part, whole, Window(0, whole.frames))[0].T / 2.0**26
        early, loudest = (
            np.sqrt((sound[at : at + 11_025] ** 2).mean())
            for at in (22_050, round(44_100 * 4 * MANNERS[SOUNDS[name].manner].swell_at) - 11_025)
        )
        assert loudest > 1.15 * early, name


def test_a_bass_slides_now_and_then_but_only_from_a_near_note():
    said = played("finger_bass", tuple(replace(n, pitch=n.pitch - 24) for n in LINE * 1), "bass").articulations
    assert 0 < said.count("slide") < len(said) // 3
    leaps = tuple(Note(i * BEAT, BEAT, 30 + 12 * (i % 2), 90) for i in range(32))
    assert "slide" not in played("finger_bass", leaps, "bass").articulations


def test_a_slur_begins_softly():
    made = played("flute", tuple(replace(n, pitch=n.pitch + 12) for n in LINE), "lead").played
    assert made["soft"][0] == 0.0
    assert (made["soft"][1:4] > 0.0).all()


def test_an_organ_pulls_more_drawbars_in_a_loud_section():
    notes = (Note(0, BEAT, 60, 90),)
    assert played("organ", notes, energy=0.9).articulations == ("full",)
    assert played("organ", notes, energy=0.4).articulations == ("",)


def test_a_keyswitch_is_another_recording():
    def sound(name: str, pitch: int, word: str) -> np.ndarray:
        part = Part(name, "chords", name, (Note(0, BEAT, pitch, 90, word),))
        whole = score(part, bars=2, bpm=120.0, looseness=0.0)
        return record(part, whole, Window(0, 22_050))[0]

    pitches = {"finger_bass": 40, "contrabass": 40, "steel_guitar": 52, "distorted_guitar": 52, "cello": 50}
    for name, entry in SOUNDS.items():
        for word in entry.articulations:
            pitch = pitches.get(name, 64 if SOUNDS[name].manner != "bass" else 40)
            assert not np.array_equal(sound(name, pitch, word), sound(name, pitch, "")), (name, word)


def test_another_bar_of_a_part_leaves_the_players_dice_alone():
    one = played("acoustic_kit", HATS).played
    changed = (*HATS[:8], *(replace(n, pitch=46) for n in HATS[8:16]), *HATS[16:])
    other = played("acoustic_kit", changed).played
    assert np.array_equal(one["start"][16:], other["start"][16:])
    assert np.array_equal(one["velocity"][:8], other["velocity"][:8])


def test_short_notes_of_strings_that_stand_apart_are_bounced():
    apart = tuple(Note(i * 480, 240, 64, 80) for i in range(8))
    assert set(played("string_section", apart).articulations) == {"spiccato"}
    assert "spiccato" not in played("string_section", LINE).articulations


def test_a_mandolin_holds_a_long_note_of_a_solo_by_many_strokes():
    note = (Note(0, 4 * BEAT, 74, 90),)
    assert len(played("mandolin", note, "lead").played) == 24
    assert len(played("mandolin", note, "chords").played) == 1
    assert len(played("mandolin", (replace(note[0], length=BEAT),), "lead").played) == 1
