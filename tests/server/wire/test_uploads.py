"""Uploads over the wire: real files, real decoding; the recordings come from a server beside."""

import json
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
import sqlalchemy as sa
from musicapi import MusicAPI
from musicapi._types import SonicUploadParams
from tests.server.help.receiver import Answer, Receiver

from troubadour_server.settings import Settings
from troubadour_server.storage.database import clip, file, ledger, task
from troubadour_server.tasks.finish import Outcome, finish

WORKER = Path(__file__).parents[1] / "help" / "fake_worker.py"
CREATE = {"custom_mode": True, "mv": "sonic-v5", "prompt": "[Verse]\nhello there", "tags": "folk"}
CLOUD = "http://169.254.169.254/latest/meta-data"

pytestmark = pytest.mark.xdist_group("engine")

SETTINGS = {
    "allow_private_urls": True, "upload_limit_bytes": 2_000_000, "webhook_retry_s": 0.2, "poll_s": 0.1, "workers": 1, "lease_s": 2.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def strict_address(settings, serve_app):
    """The same server without the setting that allows private addresses."""
    return serve_app(Settings(**{**settings.model_dump(), "allow_private_urls": False}))


@pytest.fixture(scope="module")
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture(scope="module")
def recording():
    """Three seconds at 120 beats a minute, as a WAV."""
    time_s = np.arange(3 * 44_100) / 44_100
    sound = 0.4 * np.sin(2 * np.pi * 220 * time_s) * np.exp(-4 * (time_s % 0.5))
    out = BytesIO()
    soundfile.write(out, np.stack([sound, sound], axis=1), 44_100, format="WAV", subtype="PCM_16")
    return out.getvalue()


@pytest.fixture(scope="module")
def song_url(receiver, recording):
    receiver.answers["/My%20Demo.mp3"] = [Answer(body=recording)]
    return f"{receiver.url}/My%20Demo.mp3"


@pytest.fixture
def as_ann(address, new_account, request):
    owner, key = new_account(request.node.name[:60], credits=10)
    with httpx.Client(base_url=address, timeout=60, headers={"authorization": f"Bearer {key}"}) as client:
        client.owner, client.key = owner, key
        yield client


def upload(client, **body):
    return client.post("/api/v1/sonic/upload", json=body)


def left(client):
    return client.get("/api/v1/get-credits").json()["credits"]


def count(database, table, owner):
    with database.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table).where(table.c.account_id == owner)).scalar()


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return result


def test_the_vendors_client_uploads_by_url(address, as_ann, song_url):
    with MusicAPI(api_key=as_ann.key, base_url=f"{address}/api/v1") as client:
        done = client.sonic.upload(SonicUploadParams(url=song_url))
    assert (done.code, done.message) == (200, "success")
    assert left(as_ann) == 8


def test_an_upload_answers_exactly_three_keys_and_is_a_song_of_ones_own(as_ann, song_url):
    answer = upload(as_ann, url=song_url)
    assert answer.status_code == 200
    assert set(answer.json()) == {"code", "clip_id", "message"}
    (listed,) = as_ann.get("/api/v1/songs").json()["data"]
    assert (listed["clip_id"], listed["state"], listed["title"]) == (answer.json()["clip_id"], "succeeded", "My Demo")
    assert listed["duration"] == 3.0
    assert as_ann.get(listed["audio_url"]).headers["content-type"] == "audio/mpeg"
    assert as_ann.get(listed["image_url"]).headers["content-type"] == "image/jpeg"
    song = as_ann.get(f"/api/v1/songs/{listed['clip_id']}").json()["data"]
    assert song["facts"]["kind"] == "music"
    assert song["facts"]["tempo"] == pytest.approx(120, rel=0.02)
    assert len(song["peaks"]) > 100
    assert "flac" in song["files"]


def test_a_file_is_taken_in_as_well(as_ann, recording, database):
    answer = as_ann.post("/api/v1/sonic/upload", files={"file": ("Kitchen_Tape.m4a", recording, "audio/mp4")})
    assert answer.status_code == 200
    assert as_ann.get("/api/v1/songs").json()["data"][0]["title"] == "Kitchen Tape"
    with database.connect() as connection:
        row = connection.execute(sa.select(clip.c.operation).where(clip.c.id == answer.json()["clip_id"])).one()
    assert row.operation == "upload"


def test_ones_own_file_links_need_no_setting_and_no_connection(strict_address, as_ann, song_url):
    upload(as_ann, url=song_url)
    link = as_ann.get("/api/v1/songs").json()["data"][0]["audio_url"]
    again = as_ann.post(f"{strict_address}/api/v1/sonic/upload", json={"url": link})
    assert again.status_code == 200
    foreign = link.replace("127.0.0.1", "localhost")
    assert as_ann.post(f"{strict_address}/api/v1/sonic/upload", json={"url": foreign}).json()["type"] == "unreachable_url"


