"""Webhooks with a real receiver, real workers, real kill -9."""

import base64
import hashlib
import hmac
import json
import ssl
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import trustme
from standardwebhooks import Webhook

from troubadour_server.settings import Settings
from troubadour_server.storage.database import clip, delivery, delivery_attempt, now
from troubadour_server.storage.database import task as task_table
from troubadour_server.tasks.finish import Outcome, finish
from troubadour_server.tasks.postman import DISTANCES, Answered, Due, after, take
from troubadour_server.tasks.webhooks import check_url, own_secret, signed

from .help.receiver import Answer, Receiver

WORKER = Path(__file__).parent / "help" / "fake_worker.py"
GOOD = Outcome(facts={"title": "T", "tags": "", "lyrics": "la", "duration_s": 163.2})
BAD = Outcome(error_type="failed", error_message="it broke")
CLIP_KEYS = {
    "clip_id", "state", "title", "tags", "negative_tags", "lyrics", "style_weight", "weirdness_constraint", "image_url", "audio_url",
    "video_url", "created_at", "mv", "gpt_description_prompt", "duration",
}  # fmt: skip

pytestmark = pytest.mark.xdist_group("engine")


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def settings(settings):
    changed = {"allow_private_urls": True, "webhook_retry_s": 0.2}
    return Settings(**{**settings.model_dump(), **changed})


@pytest.fixture
def start_worker(settings):
    started = []

    def start(name, environment=None):
        process = subprocess.Popen([sys.executable, str(WORKER), name], env={**settings.environment(), **(environment or {})})
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def order_called(database, order_songs):
    """Orders songs that tell of themselves."""

    def order(owner, url, *texts, secret=None):
        task_id = order_songs(owner, *texts)
        with database.begin() as connection:
            named = {"webhook_url": url, "webhook_secret": secret}
            connection.execute(sa.update(task_table).where(task_table.c.id == task_id).values(named))
        return task_id

    return order


def clips_of(database, task_id):
    with database.connect() as connection:
        return connection.execute(sa.select(clip.c.id).where(clip.c.task_id == task_id).order_by(clip.c.place)).scalars().all()


def rows(database, table=delivery):
    with database.connect() as connection:
        return connection.execute(sa.select(table)).mappings().all()


def wait_for(condition, seconds=40):
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return result


def test_the_first_song_and_the_end_of_a_task_are_told_once_each(database, new_account, order_called):
    owner, _ = new_account()
    task_id = order_called(owner, "https://example.org/x", "", "")
    first, second = clips_of(database, task_id)
    for each in (first, first, second, first, second):
        finish(database, each, GOOD)
    told = {row["event"]: json.loads(row["payload"]) for row in rows(database)}
    assert {row["id"] for row in rows(database)} == {f"wh-{task_id}-streaming", f"wh-{task_id}-completed"}
    assert [each["state"] for each in told["song.streaming"]["data"]] == ["succeeded", "pending"]
    assert [each["state"] for each in told["song.completed"]["data"]] == ["succeeded", "succeeded"]
    assert told["song.streaming"]["message"] == "streaming"


def test_the_payload_has_the_keys_of_the_reference(database, new_account, order_called):
    owner, _ = new_account()
    task_id = order_called(owner, "https://example.org/x", "")
    finish(database, clips_of(database, task_id)[0], GOOD)
    (row,) = rows(database)
    told = json.loads(row["payload"])
    assert set(told) == {"code", "message", "event", "platform", "task_id", "data"}
    assert (told["code"], told["message"], told["event"], told["platform"]) == (200, "success", "song.completed", "suno")
    assert set(told["data"][0]) == CLIP_KEYS
    assert (told["data"][0]["duration"], told["data"][0]["mv"]) == ("163.20", "sonic-v5")


def test_a_failure_is_told_with_its_reason(database, new_account, order_called):
    owner, _ = new_account()
    task_id = order_called(owner, "https://example.org/x", "", "")
    for each in clips_of(database, task_id):
        finish(database, each, BAD)
    (row,) = rows(database)
    assert json.loads(row["payload"]) == {
        "event": "song.failed",
        "type": "failed",
        "message": "it broke",
        "refund_processed": True,
        "task_id": task_id,
        "platform": "suno",
    }


