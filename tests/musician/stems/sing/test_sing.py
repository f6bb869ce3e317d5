"""The sung track: in tune, in place, the same every time."""

from __future__ import annotations

import hashlib
import shutil
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from subprocess import run

import numpy as np
import pytest
from scipy.signal import resample_poly
from sung_scores import line, song

from troubadour.errors import BadRequest
from troubadour.stems.sing import sing, spoken
from troubadour.stems.sing.halves import HALVES, prepare
from troubadour.stems.sing.timeline import timed
from troubadour.stems.sing.voices import VOICES, choose

FLITE = pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed")
ONE_OF_EACH = ["linnea", "rowan", "willow", pytest.param("bram", marks=FLITE), pytest.param("corin", marks=FLITE)]


def pitch_errors_cents(dry, score):
    pyworld = spoken.world()
    sound = resample_poly(dry.astype(float), 160, 441)
    pitch, at = pyworld.harvest(sound, 16000, 60, 900, frame_period=5.0)
    errors = []
    for sung in score.sung[0].lines:
        timing = timed(sung, score)
        for note in timing.notes:
            begin, length = timing.frame / 44100 + note.start_s, note.end_s - note.start_s
            inside = pitch[(at > begin + 0.3 * length) & (at < begin + 0.7 * length)]
            errors += list(1200 * np.log2(inside[inside > 0] / (440 * 2 ** ((note.pitch - 69) / 12))))
    return np.abs(errors)


def level_db(sound):
    return 10 * np.log10(np.mean(np.square(sound, dtype=float)) + 1e-12)


@pytest.mark.parametrize("voice", ONE_OF_EACH)
def test_a_melody_is_sung_in_tune(voice: str) -> None:
    middle = (VOICES[voice].low + VOICES[voice].high) // 2
    score = song(line("mellow yellow melody", step=480, pitches=(middle - 3, middle, middle + 4)), voice=voice)
    errors = pitch_errors_cents(sing(score.sung[0], score).dry, score)
    assert np.median(errors) < 20
    assert np.percentile(errors, 80) < 50


@pytest.mark.parametrize("voice", ONE_OF_EACH)
def test_the_same_score_gives_the_same_samples(voice: str) -> None:
    score = song(line("all of the time"), voice=voice)
    one, two = sing(score.sung[0], score), sing(score.sung[0], score)
    assert one.dry.dtype == np.float32
    assert one.dry.shape == (score.frames,)
    assert np.array_equal(one.dry, two.dry)


def test_another_process_sings_the_same_bytes() -> None:
    code = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]);"
        "from sung_scores import line, song; from troubadour.stems.sing import sing;"
        "s = song(line('all of the time')); print(hashlib.sha256(sing(s.sung[0], s).dry.tobytes()).hexdigest())"
    )
    there = run(
        [sys.executable, "-c", code, str(Path(__file__).parent)], check=True, capture_output=True, text=True
    ).stdout.strip()
    score = song(line("all of the time"))
    assert hashlib.sha256(sing(score.sung[0], score).dry.tobytes()).hexdigest() == there


def test_another_seed_sings_it_otherwise() -> None:
    words = line("all of the time")
    one, two = (sing(s.sung[0], s).dry for s in (song(words, seed=1), song(words, seed=2)))
    assert not np.array_equal(one, two)


def test_changing_a_line_leaves_every_other_sample_alone() -> None:
    first, second, third = line("summer rain", 960), line("falling on the roof", 2880), line("all night long", 5760)
    before, after = song(first, second, third), song(first, line("dancing on the floor", 2880), third)
    one, two = sing(before.sung[0], before).dry, sing(after.sung[0], after).dry
    different = np.flatnonzero(one != two)
    assert before.seconds_at(2880) - 0.8 < different[0] / 44100
    assert different[-1] / 44100 < before.seconds_at(second.end) + 0.4


def test_a_track_is_the_sum_of_its_lines() -> None:
    first, second = line("summer rain", 960), line("falling on the roof", 4800)
    whole = song(first, second)
    parts = [replace(whole.sung[0], lines=(x,)) for x in (first, second)]
    track = sing(whole.sung[0], whole).dry
    total = sum(sing(part, whole).dry for part in parts)
    quiet = slice(
        int(whole.seconds_at(3000) * 44100), int(whole.seconds_at(4800) * 44100)
    )  # the second line's breath knows the first
    track, total = np.delete(track, quiet), np.delete(total, quiet)
    assert np.allclose(track, total, atol=1e-6)


