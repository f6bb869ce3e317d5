"""Every setting of the service: one table, read from `TROUBADOUR_…` in the environment.

Nothing else in the service reads the environment. `troubadour settings` prints this table with its defaults, the values in
force and the meanings; the descriptions below are that text. Command-line options (`--data`, `--host`, `--port`) win over it.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from troubadour_server.billing.prices import PRICES

PREFIX = "TROUBADOUR_"


class BadSetting(Exception):
    """A setting that cannot be read; the message names it and says what it should be."""


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


class Settings(BaseSettings):
    """The settings in force. Read-only once the service runs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    data: Path = Field(
        default_factory=lambda: user_data_path("troubadour"),
        description="Folder for the database, the songs and the first key. On a local disk.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 is every one of this machine's.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    database_url: str = Field("", description="postgresql://… for many machines; empty: SQLite in the data folder.")
    storage_url: str = Field(
        "", description="s3://bucket/prefix and the like for many machines; empty: a folder in the data folder."
    )
    public_url: str = Field(
        "", description="Base of all file links, such as https://music.example.org; empty: the request's own host."
    )
    workers: int = Field(
        default_factory=cores, ge=0, le=256, description="Worker processes of this machine; each makes one song at a time."
    )
    learned_from: Literal["all", "public_domain"] = Field(
        "all", description="Which songs the composer learned from: all of its corpora, or songs in the public domain alone."
    )
    lyrics_url: str = Field(
        "",
        description="Base of an OpenAI-compatible endpoint that writes lyrics, such as http://localhost:11434/v1; empty: ours.",
    )
    lyrics_key: str = Field("", description="The endpoint's API key, if it wants one.")
    lyrics_model: str = Field("default", description="The endpoint's model.")
    lyrics_timeout_s: float = Field(
        20.0, gt=0, description="Longest time one answer of the endpoint may take; then ours writes."
    )
    separator: str = Field(
        "",
        description=(
            "File with the weights of a trained network that takes recordings apart (HTDemucs or a Roformer as safetensors, "
            "docs/separators.md); empty: masks over the spectrum do it."
        ),
    )
    formats: str = Field(
        "mp3,wav,mid,musicxml,json,cover", description="Files that are made of every song; mp3 is always among them."
    )
    video: Literal["on_demand", "always"] = Field(
        "on_demand", description="When the karaoke video is made: at the first call of its link, or with every song."
    )
    convert_timeout_s: float = Field(900.0, gt=0, description="Longest time that one file of a song may take on demand.")
    song_timeout_s: float = Field(1800.0, gt=0, description="Longest time one song may take before it fails and is refunded.")
    read_timeout_s: float = Field(12.0, gt=0, description="Longest time reading a request may take at submit.")
    body_limit_bytes: int = Field(1_000_000, ge=1024, description="Largest request body that is read.")
    queue_limit: int = Field(500, ge=1, description="Unfinished tasks an account may have; one more is answered 429.")
    lease_s: float = Field(
        10.0, gt=0, description="A worker that is silent for so long is taken for dead, and its songs are taken up."
    )
    poll_s: float = Field(0.3, gt=0, description="How often an idle worker looks for songs to make.")
    allow_private_urls: bool = Field(
        False,
        description="1 lets uploads and webhooks reach one's own network (this server's own file links are always accepted).",
    )
    upload_limit_bytes: int = Field(200_000_000, ge=1024, description="Largest recording that is taken in.")
    upload_timeout_s: float = Field(
        90.0, gt=0, description="Longest time that fetching a recording may take; as long again for reading it."
    )
    webhook_secret: str = Field(
        "",
        description="Signs webhooks whose create brought no secret; empty: one is made and kept in the data folder (webhook-secret).",
    )
    webhook_retry_s: float = Field(
        5.0,
        gt=0,
        description="A webhook that failed is sent again after so long, then at growing distances: by default for a day.",
    )
    prices: dict[str, int] = Field(
        default_factory=dict,
        description='Prices that differ from the table, as JSON: {"create": 15}. Names: ' + ", ".join(PRICES) + ".",
    )

    @property
    def database(self) -> str:
        """The database's address for SQLAlchemy and for the task engine."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'troubadour.db'}"

    @property
    def embedded(self) -> bool:
        """Everything lives in the data folder, which one server owns."""
        return self.database.startswith("sqlite")

    @property
    def storage(self) -> str:
        """Where files are kept: a URL of an object store, or a folder."""
        return self.storage_url or (self.data.resolve() / "files").as_uri()

    @property
    def song_formats(self) -> tuple[str, ...]:
        """The formats of every song."""
        named = (name.strip() for name in self.formats.split(","))
        video = ("mp4",) if self.video == "always" else ()
        return tuple(dict.fromkeys(("mp3", *(name for name in named if name), *video)))

    def price(self, item: str) -> int:
        """What a call costs, in credits."""
        return self.prices.get(item, PRICES[item].credits)

    def environment(self) -> dict[str, str]:
        """These settings for a child process, so that it runs under exactly the same ones."""
        told = {PREFIX + name.upper(): _as_text(value) for name, value in self.model_dump(mode="json").items()}
        return {**{k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}, **told}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def load(**overrides: Any) -> Settings:
    """The settings in force; overrides that are None are left alone. Raises BadSetting."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise BadSetting(f"{name}: {first['msg'].lower()} (it is {first['input']!r}).") from None
    except ValueError as error:  # pydantic-settings: JSON that cannot be read
        raise BadSetting(f"a {PREFIX}… setting cannot be read: {error}") from None


@dataclass(frozen=True)
class Described:
    """One row of `troubadour settings`."""

    name: str
    default: str
    value: str
    meaning: str


def described(settings: Settings) -> tuple[Described, ...]:
    """Every setting with its default, the value in force (passwords in addresses hidden) and its meaning."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True, validated_data={})
        told, now = (_hidden(name, _as_text(_plain(value))) for value in (default, getattr(settings, name)))
        rows.append(Described(PREFIX + name.upper(), told, now, field.description or ""))
    return tuple(rows)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


def _hidden(name: str, text: str) -> str:
    """An address without its password; of a secret, only that there is one."""
    if name.endswith(("_secret", "_key")):
        return "***" if text else ""
    return re.sub(r"(://[^:/@\s]*:)[^@/\s]+@", r"\1***@", text)
