"""What a caller's strengths do to the notes of songs and to their sound: each end of each scale is heard. (Plans: plan/test_strengths.)"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from troubadour.brief import Request, Strengths
from troubadour.make import Song, write_score
from troubadour.mix.balance import balance
from troubadour.mix.loudness import integrated
from troubadour.mix.pcm import summed

WORDS = "[Verse]\nBoats come home at dusk\nNets are full of stars\n[Chorus]\nHarbour lights keep burning\n[Verse]\nMorning finds the shore\nNobody is there"
SONG = Request(tags="sad rock", lyrics=WORDS, duration_s=45.0)
SEEDS = (4, 5)


@cache
def songs(name: str = "", value: float = 0.0) -> tuple[Song, ...]:
    """A few songs with one strength: a field of the request, or of its strengths."""
    wish = (
        {}
        if not name
        else {name: value}
        if name in ("style_weight", "weirdness")
        else {"strengths": Strengths(**{name: value})}
    )
    return tuple(write_score(replace(SONG, seed=seed, **wish)) for seed in SEEDS)


def steps(made: Song) -> np.ndarray:
    """The intervals of the sung tune in semitones."""
    return np.diff([note.pitch for line in made.score.lead_lines for group in line.notes for note in group])


def mean(measure, made) -> float:
    return float(np.mean([measure(each) for each in made]))


def instruments(made: Song) -> set[str]:
    return {part.instrument for part in made.score.parts}


def test_a_weird_tune_leaps_and_somebody_unexpected_plays():
    leaps = [mean(lambda song: np.abs(steps(song)).mean(), songs("weirdness", value)) for value in (0.0, 1.0)]
    assert leaps[1] > 1.3 * leaps[0]
    assert all(instruments(weird) - instruments(usual) for weird, usual in zip(songs("weirdness", 1.0), songs(), strict=True))


def test_strong_words_repeat_their_notes_as_speech_does():
    repeats = [mean(lambda song: (steps(song) == 0).mean(), songs("words", value)) for value in (0.0, 1.0)]
    assert repeats[1] > repeats[0] + 0.05


def test_a_style_that_is_hardly_followed_lets_strangers_play_and_its_mood_fade():
    loose, close = songs("style_weight", 0.0), songs("style_weight", 1.0)
    assert any(instruments(one) - instruments(other) for one, other in zip(loose, close, strict=True))
    struck = [
        mean(lambda song: np.mean([n.velocity for part in song.score.parts for n in part.notes]), made)
        for made in (loose, close)
    ]
    assert struck[0] > struck[1]  # sad: the closer, the softer


def test_a_production_has_more_players_and_more_notes_than_a_sketch():
    counts = [
        mean(lambda song: sum(len(part.notes) for part in song.score.parts), songs("finish", value)) for value in (0.0, 1.0)
    ]
    assert counts[0] < counts[1]
    assert all(len(a.score.parts) < len(b.score.parts) for a, b in zip(songs("finish", 0.0), songs("finish", 1.0), strict=True))


def test_a_varied_song_sings_its_second_verse_to_another_tune():
    def verses(made: Song) -> list[list[int]]:
        lines = [[group[0].pitch for group in line.notes] for line in made.score.lead_lines]
        return [lines[0], lines[3]]

    assert all(first == second for first, second in map(verses, songs()))
    assert all(first != second for first, second in map(verses, songs("variation", 1.0)))


@pytest.fixture(scope="module")
def mixed(small_stems, small_plan, small_score):
    """The small song, mixed with one strength."""

    @cache
    def mix(name: str, value: float):
        asked = replace(small_plan.brief.request, strengths=Strengths(**{name: value}))
        return balance(small_stems, replace(small_plan, brief=replace(small_plan.brief, request=asked)), small_score)

    return mix


def test_strong_words_stand_before_the_band_in_the_mix(mixed):
    def before_lu(mix):
        band = {name: pcm for name, pcm in mix.stems.items() if "vocals" not in name}
        return integrated(mix.stems["vocals"]) - integrated(summed(band))

    assert before_lu(mixed("words", 1.0)) > before_lu(mixed("words", 0.0)) + 1.5


def test_a_clear_mix_has_less_room_after_the_last_note(mixed):
    def tail_db(mix):
        tail = mix.master[round(16.3 * 44_100) : round(17.3 * 44_100)].astype(float)
        return 20 * np.log10(np.sqrt((tail**2).mean()) + 1.0)

    assert tail_db(mixed("clarity", 0.0)) > tail_db(mixed("clarity", 1.0)) + 3.0


def test_a_sketch_is_narrower_than_a_production(mixed):
    def width(mix):
        left, right = mix.master.astype(float).T
        return np.std(left - right) / np.std(left + right)

    assert width(mixed("finish", 0.0)) < 0.85 * width(mixed("finish", 1.0))
