"""A finished song in other forms, over the wire with the vendor's own client: real scores, real files, real prices."""

import io
import json
from dataclasses import replace

import httpx
import mido
import numpy as np
import pytest
import soundfile
from musicapi import MusicAPI, MusicAPIError
from musicapi._types import (
    AlignedLyricsParams,
    BpmParams,
    GetSongParams,
    MakeLyricsParams,
    MidiParams,
    UpsampleTagsParams,
    VoxParams,
    WavParams,
)
from tests.server.finished import path_of, put_clip, put_file

from troubadour import codec
from troubadour.brief import Request
from troubadour.files.audio import flac_bytes
from troubadour.listen import analyze
from troubadour.listen.value import HeardNote
from troubadour.make import make
from troubadour.mix.pcm import sixteen_bit
from troubadour.stems.sing.timeline import word_times
from troubadour_server.billing.accounts import create_key, find_account
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.shelf import put_song
from troubadour_server.tasks.states import FAILED, RUNNING

pytestmark = pytest.mark.xdist_group("downloads")

SETTINGS = {"read_timeout_s": 60}
LYRICS = "[Verse]\nBoats come home at dusk"
SUNG = Request(text="folk", lyrics=LYRICS, title="Harbour Lights", seed=5, duration_s=10.0)
PLAYED = Request(text="synthwave", instrumental=True, title="Neon", seed=5, duration_s=10.0)
A_STRANGER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def sung():
    return make(SUNG)


@pytest.fixture(scope="module")
def played():
    return make(PLAYED)


@pytest.fixture
def key(database):
    with database.begin() as connection:
        return create_key(connection, "ann", 100)


@pytest.fixture
def owner(database, key):
    with database.connect() as connection:
        return find_account(connection, key.account)


@pytest.fixture
def vendor(address, key):
    with MusicAPI(key.key, base_url=f"{address}/api/v1") as vendor:
        yield vendor


@pytest.fixture
def client(address, key):
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {key.key}"}, timeout=120) as client:
        yield client


@pytest.fixture
def put(database, settings, owner):
    """Puts a song on the shelf as a worker does; the clip's id."""

    def shelve(song, **told):
        clip_id, folder = put_clip(database, settings, owner, title=song.score.title, request=song.plan.brief.request, **told)
        put_song(Blobs(settings.storage), folder, song)
        return clip_id

    return shelve


def spent(vendor):
    return 100 - vendor.credits.get().credits


def test_wav_is_the_master_and_is_paid_once(vendor, client, put, sung):
    clip_id = put(sung)
    urls = [vendor.sonic.wav(WavParams(clip_id=clip_id)).data["wav_url"] for _ in range(2)]
    assert urls[0] == urls[1]
    pcm, rate = soundfile.read(io.BytesIO(client.get(path_of(urls[0])).content), dtype="int16")
    assert rate == 44_100
    assert np.array_equal(pcm, sixteen_bit(sung.mix)[0])
    assert spent(vendor) == 1


def test_bpm_is_the_scores(vendor, put, sung):
    told = vendor.sonic.bpm(BpmParams(clip_id=put(sung)))
    written = sung.score.tempos[0].bpm
    assert told.data == {"avg_bpm": pytest.approx(written, abs=1e-3), "min_bpm": written, "max_bpm": written}
    assert spent(vendor) == 1


def test_words_have_the_times_at_which_they_are_sung(vendor, put, sung):
    clip_id = put(sung)
    told = [vendor.sonic.aligned_lyrics(AlignedLyricsParams(clip_id=clip_id)).data["alignment"] for _ in range(2)]
    assert told[0] == told[1]
    assert [(w["word"], w["start_s"], w["end_s"]) for w in told[0]] == [
        (w.text, w.start_s, w.end_s) for w in word_times(sung.score) if w.part == "vocals"
    ]
    assert {(w["p_align"], w["success"]) for w in told[0]} == {(1.0, True)}
    assert spent(vendor) == 1


