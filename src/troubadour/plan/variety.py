"""Tunes of their own for stanzas that come again: how much a singer varies what was sung before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from troubadour.plan.form import PEAKS, SPARE_LETTERS
from troubadour.plan.value import SectionPlan

CHORUSES_FROM = 0.85  # a chorus is what one hums: it is varied last


def varied(sections: Sequence[SectionPlan], variation: float | None) -> tuple[SectionPlan, ...]:
    """The form in which so many of the stanzas that repeat another's tune, the last ones first, get one of their own."""
    if not variation:
        return tuple(sections)
    seen: set[str] = set()
    repeated: list[int] = []
    for index, section in enumerate(sections):
        labels = {phrase.label for phrase in section.phrases if phrase.lines}
        if labels & seen and (section.kind not in PEAKS or variation >= CHORUSES_FROM):
            repeated.append(index)
        seen |= labels
    wanted = repeated[len(repeated) - round(min(1.0, variation / CHORUSES_FROM) * len(repeated)) :]
    spare = iter(letter for letter in SPARE_LETTERS if letter not in seen)
    made = list(sections)
    for index in wanted:
        fresh: dict[str, str] = {}
        for phrase in made[index].phrases:
            if phrase.lines and phrase.label not in fresh:
                fresh[phrase.label] = next(spare, phrase.label)
        phrases = tuple(replace(phrase, label=fresh.get(phrase.label, phrase.label)) for phrase in made[index].phrases)
        made[index] = replace(made[index], phrases=phrases)
    return tuple(made)
