"""A plan in style words: what a few tags mean to this band, said at length, so that it can be asked for again.

Every word is one that the musician understands and that its plan decided: styles, tempo, metre, mode, moods, instruments.
"""

from __future__ import annotations

from troubadour.brief import Request
from troubadour.brief.read import read
from troubadour.plan.decide import decide
from troubadour.plan.value import Plan
from troubadour.styles.shelf import STYLES
from troubadour.theory.instruments import INSTRUMENTS

PACES = ((72.0, "slow"), (96.0, "relaxed"), (118.0, "mid-tempo"), (138.0, "lively"), (400.0, "fast"))  # up to bpm: its word
ENERGIES = ((0.34, "quiet"), (0.5, "gentle"), (0.66, "building"), (0.8, "energetic"), (1.01, "powerful"))
SWINGING = 0.3
HEARD_FIRST = ("lead", "riff", "chords", "arpeggio", "counter", "pad", "bass", "drums", "percussion")
MOST_INSTRUMENTS = 6
KINDS = {"pre_chorus": "pre-chorus"}


def upsampled(tags: str) -> str:
    """A few style words as a longer text: the same words first, then what the band would do with them."""
    return described(tags, decide(read(Request(tags=tags, instrumental=True))))


def described(tags: str, plan: Plan) -> str:
    """`tags` and what `plan` adds to them, each thing once, separated by commas."""
    said: list[str] = []
    for word in (*tags.split(","), *_styles(plan), *_time(plan), *_mood(plan), *_band(plan), _form(plan)):
        clean = " ".join(word.split())
        if clean and not any(clean.lower() in earlier.lower() for earlier in said):
            said.append(clean)
    return ", ".join(said)


def _styles(plan: Plan) -> list[str]:
    """The styles of the blend, the leading one with two of its other names."""
    first, *others = [STYLES[style] for style, _ in plan.brief.styles if style in STYLES] or [STYLES[plan.style]]
    return [first.name.lower(), *first.words[:2], *(f"with a touch of {style.name.lower()}" for style in others[:2])]


def _time(plan: Plan) -> list[str]:
    pace = next(word for most, word in PACES if plan.tempo_bpm <= most)
    feel = "swing feel" if plan.swing >= SWINGING else "straight feel"
    return [f"{pace} {plan.tempo_bpm:.0f} bpm", f"{plan.metre} time", feel]


def _mood(plan: Plan) -> list[str]:
    energy = sum(s.energy * s.bars for s in plan.sections) / max(1, sum(s.bars for s in plan.sections))
    return [*plan.brief.moods, next(word for most, word in ENERGIES if energy < most), f"{plan.key.mode} key"]


def _band(plan: Plan) -> list[str]:
    ranked = sorted(
        (p for p in plan.band if p.role in HEARD_FIRST),
        key=lambda p: (p.instrument not in plan.brief.instruments, HEARD_FIRST.index(p.role)),
    )
    names = list(dict.fromkeys(INSTRUMENTS[player.instrument].name for player in ranked))
    return names[:MOST_INSTRUMENTS]


def _form(plan: Plan) -> str:
    kinds = list(dict.fromkeys(section.kind for section in plan.sections))
    return "form of " + " and ".join(KINDS.get(kind, kind) for kind in kinds[:4]) if len(kinds) > 1 else ""
