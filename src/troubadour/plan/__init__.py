"""`decide`: a `Brief` becomes a `Plan`."""

from troubadour.plan.value import Move, PhrasePlan, Plan, Player, SectionPlan

__all__ = ["Move", "PhrasePlan", "Plan", "Player", "SectionPlan"]
