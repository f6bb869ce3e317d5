"""`render`: a `Score` becomes `Stems`."""

from troubadour.stems.value import Audio, Stems, Window

__all__ = ["Audio", "Stems", "Window"]