@pytest.mark.parametrize("url", [CLOUD, "http://localhost/x.mp3", "http://[::1]/x.mp3", "http://10.0.0.1/x.mp3"])
def test_private_addresses_are_refused_and_nothing_is_charged(strict_address, as_ann, url):
    answer = as_ann.post(f"{strict_address}/api/v1/sonic/upload", json={"url": url})
    assert (answer.status_code, answer.json()["type"]) == (400, "unreachable_url")
    assert "not on the public internet" in answer.json()["message"]
    assert left(as_ann) == 10


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "url is required"),
        ({"url": ""}, "url is required"),
        ({"url": 7}, "url must be text"),
        ({"url": "file:///etc/passwd"}, "must begin with http"),
        ({"url": "http://" + "x" * 5000}, "at most 4096"),
        ({"url": "http://["}, "url is not a URL"),
        ({"url": "https://example.org/a", "callback_url": "gopher://x"}, "callback_url must begin with https"),
    ],
)
def test_bad_requests_are_told_of(as_ann, body, reason):
    answer = upload(as_ann, **body)
    assert answer.status_code == 400
    assert reason in answer.json()["error"]
    assert left(as_ann) == 10


@pytest.mark.parametrize(
    ("path", "told", "kind"),
    [
        ("/page", Answer(body=b"<html>hello</html>"), "bad_audio"),
        ("/gone", Answer(404), "unreachable_url"),
        ("/huge", Answer(body=b"x" * 3_000_000), "unreachable_url"),
        ("/empty", Answer(), "unreachable_url"),
    ],
)
def test_what_cannot_be_used_is_a_400_and_costs_nothing(as_ann, receiver, database, path, told, kind):
    receiver.answers[path] = [told]
    answer = upload(as_ann, url=receiver.url + path)
    assert (answer.status_code, answer.json()["type"], answer.json()["code"]) == (400, kind, 400)
    assert left(as_ann) == 10
    assert count(database, task, as_ann.owner) == 0


def test_recordings_that_are_cut_off_are_refused(as_ann, receiver, recording):
    receiver.answers["/half.wav"] = [Answer(body=recording[: len(recording) // 2])]
    assert "cut off" in upload(as_ann, url=f"{receiver.url}/half.wav").json()["error"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"other": ("a.wav", b"x")}, "has no file"),
        ({"file": (None, "text")}, "has no file"),
        ({"file": ("a.wav", b"")}, "not audio"),
        ({"file": ("a.wav", b"x"), "second": ("b.wav", b"y")}, "Too many files"),
    ],
)
def test_bad_forms_are_told_of(as_ann, files, reason):
    answer = as_ann.post("/api/v1/sonic/upload", files=files)
    assert answer.status_code == 400
    assert reason in answer.json()["error"]


def test_a_broken_form_is_told_of(as_ann):
    for kind in ("multipart/form-data", "multipart/form-data; boundary=b"):
        answer = as_ann.post("/api/v1/sonic/upload", content=b"junk", headers={"content-type": kind})
        assert (answer.status_code, answer.json()["type"]) == (400, "bad_request")


def test_a_file_over_the_limit_is_413(as_ann):
    answer = as_ann.post("/api/v1/sonic/upload", files={"file": ("a.wav", b"x" * 2_200_000)})
    assert (answer.status_code, answer.json()["type"]) == (413, "payload_too_large")


def test_who_cannot_pay_is_refused_before_anything_is_fetched(address, new_account, receiver, database):
    owner, key = new_account("poor", credits=1)
    receiver.answers["/dear.wav"] = [Answer(404)]
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {key}"}, timeout=30) as client:
        answer = upload(client, url=f"{receiver.url}/dear.wav")
    assert (answer.status_code, answer.json()["type"]) == (403, "insufficient_credits")
    assert not [each for each in receiver.seen if each.path == "/dear.wav"]
    assert count(database, task, owner) == 0


def test_the_same_idempotency_key_is_the_same_clip_and_charged_once(as_ann, song_url, database):
    headers = {"idempotency-key": "once"}
    first, second = (as_ann.post("/api/v1/sonic/upload", json={"url": song_url}, headers=headers).json() for _ in range(2))
    assert first == second
    assert left(as_ann) == 8
    assert count(database, ledger, as_ann.owner) == 1


def test_other_accounts_do_not_see_it(address, as_ann, new_account, song_url):
    clip_id = upload(as_ann, url=song_url).json()["clip_id"]
    _, key = new_account("eve")
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {key}"}) as eve:
        assert eve.get(f"/api/v1/songs/{clip_id}").status_code == 404


def test_the_server_answers_others_while_it_fetches_and_reads(as_ann, receiver, recording):
    receiver.answers["/slow.wav"] = [Answer(body=recording, wait_s=1.5)]
    answers = []
    slow = threading.Thread(target=lambda: answers.append(upload(as_ann, url=f"{receiver.url}/slow.wav").status_code))
    slow.start()
    while slow.is_alive():
        assert as_ann.get("/api/v1/get-credits").status_code == 200
        answers.append("others")
        time.sleep(0.02)
    assert answers[-1] == 200 or 200 in answers
    assert answers.index(200) > 3


