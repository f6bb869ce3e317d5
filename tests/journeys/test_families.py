"""The other families over the wire, with the vendor's own client where it has them; what is kept is compared sample by sample."""

import io
import time

import httpx
import numpy as np
import pytest
import soundfile
from musicapi import MusicAPI
from musicapi._types import PollOptions, ProducerCreateParams, RiffusionCreateParams, RiffusionUploadParams, StudioCreateParams

pytestmark = [pytest.mark.xdist_group("service"), pytest.mark.timeout(600)]

LYRICS = "[Verse]\nBoats come home at dusk\n[Chorus]\nHarbour lights keep burning"
PATIENT = PollOptions(poll_interval_ms=300, timeout_ms=240_000)


@pytest.fixture(scope="module")
def vendor(server):
    with server.new_client("2000") as client:
        key = client.headers["authorization"].removeprefix("Bearer ")
    with MusicAPI(key, base_url=f"{server.base}/api/v1") as vendor:
        yield vendor


@pytest.fixture(scope="module")
def wire(server, vendor):
    headers = {"authorization": f"Bearer {vendor._http._api_key}"}
    with httpx.Client(base_url=f"{server.base}/api/v1", headers=headers, timeout=60) as client:
        yield client


def finished(wire, path, task_id):
    while (answer := wire.get(f"{path}/{task_id}")).status_code == 202:
        time.sleep(0.3)
    return answer.json()


def samples(url):
    return soundfile.read(io.BytesIO(httpx.get(url, timeout=60).content), dtype="int16")[0]


def stems_of(wire, clip_id):
    task = wire.post("/sonic/stems/basic", json={"clip_id": clip_id}).json()
    return {each["stem_type"]: samples(each["wav_url"]) for each in finished(wire, "/sonic/task", task["task_id"])["data"]}


@pytest.fixture(scope="module")
def song(vendor):
    wanted = RiffusionCreateParams(
        mv="FUZZ-1.1 Pro", custom_mode=True, lyrics=LYRICS, sound="folk, 16 seconds", title="Harbour Lights"
    )
    return vendor.riffusion.generate_and_wait(wanted, PATIENT).data


def test_riffusions_songs_tell_when_each_word_is_sung(song):
    assert [each.state for each in song] == ["succeeded", "succeeded"]
    words = song[0].timestamp["words"]
    assert " ".join(word["word"] for word in words) == "Boats come home at dusk Harbour lights keep burning"
    assert all(0 <= word["start"] < word["end"] <= song[0].duration for word in words)


def test_a_swapped_sound_keeps_the_voice_and_swapped_vocals_keep_the_band_sample_for_sample(vendor, wire, song):
    before = stems_of(wire, song[0].clip_id)
    about = {"mv": "FUZZ-1.1 Pro", "custom_mode": True, "continue_clip_id": song[0].clip_id}
    sound = vendor.riffusion.generate_and_wait(
        RiffusionCreateParams(task_type="swap_music_sound", sound="punk rock", **about), PATIENT
    )
    after = stems_of(wire, sound.data[0].clip_id)
    assert np.array_equal(after["vocals"], before["vocals"])
    assert not np.array_equal(after["instrumental"], before["instrumental"])
    assert sound.data[0].lyrics == song[0].lyrics
    wanted = RiffusionCreateParams(task_type="swap_music_vocals", sound="male vocals", lyrics=LYRICS, **about)
    voices = vendor.riffusion.generate_and_wait(wanted, PATIENT)
    after = stems_of(wire, voices.data[0].clip_id)
    assert np.array_equal(after["instrumental"], before["instrumental"])
    assert not np.array_equal(after["vocals"], before["vocals"])


def test_studio_extends_a_song_before_and_after_to_the_sample(vendor, wire, song):
    def extended(mode, lyrics_type, **more):
        params = StudioCreateParams(
            prompt="folk", lyrics_type=lyrics_type, prompt_strength=0.5, clarity_strength=0.25, lyrics_strength=0.5,
            generation_quality=0.75, model_type="studio32-v1.5", config={"mode": mode, "source": {"song_id": song[0].clip_id}}, **more,
        )  # fmt: skip
        return vendor.studio.generate_and_wait(params, PATIENT).data.songs[0]

    old = samples(wire.get(f"/songs/{song[0].clip_id}").json()["data"]["files"]["wav"]["url"])
    first = extended("precede", "instrumental")
    whole = samples(wire.get(f"/songs/{first.id}").json()["data"]["files"]["wav"]["url"])
    assert len(whole) == len(old) + 32 * 44_100
    assert np.array_equal(whole[32 * 44_100 :], old)
    assert first.title.endswith(" ext")


