"""What a style file may say.

**Head**: `id`, `name`, `about` (what it is, in a line), `words` (what else it is called), `family`, and `like`: the style whose
cover, titles, desk and pocket it shares where those have no row of its own. It ends at the first empty line.

**Patterns** are strings, one character a step, bars divided by `|`. The steps share the bar of the style's first metre (or of
the metre that the pattern is written for): 16 to a 4/4 bar are sixteenths, 12 are triplet eighths, 8 are eighths; in 12/8, 12
are eighths; in 3/4, 12 are sixteenths.

    any      .  silence     =  the last note goes on
    drums    -  ghost       o  soft        x  normal      X  accent
    chords   -  o  x  X     the whole chord, by strength
             D  U  d  u     strum down, up, softly; m  muted strum
             B  F           the root or the fifth below, alone (the left hand, the thumb)
             1 … 9          the n-th note of the voicing from below; past its top it goes on an octave higher
             P  p           root, fifth and octave; the same muted by the palm
    bass     1 3 5 6 7 8    chord degrees; 2 the octave of the fifth below; a  a step that leads into the next chord;
             n              the next chord's root, before its time and into its bar
    words    pad            one long chord a change;  drone  root and fifth of the key, held
             walk           a walking bass;  kick  the root wherever the kick drum is
             riff           a figure that is drawn once and returns
             tune           a counter-line in the melody's gaps;  answer  short chords there
             double         the melody, an octave away or in unison;  thirds  a third or a sixth below it;
             soli           the melody on top of a section's chords

**Progressions**: chords by bar, bars divided by `|`, several chords share a bar; numerals as `theory.chords` reads them.
**Forms**: sections divided by `/`, each its kind and its phrases: `verse A8 B8`. Equal letters are the same material; small
letters have no melody. A form may also be the name of one of `_shared.toml`; so may the table of `energy` (`curve = "song"`).
**Energy** runs from 0 to 1; a player plays where the section's energy reaches `from_energy`.
**Metres**: the first is the style's own; a groove with `metre = "6/8"`, or a player's `in_metre."6/8"` patterns, are for songs
in that one. `grouping."9/8" = [2, 2, 2, 3]` says how a bar is felt.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from troubadour.brief.value import Metre
from troubadour.theory.chords import numeral
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.theory.scales import MODES

Unit = Annotated[float, Field(ge=0, le=1)]
Role = Literal["drums", "bass", "chords", "pad", "lead", "riff", "arpeggio", "counter", "percussion", "effects"]
WITH_THE_TUNE = ("tune", "answer", "double", "thirds", "soli")  # words of parts that listen to the melody
WORD_PATTERNS = ("pad", "drone", "walk", "kick", "riff", *WITH_THE_TUNE)
DRUM_SIGNS, PLAYED_SIGNS, BASS_SIGNS = set(".-oxX="), set(".=-oxXDUdumBFPp123456789"), set(".=12356789an")


def _instrument(name: str) -> str:
    if name not in INSTRUMENTS:
        raise ValueError(f"no such instrument: {name}")
    return name


def _progression(text: str) -> str:
    for bar in text.split("|"):
        if not bar.split():
            raise ValueError(f"an empty bar in {text!r}")
        for chord in bar.split():
            numeral(chord)
    return text


def _chord(text: str) -> str:
    if text:
        numeral(text)
    return text


def _pattern(text: str) -> str:
    lengths = {len(bar.replace(" ", "")) for bar in text.split("|")}
    if text not in WORD_PATTERNS and len(lengths) != 1:
        raise ValueError(f"bars of unequal length in {text!r}")
    return text


InstrumentId = Annotated[str, AfterValidator(_instrument)]
Progression = Annotated[str, AfterValidator(_progression)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class _Fact(BaseModel):
    """A frozen part of a style; an unknown key in the file is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tempo(_Fact):
    """Beats (quarters) a minute: the range in which the style lives, and its home."""

    low: float
    high: float
    default: float

    @model_validator(mode="after")
    def _ordered(self) -> Tempo:
        if not 30 <= self.low <= self.default <= self.high <= 240:
            raise ValueError("a tempo needs 30 <= low <= default <= high <= 240")
        return self


class Groove(_Fact):
    """A drum pattern. `energy` is where it feels at home; `voices` maps a drum's name to its pattern."""

    energy: Unit
    voices: dict[str, Pattern]
    metre: str = ""  # the metre that it is for, if not the style's first


