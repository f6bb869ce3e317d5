"""The programs that the guides print do what the guides say."""

import hashlib
import json
import re
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from troubadour_server.reference.facts import GUIDES
from troubadour_server.storage.database import clip, task
from troubadour_server.storage.songs import find_task
from troubadour_server.tasks.finish import Outcome, finish
from troubadour_server.tasks.webhooks import COMPLETED, FAILED_EVENT, failure_of, payload_of, signed

from .running import NODE, run

SECRET = "whsec_bXkgc2VjcmV0"
BODY = '{"event": "song.completed", "title": "Přístavní světla"}'.encode()
CODE = GUIDES.joinpath("code")

# How each program is asked: its standard input is {"headers", "body", "secret"}, and it prints true or false.
ASK = {
    "py": """
import json, sys
given = json.load(sys.stdin)
print(str(is_genuine(given["headers"], given["body"].encode(), given["secret"])).lower())
""",
    "mjs": """
import { readFileSync } from "node:fs";
const given = JSON.parse(readFileSync(0, "utf8"));
const headers = Object.fromEntries(Object.entries(given.headers).map(([name, value]) => [name.toLowerCase(), value]));
console.log(isGenuine(headers, Buffer.from(given.body), given.secret));
""",
    "php": """
$given = json_decode(file_get_contents('php://stdin'), true);
$headers = $given['headers'];
echo json_encode(is_genuine($headers['X-Webhook-Timestamp'], $headers['X-Webhook-Signature'], $given['body'], $given['secret']));
""",
    "rb": """
require "json"
given = JSON.parse($stdin.read)
headers = given["headers"]
puts genuine?(headers["X-Webhook-Timestamp"], headers["X-Webhook-Signature"], given["body"], given["secret"])
""",
    "go": """
func main() {
	var given struct {
		Headers map[string]string
		Body    string
		Secret  string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		panic(err)
	}
	header := http.Header{}
	for name, value := range given.Headers {
		header.Set(name, value)
	}
	fmt.Println(IsGenuine(header, []byte(given.Body), given.Secret))
}
""",
}
RUN = {"py": f"{sys.executable} {{}}", "mjs": f"{NODE} {{}}", "php": "php {}", "rb": "ruby {}", "go": "go run {}"}
ENDINGS = ["py", "mjs", *(pytest.param(each, marks=pytest.mark.samples) for each in ("php", "rb", "go"))]


@pytest.fixture
def judge(tmp_path):
    """Whether the guide's program takes a delivery for genuine."""

    def ask(ending, headers, body, secret):
        source = CODE.joinpath(f"verify.{ending}").read_text(encoding="utf-8") + ASK[ending]
        if ending == "go":
            source = source.replace("package webhook", "package main").replace(
                "import (\n", 'import (\n\t"encoding/json"\n\t"fmt"\n\t"os"\n'
            )
        file = tmp_path / f"main.{ending}"
        file.write_text(source, encoding="utf-8")
        given = json.dumps({"headers": headers, "body": body.decode(), "secret": secret})
        return run(RUN[ending].format(file), tmp_path, input=given.encode()) == "true"

    return ask


def delivery(seconds_ago=0):
    at = datetime.fromtimestamp(time.time() - seconds_ago, UTC)
    return signed("wh-1", "song.completed", SECRET, BODY, at)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_signature_check_takes_what_this_server_signs_and_nothing_else(ending, judge):
    assert judge(ending, delivery(), BODY, SECRET)
    assert not judge(ending, delivery(), BODY.replace(b"completed", b"failed"), SECRET)
    assert not judge(ending, delivery(), BODY, "another secret")
    assert not judge(ending, delivery(seconds_ago=400), BODY, SECRET)
    forged = {**delivery(), "X-Webhook-Signature": "sha256=" + hashlib.sha256(BODY).hexdigest()}
    assert not judge(ending, forged, BODY, SECRET)


def blocks(guide):
    """The JSON that a guide prints."""
    text = GUIDES.joinpath(guide).read_text(encoding="utf-8")
    return [json.loads(found) for found in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]


def test_the_payloads_of_the_guide_are_those_that_are_sent(server):
    with server.database.connect() as connection:
        owner = connection.execute(sa.select(task.c.account_id).where(task.c.id == server.task)).scalar_one()
        found = find_task(connection, owner, server.task)
    completed, failed = blocks("webhooks.md")
    sent = payload_of(found, "sonic", COMPLETED)
    assert set(completed) == set(sent)
    assert set(completed["data"][0]) < set(sent["data"][0])
    assert (completed["platform"], completed["message"]) == (sent["platform"], sent["message"])
    assert set(failed) == set(failure_of(found, "sonic", FAILED_EVENT))


def test_the_first_program_orders_songs_and_prints_where_they_lie(server, tmp_path):
    source = CODE.joinpath("first_song.py").read_text(encoding="utf-8")
    source = (
        source.replace("http://127.0.0.1:8000", server.address)
        .replace("YOUR_API_KEY", server.key)
        .replace("sleep(5)", "sleep(0.05)")
    )
    file = tmp_path / "first_song.py"
    file.write_text(source, encoding="utf-8")
    known = tasks(server)
    with subprocess.Popen([sys.executable, file], stdout=subprocess.PIPE, text=True) as program:
        while not (fresh := tasks(server) - known):
            assert program.poll() is None
            time.sleep(0.05)
        with server.database.connect() as connection:
            ids = connection.execute(sa.select(clip.c.id).where(clip.c.task_id == fresh.pop())).scalars().all()
        finish(server.database, ids[0], Outcome(facts=MADE))
        finish(server.database, ids[1], Outcome(error_type="unsingable", error_message="no voice can sing this"))
        told, _ = program.communicate(timeout=60)
    assert program.returncode == 0
    assert sorted(line.startswith(f"Hello {server.address}/files/") for line in told.splitlines()) == [False, True]
    assert "no voice can sing this" in told


MP3 = {"key": "a/b.mp3", "name": "b.mp3", "content_type": "audio/mpeg", "bytes": 5, "sha256": "abc"}
MADE = {"title": "Hello", "tags": "folk", "lyrics": "la", "duration_s": 163.2, "files": {"mp3": MP3}}


def tasks(server):
    with server.database.connect() as connection:
        return set(connection.execute(sa.select(task.c.id)).scalars())
