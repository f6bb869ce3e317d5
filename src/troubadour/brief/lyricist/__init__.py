"""`write_lyrics`: words about a description; `make_title`: a name for a song."""

from troubadour.brief.lyricist.draft import Draft, write_lyrics
from troubadour.brief.lyricist.titles import make_title

__all__ = ["Draft", "make_title", "write_lyrics"]
