"""Edits of finished songs over the wire, with the vendor's own client where it has a method; sounds compared sample by sample."""

import io

import httpx
import numpy as np
import pytest
import soundfile
from musicapi import MusicAPI
from musicapi._types import (
    CreatePersonaParams,
    MashupParams,
    PollOptions,
    ReplaceSectionParams,
    SonicCreateParams,
    StemsParams,
    UploadExtendParams,
    WavParams,
)

pytestmark = [pytest.mark.xdist_group("service"), pytest.mark.timeout(600)]

LYRICS = "[Verse]\nBoats come home at dusk\n[Chorus]\nHarbour lights keep burning"
SONG = SonicCreateParams(custom_mode=True, mv="sonic-v5", prompt=LYRICS, tags="folk, 16 seconds", title="Harbour Lights")
PATIENT = PollOptions(poll_interval_ms=300, timeout_ms=180_000)
SEAM_FRAMES = 441


@pytest.fixture(scope="module")
def vendor(server):
    with server.new_client("2000") as client:
        key = client.headers["authorization"].removeprefix("Bearer ")
    with MusicAPI(key, base_url=f"{server.base}/api/v1") as vendor:
        yield vendor


@pytest.fixture(scope="module")
def wire(server, vendor):
    with httpx.Client(
        base_url=f"{server.base}/api/v1", headers={"authorization": f"Bearer {vendor._http._api_key}"}, timeout=60
    ) as client:
        yield client


@pytest.fixture(scope="module")
def song(vendor):
    return vendor.sonic.generate_and_wait(SONG, PATIENT).data[0]


@pytest.fixture(scope="module")
def extension(vendor, song):
    wanted = SonicCreateParams(
        custom_mode=True, mv="sonic-v5", task_type="extend_music", continue_clip_id=song.clip_id, continue_at=9.3,
        prompt="[Bridge]\nThe tide turns slow tonight",
    )  # fmt: skip
    return vendor.sonic.generate_and_wait(wanted, PATIENT).data[0]


def sound_of(vendor, clip_id):
    url = vendor.sonic.wav(WavParams(clip_id=clip_id)).data["wav_url"]
    return soundfile.read(io.BytesIO(httpx.get(url).content), dtype="int16")[0]


def read(url):
    return soundfile.read(io.BytesIO(httpx.get(url).content), dtype="int16")[0].astype(np.int32)


def balance(vendor):
    return vendor.credits.get().credits


@pytest.mark.parametrize(("kind", "price"), [("basic", 15), ("full", 75)])
def test_stems_add_up_to_the_song_exactly(vendor, wire, song, kind, price):
    whole, before = sound_of(vendor, song.clip_id), balance(vendor)
    ask = vendor.sonic.stems_basic if kind == "basic" else vendor.sonic.stems_full
    task_id = ask(StemsParams(clip_id=song.clip_id)).task_id
    while (answer := wire.get(f"/sonic/task/{task_id}")).status_code == 202:
        pass
    stems = answer.json()["data"]
    names = [stem["stem_type"] for stem in stems]
    assert names == ["vocals", "instrumental"] if kind == "basic" else names[0] == "vocals" and len(names) > 2
    assert np.array_equal(sum(read(stem["wav_url"]) for stem in stems), whole)
    assert before - balance(vendor) == price


def test_a_joined_song_begins_with_its_source_sample_for_sample(vendor, song, extension):
    whole = vendor.sonic.generate_and_wait(
        SonicCreateParams(task_type="concat_music", continue_clip_id=extension.clip_id, custom_mode=True, mv="sonic-v5"),
        PATIENT,
    ).data
    assert len(whole) == 1
    source, new, joined = (sound_of(vendor, each.clip_id) for each in (song, extension, whole[0]))
    join = len(joined) - len(new)
    assert abs(join / 44_100 - 9.3) < 0.5
    assert np.array_equal(joined[:join], source[:join])
    after = joined[join + SEAM_FRAMES :].astype(int) - new[SEAM_FRAMES:]
    assert np.abs(after).max() <= 2  # its dither goes by position
    assert "The tide turns slow tonight" in whole[0].lyrics


