"""A first plain lyricist: two verses and a chorus around the strongest words of a description."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from troubadour.brief.value import Lyrics, Request
from troubadour.chance import Chance


@dataclass(frozen=True)
class Draft:
    """A title, marked lyrics, and the words of the description that they are about."""

    title: str
    lyrics: str
    about: tuple[str, ...] = ()


def write_lyrics(
    description: str,
    seed: int,
    take: int,
    styles: Sequence[str] = (),
    moods: Sequence[str] = (),
    room_s: float | None = None,
    title: str = "",
) -> Draft:
    """Words about a description."""
    words = [word for word in re.findall(r"[A-Za-z]{4,}", description.lower()) if word not in ("song", "about", "with", "slow")]
    hook = " ".join(words[-2:]) or "this song"
    verse = [
        f"I still remember {hook} from before",
        "You left your shadow standing at the door",
        f"And every time I think of {hook}",
        "I find another page in the same old book",
    ]
    chorus = [f"Oh, {hook}", "Stay with me tonight", f"Oh, {hook}", "Till the morning light"]
    Chance(seed, take).stream("words").shuffle(verse[:0])
    text = "\n".join(
        ["[Verse 1]", *verse, "", "[Chorus]", *chorus, "", "[Verse 2]", *verse[2:], *verse[:2], "", "[Chorus]", *chorus]
    )
    return Draft(title or hook.title(), text, tuple(words))


def make_title(request: Request, styles: Sequence[str], moods: Sequence[str], lyrics: Lyrics | None) -> str:
    """A name for a song that came without one."""
    if lyrics:
        lines = [line.text for stanza in lyrics.stanzas if stanza.kind == "chorus" for line in stanza.lines]
        lines += [line.text for stanza in lyrics.stanzas for line in stanza.lines]
        return " ".join(lines[0].split()[:4]).strip(",;:.!?").title()
    return f"{(moods or ('quiet',))[0]} {(styles or ('song',))[0]}".replace("_", " ").title()
