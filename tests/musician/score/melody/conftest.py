"""Plans made by hand, for tests of tunes. `*` marks a stressed syllable, `·` divides a word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pytest

from troubadour.brief import Brief, Key, Line, Metre, Request
from troubadour.plan import PhrasePlan, Plan, Player, SectionPlan
from troubadour.score.melody import Melody, compose_melody
from troubadour.score.value import Chord, Note, Phrase, Section, SungLine
from troubadour.words import Syllable, Word

FUNCTION = frozenset(
    {"the", "a", "an", "of", "to", "in", "and", "or", "but", "for", "with", "on", "my", "are", "is", "i", "you", "we", "me"}
)


def word(text: str) -> Word:
    """A word written with its syllables: `yes·ter·*day` has its main stress on the last, `*rain·y` on the first."""
    parts = text.split("·")
    stressed = any(part.startswith("*") for part in parts)
    syllables = []
    for index, part in enumerate(parts):
        plain = part.lstrip("*")
        main = part.startswith("*") if stressed else index == 0
        content = plain.strip(",.!?").lower() not in FUNCTION
        stress = 2 if main and (len(parts) > 1 or content) else 0
        syllables.append(Syllable(plain + (" " if index == len(parts) - 1 else ""), "", plain[:1], "", stress))
    return Word(tuple(syllables), content=len(parts) > 1 or parts[0].strip(",.!?").lower() not in FUNCTION)


def line(text: str) -> Line:
    """A line of such words; one in brackets is a backing line."""
    backing = text.startswith("(")
    words = tuple(word(part) for part in text.strip("()").split())
    return Line("".join(each.text for each in words).strip(), words, backing)


VERSE_1 = ("*walk·ing down the *emp·ty *av·e·nue", "the *ne·on signs are *flick·er·ing for you",
           "I *nev·er thought the *morn·ing would ar·*rive", "but *some·how we are *still a·*live")  # fmt: skip
VERSE_2 = ("*fold·ing up the *let·ters that you wrote", "a *bro·ken *mel·o·dy in·*side my throat",
           "I *tell my·*self the *win·ter has to end", "I *lost a *lov·er and I *lost a friend")  # fmt: skip
CHORUS = ("*hold on to me", "*un·der the *riv·er of light", "*hold on to me", "we are *dan·cing all night", "(all night)")
BRIDGE = ("and if the *o·cean *ris·es", "I will be *wait·ing on the shore")

FORM = (
    ("Intro", "intro", 0.3, (("i", 4, ()),)),
    ("Verse 1", "verse", 0.45, (("A", 8, VERSE_1),)),
    ("Chorus 1", "chorus", 0.8, (("B", 8, CHORUS),)),
    ("Verse 2", "verse", 0.5, (("A", 8, VERSE_2),)),
    ("Chorus 2", "chorus", 0.85, (("B", 8, CHORUS),)),
    ("Solo", "solo", 0.7, (("S", 8, ()),)),
    ("Bridge", "bridge", 0.6, (("C", 4, BRIDGE),)),
    ("Chorus 3", "chorus", 0.95, (("B", 8, CHORUS),)),
    ("Outro", "outro", 0.3, (("o", 4, ()),)),
)
LOOPS = {"major": ((0, "maj"), (7, "maj"), (9, "min"), (5, "maj")), "minor": ((0, "min"), (8, "maj"), (3, "maj"), (10, "maj"))}


def plan(
    style: str = "pop",
    seed: int = 1,
    take: int = 0,
    tempo_bpm: float = 100.0,
    metre: Metre | None = None,
    key: Key | None = None,
    form: tuple[tuple[str, str, float, tuple[tuple[str, int, tuple[str, ...]], ...]], ...] = FORM,
    voice: str | None = None,
    lead: str = "flute",
) -> Plan:
    """A whole plan about a form of (name, kind, energy, phrases of (label, bars, lines))."""
    sections = tuple(
        SectionPlan(
            name,
            kind,
            energy,
            tuple(PhrasePlan(label, bars, tuple(line(text) for text in lines)) for label, bars, lines in phrases),
        )
        for name, kind, energy, phrases in form
    )
    brief = Brief(Request(seed=seed, take=take), "", ((style, 1.0),))
    band = (Player("lead", lead),)
    return Plan(brief, style, "", tempo_bpm, metre or Metre(), key or Key(0), 0, sections, band, voice)


def placed(plan: Plan) -> tuple[tuple[Section, ...], tuple[Phrase, ...], tuple[Chord, ...]]:
    """The sections, phrases and chords (a loop of four) that the rest of the score would hand over."""
    sections, phrases, bar = [], [], 0
    for section in plan.sections:
        sections.append(Section(section.name, section.kind, bar, section.bars, section.energy))
        for phrase in section.phrases:
            phrases.append(Phrase(phrase.label, bar, phrase.bars))
            bar += phrase.bars
    loop = LOOPS["minor" if plan.key.mode == "minor" else "major"]
    length = plan.metre.bar_ticks
    chords = []
    for index in range(bar):
        step, quality = loop[index % 4]
        root = (plan.key.tonic + step) % 12
        chords.append(Chord(index * length, length, root, quality, root))
    return tuple(sections), tuple(phrases), tuple(chords)


@dataclass(frozen=True)
class Written:
    """A plan, where its phrases stand, and the melody that was written for it."""

    plan: Plan
    sections: tuple[Section, ...]
    phrases: tuple[Phrase, ...]
    chords: tuple[Chord, ...]
    melody: Melody

    @property
    def vocals(self) -> tuple[SungLine, ...]:
        return self.melody.sung[0].lines

    def notes_of(self, label: str, which: int) -> list[Note]:
        """The lead voice's notes in the `which`-th phrase with a label, from the phrase's start (its pickup included)."""
        phrase = [phrase for phrase in self.phrases if phrase.label == label][which]
        bar = self.plan.metre.bar_ticks
        start, end = phrase.start_bar * bar, (phrase.start_bar + phrase.bars) * bar
        lines = [line for line in self.vocals if start - 480 <= line.start and line.end <= end]
        return [Note(n.start - start, n.length, n.pitch) for line in lines for notes in line.notes for n in notes]


@cache
def written(**wanted) -> Written:
    made = plan(**wanted)
    where = placed(made)
    return Written(made, *where, compose_melody(made, *where))


@pytest.fixture(name="written", scope="session")
def _written():
    """Writes the melody of a hand-made plan: `written(style="folk", take=1)`."""
    return written


@pytest.fixture(name="line", scope="session")
def _line():
    """Makes a line: `line("*hold on to me")`."""
    return line