def test_only_a_continuation_can_be_joined(wire, song):
    answer = wire.post("/sonic/create", json={"task_type": "concat_music", "continue_clip_id": song.clip_id})
    assert (answer.status_code, answer.json()["type"]) == (400, "bad_request")


def test_a_replaced_section_leaves_everything_outside_untouched(vendor, wire, song):
    params = ReplaceSectionParams(
        clip_id=song.clip_id, mv="sonic-v5", infill_start_s=4.0, infill_end_s=9.0, infill_lyrics="Gulls above", auto_concat=True
    )
    task = vendor.sonic.replace_section(params)
    done = vendor.sonic.replace_section_and_wait(params, PATIENT)
    assert [each.state for each in done.data] == ["succeeded", "succeeded"]
    while (answer := wire.get(f"/sonic/task/{task.task_id}")).status_code == 202:
        pass
    first = answer.json()["data"][0]
    assert first["clip_id"] == first["full"]["clip_id"]
    before, after = sound_of(vendor, song.clip_id), sound_of(vendor, first["full"]["clip_id"])
    changed = np.flatnonzero((before != after).any(axis=1)) / 44_100
    assert 4.0 <= changed[0] < changed[-1] <= 9.0
    assert first["replaced"]["duration"] <= 5.0


def test_a_cover_and_a_mash_up_are_new_songs(vendor, song, extension):
    cover = SonicCreateParams(
        custom_mode=True, mv="sonic-v5", task_type="cover_music", continue_clip_id=song.clip_id, prompt=LYRICS, tags="house"
    )
    covers = vendor.sonic.generate_and_wait(cover, PATIENT).data
    assert [each.lyrics for each in covers] == [LYRICS, LYRICS]
    mash = MashupParams(mashup_clip_ids=(song.clip_id, covers[0].clip_id), custom_mode=True, mv="sonic-v5")
    assert [each.state for each in vendor.sonic.mashup_and_wait(mash, PATIENT).data] == ["succeeded", "succeeded"]


def test_a_persona_sings_a_new_song(vendor, song):
    made = vendor.sonic.create_persona(CreatePersonaParams(name="Harbour voice", clip_id=song.clip_id))
    wanted = SonicCreateParams(
        custom_mode=True,
        mv="sonic-v5",
        task_type="persona_music",
        persona_id=made.persona_id,
        prompt="[Verse]\nNew words",
        tags="12 seconds",
    )
    facts = [httpx.get(each.audio_url).status_code for each in vendor.sonic.generate_and_wait(wanted, PATIENT).data]
    assert facts == [200, 200]


def test_the_history_tells_what_a_clip_was_made_from(wire, song, extension):
    told = wire.get(f"/songs/{extension.clip_id}/history").json()["data"]
    assert [(each["operation"], each["sources"]) for each in told] == [("extend_music", [song.clip_id]), ("create_music", [])]


def test_a_recording_goes_on_in_one_call_and_keeps_its_samples(vendor, wire, song):
    link = vendor.sonic.wav(WavParams(clip_id=song.clip_id)).data["wav_url"]
    asked = UploadExtendParams(
        url=link, continue_at=9.3, auto_concat=True, custom_mode=True, mv="sonic-v5", make_instrumental=True, tags="folk"
    )
    accepted = vendor.sonic.upload_extend(asked)
    while (answer := wire.get(f"/sonic/task/{accepted.task_id}")).status_code == 202:
        pass
    pair = answer.json()["data"][0]
    assert (pair["clip_id"], pair["state"]) == (pair["full"]["clip_id"], "succeeded")
    source, new, joined = (
        sound_of(vendor, each) for each in (song.clip_id, pair["extended"]["clip_id"], pair["full"]["clip_id"])
    )
    join = len(joined) - len(new)
    assert abs(join / 44_100 - 9.3) < 0.5
    assert np.array_equal(joined[:join], source[:join])
