"""The lift: the last chorus, and what follows it, a whole tone higher, where the style has that and no key was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from troubadour.brief import Brief
from troubadour.chance import Chance
from troubadour.plan.value import SectionPlan
from troubadour.styles import Style

SEMITONES = 2
CHORUSES = ("chorus", "hook")
LEAST_CHORUSES = 3  # a lift wants something to rise above


def lifted(sections: Sequence[SectionPlan], style: Style, brief: Brief) -> tuple[SectionPlan, ...]:
    """The sections with their lift."""
    choruses = [index for index, section in enumerate(sections) if section.kind in CHORUSES]
    drawn = Chance(brief.seed, brief.take).stream("plan", "lift").random() < style.song.lift
    if not drawn or brief.key is not None or len(choruses) < LEAST_CHORUSES:
        return tuple(sections)
    return tuple(replace(s, lift=SEMITONES) if index >= choruses[-1] else s for index, s in enumerate(sections))