def test_extending_an_upload_asks_for_the_task_type_for_uploads(as_ann, song_url):
    clip_id = upload(as_ann, url=song_url).json()["clip_id"]
    body = {**CREATE, "task_type": "extend_music", "continue_clip_id": clip_id, "continue_at": 2}
    answer = as_ann.post("/api/v1/sonic/create", json=body)
    assert answer.status_code == 400
    assert "extend_upload_music" in answer.json()["error"]


@pytest.fixture
def worker(settings):
    process = subprocess.Popen([sys.executable, str(WORKER), "uploads-worker"], env=settings.environment())
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("by_file", [False, True])
def test_with_a_callback_the_result_is_called_back(as_ann, receiver, recording, song_url, worker, by_file):
    callback = f"{receiver.url}/called-{by_file}"
    if by_file:
        form = {"data": {"callback_url": callback}, "files": {"file": ("Tape.wav", recording)}}
        answer = as_ann.post("/api/v1/sonic/upload", **form)
    else:
        answer = upload(as_ann, url=song_url, callback_url=callback)
    assert set(answer.json()) == {"message", "task_id"}
    (seen,) = wait_for(lambda: [each for each in receiver.seen if each.path == f"/called-{by_file}"])
    told = json.loads(seen.body)
    assert (told["event"], seen.headers["x-webhook-event"]) == ("upload.completed", "upload.completed")
    done = as_ann.get(f"/api/v1/sonic/task/{answer.json()['task_id']}")
    assert done.status_code == 200
    assert told["data"][0]["clip_id"] == done.json()["data"][0]["clip_id"]
    assert told["data"][0]["title"] == ("Tape" if by_file else "My Demo")
    assert left(as_ann) == 8


def test_a_failed_upload_with_a_callback_is_refunded_and_told(as_ann, receiver, worker):
    receiver.answers["/text"] = [Answer(body=b"no sound at all")]
    answer = upload(as_ann, url=f"{receiver.url}/text", callback_url=f"{receiver.url}/failed")
    assert left(as_ann) == 8 or left(as_ann) == 10
    (seen,) = wait_for(lambda: [each for each in receiver.seen if each.path == "/failed"])
    told = json.loads(seen.body)
    assert (told["event"], told["refund_processed"]) == ("upload.failed", True)
    assert "not audio" in told["message"]
    polled = as_ann.get(f"/api/v1/sonic/task/{answer.json()['task_id']}").json()
    assert (polled["type"], left(as_ann)) == ("failed", 10)


def test_a_create_keeps_its_address_and_refuses_bad_ones(strict_address, address, new_account, database):
    owner, key = new_account("webhooks")
    with httpx.Client(headers={"authorization": f"Bearer {key}"}, timeout=30) as client:
        for url in ("http://example.org/x", "https://127.0.0.1/x", "nonsense", "https://example.org/" + "x" * 1024):
            answer = client.post(f"{strict_address}/api/v1/sonic/create", json={**CREATE, "webhook_url": url})
            assert (answer.status_code, "webhook_url" in answer.json()["error"]) == (400, True)
        assert count(database, task, owner) == 0
        body = {**CREATE, "webhook_url": "https://example.org/x", "webhook_secret": "s"}
        answer = client.post(f"{strict_address}/api/v1/sonic/create", json=body).json()
        assert set(answer) == {"message", "task_id"}
    with database.connect() as connection:
        row = connection.execute(sa.select(task).where(task.c.id == answer["task_id"])).mappings().one()
    assert (row["webhook_url"], row["webhook_secret"]) == ("https://example.org/x", "s")


def test_deliveries_and_their_attempts_can_be_read_by_their_owner_only(address, new_account, database):
    _, key = new_account("reader")
    _, other = new_account("other-reader")
    body = {**CREATE, "webhook_url": "https://nobody.invalid/hook"}
    with httpx.Client(base_url=f"{address}/api/v1", headers={"authorization": f"Bearer {key}"}, timeout=30) as client:
        task_id = client.post("/sonic/create", json=body).json()["task_id"]
        with database.connect() as connection:
            clips = connection.execute(sa.select(clip.c.id).where(clip.c.task_id == task_id)).scalars().all()
        for each in clips:
            finish(database, each, Outcome(error_type="failed", error_message="it broke"))
        (told,) = client.get("/webhooks/deliveries", params={"task_id": task_id}).json()["data"]
        assert (told["event"], told["state"], told["attempts"]) == ("song.failed", "waiting", [])
        assert told["next_attempt_at"]
        assert client.get("/webhooks/deliveries?limit=0").status_code == 400
        theirs = client.get("/webhooks/deliveries", headers={"authorization": f"Bearer {other}"})
        assert theirs.json()["data"] == []


def test_what_is_refused_leaves_no_files(as_ann, receiver, database, settings):
    receiver.answers["/none"] = [Answer(body=b"no sound")]
    upload(as_ann, url=f"{receiver.url}/none")
    assert list((settings.data / "scratch").iterdir()) == []
    with database.connect() as connection:
        keys = connection.execute(sa.select(file.c.key)).scalars().all()
    assert all((settings.data / "files" / key).is_file() for key in keys)