def test_a_task_without_an_address_tells_nobody(database, new_account, order_songs):
    owner, _ = new_account()
    task_id = order_songs(owner, "")
    finish(database, clips_of(database, task_id)[0], GOOD)
    assert rows(database) == []


def test_an_event_is_rolled_back_with_the_settling_that_it_tells_of(database, new_account, order_called, monkeypatch):
    owner, _ = new_account()
    task_id = order_called(owner, "https://example.org/x", "")

    def broken(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr("troubadour_server.tasks.webhooks.insert_or_ignore", broken)
    with pytest.raises(OSError, match="full"):
        finish(database, clips_of(database, task_id)[0], GOOD)
    with database.connect() as connection:
        assert connection.execute(sa.select(task_table.c.state)).scalar() == "pending"


@pytest.mark.parametrize("secret", ["my secret", "whsec_" + base64.b64encode(b"k" * 24).decode(), "whsec_not base64!", "é"])
def test_both_signatures_hold_over_the_raw_body(secret):
    body = '{"a": "é"}'.encode()
    headers = signed("wh-1", "song.completed", secret, body, datetime.now(UTC))
    stamp = headers["X-Webhook-Timestamp"]
    wanted = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Webhook-Signature"] == f"sha256={wanted}"
    assert headers["X-Webhook-Id"] == headers["Idempotency-Key"] == headers["webhook-id"] == "wh-1"
    sane = secret.startswith("whsec_") and " " not in secret
    key = secret if sane else base64.b64encode(secret.encode()).decode()
    Webhook(key).verify(body, {name.lower(): value for name, value in headers.items()})


def test_the_servers_own_secret_is_made_once_for_its_owners_eyes(settings):
    made = own_secret(settings)
    assert own_secret(settings) == made
    assert made.startswith("whsec_")
    assert stat.S_IMODE((settings.data / "webhook-secret").stat().st_mode) == 0o600
    assert own_secret(Settings(data=settings.data, webhook_secret="mine")) == "mine"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org/x", "must begin with https"),
        ("ftp://example.org/x", "must begin with https"),
        ("https://", "names no host"),
        ("hello", "must begin with https"),
        ("https://example.org/" + "x" * 1024, "at most 1024"),
        ("https://127.0.0.1/x", "not on the public internet"),
        ("https://[::1]/x", "not on the public internet"),
        ("https://169.254.169.254/", "not on the public internet"),
        ("https://exa mple.org:port/", "not a URL"),
    ],
)
def test_addresses_that_are_not_called_are_refused_with_a_reason(url, reason):
    with pytest.raises(ValueError, match=reason):
        check_url(url, allow_private=False)


def test_ones_own_network_is_allowed_by_a_setting():
    assert check_url("http://127.0.0.1:9/x", allow_private=True)
    assert check_url("https://example.org/" + "x" * 1004, allow_private=False)


def due(number):
    return Due("wh-1", "a", "song.completed", "https://example.org", None, "{}", number)


def test_repetitions_grow_apart_for_a_day_and_then_end():
    assert 0.9 < sum(DISTANCES) * 5 / 86_400 < 1.1
    failed = Answered(now(), 0.1, 500)
    waits = [after(due(number), failed, 5.0) for number in range(1, len(DISTANCES) + 2)]
    assert [each.get("state", "waiting") for each in waits] == ["waiting"] * len(DISTANCES) + ["given_up"]
    told = [each["next_at"] for each in waits[:-2]]
    assert told == sorted(told)
    assert after(due(1), Answered(now(), 0.1, 410), 5.0)["state"] == "given_up"
    assert after(due(1), Answered(now(), 0.1, 302), 5.0).get("state") is None
    assert after(due(1), Answered(now(), 0.1, 204), 5.0)["state"] == "delivered"


def test_two_postmen_never_take_the_same_attempt(database, new_account, order_called):
    owner, _ = new_account()
    task_id = order_called(owner, "https://example.org/x", "")
    finish(database, clips_of(database, task_id)[0], GOOD)
    assert [each.number for each in take(database, 16, {})] == [1]
    assert take(database, 16, {}) == []


def test_an_account_with_much_to_deliver_leaves_room_for_others(database, new_account, order_called):
    owner, _ = new_account()
    other, _ = new_account("other")
    for whose in (*[owner] * 6, other):
        task_id = order_called(whose, "https://example.org/x", "")
        finish(database, clips_of(database, task_id)[0], GOOD)
    assert [each.account_id for each in take(database, 16, {})].count(owner) == 4
    assert take(database, 16, {owner: 4, other: 1}) == []


