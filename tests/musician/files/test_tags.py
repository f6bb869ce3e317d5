"""What players and editors read of a song's files."""

import io
import json
import struct
import subprocess

import numpy as np
import pytest
import soundfile
from mutagen import id3, wave
from mutagen.flac import FLAC
from mutagen.mp3 import MP3

from troubadour import __version__
from troubadour.files.write import write
from troubadour.make import Song
from troubadour.mix.balance import balance
from troubadour.mix.pcm import sixteen_bit


@pytest.fixture(scope="module")
def song(small_plan, small_score, small_stems):
    return Song(small_plan, small_score, small_stems, balance(small_stems, small_plan, small_score))


@pytest.fixture(scope="module")
def paths(song, tmp_path_factory):
    return write(song, tmp_path_factory.mktemp("song"), ("json", "mp3", "wav", "wav32f", "flac"), timings={"mix": 1.25})


def test_in_floats_every_sample_is_the_masters(paths, song):
    assert soundfile.info(paths["wav32f"]).subtype == "FLOAT"
    assert np.array_equal(soundfile.read(paths["wav32f"])[0] * 2.0**23, song.mix.master)


def shown(path):
    asked = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", str(path)]
    return json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)


@pytest.mark.parametrize("form", ["mp3", "wav", "wav32f", "flac"])
def test_another_program_reads_title_artist_and_provenance(paths, form):
    tags = {name.lower(): text for name, text in shown(paths[form])["format"]["tags"].items()}
    assert tags["title"] == "Paper Moon"
    assert tags["artist"] == "Troubadour"
    assert f"Troubadour {__version__}, seed 7, take 0" in tags["comment"]
    assert "Sounds: a test tone, CC0" in tags["comment"]


@pytest.mark.parametrize("form", ["mp3", "flac"])
def test_another_program_sees_the_cover(paths, form):
    assert [s["width"] for s in shown(paths[form])["streams"] if s["codec_type"] == "video"] == [1024]


@pytest.mark.parametrize("kind", [MP3, wave.WAVE])
def test_the_words_lie_in_the_file_with_their_times(paths, kind):
    tags = kind(paths["mp3" if kind is MP3 else "wav"]).tags
    assert tags.getall("USLT")[0].text.startswith("Everything is 5 km away")
    timed = tags.getall("SYLT")[0].text
    assert timed[0][0].strip() == "Everything"
    assert [at for _, at in timed] == sorted(at for _, at in timed)
    assert tags.getall("APIC")[0].data[:2] == b"\xff\xd8"
    assert isinstance(tags.getall("CHAP")[0], id3.CHAP)


def test_flac_holds_words_and_cover(paths):
    file = FLAC(paths["flac"])
    assert file["lyrics"][0].startswith("Everything")
    assert file.pictures[0].mime == "image/jpeg"


def test_a_tagged_wav_is_whole_and_holds_the_same_samples(paths, song):
    data = paths["wav"].read_bytes()
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    samples, _ = soundfile.read(io.BytesIO(data), dtype="int16")
    assert np.array_equal(samples, sixteen_bit(song.mix)[0])


def test_the_facts_are_written_last_with_the_times_of_all_stages(song, tmp_path):
    class Counting(dict):
        def items(self):
            return {"files": float(len(list(tmp_path.glob("*"))))}.items()

    paths = write(song, tmp_path, ("json", "mp3", "cover"), timings=Counting(x=1))
    assert list(paths) == ["json", "mp3", "cover"]
    assert json.loads(paths["json"].read_text())["timings_s"] == {"files": 2.0}
