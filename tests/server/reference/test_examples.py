"""What the reference shows is what the server does: examples are accepted, refusals are worded so, prices are charged."""

import json
from dataclasses import replace

import pytest

from troubadour_server.reference.entries import FAMILIES
from troubadour_server.reference.entries.examples import TASK
from troubadour_server.reference.languages import LANGUAGES
from troubadour_server.reference.openapi import examples_of, served
from troubadour_server.reference.pages import call_of
from troubadour_server.reference.routes import Example, Route

from .running import INSTALLED, PRESENT, printed

ALL = {page.slug: page for family in FAMILIES for page in family.pages if isinstance(page, Route)}
BY_ID = {language.id: language for language in LANGUAGES}

# One page of each kind: a body with text, a value in the path, one in the query, nothing at all, no key.
SENT = ("sonic/create-custom", "sonic/create-described", "sonic/create-instrumental", "sonic/get-music", "sonic/lyrics", "songs/list", "get-credits", "health")  # fmt: skip


@pytest.fixture
def shown(app):
    """Gives a route with its operation; skips one that the application does not serve."""

    def find(slug):
        route, paths = ALL[slug], app.openapi()["paths"]
        if not served(paths, route):
            pytest.skip(f"{slug} is not served by this version")
        return route, paths[route.path][route.method.lower()]

    return find


def local(example, server):
    """The example with ids that exist here."""
    return replace(example, path={**example.path, **({"task_id": server.task} if "task_id" in example.path else {})})


def languages():
    return [*PRESENT, *(pytest.param(each, marks=pytest.mark.samples) for each in INSTALLED)]


@pytest.mark.parametrize("slug", SENT)
@pytest.mark.parametrize("language", languages())
def test_the_sample_of_a_page_runs_and_is_answered(language, slug, shown, server, tmp_path):
    route, operation = shown(slug)
    for example in examples_of(operation, route):
        call = call_of(route, local(example, server), server.address, server.key)
        told = json.loads(printed(BY_ID[language], call, tmp_path))
        assert "error" not in told or told["type"] in ("not_ready", "unavailable"), told
        assert {"task_id", "results", "credits", "data", "status", "error"} & set(told)


CHARGED = [slug for slug, route in ALL.items() if route.task_type == "create_music" or slug == "sonic/lyrics"]


@pytest.mark.parametrize("slug", CHARGED)
def test_an_example_is_accepted_as_shown_and_costs_what_its_page_says(slug, shown, server, data):
    route, operation = shown(slug)
    pool = "credits" if slug != "sonic/lyrics" else None
    with server.client() as client:
        for example in examples_of(operation, route):
            before = client.get("/api/v1/get-credits").json()["credits"]
            call = call_of(route, example, "", server.key)
            answer = client.request(call.method, call.url, json=call.body)
            assert answer.status_code == 200, answer.text
            assert set(answer.json()) == set(route.answers[0].body)
            spent = before - client.get("/api/v1/get-credits").json()["credits"]
            assert spent == (data.price(route.price) if pool else 0)


REFUSED = [(slug, place) for slug, route in ALL.items() for place in range(len(route.refusals))]


@pytest.mark.parametrize(("slug", "place"), REFUSED)
def test_a_refusal_is_worded_as_its_page_says(slug, place, shown, server):
    route, operation = shown(slug)
    refusal, example = route.refusals[place], examples_of(operation, route)[0]
    body = example.body
    if body is not None:
        changed = {**body, **refusal.change}
        body = {name: value for name, value in changed.items() if value is not None}
    call = call_of(route, Example("", body, example.path, example.query), "", server.key)
    with server.client() as client:
        answer = client.request(call.method, call.url, json=call.body)
    told = answer.json()
    assert (answer.status_code, told["type"], told["message"]) == (refusal.status, refusal.type, refusal.message)


@pytest.mark.parametrize("slug", ALL)
def test_the_answers_shown_have_the_fields_of_the_answer(slug, shown, app):
    route, operation = shown(slug)
    schemas = app.openapi()["components"]["schemas"]
    for answer in route.answers:
        content = operation["responses"][str(answer.status)].get("content", {}).get("application/json", {})
        if "$ref" in content.get("schema", {}) and not answer.body.get("error"):
            check(answer.body, schemas[content["schema"]["$ref"].rpartition("/")[2]], schemas)


def check(value, schema, schemas):
    """An example has every required field of its schema and no other ones."""
    schema = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)
    if "$ref" in schema:
        check(value, schemas[schema["$ref"].rpartition("/")[2]], schemas)
    elif isinstance(value, list):
        for each in value:
            check(each, schema["items"], schemas)
    elif isinstance(value, dict) and "properties" in schema:
        assert set(schema["required"]) <= set(value)
        assert set(value) <= set(schema["properties"])
        for name, each in value.items():
            check(each, schema["properties"][name], schemas)


def test_the_invented_task_is_nobodys(server):
    with server.client() as client:
        assert client.get(f"/api/v1/sonic/task/{TASK}").json()["type"] == "not_found"
