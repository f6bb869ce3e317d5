"""What tunes a score has, by phrase label: a continuation recalls them."""

from __future__ import annotations

from troubadour.score.melody.setting import shared_out
from troubadour.score.melody.tune import LineNotes, Memory
from troubadour.score.value import Note, Phrase, Score, SungLine


def heard_tunes(score: Score) -> dict[str, Memory]:
    """The tune of every phrase label that is sung, as its first statement has it; `played C` is what an instrument has to C."""
    lead = score.lead_lines
    found: dict[str, Memory] = {}
    for phrase in score.phrases:
        lines = [line for line in lead if _in(line, phrase, score)]
        if lines and phrase.label not in found:
            found[phrase.label] = _memory(lines, phrase, score)
        elif not lines and phrase.label[:1].isupper() and played(phrase.label) not in found:
            memory = _played(phrase, score)
            found |= {played(phrase.label): memory} if memory.pitches else {}
    return found


def played(label: str) -> str:
    """Under which name a memory keeps what an instrument plays to a label."""
    return f"played {label}"


def _played(phrase: Phrase, score: Score) -> Memory:
    start, end = score.bar_start(phrase.start_bar), score.bar_start(phrase.start_bar + phrase.bars)
    top: dict[int, Note] = {}
    for note in (note for part in score.parts if part.role == "lead" for note in part.notes if start <= note.start < end):
        if note.start not in top or note.pitch > top[note.start].pitch:
            top[note.start] = note
    onsets = tuple(sorted(tick - start for tick in top))
    line = LineNotes(0, end - start, onsets, tuple(top[start + o].length for o in onsets), tuple(0.0 for _ in onsets))
    return Memory((line,), {}, {onset: top[start + onset].pitch for onset in onsets})


def _in(line: SungLine, phrase: Phrase, score: Score) -> bool:
    """A line belongs to the phrase in which its middle lies: it may begin before the bar."""
    middle = (line.start + line.end) // 2
    return score.bar_start(phrase.start_bar) <= middle < score.bar_start(phrase.start_bar + phrase.bars)


def _memory(lines: list[SungLine], phrase: Phrase, score: Score) -> Memory:
    origin = score.bar_start(phrase.start_bar)
    weights = [float(len(line.notes)) for line in lines]
    edges = shared_out(weights, phrase.bars, score.metre)
    memory = Memory()
    kept = []
    for index, (line, edge) in enumerate(zip(lines, edges, strict=True)):
        notes = [group[0] for group in line.notes]
        onsets = tuple(note.start - origin for note in notes)
        memory.onsets[index, edge[0], edge[1]] = onsets
        memory.pitches.update({onset: note.pitch for onset, note in zip(onsets, notes, strict=True)})
        kept.append(LineNotes(edge[0], edge[1], onsets, _lengths(line), _stresses(line)))
    memory.lines = tuple(kept)
    return memory


def _lengths(line: SungLine) -> tuple[int, ...]:
    return tuple(group[-1].end - group[0].start for group in line.notes)


def _stresses(line: SungLine) -> tuple[float, ...]:
    syllables = [syllable for word in line.words for syllable in word.syllables]
    return tuple(1.0 if syllable.stress == 2 else 0.0 for syllable in syllables)


def tune_of(score: Score) -> tuple[Note, ...]:
    """All notes of the lead voice, in order."""
    return tuple(
        note for part in score.sung if part.name == "vocals" for line in part.lines for group in line.notes for note in group
    )
