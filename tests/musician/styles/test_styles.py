"""Styles are data that a musician can trust."""

from itertools import combinations

import pytest
from benchmarks.styles import composed, judged, objections
from pydantic import ValidationError

from troubadour.brief import Metre
from troubadour.score.patterns import bars_of
from troubadour.styles import SHARED, STYLES, Style, blend
from troubadour.theory.metre import groups, is_compound

FIRST_TEN = {"pop", "rock", "folk", "jazz", "hip_hop", "house", "synthwave", "lofi", "orchestral", "metal"}


def test_the_shelf_holds_the_ten_styles_of_the_thin_path():
    assert set(STYLES) >= FIRST_TEN


def with_part(**part: object) -> dict[str, object]:
    """Pop with one more player."""
    facts = STYLES["pop"].model_dump()
    return {**facts, "band": [*facts["band"], {"role": "chords", "instruments": ["grand_piano"], **part}]}


def test_a_sign_that_means_nothing_to_its_player_is_an_error():
    with pytest.raises(ValidationError, match="chords grand_piano: 'a' in"):
        Style.model_validate(with_part(patterns={"0": ["x...x...a...x..."]}))


def test_a_pattern_that_does_not_fill_its_bar_is_an_error():
    with pytest.raises(ValidationError, match="11 steps do not fill a bar of 4/4"):
        Style.model_validate(with_part(patterns={"0": ["x...x...x.."]}))
    Style.model_validate(with_part(patterns={"0": ["x..x.."]}, in_metre={"11/8": {"0": ["x...x...x.."]}}))


def test_a_grouping_that_does_not_fill_its_metre_is_an_error():
    with pytest.raises(ValidationError, match="does not fill 9/8"):
        Style.model_validate({**STYLES["pop"].model_dump(), "grouping": {"9/8": [2, 2, 3]}})


def test_names_of_styles_are_known_without_reading_their_music():
    from troubadour.styles.shelf import Shelf

    shelf = Shelf()
    assert set(shelf.cards) == set(STYLES)
    assert shelf.kin("bebop") == ("bebop", "jazz")
    assert shelf.kin("jazz") == ("jazz",)


@pytest.mark.parametrize("style", STYLES.values(), ids=lambda s: s.id)
def test_a_style_names_only_fills_and_singers_that_exist(style: Style):
    from troubadour.stems.sing.voices import VOICES

    assert set(style.fills) <= set(SHARED.fills)
    assert set(style.singers) <= set(VOICES)
    assert STYLES.kin(style.id)[-1] in FIRST_TEN


def test_no_two_styles_share_their_groove_or_their_band():
    for one, other in combinations(STYLES.values(), 2):
        assert one.band != other.band
        assert one.grooves != other.grooves or not one.grooves
        assert (one.tempo, one.modes, one.swing) != (other.tempo, other.modes, other.swing), (one.id, other.id)


def test_a_name_or_alias_points_to_one_style():
    names = [word for style in STYLES.values() for word in {style.id, *style.words}]
    assert sorted(names) == sorted(set(names))


def test_an_unknown_key_in_a_style_is_an_error():
    facts = STYLES["pop"].model_dump()
    with pytest.raises(ValidationError, match="tempoo"):
        Style.model_validate({**facts, "tempoo": 1})


def test_a_chord_that_cannot_be_read_is_an_error():
    facts = STYLES["pop"].model_dump()
    with pytest.raises(ValidationError, match="not a chord"):
        Style.model_validate({**facts, "progressions": {"major": {"any": ["I | H"]}}})


def test_a_blend_keeps_the_leaders_groove_and_borrows_players():
    mixed = blend((("pop", 0.6), ("jazz", 0.4)))
    assert mixed.grooves == STYLES["pop"].grooves
    assert "upright_bass" in {i for member in mixed.band for i in member.instruments}


def test_a_blend_with_one_style_is_that_style():
    assert blend((("folk", 1.0),)) == STYLES["folk"]


@pytest.mark.parametrize("metre", [Metre(3, 4), Metre(5, 4), Metre(6, 8), Metre(7, 8), Metre(12, 8), Metre(2, 4), Metre(11, 8)])
def test_a_groove_carried_into_another_metre_starts_with_its_kick_and_stays_in_the_bar(metre: Metre):
    (hits,) = bars_of("x.....x.x.......", Metre(4, 4), metre)
    assert hits[0].start == 0
    assert all(hit.start + hit.length <= metre.bar_ticks for hit in hits)


def test_odd_bars_are_felt_as_the_style_says():
    flamenco = STYLES["flamenco"].native("12/8")
    assert groups(flamenco) == (720, 720, 480, 480, 480)
    assert not is_compound(flamenco)
    assert groups(Metre(12, 8)) == (720,) * 4


ASKED_FOR = """rnb soul funk disco gospel blues country bluegrass americana indie_rock punk ska reggae dub dancehall reggaeton salsa
bossa_nova samba cumbia tango flamenco afrobeat highlife bollywood kpop jpop enka mandopop celtic shanty polka balkan klezmer waltz
march lullaby childrens ragtime swing bebop latin_jazz baroque classical_piano cinematic trailer ambient new_age drone house deep_house
techno trance drum_and_bass dubstep trap boom_bap phonk hyperpop chiptune vaporwave new_wave grunge math_rock post_rock shoegaze"""


def test_there_are_more_than_sixty_styles_each_with_a_line_about_it():
    assert set(ASKED_FOR.split()) | FIRST_TEN <= set(STYLES)
    assert len({card.about for card in STYLES.cards.values() if card.about}) == len(STYLES)


def test_songs_of_one_style_resemble_each_other_more_than_others_and_yet_differ():
    names = ("salsa", "reggae", "bluegrass", "techno", "baroque", "boom_bap")
    verdict = judged([composed(style, seed, 16.0) for style in names for seed in range(2)])
    assert verdict.home >= 0.9, verdict.mistaken
    assert verdict.ratio < 0.7
    assert verdict.closest > 0.1


@pytest.mark.parametrize(
    ("style", "voice", "places"),
    [
        ("reggaeton", "snare", [3, 6, 11, 14]),  # dembow
        ("reggae", "kick", [4, 12]),  # one drop
        ("house", "kick", [0, 4, 8, 12]),
        ("trap", "clap", [8]),  # half time
    ],
)
def test_a_groove_is_the_one_that_makes_the_style(style: str, voice: str, places: list[int]):
    groove = next(g for g in STYLES[style].grooves if g.energy == 0.4 or (style == "house" and g.energy == 0.3))
    assert [i for i, sign in enumerate(groove.voices[voice].split("|")[0]) if sign in "xX"] == places


@pytest.mark.soak
def test_every_style_keeps_its_tempo_its_metre_and_its_bass_and_leaves_no_section_empty():
    songs = [composed(style, 0, 40.0) for style in STYLES]
    assert not {song.style: said for song in songs if (said := objections(song))}
