"""`render`: a `Score` becomes `Stems`."""

from troubadour.stems.value import Audio, Stems

__all__ = ["Audio", "Stems"]
