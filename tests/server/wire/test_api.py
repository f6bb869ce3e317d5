import httpx
import pytest
import sqlalchemy as sa

from troubadour_server.billing.accounts import create_key, find_account, new_link
from troubadour_server.storage.database import clip
from troubadour_server.tasks.finish import Outcome, finish, report

CREATE = {"custom_mode": True, "mv": "sonic-v5", "prompt": "[Verse]\nhello there", "title": "Hello", "tags": "folk", "seed": 5}
CLIP_KEYS = {
    "clip_id",
    "state",
    "title",
    "tags",
    "lyrics",
    "image_url",
    "audio_url",
    "video_url",
    "created_at",
    "mv",
    "duration",
    "seed",
}


@pytest.fixture
def client(address):
    """A client of the application, with the fake musician behind it and no worker."""
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.fixture
def as_ann(client, new_account):
    owner, key = new_account("ann", credits=40)
    client.headers["authorization"] = f"Bearer {key}"
    client.owner = owner
    return client


@pytest.fixture
def finish_all(database, settings):
    """Ends every open clip of a task as a worker would."""

    def end(task_id, outcome=None):
        with database.connect() as connection:
            rows = connection.execute(sa.select(clip).where(clip.c.task_id == task_id)).mappings().all()
        for row in rows:
            finish(database, row["id"], outcome or made(settings, task_id, row))

    return end


def made(settings, task_id, row):
    folder = settings.data / "files" / "songs" / task_id / row["id"]
    folder.mkdir(parents=True)
    contents = {"mp3": b"sound" * 1000, "cover": b"picture", "json": b'{"tempo_bpm": 90}', "peaks": b"[0, 0.5, 1]"}
    names = {"mp3": "A Song é.mp3", "cover": "cover.jpg", "json": "facts.json", "peaks": "peaks.json"}
    kinds = {"mp3": "audio/mpeg", "cover": "image/jpeg", "json": "application/json", "peaks": "application/json"}
    files = {}
    for kind, data in contents.items():
        (folder / names[kind]).write_bytes(data)
        key = f"songs/{task_id}/{row['id']}/{names[kind]}"
        files[kind] = {
            "key": key,
            "name": names[kind],
            "content_type": kinds[kind],
            "bytes": len(data),
            "sha256": f"{kind}{row['id']}",
        }
    return Outcome(facts={"title": "Hello", "tags": "folk", "lyrics": row["lyrics"], "duration_s": 163.256, "files": files})


def test_a_submit_answers_exactly_two_keys(as_ann):
    answer = as_ann.post("/api/v1/sonic/create", json=CREATE)
    assert answer.status_code == 200
    assert set(answer.json()) == {"message", "task_id"}


def test_a_task_is_202_with_its_clips_until_all_are_final_and_then_200(as_ann, database, finish_all):
    task_id = as_ann.post("/api/v1/sonic/create", json=CREATE).json()["task_id"]
    waiting = as_ann.get(f"/api/v1/sonic/task/{task_id}")
    body = waiting.json()
    assert waiting.status_code == 202
    assert (body["code"], body["type"], body["error"], body["progress"]) == (202, "not_ready", body["message"], 0)
    assert [each["state"] for each in body["data"]] == ["pending", "pending"]
    assert all(each["audio_url"] == "" and each["seed"] == 5 for each in body["data"])
    report(database, body["data"][0]["clip_id"], "stems", 0.4)
    assert as_ann.get(f"/api/v1/sonic/task/{task_id}").json()["progress"] == 0.2
    finish_all(task_id)
    done = as_ann.get(f"/api/v1/sonic/task/{task_id}")
    assert done.status_code == 200
    assert set(done.json()) == {"code", "message", "data"}
    for each in done.json()["data"]:
        assert set(each) >= CLIP_KEYS
        assert (each["state"], each["mv"], each["duration"], each["lyrics"]) == (
            "succeeded",
            "sonic-v5",
            163.26,
            CREATE["prompt"],
        )


def test_one_finished_clip_plays_while_the_other_is_made(as_ann, database, settings):
    task_id = as_ann.post("/api/v1/sonic/create", json=CREATE).json()["task_id"]
    with database.connect() as connection:
        row = connection.execute(sa.select(clip).where(clip.c.task_id == task_id, clip.c.place == 0)).mappings().one()
    finish(database, row["id"], made(settings, task_id, row))
    answer = as_ann.get(f"/api/v1/sonic/task/{task_id}")
    assert answer.status_code == 202
    assert [bool(each["audio_url"]) for each in answer.json()["data"]] == [True, False]
    assert len(as_ann.get(answer.json()["data"][0]["audio_url"]).content) == 5000


