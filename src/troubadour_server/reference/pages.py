"""The pages: navigation, guides and routes as HTML, made on the server, whole without JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from troubadour_server.billing.prices import PRICES
from troubadour_server.reference import fields as rows
from troubadour_server.reference.entries import FAMILIES
from troubadour_server.reference.entries.meanings import ANSWERS
from troubadour_server.reference.facts import GUIDES, POOLS, Facts, filled
from troubadour_server.reference.languages import LANGUAGES, Call, authorized
from troubadour_server.reference.openapi import examples_of, served
from troubadour_server.reference.routes import Example, Family, Guide, Refusal, Route
from troubadour_server.request.errors import ERRORS, STATUS_TYPES
from troubadour_server.settings import Settings

Aliases = tuple[tuple[str, str, str], ...]
HOME = "introduction"
KEY = "YOUR_API_KEY"
LONGEST_SHOWN = 40  # characters of a value that is refused
PATH_VALUE = re.compile(r"\{(\w+)\}")
FORMATTER = HtmlFormatter(nowrap=True)
SOURCES = {"clip_id", "continue_clip_id", "mashup_clip_ids"}
REASONS = {
    400: "A field breaks a rule. Nothing is charged.",
    401: "No API key, or an unknown one.",
    403: "Not enough credits.",
    404: "Nothing of yours has this id.",
    413: "The body is too large.",
    429: "Too much at once; `Retry-After` says when to try again.",
    503: "The service is not ready; `Retry-After` says when to try again.",
}


@dataclass(frozen=True)
class Page:
    """A page that is shown, and where it stands."""

    about: Route | Guide
    family: str

    @property
    def url(self) -> str:
        """Its address on this server."""
        return address(self.about.slug)


def address(slug: str) -> str:
    """The first page is `/docs` itself."""
    return "/docs" if slug == HOME else f"/docs/{slug}"


class Reference:
    """The reference of one application."""

    def __init__(
        self, described: Mapping[str, Any], settings: Settings, others: Aliases, families: Sequence[Family] = FAMILIES
    ) -> None:
        self._described, self._settings, self._aliases = described, settings, others
        self.pages: dict[str, Page] = {
            page.slug: Page(page, family.title) for family in families for page in self._shown(family)
        }
        self.page = lru_cache(maxsize=512)(self._page)

    def _shown(self, family: Family) -> list[Route | Guide]:
        """The pages of what is served; a family's guides stand only beside its routes."""
        kept = [page for page in family.pages if isinstance(page, Guide) or served(self._described["paths"], page)]
        has_routes = any(isinstance(page, Route) for page in family.pages)
        return kept if not has_routes or any(isinstance(page, Route) for page in kept) else []

    def facts(self, base: str) -> Facts:
        """What the guides are filled from."""
        titles = {slug: page.about.title for slug, page in self.pages.items()}
        priced: dict[str, tuple[str, ...]] = {}
        for slug, page in self.pages.items():
            if isinstance(page.about, Route) and page.about.price:
                priced[page.about.price] = (*priced.get(page.about.price, ()), slug)
        refusals = {slug: page.about.refusals for slug, page in self.pages.items() if isinstance(page.about, Route)}
        return Facts(self._settings, base, titles, priced, refusals, self._aliases)

    def operation(self, route: Route) -> Mapping[str, Any]:
        """A route as OpenAPI describes it."""
        found: Mapping[str, Any] = self._described["paths"][route.path][route.method.lower()]
        return found

    def tree(self) -> list[tuple[str, list[Page]]]:
        """The navigation: a family's title, and its pages."""
        families: dict[str, list[Page]] = {}
        for page in self.pages.values():
            families.setdefault(page.family, []).append(page)
        return list(families.items())

    def _page(self, slug: str, base: str) -> str:
        """A page's body. Raises KeyError."""
        page = self.pages[slug]
        main = self._guide(page.about, base) if isinstance(page.about, Guide) else self._route(page.about, base)
        return self.framed(main, page)

    def framed(self, main: str, page: Page | None, search: str = "") -> str:
        """Some content with the navigation around it."""
        order = list(self.pages.values())
        place = order.index(page) if page else 0
        return TEMPLATES.get_template("frame.html").render(
            main=Markup(main),
            here=page,
            tree=self.tree(),
            before=order[place - 1] if page and place else None,
            after=order[place + 1] if page and place + 1 < len(order) else None,
            search=search,
        )

    def _guide(self, guide: Guide, base: str) -> str:
        text = GUIDES.joinpath(guide.file).read_text(encoding="utf-8")
        return TEMPLATES.get_template("guide.html").render(
            title=guide.title, content=Markup(html(filled(text, self.facts(base))))
        )

    def _route(self, route: Route, base: str) -> str:
        facts, operation = self.facts(base), self.operation(route)
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        parameters = [each for each in operation.get("parameters", []) if "enum" not in each["schema"] or each["in"] != "path"]
        examples = examples_of(operation, route)
        return TEMPLATES.get_template("route.html").render(
            route=route,
            shown_path=shown_path(route, operation, examples[0]),
            price=self._price(route),
            intro=Markup(html(filled(route.intro, facts))),
            notes=Markup(html(filled(route.notes, facts))),
            tables=[
                ("In the path", rows.parameter_fields(parameters, "path")),
                ("In the query", rows.parameter_fields(parameters, "query")),
                ("In the body", selected(rows.body_fields(schema), route)),
            ],
            examples=[(example, samples(call_of(route, example, base, KEY))) for example in examples],
            body=json.dumps(examples[0].body, indent=2, ensure_ascii=False) if examples[0].body is not None else "",
            answers=self._answers(route, operation),
            answer_fields=self.answer_fields(operation),
            errors=error_rows(operation, route),
            refusals=[(each, coloured(changed(each), "json")) for each in route.refusals],
            see=[self.pages[slug] for slug in route.see if slug in self.pages],
            languages=LANGUAGES,
        )

    def _price(self, route: Route) -> str:
        if not route.price:
            return "free"
        credits, pool = self._settings.price(route.price), POOLS[PRICES[route.price].pool]
        return f"{credits} {pool if credits != 1 else pool.removesuffix('s')}"

    def _answers(self, route: Route, operation: Mapping[str, Any]) -> list[tuple[int, str, Markup]]:
        told = [(each.status, each.title, each.body) for each in route.answers]
        if not told and not route.binary:
            schema = rows.plain_schema(self._answer_schema(operation), self._described["components"]["schemas"])
            told = [(200, "Done", schema["example"])] if "example" in schema else []
        return [
            (status, title, coloured(json.dumps(body, indent=2, ensure_ascii=False), "json")) for status, title, body in told
        ]

    def _answer_schema(self, operation: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = (
            operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        )
        options = found.get("anyOf", ())  # several answers: the usual one stands first
        return options[0] if options else found

    def answer_fields(self, operation: Mapping[str, Any]) -> tuple[rows.Field, ...]:
        """The fields of a finished answer."""
        found = rows.answer_fields(self._answer_schema(operation), self._described["components"]["schemas"])
        return tuple(replace(row, meaning=row.meaning or ANSWERS.get(row.name.rpartition(".")[2], "")) for row in found)


def aliases(routers: Sequence[APIRouter], prefix: str) -> Aliases:
    """Routes that are another name of one that is shown: they lead to the same function."""
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    shown = {
        (route.endpoint, method): route.path for route in routes if route.include_in_schema for method in route.methods or ()
    }
    return tuple(
        (method, prefix + route.path, prefix + shown[route.endpoint, method])
        for route in routes
        for method in sorted(route.methods or ())
        if not route.include_in_schema and (route.endpoint, method) in shown
    )


def selected(found: tuple[rows.Field, ...], route: Route) -> tuple[rows.Field, ...]:
    """The fields of a page, in its order, the required ones marked."""
    by_name = {field.name: field for field in found}
    names = [name for name in route.fields if name in by_name] if route.fields else list(by_name)
    marked = [_marked(by_name[name], route) for name in names]
    return tuple(marked if route.fields else sorted(marked, key=lambda field: not field.required))


def _marked(field: rows.Field, route: Route) -> rows.Field:
    modelless = bool(route.fields) and "custom_mode" not in route.fields and field.name == "mv"
    required = (field.required and not modelless) or field.name in route.required
    return rows.Field(field.name, field.type, required, field.limits, field.default, field.meaning)


def call_of(route: Route, example: Example, base: str, key: str) -> Call:
    """An example as an HTTP request."""
    path = PATH_VALUE.sub(lambda found: quote(str(example.path[found[1]]), safe=""), route.path)
    query = f"?{urlencode(example.query)}" if example.query else ""
    return authorized(route.method, f"{base}{path}{query}", "" if route.keyless else key, example.body)


def shown_path(route: Route, operation: Mapping[str, Any], example: Example) -> str:
    """The path with the values that make it this page's, and with names for those that a caller brings."""
    fixed = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path" and "enum" in each["schema"]}
    return PATH_VALUE.sub(lambda found: str(example.path[found[1]]) if found[1] in fixed else found[0], route.path)


def samples(call: Call) -> list[tuple[str, str, str, Markup]]:
    """(id, name, what it needs, the coloured source) for each language."""
    return [(each.id, each.name, each.needs, coloured(each.write(call), each.lexer)) for each in LANGUAGES]


def changed(refusal: Refusal) -> str:
    """What a refused request changes in the first example; a long text is only counted."""

    def told(name: str, value: Any) -> str:
        if value is None:
            return f'// without "{name}"'
        long = isinstance(value, str) and len(value) > LONGEST_SHOWN
        return f"{json.dumps(name)}: {f'… {len(value)} characters …' if long else json.dumps(value, ensure_ascii=False)}"

    return "\n".join(told(name, value) for name, value in refusal.change.items())


def error_rows(operation: Mapping[str, Any], route: Route) -> list[tuple[int, list[str], Markup]]:
    """(status, machine words, reason) for each status that a route answers besides success."""
    told = []
    for status, response in sorted(operation["responses"].items()):
        code = int(status)
        if code < 400 or (code == 404 and route.fields and not SOURCES & set(route.fields)):
            continue
        words = {word for _, number, word in ERRORS if number == code} | {STATUS_TYPES.get(code, "bad_request")}
        if code == 400:
            words = {"bad_request", *route.may, *(each.type for each in route.refusals if each.status == code)}
        elif code not in STATUS_TYPES:
            words.discard("bad_request")
        reason = response.get("description", "")
        told.append((code, sorted(words), Markup(inline(REASONS.get(code, reason) if len(reason.split()) < 4 else reason))))
    return told


# Markdown and colours ---------------------------------------------------------------------------------------------------


def coloured(source: str, lexer: str) -> Markup:
    """Source code with its words in spans."""
    try:
        return Markup(highlight(source, get_lexer_by_name(lexer, stripnl=False), FORMATTER))
    except ClassNotFound:
        return Markup(escape(source))


def _fence(source: str, language: str, _attributes: str) -> str:
    return f'<pre class="code" data-language="{escape(language or "text")}"><code>{coloured(source, language or "text")}</code></pre>'


def _anchored(tokens: Sequence[Token]) -> None:
    """Gives every heading an id that its words make."""
    for heading, words in pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrSet("id", slug_of(words.content))


def slug_of(words: str) -> str:
    """Words as an id."""
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"[`*]", "", words).lower()).strip("-")


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "typographer": False, "highlight": _fence}).enable("table")


MARKDOWN = _markdown()


def html(text: str) -> str:
    """Markdown as HTML. Tables get a box of their own, in which they can be scrolled."""
    tokens = MARKDOWN.parse(text)
    _anchored(tokens)
    made = str(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))
    return made.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>")


def inline(text: str) -> str:
    """A line of Markdown as HTML, without a paragraph around it."""
    return str(MARKDOWN.renderInline(text))


def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("troubadour_server.reference"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["inline"] = lambda text: Markup(inline(text))
    made.filters["text"] = lambda text: re.sub(r"[`*]", "", text)
    return made


TEMPLATES = _templates()
