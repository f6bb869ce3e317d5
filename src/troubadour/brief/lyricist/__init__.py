"""`write_lyrics`: words about a description; `make_title`: a name for a song."""

from troubadour.brief.lyricist.draft import Draft, make_title, write_lyrics

__all__ = ["Draft", "make_title", "write_lyrics"]