def test_midi_and_its_notes_are_the_same_score(vendor, client, put, sung):
    told = vendor.sonic.midi(MidiParams(clip_id=put(sung))).data
    tracks = mido.MidiFile(file=io.BytesIO(client.get(path_of(told["midi_url"])).content)).tracks
    in_file = {t.name: sorted(m.note for m in t if m.type == "note_on" and m.velocity) for t in tracks}
    for part in told["instruments"]:
        assert in_file[part["name"]] == sorted(note["pitch"] for note in part["notes"])
    first = next(part for part in told["instruments"] if part["name"] == "vocals")["notes"][0]
    written = sung.score.sung[0].lines[0].notes[0][0]
    assert (first["pitch"], first["start"]) == (written.pitch, pytest.approx(sung.score.seconds_at(written.start), abs=1e-4))
    assert spent(vendor) == 1


def test_vox_is_the_lead_voice_of_that_window(vendor, client, put, sung):
    clip_id = put(sung)
    told = vendor.sonic.vox(VoxParams(clip_id=clip_id, vocal_start_s=2.0, vocal_end_s=6.5)).data
    assert (told["source_clip_id"], told["vocal_start_s"], told["vocal_end_s"]) == (clip_id, 2.0, 6.5)
    pcm, _ = soundfile.read(io.BytesIO(client.get(path_of(told["wave_response"]["audio_url"])).content), dtype="int16")
    voice = sung.mix.stems["vocals"][88_200:286_650] / 256
    assert pcm.shape == voice.shape
    assert np.abs(pcm - voice).max() <= 1.0
    again = vendor.sonic.vox(VoxParams(clip_id=clip_id, vocal_start_s=2.0, vocal_end_s=6.5)).data
    assert again == told
    assert client.get(f"/api/v1/songs/{clip_id}").json()["data"]["files"].keys().isdisjoint(["vox-2000-6500"])


def test_vox_begins_with_the_first_word_when_no_window_is_given(vendor, put, sung):
    told = vendor.sonic.vox(VoxParams(clip_id=put(sung))).data
    first = next(w.start_s for w in word_times(sung.score) if w.part == "vocals")
    assert 0 <= first - told["vocal_start_s"] <= 0.26
    assert told["vocal_end_s"] == 10.0


@pytest.mark.parametrize(
    ("window", "complaint"),
    [
        ({"vocal_start_s": 5, "vocal_end_s": 5}, "more than vocal_start_s"),
        ({"vocal_start_s": 50}, "inside the song's"),
        ({"vocal_start_s": -1}, "at least 0"),
        ({"vocal_start_s": "soon"}, "must be a number"),
    ],
)
def test_an_impossible_window_is_refused_and_free(client, vendor, put, sung, window, complaint):
    answer = client.post("/api/v1/sonic/vox", json={"clip_id": put(sung), **window})
    assert answer.status_code == 400
    assert complaint in answer.json()["error"]
    assert spent(vendor) == 0


def test_an_instrumental_has_no_vocals_and_no_words(client, vendor, put, played):
    clip_id = put(played)
    answer = client.post("/api/v1/sonic/vox", json={"clip_id": clip_id})
    assert (answer.status_code, "no vocals" in answer.json()["error"]) == (400, True)
    assert vendor.sonic.aligned_lyrics(AlignedLyricsParams(clip_id=clip_id)).data == {"alignment": []}


def test_tags_at_length_begin_with_the_tags_and_stay_the_same(vendor):
    told = [vendor.sonic.upsample_tags(UpsampleTagsParams(tags="jazz waltz, piano")).data["upsampled_tags"] for _ in range(2)]
    assert told[0] == told[1]
    assert told[0].startswith("jazz waltz, piano, ")
    assert "3/4 time" in told[0]
    assert spent(vendor) == 2


