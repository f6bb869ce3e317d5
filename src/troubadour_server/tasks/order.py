"""What a family of routes hands to the service: one typed order, whatever the wire looked like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from troubadour.brief import Request


@dataclass(frozen=True)
class Order:
    """An operation, asked for by an account.

    `requests` has one entry for each clip that is to come out. `wire` holds what the family's answers show back as it was
    sent (`mv`, `gpt_description_prompt` …). `price_item` is a row of the price table.
    """

    family: str
    operation: str
    price_item: str
    requests: tuple[Request, ...]
    base_url: str
    wire: Mapping[str, Any] = field(default_factory=dict)
    idempotency_key: str | None = None
    webhook_url: str | None = None
    webhook_secret: str | None = None
