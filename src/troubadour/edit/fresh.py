"""Phrase labels that a song has not used: new tunes and chords, others for each take and seed."""

from __future__ import annotations

from troubadour.brief import Request
from troubadour.chance import Chance
from troubadour.plan import Plan, form


def fresh_letters(request: Request, plan: Plan) -> list[str]:
    """Spare letters in an order drawn by the request's seed; two takes share none of their first ones."""
    used = {phrase.label for section in plan.sections for phrase in section.phrases}
    letters = [letter for letter in form.SPARE_LETTERS if letter not in used] or list(form.SPARE_LETTERS)
    Chance(request.seed).stream("edit", "letters").shuffle(letters)
    turn = 4 * request.take % len(letters)
    return [*letters[turn:], *letters[:turn]]
