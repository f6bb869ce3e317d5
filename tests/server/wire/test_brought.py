"""Calls that bring a recording here and work on it: what they answer, what they cost, what is left when they fail."""

from io import BytesIO

import httpx
import numpy as np
import pytest
import soundfile
import sqlalchemy as sa
from musicapi import MusicAPI
from musicapi._types import CreateVoiceParams, SampleParams, UploadCoverParams, UploadExtendParams
from tests.server.help.receiver import Answer, Receiver

from troubadour_server.storage.database import clip, source
from troubadour_server.tasks.order import read_command

pytestmark = pytest.mark.xdist_group("engine")

SETTINGS = {"allow_private_urls": True}
WORDS = {"custom_mode": True, "mv": "sonic-v5", "prompt": "[Chorus]\nHarbour lights"}


@pytest.fixture(scope="module")
def url():
    time_s = np.arange(3 * 44_100) / 44_100
    sound = 0.4 * np.sin(2 * np.pi * 220 * time_s) * np.exp(-4 * (time_s % 0.5))
    out = BytesIO()
    soundfile.write(out, np.stack([sound, sound], axis=1), 44_100, format="WAV", subtype="PCM_16")
    receiver = Receiver()
    receiver.answers["/Demo.wav"] = [Answer(body=out.getvalue())]
    receiver.answers["/gone.wav"] = [Answer(404)]
    yield f"{receiver.url}/Demo.wav"
    receiver.close()


@pytest.fixture
def ann(address, new_account, request):
    owner, key = new_account(request.node.name[:60], credits=100)
    with httpx.Client(base_url=f"{address}/api/v1", timeout=60, headers={"authorization": f"Bearer {key}"}) as client:
        client.owner, client.key = owner, key
        yield client


def left(client):
    return client.get("/get-credits").json()["credits"]


def made_of(database, task_id):
    """The commands of a task and the clips that they are done to."""
    wanted = sa.select(clip.c.request, clip.c.joined, source.c.source_id).join(source, source.c.clip_id == clip.c.id)
    with database.connect() as connection:
        return connection.execute(wanted.where(clip.c.task_id == task_id).order_by(clip.c.place)).all()


def test_the_vendors_client_uploads_and_extends_in_one_call(ann, address, database, url):
    with MusicAPI(api_key=ann.key, base_url=f"{address}/api/v1") as client:
        done = client.sonic.upload_extend(UploadExtendParams(url=url, auto_concat=True, **WORDS))
    assert (done.code, done.failed_step, done.steps["extend"]) == (200, None, {"success": True, "task_id": done.task_id})
    rows = made_of(database, done.task_id)
    assert [(row.joined, row.source_id) for row in rows] == [(True, done.steps["upload"]["clip_id"])] * 2
    assert read_command(rows[0].request).at_s == 3.0  # from the end
    assert left(ann) == 85


def test_the_vendors_client_uploads_and_covers_in_one_call(ann, address, database, url):
    with MusicAPI(api_key=ann.key, base_url=f"{address}/api/v1") as client:
        done = client.sonic.upload_cover(UploadCoverParams(url=url, audio_weight=0.8, **WORDS))
    assert [read_command(row.request).closeness for row in made_of(database, done.task_id)] == [0.8, 0.8]
    assert left(ann) == 85


def test_the_vendors_client_samples_an_address_and_a_clip(ann, address, database, url):
    window = {"chop_sample_start_s": 0.5, "chop_sample_end_s": 2.5, "make_instrumental": False, **WORDS}
    with MusicAPI(api_key=ann.key, base_url=f"{address}/api/v1") as client:
        first = client.sonic.sample(SampleParams(url=url, **window))
        second = client.sonic.sample(SampleParams(sample_clip_id=first.steps["upload"]["clip_id"], **window))
    for done in (first, second):
        command = read_command(made_of(database, done.task_id)[0].request)
        assert (command.start_s, command.end_s) == (0.5, 2.5)
    assert left(ann) == 70


def test_the_vendors_client_asks_for_a_voice(ann, address, url):
    with MusicAPI(api_key=ann.key, base_url=f"{address}/api/v1") as client:
        assert client.sonic.create_voice(CreateVoiceParams(audio_url=url)).message == "success"
    assert left(ann) == 96


@pytest.mark.parametrize(
    ("path", "change", "step"),
    [
        ("/gone.wav", {}, "upload"),
        ("/Demo.wav", {"prompt": "[Verse]\nunsingable"}, "extend"),
    ],
)
def test_what_cannot_be_done_names_its_step_costs_nothing_and_leaves_nothing(ann, database, url, path, change, step):
    answer = ann.post("/sonic/upload-extend", json={"url": url.replace("/Demo.wav", path), **WORDS, **change})
    told = answer.json()
    assert (answer.status_code, told["failed_step"], told["steps"][step]["success"]) == (400, step, False)
    assert told["steps"][step]["error"] == told["error"]
    assert left(ann) == 100
    assert ann.get("/songs", params={"state": "all"}).json()["data"] == []


def test_without_credits_nothing_is_fetched(address, new_account):
    _, key = new_account("poor", credits=3)
    asked = {"url": "http://127.0.0.1:9/never.wav", **WORDS}
    answer = httpx.post(f"{address}/api/v1/sonic/upload-cover", json=asked, headers={"authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["type"]) == (403, "insufficient_credits")


def test_a_repeated_call_with_one_idempotency_key_is_the_same_task(ann, url):
    first, second = (
        ann.post("/sonic/upload-cover", json={"url": url, **WORDS}, headers={"idempotency-key": "one"}).json() for _ in range(2)
    )
    assert first == second
    assert left(ann) == 85


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("sample", {**WORDS}, "send either url or sample_clip_id, and not both"),
        ("sample", {**WORDS, "url": "http://x", "sample_clip_id": "y"}, "send either url or sample_clip_id, and not both"),
        ("sample", {**WORDS, "sample_clip_id": "nobody"}, "clip nobody not found"),
        ("upload-cover", {**WORDS}, "url is required"),
        ("upload-extend", {"url": "http://x", "custom_mode": True, "mv": "sonic-v0", "prompt": "la"}, "mv must be one of"),
        ("create-voice", {}, "audio_url is required"),
        ("create-voice", {"audio_url": "gopher://x"}, "audio_url must begin with http"),
    ],
)
def test_bad_requests_are_told_of(ann, path, body, reason):
    answer = ann.post(f"/sonic/{path}", json=body)
    assert reason in answer.json()["error"]
    assert left(ann) == 100


def test_an_upload_warns_of_what_was_heard(ann, url):
    clip_id = ann.post("/sonic/upload", json={"url": url}).json()["clip_id"]
    body = {**WORDS, "task_type": "cover_upload_music", "continue_clip_id": clip_id}
    assert "its words are not known" in ann.post("/sonic/create", json=body).json()["warning"]
