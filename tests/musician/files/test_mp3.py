"""MP3: as long and as loud as the song, in frames that can be exchanged."""

import subprocess

import numpy as np
import pytest

from troubadour.files.ceiling import dips
from troubadour.files.mp3 import _encoded, _file, _parsed, _stands_alone, decoded_mp3, mp3_bytes, spliced
from troubadour.mix.loudness import integrated, true_peak_dbtp
from troubadour.units import SAMPLE_RATE_HZ

FULL = 2.0**23
START, END = 150_000, 250_000  # what is new


def music(seed, frames=400_000, level=0.05):
    """Struck tones over a little noise: 24-bit [frames, 2]."""
    rng = np.random.default_rng(seed)
    t = np.arange(frames) / SAMPLE_RATE_HZ
    tones = sum(np.sin(2 * np.pi * hz * t) for hz in rng.uniform(80, 6000, 6)) * np.exp(-6 * (t * rng.uniform(2, 4) % 1.0))
    noise = rng.normal(size=(frames, 2)) * 0.1
    return np.rint((tones[:, None] + noise) * level * FULL).astype(np.int32)


@pytest.fixture(scope="module")
def old():
    return music(1)


@pytest.fixture(scope="module")
def encoded(old):
    return mp3_bytes(old)


@pytest.fixture(scope="module")
def changed(old):
    made = old.copy()
    made[START:END] = music(2)[START:END]
    return made


@pytest.fixture(scope="module")
def edited(encoded, changed):
    return spliced(encoded, changed[START - 30_000 : END + 30_000], START - 30_000, START, END)


def test_it_begins_and_ends_with_the_song_in_every_decoder(old, encoded, tmp_path):
    path = tmp_path / "song.mp3"
    path.write_bytes(encoded)
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "pipe:1"], capture_output=True, check=True).stdout
    for heard in (decoded_mp3(encoded), np.frombuffer(raw, "<f4").reshape(-1, 2)):
        assert len(heard) == len(old)
        places = np.correlate(heard[49_900:52_100, 0], old[50_000:52_000, 0] / FULL, "valid")
        assert places.argmax() == 100


def test_every_frame_stands_alone_and_the_info_frame_counts_them(encoded):
    stream = _parsed(encoded)
    assert all(map(_stands_alone, stream.frames))
    assert _file(stream) == encoded


def test_of_an_edit_only_the_window_is_encoded(encoded, edited):
    before, after = _parsed(encoded).frames, _parsed(edited).frames
    new = [number for number, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    assert min(new) >= START / 1152 - 9
    assert max(new) <= END / 1152 + 9


def test_an_edit_sounds_as_if_the_whole_had_been_encoded(old, changed, encoded, edited):
    heard, whole, wanted = decoded_mp3(edited), decoded_mp3(_encoded(changed)), changed / FULL
    assert len(heard) == len(old)
    assert (heard[: START - 11 * 1152] == decoded_mp3(encoded)[: START - 11 * 1152]).all()
    for place in (slice(START - 20_000, START + 20_000), slice(END - 20_000, END + 20_000)):
        off, usual = (np.abs(sound[place] - wanted[place]) for sound in (heard, whole))
        assert off.max() <= 1.2 * usual.max()
        assert np.sqrt(np.mean(off**2)) == pytest.approx(np.sqrt(np.mean(usual**2)), rel=0.1)


def test_an_edit_at_the_end_and_at_the_beginning_keeps_the_length(old, encoded):
    for start, end in ((0, 60_000), (350_000, 400_000)):
        part = music(3)[max(0, start - 30_000) : end + 30_000]
        made = spliced(encoded, part, max(0, start - 30_000), start, end)
        assert len(decoded_mp3(made)) == len(old)


def test_frames_that_lean_on_others_are_not_exchanged(changed):
    assert spliced(b"ID3 no music", changed, 0, START, END) is None


def test_a_peak_is_lowered_where_it_is_and_the_song_stays_as_loud():
    loud = music(4, level=0.06)
    loud[200_000:200_100] = (0.97 * FULL * np.sin(np.pi * np.arange(100) / 100))[:, None].astype(np.int32)
    heard = decoded_mp3(mp3_bytes(loud))
    assert true_peak_dbtp(heard) <= -1.0
    assert integrated(heard) == pytest.approx(integrated(loud), abs=0.1)
    assert np.abs(heard[:100_000] - loud[:100_000] / FULL).max() < 0.05


def test_a_dip_is_deep_enough_at_its_peak_and_gone_a_twentieth_of_a_second_later():
    sound = np.zeros((20_000, 2), np.float32)
    sound[10_000] = 1.0
    (dip,) = dips(sound, 0.1)
    assert 20 * np.log10(dip.curve[10_000 - dip.start]) <= -1.0
    assert dip.curve[[0, -1]] == pytest.approx(1.0)
    assert len(dip.curve) < 4_000
    assert dips(sound * 0.5, 0.1) == []
