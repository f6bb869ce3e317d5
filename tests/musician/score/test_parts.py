"""What the players write: voicings that hands can hold, drums that lead somewhere, endings that are endings."""

from itertools import pairwise

import pytest
from tests.musician.songs import SOME_STYLES, SONG, brief

from troubadour.plan.decide import decide
from troubadour.score import Score
from troubadour.score.compose import compose
from troubadour.score.show import show
from troubadour.score.voicing import FRETTED, SPAN_FRETS, TUNINGS, close_voicing, fretted_voicing
from troubadour.theory.chords import QUALITIES, numeral, tones
from troubadour.theory.percussion import KIT


def part(score: Score, role: str):
    return next(p for p in score.parts if p.role == role)


@pytest.fixture(scope="module")
def pop() -> Score:
    return compose(decide(brief("pop", words=SONG)))


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("instrument", ["steel_guitar", "ukulele"])
def test_a_guitar_shape_fits_a_hand(instrument: str, quality: str):
    tuning = TUNINGS[FRETTED[instrument]]
    for root in range(12):
        shape = fretted_voicing(instrument, root, quality)
        assert {p % 12 for p in shape} <= set(tones(root, quality))
        assert len(shape) >= 3
        assert _holdable(shape, tuning)


def _holdable(shape: tuple[int, ...], tuning: tuple[int, ...]) -> bool:
    """Whether the pitches can lie on different strings with the fretted ones within four frets."""

    def place(rest: tuple[int, ...], strings: tuple[int, ...], frets: tuple[int, ...]) -> bool:
        if not rest:
            fretted = [fret for fret in frets if fret]
            return not fretted or max(fretted) - min(fretted) < SPAN_FRETS
        return any(
            0 <= rest[0] - string <= 14 and place(rest[1:], strings[i + 1 :], (*frets, rest[0] - string))
            for i, string in enumerate(strings)
        )

    return place(shape, tuning, ())


def test_keyboard_voicings_move_little():
    before: tuple[int, ...] = ()
    moves = []
    for chord in ["I", "vi", "IV", "V", "I", "iii", "ii7", "V7"]:
        found = numeral(chord)
        voicing = close_voicing(found.root, found.quality, 4, 62, before, 28, 100)
        moves += [abs(a - b) for a, b in zip(before, voicing, strict=False)]
        before = voicing
    assert max(moves) <= 5
    assert sum(moves) / len(moves) < 2.6


def test_the_last_chord_is_the_tonic_and_rings_into_the_tail(pop: Score):
    assert pop.chords[-1].root == pop.key.tonic
    last_bar = pop.bar_start(pop.bars - 1)
    end = max(note.end for part in pop.parts for note in part.notes)
    assert any(note.start == last_bar for note in part(pop, "bass").notes)
    assert pop.seconds_at(end) > pop.seconds_at(last_bar + pop.metre.bar_ticks)
    assert pop.frame_at(end) <= pop.frames


def test_a_new_section_is_led_into_by_a_fill_and_met_by_a_crash(pop: Score):
    drums = part(pop, "drums").notes
    chorus = next(s for s in pop.sections if s.kind == "chorus")
    arrival = pop.bar_start(chorus.start_bar)
    usual = [n.pitch for n in drums if arrival - 2 * 1920 <= n.start < arrival - 1920]
    fill = [n.pitch for n in drums if arrival - 1920 <= n.start < arrival]
    assert any(n.start == arrival and n.pitch == KIT["crash"] for n in drums)
    assert sorted(fill) != sorted(usual)


def test_the_chorus_is_fuller_than_the_verse(pop: Score):
    def density(kind: str) -> float:
        section = next(s for s in pop.sections if s.kind == kind)
        start, end = pop.bar_start(section.start_bar), pop.bar_start(section.start_bar + section.bars)
        return sum(n.velocity for p in pop.parts for n in p.notes if start <= n.start < end) / section.bars

    assert density("chorus") > 1.4 * density("verse")


