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
    "driving": Manner(glide=0.8, scoop_cents=45.0, vibrato=0.7, lift_db=5.0, bright_db=7.0, rough=0.1),
    "ornate": Manner(glide=1.6, scoop_cents=70.0, vibrato=1.6, vibrato_from_s=0.2, lift_db=5.0, fall_cents=40.0),
    "tuned": Manner(glide=0.4, scoop_cents=10.0, vibrato=0.3, drift_cents=2.0, jitter_cents=1.5, bright_db=6.0),
    "spoken": Manner(scoop_cents=0.0, vibrato=0.0, speech=True, lift_db=2.0, bright_db=3.0),
}

# The manner of each style. Rap's is that of its hooks: the verses of `RAPPED` are spoken.
OF_STYLES = {
    "plain": "pop jpop mandopop disco highlife new_age vaporwave synthwave post_rock",
    "straight": "folk country bluegrass americana celtic shanty childrens lullaby polka waltz march ragtime baroque",
    "laid_back": "soul jazz blues swing bebop latin_jazz bossa_nova samba funk gospel reggae dub lofi hip_hop boom_bap",
    "clipped": "punk ska new_wave math_rock",
    "driving": "rock indie_rock grunge salsa cumbia",
    "shouted": "metal",
    "gliding": "rnb afrobeat kpop trap dancehall",
    "ornate": "flamenco enka bollywood tango klezmer balkan",
    "solemn": "orchestral classical_piano cinematic trailer",
    "intimate": "ambient drone shoegaze",
    "tuned": "hyperpop chiptune house deep_house techno trance dubstep drum_and_bass reggaeton phonk",
}
RAPPED = frozenset(["hip_hop", "boom_bap", "trap", "phonk"])
BY_STYLE = {style: MANNERS[name] for name, styles in OF_STYLES.items() for style in styles.split()}
SUNG_BY_RAPPERS = ("chorus", "hook", "refrain")

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


def words_for(style: str, words: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """The words about the singing that hold for a section of a kind: rappers rap their verses and sing their hooks."""
    sung = tuple(word for word in words if word != "rap")
    raps = (style in RAPPED or "rap" in words) and kind not in SUNG_BY_RAPPERS
    return ("rap", *sung) if raps else sung


def manner_of(style: str, words: tuple[str, ...] = ()) -> Manner:
    """How a style sings, changed by words about the singing."""
    manner = BY_STYLE.get(style, PLAIN)
    for word in words:
        if word in MANNERS:
            manner = MANNERS[word]
        manner = replace(manner, **WORDS.get(word, {}))
    return manner
