"""`balance`: `Stems` and a `Plan` become a `Mix`."""

from troubadour.mix.value import Desk, Loudness, Mix

__all__ = ["Desk", "Loudness", "Mix"]
