"""What a family of routes hands to the service: one typed order, whatever the wire looked like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast, get_args

from troubadour import codec
from troubadour.brief import Request
from troubadour.edit import Command as Edit

VOICE = "create_voice"  # the operation that makes a persona of a recorded voice, and the row of the price table


@dataclass(frozen=True)
class Split:
    """A song's stems: `basic` (voices and the rest) or `full` (a stem for each family)."""

    kind: str


@dataclass(frozen=True)
class Upload:
    """A recording that is brought here: from a URL, or (`kept`) as a file that was sent and put away under that key."""

    url: str
    name: str = ""
    kept: str = ""


Command = Upload | Request | Split | Edit
COMMANDS: dict[str, type[Any]] = {each.__name__: each for each in get_args(Command)}


def read_command(text: str) -> Any:
    """A command as it was stored."""
    return codec.loads(text, COMMANDS[codec.kind_of(text)])


def request_of(command: Any) -> Request:
    """What a command asks of new music; an empty request where it asks for none."""
    return command if isinstance(command, Request) else getattr(command, "request", Request())


def learned(command: Command, corpus: str) -> Command:
    """The command with the set of songs that its composer is to have learned from."""
    if isinstance(command, Request):
        return replace(command, learned_from=corpus)
    asked: Any = command
    if isinstance(getattr(command, "request", None), Request):
        return cast(Command, replace(asked, request=replace(asked.request, learned_from=corpus)))
    return command


@dataclass(frozen=True)
class Order:
    """An operation, asked for by an account.

    `commands` has one entry for each clip that is to come out (a command may bring more of them: stems, `joined`). `sources`
    are the clips that they are done to, in order. `joined` adds the whole song to each new part. `wire` holds what the family's answers show back as it was
    sent (`mv`, `gpt_description_prompt` …). `price_item` is a row of the price table.
    """

    family: str
    operation: str
    price_item: str
    commands: tuple[Command, ...]
    base_url: str
    wire: Mapping[str, Any] = field(default_factory=dict)
    idempotency_key: str | None = None
    webhook_url: str | None = None
    webhook_secret: str | None = None
    sources: tuple[str, ...] = ()
    joined: bool = False
    persona_id: str | None = None
