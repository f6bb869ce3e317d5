"""The pages over HTTP: their headers, their search, and what is not there."""

import re

import httpx
import pytest

from troubadour_server.web.build import build


@pytest.fixture(scope="module")
def client(server):
    build()
    with httpx.Client(base_url=server.address, timeout=60) as client:
        yield client


def test_the_pages_need_no_key_and_admit_this_server_alone(client):
    for path in ("/docs", "/docs/sonic/create-custom", "/docs/search?q=wav"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert not re.search(r"https?:|\*|unsafe", policy)


def test_a_page_names_assets_that_exist(client):
    names = re.findall(r'(?:src|href)="(/assets/[^"]+)"', client.get("/docs").text)
    assert len(names) == 3
    assert [client.get(name).status_code for name in names] == [200] * 3


def test_samples_and_guides_name_the_address_that_was_asked(client, server):
    assert server.address in client.get("/docs/sonic/wav").text
    assert server.address in client.get("/docs").text
    assert "http://evil" not in client.get("/docs", headers={"host": 'evil"><script>'}).text


def test_the_first_page_has_one_address(client):
    answer = client.get("/docs/introduction")
    assert (answer.status_code, answer.headers["location"]) == (308, "/docs")


def test_what_is_no_page_is_a_404_of_the_one_shape(client):
    told = client.get("/docs/sonic/tea").json()
    assert (told["code"], told["type"]) == (404, "not_found")
    assert "/docs" in told["message"]


def test_search_works_without_a_script_and_shows_what_was_typed_as_text(client):
    assert 'href="/docs/sonic/wav"' in client.get("/docs/search", params={"q": "wav"}).text
    shown = client.get("/docs/search", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in shown
    assert client.get("/docs/search").status_code == 200


def test_pages_answer_head_like_get(client):
    assert client.head("/docs").status_code == client.head("/docs/errors").status_code == 200


def test_every_language_can_be_chosen_without_a_script(client):
    page = client.get("/docs/sonic/create-custom").text
    style = client.get(re.search(r'href="(/assets/[^"]+\.css)"', page)[1]).text
    chosen = re.findall(r'type="radio" name="language-1" value="([^"]+)"', page)
    assert len(chosen) == 15
    for language in chosen:
        assert f'data-sample="{language}"' in page
        assert re.search(rf'\[data-sample="?{language}"?\]', style), language


def test_the_description_in_openapi_is_served_with_examples(client):
    told = client.get("/openapi.json").json()
    assert told["paths"]["/api/v1/get-credits"]["get"]["responses"]["200"]["content"]["application/json"]["examples"]
