"""The price table: what a call costs, and from which pool.

Column V3/SEED of section 2.2 of the reference; where that column says "not visible" the value inferred there, else the column
of 2026, and the sister documentation's for what only it has. `TROUBADOUR_PRICES` changes any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

SONGS, LYRICS = "songs", "lyrics"  # what a price is paid with; songs are paid from the extra pool first


@dataclass(frozen=True)
class Price:
    """Credits for one call, and the pool they come from."""

    credits: int
    pool: str = SONGS


PRICES: dict[str, Price] = {
    "create": Price(15),  # create, extend, cover, sample, create with persona, upload-extend and -cover: two songs
    "lyrics": Price(10, LYRICS),
    "concat": Price(2),
    "upload": Price(2),
    "wav": Price(1),
    "stems_basic": Price(15),
    "stems_full": Price(75),
    "persona": Price(1),
    "replace_section": Price(15),
    "remaster": Price(15),
    "add_vocals": Price(15),
    "add_instrumental": Price(15),
    "mashup": Price(10),
    "create_voice": Price(4),
    "bpm": Price(1),
    "vox": Price(1),
    "midi": Price(1),  # once for a clip, like wav: a file that is there already costs nothing more
    "aligned_lyrics": Price(1),  # once for a clip
    "upsample_tags": Price(1),
    "download": Price(2),
    "producer": Price(12),  # every task type: one song
    "producer_lyrics": Price(1),
    "producer_video": Price(5),
    "riffusion": Price(12),  # every task type: two songs
    "studio": Price(15),  # two songs
    "nuro": Price(10),  # one song
}
