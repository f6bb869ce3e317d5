"""A whole song's tunes: every word sung once in order, phrases that return, choruses that rise, singers in their range."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from tests.musician.songs import SOME_STYLES

from troubadour.brief import Key, Metre
from troubadour.score.melody.metre import level
from troubadour.score.melody.pitch import scale_of
from troubadour.stems.sing.voices import VOICES
from troubadour.theory.chords import tones

METRES = [Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(12, 8), Metre(5, 4), Metre(7, 8)]
SEEDS = range(4)


def flat(lines):
    return [note for line in lines for notes in line.notes for note in notes]


def planned(plan, backing):
    return [
        line.text for section in plan.sections for phrase in section.phrases for line in phrase.lines if line.backing == backing
    ]


def said(lines):
    return ["".join(word.text for word in line.words).strip() for line in lines]


@pytest.mark.parametrize("style", SOME_STYLES)
def test_every_lead_line_is_sung_as_often_as_it_stands_and_in_order(written, style):
    song = written(style=style)
    assert said(song.vocals) == planned(song.plan, backing=False)


@pytest.mark.parametrize("metre", METRES, ids=str)
def test_every_syllable_has_a_note_in_every_metre(written, metre):
    song = written(metre=metre)
    for part in song.melody.sung:
        for line in part.lines:
            assert len(line.notes) == sum(len(word.syllables) for word in line.words)
            assert all(notes for notes in line.notes)


def test_bracketed_lines_are_answered_once_by_a_backing_voice(written):
    song = written()
    answers = [text for part in song.melody.sung[1:] for text in said(part.lines) if text == "all night"]
    assert answers == planned(song.plan, backing=True)
    assert [part.name for part in song.melody.sung] == ["vocals", "backing_vocals", "backing_vocals_2"]


@pytest.mark.parametrize("metre", METRES, ids=str)
@pytest.mark.parametrize("tempo_bpm", [60.0, 100.0, 175.0])
def test_no_singer_sings_two_notes_at_once(written, metre, tempo_bpm):
    for part in written(metre=metre, tempo_bpm=tempo_bpm).melody.sung:
        for one, following in pairwise(flat(part.lines)):
            assert one.end <= following.start
            assert one.length > 0


def test_lines_stay_in_the_bars_of_their_section_but_for_a_pickup_of_a_beat(written):
    song = written()
    for line in song.vocals:
        bar = song.plan.metre.bar_ticks
        home = next(
            s for s in song.sections if s.start_bar * bar - 480 <= line.start and line.end <= (s.start_bar + s.bars) * bar
        )
        assert home.kind in ("verse", "chorus", "bridge")


def falling_pairs(line):
    """(level of a stressed syllable, level of the weaker one after it in the same word) for a sung line."""
    at = 0
    for word in line.words:
        for index, (one, two) in enumerate(pairwise(word.syllables)):
            if one.stress > two.stress:
                yield line.notes[at + index][0].start, line.notes[at + index + 1][0].start
        at += len(word.syllables)


@pytest.mark.parametrize("style", ["pop", "jazz", "metal", "hip_hop"])
def test_inside_a_word_no_stress_is_weaker_than_what_follows(written, style):
    metre = Metre()
    pairs = [pair for seed in SEEDS for line in written(style=style, seed=seed).vocals for pair in falling_pairs(line)]
    assert len(pairs) > 40
    assert np.mean([level(here, metre) >= level(there, metre) for here, there in pairs]) >= 0.97


def test_content_words_stand_on_stronger_places_than_function_words(written):
    strengths = {True: [], False: []}
    for seed in SEEDS:
        for line in written(seed=seed).vocals:
            at = 0
            for word in line.words:
                if len(word.syllables) == 1:
                    strengths[word.content].append(level(line.notes[at][0].start, Metre()))
                at += len(word.syllables)
    assert np.mean(strengths[True]) > np.mean(strengths[False]) + 0.5


def test_line_ends_are_held_and_followed_by_a_breath(written):
    ratios, rests = [], []
    for seed in SEEDS:
        vocals = written(seed=seed).vocals
        for line, following in pairwise(vocals):
            lengths = [notes[0].length for notes in line.notes]
            ratios.append(lengths[-1] / np.mean(lengths[:-1]))
            rests.append(following.start - line.end)
    assert np.mean(np.array(ratios) >= 1.5) > 0.7
    assert np.mean(np.array(rests) >= 120) > 0.9


@pytest.mark.parametrize(("style", "least_s"), [("pop", 0.14), ("metal", 0.14), ("folk", 0.14), ("hip_hop", 0.12)])
def test_syllables_last_long_enough_to_be_pronounced(written, style, least_s):
    for tempo_bpm in (70.0, 100.0, 140.0):
        song = written(style=style, tempo_bpm=tempo_bpm)
        lengths_s = [note.length / 480 * 60 / tempo_bpm for note in flat(song.vocals)]
        assert min(lengths_s) >= least_s - 1e-9


def test_far_too_many_syllables_still_all_get_notes(written):
    crowd = " ".join(["*ba·by"] * 60)
    song = written(form=(("Verse", "verse", 0.5, (("A", 1, (crowd,)),)),))
    assert len(flat(song.vocals)) == 120
    assert all(one.end <= two.start for one, two in pairwise(flat(song.vocals)))


@pytest.mark.parametrize("voice", sorted(VOICES))
def test_a_voice_stays_where_it_is_at_ease(written, voice):
    singer = VOICES[voice]
    for key in (Key(0), Key(6, "minor")):
        pitches = [note.pitch for note in flat(written(voice=voice, key=key).vocals)]
        assert singer.low <= min(pitches)
        assert max(pitches) <= singer.high
        assert max(pitches) - min(pitches) <= 18


def test_equal_labels_keep_their_tune_with_other_words(written):
    for seed in SEEDS:
        song = written(seed=seed)
        first, second = ({n.start: n.pitch for n in song.notes_of("A", k)} for k in (0, 1))
        shared = first.keys() & second.keys()
        assert len(shared) >= 0.7 * len(first)
        assert np.mean([first[tick] == second[tick] for tick in shared]) >= 0.9


def test_a_returning_chorus_is_the_same(written):
    song = written()
    assert song.notes_of("B", 0) == song.notes_of("B", 1)


def test_choruses_lie_two_to_five_semitones_above_verses_on_average(written):
    rises = []
    for seed in range(12):
        song = written(seed=seed)
        mean = [np.mean([n.pitch for n in song.notes_of(label, 0)]) for label in "AB"]
        rises.append(mean[1] - mean[0])
    assert 2.0 <= np.mean(rises) <= 5.0


def test_pitches_belong_to_the_key_or_the_chord(written):
    song = written(style="synthwave", key=Key(9, "minor"))
    scale = scale_of(song.plan.key)
    for note in flat(song.vocals):
        chord = next(c for c in song.chords if c.start <= note.start < c.end)
        assert note.pitch % 12 in scale | set(tones(chord.root, chord.quality))


def test_rap_moves_on_few_pitches_in_verses(written):
    song = written(style="hip_hop")
    verse = [note.pitch for note in song.notes_of("A", 0)]
    assert max(verse) - min(verse) <= 6


def test_the_same_plan_gives_the_same_melody_and_another_take_another(written):
    assert written.__wrapped__(seed=5).melody == written(seed=5).melody
    one, other = (written(seed=5, take=take).notes_of("B", 0) for take in (0, 1))
    shared = {(n.start, n.pitch) for n in one} & {(n.start, n.pitch) for n in other}
    assert len(shared) < 0.6 * len(one)


def test_the_second_voice_sounds_thirds_to_sixths_from_the_tune_in_choruses_only(written):
    song = written()
    lead = {note.start: note for note in flat(song.vocals)}
    doubled = flat(song.melody.sung[2].lines)
    assert np.mean([3 <= abs(note.pitch - lead[note.start].pitch) <= 9 for note in doubled]) == 1.0
    bars = {bar for s in song.sections if s.kind == "chorus" for bar in range(s.start_bar - 1, s.start_bar + s.bars)}
    assert {note.start // 1920 for note in doubled} <= bars


def test_an_instrument_takes_the_tune_where_nobody_sings(written):
    song = written(lead="flute")
    solo = next(s for s in song.sections if s.kind == "solo")
    assert song.melody.lead
    assert {note.start // 1920 for note in song.melody.lead} <= set(range(solo.start_bar, solo.start_bar + solo.bars))
    assert all(60 <= note.pitch <= 94 for note in song.melody.lead)


def test_an_instrumental_has_a_tune_in_every_phrase_with_a_capital_label(written):
    form = (("Intro", "intro", 0.3, (("i", 4, ()),)), ("Theme", "verse", 0.5, (("A", 8, ()), ("B", 8, ()), ("A", 8, ()))))
    song = written(form=form)
    bars = [note.start // 1920 for note in song.melody.lead]
    assert song.melody.sung == ()
    assert all(sum(4 + k * 8 <= bar < 12 + k * 8 for bar in bars) >= 12 for k in range(3))
    assert min(bars) >= 4
    first, third = (
        [(n.start - start, n.pitch) for n in song.melody.lead if start <= n.start < start + 8 * 1920]
        for start in (4 * 1920, 20 * 1920)
    )
    assert first == third


def test_an_instrument_that_takes_a_sung_label_plays_what_is_sung_to_it(written):
    form = (
        ("Chorus", "chorus", 0.8, (("C", 8, ("*hold on to me", "*un·der the *riv·er of light")),)),
        ("Drop", "drop", 0.9, (("C", 8, ()),)),
    )
    song = written(form=form)
    sung = [(n.start, n.pitch % 12) for n in song.notes_of("C", 0)]
    assert [(n.start - 8 * 1920, n.pitch % 12) for n in song.melody.lead] == sung
