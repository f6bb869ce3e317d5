"""`decide`: a `Brief` becomes a `Plan`."""

from troubadour.plan.value import PhrasePlan, Plan, Player, SectionPlan

__all__ = ["PhrasePlan", "Plan", "Player", "SectionPlan"]