def test_two_parts_are_two_singers() -> None:
    words = line("hello again")
    lead, double = song(words), song(words, name="backing_vocals")
    assert not np.array_equal(sing(lead.sung[0], lead).dry, sing(double.sung[0], double).dry)


@pytest.mark.parametrize(
    ("text", "step", "bpm"),
    [
        ("go", 240, 100.0),
        ("strengths", 60, 100.0),
        (
            "a little bit of everything a little bit of nothing and a lot of all the rest we had before the morning came to us",
            120,
            100.0,
        ),
        ("shh mmm", 240, 100.0),
        ("home", 3200, 100.0),
        ("ten thousand $5,000,000.00 USA km", 120, 140.0),
    ],
)
def test_fast_and_slow_and_long_and_short_lines_are_sung(text: str, step: int, bpm: float) -> None:
    score = song(line(text, step=step), bpm=bpm)
    dry = sing(score.sung[0], score).dry
    timing = timed(score.sung[0].lines[0], score)
    assert np.isfinite(dry).all()
    assert np.abs(dry).max() <= 1.0
    for sound in timing.sounds:
        if sound.role == "nucleus":
            a, b = (timing.frame + round(t * 44100) for t in (sound.start_s, sound.end_s))
            assert level_db(dry[a:b]) > -45, sound


def test_a_line_that_begins_before_the_song_is_cut_not_refused() -> None:
    score = song(line("street", start=0))
    assert level_db(sing(score.sung[0], score).dry) > -40


def test_a_held_vowel_stays_alive_and_even() -> None:
    score = song(line("home", step=3200))
    dry = sing(score.sung[0], score).dry
    blocks = [level_db(dry[i : i + 8820]) for i in range(round(1.6 * 44100), round(4.6 * 44100), 8820)]
    assert max(blocks) - min(blocks) < 6


def test_a_syllable_on_several_notes_keeps_its_pitches() -> None:
    score = song(line("love", step=1920, melisma=4))
    errors = pitch_errors_cents(sing(score.sung[0], score).dry, score)
    assert np.median(errors) < 25


def test_lines_are_about_as_loud_as_each_other() -> None:
    import pyloudnorm

    meter = pyloudnorm.Meter(44100)
    for text, pitch in (("oh my my", 55), ("see the street light", 67), ("murmuring dove", 60)):
        score = song(line(text, step=360, pitches=(pitch,)))
        assert meter.integrated_loudness(sing(score.sung[0], score).dry.astype(float)) == pytest.approx(-20, abs=2.5), text


def test_the_network_is_cut_once() -> None:
    folder = prepare()
    assert prepare() == folder
    assert all((folder / half).is_file() for half in HALVES)


def test_an_unknown_singer_is_refused() -> None:
    score = song(line("hello"), voice="nobody")
    with pytest.raises(BadRequest, match="linnea"):
        sing(score.sung[0], score)


def test_without_flite_a_recorded_singer_is_replaced_and_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    score = song(line("hello you"), voice="tilda")
    sung = sing(score.sung[0], score)
    assert np.abs(sung.dry).max() > 0.01
    assert "apt-get install flite" in sung.notes[0]


def test_a_line_that_flite_says_otherwise_is_sung_by_another_and_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "flite").write_text("#!/bin/sh\necho pau:0.1 b:0.2 pau:0.3\n")
    (tmp_path / "flite").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    score = song(line("a day unheard of"), voice="bram")
    sung = sing(score.sung[0], score)
    assert "a day unheard of" in sung.notes[0]
    assert level_db(sung.dry) > -40


@pytest.mark.parametrize(
    ("wish", "words", "gender"),
    [
        ("f", (), "f"),
        ("m", (), "m"),
        ("Rowan", (), "m"),
        (None, ("a breathy female voice",), "f"),
        (None, ("male tenor",), "m"),
    ],
)
def test_a_wish_finds_a_singer(wish: str | None, words: tuple[str, ...], gender: str) -> None:
    assert VOICES[choose(wish, words)].gender == gender


def test_a_wish_for_nobody_is_refused() -> None:
    with pytest.raises(BadRequest):
        choose("pavarotti")


def test_warnings_stay_away() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert spoken.world() is not None
