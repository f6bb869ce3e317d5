"""Known tunes in a new arrangement: what a cover and a mash-up share.

The tune is given; tempo, style and band are asked for; chords are suited to both. New words are sung to the tunes that
their stanzas had: into the same phrases where they fit, else in a form of their own whose phrases recall the tunes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from troubadour.brief import Brief, Effect, Key, Line, Lyrics, Metre, Request, Stanza
from troubadour.brief.read import read
from troubadour.edit.passages import Laid, Passage
from troubadour.edit.singers import octaves_into
from troubadour.errors import BadRequest
from troubadour.plan import PhrasePlan, Plan, Player, SectionPlan, form
from troubadour.score import Chord, Note, Part, Phrase, Score, Section, Tempo
from troubadour.score.melody import Memory
from troubadour.score.melody.recall import heard_tunes
from troubadour.score.melody.tune import LineNotes
from troubadour.styles import Style
from troubadour.theory.scales import family

NO_STYLE = "(no style)"  # what `read` notes when a request names none
Groups = list[list[Line]]


# The wish -----------------------------------------------------------------------------------------------------------------


def wished(request: Request, own_words: bool) -> Brief:
    """The brief of a new arrangement. With `own_words` nothing of the request's words is read: the song has its own."""
    if own_words:
        return read(replace(request, lyrics="[Instrumental]", instrumental=False))
    return read(request)


def names_style(brief: Brief, request: Request) -> bool:
    """Whether the request says what style it wants, by name or by what its words suggest."""
    fallen_back = Effect(NO_STYLE, f"style: {brief.styles[0][0]}")
    return bool(request.text or request.tags) and fallen_back not in brief.effects


def plain_words(text: str) -> tuple[str, ...]:
    """The words of lyrics without marks, case and punctuation."""
    bare = re.sub(r"\[[^\]]*\]", " ", text).casefold()
    return tuple(re.findall(r"\w+", re.sub(r"['’`]", "", bare)))


def has_words(request: Request) -> bool:
    """Whether a request brings words to sing."""
    return not request.instrumental and request.lyrics is not None and bool(plain_words(request.lyrics))


def own_lyrics(passages: Sequence[Passage], text: str = "") -> Lyrics | None:
    """What is sung in the passages, as lyrics; `text` is how the author wrote it."""
    stanzas = [Stanza(p.kind, p.kind.replace("_", " ").title(), tuple(line for phrase in p.phrases for line in phrase.lines))
               for p in passages]  # fmt: skip
    sung = [stanza for stanza in stanzas if stanza.lines]
    if not sung:
        return None
    written = "\n\n".join("\n".join((f"[{s.label}]", *(line.text for line in s.lines))) for s in sung)
    return Lyrics(text or written, tuple(sung), True)


# The tunes ----------------------------------------------------------------------------------------------------------------


def as_score(model: Score, whole: Laid, plan: Plan) -> Score:
    """Passages laid in a row as a score without a band: what they say can be heard in it."""
    sections, phrases = _form_of(whole)
    lead = Part("lead", "lead", "grand_piano", whole.melody.lead)
    return replace(model, tempos=(Tempo(0, plan.tempo_bpm),), key=plan.key, sections=sections, phrases=phrases, skipped=0,
                   chords=whole.chords, parts=(lead,) if lead.notes else (), sung=whole.melody.sung)  # fmt: skip


def _form_of(whole: Laid) -> tuple[tuple[Section, ...], tuple[Phrase, ...]]:
    """Sections and phrases of passages in a row."""
    sections, phrases, at = [], [], 0
    for number, block in enumerate(whole.blocks):
        sections.append(Section(f"{block.kind} {number}", block.kind, at, block.bars, 0.5))
        for phrase in block.phrases:
            phrases.append(Phrase(phrase.label, at, phrase.bars))
            at += phrase.bars
    return tuple(sections), tuple(phrases)


