"""Plans keep what was asked for, exactly, and choose the rest with sense."""

import pytest
from tests.musician.songs import SONG, brief, lyrics, stanza

from troubadour.brief import Key, Metre, Request
from troubadour.brief.read import read
from troubadour.errors import BadRequest, LyricsTooLong
from troubadour.plan.band import member_of
from troubadour.plan.decide import decide
from troubadour.stems.sing.voices import VOICES
from troubadour.styles import STYLES

LENGTHS_S = (10, 11.3, 15, 20, 33.3, 47.01, 60, 90, 123.456, 180, 240, 359, 480)


def bar_s(plan) -> float:
    return plan.metre.bar_ticks / 480 * 60 / plan.tempo_bpm


def bars(plan) -> int:
    return sum(section.bars for section in plan.sections)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("length_s", LENGTHS_S)
def test_any_length_is_met_to_the_sample_with_a_tail_that_rings(style: str, length_s: float):
    plan = decide(brief(style, duration_s=length_s))
    assert plan.frames == round(length_s * 44_100)
    tail_s = length_s - bars(plan) * bar_s(plan)
    assert 1.45 <= tail_s <= max(6.0, 1.6 + bar_s(plan))
    assert STYLES[style].tempo.low - 0.01 <= plan.tempo_bpm <= STYLES[style].tempo.high + 0.01


@pytest.mark.parametrize("length_s", [60, 61.7, 90, 200, 480])
@pytest.mark.parametrize("style", ["pop", "hip_hop", "orchestral", "metal"])
def test_a_song_with_words_meets_its_length_too(style: str, length_s: float):
    plan = decide(brief(style, words=SONG, duration_s=length_s))
    assert plan.frames == round(length_s * 44_100)
    assert 1.45 <= length_s - bars(plan) * bar_s(plan) <= max(6.0, 1.6 + bar_s(plan))


@pytest.mark.parametrize("bpm", [61.5, 98, 133.33, 171])
@pytest.mark.parametrize("length_s", [10, 37, 200])
def test_a_tempo_and_a_length_that_were_asked_for_are_both_kept(bpm: float, length_s: float):
    plan = decide(brief("pop", duration_s=length_s, tempo_bpm=bpm))
    assert (plan.tempo_bpm, plan.frames) == (bpm, round(length_s * 44_100))


def test_key_and_metre_that_were_asked_for_are_kept():
    plan = decide(brief("house", key=Key(6, "phrygian"), metre=Metre(7, 8)))
    assert (plan.key, plan.metre) == (Key(6, "phrygian"), Metre(7, 8))


def test_every_line_is_sung_once_and_in_order_when_the_author_gave_the_form():
    for length_s in (None, 70, 480):
        plan = decide(brief("rock", words=SONG, duration_s=length_s))
        sung = [one for section in plan.sections for phrase in section.phrases for one in phrase.lines]
        assert sung == [one for part in SONG.stanzas for one in part.lines]


def test_stanzas_of_one_kind_share_their_letters():
    plan = decide(brief("pop", words=SONG))
    labels = {}
    for section in plan.sections:
        if section.phrases[0].lines:
            labels.setdefault(section.kind, set()).add(tuple(phrase.label for phrase in section.phrases))
    assert all(len(found) == 1 for found in labels.values())
    assert len({label for found in labels.values() for phrase in found for label in phrase}) == len(labels)


def test_words_stay_singable():
    for style in STYLES:
        plan = decide(brief(style, words=SONG))
        most = 7.0 if STYLES[style].melody.delivery != "sung" else 5.5
        for section in plan.sections:
            for phrase in section.phrases:
                syllables = sum(one.syllable_count for one in phrase.lines)
                assert syllables <= most * phrase.bars * bar_s(plan)


def test_without_a_wish_a_song_lasts_two_to_four_minutes():
    for style in STYLES:
        for words in (None, SONG, lyrics(stanza("verse", 5, 5), marked=False), lyrics(stanza("chorus", 2))):
            seconds = decide(brief(style, words=words)).frames / 44_100
            assert 115 <= seconds <= 245, (style, seconds)


