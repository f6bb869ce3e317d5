"""Everything that the musician may refuse, drawn as a tree.

    TroubadourError
    ├── Refused           the request cannot be met as it stands; its author can change it
    │   ├── BadRequest        a value outside its range, or fields that contradict each other
    │   ├── LyricsTooLong     more words than the longest song holds
    │   ├── Unsingable        no voice can pronounce these words
    │   └── BadAudio          a recording that cannot be read, or has nothing in it
    └── Unready           this machine lacks something; its operator can install it
        ├── SoundsMissing     the sound bank has not been built
        ├── ToolMissing       an outside program (ffmpeg, flite) is not there
        └── BadWeights        a file of weights is of no network that is known

A message says what happened, with the number, and what to do next. HTTP statuses are assigned elsewhere, in one table.
"""

from __future__ import annotations


class TroubadourError(Exception):
    """Something the musician will not or cannot do; the message is for the person who can act."""


class Refused(TroubadourError):
    """The request cannot be met as it stands."""


class BadRequest(Refused):
    """A value is outside its range, or two of them contradict each other."""


class LyricsTooLong(Refused):
    """The words need more time than the song may last."""


class Unsingable(Refused):
    """No voice here can pronounce these words."""


class BadAudio(Refused):
    """A recording cannot be read, or has nothing in it."""


class Unready(TroubadourError):
    """This machine lacks something that an operator can install."""


class SoundsMissing(Unready):
    """The sound bank or a voice has not been built."""


class ToolMissing(Unready):
    """An outside program is not installed."""


class BadWeights(Unready):
    """A file of weights cannot be used: it is broken, or of a network that is not known."""