class Member(_Fact):
    """A place in the band. The first instrument is the usual one, the others are for other takes.

    `patterns` maps an energy to the patterns used from there on; `only_in` and `rest_in` name section kinds.
    """

    role: Role
    instruments: tuple[InstrumentId, ...]
    from_energy: Unit = 0.0
    to_energy: Unit = 1.0
    only_in: tuple[str, ...] = ()
    rest_in: tuple[str, ...] = ()
    centre: int | None = None  # the MIDI pitch that its voicings gather about
    voices: int = 4  # notes in a voicing
    loudness: Annotated[float, Field(ge=0.2, le=1.4)] = 1.0
    optional: Unit = 0.0  # the chance that a song goes without
    lends: bool = False  # a blend borrows this player
    octaves: bool = False  # single notes are doubled an octave higher
    touch: Literal["", "short", "long", "muted"] = ""  # how notes are held
    patterns: dict[str, tuple[Pattern, ...]] = Field(default_factory=dict)
    in_metre: dict[str, dict[str, tuple[Pattern, ...]]] = Field(default_factory=dict)

    def patterns_at(self, energy: float, metre: str = "") -> tuple[str, ...]:
        """The patterns of the highest energy that this one reaches, in the metre of the song if there are such."""
        table = self.in_metre.get(metre, self.patterns)
        steps = sorted(table, key=float)
        reached = [step for step in steps if float(step) <= energy + 1e-9] or steps[:1]
        return table[reached[-1]] if reached else ()

    @property
    def all_patterns(self) -> dict[str, tuple[Pattern, ...]]:
        """Every pattern, by the metre that it is written for ("" is the style's own)."""
        tables = {"": self.patterns, **self.in_metre}
        return {metre: tuple(p for ps in table.values() for p in ps) for metre, table in tables.items()}


class FormSection(_Fact):
    """One section of a form template: its kind and its (label, bars)."""

    kind: str
    phrases: tuple[tuple[str, int], ...]

    @property
    def bars(self) -> int:
        """Bars of all phrases."""
        return sum(bars for _, bars in self.phrases)


class Form(_Fact):
    """A form for music without words: `intro i4 / verse A8 B8 / …`."""

    weight: float = 1.0
    sections: tuple[FormSection, ...]

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("sections"), str):
            sections = []
            for text in value["sections"].split("/"):
                kind, *phrases = text.split()
                sections.append(
                    {
                        "kind": kind,
                        "phrases": tuple(
                            (p.rstrip("0123456789"), int(p.lstrip("".join(set(p) - set("0123456789"))))) for p in phrases
                        ),
                    }
                )
            return {**value, "sections": tuple(sections)}
        return value


class SongForm(_Fact):
    """What the band plays around the words, in bars: the choices that a song draws from."""

    intro: tuple[int, ...] = (4,)
    interlude: tuple[int, ...] = (4,)
    solo: tuple[int, ...] = (8,)
    outro: tuple[int, ...] = (4,)
    solo_kind: str = "solo"  # what stands before the last chorus when there is room: solo, drop, break
    lift: Unit = 0.0  # chance that the last chorus, and what follows it, stands a whole tone higher


class Harmony(_Fact):
    """How chords move. `sevenths` is the chance that a song's plain triads grow sevenths; `learned` the chance that a phrase
    takes its progression from the human bank; `bars_per_chord` stretches the progressions of fast styles, `two_a_bar` is the
    chance that a kind of section goes through them at two chords a bar where bars last 2.6 seconds and more."""

    bars_per_chord: int = 1
    two_a_bar: Unit = 0.0
    sevenths: Unit = 0.0
    learned: Unit = 0.0
    turnaround: Unit = 0.3
    cadence: Annotated[str, AfterValidator(_chord)] = ""  # what leads home; by the mode if it is not said
    home: Annotated[str, AfterValidator(_chord)] = ""  # the last chord; the plain tonic, or as rich as the others


