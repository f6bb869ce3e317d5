"""Recordings as strangers send them: read by their content, refused with a reason, and never more than a file that is read."""

import json
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from troubadour.errors import BadAudio
from troubadour.files import recording
from troubadour.files.recording import decode, is_cut, probed
from troubadour_server.tasks.decode import read_recording, title_of

RATE = 44_100
SECONDS = 3.0


def music(seconds=SECONDS, rate=RATE):
    time = np.arange(round(seconds * rate)) / rate
    left, right = (0.4 * np.sin(2 * np.pi * f * time) * np.exp(-2 * (time % 0.5)) for f in (220, 330))
    return np.stack([left, right], axis=1)


def as_file(path, samples=None, rate=RATE, **how):
    soundfile.write(path, music(rate=rate) if samples is None else samples, rate, **how)
    return path


def converted(source, target, *how):
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", source, *how, target], check=True)
    return target


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("recordings")


@pytest.fixture(scope="module")
def wav(folder):
    return as_file(folder / "song.wav", subtype="PCM_16")


@pytest.fixture
def read(tmp_path):
    """Reads a file as the child does; its facts, analysis and sound."""

    def run(path, name=None, spoken=False):
        order = {
            "path": str(path),
            "spoken": spoken,
            "storage": tmp_path.as_uri(),
            "scratch": str(tmp_path),
            "folder": "f",
            "name": name or path.name,
        }
        facts = read_recording(order, lambda stage, done: None)
        analysis = json.loads((tmp_path / "f/analysis.json").read_text())
        sound, rate = soundfile.read(tmp_path / facts["files"]["flac"]["key"], dtype="int32")
        assert rate == RATE
        return facts, analysis, sound

    return run


FORMS = {
    "mp3": ("-c:a", "libmp3lame"), "flac": (), "ogg": ("-c:a", "libvorbis"), "opus": ("-c:a", "libopus"), "m4a": ("-c:a", "aac"),
    "aiff": (), "mka": ("-c:a", "flac"), "w64": (), "webm": ("-c:a", "libopus"), "wv": (),
}  # fmt: skip


@pytest.mark.parametrize("ending", FORMS)
def test_every_usual_form_is_read_whatever_its_name(folder, wav, read, ending):
    path = converted(wav, folder / f"a.{ending}", *FORMS[ending])
    renamed = path.rename(folder / f"nameless-{ending}")
    facts, analysis, sound = read(renamed, "my_song.txt")
    assert facts["duration_s"] == pytest.approx(SECONDS, abs=0.06)
    assert facts["title"] == "my song"
    assert analysis["kind"] == "music"
    assert np.std(sound / 2**31) == pytest.approx(np.std(music()), rel=0.1)


def test_sixteen_bit_samples_come_back_as_they_were(folder, wav, read):
    _, _, sound = read(wav)
    original, _ = soundfile.read(wav, dtype="int16")
    assert np.array_equal(sound >> 16, original)


def test_24_bit_samples_come_back_as_they_were(folder, read):
    path = as_file(folder / "fine.wav", subtype="PCM_24")
    _, _, sound = read(path)
    assert np.array_equal(sound, soundfile.read(path, dtype="int32")[0])


def test_mono_and_other_rates_become_stereo_at_44100(folder, read):
    path = as_file(folder / "mono.wav", music(rate=48_000)[:, 0], 48_000, subtype="PCM_16")
    _, analysis, sound = read(path)
    assert sound.shape == (round(SECONDS * RATE), 2)
    assert np.array_equal(sound[:, 0], sound[:, 1])
    assert (analysis["source"]["sample_rate_hz"], analysis["source"]["channels"]) == (48_000, 1)
    assert np.abs(sound / 2**31).max() == pytest.approx(0.4, abs=0.01)


def test_what_passes_full_scale_is_turned_down_not_clipped(folder, read):
    path = as_file(folder / "hot.wav", music() * 8, subtype="FLOAT")
    sound = read(path)[2] / 2**31
    wanted = music() / np.abs(music()).max()
    assert np.abs(sound - wanted).max() < 1e-4


def test_a_clip_has_sound_peaks_picture_and_analysis(wav, read):
    facts, analysis, _ = read(wav)
    assert set(facts["files"]) == {"flac", "mp3", "json", "peaks", "cover"}
    assert facts["files"]["json"]["name"] == "analysis.json"
    assert analysis["tempo"] == pytest.approx(120, rel=0.01)
    assert analysis["first_beat_s"] == pytest.approx(0.0, abs=0.02)
    assert analysis["key"]


def test_the_title_of_the_tags_wins_over_the_name(folder, wav, read):
    path = converted(wav, folder / "x.flac", "-metadata", "title=Harbour Lights", "-metadata", "genre=folk")
    facts, _, _ = read(path)
    assert (facts["title"], facts["tags"]) == ("Harbour Lights", "folk")
    assert facts["files"]["mp3"]["name"] == "Harbour Lights.mp3"


