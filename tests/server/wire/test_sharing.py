"""The page of a song: what it shows to people, to programs that make previews, and to nobody."""

import json
import re

import httpx
import pytest
from tests.server.finished import put_clip, put_file

from troubadour_server.request.errors import Invalid
from troubadour_server.request.sharing import lines_of, shared_id
from troubadour_server.tasks.states import RUNNING

LYRICS = '[Verse]\nBoats <come> home, at "dusk"\n\n[Chorus]\nHarbour lights'
WORDS = [
    {"text": text, "start_s": float(at), "end_s": at + 0.5, "part": "vocals"}
    for at, text in enumerate(["Boats", "come", "home", "at", "dusk", "Harbour", "lights"])
]
AN_ID = "7d0f4c0a-0a55-4a8e-9d0f-2d0a57f0b6aa"


@pytest.fixture
def page(database, settings, new_account, address):
    """Asks for the page of a song without any key."""
    owner, _ = new_account()

    def ask(**told):
        clip_id, folder = put_clip(database, settings, owner, **told)
        facts = {"words": WORDS, "tempo": 96.4, "key": "A minor"}
        put_file(database, settings, clip_id, folder, "json", "facts.json", json.dumps(facts).encode())
        return httpx.get(f"{address}/song/{clip_id}")

    return ask


def test_the_page_shows_title_words_and_facts(page):
    answer = page(lyrics=LYRICS)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Harbour Lights</h1>" in answer.text
    assert re.sub(r"<[^>]+>", "", re.search(r'data-s="0\.000".*?</p>', answer.text)[0]).endswith("at &quot;dusk&quot;")
    assert '<p class="mark">Chorus</p>' in answer.text
    assert "0:10 · 96 bpm · A minor" in answer.text


def test_programs_that_make_previews_are_told_what_it_is(page):
    told = dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)">', page(lyrics=LYRICS).text))
    assert (told["og:type"], told["og:title"], told["music:duration"]) == ("music.song", "Harbour Lights", "10")
    assert told["og:audio"].startswith("http://here/files/")
    assert told["og:video"].endswith("/Harbour%20Lights.mp4")
    assert re.fullmatch(r"http://here/song/[0-9a-f-]{36}", told["og:url"])


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", '" onload="x', "$nonce ${title} $$", "&lt;b&gt;"])
def test_what_people_wrote_is_only_text(page, title):
    answer = page(title=title, lyrics=f"{title}\n[{title}]")
    assert "<script>alert" not in answer.text
    assert 'content="" onload' not in answer.text
    assert answer.text.count("<script") == 1


def test_the_page_loads_nothing_from_elsewhere_and_runs_only_its_own_script(page):
    answer = page()
    policy = answer.headers["content-security-policy"]
    nonce = re.search(r"script-src 'nonce-([^']+)'", policy)[1]
    assert f'<script nonce="{nonce}">' in answer.text
    assert "default-src 'none'" in policy
    assert not re.findall(r'(?:src|href)="(https?://(?!here/)[^"]*)"', answer.text)


def test_a_song_that_is_not_finished_has_no_page(page):
    assert page(state=RUNNING).status_code == 404


def test_an_unknown_address_is_told_in_the_common_shape(page):
    unknown = httpx.get(str(page().url)[:-36] + AN_ID)
    assert (unknown.status_code, unknown.json()["type"]) == (404, "not_found")


def test_each_sung_word_has_its_time_and_marks_have_none():
    timed = [[start for _, start, _ in line] for line in lines_of(LYRICS, WORDS)]
    assert timed == [[None], [0.0, 1.0, 2.0, 3.0, 4.0], [], [None], [5.0, 6.0]]


def test_words_that_are_not_sung_as_written_leave_the_others_their_times():
    assert [start for _, start, _ in lines_of("Boats – come home", WORDS)[0]] == [0.0, None, 1.0, 2.0]


def test_without_written_lyrics_pauses_make_the_lines():
    words = [*WORDS[:2], {"text": "late", "start_s": 9.0, "end_s": 9.5, "part": "vocals"}]
    assert [len(line) for line in lines_of("", words)] == [2, 1]


@pytest.mark.parametrize(
    "link", [f"https://a.example:8000/song/{AN_ID.upper()}/?x=1#y", f"/song/{AN_ID}", f" http://h/song/{AN_ID} "]
)
def test_a_share_link_names_its_song_on_any_host(link):
    assert shared_id(link) == AN_ID


@pytest.mark.parametrize(
    "link", ["", "song", "http://h/song/1", "http://h/songs/" + AN_ID, "http://[h/song/" + AN_ID, "x" * 3000]
)
def test_other_links_are_no_share_links(link):
    with pytest.raises(Invalid, match="share_link"):
        shared_id(link)