def test_words_that_do_not_fit_say_how_long_they_need():
    long = lyrics(*[stanza("verse", 9, 9, 9, 9) for _ in range(6)])
    with pytest.raises(LyricsTooLong) as refused:
        decide(brief("pop", words=long, duration_s=30))
    least = int(next(word for word in str(refused.value).split() if word.isdigit()))
    assert 30 < least < 150
    assert decide(brief("pop", words=long, duration_s=least + 4)).frames == (least + 4) * 44_100


def test_more_words_than_eight_minutes_hold_are_refused():
    with pytest.raises(LyricsTooLong):
        decide(brief("orchestral", words=lyrics(*[stanza("verse", 12, 12, 12, 12) for _ in range(90)])))


def test_many_words_get_a_longer_song():
    words = lyrics(*[stanza("verse", 9, 9, 9, 9) for _ in range(16)])
    assert decide(brief("pop", words=words)).frames / 44_100 > 240


def test_a_length_out_of_range_is_refused():
    with pytest.raises(BadRequest, match="music without words lasts 1 to 480"):
        decide(brief(duration_s=0.9))
    with pytest.raises(BadRequest, match="a song lasts 10 to 480"):
        decide(brief(duration_s=9.9, words=lyrics(stanza("verse", 4))))


@pytest.mark.parametrize("instrument", ["banjo", "harpsichord", "saxophone", "sub_bass", "vinyl_noise", "timpani", "choir_pad"])
def test_an_instrument_that_was_asked_for_is_in_the_band(instrument: str):
    for style in STYLES:
        plan = decide(brief(style, instruments=(instrument,)))
        player = next(p for p in plan.band if p.instrument == instrument)
        assert member_of(player, STYLES[style]) is not None


def test_what_was_refused_does_not_play():
    for style in STYLES:
        plan = decide(brief(style, without=("drums", "distorted_guitar", "bass")))
        stems = {p.instrument for p in plan.band}
        assert not stems & {"distorted_guitar", "rock_kit", "finger_bass", "pick_bass", "house_kit", "acoustic_kit"}
        assert any(p.role == "lead" for p in plan.band)


def test_takes_differ_in_band_and_tempo():
    for style in STYLES:
        one, two = decide(brief(style, take=0)), decide(brief(style, take=1))
        assert one.band != two.band or len({i for m in STYLES[style].band for i in m.instruments}) == 1  # a piano alone
        assert (one.tempo_bpm, one.key, one.sections) != (two.tempo_bpm, two.key, two.sections)


def test_a_voice_that_was_asked_for_sings_and_a_gender_is_kept():
    assert decide(brief(words=SONG, voice="rowan")).voice == "rowan"
    for take in range(4):
        voice = decide(brief(words=SONG, voice="f", take=take)).voice
        assert VOICES[voice].gender == "f"


def test_instrumental_music_has_no_voice_and_a_tune():
    plan = decide(brief("folk", duration_s=10))
    assert plan.voice is None
    assert any(phrase.label.isupper() for section in plan.sections for phrase in section.phrases)


def test_section_names_are_unique_and_numbered():
    names = [section.name for section in decide(brief(words=SONG)).sections]
    assert len(names) == len(set(names))
    assert {"Verse 1", "Verse 2", "Bridge"} <= set(names)


def test_a_last_chorus_rises_where_the_style_has_it_and_no_key_was_asked_for():
    words = lyrics(*[part for _ in range(3) for part in (stanza("verse", 8, 7), stanza("chorus", 6, 6))])
    plans = [decide(brief("gospel", seed, words=words)) for seed in range(12)]
    lifted = [plan for plan in plans if any(section.lift for section in plan.sections)]
    assert 1 <= len(lifted) < len(plans)
    last = max(i for i, section in enumerate(lifted[0].sections) if section.kind == "chorus")
    assert [bool(section.lift) for section in lifted[0].sections] == [i >= last for i in range(len(lifted[0].sections))]
    assert not any(
        section.lift for seed in range(12) for section in decide(brief("gospel", seed, words=words, key=Key(0))).sections
    )


@pytest.mark.parametrize("style", ["lullaby", "drone", "cinematic", "post rock", "new age", "reggae", "march", "pop", "punk"])
def test_a_song_whose_words_are_written_lasts_two_to_four_minutes_however_slow_its_style(style: str):
    plan = decide(read(Request(text=f"a {style} song about a lighthouse", seed=1)))
    assert 115 <= plan.frames / 44_100 <= 240.5
