"""Mash-ups: two songs' tunes in one key and tempo."""

from __future__ import annotations

import pytest
from tests.musician.edit.written import WORDS, instrumental, song, sung, words

from troubadour.brief import Request
from troubadour.edit import Mash
from troubadour.edit.mash import mashed
from troubadour.errors import BadRequest
from troubadour.files import karaoke
from troubadour.make import Song
from troubadour.score import SungLine
from troubadour.stems.sing.voices import VOICES

OTHER = """[Verse]
Nobody knows the road
Nobody waits for me
[Chorus]
Run with me my darling
Through the burning city
Nothing left to lose now"""


def rock() -> Song:
    return song(tags="rock", lyrics=OTHER, voice="rowan", seed=77, title="City", duration_s=60.0)


def mash(a: Song, b: Song, **wish: object) -> Song:
    return mashed((a.plan, a.score), (b.plan, b.score), Mash(Request(**{"seed": 2, **wish})))  # type: ignore[arg-type]


def pitches(line: SungLine) -> list[int]:
    return [note.pitch for group in line.notes for note in group]


def text(line: SungLine) -> str:
    return "".join(word.text for word in line.words)


def moves(made: Song, source: Song, voice: str) -> set[int]:
    """By how much each line of a singer lies above the line of its words in a source."""
    own = {text(line): pitches(line) for line in source.score.lead_lines}
    mine = [line for part in made.score.sung if part.voice == voice and part.name == "vocals" for line in part.lines]
    assert mine
    return {b - a for line in mine for a, b in zip(own[text(line)], pitches(line), strict=True)}


def test_both_singers_sing_their_own_tunes_each_moved_by_one_interval() -> None:
    made = mash(song(), rock())
    assert len(moves(made, song(), "willow")) == 1
    assert len(moves(made, rock(), "rowan")) == 1
    for voice in ("willow", "rowan"):
        assert VOICES[voice].low - 2 <= min(n.pitch for n in sung(made.score, voice))
        assert max(n.pitch for n in sung(made.score, voice)) <= VOICES[voice].weak_high


def test_the_first_gives_the_verses_and_the_second_the_choruses() -> None:
    made = mash(song(), rock())
    for section in made.score.sections:
        start, end = made.score.bar_start(section.start_bar), made.score.bar_start(section.start_bar + section.bars)
        voices = {
            p.voice
            for p in made.score.sung
            if p.name == "vocals"
            for line in p.lines
            if start <= (line.start + line.end) // 2 < end
        }
        assert voices == {"verse": {"willow"}, "chorus": {"rowan"}}.get(section.kind, set())


def test_the_lead_is_called_vocals_and_both_tunes_meet_once() -> None:
    made = mash(song(), rock())
    assert {part.name for part in made.score.sung if part.voice == "willow"} >= {"vocals"}
    both = [
        line
        for part in made.score.sung
        if part.name.startswith("backing_vocals") and part.voice == "willow"
        for line in part.lines
    ]
    assert any(a.start < b.end and b.start < a.end for a in both for b in made.score.lead_lines)


def test_the_karaoke_lines_are_those_of_both_singers() -> None:
    made = mash(song(), rock())
    shown = [text for line in karaoke.lines(made.score) for text, _ in line]
    assert shown == [word.text.strip() for line in made.score.lead_lines for word in line.words]
    assert {"Boats", "darling"} <= set(shown)


def test_both_songs_come_in_one_key_and_tempo() -> None:
    made = mash(song(), rock())
    assert len(made.score.tempos) == 1
    scale = {(made.score.key.tonic + step) % 12 for step in (0, 2, 3, 4, 5, 7, 8, 9, 10, 11)}
    assert {note.pitch % 12 for note in sung(made.score)} <= scale
    low, high = sorted((song().plan.tempo_bpm, rock().plan.tempo_bpm))
    assert low <= made.plan.tempo_bpm <= high


def test_new_words_go_to_both_singers() -> None:
    made = mash(song(), rock(), lyrics=WORDS.replace("Boats", "Ships"))
    assert "Ships " in words(made.score)
    assert {part.voice for part in made.score.sung if part.name == "vocals"} == {"willow", "rowan"}


@pytest.mark.parametrize("duration_s", [45.0, 120.0])
def test_a_length_is_exact(duration_s: float) -> None:
    assert mash(song(), rock(), duration_s=duration_s).score.frames == round(44_100 * duration_s)


def test_a_tune_without_words_is_played() -> None:
    made = mash(instrumental(), song())
    assert {part.name for part in made.score.sung} >= {"vocals"}
    assert any(part.role == "lead" and part.notes for part in made.score.parts)


def test_songs_in_two_metres_are_refused() -> None:
    with pytest.raises(BadRequest, match="3/4"):
        mash(song(), song(tags="folk", metre="3/4"))
