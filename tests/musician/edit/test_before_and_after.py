"""New parts before and after a song, and another song of its kind."""

import pytest
from tests.musician.edit.written import instrumental, song, words

from troubadour.brief import Request
from troubadour.edit import Extend, Precede, Prolong, Replace, Vary
from troubadour.edit.extend import extended
from troubadour.edit.precede import preceded
from troubadour.edit.prolong import as_extension, ending_s
from troubadour.edit.replace import rewritten
from troubadour.edit.source import Source
from troubadour.edit.vary import variation
from troubadour.errors import LyricsTooLong


def source(made):
    return Source(made.plan, made.score, None, lambda: None)


@pytest.mark.parametrize("seconds", [8, 13, 32])
@pytest.mark.parametrize("old", [song(), instrumental()], ids=["sung", "played"])
def test_a_new_beginning_has_its_length_to_the_sample_and_the_song_follows_note_for_note(old, seconds):
    made = preceded(old.plan, old.score, Precede(Request(instrumental=True, seed=3, duration_s=seconds)))
    assert made.begin == seconds * 44_100
    assert made.score.frames == old.score.frames + made.begin
    join = round(made.score.tick_at(seconds))
    assert made.score.frame_at(join) == made.begin
    for part in old.score.parts:
        after = next(p.notes for p in made.score.parts if (p.name, p.instrument) == (part.name, part.instrument))
        assert [(n.start - join, n.pitch) for n in after if n.start >= join] == [(n.start, n.pitch) for n in part.notes]
    assert abs(made.score.tempos[0].bpm / old.score.tempos[0].bpm - 1) < 0.03


def test_the_words_of_a_new_beginning_are_sung_before_the_songs_own():
    old = song()
    made = preceded(old.plan, old.score, Precede(Request(lyrics="[Intro]\nClose the door behind you", seed=3, duration_s=12)))
    assert words(made.score)[:6] == ["Close ", "the ", "door ", "be", "hind ", "you"]
    assert words(made.score)[6:] == words(old.score)
    assert made.plan.brief.lyrics.text.startswith("[Intro]\nClose the door")


def test_words_that_a_new_beginning_cannot_hold_are_refused():
    old = song()
    with pytest.raises(LyricsTooLong, match="ask for more time"):
        preceded(old.plan, old.score, Precede(Request(lyrics="[Intro]\n" + "all the way down to the sea\n" * 12, duration_s=8)))


def test_a_song_goes_on_where_its_ending_begins_unless_a_point_is_named():
    old = song()
    assert old.score.sections[-1].kind == "outro"
    begin = old.score.seconds_at(old.score.bar_start(old.score.sections[-1].start_bar))
    assert ending_s(source(old)) == pytest.approx(begin)
    assert as_extension(Prolong(Request(), 12.0), [source(old)]).at_s == 12.0


def test_a_variation_keeps_words_time_key_and_singer_and_changes_the_tune():
    old = song()
    made = variation(old.plan, Vary(Request(seed=77)))
    assert (made.score.frames, made.score.key, made.score.metre) == (old.score.frames, old.score.key, old.score.metre)
    assert made.score.tempos[0].bpm == pytest.approx(old.score.tempos[0].bpm, abs=0.01)
    assert words(made.score) == words(old.score)
    assert made.plan.voice == old.plan.voice
    assert made.score.sung != old.score.sung


def test_a_short_context_is_all_that_a_new_part_recalls():
    """The chorus lies ten seconds back: whoever hears eight has another tune for its words."""
    old = song()
    chorus = "[Chorus]\nOh we sing it loud tonight\nLet the river carry"
    at_s = old.score.seconds_at(old.score.bar_start(old.score.sections[-3].start_bar))

    def tune(context_s):
        made = extended(old.plan, old.score, Extend(Request(lyrics=chorus, seed=3), at_s, context_s)).score
        return [note.pitch for line in made.lead_lines for group in line.notes for note in group]

    assert tune(None) == tune(130.0)
    assert tune(8.0) != tune(None)


def test_a_new_beginning_tells_only_as_much_of_the_song_as_its_context_holds():
    old = song()

    def lead(context_s):
        wish = Precede(
            Request(lyrics="[Chorus]\nOh we sing it loud tonight\nLet the river carry", seed=3, duration_s=20), context_s
        )
        made = preceded(old.plan, old.score, wish).score
        return [note.pitch for line in made.lead_lines[:2] for group in line.notes for note in group]

    assert lead(None) == lead(80.0)
    assert lead(5.0) != lead(None)


def test_a_close_passage_keeps_its_tune_and_a_loose_one_gets_another():
    old = song()
    verse = next(section for section in old.score.sections if section.name == "Verse 2")
    start, end = (old.score.seconds_at(old.score.bar_start(bar)) for bar in (verse.start_bar, verse.start_bar + verse.bars))

    def tune(score):
        lines = [line for line in score.lead_lines if start <= score.seconds_at((line.start + line.end) // 2) < end]
        return [note.pitch for line in lines for group in line.notes for note in group]

    close, loose = (
        tune(rewritten(old.plan, old.score, Replace(Request(seed=3), start, end, closeness)).score) for closeness in (0.9, 0.5)
    )
    assert close == tune(old.score)
    assert loose != tune(old.score)
