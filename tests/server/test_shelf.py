"""Songs on the shelf: an edit shares with its source what it leaves as it was, and owns what it shows."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from troubadour.brief import Request
from troubadour.errors import BadRequest
from troubadour.files.kept import DESK_FILE
from troubadour.make import Song, write_score
from troubadour.mix.splice import PIECE_FRAMES, replaced
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.shelf import is_kept, made_before, open_source, put_song
from troubadour_server.tasks.making import peaks_around, peaks_of

from ..musician.mixes import mix_of_noise

FRAMES, START, END = 8 * PIECE_FRAMES + 50, 3 * PIECE_FRAMES, 4 * PIECE_FRAMES


@pytest.fixture(scope="module")
def song():
    written = write_score(Request(text="folk", title="Song", instrumental=True, seed=1, duration_s=10.0))
    return Song(written.plan, written.score, None, mix_of_noise({"bass": 0.04, "drums": 0.08}, FRAMES, seed=1))


@pytest.fixture(params=["folder", "memory"])
def blobs(request, tmp_path):
    return Blobs(tmp_path.as_uri() if request.param == "folder" else "memory:///")


@pytest.fixture
def edited(blobs, song, tmp_path):
    put_song(blobs, "songs/t/old", song, {"mp3": "Song.mp3", "cover": "Song.jpg"})
    source = open_source(blobs, "songs/t/old", tmp_path)
    new = mix_of_noise({"bass": 0.04, "synth": 0.08}, END - START, seed=2)
    made = replace(song, sound=replaced(source.reel, new, START, END))
    put_song(blobs, "songs/t/new", made)
    return made


def test_an_edit_comes_back_sample_for_sample(blobs, song, edited, tmp_path):
    mix = open_source(blobs, "songs/t/new", tmp_path).mix()
    for place in (slice(0, START), slice(END, FRAMES)):
        assert np.array_equal(mix.master[place], song.mix.master[place])
    assert np.array_equal(mix.master, edited.mix.master)
    assert set(mix.stems) == {"bass", "drums", "synth"}
    assert mix.loudness == edited.sound.loudness


def test_an_edit_stays_whole_when_its_source_is_removed(song, tmp_path):
    blobs = Blobs(tmp_path.as_uri())
    put_song(blobs, "songs/t/old", song)
    source = open_source(blobs, "songs/t/old", tmp_path)
    new = mix_of_noise({"bass": 0.04}, END - START, seed=2)
    put_song(blobs, "songs/t/new", replace(song, sound=replaced(source.reel, new, START, END)))
    pieces = [tmp_path / "songs/t" / each / "kept/pieces/00007.zip" for each in ("old", "new")]
    assert pieces[0].samefile(pieces[1])
    shutil.rmtree(tmp_path / "songs/t/old")
    assert len(open_source(blobs, "songs/t/new", tmp_path).mix().master) == FRAMES


def test_of_the_source_the_cover_stays_unless_the_title_changes(blobs, edited, tmp_path):
    blobs.put_bytes("songs/t/old/Song.jpg", b"picture")
    blobs.put_bytes("songs/t/old/Song.mp3", b"music")
    source = open_source(blobs, "songs/t/old", tmp_path)
    before = made_before(blobs, edited, source)
    assert (before.cover, before.mp3) == (b"picture", b"music")
    renamed = replace(edited, score=replace(edited.score, title="Other"))
    assert made_before(blobs, renamed, source).cover is None


def test_what_another_version_kept_is_refused_with_a_reason(blobs, song, tmp_path):
    put_song(blobs, "songs/t/old", song)
    blobs.put_text(f"songs/t/old/kept/{DESK_FILE}", '{"version": 2}')
    assert not is_kept(blobs, "songs/t/old")
    with pytest.raises(BadRequest, match="make it again"):
        open_source(blobs, "songs/t/old", tmp_path)


def test_the_waveform_of_an_edit_is_drawn_anew_only_where_it_is_new(song):
    old, new = song.mix.master, song.mix.master.copy()
    new[START:END] //= 2
    around = slice(START - 2000, END + 3000)
    assert peaks_around(new[around], around.start, FRAMES, peaks_of(old)) == peaks_of(new)
