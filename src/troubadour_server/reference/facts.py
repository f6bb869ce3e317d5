"""What the guides take from the tables: `{{price:create}}` in their Markdown is filled here, and an unknown name fails.

    {{price:create}}            15                     of this server: a changed setting changes the guide
    {{limit:sonic-v5.prompt}}   5000                   also {{limit:lyrics}}, {{limit:duration.least}}, {{limit:riffusion.sound}} …
    {{count:songs}}             2                      COUNTS
    {{setting:queue_limit}}     500                    settings
    {{refusal:sonic/create-custom.title}}   the answer to that page's refused request that changes `title`, as a block
    {{error:insufficient_credits}}  403 `insufficient_credits`
    {{page:sonic/wav}}          [Get WAV](/docs/sonic/wav)
    {{code:verify.py}}          the file guides/code/verify.py, as a block
    {{table:prices}}            a whole table: TABLES
    {{base}}                    http://127.0.0.1:8000

A passage between `{{if sonic/upload}}` and `{{end}}`, each on a line of its own, stands only where that page is shown;
`{{if not …}}` is the contrary.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from troubadour_server.billing.prices import PRICES, SONGS
from troubadour_server.reference.routes import Refusal
from troubadour_server.request import nuro, riffusion
from troubadour_server.request.errors import ERRORS, MANNERS, RETRY_AFTER_S, STATUS_TYPES, body
from troubadour_server.request.limits import CLIPS_OF_A_CREATE, DURATION_S, LYRICS_DESCRIPTION, MODELS
from troubadour_server.request.lyrics import CANDIDATES
from troubadour_server.settings import Settings, described
from troubadour_server.storage.songs import MADE_ON_DEMAND
from troubadour_server.tasks.webhooks import LONGEST_URL

PLACE = re.compile(r"\{\{(\w+)(?::([^{}\s]+))?\}\}")
PASSAGE = re.compile(
    r"^\{\{if (not )?(\S+)\}\}\n((?:(?!^\{\{if ).)*?)^\{\{end\}\}(?:\n|\Z)", re.MULTILINE | re.DOTALL
)  # innermost first
GUIDES = files("troubadour_server.reference").joinpath("guides")
COUNTS = {
    "songs": CLIPS_OF_A_CREATE,
    "lyrics": CANDIDATES,
    "retry_after_s": RETRY_AFTER_S,
    "webhook_url": LONGEST_URL,
}
LEXERS = {"py": "python", "mjs": "javascript", "php": "php", "go": "go", "rb": "ruby"}
POOLS = {"songs": "song credits", "lyrics": "lyrics credits"}


class UnknownFact(Exception):
    """A guide asks for something that no table has; the message names it."""


@dataclass(frozen=True)
class Facts:
    """The tables of one server: its settings, its address, and the pages that it shows (slug → title)."""

    settings: Settings
    base: str
    pages: Mapping[str, str]
    priced: Mapping[str, tuple[str, ...]]  # price item → the slugs that cost it
    refusals: Mapping[str, tuple[Refusal, ...]]  # slug → what is refused there
    aliases: tuple[tuple[str, str, str], ...]  # method, path, the path that it is another name of


def filled(text: str, facts: Facts) -> str:
    """A guide's Markdown with its places filled. Raises UnknownFact."""

    def passage(found: re.Match[str]) -> str:
        shown = (found[2] in facts.pages) != bool(found[1])
        return found[3] if shown else ""

    def place(found: re.Match[str]) -> str:
        try:
            return FACTS[found[1]](facts, found[2] or "")
        except (KeyError, AttributeError, ValueError, FileNotFoundError, StopIteration):
            raise UnknownFact(f"no table has {found[0]}") from None

    while PASSAGE.search(text):
        text = PASSAGE.sub(passage, text)
    return PLACE.sub(place, text)


def _limit(_facts: Facts, name: str) -> str:
    if name == "lyrics":
        return str(LYRICS_DESCRIPTION)
    thing, _, column = name.partition(".")
    if thing == "riffusion":
        return str(riffusion.LIMITS[column])
    if thing == "duration":
        return str(DURATION_S[("least", "most").index(column)])
    return str(getattr(MODELS[thing], column))


def _error(_facts: Facts, name: str) -> str:
    status = next((status for _, status, word in ERRORS if word == name), None)
    status = status or next(status for status, word in STATUS_TYPES.items() if word == name)
    return f"{status} `{name}`"


def _refusal(facts: Facts, slug: str, field: str) -> str:
    told = next(each for each in facts.refusals[slug] if field in each.change)
    answer = json.dumps(body(told.status, told.type, told.message), indent=2, ensure_ascii=False)
    return f"```json\n{answer}\n```"


def page_link(facts: Facts, slug: str) -> str:
    """A link to a page that is shown. Raises KeyError."""
    return f"[{facts.pages[slug]}](/docs/{slug})"


def _code(name: str) -> str:
    source = GUIDES.joinpath("code", name).read_text(encoding="utf-8").rstrip("\n")
    return f"```{LEXERS[name.rpartition('.')[2]]}\n{source}\n```"


