"""The musician's verbs, as a script would call them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import soundfile
from typer.testing import CliRunner

from troubadour.cli import app

run = CliRunner().invoke


def test_sing_writes_every_format_and_names_them(tmp_path: Path) -> None:
    lyrics = tmp_path / "words.txt"
    lyrics.write_text("[Verse]\nBoats come home at dusk\nLanterns on the sea\n")
    formats = "mp3,wav,flac,mid,musicxml,stems,dry,json,lrc,cover"
    words = ["--lyrics", str(lyrics), "--title", "Harbour/Lights", "--seed", "5", "--duration", "14"]
    done = run(app, ["sing", "a folk song", *words, "--out", str(tmp_path / "out"), "--formats", formats, "--json"])
    assert done.exit_code == 0, done.output
    made = json.loads(done.stdout)[0]
    assert made["seed"] == 5
    assert made["duration_s"] == 14.0
    assert set(made["files"]) == set(formats.split(","))
    assert all(Path(path).exists() for path in made["files"].values())
    stems = sorted(path.stem for path in Path(made["files"]["stems"]).iterdir())
    assert "vocals" in stems
    assert soundfile.info(made["files"]["wav"]).frames == 14 * 44_100
    facts = json.loads(Path(made["files"]["json"]).read_text())
    assert [word["text"].lower() for word in facts["words"] if word["part"] == "vocals"] == [
        "boats", "come", "home", "at", "dusk", "lanterns", "on", "the", "sea"]  # fmt: skip


def test_a_bad_duration_is_refused_with_the_limits(tmp_path: Path) -> None:
    done = run(app, ["sing", "pop", "--duration", "5", "--out", str(tmp_path)])
    assert done.exit_code == 3
    assert "10" in done.stderr
    assert "480" in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    done = run(app, ["sing", "pop", "--formats", "ogg", "--out", str(tmp_path)])
    assert done.exit_code == 3
    assert "mp3" in done.stderr


def test_score_needs_no_sound(tmp_path: Path) -> None:
    done = run(
        app,
        ["score", "a waltz in A minor at 90 bpm", "--instrumental", "--duration", "20", "--seed", "1", "--out", str(tmp_path)],
    )
    assert done.exit_code == 0, done.output
    assert [path.suffix for path in tmp_path.iterdir()] == [".mid"]


def test_styles_and_voices_are_lists_of_objects_with_id_and_name() -> None:
    for verb, least in (("styles", 10), ("voices", 4)):
        rows = json.loads(run(app, [verb, "--json"]).stdout)
        assert len(rows) >= least
        assert all(row["id"] and row["name"] for row in rows)


def test_python_dash_m_offers_the_musicians_verbs() -> None:
    shown = subprocess.run([sys.executable, "-m", "troubadour", "--help"], capture_output=True, text=True, check=True).stdout
    assert all(verb in shown for verb in ("sing", "score", "styles", "voices"))
    assert "serve" not in shown


def test_a_file_is_no_folder_to_write_into(tmp_path: Path) -> None:
    there = tmp_path / "taken"
    there.write_text("")
    done = run(app, ["sing", "a folk song", "--out", str(there), "--duration", "10"])
    assert (done.exit_code, there.read_text()) == (3, "")
    assert "cannot be a folder to write into" in done.stderr
