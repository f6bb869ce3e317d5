"""Sections of exact lengths, and pieces of a few seconds."""

from itertools import accumulate

import pytest

from troubadour.brief import Request, Segment
from troubadour.brief.read import read
from troubadour.errors import BadRequest
from troubadour.files.facts import facts
from troubadour.make import write_score
from troubadour.plan.decide import decide

FORMS = ((15, 30, 15), (5, 5, 5, 5, 5, 5), (17, 23, 11, 13), (30,), (5, 115), (7, 53, 37, 19))
NAMES = ("intro", "verse", "chorus", "inst", "bridge", "outro")


def wish(lengths, tags="pop", **more):
    segments = tuple(Segment(NAMES[i % 6], length) for i, length in enumerate(lengths))
    return Request(tags=tags, instrumental=True, segments=segments, seed=2, **more)


@pytest.mark.parametrize("lengths", FORMS[1:4])
def test_every_section_begins_on_its_sample_and_the_whole_is_exact(lengths):
    song = write_score(wish(lengths))
    told = facts(song.plan, song.score)["segments"]
    assert [each["first_sample"] for each in told] == [44_100 * at for at in (0, *accumulate(lengths))][:-1]
    assert [each["samples"] for each in told] == [44_100 * length for length in lengths]
    assert [each["name"] for each in told] == [NAMES[i % 6] for i in range(len(lengths))]
    assert song.score.frames == 44_100 * sum(lengths)


@pytest.mark.parametrize("lengths", FORMS)
def test_the_tempos_of_the_sections_lie_close_together_and_the_last_chord_rings(lengths):
    plan = decide(read(wish(lengths)))
    tempos = [plan.tempo_bpm, *(bpm for _, bpm in plan.tempo_changes)]
    assert max(tempos) / min(tempos) < 1.07
    bars = sum(section.bars for section in plan.sections)
    rings = plan.tick_at(plan.frames / 44_100) - bars * plan.metre.bar_ticks
    assert 0.9 < rings / 480 * 60 / tempos[-1] < 6


def test_a_tempo_that_was_asked_for_is_kept_or_refused():
    plan = decide(read(wish((16, 32, 16), bpm=120)))
    assert (plan.tempo_bpm, plan.tempo_changes) == (120, ())
    with pytest.raises(BadRequest, match="at 120 bpm a bar lasts 2 s: sections must be whole bars"):
        decide(read(wish((15, 30, 15), bpm=120)))


def test_sections_are_for_music_without_words():
    with pytest.raises(BadRequest, match="music without words"):
        write_score(Request(lyrics="[Verse]\nla la", segments=(Segment("verse", 30),)))
    with pytest.raises(BadRequest, match="“coda” is not known"):
        write_score(Request(tags="pop", instrumental=True, segments=(Segment("coda", 30),)))
    with pytest.raises(BadRequest, match="30 s together"):
        write_score(Request(tags="pop", instrumental=True, segments=(Segment("verse", 30),), duration_s=40))


@pytest.mark.parametrize("seconds", [1, 3, 7])
@pytest.mark.parametrize("tags", ["slow ambient", "jazz waltz"])
def test_a_piece_of_a_few_seconds_has_its_length_and_ends_inside_it(seconds, tags):
    score = write_score(Request(tags=tags, instrumental=True, duration_s=seconds, seed=3)).score
    assert score.frames == 44_100 * seconds
    assert score.seconds_at(score.bar_start(score.bars)) < seconds
    assert any(part.notes for part in score.parts)
