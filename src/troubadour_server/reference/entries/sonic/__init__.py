"""The sonic family: songs, edits of songs, one's own recordings, and other forms of a song."""

from troubadour_server.reference.entries.sonic.edits import EDITS
from troubadour_server.reference.entries.sonic.forms import FORMS
from troubadour_server.reference.entries.sonic.recordings import RECORDINGS
from troubadour_server.reference.entries.sonic.songs import SONGS

__all__ = ["EDITS", "FORMS", "RECORDINGS", "SONGS"]
