"""Voices made from other voices, written as one word."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sung_scores import line, song

from troubadour.brief import Request
from troubadour.errors import BadRequest
from troubadour.make import write_score
from troubadour.stems.sing import sing
from troubadour.stems.sing.made import written
from troubadour.stems.sing.voices import VOICES, choose

MADE = "rowan:formant=0.88,breath=0.4,vibrato=20,range=42-60"


def test_a_made_voice_is_its_word_and_the_word_is_the_voice() -> None:
    voice = VOICES[MADE]
    assert (voice.id, voice.formant, voice.breath, voice.vibrato_cents, voice.low, voice.high) == (
        MADE,
        0.88,
        0.4,
        20.0,
        42,
        60,
    )
    assert written(VOICES["rowan"], 0.88, 0.4, 20.0, (42, 60)) == MADE
    assert written(VOICES["rowan"], 0.84, 0.0, 28.0, (40, 62)) == "rowan"


def test_a_made_voice_can_be_chosen_but_is_not_listed() -> None:
    assert choose(MADE) == MADE
    assert MADE not in list(VOICES)


def test_a_song_is_written_in_a_made_voices_range() -> None:
    made = write_score(
        Request(lyrics="[Verse]\nOver the hills and far away\nCome and sing", voice="linnea:range=57-67", duration_s=30.0)
    )
    pitches = [n.pitch for part in made.score.sung if part.name == "vocals" for x in part.lines for g in x.notes for n in g]
    assert made.plan.voice == "linnea:range=57-67"
    assert min(pitches) >= 57
    assert max(pitches) <= 67


def test_a_longer_throat_sings_darker_on_the_same_pitch() -> None:
    def middle_hz(voice: str) -> float:
        score = song(line("hold on", step=480, pitches=(57,)), voice=voice)
        spectrum = np.abs(np.fft.rfft(sing(replace(score.sung[0], voice=voice), score).dry)) ** 2
        return float((spectrum * np.arange(len(spectrum))).sum() / spectrum.sum())

    assert middle_hz("linnea:formant=0.88") < middle_hz("linnea")


@pytest.mark.parametrize(
    ("word", "said"),
    [("nobody:breath=1", "made from one of linnea"), ("rowan:", "formant, breath, vibrato and range"), ("rowan:colour=2", "colour"),
     ("rowan:formant=9", "0.75 to 1.2"), ("rowan:breath=much", "0 to 1.5"), ("rowan:range=60-50", "two MIDI pitches"),
     ("rowan:range=-", "two MIDI pitches")],
)  # fmt: skip
def test_a_made_voice_that_makes_no_sense_is_refused_with_what_may_be_said(word: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        choose(word)
