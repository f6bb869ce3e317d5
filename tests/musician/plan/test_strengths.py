"""What a caller's strengths do to a plan: each end of each scale is another song, the middle is the usual one."""

from dataclasses import replace

import pytest

from troubadour.brief import Request, Strengths
from troubadour.brief.read import read
from troubadour.errors import BadRequest
from troubadour.plan.decide import decide
from troubadour.score.melody.traits import traits_of

WORDS = "[Verse]\nBoats come home at dusk\n[Chorus]\nHarbour lights keep burning\n[Verse]\nNets are full of stars\n[Chorus]\nHarbour lights keep burning"
SONG = Request(tags="sad rock", lyrics=WORDS, seed=4)


def plan(**fields):
    return decide(read(replace(SONG, **fields)))


def strong(**strengths):
    return plan(strengths=Strengths(**strengths))


def musical(made):
    return (made.style, made.tempo_bpm, made.key, made.band, made.sections)


@pytest.mark.parametrize(
    "usual",
    [
        {"style_weight": 0.5}, {"weirdness": 0.5}, {"strengths": Strengths(finish=0.75)}, {"strengths": Strengths(variation=0.0)},
        {"strengths": Strengths(words=0.5)}, {"strengths": Strengths(clarity=0.25)},
    ],
)  # fmt: skip
def test_the_usual_value_changes_nothing(usual):
    assert musical(plan(**usual)) == musical(plan())
    assert traits_of(plan(**usual)) == traits_of(plan())


def test_style_words_that_are_hardly_followed_let_a_stranger_in():
    loose, usual, close = (plan(style_weight=weight).brief for weight in (0.0, 0.5, 1.0))
    assert [name for name, _ in usual.styles] == ["rock"]
    assert {name for name, _ in loose.styles} > {"rock"}
    assert loose.energy > usual.energy > close.energy  # sad: calmer than usual, the closer the calmer
    both = [read(replace(SONG, tags="rock, jazz", style_weight=weight)).styles[0][1] for weight in (0.5, 0.75, 1.0)]
    assert both[0] < both[1] < both[2]


def test_a_weird_song_leaves_scale_and_band_behind():
    tame, usual, weird = (plan(weirdness=value) for value in (0.0, 0.5, 1.0))
    leaps = [traits_of(each).leap for each in (tame, usual, weird)]
    assert leaps == sorted(set(leaps))
    assert traits_of(weird).chromatic > traits_of(usual).chromatic
    assert len(weird.band) == len(usual.band) + 1


def test_strong_words_are_nearer_to_speech():
    free, usual, strict = (traits_of(strong(words=value)) for value in (0.0, 0.5, 1.0))
    assert free.repeat < usual.repeat < strict.repeat
    assert free.span > usual.span > strict.span


def test_a_sketch_has_fewer_players_than_a_production():
    sizes = [len(strong(finish=value).band) for value in (0.0, 0.4, 0.75, 1.0)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2] < sizes[3]


def test_an_instrument_that_was_asked_for_plays_in_the_sketch_too():
    made = decide(read(replace(SONG, tags="rock, glockenspiel", strengths=Strengths(finish=0.0))))
    assert "glockenspiel" in {player.instrument for player in made.band}


def tunes(made):
    return [phrase.label for section in made.sections for phrase in section.phrases if phrase.lines]


def test_repeated_stanzas_get_tunes_of_their_own_verses_before_choruses():
    same, verses, all_of_them = (tunes(strong(variation=value)) for value in (0.0, 0.8, 1.0))
    assert same[0] == same[2]
    assert same[1] == same[3]
    assert verses[0] != verses[2]
    assert verses[1] == verses[3]
    assert len(set(all_of_them)) == 4


@pytest.mark.parametrize("wrong", [{"words": 1.01}, {"clarity": -0.1}, {"finish": float("nan")}, {"variation": 2}])
def test_a_strength_out_of_range_is_refused(wrong):
    with pytest.raises(BadRequest, match=f"{next(iter(wrong))} .* is out of range"):
        strong(**wrong)


def test_a_timbre_chooses_among_the_singers_and_an_unknown_one_is_refused():
    voices = {timbre: [plan(timbre=timbre, voice="f", seed=seed).voice for seed in range(12)] for timbre in ("husky", "sweet")}
    assert voices["husky"].count("maren") > 6 > voices["sweet"].count("maren")
    with pytest.raises(BadRequest, match="timbre “velvet” is not known: warm"):
        plan(timbre="velvet")
