"""Recordings as sources of edits: what is added keeps to their beats, tempo, key and length."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from troubadour.brief import Key, Request
from troubadour.edit import AddInstrumental, AddVocals, Command, Cover, Extend, Join, Mash, Remaster, Replace, Sample
from troubadour.edit.apply import edit, rehearse
from troubadour.edit.extend import rehearsed
from troubadour.edit.heard import Heard, HeardChord, HeardNote, heard_by_edits
from troubadour.edit.overdub import played_under, sung_over
from troubadour.edit.recording import along, around, source_of_recording
from troubadour.edit.retold import retold
from troubadour.edit.sample import built_on
from troubadour.edit.source import Source, source_of
from troubadour.errors import BadRequest, LyricsTooLong
from troubadour.listen import analyze
from troubadour.mix.loudness import integrated
from troubadour.mix.splice import continued
from troubadour.units import SAMPLE_RATE_HZ

LENGTH_S, FIRST_S, BPM = 24.0, 0.31, 100.0
EVEN = tuple(FIRST_S + 60.0 / BPM * beat for beat in range(39))
STRAYING = tuple(at + 0.04 * float(np.sin(at)) for at in EVEN)
HEARD = Heard("Demo", LENGTH_S, BPM, EVEN, downbeats_s=EVEN[1::4], key=Key(9, "minor"))
LINES = "[Verse]\nBoats come home at dusk again\nSilver on the water"


def sound() -> np.ndarray:
    """A tone on every beat, rather loud."""
    time_s = np.arange(round(LENGTH_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    since = np.maximum(time_s - FIRST_S, 0.0) % (60.0 / BPM)
    tone = 0.6 * np.sin(2 * np.pi * 220 * time_s) * np.exp(-6 * since) * (time_s >= FIRST_S)
    return np.stack([tone, 0.8 * tone], axis=1).astype(np.float32)


def source(heard: Heard = HEARD) -> Source:
    return source_of_recording(heard, sound)


@pytest.mark.parametrize("beats", [EVEN, STRAYING], ids=["even", "straying"])
def test_the_bars_of_the_score_are_those_of_the_recording(beats):
    heard = replace(HEARD, beats_s=beats, downbeats_s=beats[1::4])
    score = along(heard)
    downbeats = [score.seconds_at(score.bar_start(bar)) for bar in range(1, 9)]
    wanted = beats[1::4] if score.seconds_at(score.bar_start(0)) < 0 else beats[1::4][1:]
    assert np.abs(np.array(downbeats) - wanted[:8]).max() < (0.0011 if beats == EVEN else 0.03)


def test_where_beats_stray_the_tempo_follows_them():
    assert len(along(HEARD).tempos) <= 2
    assert len(along(replace(HEARD, beats_s=STRAYING)).tempos) > 8


def test_around_a_point_the_grid_runs_through_its_nearest_beat():
    score = around(HEARD, 12.2)
    tick = round(score.tick_at(EVEN[20]))
    assert abs(score.frame_at(tick) - EVEN[20] * SAMPLE_RATE_HZ) <= 1.0
    assert (tick + score.skipped) % 480 == 0


def test_an_extension_begins_on_the_nearest_beat_in_the_recordings_key_and_tempo():
    made = rehearsed([source()], (), Extend(Request(tags="rock", lyrics=LINES), 12.2))
    assert made.whole.seconds_at(made.join) == pytest.approx(EVEN[20], abs=0.001)
    assert (made.plan.key, made.plan.tempo_bpm) == (Key(9, "minor"), pytest.approx(BPM, abs=0.01))
    assert made.score.skipped == 3 * 480  # the twentieth beat is the fourth of its bar


def test_a_joined_recording_keeps_its_samples_and_the_new_part_its_loudness():
    wanted = Extend(Request(tags="lofi", instrumental=True, duration_s=10.0, seed=3), 12.2)
    part = edit(wanted, [source()])
    whole = edit(Join((12.2,)), [source(), source_of(part)])
    assert part.mix is not None
    assert whole.mix is not None
    join = len(whole.mix.master) - len(part.mix.master)
    before = source().mix().master
    assert len(part.mix.master) == 10 * SAMPLE_RATE_HZ
    assert np.array_equal(whole.mix.master[:join], before[:join])
    assert integrated(part.mix.master) == pytest.approx(integrated(before[:join]), abs=0.5)


def test_a_cover_has_the_recordings_tempo_key_and_length():
    plan = retold(source(), Cover(Request(tags="synthwave", lyrics=LINES))).plan
    assert (plan.key, plan.tempo_bpm, plan.frames) == (Key(9, "minor"), BPM, round(LENGTH_S * SAMPLE_RATE_HZ))
    assert plan.style == "synthwave"


def test_a_cover_plays_the_tune_that_was_heard():
    pitches = (69, 72, 76, 74, 72, 71, 69, 69)
    tune = tuple(HeardNote(EVEN[i + 1], EVEN[i + 2], pitch) for i, pitch in enumerate(pitches * 4))
    chords = tuple(HeardChord(EVEN[i], EVEN[i + 4], (9, 5)[i // 4 % 2], ("min", "maj")[i // 4 % 2]) for i in range(1, 33, 4))
    made = retold(source(replace(HEARD, melody=tune, chords=chords)), Cover(Request(tags="jazz"), closeness=0.8))
    lead = [note.pitch % 12 for part in made.score.parts if part.role == "lead" for note in part.notes]
    assert lead[:16] == [pitch % 12 for pitch in pitches * 2]


def test_added_vocals_sing_every_word_inside_the_window_on_the_grid():
    made = sung_over(source(), AddVocals(Request(tags="pop", lyrics=LINES), 4.0, 20.0))
    lines = made.score.lead_lines
    assert ["".join(word.text for word in line.words).strip() for line in lines] == LINES.splitlines()[1:]
    assert made.score.seconds_at(lines[0].start) > 4.0 - 60.0 / BPM
    assert made.score.seconds_at(lines[-1].end) < 20.0
    assert (made.score.tempos, made.score.frames) == (source().score.tempos, HEARD.frames)
    assert not made.score.parts


def test_an_added_band_plays_inside_the_window_over_the_chords_that_were_heard():
    chords = (HeardChord(0.0, 12.0, 9, "min"), HeardChord(12.0, 24.0, 5, "maj"))
    made = played_under(source(replace(HEARD, chords=chords)), AddInstrumental(Request(tags="folk"), 4.0, 20.0))
    starts = [made.score.seconds_at(note.start) for part in made.score.parts for note in part.notes]
    assert min(starts) >= 4.0
    assert max(starts) < 20.0
    assert {(chord.root, chord.quality) for chord in made.score.chords} == {(9, "min"), (5, "maj")}
    assert all(part.role != "lead" for part in made.score.parts)


def test_a_song_on_a_sample_takes_its_tempo_and_key():
    song, piece = built_on(source(), Sample(Request(tags="hip hop", instrumental=True, duration_s=20.0), 4.5, 9.4))
    assert (piece.beats, piece.bpm, song.plan.tempo_bpm, song.plan.key) == (8, BPM, BPM, Key(9, "minor"))
    assert piece.start == pytest.approx(EVEN[7] * SAMPLE_RATE_HZ, abs=1)


def test_a_remastered_recording_is_as_loud_as_every_song():
    made = edit(Remaster("normal"), [source()])
    assert made.mix is not None
    assert abs(made.mix.loudness.integrated_lufs + 14.0) <= 0.3
    assert made.mix.loudness.true_peak_dbtp <= -1.0


REFUSED: tuple[tuple[Command, type[Exception], str], ...] = (
    (Mash(Request()), BadRequest, "a recording that was brought here has none"),
    (Extend(Request(lyrics="la"), 30.0), BadRequest, "lasts 24.0 s"),
    (Extend(Request(lyrics="la", bpm=140.0), 12.0), BadRequest, "the song's tempo is 100 bpm"),
    (AddVocals(Request(instrumental=True)), BadRequest, "needs words"),
    (AddVocals(Request(lyrics="la"), 20.0, 40.0), BadRequest, "must lie inside the recording"),
    (AddVocals(Request(lyrics=LINES * 3), 4.0, 10.0), LyricsTooLong, "need more than the"),
    (AddInstrumental(Request(), 5.0, 6.0), BadRequest, "holds no whole bar"),
    (Sample(Request(tags="pop", instrumental=True), 4.0, 4.1), BadRequest, "holds no whole beat"),
    (Sample(Request(tags="pop", instrumental=True, bpm=90.0), 4.0, 8.0), BadRequest, "the sample's tempo is 100 bpm"),
    (Replace(Request(), 10.0, 40.0), BadRequest, "must lie inside the song"),
)  # fmt: skip


@pytest.mark.parametrize(("command", "error", "message"), REFUSED, ids=lambda each: type(each).__name__)
def test_what_cannot_be_done_with_a_recording_is_refused(command, error, message):
    with pytest.raises(error, match=message):
        rehearse(command, [source()] * (2 if isinstance(command, Mash) else 1))


def test_what_is_no_music_is_not_covered():
    with pytest.raises(BadRequest, match="sounds like speech, not music"):
        rehearse(Cover(Request(tags="pop", lyrics="la")), [source(replace(HEARD, kind="speech"))])


def test_music_without_a_beat_is_extended_at_the_very_point():
    heard = Heard("Pad", LENGTH_S)
    made = rehearsed([source(heard)], (), Extend(Request(tags="lofi", instrumental=True), 10.123))
    assert made.whole.seconds_at(made.join) == pytest.approx(10.123, abs=0.001)


def test_a_recording_goes_on_without_a_word_about_style_and_past_its_last_sample():
    """Nobody of ours plays in a recording: a band of the usual style comes in; the nearest beat may lie just behind the end."""
    made = rehearsed([source()], (), Extend(Request(instrumental=True, duration_s=10.0), LENGTH_S))
    assert made.plan.band


def test_what_stops_before_the_beat_fades_out_first():
    short = source_of_recording(replace(HEARD, duration_s=2.0), sound).mix()
    more = source_of_recording(replace(HEARD, duration_s=3.0), sound).mix()
    whole = continued(short, more, 2 * SAMPLE_RATE_HZ + 30)
    assert len(whole.master) == 5 * SAMPLE_RATE_HZ + 30
    assert not whole.master[2 * SAMPLE_RATE_HZ : 2 * SAMPLE_RATE_HZ + 30].any()
    assert np.abs(whole.master[2 * SAMPLE_RATE_HZ - 2 : 2 * SAMPLE_RATE_HZ]).max() < 0.02 * np.abs(short.master[-500:]).max()


@pytest.mark.parametrize(("confidence", "sings"), [(0.73, True), (0.78, False)])
def test_a_voice_is_thought_to_be_there_unless_its_absence_is_sure(confidence, sings):
    heard = analyze(np.zeros((SAMPLE_RATE_HZ, 2), np.float32))
    assert heard_by_edits("Demo", replace(heard, has_voice=False, has_voice_confidence=confidence)).has_voice is sings