FACTS: dict[str, Callable[[Facts, str], str]] = {
    "price": lambda facts, name: str(facts.settings.price(name)) if name in PRICES else _missing(name),
    "limit": _limit,
    "count": lambda _facts, name: str(COUNTS[name]),
    "setting": lambda facts, name: f"{getattr(facts.settings, name)}",
    "error": _error,
    "refusal": lambda facts, name: _refusal(facts, *name.rpartition(".")[::2]),
    "page": page_link,
    "code": lambda _facts, name: _code(name),
    "table": lambda facts, name: TABLES[name](facts),
    "models": lambda _facts, _name: ", ".join(f"`{name}`" for name in MODELS),
    "formats": lambda _facts, _name: ", ".join(f"`{name}`" for name in MADE_ON_DEMAND),
    "base": lambda facts, _name: facts.base,
}


def _missing(name: str) -> str:
    raise KeyError(name)


def markdown_table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; bars and line ends inside cells are made harmless."""
    named = [" ".join(str(cell).split()).replace("|", "\\|") for cell in head]
    lines = [[" ".join(str(cell).split()).replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [named, ["---"] * len(named), *lines])


def _prices(facts: Facts) -> str:
    rows = []
    for item, slugs in facts.priced.items():
        calls = ", ".join(page_link(facts, slug) for slug in slugs)
        pool = "" if PRICES[item].pool == SONGS else f" {POOLS[PRICES[item].pool]}"
        rows.append((calls, f"{facts.settings.price(item)}{pool}", f"`{item}`"))
    return markdown_table(("Call", "Credits", "In the setting"), rows)


def _models(_facts: Facts) -> str:
    head = ("`mv`", "Lyrics", "Style words", "Description", "Title")
    rows = ((f"`{name}`", each.prompt, each.tags, each.description, each.title) for name, each in MODELS.items())
    return markdown_table(head, rows)


def _errors(_facts: Facts) -> str:
    told: dict[tuple[int, str], list[str]] = {}
    for kind, status, word in ERRORS:
        told.setdefault((status, word), []).append(_meaning(kind))
    rows = {key: " ".join(dict.fromkeys(each)) for key, each in told.items()}
    for status, word in STATUS_TYPES.items():
        rows.setdefault((status, word), FRAMEWORK[status])
    rows[500, "internal_error"] = (
        "Something broke inside. Nothing is charged; the server's log has the details under the answer's `x-request-id`."
    )
    return markdown_table(
        ("HTTP", "`type`", "When"), ((status, f"`{word}`", rows[status, word]) for status, word in sorted(rows))
    )


FRAMEWORK = {
    404: "There is no such route.",
    405: "The route exists and does not take this method; `Allow` names those that it takes.",
    413: "The body is larger than is read.",
    416: "The `Range` header asks for bytes that the file does not have.",
    429: "Too much at once; `Retry-After` says when to try again.",
}


def _meaning(kind: type[Exception]) -> str:
    """What an error is for, as its class says; those of libraries in our words."""
    if kind.__module__.split(".")[0] not in ("troubadour", "troubadour_server"):
        return "The service cannot reach its database just now; try again in a few seconds."
    return (kind.__doc__ or "").split("\n\n")[0]


def _settings(facts: Facts) -> str:
    return markdown_table(("Setting", "Meaning"), ((f"`{each.name}`", each.meaning) for each in described(facts.settings)))


def _aliases(facts: Facts) -> str:
    return markdown_table(
        ("Another name", "The same as"), ((f"`{m} {path}`", f"`{m} {same}`") for m, path, same in facts.aliases)
    )


def _nuro_values(kind: str) -> Callable[[Facts], str]:
    fields = ("genre", "mood", "timbre", "gender") if kind == nuro.VOCAL else nuro.LISTS
    rows = ((f"`{field}`", ", ".join(f"`{value}`" for value in nuro.values(kind, field))) for field in fields)
    return lambda _facts: markdown_table(("Field", "Values"), rows)


def _nuro_lengths(_facts: Facts) -> str:
    names = {nuro.VOCAL: "`vocal`", nuro.V1: "`bgm`, v1.0", nuro.V2: "`bgm`, v2.0"}
    head = ("Kind", "Shortest", "Longest", "When `duration` is absent")
    return markdown_table(
        head,
        ((names[kind], f"{least} s", f"{most} s", "what the words need" if usual is None else f"{usual} s")
         for kind, (least, most, usual) in nuro.DURATIONS_S.items()),
    )  # fmt: skip


def _nuro_errors(_facts: Facts) -> str:
    """Every error that a route can give, in nuro's words."""
    told: dict[tuple[int, str], list[str]] = {}
    for kind, status, word in ERRORS:
        number = NURO.statuses.get(word, status)
        told.setdefault((number, NURO.words.get(number, word)), []).append(_meaning(kind))
    rows = ((status, f"`{word}`", " ".join(dict.fromkeys(each))) for (status, word), each in sorted(told.items()))
    return markdown_table(("HTTP", "`type`", "When"), rows)


NURO = MANNERS["/api/v1/nuro/"]
TABLES: dict[str, Callable[[Facts], str]] = {
    "prices": _prices,
    "models": _models,
    "errors": _errors,
    "settings": _settings,
    "aliases": _aliases,
    "nuro-vocal": _nuro_values(nuro.VOCAL),
    "nuro-bgm": _nuro_values(nuro.BGM),
    "nuro-lengths": _nuro_lengths,
    "nuro-errors": _nuro_errors,
}
