"""The pages as the server gives them out: headers, types, compression, and nothing from elsewhere."""

from __future__ import annotations

import asyncio
import gzip
import re

import httpx
import pytest
from fastapi import FastAPI

from troubadour_server import web
from troubadour_server.web.build import BUILT_FROM, SOURCES, STAMP, BuildError, build, digest

# Addresses that name a thing (XML namespaces, licences, documentation links that a reader may click) and are never fetched.
NAMES_ONLY = {"www.w3.org"}

# Every way in which a page, a style or a script of ours could fetch one that is not ours.
LOADS = re.compile(
    r"""(?:src|href)=["']?(?:https?:)?//|url\(["']?(?:https?:)?//|@import|import\(["']https?:|fetch\(["'](?:https?:)?//"""
)


class Client:
    """Asks an application without a socket."""

    def __init__(self, static=web.STATIC):
        self._app = FastAPI(docs_url=None, redoc_url=None)
        web.mount(self._app, static)

    def get(self, path, headers=None):
        return self._ask("GET", path, headers)

    def head(self, path):
        return self._ask("HEAD", path, None)

    def _ask(self, method, path, headers):
        async def ask():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url="http://studio") as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(ask())


@pytest.fixture(scope="module")
def client():
    build()
    return Client()


def policy(answer):
    return dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))


def assets(html):
    return re.findall(r'(?:src|href)="(/assets/[^"]+)"', html)


@pytest.mark.parametrize("path", ["/"])
def test_a_page_is_asked_for_anew_and_names_assets_that_exist(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(assets(answer.text)) == 3
    assert [client.get(name).status_code for name in assets(answer.text)] == [200] * 3
    assert "{{" not in answer.text


@pytest.mark.parametrize("path", ["/"])
def test_the_policy_admits_this_server_alone(client, path):
    rules = policy(client.get(path))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert not re.search(r"https?:|\*|unsafe-eval", " ".join(rules.values()))


def test_the_studio_admits_styles_by_a_nonce_that_is_new_each_time(client):
    first, second = client.get("/"), client.get("/")
    nonce = re.search(r'name="style-nonce" content="([^"]+)"', first.text).group(1)
    assert policy(first)["style-src"] == f"'self' 'nonce-{nonce}'"
    assert nonce not in second.text


@pytest.mark.parametrize(("ending", "kind"), [(".js", "text/javascript"), (".css", "text/css"), (".svg", "image/svg+xml")])
def test_assets_have_their_types_and_may_be_kept_for_ever(client, ending, kind):
    name = next(name for name in assets(client.get("/").text) if name.endswith(ending))
    answer = client.get(name)
    assert answer.headers["content-type"].split(";")[0] == kind
    assert "immutable" in answer.headers["cache-control"]


def test_a_compressed_asset_holds_the_same_bytes(client):
    name = assets(client.get("/").text)[-1]
    plain = client.get(name, headers={"accept-encoding": "identity"})
    packed = client.get(name, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2


def test_pages_answer_head_like_get(client):
    assert client.head("/").status_code == 200


@pytest.mark.parametrize("path", ["/assets/none.js", "/assets/..%2findex.html", "/assets/.built-from", "/api/v1/nothing"])
def test_what_was_not_built_is_a_404_that_the_application_words(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"


def test_the_pages_are_no_part_of_the_api_reference(client):
    assert client.get("/openapi.json").json()["paths"] == {}


def test_nothing_in_the_built_files_is_fetched_from_another_host():
    build()
    found = set()
    for file in web.STATIC.rglob("*"):
        if file.suffix not in {".js", ".css", ".html", ".svg"}:
            continue
        text = file.read_text(encoding="utf-8")
        assert not LOADS.search(text), f"{file.name} loads from another host"
        found |= set(re.findall(r"https?://([a-z0-9.-]+\.[a-z]{2,})", text))
    assert found <= NAMES_ONLY


def test_the_whole_of_it_weighs_less_than_four_megabytes():
    sizes = [file.stat().st_size for file in (web.STATIC / "assets").iterdir() if file.suffix != ".gz"]
    assert sum(sizes) < 4_000_000


def test_the_licences_of_what_is_bundled_go_along():
    text = (web.STATIC / "licences.txt").read_text(encoding="utf-8")
    assert all(name in text for name in ("preact", "wavesurfer.js", "BSD 3-Clause", "MIT License"))


def test_the_licences_are_served_as_text(client):
    answer = client.get("/licences.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.content == (web.STATIC / "licences.txt").read_bytes()


def test_without_a_build_the_page_says_what_to_do(tmp_path):
    answer = Client(tmp_path).get("/")
    assert answer.status_code == 503
    assert "make setup" in answer.text


def test_a_second_build_does_nothing():
    build()
    assert (web.STATIC / STAMP).read_text(encoding="utf-8") == digest(SOURCES, BUILT_FROM)
    before = (web.STATIC / "index.html").stat().st_mtime_ns
    assert build() is False
    assert (web.STATIC / "index.html").stat().st_mtime_ns == before


def test_a_changed_source_changes_the_digest(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.ts").write_text("1", encoding="utf-8")
    before = digest(tmp_path, ("src",))
    (tmp_path / "src" / "a.ts").write_text("2", encoding="utf-8")
    assert digest(tmp_path, ("src",)) != before


def test_with_neither_sources_nor_pages_the_build_says_so(tmp_path):
    with pytest.raises(BuildError, match="install Troubadour from a clone"):
        build(tmp_path / "web", tmp_path / "static")


def test_the_lock_names_no_host():
    text = (SOURCES / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert not re.search(r"registry|localhost", text)


@pytest.mark.parametrize("name", ["ok.js", "ok.css"])
def test_an_asset_without_a_compressed_twin_is_sent_plain(tmp_path, name):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / name).write_text("x", encoding="utf-8")
    client = Client(tmp_path)
    assert client.get(f"/assets/{name}", headers={"accept-encoding": "gzip"}).text == "x"
    (tmp_path / "assets" / f"{name}.gz").write_bytes(gzip.compress(b"y"))
    assert client.get(f"/assets/{name}", headers={"accept-encoding": "gzip"}).text == "y"
