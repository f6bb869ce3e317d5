"""A score as text: its facts, then section by section the chords, the words under their notes, the drums and the band.

A row has four bars. Words stand at the sixteenth of their note; drums are drawn on a grid of sixteenths, one line a drum,
for the first row of each section; the other parts tell how many notes they have and where they lie.
"""

from __future__ import annotations

from collections.abc import Iterable

from troubadour.score.value import Note, Part, Score, Section, SungLine
from troubadour.theory.chords import QUALITIES
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.theory.percussion import HAND, KIT
from troubadour.theory.scales import PITCH_NAMES
from troubadour.units import SAMPLE_RATE_HZ

BARS_A_ROW = 4
CELL_TICKS = 120
STRENGTHS = ((100, "X"), (72, "x"), (46, "o"), (0, "-"))


def show(score: Score) -> str:
    """The whole score as lines of text, the same for equal scores."""
    lines = [*_facts(score), ""]
    for section in score.sections:
        lines += [*_section(score, section), ""]
    return "\n".join(lines).rstrip() + "\n"


def show_tune(score: Score) -> str:
    """Form, chords and tunes alone: what the song is, whoever plays it."""
    lines = [*_facts(score)[:2], ""]
    for section in score.sections:
        lines.append(_head(section))
        for row in range(section.start_bar, section.start_bar + section.bars, BARS_A_ROW):
            bars = range(row, min(row + BARS_A_ROW, section.start_bar + section.bars))
            lines += [line.rstrip() for line in (*_row(score, bars), *_lead(score, bars))]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _lead(score: Score, bars: range) -> list[str]:
    """What an instrument has of the tune."""
    notes = [note for part in score.parts if part.role == "lead" for note in part.notes if score.bar_at(note.start) in bars]
    if not notes:
        return []
    return ["  " + "|".join(_placed(score, bar, ((n.start, pitch_name(n.pitch)) for n in notes)) for bar in bars)]


def _head(section: Section) -> str:
    bars = f"bars {section.start_bar + 1}-{section.start_bar + section.bars}"
    return f"[{section.name}] {bars}, energy {section.energy:g}"


def _facts(score: Score) -> list[str]:
    key = f"{PITCH_NAMES[score.key.tonic]} {score.key.mode}"
    length_s = score.frames / SAMPLE_RATE_HZ
    return [
        f"{score.title or 'Untitled'}  ({score.style}, seed {score.seed}, take {score.take})",
        f"{score.tempos[0].bpm:g} bpm  {score.metre}  {key}  {score.bars} bars  {length_s:.3f} s",
        *(f"  {part.name:<16} {part.role:<11} {part.instrument}" for part in score.parts),
        *(f"  {part.name:<16} {'singer':<11} {part.voice}" for part in score.sung),
    ]


def _section(score: Score, section: Section) -> list[str]:
    lines = [_head(section)]
    for row in range(section.start_bar, section.start_bar + section.bars, BARS_A_ROW):
        bars = range(row, min(row + BARS_A_ROW, section.start_bar + section.bars))
        lines += _row(score, bars)
        if row == section.start_bar:
            lines += _drums(score, bars)
    return lines + _band(score, section)


def _row(score: Score, bars: range) -> list[str]:
    """One row: bar numbers and phrases, chords, and for every singer the words over their pitches."""
    phrases = {p.start_bar: p for p in score.phrases}
    heads = [f"{bar + 1}{' ' + phrases[bar].label + str(phrases[bar].bars) if bar in phrases else ''}" for bar in bars]
    lines = ["  " + "|".join(head.ljust(_cells(score)) for head in heads)]
    chords = [(c.start, chord_name(c.root, c.quality, c.bass)) for c in score.chords]
    lines.append("  " + "|".join(_placed(score, bar, chords) for bar in bars))
    for part in score.sung:
        inside = [item for line in part.lines for item in _sung(line) if score.bar_at(item[0]) in bars]
        if inside:
            lines.append("  " + "|".join(_placed(score, bar, ((at, text.strip()) for at, text, _ in inside)) for bar in bars))
            lines.append(
                "  " + "|".join(_placed(score, bar, ((at, pitch_name(n.pitch)) for at, _, n in inside)) for bar in bars)
            )
    return lines


