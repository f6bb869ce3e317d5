"""Words that are known are found in the voice that sings them."""

from __future__ import annotations

import subprocess
from itertools import pairwise

import numpy as np
import pytest
import soundfile

from troubadour.brief.lyrics import pronounce_line
from troubadour.errors import BadRequest
from troubadour.listen.lyrics import sung_words, words_in

LINES = ("boats are sleeping by the silent water", "every window has a little light")
RATE = 44_100


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    """The lines said by a voice that the aligner does not know, with pauses: the sound, and when each word begins."""
    folder = tmp_path_factory.mktemp("spoken")
    pieces, begins, at = [np.zeros(RATE)], [], 1.0
    for number, text in enumerate(LINES):
        path = folder / f"{number}.wav"
        done = subprocess.run(
            ["flite", "-voice", "awb", "-pw", "--setf", "duration_stretch=1.6", "-t", text, "-o", path],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        sound, rate = soundfile.read(path)
        sound = np.interp(np.arange(round(len(sound) * RATE / rate)) * rate / RATE, np.arange(len(sound)), sound)
        assert [word for word in done.stdout.split() if word.isalpha()] == text.split()
        begins.append((at, at + len(sound) / RATE))
        pieces += [sound, np.zeros(RATE)]
        at += len(sound) / RATE + 1.0
    mono = np.concatenate(pieces)
    return np.stack([mono, mono], axis=1).astype(np.float32), begins


@pytest.fixture(scope="module")
def lines():
    return [pronounce_line(text) for text in LINES]


def test_each_line_is_found_where_it_is_said_and_its_words_follow_one_another(spoken, lines):
    sound, begins = spoken
    found = sung_words(sound, lines)
    assert [word.text for word in found] == " ".join(LINES).split()
    assert all(a.end_s <= b.start_s + 1e-6 for a, b in pairwise(found))
    for (start, end), own in zip(begins, (found[:7], found[7:]), strict=True):
        assert start < own[0].start_s < start + 0.7  # flite breathes before it begins, and after
        assert end - 0.7 < own[-1].end_s < end + 0.1


def test_other_words_are_found_with_less_confidence(spoken, lines):
    sound, _ = spoken
    others = [pronounce_line(text) for text in ("cheap thick judges vouch for joyous fudge", "which oyster chews a hazy beige")]

    def confidence(words):
        return np.mean([word.confidence for word in sung_words(sound, words)])

    assert confidence(others) < confidence(lines) - 0.1


def test_where_nobody_sings_no_word_is_found(lines):
    with pytest.raises(BadRequest, match="no voice can be heard"):
        sung_words(np.zeros((3 * RATE, 2), np.float32), lines)
    with pytest.raises(BadRequest, match="no words"):
        sung_words(np.zeros((3 * RATE, 2), np.float32), [])


def test_more_words_than_there_is_time_for_are_refused(spoken, lines):
    sound, begins = spoken
    with pytest.raises(BadRequest, match="too short for so many words"):
        sung_words(sound[: int(begins[0][1] * RATE)], lines * 30)


def test_a_voice_alone_is_not_taken_apart(spoken, lines):
    sound, _ = spoken
    assert np.mean([w.confidence for w in words_in(sound, lines)]) >= np.mean([w.confidence for w in sung_words(sound, lines)])
