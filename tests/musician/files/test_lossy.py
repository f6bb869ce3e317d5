"""M4A and Opus: as long, as loud and as tagged as the song."""

import base64
import subprocess

import numpy as np
import pytest
from mutagen.flac import Picture
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus

from troubadour.files.lossy import decoded, m4a_bytes, opus_bytes
from troubadour.files.write import write
from troubadour.make import Song
from troubadour.mix.balance import balance
from troubadour.mix.loudness import integrated, true_peak_dbtp

FULL = 2.0**23


@pytest.fixture(scope="module")
def song(small_plan, small_score, small_stems):
    return Song(small_plan, small_score, small_stems, balance(small_stems, small_plan, small_score))


@pytest.fixture(scope="module")
def files(song, tmp_path_factory):
    return write(song, tmp_path_factory.mktemp("lossy"), ("m4a", "opus"))


@pytest.mark.parametrize(("form", "longer"), [("m4a", 1024), ("opus", 1)])
def test_it_begins_and_ends_with_the_song(files, song, form, longer):
    heard = decoded(files[form])
    master = song.mix.master / FULL
    assert 0 <= len(heard) - len(master) <= longer
    assert np.corrcoef(heard[: len(master), 0], master[:, 0])[0, 1] > 0.98


def test_an_m4a_says_its_length_to_the_sample(files, song):
    asked = [
        "ffprobe",
        "-v",
        "error",
        "-show_entries",
        "stream=duration_ts,time_base",
        "-select_streams",
        "a",
        "-of",
        "csv=p=0",
    ]
    told = subprocess.run([*asked, files["m4a"]], check=True, capture_output=True, text=True).stdout
    assert told.split() == [f"1/44100,{song.score.frames}"]
    assert MP4(files["m4a"]).info.length == pytest.approx(song.score.frames / 44_100, abs=0.025)


@pytest.mark.parametrize("form", ["m4a", "opus"])
def test_it_is_as_loud_and_its_peaks_stay_below_the_ceiling(files, song, form):
    heard = decoded(files[form])
    assert true_peak_dbtp(heard) <= -1.0
    assert integrated(heard) == pytest.approx(song.mix.loudness.integrated_lufs, abs=0.15)


def test_peaks_that_the_coder_makes_are_lowered(tmp_path):
    loud = (np.sign(np.sin(np.arange(44_100) * 0.31)) * 0.85 * FULL).astype(np.int32)
    path = tmp_path / "loud.m4a"
    path.write_bytes(m4a_bytes(np.stack([loud, loud], axis=1)))
    assert true_peak_dbtp(decoded(path)) <= -1.0


def test_players_find_title_words_and_cover_in_an_m4a(files, song):
    tags = MP4(files["m4a"])
    assert (tags["\xa9nam"], tags["\xa9ART"]) == ([song.score.title], ["Troubadour"])
    assert tags["tmpo"] == [round(song.score.tempos[0].bpm)]
    assert tags["\xa9lyr"][0] == song.plan.brief.lyrics.text
    assert bytes(tags["covr"][0])[:2] == b"\xff\xd8"


def test_players_find_title_words_and_cover_in_an_opus_file(files, song):
    tags = OggOpus(files["opus"])
    assert (tags["title"], tags["lyrics"]) == ([song.score.title], [song.plan.brief.lyrics.text])
    picture = Picture(base64.b64decode(tags["metadata_block_picture"][0]))
    assert (picture.mime, picture.data[:2]) == ("image/jpeg", b"\xff\xd8")


def test_equal_sounds_give_equal_bytes(song):
    second = song.mix.master[:44_100]
    assert m4a_bytes(second) == m4a_bytes(second)
    assert opus_bytes(second) == opus_bytes(second)