def _sung(line: SungLine) -> list[tuple[int, str, Note]]:
    """Where each syllable of a line begins, its letters, its first note."""
    syllables = [syllable for word in line.words for syllable in word.syllables]
    return [(notes[0].start, syllable.text, notes[0]) for syllable, notes in zip(syllables, line.notes, strict=True)]


def _cells(score: Score) -> int:
    return 2 * (score.metre.bar_ticks // CELL_TICKS)


def _placed(score: Score, bar: int, items: Iterable[tuple[int, str]]) -> str:
    """Texts at their places in a bar, two columns a sixteenth; a text that would run into the next moves right."""
    width, start = _cells(score), score.bar_start(bar)
    row = ""
    for at, text in items:
        if start <= at < start + score.metre.bar_ticks:
            column = round((at - start) / CELL_TICKS * 2)
            row = row.ljust(column) + (" " if len(row) > column and row else "") + text
    return row.ljust(width)[: max(width, len(row.rstrip()))]


def _drums(score: Score, bars: range) -> list[str]:
    names = {pitch: name for table in (HAND, KIT) for name, pitch in table.items()}
    lines = []
    for part in score.parts:
        if INSTRUMENTS[part.instrument].gm_program is not None:
            continue
        for pitch in sorted({n.pitch for n in _within(score, part, bars)}):
            notes = {n.start: n.velocity for n in _within(score, part, bars) if n.pitch == pitch}
            cells = "|".join(_grid(score, bar, notes) for bar in bars)
            lines.append(f"    {names.get(pitch, str(pitch)):<12} {cells}")
    return lines


def _grid(score: Score, bar: int, velocities: dict[int, int]) -> str:
    start = score.bar_start(bar)
    signs = ["."] * (score.metre.bar_ticks // CELL_TICKS)
    for at, velocity in velocities.items():
        if start <= at < start + score.metre.bar_ticks:
            signs[(at - start) // CELL_TICKS] = next(sign for least, sign in STRENGTHS if velocity >= least)
    return "".join(signs)


def _band(score: Score, section: Section) -> list[str]:
    bars = range(section.start_bar, section.start_bar + section.bars)
    lines = []
    for part in score.parts:
        notes = _within(score, part, bars)
        if notes and INSTRUMENTS[part.instrument].gm_program is not None:
            low, high = min(n.pitch for n in notes), max(n.pitch for n in notes)
            first = " ".join(pitch_name(n.pitch) for n in notes[:8])
            lines.append(f"    {part.name:<12} {len(notes):>4} notes  {pitch_name(low)}-{pitch_name(high)}: {first}")
    return lines


def _within(score: Score, part: Part, bars: range) -> list[Note]:
    start, end = score.bar_start(bars.start), score.bar_start(bars.stop)
    return [note for note in part.notes if start <= note.start < end]


def pitch_name(pitch: int) -> str:
    """`C4` for 60."""
    return f"{PITCH_NAMES[pitch % 12]}{pitch // 12 - 1}"


def chord_name(root: int, quality: str, bass: int) -> str:
    """A chord as lead sheets write it: `C`, `Am7`, `G/B`."""
    short = {"maj": "", "min": "m", "min7": "m7", "min6": "m6", "min9": "m9", "hdim7": "m7b5", "maj6": "6", "sus4(b7)": "7sus4"}
    name = PITCH_NAMES[root] + (short.get(quality, quality) if quality in QUALITIES else f":{quality}")
    return name if bass == root else f"{name}/{PITCH_NAMES[bass]}"
