import json
import re

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from troubadour import cli_recordings  # noqa: F401 - its commands join the others
from troubadour.cli import app

RATE = 44_100
KEYS = (
    "tempo_bpm", "beats_s", "downbeats_s", "metre", "key", "chords", "sections", "melody", "has_voice", "kind", "loudness_lufs",
)  # fmt: skip


def run(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Six seconds at 120 beats a minute: C major struck twice a second."""
    time = np.arange(6 * RATE) / RATE
    sound = sum(np.sin(2 * np.pi * hz * time) for hz in (261.6, 329.6, 392.0)) * 0.2 * np.exp(-6 * (time % 0.5))
    path = tmp_path_factory.mktemp("cli") / "struck.wav"
    soundfile.write(path, np.stack([sound, sound], axis=1), RATE)
    return path


def test_listen_tells_scripts_everything_and_people_in_words(file, tmp_path):
    picture = tmp_path / "heard.png"
    done = run("listen", file, "--json", "--picture", picture)
    told = json.loads(done.stdout)
    assert set(KEYS) <= set(told)
    assert told["tempo_bpm"] == pytest.approx(120, rel=0.01)
    assert [chord[2] for chord in told["chords"]] == ["C:maj"]
    assert picture.read_bytes()[:4] == b"\x89PNG"
    again = run("listen", file, "--picture", picture)
    assert again.exit_code == 3
    assert "there already" in again.output
    assert re.search(r"tempo +1(19|20)[.0-9]* bpm", run("listen", file).stdout)


@pytest.mark.parametrize("content", [b"", b"not sound at all" * 100, b"RIFF\x00\x00\x00\x00WAVEfmt "])
def test_what_is_no_recording_is_refused_with_a_reason(tmp_path, content):
    path = tmp_path / "song.mp3"
    path.write_bytes(content)
    done = run("listen", path)
    assert done.exit_code == 3
    assert "file" in done.output


def test_a_file_that_is_not_there_is_told_of(tmp_path):
    done = run("listen", tmp_path / "none.mp3")
    assert done.exit_code == 3
    assert "is not a file" in done.output


def test_silence_is_heard_as_silence(tmp_path):
    soundfile.write(tmp_path / "quiet.wav", np.zeros((2 * RATE, 2)), RATE)
    assert json.loads(run("listen", tmp_path / "quiet.wav", "--json").stdout)["kind"] == "silence"


def test_stems_are_written_side_by_side_and_add_up(file, tmp_path):
    done = run("stems", file, "--out", tmp_path, "--json")
    told = json.loads(done.stdout)
    parts = {name: soundfile.read(path, dtype="int32")[0] >> 8 for name, path in told["files"].items()}
    assert set(parts) == {"vocals", "drums", "bass", "other"}
    assert np.array_equal(sum(parts.values()), soundfile.read(file, dtype="int32")[0] >> 8)
    assert "without a trained model" in told["method"]


def test_noise_is_no_song_to_work_on(tmp_path):
    hiss = np.random.default_rng(1).normal(0, 0.1, (3 * RATE, 2))
    soundfile.write(tmp_path / "hiss.wav", hiss, RATE)
    for verb in (("remaster",), ("extend",), ("cover", "--style", "folk")):
        done = run(*verb, tmp_path / "hiss.wav", "--out", tmp_path)
        assert done.exit_code == 3
        assert "sounds like noise, not music" in done.output
