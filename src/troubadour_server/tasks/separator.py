"""Which separator takes recordings apart in the processes of this service."""

from __future__ import annotations

from pathlib import Path

from troubadour_server.settings import load


def use_the_separator() -> None:
    """The one that the settings name."""
    named = load().separator
    if named:
        from troubadour.listen.separate import use

        use(Path(named))


def told(separator: str) -> str:
    """How recordings are taken apart, in words for callers."""
    return f"by the network in {Path(separator).name}" if separator else "without a trained network"