def test_nuro_makes_background_music_whose_segments_begin_on_their_samples(wire):
    form = [{"name": "intro", "duration": 7}, {"name": "chorus", "duration": 13}, {"name": "outro", "duration": 10}]
    body = {"type": "bgm", "version": "v2.0", "description": "quiet rain on a city window", "segments": form}
    task_id = wire.post("/nuro/create", json=body).json()["task_id"]
    told = finished(wire, "/nuro/task", task_id)
    assert (told["status"], told["progress"], told["duration"]) == ("succeeded", 100, 30.0)
    assert len(samples(told["audio_url"])) == 30 * 44_100
    facts = wire.get(f"/songs/{told['clip_id']}").json()["data"]["facts"]
    assert [each["first_sample"] for each in facts["segments"]] == [0, 7 * 44_100, 20 * 44_100]


def test_producer_follows_an_instruction_and_says_what_it_understood(vendor, wire, song):
    params = ProducerCreateParams(
        task_type="replace_music", clip_id=song[1].clip_id, starts_at=4, ends_at=10, instruction="drop the guitar, more reverb"
    )
    told = vendor.producer.generate_and_wait(params, PATIENT).data[0]
    assert told.audio_url.endswith(".m4a")
    assert httpx.get(told.audio_url, timeout=60).content[4:8] == b"ftyp"
    clip = wire.get(f"/songs/{told.clip_id}").json()["data"]
    assert [each["done"] for each in clip["facts"]["instruction"]] == [
        "electric guitar: left out, everywhere"
        if "electric" in clip["facts"]["instruction"][0]["done"]
        else "guitar: left out, everywhere",
        "not understood, nothing was done",
    ]
    old, new = (
        samples(wire.get(f"/songs/{id}").json()["data"]["files"]["wav"]["url"]) for id in (song[1].clip_id, told.clip_id)
    )
    changed = np.flatnonzero((old != new).any(axis=1)) / 44_100
    assert 4.0 <= changed[0] < changed[-1] <= 10.0


@pytest.mark.soak
def test_swaps_of_a_recording_keep_its_stems_sample_for_sample(vendor, wire, song):
    link = wire.get(f"/songs/{song[0].clip_id}").json()["data"]["files"]["wav"]["url"]
    upload = vendor.riffusion.upload(RiffusionUploadParams(url=link)).clip_id
    before = stems_of(wire, upload)
    about = {"mv": "FUZZ-1.1 Pro", "custom_mode": True, "continue_clip_id": upload}
    sound = vendor.riffusion.generate_and_wait(
        RiffusionCreateParams(task_type="swap_upload_music_sound", sound="jazz trio", **about), PATIENT
    )
    after = stems_of(wire, sound.data[0].clip_id)
    assert np.array_equal(after["vocals"], before["vocals"])
    assert after["instrumental"].any()
    voices = vendor.riffusion.generate_and_wait(
        RiffusionCreateParams(task_type="swap_upload_music_vocals", sound="male vocals", lyrics=LYRICS, **about), PATIENT
    )
    after = stems_of(wire, voices.data[0].clip_id)
    assert np.array_equal(after["instrumental"], before["instrumental"])
    assert after["vocals"].any()


@pytest.mark.soak
def test_an_instruction_on_a_recording_is_followed_as_far_as_it_can_be(vendor, wire, song):
    link = wire.get(f"/songs/{song[0].clip_id}").json()["data"]["files"]["wav"]["url"]
    upload = vendor.riffusion.upload(RiffusionUploadParams(url=link)).clip_id
    body = {"task_type": "instruct_music", "clip_id": upload, "instruction": "drop the vocals from 0:04 to 0:08, add a flute"}
    task = wire.post("/producer/create", json=body).json()
    assert "taken apart without a trained network" in task["warning"]
    told = finished(wire, "/producer/task", task["task_id"])["data"][0]
    assert [each["done"][:20] for each in told["understood"]] == ["vocals: left out, fr", "nothing was done: a "]
    old, new = (samples(wire.get(f"/songs/{id}").json()["data"]["files"]["wav"]["url"]) for id in (upload, told["clip_id"]))
    changed = np.flatnonzero((old[: len(new)] != new[: len(old)]).any(axis=1)) / 44_100
    assert 3.9 < changed[0] < changed[-1] < 8.1