def tunes_of(score: Score) -> dict[str, Memory]:
    """The tune of every phrase label: as it is sung, else as it is played."""
    found = heard_tunes(score)
    lead = next((part.notes for part in score.parts if part.role == "lead"), ())
    for phrase in score.phrases:
        start, end = score.bar_start(phrase.start_bar), score.bar_start(phrase.start_bar + phrase.bars)
        notes = [note for note in lead if start <= note.start < end]
        if notes and phrase.label not in found and phrase.label[:1].isupper():
            found[phrase.label] = _played(notes, start, end)
    return found


def _played(notes: Sequence[Note], start: int, end: int) -> Memory:
    """An instrument's tune, of its top notes, to be sung."""
    top: dict[int, Note] = {}
    for note in notes:
        if note.start not in top or note.pitch > top[note.start].pitch:
            top[note.start] = note
    onsets = tuple(sorted(tick - start for tick in top))
    lengths = tuple(top[onset + start].length for onset in onsets)
    line = LineNotes(0, end - start, onsets, lengths, tuple(0.0 for _ in onsets))
    return Memory((line,), {}, {onset: top[onset + start].pitch for onset in onsets})


def moved_into(memory: Memory, low: float, high: float) -> Memory:
    """A tune in the octave in which a voice sings it."""
    pitches = list(memory.pitches.values())
    if not pitches:
        return memory
    step = 12 * round(((low + high) / 2 - sum(pitches) / len(pitches)) / 12)
    return Memory(memory.lines, memory.onsets, {onset: pitch + step for onset, pitch in memory.pitches.items()})


# New words ----------------------------------------------------------------------------------------------------------------


def with_new_words(passages: Sequence[Passage], stanzas: Sequence[Stanza], pace: form.Pace) -> tuple[Passage, ...] | None:
    """The passages with other words in their phrases, or None when these don't fit. A chorus that comes again without words
    of its own repeats its last ones."""
    sung = [index for index, passage in enumerate(passages) if passage.sung]
    matched = _in_order(passages, sung, stanzas) or _by_kind(passages, sung, stanzas)
    if matched is None:
        return None
    made = list(passages)
    for index, stanza in matched.items():
        phrases = _shared(passages[index].phrases, stanza, pace)
        if phrases is None:
            return None
        made[index] = replace(passages[index], phrases=phrases)
    return tuple(made)


def in_new_order(passages: Sequence[Passage], stanzas: Sequence[Stanza]) -> tuple[Passage, ...] | None:
    """The passages as other words ask for them: one of its kind for every stanza, the first for the first; the song's own
    beginning and end around them. None when a kind of stanza is not in the song."""
    counts: dict[str, int] = {}
    made = list(passages[:1]) if not passages[0].sung else []
    for stanza in stanzas:
        same = [passage for passage in passages if passage.kind == stanza.kind and passage.sung]
        if not same:
            return None
        made.append(same[min(counts.get(stanza.kind, 0), len(same) - 1)])
        counts[stanza.kind] = counts.get(stanza.kind, 0) + 1
    return (*made, *(passages[-1:] if not passages[-1].sung else ()))


def _in_order(passages: Sequence[Passage], sung: Sequence[int], stanzas: Sequence[Stanza]) -> dict[int, Stanza] | None:
    kinds = [passages[index].kind for index in sung]
    return dict(zip(sung, stanzas, strict=True)) if kinds == [stanza.kind for stanza in stanzas] else None


def _by_kind(passages: Sequence[Passage], sung: Sequence[int], stanzas: Sequence[Stanza]) -> dict[int, Stanza] | None:
    """Each passage's stanza: the next one of its kind; every stanza must be used."""
    waiting: dict[str, list[Stanza]] = {}
    for stanza in stanzas:
        waiting.setdefault(stanza.kind, []).append(stanza)
    last: dict[str, Stanza] = {}
    matched = {}
    for index in sung:
        kind = passages[index].kind
        if waiting.get(kind):
            last[kind] = waiting[kind].pop(0)
        if kind not in last:
            return None
        matched[index] = last[kind]
    return None if any(waiting.values()) else matched