def test_a_download_gives_every_format_asked_for(client, vendor, put, sung):
    body = {"clip_id": put(sung), "formats": ["FLAC", "m4a", "opus", "wav32f", "lrc", "musicxml", "m4a"]}
    answer = client.post("/api/v1/sonic/download", json=body)
    while answer.status_code == 202:
        answer = client.post("/api/v1/sonic/download", json=body)
    files = {each["format"]: client.get(path_of(each["url"])) for each in answer.json()["data"]["files"]}
    kinds = {format: each.headers["content-type"] for format, each in files.items()}
    assert kinds == {
        "flac": "audio/flac",
        "m4a": "audio/mp4",
        "opus": "audio/ogg",
        "wav32f": "audio/wav",
        "lrc": "text/plain; charset=utf-8",
        "musicxml": "application/vnd.recordare.musicxml+xml",
    }
    pcm, _ = soundfile.read(io.BytesIO(files["flac"].content), dtype="int32")
    assert np.array_equal(pcm >> 8, sung.mix.master)
    assert np.array_equal(soundfile.read(io.BytesIO(files["wav32f"].content))[0] * 2.0**23, sung.mix.master)
    assert spent(vendor) == 2


def test_the_video_is_made_when_its_link_is_first_called(client, put, sung):
    clip_id = put(sung)
    song = client.get(f"/api/v1/songs/{clip_id}").json()["data"]
    promised = client.head(path_of(song["video_url"]))
    assert (promised.status_code, promised.headers["content-type"], "content-length" in promised.headers) == (
        200,
        "video/mp4",
        False,
    )
    part = client.get(path_of(song["video_url"]), headers={"range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert client.get(f"/api/v1/songs/{clip_id}").json()["data"]["video_url"] == song["video_url"]


def test_a_file_of_a_song_is_a_redirect_to_its_link(client, put, sung):
    answer = client.get(f"/api/v1/songs/{put(sung)}/files/mid")
    assert answer.status_code == 302
    assert client.get(path_of(answer.headers["location"])).content[:4] == b"MThd"


@pytest.mark.parametrize("call", ["wav", "bpm", "vox", "midi", "aligned-lyrics", "download"])
def test_what_is_not_there_or_not_finished_costs_nothing(client, vendor, database, settings, owner, call):
    running, _ = put_clip(database, settings, owner, state=RUNNING)
    failed, _ = put_clip(database, settings, owner, state=FAILED)
    without_source, _ = put_clip(database, settings, owner, title="Gone")
    unreadable = 400 if call in ("wav", "download") else 404
    for clip_id, status in ((A_STRANGER, 404), (running, 400), (failed, 400), (without_source, unreadable)):
        answer = client.post(f"/api/v1/sonic/{call}", json={"clip_id": clip_id, "formats": ["wav"]})
        assert (answer.status_code, set(answer.json())) == (status, {"error", "message", "type", "code"})
    assert client.post(f"/api/v1/sonic/{call}", json={}).json()["error"] == "clip_id is required"
    assert spent(vendor) == 0


def test_a_recording_has_its_sound_in_every_format_its_measured_tempo_and_the_tune_that_was_heard(
    client, vendor, database, settings, owner, sung
):
    clip_id, folder = put_clip(database, settings, owner, title="Taken in", duration_s=10.0)
    put_file(database, settings, clip_id, folder, "flac", "Taken in.flac", flac_bytes(sung.mix.master))
    told = {"title": "Taken in", "sound": "Taken in.flac", "tempo": 120.0, "beats_s": [0.5 * k for k in range(9)]}
    put_file(database, settings, clip_id, folder, "json", "analysis.json", json.dumps(told).encode())
    heard = replace(analyze(np.zeros((441_000, 2), np.float32)), beats_s=tuple(told["beats_s"]), metre="4/4", tempo_bpm=120.0)
    heard = replace(heard, kind="music", melody=(HeardNote(0.5, 1.0, 64), HeardNote(1.0, 2.0, 67)), melody_confidence=1.0)
    place = settings.data / "analysis"
    place.write_text(codec.dumps(heard))
    Blobs(settings.storage).put_file(f"{folder}/stages/analysis.json", place)
    assert vendor.sonic.bpm(BpmParams(clip_id=clip_id)).data == {"avg_bpm": 120.0, "min_bpm": 120.0, "max_bpm": 120.0}
    wav = client.get(path_of(vendor.sonic.wav(WavParams(clip_id=clip_id)).data["wav_url"])).content
    pcm, _ = soundfile.read(io.BytesIO(wav), dtype="int16")
    assert np.abs(pcm - sung.mix.master / 256).max() <= 0.5
    opus = client.get(client.get(f"/api/v1/songs/{clip_id}/files/opus").headers["location"].removeprefix("http://here"))
    assert opus.content[:4] == b"OggS"
    (tune,) = vendor.sonic.midi(MidiParams(clip_id=clip_id)).data["instruments"]
    assert [(note["pitch"], note["start"], note["end"]) for note in tune["notes"]] == [(64, 0.5, 1.0), (67, 1.0, 2.0)]
    unsaid = client.post("/api/v1/sonic/aligned-lyrics", json={"clip_id": clip_id})
    assert (unsaid.status_code, "send them as lyrics" in unsaid.json()["error"]) == (400, True)
    words = {"clip_id": clip_id, "lyrics": "[Verse]\nHold on\nto me"}
    answer = client.post("/api/v1/sonic/aligned-lyrics", json=words).json()
    assert answer["code"] == 200, answer
    aligned = answer["data"]["alignment"]
    assert [word["word"] for word in aligned] == ["Hold", "on", "to", "me"]
    assert all(0.0 <= word["p_align"] < 1.0 and word["start_s"] < word["end_s"] <= 10.0 for word in aligned)


def test_anothers_song_is_an_unknown_song(address, database, put, sung):
    with database.begin() as connection:
        stranger = create_key(connection, "bob", 10)
    with MusicAPI(stranger.key, base_url=f"{address}/api/v1") as vendor, pytest.raises(MusicAPIError) as refused:
        vendor.sonic.wav(WavParams(clip_id=put(sung)))
    assert (refused.value.status, refused.value.code) == (404, "not_found")


def test_without_credits_nothing_is_made(address, database, settings, sung):
    with database.begin() as connection:
        poor = create_key(connection, "carl", 0)
        account = find_account(connection, poor.account)
    clip_id, folder = put_clip(database, settings, account)
    with MusicAPI(poor.key, base_url=f"{address}/api/v1") as vendor, pytest.raises(MusicAPIError) as refused:
        vendor.sonic.bpm(BpmParams(clip_id=clip_id))
    assert (refused.value.status, refused.value.code) == (403, "insufficient_credits")
    assert not (Blobs(settings.storage).folder / folder / "Harbour Lights.wav").exists()


@pytest.mark.parametrize(
    ("formats", "complaint"),
    [(["ogg vorbis"], "unknown format"), ([], "formats"), ("mp3", "formats"), ([7], "formats"), (["mp3"] * 21, "formats")],
)
def test_an_odd_list_of_formats_is_refused(client, put, sung, formats, complaint):
    answer = client.post("/api/v1/sonic/download", json={"clip_id": put(sung), "formats": formats})
    assert answer.status_code == 400
    assert complaint in answer.json()["error"]


def test_lyrics_as_a_task(vendor):
    task_id = vendor.suno.make_lyrics(MakeLyricsParams(prompt="a lighthouse")).data["task_id"]
    told = vendor.suno.get_lyrics(task_id)
    assert (told.code, told.data["status"], told.data["text"]) == (200, "complete", "a lighthouse 0")
    assert [each["lyrics"] for each in told.data["results"]] == ["a lighthouse 0", "a lighthouse 1"]
    with pytest.raises(MusicAPIError) as unknown:
        vendor.suno.get_lyrics(A_STRANGER)
    assert unknown.value.status == 400


def test_a_share_link_says_what_it_leads_to(vendor, client, put, sung):
    song = client.get(f"/api/v1/songs/{put(sung)}").json()["data"]
    told = vendor.suno.get_song(GetSongParams(share_link=song["share_url"]))
    assert (told.song_title, told.audio_url, told.video_url) == (song["title"], song["audio_url"], song["video_url"])
    for link in ("https://elsewhere.example/", "", f"http://here/song/{A_STRANGER}", "http://[bad/song/"):
        with pytest.raises(MusicAPIError) as refused:
            vendor.suno.get_song(GetSongParams(share_link=link))
        assert refused.value.status in (400, 404)
