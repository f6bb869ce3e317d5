"""A finished song in every form from a real server, with the vendor's own client; and an API process killed while it makes one."""

import os
import signal
import threading

import httpx
import pytest
from musicapi import MusicAPI
from musicapi._types import AlignedLyricsParams, GetSongParams, MidiParams, PollOptions, SonicCreateParams, VoxParams, WavParams

pytestmark = [pytest.mark.xdist_group("service"), pytest.mark.timeout(600)]

LYRICS = "[Verse]\nBoats come home at dusk\n[Chorus]\nHarbour lights keep burning"
SONG = SonicCreateParams(custom_mode=True, mv="sonic-v5", prompt=LYRICS, tags="folk, 15 seconds", title="Harbour Lights")
PATIENT = PollOptions(poll_interval_ms=300, timeout_ms=180_000)


def kill(pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def vendor(server):
    with server.new_client() as client:
        key = client.headers["authorization"].removeprefix("Bearer ")
    with MusicAPI(key, base_url=f"{server.base}/api/v1") as vendor:
        yield vendor


@pytest.fixture(scope="module")
def songs(vendor):
    return vendor.sonic.generate_and_wait(SONG, PATIENT).data


def test_every_form_is_there_for_the_price_in_the_table(vendor, songs):
    clip_id = songs[0].clip_id
    for _ in range(2):
        wav = vendor.sonic.wav(WavParams(clip_id=clip_id)).data["wav_url"]
        midi = vendor.sonic.midi(MidiParams(clip_id=clip_id)).data
        words = vendor.sonic.aligned_lyrics(AlignedLyricsParams(clip_id=clip_id)).data["alignment"]
    voice = vendor.sonic.vox(VoxParams(clip_id=clip_id)).data["wave_response"]["audio_url"]
    kinds = [httpx.get(url, timeout=60).headers["content-type"] for url in (wav, midi["midi_url"], voice)]
    assert kinds == ["audio/wav", "audio/midi", "audio/wav"]
    assert [word["word"] for word in words] == ["Boats", "come", "home", "at", "dusk", "Harbour", "lights", "keep", "burning"]
    assert vendor.credits.get().credits == 100 - 15 - 1 - 1 - 1 - 1


def test_the_video_plays_although_the_process_that_made_it_was_killed(server, songs):
    murder = threading.Timer(1.0, kill, (server.processes("troubadour_server.app"),))
    murder.start()
    with pytest.raises(httpx.HTTPError):
        httpx.get(songs[0].video_url, timeout=120)
    server.wait_healthy()
    video = httpx.get(songs[0].video_url, timeout=180)
    assert (video.headers["content-type"], video.content[4:8]) == ("video/mp4", b"ftyp")


def test_anyone_with_the_address_sees_the_songs_page(vendor, server, songs):
    with server.new_client() as client:
        assert client.get(f"/songs/{songs[0].clip_id}").status_code == 404
    address = f"{server.base}/song/{songs[0].clip_id}"
    page = httpx.get(address)
    assert "<h1>Harbour Lights</h1>" in page.text
    assert vendor.suno.get_song(GetSongParams(share_link=address)).audio_url == songs[0].audio_url