def test_a_failed_task_answers_200_with_its_type_and_is_refunded(as_ann, finish_all):
    task_id = as_ann.post("/api/v1/sonic/create", json=CREATE).json()["task_id"]
    finish_all(task_id, Outcome(error_type="timeout", error_message="it took too long"))
    answer = as_ann.get(f"/api/v1/sonic/task/{task_id}")
    body = answer.json()
    assert answer.status_code == 200
    assert (body["type"], body["error"], body["message"]) == ("timeout", "it took too long", "it took too long")
    assert "code" not in body
    assert [(each["state"], each["error_message"]) for each in body["data"]] == [("failed", "it took too long")] * 2
    assert as_ann.get("/api/v1/get-credits").json() == {"credits": 40, "extra_credits": 0}


def test_credits_are_exactly_two_whole_numbers_and_low_while_a_task_runs(as_ann):
    assert as_ann.get("/api/v1/get-credits").json() == {"credits": 40, "extra_credits": 0}
    as_ann.post("/api/v1/sonic/create", json=CREATE)
    assert as_ann.get("/api/v1/get-credits").json() == {"credits": 25, "extra_credits": 0}


def test_who_cannot_pay_is_told_403(as_ann):
    for _ in range(2):
        as_ann.post("/api/v1/sonic/create", json=CREATE)
    answer = as_ann.post("/api/v1/sonic/create", json=CREATE)
    assert (answer.status_code, answer.json()["type"]) == (403, "insufficient_credits")


def test_what_cannot_be_sung_is_refused_at_once_and_not_charged(as_ann):
    answer = as_ann.post("/api/v1/sonic/create", json={**CREATE, "prompt": "unsingable"})
    assert (answer.status_code, answer.json()["type"]) == (400, "unsingable")
    assert as_ann.get("/api/v1/get-credits").json()["credits"] == 40


def test_a_reader_that_dies_does_not_stop_a_request(as_ann):
    body = {"custom_mode": False, "mv": "sonic-v5", "gpt_description_prompt": "reader dies"}
    assert as_ann.post("/api/v1/sonic/create", json=body).status_code == 200
    assert as_ann.post("/api/v1/sonic/create", json=CREATE).status_code == 200


def test_an_idempotency_key_makes_a_repetition_harmless(as_ann):
    key = {"idempotency-key": "order-17"}
    ids = {as_ann.post("/api/v1/sonic/create", json=CREATE, headers=key).json()["task_id"] for _ in range(3)}
    assert len(ids) == 1
    assert as_ann.get("/api/v1/get-credits").json()["credits"] == 25


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_a_body_is_json_whatever_it_calls_itself(as_ann, kind):
    headers = {} if kind is None else {"content-type": kind}
    answer = as_ann.post(
        "/api/v1/sonic/create", content=b'{"custom_mode":false,"mv":"sonic-v5","gpt_description_prompt":"x"}', headers=headers
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("task_id", ["nothing", "00000000-0000-4000-8000-000000000000", "%00", "..%2f", "a" * 3000, "é"])
def test_an_unknown_task_is_400(as_ann, task_id):
    answer = as_ann.get(f"/api/v1/sonic/task/{task_id}")
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]


def test_a_forgotten_task_id_is_400(as_ann):
    for path in ("/api/v1/sonic/task", "/api/v1/sonic/task/"):
        assert (as_ann.get(path).status_code, as_ann.get(path).json()["type"]) == (400, "bad_request")


