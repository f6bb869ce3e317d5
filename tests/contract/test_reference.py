"""The reference and the application say the same: every route has a page, every page a route, every field and price a table."""

import re

import pytest

from troubadour_server.app import FAMILIES as ROUTERS
from troubadour_server.app import PREFIX, create_app
from troubadour_server.billing.prices import PRICES
from troubadour_server.reference.entries import FAMILIES
from troubadour_server.reference.facts import GUIDES, Facts, UnknownFact, filled
from troubadour_server.reference.fields import body_fields
from troubadour_server.reference.openapi import served
from troubadour_server.reference.pages import Reference, aliases
from troubadour_server.reference.routes import Guide, Route
from troubadour_server.reference.search import found
from troubadour_server.request.errors import ERRORS
from troubadour_server.request.limits import DURATION_S, TASK_TYPES
from troubadour_server.settings import Settings
from troubadour_server.tasks.webhooks import LONGEST_URL

ENTRIES = [page for family in FAMILIES for page in family.pages if isinstance(page, Route)]
GUIDE_PAGES = [page for family in FAMILIES for page in family.pages if isinstance(page, Guide)]
BASE = "http://studio.test"
CREATE = f"{PREFIX}/sonic/create"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    made = create_app(Settings(data=tmp_path_factory.mktemp("reference")))
    yield made
    made.state.database.dispose()


@pytest.fixture(scope="module")
def paths(app):
    return app.openapi()["paths"]


@pytest.fixture(scope="module")
def reference(app):
    return Reference(app.openapi(), app.state.settings, aliases(ROUTERS, PREFIX))


@pytest.fixture(scope="module")
def pages(reference):
    return {slug: reference.page(slug, BASE) for slug in reference.pages}


def test_every_route_of_the_application_has_a_page(paths):
    described = {(entry.method.lower(), entry.path) for entry in ENTRIES}
    missing = {(method, path) for path, methods in paths.items() for method in methods} - described
    assert not missing, "add an entry in troubadour_server/reference/entries"


def test_every_page_has_a_route(paths):
    without = {entry.slug for entry in ENTRIES if entry.method.lower() not in paths.get(entry.path, {})}
    assert without == set()


def test_every_task_type_has_a_page():
    assert set(TASK_TYPES) <= {entry.task_type for entry in ENTRIES}


def test_no_two_pages_have_one_address():
    slugs = [page.slug for page in (*ENTRIES, *GUIDE_PAGES)]
    assert len(slugs) == len(set(slugs))


def test_the_fields_of_a_page_are_fields_of_its_route_and_none_is_forgotten(paths):
    told = {}
    for entry in ENTRIES:
        if entry.method.lower() not in paths.get(entry.path, {}):
            continue
        operation = paths[entry.path][entry.method.lower()]
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        named = {field.name for field in body_fields(schema)}
        assert {*entry.fields, *entry.required} <= named, entry.slug
        assert all(field.meaning for field in body_fields(schema) if field.name in (entry.fields or named)), entry.slug
        told.setdefault((entry.path, frozenset(named)), set()).update(entry.fields or named)
    everywhere = set().union(*told.values())
    for (path, named), shown in told.items():
        inherited = everywhere if path != CREATE else set()  # a body that extends create's shows what it uses of it
        assert named <= shown | inherited, f"{path}: no page shows {named - shown}"


def test_the_examples_have_what_their_page_calls_required():
    for entry in ENTRIES:
        for example in entry.examples:
            assert set(entry.required) <= set(example.body or entry.required), entry.slug


def test_every_price_is_that_of_a_page_and_every_page_has_a_price_that_exists(paths):
    shown = [entry for entry in ENTRIES if served(paths, entry)]
    assert {entry.price for entry in shown if entry.price} <= set(PRICES)
    assert set(PRICES) <= {entry.price for entry in ENTRIES if entry.price}


def test_a_refusal_is_in_the_table_of_errors(paths):
    known = {(status, word) for _, status, word in ERRORS}
    for entry in ENTRIES:
        for refusal in entry.refusals:
            assert (refusal.status, refusal.type) in known
            if served(paths, entry):
                assert str(refusal.status) in paths[entry.path][entry.method.lower()]["responses"], entry.slug


def test_every_page_is_made_and_every_link_leads_somewhere(pages):
    addresses = {"/", "/docs", "/openapi.json", "/docs/search", *(f"/docs/{slug}" for slug in pages)}
    for slug, html in pages.items():
        assert "{{" not in html, slug
        for link in re.findall(r'href="([^"]+)"', html):
            path, _, anchor = link.partition("#")
            assert path in addresses or link == "https://www.standardwebhooks.com" or (not path and f'id="{anchor}"' in html), (
                slug,
                link,
            )


def test_no_page_loads_anything_from_elsewhere(pages):
    assert not [
        slug for slug, html in pages.items() if re.search(r'(?:src|action)="(?:https?:)?//|<script|<style| style="', html)
    ]


