"""What is wanted: the request as it came, and the brief that was understood from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from troubadour.words import Word


@dataclass(frozen=True)
class Taste:
    """What a persona keeps of a song: who sings, in which range and how, and what music it was."""

    voice: str | None  # None: nobody sang
    styles: tuple[tuple[str, float], ...]
    moods: tuple[str, ...] = ()
    singing: tuple[str, ...] = ()  # ways of singing, as in `Brief.singing`
    sung_range: tuple[int, int] | None = None  # lowest and highest sung MIDI pitch


@dataclass(frozen=True)
class Segment:
    """A section of an exact length. `name`: intro, verse, chorus, inst, bridge or outro."""

    name: str
    duration_s: float


@dataclass(frozen=True)
class Strengths:
    """How much of something a caller wants, 0-1; None: as usual."""

    words: float | None = None  # the words before the tune: nearer to speech, further in front of the band; usual is 0.5
    clarity: float | None = None  # less room, more presence; usual is 0.25
    finish: float | None = None  # from a sketch of few players to a full production; usual is 0.75
    variation: float | None = None  # how many repetitions of a stanza get a tune of their own; usual is 0


@dataclass(frozen=True)
class Placement:
    """`song`: the part of a notional song that the piece is; `words`: the part of the piece in which somebody sings. 0-1."""

    song: tuple[float, float] = (0.0, 1.0)
    words: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True)
class Request:
    """What a caller may ask for, in the caller's words. Nothing here has been understood yet.

    `text` is a description, `tags` are style words, `lyrics` the words to sing (None: write some from `text`).
    `take` 0, 1, … ask for clearly different songs from one request. `duration_s` includes the tail. `segments` are the form of
    a song without words, each met to the sample; the last one holds the ending.
    """

    text: str = ""
    tags: str = ""
    negative_tags: str = ""
    lyrics: str | None = None
    title: str = ""
    instrumental: bool = False
    voice: str | None = None  # a voice id, "f" or "m"
    seed: int = 0
    take: int = 0
    duration_s: float | None = None
    bpm: float | None = None
    key: str | None = None  # "A minor"
    metre: str | None = None  # "3/4"
    style_weight: float | None = None
    weirdness: float | None = None
    language: str | None = None  # of the lyrics: en, zh, ja, es, de, fr, it, pt or a name; None: what their script shows
    nearest_voice: bool = False  # sing a language that no voice knows as well as can be, with a remark
    taste: Taste | None = None  # a persona: its singer sings; its styles and moods where none are asked for
    segments: tuple[Segment, ...] = ()
    timbre: str | None = None  # a colour of the voice: a row of `theory.timbres`
    strengths: Strengths = Strengths()
    learned_from: str = "all"  # which songs the composer has learned from: a name of `LEARNED_FROM`
    placement: Placement | None = None  # with a duration
    instruction: str = ""  # changes to be made to the song once it is written


LEARNED_FROM = ("all", "public_domain")


@dataclass(frozen=True)
class Metre:
    """A time signature. `beats` of `unit`: 4/4, 3/4, 6/8, 7/8. `grouping`: how an odd bar is felt, where not as usual (2+2+2+3)."""

    beats: int = 4
    unit: int = 4
    grouping: tuple[int, ...] = ()

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks (480 to the quarter)."""
        return self.beats * 1920 // self.unit

    def __str__(self) -> str:
        return f"{self.beats}/{self.unit}"


@dataclass(frozen=True)
class Key:
    """A tonic (0 = C … 11 = B) and a mode of `theory.scales`: major, minor, dorian, harmonic minor …"""

    tonic: int
    mode: str = "major"


@dataclass(frozen=True)
class Line:
    """One sung line: what stands in the lyrics, and its words with their syllables. `backing` lines stood in brackets.

    `singer`: whom a mark named for it: "f", "m", "both", or "".
    """

    text: str
    words: tuple[Word, ...]
    backing: bool = False
    singer: str = ""

    @property
    def syllable_count(self) -> int:
        """How many syllables the voice sings."""
        return sum(len(word.syllables) for word in self.words)


@dataclass(frozen=True)
class Stanza:
    """Lines under one mark. `kind`: intro, verse, pre_chorus, chorus, hook, bridge, break, solo, outro. `label` as written."""

    kind: str
    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Lyrics:
    """The words of a song in singing order. `marked`: the author gave the form, and each line is sung as often as it stands."""

    text: str
    stanzas: tuple[Stanza, ...]
    marked: bool


@dataclass(frozen=True)
class Effect:
    """What one word of the prompt did: `("rainy-night", "mood: melancholy")`."""

    word: str
    effect: str


@dataclass(frozen=True)
class Brief:
    """What was understood. None means: the style decides."""

    request: Request
    title: str
    styles: tuple[tuple[str, float], ...]  # style ids with weights that sum to 1, strongest first
    moods: tuple[str, ...] = ()
    energy: float | None = None  # 0 calm … 1 wild
    brightness: float | None = None  # 0 dark … 1 bright
    instruments: tuple[str, ...] = ()  # instrument ids that were asked for
    without: tuple[str, ...] = ()  # instrument ids, stem names or style ids that must not appear
    tempo_bpm: float | None = None  # asked for in so many words: exact
    tempo_range_bpm: tuple[float, float] | None = None  # "slow", "uptempo"
    key: Key | None = None
    mode: str | None = None  # "minor", "dorian" without a tonic
    metre: Metre | None = None
    duration_s: float | None = None
    voice: str | None = None  # a voice id, "f", "m", or None
    lyrics: Lyrics | None = None  # None: instrumental
    effects: tuple[Effect, ...] = field(default_factory=tuple)
    form: tuple[Stanza, ...] = ()  # sections that the marks of an instrumental ask for, without lines
    singing: tuple[str, ...] = ()  # ways of singing: choir, duet, rap, whisper, belt, harmony, autotune, scream, rough, soft

    sung_range: tuple[int, int] | None = None  # lowest and highest MIDI pitch of the lead, inside its voice

    @property
    def marked_singers(self) -> bool:
        """Whether the lyrics say who sings what."""
        return self.lyrics is not None and any(line.singer for stanza in self.lyrics.stanzas for line in stanza.lines)

    @property
    def seed(self) -> int:
        """The request's seed."""
        return self.request.seed

    @property
    def take(self) -> int:
        """Which of several songs from one request this is."""
        return self.request.take
