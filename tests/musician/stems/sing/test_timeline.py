"""When each sound is sung."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from sung_scores import line, song

from troubadour.stems.sing.timeline import shown, swung, timed, word_times


def vowels(score):
    timing = timed(score.sung[0].lines[0], score)
    return timing, [s for s in timing.sounds if s.role == "nucleus"]


@pytest.mark.parametrize("step", [60, 120, 240, 1920])
@pytest.mark.parametrize("swing", [0.0, 0.7])
def test_every_vowel_starts_on_its_note(step: int, swing: float) -> None:
    score = song(line("strange straight streets stretch past the twelfth month", step=step), swing=swing)
    timing, found = vowels(score)
    written = [group[0].start for group in score.sung[0].lines[0].notes]
    wanted = [score.frame_at(swung(tick, score)) - timing.frame for tick in written]
    assert [round(v.start_s * 44100) for v in found] == wanted


@pytest.mark.parametrize("step", [60, 240, 960])
def test_sounds_follow_one_another_and_none_is_lost(step: int) -> None:
    score = song(line("the quick brown fox jumps over everything", step=step))
    timing, _ = vowels(score)
    words = score.sung[0].lines[0].words
    assert "".join(s.symbol for s in timing.sounds) == "".join(y.onset + y.nucleus + y.coda for w in words for y in w.syllables)
    edges = np.array([(s.start_s, s.end_s) for s in timing.sounds])
    assert np.all(edges[:, 1] > edges[:, 0])
    assert np.all(edges[1:, 0] >= edges[:-1, 1] - 1e-9)


def test_the_first_consonants_come_before_the_beat() -> None:
    score = song(line("street"))
    (word,) = word_times(score)
    assert word.start_s < score.seconds_at(960) - 0.1
    assert (word.text, word.part) == ("street", "vocals")


def test_words_are_told_bare_and_in_the_order_they_are_heard() -> None:
    score = song(line('"Hello," she said', start=960), line("(it's $5!)", start=4800))
    words = word_times(score)
    assert [w.text for w in words] == ["Hello", "she", "said", "it's", "$5"]
    assert all(a.start_s < a.end_s for a in words)
    assert [w.start_s for w in words] == sorted(w.start_s for w in words)


def test_a_words_sounds_fill_its_time() -> None:
    (word,) = word_times(song(line("street")))
    assert "".join(phone.symbol for phone in word.phones) == "stɹit"
    assert (word.phones[0].start_s, word.phones[-1].end_s) == (word.start_s, word.end_s)
    assert all(one.end_s == two.start_s for one, two in pairwise(word.phones))
    assert word.phones[3].start_s == pytest.approx(song(line("street")).seconds_at(960), abs=1e-4)


def test_a_score_with_too_few_or_too_many_notes_is_still_sung_whole() -> None:
    whole = line("walking down the street")
    for notes in (whole.notes[:2], (*whole.notes, *whole.notes[-1:])):
        broken = type(whole)(whole.words, notes)
        timing, found = vowels(song(broken))
        assert len(found) == 5
        assert timing.end_s > 0


def test_the_singer_swings_with_the_band() -> None:
    from troubadour.stems.band.feel import swung as of_the_band

    score = song(line("la la la"), swing=0.6)
    ticks = np.arange(0, 3840, 60)
    assert np.allclose([swung(int(t), score) for t in ticks], of_the_band(ticks.astype(float), score))


@pytest.mark.parametrize(
    ("text", "bare"), [("night, ", "night"), ("'cause ", "'cause"), ("100%!", "100%"), ("♥ ", "♥"), ("ooh-ooh ", "ooh-ooh")]
)
def test_punctuation_is_stripped_at_the_ends(text: str, bare: str) -> None:
    assert shown(text) == bare
