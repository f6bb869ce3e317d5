"""A real server, real workers, a real kill -9, and the vendor's own client with nothing but `base_url` changed."""

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest
from musicapi import MusicAPI, MusicAPIError
from musicapi._types import PollOptions, SonicCreateParams, SonicLyricsParams

from troubadour_server.tasks.states import STAGES

pytestmark = [pytest.mark.xdist_group("service"), pytest.mark.timeout(600)]

LYRICS = "[Verse]\nBoats come home at dusk\n[Chorus]\nHarbour lights keep burning"
SHORT = {"custom_mode": True, "mv": "sonic-v5", "tags": "folk", "prompt": LYRICS, "duration": 10, "seed": 11}
PATIENT = PollOptions(poll_interval_ms=300, timeout_ms=180_000)


def wait_for(condition, seconds=180):
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return result


def finished(client, task_id):
    answer = client.get(f"/sonic/task/{task_id}")
    assert answer.status_code in (200, 202), answer.text
    return answer.json() if answer.status_code == 200 else None


def in_the_middle(client, task_id):
    """A clip is being made, past its first stages."""
    answer = client.get(f"/sonic/task/{task_id}").json()
    return any(each["state"] == "running" and each["progress"] >= STAGES["score"] for each in answer["data"])


@pytest.fixture
def vendor(server):
    with server.new_client() as client:
        key = client.headers["authorization"].removeprefix("Bearer ")
    with MusicAPI(key, base_url=f"{server.base}/api/v1") as vendor:
        yield vendor


def test_the_vendors_client_gets_two_different_songs(vendor):
    params = SonicCreateParams(custom_mode=True, mv="sonic-v5", prompt=LYRICS, tags="folk, 15 seconds", title="Harbour Lights")
    done = vendor.sonic.generate_and_wait(params, PATIENT)
    assert (done.code, [song.state for song in done.data]) == (200, ["succeeded", "succeeded"])
    sounds = [httpx.get(song.audio_url) for song in done.data]
    assert [sound.headers["content-type"] for sound in sounds] == ["audio/mpeg"] * 2
    assert sounds[0].content != sounds[1].content
    for song, sound in zip(done.data, sounds, strict=True):
        assert (song.title, song.lyrics, song.mv) == ("Harbour Lights", LYRICS, "sonic-v5")
        assert sound.content[:3] == b"ID3"
        assert httpx.get(song.image_url).headers["content-type"] == "image/jpeg"
        assert httpx.get(song.audio_url, headers={"range": "bytes=100-199"}).content == sound.content[100:200]
    assert vendor.credits.get().credits == 85


def test_the_vendors_client_describes_a_song_by_its_older_name(vendor):
    params = SonicCreateParams(
        custom_mode=False, mv="sonic-v4", gpt_description_prompt="a 12 second waltz", make_instrumental=True
    )
    done = vendor.suno.generate_and_wait(params, PATIENT)
    assert [song.lyrics for song in done.data] == ["[Instrumental]"] * 2


def test_the_vendors_client_gets_lyrics(vendor):
    words = vendor.sonic.lyrics(SonicLyricsParams(description="a lighthouse keeper who writes to the moon"))
    assert words.code == 200
    assert len({each["lyrics"] for each in words.results}) == 2


def test_the_vendors_client_reads_errors(server, vendor):
    with pytest.raises(MusicAPIError) as refused:
        vendor.sonic.create(SonicCreateParams(custom_mode=True, mv="sonic-v9", prompt="x"))
    assert (refused.value.status, refused.value.code) == (400, "bad_request")
    assert refused.value.request_id
    with MusicAPI("wrong", base_url=f"{server.base}/api/v1") as stranger, pytest.raises(MusicAPIError) as unknown:
        stranger.credits.get()
    assert (unknown.value.status, unknown.value.code) == (401, "unauthorized")