class MelodyHints(_Fact):
    """What the tune should be like; `syllables_per_bar` is the density that feels natural at the default tempo."""

    syllables_per_bar: float = 5.0
    note_value: Literal["quarter", "eighth", "sixteenth"] = "eighth"
    delivery: Literal["sung", "rap", "spoken"] = "sung"
    syncopation: Unit = 0.3
    repeat_rate: Unit = 0.4  # repeated notes
    pentatonic: Unit = 0.4
    height: Unit = 0.5  # 0 low … 1 high in the voice
    leaps: Unit = 0.4
    backing: Unit = 0.5  # how much backing vocals take part
    chromatic: Unit | None = None  # how freely passing tones leave the scale
    blue: Unit | None = None  # how often the third and seventh are sung flat
    span: Annotated[int, Field(ge=7, le=24)] | None = None  # semitones from the lowest to the highest note
    lift: float | None = None  # semitones that a chorus lies above the verses
    density: float | None = None  # notes a 4/4 bar of an instrumental tune
    hold: float | None = None  # how long line ends are held
    old: bool | None = None  # in the manner of old songs and standards

    @property
    def register(self) -> float:
        """Where in the voice the tune lies; the file calls it `height` (pydantic's classes have a `register` already)."""
        return self.height


class Desk(_Fact):
    """Hints for the mix: room 0 dry … 1 hall; brightness 0 dark … 1 bright; how far the voice stands before the band."""

    room: Unit = 0.35
    brightness: Unit = 0.5
    voice_db: float = 0.0
    low_end: Unit = 0.5
    width: Unit = 0.5
    pump: Unit = 0.0  # how hard the kick ducks the others


class Style(_Fact):
    """A genre, as its file says it."""

    id: str
    name: str
    about: str = ""
    words: tuple[str, ...] = ()
    family: str
    like: str = ""
    tempo: Tempo
    metres: tuple[str, ...] = ("4/4",)
    grouping: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    swing: Unit = 0.0
    swing_unit: Literal[8, 16] = 8
    looseness: Unit = 0.4
    modes: dict[str, float]
    length_s: tuple[float, float] = (140.0, 200.0)
    keys: Literal["any", "guitar", "flat", "piano"] = "any"
    ending: Literal["ring", "cold", "thin"] = "ring"
    harmony: Harmony = Harmony()
    song: SongForm = SongForm()
    energy: dict[str, Unit] = Field(default_factory=dict)
    singers: tuple[str, ...] = ()  # voices that suit it; they are drawn more often
    fills: tuple[str, ...] = ("toms", "snare")
    melody: MelodyHints = MelodyHints()
    desk: Desk = Desk()
    progressions: dict[str, dict[str, tuple[Progression, ...]]]
    forms: tuple[Form, ...]
    grooves: tuple[Groove, ...] = ()
    band: tuple[Member, ...]

    @model_validator(mode="after")
    def _sound(self) -> Style:
        unknown = set(self.modes) - set(MODES)
        if unknown:
            raise ValueError(f"no such mode: {sorted(unknown)}")
        for mode, pools in self.progressions.items():
            if "any" not in pools:
                raise ValueError(f"progressions.{mode} needs an `any`")
        if not any(member.role == "lead" for member in self.band):
            raise ValueError("a band needs a lead for tunes without words")
        for metre, counts in self.grouping.items():
            if sum(counts) != int(metre.split("/")[0]):
                raise ValueError(f"grouping {counts} does not fill {metre}")
        self._written_well()
        return self

    def _written_well(self) -> None:
        """Every pattern in signs that its player reads, in whole steps of its bar."""
        for groove in self.grooves:
            for voice, pattern in groove.voices.items():
                self._check(pattern, groove.metre, DRUM_SIGNS, voice)
        for member in self.band:
            signs = BASS_SIGNS if member.role == "bass" else PLAYED_SIGNS
            for metre, patterns in member.all_patterns.items():
                for pattern in patterns:
                    if pattern not in WORD_PATTERNS:
                        self._check(pattern, metre, signs, f"{member.role} {member.instruments[0]}")

    def _check(self, pattern: str, metre: str, signs: set[str], whose: str) -> None:
        strange = set(pattern) - signs - set(" |")
        if strange:
            raise ValueError(f"{whose}: {''.join(sorted(strange))!r} in {pattern!r} means nothing to this player")
        bar_ticks = self.native(metre).bar_ticks
        for bar in pattern.split("|"):
            steps = len(bar.replace(" ", ""))
            if bar_ticks % steps or bar_ticks // steps < 40:
                raise ValueError(f"{whose}: {steps} steps do not fill a bar of {metre or self.metres[0]}: {bar!r}")

    def native(self, metre: str = "") -> Metre:
        """A metre that patterns are written in: the style's first unless another is named."""
        beats, unit = (metre or self.metres[0]).split("/")
        return Metre(int(beats), int(unit), self.grouping.get(metre or self.metres[0], ()))
