"""The guides that come before the routes."""

from __future__ import annotations

from troubadour_server.reference.routes import Family, Guide

START = Family(
    "Guides",
    (
        Guide("introduction", "Introduction", "introduction.md"),
        Guide("special-scenarios", "Special scenarios", "special-scenarios.md"),
        Guide("faq", "FAQ & troubleshooting", "faq.md"),
        Guide("credits", "Credits usage guide", "credits.md"),
        Guide("errors", "Error handling", "errors.md"),
    ),
)
