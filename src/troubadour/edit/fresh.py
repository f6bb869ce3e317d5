"""Phrase labels that a song has not used: new tunes and chords, others for each take and seed; and blocks that get such labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from troubadour.brief import Request
from troubadour.chance import Chance
from troubadour.plan import Plan, form
from troubadour.plan.form import Block
from troubadour.score import Score


def fresh_letters(request: Request, plan: Plan) -> list[str]:
    """Spare letters in an order drawn by the request's seed; two takes share none of their first ones."""
    used = {phrase.label for section in plan.sections for phrase in section.phrases}
    letters = [letter for letter in form.SPARE_LETTERS if letter not in used] or list(form.SPARE_LETTERS)
    Chance(request.seed).stream("edit", "letters").shuffle(letters)
    turn = 4 * request.take % len(letters)
    return [*letters[turn:], *letters[:turn]]


def relabelled(blocks: Sequence[Block], letters: Sequence[str], anew: Callable[[Block, str], bool]) -> list[Block]:
    """Blocks whose tuneful phrases get new letters, in turn, where `anew` says so of a block and a label."""
    given: dict[str, str] = {}
    made = []
    for block in blocks:
        phrases = []
        for phrase in block.phrases:
            fresh = phrase.label.isupper() and anew(block, phrase.label)
            label = given.setdefault(phrase.label, letters[len(given) % len(letters)]) if fresh else phrase.label
            phrases.append(replace(phrase, label=label))
        made.append(replace(block, phrases=tuple(phrases)))
    return made


def labels_outside(score: Score, start_s: float, end_s: float) -> frozenset[str]:
    """The labels of the phrases that do not sound between two times."""
    spans = [(p.label, score.bar_start(p.start_bar), score.bar_start(p.start_bar + p.bars)) for p in score.phrases]
    inside = {label for label, low, high in spans if score.seconds_at(low) < end_s and score.seconds_at(high) > start_s}
    return frozenset(label for label, _, _ in spans) - inside
