"""Styles are data that a musician can trust."""

from itertools import combinations

import pytest
from pydantic import ValidationError

from troubadour.brief import Metre
from troubadour.score.patterns import bars_of
from troubadour.styles import SHARED, STYLES, Style, blend
from troubadour.styles.style import WORD_PATTERNS

FIRST_TEN = {"pop", "rock", "folk", "jazz", "hip_hop", "house", "synthwave", "lofi", "orchestral", "metal"}
DRUM_SIGNS, PLAYED_SIGNS, BASS_SIGNS = set(".-oxX="), set(".=-oxXDUdumBFPp123456789"), set(".=12356789a")


def test_the_shelf_holds_the_ten_styles_of_the_thin_path():
    assert set(STYLES) >= FIRST_TEN


@pytest.mark.parametrize("style", STYLES.values(), ids=lambda s: s.id)
def test_every_pattern_uses_only_signs_that_its_player_reads(style: Style):
    for groove in style.grooves:
        for voice, pattern in groove.voices.items():
            assert set(pattern) - set(" |") <= DRUM_SIGNS, (voice, pattern)
    for member in style.band:
        signs = BASS_SIGNS if member.role == "bass" else PLAYED_SIGNS
        for pattern in (p for patterns in member.patterns.values() for p in patterns if p not in WORD_PATTERNS):
            assert set(pattern) - set(" |") <= signs, (member.role, pattern)


@pytest.mark.parametrize("style", STYLES.values(), ids=lambda s: s.id)
def test_every_pattern_fills_whole_steps_of_its_bar(style: Style):
    beats, unit = map(int, style.metres[0].split("/"))
    native = Metre(beats, unit)
    patterns = [p for g in style.grooves for p in g.voices.values()]
    patterns += [p for m in style.band for ps in m.patterns.values() for p in ps if p not in WORD_PATTERNS]
    for pattern in patterns:
        for bar in pattern.split("|"):
            assert native.bar_ticks % len(bar.replace(" ", "")) == 0, pattern


@pytest.mark.parametrize("style", STYLES.values(), ids=lambda s: s.id)
def test_a_style_names_only_fills_and_singers_that_exist(style: Style):
    from troubadour.stems.sing.voices import VOICES

    assert set(style.fills) <= set(SHARED.fills)
    assert set(style.singers) <= set(VOICES)


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
