"""Words by a language model: a fake endpoint on this machine, checked and mended by ours."""

from __future__ import annotations

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from troubadour.brief import Request
from troubadour.brief.lyricist.sheet import sections
from troubadour_server.request.author import Author, read_json_object, read_lines
from troubadour_server.request.family import with_words
from troubadour_server.tasks.order import Order

OWN = {
    "title": "Harbour Lights",
    "lyrics": "[Verse 1]\nThe boats are rocking in the bay\nI leave the radio on low\n\n"
    "[Chorus]\nHarbour lights, carry me home\nI'll be the last of them to go\nHarbour lights, carry me home\n\n"
    "[Verse 2]\nA lantern swings above the deck\nThe water knows just what I mean\n\n"
    "[Chorus]\nHarbour lights, carry me home\nI'll be the last of them to go\nHarbour lights, carry me home",
}
GOOD = {
    "title": "Salt and Iron",
    "sections": {
        "Verse 1": ["My brother ties the second rope", "There's salt and iron in the rain"],
        "Chorus": ["Salt and iron, bring me around", "I never want to leave again", "Salt and iron, bring me around"],
        "Verse 2": ["We sold the nets, we kept the boat", "The gulls are shouting at the crane"],
    },
}


class Endpoint:
    """A server that answers chat completions one after another."""

    def __init__(self, *answers):
        self.asked, answers = [], list(answers)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.asked.append((self.path, self.headers.get("authorization"), body))
                answer = answers.pop(0) if answers else 500
                if isinstance(answer, int):
                    self.send_error(answer)
                    return
                content = answer if isinstance(answer, str) else json.dumps(answer)
                told = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def author(self):
        return Author(f"http://127.0.0.1:{self.server.server_address[1]}/v1", "secret", "poet", 5.0)

    def words(self, description="a harbour at night"):
        return asyncio.run(self.author.words(description, OWN, 7))


@pytest.fixture(name="endpoint")
def _endpoint():
    made = []

    def make(*answers):
        made.append(Endpoint(*answers))
        return made[-1]

    yield make
    for each in made:
        each.server.shutdown()
        each.server.server_close()


def test_what_the_endpoint_writes_is_sung_in_the_drafts_form(endpoint):
    words = endpoint(GOOD).words()
    assert words["title"] == "Salt and Iron"
    assert [name for name, _ in sections(words["lyrics"])] == ["Verse 1", "Chorus", "Verse 2", "Chorus"]
    assert all(lines == GOOD["sections"][name] for name, lines in sections(words["lyrics"]))


def test_it_is_asked_once_for_the_song_with_key_model_seed_and_the_length_of_every_line(endpoint):
    fake = endpoint(GOOD)
    fake.words("a harbour at night")
    ((path, key, body),) = fake.asked
    assert (path, key, body["model"], body["seed"]) == ("/v1/chat/completions", "Bearer secret", "poet", 7)
    told = body["messages"][1]["content"]
    assert "a harbour at night" in told
    assert '"syllables": 8' in told


def test_lines_that_do_not_fit_are_asked_for_once_more(endpoint):
    long = "This line goes on and on and on until nobody has any breath left to sing it"
    broken = {**GOOD, "sections": {**GOOD["sections"], "Verse 1": [long, GOOD["sections"]["Verse 1"][1]]}}
    fake = endpoint(broken, {"sections": GOOD["sections"]})
    assert sections(fake.words()["lyrics"])[0][1] == GOOD["sections"]["Verse 1"]
    assert len(fake.asked) == 2
    assert "Verse 1, line 1: it has" in fake.asked[1][2]["messages"][1]["content"]


def test_what_still_does_not_fit_is_sung_as_ours_wrote_it(endpoint):
    broken = {**GOOD, "sections": {**GOOD["sections"], "Verse 2": ["[Verse]", "???"]}}
    words = endpoint(broken, broken).words()
    assert sections(words["lyrics"])[2] == sections(OWN["lyrics"])[2]
    assert sections(words["lyrics"])[0][1] == GOOD["sections"]["Verse 1"]


@pytest.mark.parametrize("answer", [500, "no JSON here", {"sections": "x"}, "{broken", {"sections": {"Verse 1": [1, None]}}])
def test_an_endpoint_that_fails_or_talks_nonsense_leaves_our_words(endpoint, answer):
    assert endpoint(answer, answer).words()["lyrics"] == OWN["lyrics"]


def test_an_endpoint_that_is_not_there_leaves_our_words():
    author = Author("http://127.0.0.1:9/v1", "", "poet", 1.0)
    assert asyncio.run(author.words("x", OWN, 0)) == OWN


def test_a_title_that_is_not_sung_is_not_taken(endpoint):
    assert endpoint({**GOOD, "title": "Something Else"}).words()["title"] == OWN["title"]


def test_fenced_json_and_sections_in_a_list_are_read():
    told = '```json\n{"sections": [{"name": "Verse", "lines": ["a"]}]}\n```'
    assert read_lines(read_json_object(told)) == {"Verse": ["a"]}


class Reader:
    """Ours, always with the same draft."""

    async def draft(self, request):
        return OWN


def test_a_create_that_brings_no_words_is_sung_with_the_endpoints_and_keeps_its_own_otherwise(endpoint):
    requests = Request(text="a harbour"), Request(lyrics="[Verse]\nMine"), Request(text="a harbour", instrumental=True)
    order = Order("sonic", "create_music", "create", requests, "http://here")
    written, *others = asyncio.run(with_words(order, endpoint(GOOD).author, Reader())).commands
    assert (written.title, written.lyrics.split("\n")[1]) == ("Salt and Iron", GOOD["sections"]["Verse 1"][0])
    assert tuple(others) == requests[1:]