def test_the_same_seed_gives_the_same_bytes_in_another_process(server):
    with server.new_client() as client:
        sounds = []
        for _ in range(2):
            task_id = client.post("/sonic/create", json=SHORT).json()["task_id"]
            songs = wait_for(lambda task_id=task_id: finished(client, task_id))["data"]
            assert [(song["seed"], song["duration"]) for song in songs] == [(11, 10.0)] * 2
            files = [client.get(f"/songs/{song['clip_id']}").json()["data"]["files"] for song in songs]
            sounds.append([httpx.get(each["wav"]["url"]).content for each in files])
        assert sounds[0] == sounds[1]
        assert sounds[0][0] != sounds[0][1]


def test_a_songs_facts_tell_its_words_and_sections(server):
    with server.new_client() as client:
        task_id = client.post("/sonic/create", json=SHORT).json()["task_id"]
        song = wait_for(lambda: finished(client, task_id))["data"][0]
        facts = client.get(f"/songs/{song['clip_id']}").json()["data"]
        assert facts["facts"]["words"]
        assert facts["facts"]["sections"]
        assert len(facts["peaks"]) > 100
        assert max(facts["peaks"]) <= 1.0
        assert next(each["clip_id"] for each in client.get("/songs").json()["data"]) == song["clip_id"]


def test_a_killed_worker_loses_nothing_and_charges_once(server):
    with server.new_client() as client:
        task_id = client.post("/sonic/create", json=SHORT).json()["task_id"]
        wait_for(lambda: in_the_middle(client, task_id))
        for pid in server.processes("tasks.worker"):
            os.kill(pid, signal.SIGKILL)
        songs = wait_for(lambda: finished(client, task_id))["data"]
        assert [song["state"] for song in songs] == ["succeeded", "succeeded"]
        assert client.get("/get-credits").json()["credits"] == 85


def test_a_killed_renderer_loses_nothing(server):
    with server.new_client() as client:
        task_id = client.post("/sonic/create", json=SHORT).json()["task_id"]
        wait_for(lambda: in_the_middle(client, task_id))
        for pid in server.processes("tasks.renderer song"):
            os.kill(pid, signal.SIGKILL)
        songs = wait_for(lambda: finished(client, task_id))["data"]
        assert [song["state"] for song in songs] == ["succeeded", "succeeded"]


def test_a_killed_api_process_comes_back(server):
    with server.new_client() as client:
        for pid in server.processes("troubadour_server.app"):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.5)
        assert httpx.get(f"{client.base_url}get-credits", headers=client.headers, timeout=60).json()["credits"] == 100
        server.wait_healthy()


def test_the_whole_tree_killed_loses_nothing_and_charges_once(server):
    with server.new_client() as client:
        task_id = client.post("/sonic/create", json=SHORT).json()["task_id"]
        wait_for(lambda: in_the_middle(client, task_id))
        server.kill_tree()
        server.start()
        songs = wait_for(lambda: finished(client, task_id))["data"]
        assert [song["state"] for song in songs] == ["succeeded", "succeeded"]
        assert httpx.get(songs[0]["audio_url"]).status_code == 200
        assert client.get("/get-credits").json()["credits"] == 85


def test_a_second_server_is_refused_in_one_sentence(server):
    for options in (
        ["--port", "0", "--data", str(server.data)],
        ["--port", str(server.port), "--data", str(server.data.parent / "new")],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "troubadour_server", "serve", *options],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 3
        assert done.stderr.startswith("troubadour: ")
        assert done.stderr.count("\n") == 1
        assert "--data" in done.stderr or "--port" in done.stderr


def test_ctrl_c_ends_everything_within_seconds_and_frees_the_port(server):
    from .conftest import descendants, running

    everyone = descendants(server.process.pid)
    assert len(everyone) >= 3
    began = time.monotonic()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(15) == 0
    assert time.monotonic() - began < 10
    wait_for(lambda: not any(running(pid) for pid in everyone), 5)
    with socket.create_server(("127.0.0.1", server.port)):
        pass