def _shared(phrases: Sequence[PhrasePlan], stanza: Stanza, pace: form.Pace) -> tuple[PhrasePlan, ...] | None:
    """A stanza's lines over a passage's sung phrases, by the lines that these had."""
    slots = [i for i, phrase in enumerate(phrases) if phrase.lines]
    groups = _answered(stanza.lines)
    before = [len(_answered(phrases[i].lines)) for i in slots]
    if not slots or len(groups) < len(slots):
        return None
    edges = [round(len(groups) * sum(before[:i]) / sum(before)) for i in range(len(slots) + 1)]
    edges = [max(edge, i) for i, edge in enumerate(edges)]
    made = list(phrases)
    for place, (low, high) in zip(slots, pairwise(edges), strict=True):
        lines = tuple(line for group in groups[low:high] for line in group)
        room = pace.most_per_bar * phrases[place].bars
        if not lines or sum(line.syllable_count + 1 for line in lines) > room:
            return None
        made[place] = replace(phrases[place], lines=lines)
    return tuple(made)


def _answered(lines: Sequence[Line]) -> Groups:
    groups: Groups = []
    for line in lines:
        if line.backing and groups and not groups[-1][0].backing:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def relabelled(sections: Sequence[SectionPlan], passages: Sequence[Passage]) -> tuple[SectionPlan, ...]:
    """A new form whose sung phrases carry the labels that the song's sections of their kind have, in turn: they recall them."""
    known: dict[str, list[str]] = {}
    for passage in passages:
        labels = known.setdefault(passage.kind, [])
        labels += [p.label for p in passage.phrases if p.label[:1].isupper() and p.label not in labels]
    every = list(dict.fromkeys(label for labels in known.values() for label in labels))
    made = []
    for section in sections:
        labels = known.get(section.kind) or known.get("chorus" if section.kind == "hook" else "verse") or every
        own = list(dict.fromkeys(phrase.label for phrase in section.phrases if phrase.lines))
        given = {label: labels[min(i, len(labels) - 1)] for i, label in enumerate(own)} if labels else {}
        phrases = tuple(replace(p, label=given.get(p.label, p.label)) if p.lines else p for p in section.phrases)
        made.append(replace(section, phrases=phrases))
    return tuple(made)


# The arrangement ----------------------------------------------------------------------------------------------------------


def sections_of(whole: Laid, style: Style, brief: Brief, energies: Sequence[float], share: float) -> tuple[SectionPlan, ...]:
    """Named sections with the energies of a style, `share` of them the song's own."""
    made = form.sections_of(whole.blocks, style, brief)
    return tuple(
        replace(section, energy=round((1.0 - share) * section.energy + share * own, 3))
        for section, own in zip(made, energies, strict=True)
    )


def ended(chords: Sequence[Chord], key: Key, metre: Metre) -> tuple[Chord, ...]:
    """Chords that come home: the last bar is the tonic's."""
    start = chords[-1].end - metre.bar_ticks
    before = [replace(chord, length=min(chord.length, start - chord.start)) for chord in chords if chord.start < start]
    return (*before, Chord(start, metre.bar_ticks, key.tonic, "maj" if family(key.mode) == "major" else "min", key.tonic))


def lead_player(band: Sequence[Player]) -> str:
    """The instrument that takes the tune."""
    return next((player.instrument for player in band if player.role == "lead"), "grand_piano")


def in_range(lead: Sequence[Note], band: Sequence[Player]) -> tuple[Note, ...]:
    """A tune in the octave in which its new instrument plays it best."""
    step = octaves_into(lead, lead_player(band))
    return tuple(note.transposed(step) for note in lead)


def refuse_metre(brief: Brief, has: str) -> None:
    """Raises BadRequest for another metre than the song's."""
    if brief.metre is not None and str(brief.metre) != has:
        raise BadRequest(
            f"the song is in {has} and its tune keeps that; {brief.metre} was asked for: leave the metre out, or make a new song"
        )
