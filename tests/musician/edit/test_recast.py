"""A recording with another band or another singer: what is kept is its own sound, sample for sample."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.musician.edit.test_recording import EVEN, HEARD, sound

from troubadour.brief import Request
from troubadour.edit import SwapSound, SwapVocals
from troubadour.edit.apply import edit, rehearse
from troubadour.edit.heard import Heard, HeardChord, HeardNote
from troubadour.edit.recast import rebanded, resung
from troubadour.edit.recording import source_of_recording
from troubadour.edit.source import Source
from troubadour.edit.unmix import unmixed
from troubadour.errors import BadRequest, LyricsTooLong
from troubadour.mix.pcm import summed
from troubadour.stems.sing.voices import VOICES
from troubadour.theory.instruments import INSTRUMENTS

PITCHES = (57, 60, 64, 62, 60, 59, 57)  # a phrase of seven beats, and a beat of rest
TUNE = tuple(HeardNote(EVEN[i], EVEN[i + 1], PITCHES[(i - 1) % 8]) for i in range(1, 33) if i % 8)
CHORDS = tuple(HeardChord(EVEN[i], EVEN[i + 4], (9, 5)[i // 4 % 2], ("min", "maj")[i // 4 % 2]) for i in range(1, 33, 4))
SUNG = replace(HEARD, melody=TUNE, chords=CHORDS)
LINES = ("Boats come home at dusk again", "Silver on the water", "Lanterns on the harbour wall", "Calling every daughter")
WORDS = "\n".join(LINES)


def source(heard: Heard = SUNG) -> Source:
    return source_of_recording(heard, sound)


def singer(heard: Heard = SUNG, **wish: object):
    return resung(source(heard), SwapVocals(Request(**{"lyrics": WORDS, "seed": 9, **wish})))


def test_the_new_singer_sings_every_word_on_the_notes_that_were_heard():
    made = singer()
    assert ["".join(word.text for word in line.words).strip() for line in made.score.lead_lines] == list(LINES)
    sung = [note for line in made.score.lead_lines for group in line.notes for note in group]
    assert {note.pitch % 12 for note in sung} == {pitch % 12 for pitch in PITCHES}
    lines = [made.score.seconds_at(line.start) for line in made.score.lead_lines]
    assert lines == pytest.approx([EVEN[i] for i in (1, 9, 17, 25)], abs=0.001)
    steps = {note.pitch - PITCHES[0] for note in (line.notes[0][0] for line in made.score.lead_lines)}
    assert len(steps) == 1
    assert steps.pop() % 12 == 0


def test_the_singer_is_whom_the_request_asks_for():
    assert VOICES[singer(tags="male vocals").plan.voice].gender == "m"
    assert singer(voice="maren").plan.voice == "maren"


def test_where_no_tune_was_heard_a_new_one_is_sung_in_the_same_key():
    made = singer(HEARD)
    assert made.score.key == HEARD.key
    assert len(made.score.lead_lines) == len(LINES)


def test_more_words_than_notes_are_refused_and_so_are_none():
    with pytest.raises(LyricsTooLong, match="syllables, and the tune that was heard has 28 notes"):
        singer(lyrics=f"{WORDS}\n" * 4)
    with pytest.raises(BadRequest, match="the words of a recording are not known here"):
        singer(lyrics=None)
    with pytest.raises(BadRequest, match="nobody sings in this recording"):
        singer(replace(SUNG, has_voice=False))


def test_the_new_band_plays_the_chords_that_were_heard_on_the_recordings_beats():
    made = rebanded(source(), SwapSound(Request(tags="rock", seed=9)))
    assert {(chord.root, chord.quality) for chord in made.score.chords} == {(9, "min"), (5, "maj")}
    assert made.score.tempos == source().score.tempos
    assert "distorted_guitar" in {part.instrument for part in made.score.parts}
    assert all(part.role != "lead" for part in made.score.parts)


def test_a_close_swap_keeps_the_drums_and_an_instrumental_its_tune():
    close = rebanded(source(), SwapSound(Request(tags="rock", seed=9), 0.9))
    assert "drums" not in {INSTRUMENTS[part.instrument].stem for part in close.score.parts}
    played = rebanded(source(replace(SUNG, has_voice=False)), SwapSound(Request(tags="jazz trio", seed=9)))
    lead = [note.pitch % 12 for part in played.score.parts if part.role == "lead" for note in part.notes]
    assert lead[:7] == [pitch % 12 for pitch in PITCHES]


def test_what_is_no_music_has_nothing_to_swap():
    for command in (SwapSound(Request(tags="rock")), SwapVocals(Request(lyrics=WORDS))):
        with pytest.raises(BadRequest, match="sounds like speech, not music"):
            rehearse(command, [source(replace(SUNG, kind="speech"))])


def test_swaps_keep_the_stems_of_the_recording_sample_for_sample():
    short = source(replace(SUNG, duration_s=8.0, melody=TUNE[:9]))
    stems = unmixed(short, "basic")
    band = edit(SwapSound(Request(tags="folk", seed=9)), [short]).mix
    assert np.array_equal(band.stems["vocals"], stems["vocals"].astype(np.int32) << 8)
    assert np.array_equal(band.master, summed(band.stems))
    voice = edit(SwapVocals(Request(lyrics="Boats come home", seed=9)), [short]).mix
    assert np.array_equal(voice.master - voice.stems["vocals"], stems["instrumental"].astype(np.int32) << 8)
    assert voice.stems["vocals"].any()
    assert max(band.loudness.true_peak_dbtp, voice.loudness.true_peak_dbtp) < 0.0
