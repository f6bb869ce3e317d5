"""What a style likes in a tune.

A style's file has the first word (its `melody` hints); the table here adds what only a tune cares for. Figures are
judgement, kept near what POP909 (pop) and OpenEWLD (older songs) show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from troubadour.brief import Request
from troubadour.plan import Plan
from troubadour.styles import STYLES


@dataclass(frozen=True)
class Traits:
    """How a style shapes its tunes. Shares are 0-1."""

    grid: int = 240  # the step that words are set on first, in ticks
    syncopation: float = 0.3  # share of beats that are anticipated by half a beat
    pentatonic: float = 0.4  # how much the fourth and seventh degree are avoided
    chromatic: float = 0.0  # how freely passing tones leave the scale
    blue: float = 0.0  # how often the third and seventh are sung flat
    leap: float = 0.5  # love of intervals wider than a step
    repeat: float = 0.5  # love of repeated notes
    span: int = 14  # semitones from the lowest to the highest note of the song
    lift: float = 3.5  # semitones that a chorus lies above the verses
    register: float = 0.5  # 0 low … 1 high in the voice
    delivery: str = "sung"  # or "rap", "spoken": verses on few pitches
    backing: float = 0.5  # how much other singers take part
    harmony: float = 0.6  # section energy from which a chorus is doubled by a second voice
    lead_density: float = 4.5  # notes a 4/4 bar of an instrumental tune
    old: bool = False  # in the manner of old songs and standards
    hold: float = 1.0  # how long line ends are held

    @property
    def rap(self) -> bool:
        """Whether verses are nearer to speech than to song."""
        return self.delivery != "sung"


TRAITS: dict[str, Traits] = {
    "pop": Traits(),
    "rock": Traits(syncopation=0.25, pentatonic=0.6, blue=0.12, repeat=0.65, span=13, lift=4.0),
    "folk": Traits(syncopation=0.08, pentatonic=0.5, leap=0.6, repeat=0.4, lift=2.5, old=True, harmony=0.45, lead_density=5.0),
    "jazz": Traits(syncopation=0.4, pentatonic=0.0, chromatic=0.35, blue=0.08, leap=0.7, repeat=0.25, span=16, lift=2.5,
                   old=True, harmony=0.95, lead_density=5.5),
    "hip_hop": Traits(grid=120, syncopation=0.3, pentatonic=0.6, blue=0.05, leap=0.3, repeat=0.8, span=10, lift=4.0,
                      delivery="rap", harmony=0.7),
    "house": Traits(syncopation=0.4, pentatonic=0.6, leap=0.4, repeat=0.6, span=12, lift=3.0, hold=1.3),
    "synthwave": Traits(syncopation=0.3, pentatonic=0.4, leap=0.5, repeat=0.5, lift=4.0, hold=1.3),
    "lofi": Traits(syncopation=0.35, pentatonic=0.5, chromatic=0.08, leap=0.4, repeat=0.5, span=11, lift=2.0, harmony=0.9,
                   lead_density=3.5),
    "orchestral": Traits(syncopation=0.05, pentatonic=0.1, chromatic=0.05, leap=0.7, repeat=0.25, span=16, lift=3.5, old=True,
                         lead_density=3.5, hold=1.5),
    "metal": Traits(syncopation=0.2, pentatonic=0.3, chromatic=0.1, blue=0.05, repeat=0.6, span=14, lift=4.5, harmony=0.8,
                    lead_density=6.0),
}  # fmt: skip


# The style file's name of a hint → ours.
HINTS = {
    "syncopation": "syncopation", "pentatonic": "pentatonic", "repeat_rate": "repeat", "leaps": "leap",
    "register": "register", "delivery": "delivery", "backing": "backing", "chromatic": "chromatic", "blue": "blue",
    "span": "span", "lift": "lift", "density": "lead_density", "hold": "hold", "old": "old",
}  # fmt: skip


def traits_of(plan: Plan) -> Traits:
    """The traits of the plan's leading style: our table's, led by what the style's file says of its tunes."""
    found = next((TRAITS[name] for name in STYLES.kin(plan.style) if name in TRAITS), Traits())
    style = STYLES.get(plan.style)
    if style is None:
        return bent(found, plan.brief.request)
    told = {ours: getattr(style.melody, theirs) for theirs, ours in HINTS.items()}
    told = {ours: value for ours, value in told.items() if value is not None}
    return bent(replace(found, grid=120 if style.melody.note_value == "sixteenth" else 240, **told), plan.brief.request)


def bent(traits: Traits, request: Request) -> Traits:
    """The traits, further from the usual by the request's weirdness, nearer to speech by the strength of its words."""
    odd = 0.0 if request.weirdness is None else request.weirdness - 0.5
    spoken = 0.0 if request.strengths.words is None else request.strengths.words - 0.5
    if not odd and not spoken:
        return traits
    return replace(
        traits,
        chromatic=_share(traits.chromatic + 0.6 * max(odd, 0.0)),
        leap=_share(traits.leap + 0.8 * odd - 0.4 * spoken),
        syncopation=_share(traits.syncopation + 0.6 * odd),
        pentatonic=_share(traits.pentatonic - 0.8 * odd),
        repeat=_share(traits.repeat + 0.6 * spoken),
        span=traits.span + round(8 * odd - 4 * spoken),
    )


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