def test_another_accounts_ids_are_unknown_ids(as_ann, new_account, finish_all):
    task_id = as_ann.post("/api/v1/sonic/create", json=CREATE).json()["task_id"]
    finish_all(task_id)
    clip_id = as_ann.get(f"/api/v1/sonic/task/{task_id}").json()["data"][0]["clip_id"]
    _, other = new_account("eve")
    headers = {"authorization": f"Bearer {other}"}
    answer = as_ann.get(f"/api/v1/sonic/task/{task_id}", headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (400, "task not found")
    assert as_ann.get(f"/api/v1/songs/{clip_id}", headers=headers).status_code == 404
    assert as_ann.get("/api/v1/songs", headers=headers).json()["data"] == []


def test_the_older_names_work(as_ann):
    task_id = as_ann.post("/api/v1/suno/create", json=CREATE).json()["task_id"]
    assert as_ann.get(f"/api/v1/suno/clip/{task_id}").status_code == 202


def test_lyrics_are_two_candidates_and_cost_lyrics_credits(as_ann):
    answer = as_ann.post("/api/v1/sonic/lyrics", json={"description": "the sea"})
    assert set(answer.json()) == {"code", "results", "message"}
    assert [set(each) for each in answer.json()["results"]] == [{"title", "lyrics"}] * 2
    for _ in range(3):
        as_ann.post("/api/v1/sonic/lyrics", json={"description": "the sea"})
    short = as_ann.post("/api/v1/sonic/lyrics", json={"description": "the sea"})
    assert (short.status_code, short.json()["type"]) == (403, "insufficient_credits")
    assert as_ann.get("/api/v1/get-credits").json()["credits"] == 40


@pytest.mark.parametrize(
    "body", [{}, {"description": ""}, {"description": "x" * 120}, {"description": 5}, {"description": None}]
)
def test_lyrics_without_a_short_description_are_400(as_ann, body):
    assert as_ann.post("/api/v1/sonic/lyrics", json=body).status_code == 400


def test_songs_are_listed_newest_first_page_by_page(as_ann, finish_all):
    ids = []
    for turn in range(2):
        task_id = as_ann.post("/api/v1/sonic/create", json={**CREATE, "title": f"Song {turn}"}).json()["task_id"]
        finish_all(task_id)
        ids.append([each["clip_id"] for each in as_ann.get(f"/api/v1/sonic/task/{task_id}").json()["data"]])
    seen, cursor = [], None
    while True:
        page = as_ann.get("/api/v1/songs", params={"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        seen += [each["clip_id"] for each in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [*ids[1], *ids[0]]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=9999", "cursor=!!", "cursor=e30", "state=odd", "cursor=%00"])
def test_odd_pages_are_400(as_ann, query):
    answer = as_ann.get(f"/api/v1/songs?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, 400)


def test_a_songs_facts_come_with_peaks_and_files(as_ann, finish_all):
    task_id = as_ann.post("/api/v1/sonic/create", json=CREATE).json()["task_id"]
    clip_id = as_ann.get(f"/api/v1/sonic/task/{task_id}").json()["data"][0]["clip_id"]
    unfinished = as_ann.get(f"/api/v1/songs/{clip_id}").json()["data"]
    assert (unfinished["facts"], unfinished["peaks"], unfinished["files"]) == (None, None, {})
    finish_all(task_id)
    song = as_ann.get(f"/api/v1/songs/{clip_id}").json()["data"]
    assert (song["facts"], song["peaks"]) == ({"tempo_bpm": 90}, [0, 0.5, 1])
    assert {"mp3", "cover", "json"} <= set(song["files"])


def test_links_are_absolute_for_the_host_of_the_submit(as_ann, finish_all):
    task_id = as_ann.post("/api/v1/sonic/create", json=CREATE, headers={"host": "music.example:81"}).json()["task_id"]
    finish_all(task_id)
    song = as_ann.get(f"/api/v1/sonic/task/{task_id}").json()["data"][0]
    assert song["audio_url"].startswith("http://music.example:81/files/")
    assert song["audio_url"].endswith("/A%20Song%20%C3%A9.mp3")


@pytest.fixture
def link(as_ann, finish_all):
    task_id = as_ann.post("/api/v1/sonic/create", json=CREATE).json()["task_id"]
    finish_all(task_id)
    url = as_ann.get(f"/api/v1/sonic/task/{task_id}").json()["data"][0]["audio_url"]
    del as_ann.headers["authorization"]
    return as_ann, url


def test_a_file_needs_no_key_and_says_what_it_is(link):
    client, url = link
    answer = client.get(url)
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "audio/mpeg", b"sound" * 1000)
    head = client.head(url)
    assert (head.headers["content-length"], head.headers["accept-ranges"], head.content) == ("5000", "bytes", b"")


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=10-19", 206, 10, 20),
        ("bytes=4990-", 206, 4990, 5000),
        ("bytes=-10", 206, 4990, 5000),
        ("bytes=-9999", 206, 0, 5000),
        ("bytes=0-99999", 206, 0, 5000),
        ("bytes=9-3", 200, 0, 5000),
        ("bytes=0-1,3-4", 200, 0, 5000),
        ("lines=1-2", 200, 0, 5000),
        ("bytes=-", 200, 0, 5000),
        ("Bytes=0-0", 206, 0, 1),
        pytest.param("bytes=0-" + "9" * 5000, 200, 0, 5000, id="a number of 5000 digits"),
    ],
)
def test_ranges_are_exact(link, asked, status, start, end):
    client, url = link
    answer = client.get(url, headers={"range": asked})
    assert (answer.status_code, answer.content) == (status, (b"sound" * 1000)[start:end])
    if status == 206:
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/5000"


