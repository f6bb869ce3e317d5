"""How styles sing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import butter, sosfilt
from sung_scores import line, song

from troubadour.chance import Chance
from troubadour.stems.sing import sing
from troubadour.stems.sing.curves import pitch_hz, speech_hz
from troubadour.stems.sing.manner import MANNERS, OF_STYLES, WORDS, manner_of, words_for
from troubadour.stems.sing.timeline import performed, timed
from troubadour.styles import STYLES

TIME_S = np.arange(0.0, 2.4, 0.0125)


def curve(style: str, words: tuple[str, ...] = ()) -> tuple[np.ndarray, tuple]:
    _, notes = performed(line("hold on to me", step=480), song(line("hold on to me", step=480)))
    return pitch_hz(notes, TIME_S, 28.0, manner_of(style, words), Chance(1, 0).stream("test")), notes


def cents(style: str, words: tuple[str, ...] = ()) -> np.ndarray:
    hertz, notes = curve(style, words)
    wanted = np.array([next((n.pitch for n in notes if n.start_s <= t < n.end_s), notes[-1].pitch) for t in TIME_S])
    return 1200 * np.log2(hertz / (440 * 2 ** ((wanted - 69) / 12)))


def dry(style: str, *words: str, name: str = "vocals", energy: float = 0.5):
    score = song(line("hold on to the morning"), name=name)
    section = replace(score.sections[0], energy=energy)
    score = replace(score, style=style, sections=(section,), sung=(replace(score.sung[0], manner=words),))
    return sing(score.sung[0], score).dry.astype(float)


def test_hard_autotune_steps_from_note_to_note() -> None:
    assert np.percentile(np.abs(cents("pop", ("autotune",))), 90) < 1.0
    assert np.percentile(np.abs(cents("pop")), 90) > 10.0


def test_soul_comes_late_and_punk_leaves_early() -> None:
    score = song(line("hold on to me"))
    straight, soul, punk = (timed(score.sung[0].lines[0], replace(score, style=style)) for style in ("pop", "soul", "punk"))
    assert soul.frame - straight.frame == round(0.025 * 44100)
    assert punk.frame == straight.frame
    length = [n.end_s - n.start_s for n in straight.notes]
    assert [n.end_s - n.start_s for n in punk.notes] == pytest.approx([0.8 * x for x in length], abs=0.002)


def test_vibrato_starts_late_and_folk_sings_straighter_than_an_orchestras_soloist() -> None:
    held = slice(160, 190)
    folk, soloist = (np.ptp(cents(style)[held]) for style in ("folk", "orchestral"))
    assert folk < soloist


def test_a_rapper_keeps_the_rise_and_fall_of_speech() -> None:
    _, notes = curve("hip_hop")
    own = np.where(np.arange(200) % 10 < 7, 120 * 2 ** (np.sin(np.arange(200) / 30) / 4), 0.0)
    hertz = speech_hz(notes, own, np.arange(200.0))
    assert np.ptp(12 * np.log2(hertz)) == pytest.approx(0.8 * 6, rel=0.1)


def test_the_wildest_section_is_louder_and_brighter_than_the_calmest() -> None:
    calm, wild = dry("pop", energy=0.1), dry("pop", energy=1.0)
    high = butter(2, 3000, "high", fs=44100, output="sos")
    louder = 10 * np.log10(np.mean(wild**2) / np.mean(calm**2))
    brighter = 10 * np.log10(np.mean(sosfilt(high, wild) ** 2) / np.mean(sosfilt(high, calm) ** 2))
    assert 1.5 < louder < 6.0
    assert brighter > louder + 1.0


def test_two_takes_of_one_singer_neither_cancel_nor_copy_each_other() -> None:
    one, two = dry("pop"), dry("pop", name="backing_vocals")
    correlation = np.sum(one * two) / np.sqrt(np.sum(one**2) * np.sum(two**2))
    assert abs(correlation) < 0.7
    assert 1.0 < 10 * np.log10(np.mean((one + two) ** 2) / np.mean(one**2)) < 5.5


@pytest.mark.parametrize("word", WORDS)
def test_every_word_about_the_singing_is_heard(word: str) -> None:
    assert manner_of("pop", (word,)) != manner_of("pop")


def test_every_style_has_one_manner_of_the_table() -> None:
    assert set(OF_STYLES) <= set(MANNERS)
    assert sorted(style for styles in OF_STYLES.values() for style in styles.split()) == sorted(STYLES)


def test_rappers_speak_their_verses_and_sing_their_hooks() -> None:
    for words in (words_for("trap", (), "verse"), words_for("pop", ("rap",), "verse")):
        assert manner_of("trap", words).speech
    assert not manner_of("trap", words_for("trap", ("rap",), "chorus")).speech
    assert not manner_of("trap", words_for("trap", ("autotune",), "verse")).speech


@pytest.mark.parametrize("words", [("scream",), ("whisper",), ("rap",)])
def test_extreme_singing_keeps_its_level(words: tuple[str, ...]) -> None:
    sound = dry("metal", *words)
    assert np.isfinite(sound).all()
    assert 0.02 < np.abs(sound).max() <= 1.0