def test_a_receiver_that_fails_twice_hears_it_the_third_time_under_the_same_id(
    settings, database, new_account, order_called, start_worker, receiver
):
    owner, _ = new_account(credits=100)
    receiver.answers["/hook"] = [Answer(500), Answer(302, headers={"Location": "/elsewhere"}), Answer(200)]
    start_worker("only")
    task_id = order_called(owner, f"{receiver.url}/hook", "", secret="s3cret")
    wait_for(lambda: [row for row in rows(database) if row["state"] == "delivered"])
    seen = list(receiver.seen)
    assert [each.path for each in seen] == ["/hook"] * 3
    assert {each.headers["x-webhook-id"] for each in seen} == {f"wh-{task_id}-completed"}
    assert len({each.body for each in seen}) == 1
    for each in seen:
        signature = hmac.new(b"s3cret", each.headers["x-webhook-timestamp"].encode() + b"." + each.body, hashlib.sha256)
        assert each.headers["x-webhook-signature"] == f"sha256={signature.hexdigest()}"
        assert each.headers["content-type"] == "application/json"
    assert [row["status"] for row in rows(database, delivery_attempt)] == [500, 302, 200]


def test_events_outlive_a_kill_between_settling_and_delivery(database, new_account, order_called, start_worker, receiver):
    owner, _ = new_account()
    receiver.answers["/hook"] = [Answer(wait_s=60.0), Answer(200)]
    first = start_worker("first")
    task_id = order_called(owner, f"{receiver.url}/hook", "")
    wait_for(lambda: receiver.seen)
    first.kill()
    first.wait()
    assert rows(database)[0]["state"] == "waiting"
    with database.begin() as connection:  # instead of the half minute after which a dead postman's attempt is made anew
        connection.execute(sa.update(delivery).values(next_at=now()))
    start_worker("second")
    wait_for(lambda: rows(database)[0]["state"] == "delivered")
    assert [each.headers["x-webhook-id"] for each in receiver.seen] == [f"wh-{task_id}-completed"] * 2


def test_what_was_settled_while_no_postman_lived_is_told_at_the_next_start(
    settings, database, new_account, order_called, start_worker, receiver
):
    owner, _ = new_account()
    task_id = order_called(owner, f"{receiver.url}/hook", "")
    finish(database, clips_of(database, task_id)[0], GOOD)
    start_worker("only")
    wait_for(lambda: receiver.seen)
    told = receiver.seen[0]
    own_key = own_secret(settings).encode()
    wanted = hmac.new(own_key, told.headers["x-webhook-timestamp"].encode() + b"." + told.body, hashlib.sha256).hexdigest()
    assert told.headers["x-webhook-signature"] == f"sha256={wanted}"


def test_https_is_checked_against_the_systems_certificates_or_those_of_ssl_cert_file(
    tmp_path, database, new_account, order_called, start_worker
):
    owner, _ = new_account()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    receiver = Receiver(tls)
    try:
        task_id = order_called(owner, f"{receiver.url}/hook", "")
        finish(database, clips_of(database, task_id)[0], GOOD)
        stranger = start_worker("stranger")
        (failed,) = wait_for(lambda: rows(database, delivery_attempt)[:1])
        assert "certificate" in failed["error"].lower()
        stranger.kill()
        stranger.wait()
        with database.begin() as connection:
            connection.execute(sa.update(delivery).values(next_at=now()))
        start_worker("friend", {"SSL_CERT_FILE": str(tmp_path / "ca.pem")})
        wait_for(lambda: rows(database)[0]["state"] == "delivered")
        assert receiver.seen[0].path == "/hook"
    finally:
        receiver.close()


def test_private_addresses_are_not_called_without_the_setting(
    settings, database, new_account, order_called, start_worker, receiver
):
    owner, _ = new_account()
    task_id = order_called(owner, f"{receiver.url}/hook", "")
    finish(database, clips_of(database, task_id)[0], GOOD)
    start_worker("only", {"TROUBADOUR_ALLOW_PRIVATE_URLS": "0"})
    attempts = wait_for(lambda: rows(database, delivery_attempt))
    assert "not on the public internet" in attempts[0]["error"]
    assert receiver.seen == []
