"""Every error of every route has the same shape, the framework's own included, and none is a 5xx."""

import random
import shutil
import socket
import threading
import time

import httpx
import pytest
import uvicorn

from troubadour_server.app import create_app
from troubadour_server.billing.accounts import create_key
from troubadour_server.settings import Settings
from troubadour_server.storage.database import connect
from troubadour_server.storage.prepare import prepare

GOOD = {"custom_mode": True, "mv": "sonic-v5", "prompt": "la", "make_instrumental": False}
ODD = [None, True, 0, -1, 1.5, 1e308, 10**30, "", "x", "x" * 6000, "\u202e\u0627", "🎵🎵", "\x01\x02", [], ["a"], {}, {"a": 1}]
FIELDS = [
    "custom_mode", "mv", "prompt", "lyrics", "gpt_description_prompt", "title", "tags", "negative_tags", "make_instrumental", "task_type",
    "persona_id", "style_weight", "weirdness_constraint", "audio_weight", "vocal_gender", "auto_lyrics", "use_suno_cdn", "duration",
    "seed", "bpm", "key", "time_signature", "language", "nearest_voice", "webhook_url", "continue_at", "continue_clip_id",
]  # fmt: skip


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    data = tmp_path_factory.mktemp("contract") / "data"
    data.mkdir()
    settings = Settings(data=data)
    prepare(settings)
    database = connect(settings.database)
    with database.begin() as connection:
        key = create_key(connection, "poor", 0).key
        rich = create_key(connection, "rich").key
    database.dispose()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="critical", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with httpx.Client(base_url=base, headers={"authorization": f"Bearer {key}"}, timeout=60) as client:
            yield client, rich
        server.should_exit = True
        thread.join()
    shutil.rmtree(data)


@pytest.fixture
def client(clients):
    return clients[0]


def check(answer):
    body = answer.json()
    assert set(body) >= {"error", "message", "type", "code"}, body
    assert body["error"] == body["message"]
    assert body["error"]
    assert body["type"]
    assert body["code"] == answer.status_code
    assert answer.headers["x-request-id"]
    assert 400 <= answer.status_code < 500, body


def test_unknown_paths_and_methods_have_the_shape(client):
    for path in (
        "/nowhere",
        "/api/v1/nowhere",
        "/api/v2/sonic/create",
        "/files/x",
        "/files/x/y",
        "/songs",
        "/api/v1/sonic/create/",
    ):
        check(client.get(path))
    for method, path in (
        ("GET", "/api/v1/sonic/create"),
        ("DELETE", "/api/v1/songs"),
        ("PUT", "/health"),
        ("POST", "/api/v1/get-credits"),
    ):
        answer = client.request(method, path)
        check(answer)
        assert answer.status_code == 405
        assert answer.headers["allow"]


def test_every_route_of_the_api_answers_a_stranger_with_401(client):
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        if not path.startswith("/api/"):
            continue
        for method in methods:
            answer = httpx.request(method, str(client.base_url).rstrip("/") + path.replace("{", "").replace("}", ""))
            check(answer)
            assert answer.status_code == 401


@pytest.mark.parametrize("field", FIELDS)
def test_no_value_of_any_field_breaks_the_server(client, field):
    """The account is empty, so what is not refused by a rule ends at 403: never 5xx, never a task."""
    for value in ODD:
        for base in (GOOD, {"custom_mode": False, "mv": "sonic-v4", "gpt_description_prompt": "a waltz"}):
            answer = client.post("/api/v1/sonic/create", json={**base, field: value})
            check(answer)
            assert answer.status_code in (400, 403), (field, value)


WORDS = [
    "🎵🎵🎵", "...", "\u200f\u202eمرحبا", "你好世界", "\x01\x02\x03", "1999 " * 50, "km/h €5 3rd IIX", "zxqwv brrr", "[Verse]", "(ooh)", "[[[",
    "a" * 900, "-" * 300, "\n" * 200, "Ω≈ç√∫", "<script>", "{}%s%n", "[Chorus]\n" * 100,
]  # fmt: skip


@pytest.mark.parametrize("field", ["prompt", "tags", "title", "key", "time_signature", "gpt_description_prompt"])
def test_odd_words_are_taken_or_refused_with_a_reason(clients, field):
    client, rich = clients
    for words in WORDS:
        body = {**GOOD, "custom_mode": field != "gpt_description_prompt", field: words}
        answer = client.post("/api/v1/sonic/create", json=body, headers={"authorization": f"Bearer {rich}"})
        if answer.status_code != 200:
            check(answer)
            assert answer.status_code == 400


def test_no_bytes_break_the_server(client):
    dice = random.Random(5)
    good = b'{"custom_mode": true, "mv": "sonic-v5", "prompt": "la"}'
    for _ in range(60):
        data = bytearray(good)
        for _ in range(dice.randrange(1, 6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        answer = client.post("/api/v1/sonic/create", content=bytes(data))
        check(answer)
    for size in (1, 100, 10_000):
        check(client.post("/api/v1/sonic/lyrics", content=dice.randbytes(size)))


def test_lack_of_credits_is_the_references_403(client):
    answer = client.post("/api/v1/sonic/create", json=GOOD)
    check(answer)
    assert (answer.status_code, answer.json()["type"]) == (403, "insufficient_credits")
    assert client.get("/api/v1/get-credits").json() == {"credits": 0, "extra_credits": 0}