def test_previous_and_next_lead_through_all_pages_in_order(pages):
    order, slug = [], "introduction"
    while slug:
        order.append(slug)
        following = re.search(r'rel="next" href="/docs/([^"]+)"', pages[slug])
        slug = following and following[1]
    assert order == list(pages)


def test_a_guide_says_the_price_that_the_setting_has(app):
    settings = Settings(data=app.state.settings.data, prices={"lyrics": 7})
    dear = Reference(app.openapi(), settings, ())
    assert "7 lyrics credits" in dear.page("sonic/lyrics", BASE)
    assert re.search(r"Make lyrics</a>.*?</td>\s*<td>7 lyrics credits</td>", dear.page("credits", BASE), re.DOTALL)


@pytest.mark.parametrize("place", ["price:tea", "limit:sonic-v5.tea", "limit:tea.prompt", "page:tea", "table:tea", "tea", "error:tea", "code:tea", "count:tea", "setting:tea"])  # fmt: skip
def test_what_no_table_has_cannot_be_said(place):
    with pytest.raises(UnknownFact):
        filled(f"a {{{{{place}}}}} b", Facts(Settings(), BASE, {}, {}, {}, ()))


@pytest.mark.parametrize("guide", GUIDE_PAGES, ids=lambda guide: guide.slug)
def test_guides_name_no_number_that_a_table_has(guide):
    """Prices and lengths are places; a number in the words themselves would go stale."""
    text = GUIDES.joinpath(guide.file).read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    assert not re.search(r"\b\d+ (?:song |lyrics )?credits\b|\b\d+ characters\b", prose)


def test_a_passage_stands_only_where_its_page_is_shown():
    text = "a\n{{if x}}\nb\n{{if not y}}\nc\n{{end}}\n{{end}}\nd\n"
    assert filled(text, Facts(Settings(), BASE, {"x": "X"}, {}, {}, ())) == "a\nb\nc\nd\n"
    assert filled(text, Facts(Settings(), BASE, {"x": "X", "y": "Y"}, {}, {}, ())) == "a\nb\nd\n"
    assert filled(text, Facts(Settings(), BASE, {}, {}, {}, ())) == "a\nd\n"


def test_other_names_are_listed(pages):
    assert "POST /api/v1/suno/create" in pages["suno/aliases"]
    assert "GET /api/v1/suno/clip/{task_id}" in pages["suno/aliases"]


def test_search_finds_pages_by_all_their_words(reference):
    def titles(query):
        return [each.page.about.title for each in found(reference, BASE, query)]

    assert titles("get wav")[0] == "Get WAV"
    assert "Webhook integration guide" in titles("signature hmac")
    assert titles("webhook xyzzy") == titles("") == []


def test_search_shows_no_markup_of_the_one_who_searches(reference):
    assert all("<b>" not in each.excerpt for each in found(reference, BASE, "<b>"))
    assert all(re.sub(r"</?mark>", "", each.excerpt).count("<") == 0 for each in found(reference, BASE, "a"))


def test_the_openapi_document_has_the_same_examples(app):
    told = app.openapi()
    assert told["openapi"].startswith("3.1")
    create = told["paths"][f"{PREFIX}/sonic/create"]["post"]
    shown = {
        each["summary"]: each["value"] for each in create["requestBody"]["content"]["application/json"]["examples"].values()
    }
    for entry in ENTRIES:
        if entry.path == f"{PREFIX}/sonic/create" and served(told["paths"], entry):
            assert shown[entry.examples[0].title] == entry.examples[0].body
    assert create["x-credits"]["Extend music"] == PRICES["create"].credits
    assert create["security"]
    assert not [path for path, methods in told["paths"].items() for each in methods.values() if "422" in each["responses"]]


def test_a_range_that_a_meaning_names_is_the_one_that_is_checked(paths):
    for entry in ENTRIES:
        operation = paths.get(entry.path, {}).get(entry.method.lower(), {})
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        for field in body_fields(schema):
            named = re.search(r"(?<![\d.])(\d+)-(\d+)\b(?!\.)", field.meaning)
            if named and re.match(r"\d+ to \d+", field.limits):
                assert field.limits.startswith(f"{named[1]} to {named[2]}"), field
            longest = re.search(r"[Uu]p to (\d+) characters", field.meaning)
            if longest and field.name.endswith("_url"):
                assert int(longest[1]) == LONGEST_URL
            elif longest and field.name != "tags":
                assert re.search(rf"at most {longest[1]} characters", field.limits) or field.name in ("webhook_url", "tags"), (
                    field
                )


def test_bounds_are_told_in_the_words_of_json_schema(app):
    duration = app.openapi()["paths"][CREATE]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"][
        "duration"
    ]
    assert (duration["anyOf"][0]["minimum"], duration["anyOf"][0]["maximum"]) == DURATION_S


def test_every_field_of_an_answer_has_a_meaning(reference):
    for page in reference.pages.values():
        if isinstance(page.about, Route):
            fields = reference.answer_fields(reference.operation(page.about))
            assert not [field.name for field in fields if not field.meaning], page.about.slug
