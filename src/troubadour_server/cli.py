"""The `troubadour` command: the musician's verbs, and those of the service: serve, work, keys, credits, settings.

Exit codes: 0 done · 2 the command line is wrong · 3 the request cannot be met (an unknown account, a port in use) · 4 this
machine lacks something · 130 interrupted. Results go to standard output, messages to standard error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from troubadour import cli_recordings  # noqa: F401 - its commands join the others
from troubadour.cli import EPILOG, app, one_thread
from troubadour.errors import Unready
from troubadour_server.settings import BadSetting, Settings, described, load

USAGE, REFUSED, UNREADY = 2, 3, 4

keys = typer.Typer(help="API keys: each opens an account of its own unless it names one.", no_args_is_help=True, epilog=EPILOG)
credits_ = typer.Typer(help="What accounts may spend.", no_args_is_help=True, epilog=EPILOG)
app.add_typer(keys, name="keys")
app.add_typer(credits_, name="credits")
err = Console(stderr=True, highlight=False, soft_wrap=True)

Data = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="The data folder (default: see `troubadour settings`).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def fail(message: object, code: int) -> typer.Exit:
    """Says what is wrong, in one sentence."""
    err.print(f"troubadour: {message}", style="red", markup=False)
    return typer.Exit(code)


def the_settings(**overrides: Any) -> Settings:
    """The settings in force, the command line's first."""
    try:
        return load(**overrides)
    except BadSetting as error:
        raise fail(error, USAGE) from None


@app.command()
def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on (default: 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on (default: 8000).")] = None,
    data: Data = None,
    welcome: Annotated[bool, typer.Option("--welcome", help="Order a first song and show how it is made.")] = False,
) -> None:
    """Run the server: the API, the Studio page and the workers, in one. Ctrl-C ends it."""
    from troubadour_server.serve import serve as run
    from troubadour_server.tasks.supervisor import CannotStart

    try:
        run(the_settings(host=host, port=port, data=data), welcome)
    except CannotStart as error:
        raise fail(error, REFUSED) from None
    except Unready as error:
        raise fail(error, UNREADY) from None


@app.command()
def work(data: Data = None) -> None:
    """Run workers only, for a server elsewhere or with TROUBADOUR_WORKERS=0."""
    from troubadour_server.serve import work as run
    from troubadour_server.tasks.supervisor import CannotStart

    try:
        run(the_settings(data=data))
    except CannotStart as error:
        raise fail(error, REFUSED) from None
    except Unready as error:
        raise fail(error, UNREADY) from None


@contextmanager
def the_database(data: Path | None) -> Iterator[Any]:
    """A transaction on the database, which is made when it is not there; works beside a running server."""
    from troubadour_server.storage.database import opened
    from troubadour_server.storage.prepare import prepare
    from troubadour_server.tasks.supervisor import CannotStart, prepare_folder

    settings = the_settings(data=data)
    try:
        prepare_folder(settings.data)
    except CannotStart as error:
        raise fail(error, REFUSED) from None
    prepare(settings, engine_tables=False)
    with opened(settings.database) as engine, engine.begin() as connection:
        yield connection


@keys.command("create")
def keys_create(
    name: Annotated[str, typer.Option("--name", help="Whose key it is.")],
    credits: Annotated[
        int | None,
        typer.Option("--credits", min=0, help="Fills the song pool and the lyrics pool; without it there is no limit."),
    ] = None,
    account: Annotated[str | None, typer.Option("--account", help="The account it opens (default: a new one).")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make an API key and show it, this once."""
    from troubadour_server.billing.accounts import create_key

    with the_database(data) as connection:
        made = create_key(connection, name, credits, account)
    if as_json:
        print(json.dumps(vars(made), ensure_ascii=False))
    else:
        print(made.key)
        err.print(f"Key of account {made.account!r}. It is not shown again.", markup=False)


@keys.command("list")
def keys_list(data: Data = None, as_json: AsJson = False) -> None:
    """List the keys (their last characters) and what their accounts have left."""
    from troubadour_server.billing.accounts import list_keys

    with the_database(data) as connection:
        rows = list_keys(connection)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    lines = [("id", "name", "account", "ends in", "state", "songs", "extra", "lyrics")]
    for row in rows:
        left = [
            "no limit" if row["pools"][pool] is None else str(row["pools"][pool])
            for pool in ("subscription", "extra", "lyrics")
        ]
        lines.append((row["id"], row["name"], row["account"], row["ending"], _state(row), *left))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _state(row: dict[str, Any]) -> str:
    return "in use" if row["revoked_at"] is None else f"revoked {row['revoked_at'][:10]}"


@keys.command("revoke")
def keys_revoke(
    key: Annotated[str, typer.Argument(help="The key, its id or its name.")], data: Data = None, as_json: AsJson = False
) -> None:
    """Make a key useless, at once."""
    from troubadour_server.billing.accounts import revoke_key

    with the_database(data) as connection:
        count = revoke_key(connection, key)
    if count == 0:
        raise fail("no key in use has this value, id or name; `troubadour keys list` shows them.", REFUSED)
    print(json.dumps({"revoked": count}) if as_json else f"revoked: {count}")


@credits_.command("grant")
def credits_grant(
    account: Annotated[str, typer.Argument(help="The account's name or id (`troubadour keys list`).")],
    amount: Annotated[int, typer.Argument(min=1, help="How many credits.")],
    pool: Annotated[str, typer.Option("--pool", help="extra (spent first), subscription or lyrics.")] = "extra",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add credits to an account."""
    from troubadour_server.billing.accounts import POOLS, find_account
    from troubadour_server.billing.ledger import grant

    if pool not in POOLS:
        raise fail(f"--pool is one of {', '.join(POOLS)}.", USAGE)
    with the_database(data) as connection:
        owner = find_account(connection, account)
        if owner is None:
            raise fail(f"there is no account {account!r}; `troubadour keys list` shows them.", REFUSED)
        left = grant(connection, owner, pool, amount)
    if as_json:
        print(json.dumps({"account": account, "pool": pool, "balance": left}))
    else:
        print(f"{pool}: {'no limit' if left is None else left}")


@app.command()
def settings(as_json: AsJson = False) -> None:
    """List every setting: its default, its value now, and what it means."""
    rows = described(the_settings())
    if as_json:
        print(json.dumps([vars(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        changed = "" if row.value == row.default else f"   (default: {row.default})"
        print(f"{row.name}={row.value}{changed}\n    {row.meaning}")


def main() -> None:
    """The `troubadour` command."""
    one_thread()
    app()