@pytest.mark.parametrize("seed", range(6))
def test_jazz_walks_in_quarters(seed):
    score = compose(decide(brief("jazz", duration_s=60, seed=seed)))
    bass = [n for n in part(score, "bass").notes if n.length == 480]
    assert len(bass) > 0.7 * len(part(score, "bass").notes)
    assert max(abs(a.pitch - b.pitch) for a, b in pairwise(bass)) <= 12  # an octave at most


def test_house_puts_the_kick_on_every_beat():
    score = compose(decide(brief("house", duration_s=60)))
    drop = next(s for s in score.sections if s.energy >= 0.8)
    start = score.bar_start(drop.start_bar)
    kicks = {n.start for n in part(score, "drums").notes if n.pitch == KIT["kick"]}
    assert {start + beat * 480 for beat in range(4)} <= kicks


def test_parts_are_named_by_their_family_and_numbered():
    score = compose(decide(brief("metal", duration_s=90)))
    names = [p.name for p in score.parts]
    assert len(names) == len(set(names))
    assert {"drums", "bass", "guitar", "guitar_2"} <= set(names)


def test_equal_phrases_keep_their_chords(pop: Score):
    chorus = [s for s in pop.sections if s.kind == "chorus"]
    loops = []
    for section in chorus:
        start = pop.bar_start(section.start_bar)
        end = start + 4 * pop.metre.bar_ticks
        loops.append([(c.start - start, c.root, c.quality) for c in pop.chords if start <= c.start < end])
    assert len(loops) > 1
    assert all(loop == loops[0] for loop in loops)


def test_an_instrument_that_was_asked_for_is_heard():
    wished = ("banjo", "harpsichord", "trumpet", "vinyl_noise", "riser")
    for style in SOME_STYLES:
        score = compose(decide(brief(style, instruments=wished, duration_s=30)))
        assert {p.instrument for p in score.parts if p.notes} >= set(wished), style


def test_the_score_reads_as_text(pop: Score):
    text = show(pop)
    assert "[Chorus 1]" in text
    assert " la" in text
    assert "snare" in text
    assert show(pop) == text


def test_a_solo_opens_with_the_tune_and_then_goes_its_own_way():
    score = compose(decide(brief("rock", duration_s=180)))
    bar = score.metre.bar_ticks
    lead = next(p for p in score.parts if p.role == "lead").notes
    solo = next(s for s in score.sections if s.kind == "solo")
    chorus = next(s for s in score.sections if s.kind == "chorus")

    def rhythm(section, first: int, bars: int):
        begin = score.bar_start(section.start_bar + first)
        return [n.start - begin for n in lead if begin <= n.start < begin + bars * bar]

    assert rhythm(solo, 0, 2) == rhythm(chorus, 0, 2)
    assert rhythm(solo, 2, 2) != rhythm(chorus, 2, 2)


def test_a_section_answers_in_the_gaps_of_the_tune_and_never_over_it():
    score = compose(decide(brief("soul", seed=2, words=SONG)))
    answers = next(p for p in score.parts if p.instrument == "brass_section")
    sung = [n for line in score.lead_lines for notes in line.notes for n in notes]
    verses = [s for s in score.sections if s.kind == "verse"]
    for section in verses:
        begin, end = score.bar_start(section.start_bar), score.bar_start(section.start_bar + section.bars)
        for note in (n for n in answers.notes if begin <= n.start < end and n.length <= 480):
            assert not any(other.start < note.start < other.end for other in sung)


def test_a_tumbao_comes_before_its_chord_and_stays_into_it():
    score = compose(decide(brief("salsa", duration_s=40)))
    bass = next(p for p in score.parts if p.role == "bass").notes
    bar = score.metre.bar_ticks
    early = [n for n in bass if score.in_bar(n.start) == bar - 480 and n.end > n.start + 480]
    assert len(early) > score.bars / 2
    for note in early[:-1]:
        following = next((c for c in score.chords if c.start <= note.start + 480 < c.end), None)
        assert following is None or note.pitch % 12 in {following.bass, *tones(following.root, following.quality)}