@pytest.mark.parametrize("asked", ["bytes=5000-", "bytes=9999-10000", "bytes=-0"])
def test_a_range_beyond_the_end_is_416(link, asked):
    client, url = link
    answer = client.get(url, headers={"range": asked})
    assert (answer.status_code, answer.headers["content-range"], answer.json()["code"]) == (416, "bytes */5000", 416)


def test_a_file_that_the_client_has_is_not_sent_again(link):
    client, url = link
    etag = client.get(url).headers["etag"]
    assert client.get(url, headers={"if-none-match": etag}).status_code == 304
    assert client.get(url, headers={"if-none-match": "*"}).status_code == 304
    assert client.get(url, headers={"range": "bytes=0-1", "if-range": '"other"'}).status_code == 200
    assert client.get(url, headers={"range": "bytes=0-1", "if-range": etag}).status_code == 206


def test_a_guessed_link_is_404(link):
    client, _ = link
    assert client.get("/files/guess/A%20Song.mp3").status_code == 404


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic abc", "Bearer wrong", "tr_key", "Bearer \xff"])
def test_without_a_good_key_nothing_is_told(client, header):
    headers = {} if header is None else {"authorization": header.encode("latin-1")}
    for method, path in (("POST", "/api/v1/sonic/create"), ("GET", "/api/v1/get-credits"), ("GET", "/api/v1/sonic/task/x")):
        answer = client.request(method, path, headers=headers)
        assert (answer.status_code, answer.json()["type"], answer.headers["www-authenticate"]) == (
            401,
            "unauthorized",
            "Bearer",
        )


def test_every_answer_has_a_request_id_and_a_sane_one_comes_back(client):
    assert client.get("/api/v1/get-credits").headers["x-request-id"]
    assert client.get("/nowhere", headers={"x-request-id": "abc-123"}).headers["x-request-id"] == "abc-123"
    assert client.get("/nowhere", headers={"x-request-id": "a b"}).headers["x-request-id"] != "a b"


def test_too_large_a_body_is_413(as_ann, settings):
    answer = as_ann.post("/api/v1/sonic/create", content=b" " * (settings.body_limit_bytes + 1))
    assert (answer.status_code, answer.json()["type"]) == (413, "payload_too_large")


def test_without_a_worker_the_service_is_not_healthy(client):
    answer = client.get("/health")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["type"]) == (503, "5", "unavailable")
    assert "no worker is alive" in answer.json()["message"]
    assert client.head("/health").status_code == 503


def test_the_sign_in_link_makes_a_cookie_that_opens_the_api_from_our_own_page_only(client, database):
    with database.begin() as connection:
        create_key(connection, "home")
        link = new_link(connection, find_account(connection, "home"))
    answer = client.get(f"/?token={link}", follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/api/v1/get-credits").status_code == 200
    assert client.post("/api/v1/sonic/create", json=CREATE).status_code == 401
    assert client.post("/api/v1/sonic/create", json=CREATE, headers={"sec-fetch-site": "cross-site"}).status_code == 401
    assert client.post("/api/v1/sonic/create", json=CREATE, headers={"sec-fetch-site": "same-origin"}).status_code == 200
    client.cookies.clear()
    again = client.get(f"/?token={link}", follow_redirects=False)
    assert "set-cookie" not in again.headers


def test_the_reference_describes_every_route_of_the_api(client):
    spec = client.get("/openapi.json").json()
    assert {
        "/api/v1/sonic/create",
        "/api/v1/sonic/task/{task_id}",
        "/api/v1/sonic/lyrics",
        "/api/v1/get-credits",
        "/api/v1/songs",
    } <= set(spec["paths"])
    create = spec["paths"]["/api/v1/sonic/create"]["post"]["requestBody"]["content"]["application/json"]
    assert any(name.startswith("sonic.create") for name in create["examples"])
    assert "seed" in create["schema"]["properties"]
