"""How a style sings: straight in folk, behind the beat in soul, clipped in punk, sliding in R&B, spoken in rap.

A manner is a row of the table; a style has one, and words about the singing (`SungPart.manner`: autotune, whisper, belt …)
change it. Figures are those of the singer's own `plain` manner multiplied or replaced, after what recordings of each
style do (Sundberg 1987, ch. 8; Frühauf et al., "Laid-back vocal timing", 2013, for the 20-30 ms of soul).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Manner:
    """A way of singing. `glide` and `vibrato` are parts of the usual length and depth; `held`: how much of a note sounds."""

    glide: float = 1.0
    scoop_cents: float = 35.0
    vibrato: float = 1.0
    vibrato_from_s: float = 0.28
    drift_cents: float = 4.5
    jitter_cents: float = 2.5
    late_s: float = 0.0  # behind the beat
    held: float = 1.0
    lift_db: float = 4.0  # from the calmest section to the wildest
    bright_db: float = 5.0  # above 2.5 kHz, likewise
    breath: float = 0.0  # added to the voice's own
    rough: float = 0.0  # 0 clean … 1 shouted
    fall_cents: float = 0.0  # at the end of a line
    speech: bool = False  # the pitch of speech, on the song's beats


PLAIN = Manner()
MANNERS = {
    "plain": PLAIN,
    "straight": Manner(glide=0.8, scoop_cents=20.0, vibrato=0.5, vibrato_from_s=0.5, lift_db=3.0, bright_db=3.0),
    "laid_back": Manner(glide=1.2, scoop_cents=50.0, vibrato=1.2, late_s=0.025, fall_cents=40.0),
    "clipped": Manner(glide=0.5, scoop_cents=10.0, vibrato=0.0, held=0.8, lift_db=2.0, bright_db=6.0, rough=0.15),
    "gliding": Manner(glide=1.8, scoop_cents=60.0, vibrato=1.1, late_s=0.015, breath=0.2, fall_cents=60.0),
    "solemn": Manner(glide=1.2, scoop_cents=15.0, vibrato=1.4, vibrato_from_s=0.2),
    "intimate": Manner(scoop_cents=25.0, vibrato=0.6, lift_db=2.0, bright_db=2.0, breath=0.35),
    "shouted": Manner(glide=0.7, scoop_cents=60.0, vibrato=0.3, lift_db=3.0, bright_db=8.0, rough=0.7, fall_cents=120.0),
    "spoken": Manner(scoop_cents=0.0, vibrato=0.0, speech=True, lift_db=2.0, bright_db=3.0),
}

# The manner of each style; any other style sings plainly.
OF_STYLES = {
    "straight": "folk country bluegrass americana celtic singer_songwriter sea_shanty indie_folk",
    "laid_back": "soul jazz blues reggae funk lofi neo_soul bossa_nova gospel swing motown dub trip_hop",
    "clipped": "punk pop_punk hardcore new_wave ska post_punk",
    "gliding": "rnb r_and_b contemporary_rnb trap_soul afrobeats kpop",
    "solemn": "orchestral classical opera hymn choral cinematic musical",
    "intimate": "ambient chillout dream_pop shoegaze bedroom_pop acoustic",
}
BY_STYLE = {style: MANNERS[name] for name, styles in OF_STYLES.items() for style in styles.split()}

# What words about the singing change (`Brief.singing`).
WORDS: dict[str, dict[str, Any]] = {
    "autotune": {
        "glide": 0.08, "scoop_cents": 0.0, "vibrato": 0.0, "drift_cents": 0.0, "jitter_cents": 0.0, "fall_cents": 0.0, "speech": False,
    },
    "whisper": {"breath": 1.3, "vibrato": 0.2, "lift_db": 0.0, "bright_db": 1.0},
    "soft": {"breath": 0.4, "lift_db": 2.0, "bright_db": 2.0},
    "belt": {"bright_db": 8.0, "lift_db": 5.0, "vibrato": 1.3, "rough": 0.1},
    "rough": {"rough": 0.35},
    "scream": {"rough": 0.9, "bright_db": 9.0, "scoop_cents": 80.0, "vibrato": 0.0, "fall_cents": 150.0},
    "rap": {"speech": True, "vibrato": 0.0, "scoop_cents": 0.0},
}  # fmt: skip


def manner_of(style: str, words: tuple[str, ...] = ()) -> Manner:
    """How a style sings, changed by words about the singing."""
    manner = BY_STYLE.get(style, PLAIN)
    for word in words:
        if word in MANNERS:
            manner = MANNERS[word]
        manner = replace(manner, **WORDS.get(word, {}))
    return manner
