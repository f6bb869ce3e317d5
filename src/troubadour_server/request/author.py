"""Words by a language model, where one is configured: any endpoint that speaks the chat completions of OpenAI.

Ours makes the draft: its form, its lengths, its rhymes. The model is asked to fill that sheet; what comes back is checked line
by line, lines that do not fit are asked for once more, and what still does not fit is sung as ours wrote it. An endpoint that
is silent, slow or confused costs nobody a song: the draft stands, and the log says why.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi.concurrency import run_in_threadpool

from troubadour.brief.lyricist import Draft
from troubadour.brief.lyricist.sheet import Place, WantedLine, filled, misfits, wanted
from troubadour_server.settings import Settings

log = logging.getLogger(__name__)

SYSTEM = (
    "You write song lyrics: plain modern speech, concrete images, singable lines, true rhymes, no clichés. "
    "You answer with JSON only."
)
LONGEST_ANSWER_BYTES = 200_000


@dataclass(frozen=True)
class Author:
    """An endpoint that writes."""

    url: str
    key: str
    model: str
    timeout_s: float
    transport: httpx.AsyncBaseTransport | None = None

    async def words(self, description: str, own: Mapping[str, str], seed: int) -> dict[str, str]:
        """Title and words about a description in the form of ours; ours where the endpoint fails."""
        try:
            return await self._written(description, Draft(own["title"], own["lyrics"]), seed)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, IndexError) as error:
            log.warning("the lyrics endpoint failed (%s: %s); our own words are sung", type(error).__name__, str(error)[:200])
            return dict(own)

    async def _written(self, description: str, draft: Draft, seed: int) -> dict[str, str]:
        sheet = await run_in_threadpool(wanted, draft)
        first = await self._asked(asking(description, sheet, draft.title), seed)
        title, lines = str(first.get("title", "")), read_lines(first)
        wrong = await run_in_threadpool(misfits, draft, lines)
        if wrong:
            again = read_lines(await self._asked(asking_again(sheet, lines, wrong), seed))
            lines = {**lines, **{name: replaced(lines.get(name, []), again.get(name, []), name, wrong) for name in sheet}}
        words = await run_in_threadpool(filled, draft, lines, title)
        return {"title": words.title, "lyrics": words.lyrics}

    async def _asked(self, message: str, seed: int) -> dict[str, Any]:
        body = {
            "model": self.model,
            "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": message}],
            "temperature": 0.9,
            "seed": seed,
            "response_format": {"type": "json_object"},
        }
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        async with httpx.AsyncClient(timeout=self.timeout_s, transport=self.transport, trust_env=False) as client:
            answer = await client.post(f"{self.url.rstrip('/')}/chat/completions", json=body, headers=headers)
        answer.raise_for_status()
        if len(answer.content) > LONGEST_ANSWER_BYTES:
            raise ValueError("the answer is too long")
        return read_json_object(answer.json()["choices"][0]["message"]["content"])


def author(settings: Settings) -> Author | None:
    """The endpoint of the settings, if there is one."""
    if not settings.lyrics_url:
        return None
    return Author(settings.lyrics_url, settings.lyrics_key, settings.lyrics_model, settings.lyrics_timeout_s)


def asking(description: str, sheet: Mapping[str, list[WantedLine]], title: str) -> str:
    """What the endpoint is asked for."""
    form = {name: [{"syllables": line.syllables, "rhyme": line.rhyme} for line in lines] for name, lines in sheet.items()}
    return (
        f"Write a song about: {description}\n"
        f"Its form, a list of lines for each section; lines of a section with equal letters rhyme:\n{json.dumps(form)}\n"
        "Keep the number of lines and their syllables. The chorus holds the title, twice. Verses tell a story; the same words "
        "rhyme with themselves only in the chorus.\n"
        f'Answer: {{"title": "…", "sections": {{"<name>": ["line", …], …}}}} with exactly these names. A working title: {title}'
    )


def asking_again(sheet: Mapping[str, list[WantedLine]], lines: Mapping[str, list[str]], wrong: Mapping[Place, str]) -> str:
    """A second request about the lines that do not fit."""
    told = "\n".join(f"- {name}, line {index + 1}: {why}" for (name, index), why in wrong.items())
    return (
        f"These lines of your song do not fit:\n{told}\nThe song: {json.dumps(dict(lines), ensure_ascii=False)}\n"
        f"Write the whole song again with those lines changed, the others kept. Lines a section: "
        f"{json.dumps({name: [line.syllables for line in section] for name, section in sheet.items()})} syllables.\n"
        'Answer: {"sections": {"<name>": ["line", …], …}}'
    )


def read_json_object(text: str) -> dict[str, Any]:
    """The JSON object in an answer, fenced or not. Raises ValueError."""
    match = re.search(r"\{.*\}", text, re.DOTALL)
    if match is None:
        raise ValueError("the answer holds no JSON object")
    found = json.loads(match[0])
    if not isinstance(found, dict):
        raise ValueError("the answer is no JSON object")
    return found


def read_lines(answer: Mapping[str, Any]) -> dict[str, list[str]]:
    """Lines by section, whether sections came as an object or as a list of objects."""
    sections = answer.get("sections", {})
    if isinstance(sections, list):
        sections = {str(one.get("name", "")): one.get("lines", []) for one in sections if isinstance(one, dict)}
    if not isinstance(sections, dict):
        return {}
    return {str(name): [str(line) for line in lines] for name, lines in sections.items() if isinstance(lines, list)}


def replaced(lines: list[str], again: list[str], name: str, wrong: Mapping[Place, str]) -> list[str]:
    """A section with its wrong lines as they came the second time."""
    length = max(len(lines), len(again))
    padded = [*lines, *[""] * (length - len(lines))]
    return [again[i] if (name, i) in wrong and i < len(again) else padded[i] for i in range(length)]