def test_a_nameless_recording_has_a_title():
    assert title_of({"sound": {}}, "") == "Upload"
    assert title_of({"sound": {}}, "../../etc/passwd.mp3") == "passwd"
    assert len(title_of({"sound": {}}, "x" * 500)) == 80


def refused(read, path, reason):
    with pytest.raises(BadAudio, match=reason):
        read(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello, I am no music",
        b"<html>not found</html>" * 50,
        b"\0" * 50_000,
        b"GIF89a" * 100,
        np.random.default_rng(3).bytes(90_000),
    ],
)
def test_what_is_not_audio_is_refused(folder, read, content):
    path = folder / "song.mp3"
    path.write_bytes(content)
    refused(read, path, "not audio")


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3", "m4a", "ogg"])
def test_files_that_are_cut_off_are_refused(folder, wav, read, ending):
    whole = converted(wav, folder / f"whole.{ending}", *FORMS.get(ending, ())).read_bytes()
    path = folder / f"half.{ending}"
    path.write_bytes(whole[: len(whole) * 6 // 10])
    refused(read, path, "cut off")


def test_a_wav_that_was_written_to_a_pipe_is_whole(folder, wav, read):
    path = folder / "pipe.wav"
    path.write_bytes(
        subprocess.run(["ffmpeg", "-v", "error", "-i", wav, "-f", "wav", "-"], capture_output=True, check=True).stdout
    )
    assert not is_cut(path)
    assert read(path)[0]["duration_s"] == SECONDS


def test_an_mp3_without_a_header_of_its_length_is_whole(folder, wav, read):
    path = converted(wav, folder / "bare.mp3", "-c:a", "libmp3lame", "-q:a", "4", "-write_xing", "0")
    assert read(path)[0]["duration_s"] == pytest.approx(SECONDS, abs=0.1)


def test_silence_short_and_long_recordings_are_refused(folder, read):
    refused(read, as_file(folder / "silent.wav", np.zeros((RATE * 2, 2))), "silent")
    refused(read, as_file(folder / "short.wav", music(0.5)), r"lasts 0\.50 s; at least 1 s")
    refused(read, as_file(folder / "long.wav", np.full(8000 * 485, 0.1), 8000), r"lasts 485\.0 s; at most 480 s")


@pytest.fixture(scope="module")
def speech(folder):
    """Nine seconds of a machine's voice."""
    path = folder / "speech.wav"
    words = (
        "It is a truth universally acknowledged, that a single man in possession of a good fortune must be in want of a wife. "
        * 2
    )
    subprocess.run(["flite", "-voice", "slt", "-t", words, "-o", path], check=True)
    return path


def test_speech_and_noise_are_refused_by_name(folder, read, speech):
    refused(read, speech, "sounds like speech, not music")
    noise = 0.2 * np.random.default_rng(1).standard_normal((6 * RATE, 2))
    refused(read, as_file(folder / "noise.wav", noise), "sounds like noise, not music")


def test_speech_will_do_for_a_voice(read, speech):
    assert read(speech, spoken=True)[1]["kind"] == "speech"


def test_numbers_that_are_no_sound_are_refused(folder, read):
    samples = music().astype(np.float32)
    samples[1000] = np.nan
    refused(read, as_file(folder / "nan.wav", samples, subtype="FLOAT"), "no sound")


def test_a_video_without_sound_is_refused(folder, read):
    path = folder / "v.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "color=s=32x32:d=2", path], check=True)
    refused(read, path, "no sound in it")


PLAYLISTS = {
    "m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{uri}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{path}'\n",
    "mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{uri}</BaseURL></MPD>',
    "sdp": "v=0\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
    "image": "{path}",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_files_that_point_to_other_files_are_not_followed(folder, wav, read, kind):
    path = folder / f"list.{kind}"
    path.write_text(PLAYLISTS[kind].format(uri=wav.as_uri(), path=wav))
    refused(read, path, "not audio")


def test_a_decoder_that_takes_too_much_is_ended(folder, wav, tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "MEMORY_LIMIT_BYTES", 4 << 20)
    with pytest.raises(BadAudio):
        probed(wav)
    monkeypatch.undo()
    about = probed(wav)
    monkeypatch.setattr(recording, "DECODED_LIMIT_BYTES", 100_000)
    with pytest.raises(BadAudio, match="too much"):
        decode(wav, tmp_path / "raw", about)


def test_limits_never_go_up():
    code = (
        "import resource\nfrom troubadour.files.recording import limit\nlimit(1 << 34)\nlimit(1 << 40)\n"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0] == 1 << 34, resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["True", "0"]
