"""On a machine without the sound bank, flite or ffmpeg the musician still makes music, and says what would make it better."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from troubadour.brief import Request
from troubadour.files.write import write
from troubadour.make import make
from troubadour.stems.band import bank, record


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No program on the path, no sound bank and nothing to build one from."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bank, "SOURCES", ())
    monkeypatch.setattr(bank, "folders", lambda: (tmp_path / "bank",))
    for kept in (bank.open_preset, record.instrument):
        kept.cache_clear()
    yield
    for kept in (bank.open_preset, record.instrument):
        kept.cache_clear()


def test_a_sung_song_is_made_without_any_system_package(bare: None, tmp_path: Path):
    song = make(Request(text="a short soul song about rain with brass and piano", voice="bram", duration_s=12.0, seed=4))
    paths = write(song, tmp_path / "out", ("mp3", "flac", "mid"))
    sound, rate = soundfile.read(paths["mp3"])
    assert (len(sound), rate) == (song.score.frames, 44_100)
    assert np.sqrt((sound**2).mean()) > 0.05
    said = " ".join(song.stems.notes if song.stems else ())
    assert "musescore-general-soundfont" in said
    assert "apt-get install flite" in said
    assert song.mix
    assert len(song.mix.stems) >= 4
    assert all(np.abs(stem).max() > 0 for stem in song.mix.stems.values())
