"""`balance`: `Stems` and a `Plan` become a `Mix`."""

from troubadour.mix.value import Loudness, Mix

__all__ = ["Loudness", "Mix"]
